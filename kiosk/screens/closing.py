"""A day on which rooms are closed: what it touches, each kept, moved or cancelled, before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines
from kiosk.screens.listing import AnsweringScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sharing.rooms.actions import Mark
    from sharing.rooms.rules import Booking, Occurrence, Room


class ClosingView(msgspec.Struct, frozen=True):
    """The day, why, what it touches, and what becomes of each date; dates without a mark are kept."""

    day: date
    why: str
    bookings: tuple[Booking, ...]
    loans: int
    """Things that are due on that day."""
    who: Mapping[str, str]
    rooms: Mapping[str, Room]
    act: bytes
    marks: Mapping[str, Mark] = msgspec.field(default_factory=dict)
    """By the id of the date."""

    @property
    def dates(self) -> tuple[tuple[Booking, Occurrence], ...]:
        """What is touched, by beginning."""
        found = [(one, date) for one in self.bookings for date in one.occurrences]
        return tuple(sorted(found, key=lambda pair: (pair[1].span.begins, pair[1].id)))


class ClosingScreen(AnsweringScreen[ClosingView]):
    """Each date leads to its answers; two keys answer for all, or close the day."""

    def heading(self, view: ClosingView) -> str:
        """Which day, and why."""
        return self.words("closing.title", day=self.words.short_day(view.day), why=view.why)

    def hint(self, view: ClosingView) -> str:
        """What it touches."""
        return self.words("closing.touches", bookings=len(view.dates), loans=view.loans)

    def empty(self, view: ClosingView) -> str:
        """It touches nothing in the rooms."""
        return self.words("closing.nothing", loans=view.loans)

    def entries(self, view: ClosingView) -> Sequence[Listed]:
        """When, where and whose; what becomes of it."""
        return [self._entry(view, booking, date) for booking, date in view.dates]

    def _entry(self, view: ClosingView, booking: Booking, date: Occurrence) -> Listed:
        words = self.words
        mark = view.marks.get(date.id)
        does = words("closing.kept") if mark is None else words("closing.cancelled")
        if mark is not None and mark.to is not None:
            where = room_lines.names(words, view.rooms, mark.to.rooms)
            does = f"→ {room_lines.when(words, mark.to.span)} · {where}"
        what = f"{room_lines.times(words, date.span)} · {room_lines.names(words, view.rooms, date.rooms)}"
        return Listed(f"{what} · {view.who.get(booking.id, '–')}", does)

    def answers(self, view: ClosingView) -> Sequence[Option]:
        """Close it, or cancel all that it touches first."""
        words = self.words
        cancel = [Option("6", words("closing.cancel_all"), "cancel")] if view.dates else []
        return [Option("5", words("closing.save"), "save"), *cancel]

    async def more_chosen(self, does: str) -> None:
        """Save, or mark all."""
        closing = self.kiosk.desk.rooms.staff.closing
        if self.view is None:
            return
        if does == "save":
            await closing.close(self.view)
        elif does == "cancel":
            await closing.cancel_all(self.view)

    async def picked(self, view: ClosingView, place: int) -> None:
        """Ask what becomes of one date."""
        await self.kiosk.desk.rooms.staff.closing.ask_mark(view, *view.dates[place])

    async def back(self) -> None:
        """Close nothing."""
        await self.kiosk.desk.rooms.staff.show()

"""A booking to take away: a pattern that phones put into their calendar, and the same in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from kiosk import room_lines
from kiosk.screens.away import AwayScreen
from kiosk.widgets.choice import Option
from sharing.rooms.rules import Booking, Occurrence, Room, State
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence


class BookedView(msgspec.Struct, frozen=True):
    """A booking, which of its dates, the pattern of that date, and where one goes on."""

    booking: Booking
    date: Occurrence
    rooms: Mapping[str, Room]
    modules: tuple[tuple[bool, ...], ...]
    """Dark ones true; none unless the date is confirmed."""
    on: Callable[[], Awaitable[None]]
    other: Callable[[Occurrence], Awaitable[None]]
    """Shows another date."""
    new: bool = False
    """It was just booked."""

    @property
    def later(self) -> tuple[Occurrence, ...]:
        """Confirmed dates after this one."""
        dates = self.booking.occurrences
        return tuple(one for one in dates if one.span.begins > self.date.span.begins and one.state in _TAKEN)


_TAKEN = frozenset({State.CONFIRMED, State.ARRIVED})


class BookedScreen(AwayScreen[BookedView]):
    """One date at a time."""

    PARTS: ClassVar[tuple[str, ...]] = ("head", "where", "date", "series", "state", "scan")

    def fill(self, view: BookedView) -> None:
        """Draw and say it."""
        self.draw(view.modules, self._said(view))

    def _said(self, view: BookedView) -> Sequence[str]:
        words, date = self.words, view.date
        sure = date.state in _TAKEN
        head = ("booked.done" if sure else "booked.asked") if view.new else "booked.yours"
        return (
            words(head),
            room_lines.names(words, view.rooms, date.rooms),
            f"{words.day(words.local(date.span.begins).date())}\n{room_lines.times(words, date.span)}",
            " · ".join(
                part
                for part in (shown(view.booking.title, limit=40), room_lines.series_of(words, view.booking))
                if part
            ),
            "" if sure else words("booked.wait" if date.certain else "booked.second"),
            words("booked.scan") if view.modules else "",
        )

    @property
    def waits(self) -> bool:
        """Where another machine decides, the answer is there in a moment, unless the line is cut."""
        view = self.view
        return view is not None and view.new and view.date.state is State.PROVISIONAL

    async def look_again(self) -> None:
        """Say at once what became of it."""
        if self.view is not None:
            await self.kiosk.desk.rooms.bookings.look_again(self.view)

    def options(self, view: BookedView) -> Sequence[Option]:
        """Go on."""
        del view
        return [Option("9", self.words("common.on"), "back")]

    async def chosen(self, does: str) -> None:
        """Show the next date, or go on."""
        if self.view is None:
            return
        if does == "next" and self.view.later:
            await self.view.other(self.view.later[0])
        elif does == "back":
            await self.view.on()

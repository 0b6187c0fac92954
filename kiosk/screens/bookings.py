"""My bookings: what comes next of each, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines
from kiosk.screens.listing import ListScreen
from kiosk.widgets.pages import Listed
from sharing.rooms.rules import LIVE
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sharing.rooms.rules import Booking, Occurrence, Room


class BookingsView(msgspec.Struct, frozen=True):
    """A person's bookings from now on."""

    bookings: tuple[Booking, ...]
    rooms: Mapping[str, Room]
    now: int
    back: Callable[[], Awaitable[None]]


class BookingsScreen(ListScreen[BookingsView]):
    """One entry a booking, however many dates it has."""

    def heading(self, view: BookingsView) -> str:
        """Say whose."""
        del view
        return self.words("mine.title")

    def empty(self, view: BookingsView) -> str:
        """Say how to book."""
        del view
        return self.words("mine.none")

    def entries(self, view: BookingsView) -> Sequence[Listed]:
        """The next date, and how the booking stands."""
        return [self._entry(view, one) for one in view.bookings]

    def _entry(self, view: BookingsView, booking: Booking) -> Listed:
        words, date = self.words, coming(booking, view.now)
        every = len(booking.occurrences)
        where = room_lines.names(words, view.rooms, date.rooms)
        left = sum(1 for one in booking.occurrences if one.state in LIVE and one.span.ends > view.now)
        mark = room_lines.MARKS[date.state]
        parts = [
            f"{mark} {room_lines.state(words, date)}", shown(booking.title, limit=24),
            room_lines.series_of(words, booking), words("mine.left", n=left) if 1 < left < every else "",
        ]  # fmt: skip
        return Listed(
            f"{room_lines.when(words, date.span)} · {where}", " · ".join(part for part in parts if part)
        )

    async def picked(self, view: BookingsView, place: int) -> None:
        """Show it."""
        date = coming(view.bookings[place], view.now)
        bookings = self.kiosk.desk.rooms.bookings
        await bookings.show_date(date, lambda: bookings.show_mine(view.back))

    async def back(self) -> None:
        """Where one came from."""
        if self.view is not None:
            await self.view.back()


def coming(booking: Booking, now: int) -> Occurrence:
    """The next date that takes place; if there is none, the last that was to."""
    found = [one for one in booking.occurrences if one.state in LIVE and one.span.ends > now]
    ahead = [one for one in booking.occurrences if one.span.ends > now]
    return min(found or ahead or booking.occurrences[-1:], key=lambda one: one.span.begins)

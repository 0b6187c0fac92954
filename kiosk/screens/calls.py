"""Who must be told what became of their booking: whom, how to reach them, and what is kept for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines
from kiosk.screens.listing import ListScreen
from kiosk.widgets.pages import Listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharing.rooms.actions import Call
    from sharing.rooms.rules import Room


class CallsView(msgspec.Struct, frozen=True):
    """Who waits longest first, and who and how to reach them, by booking."""

    calls: tuple[Call, ...]
    who: Mapping[str, str]
    rooms: Mapping[str, Room]


class CallsScreen(ListScreen[CallsView]):
    """Names and how to reach them, for this is the staff's own screen."""

    def heading(self, view: CallsView) -> str:
        """The heading with the number."""
        return f"{self.words('staff_rooms.calls')} ({len(view.calls)})"

    def empty(self, view: CallsView) -> str:
        """Everybody knows."""
        del view
        return self.words("staff_rooms.none_to_call")

    def entries(self, view: CallsView) -> Sequence[Listed]:
        """Whom, and about which date."""
        return [self._entry(view, one) for one in view.calls]

    def _entry(self, view: CallsView, one: Call) -> Listed:
        words, date = self.words, one.occurrence
        what = f"{room_lines.when(words, date.span)} · {room_lines.names(words, view.rooms, date.rooms)}"
        return Listed(view.who.get(one.booking.id, "–"), f"{what} · {room_lines.state(words, date)}")

    async def picked(self, view: CallsView, place: int) -> None:
        """Say what to tell, and ask whether it is done."""
        await self.kiosk.desk.rooms.staff.ask_told(view.calls[place], view)

    async def back(self) -> None:
        """Back to what staff do with rooms."""
        await self.kiosk.desk.rooms.staff.show()

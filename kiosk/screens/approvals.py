"""Requests that wait for staff: who wants which room when, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines
from kiosk.screens.listing import ListScreen
from kiosk.widgets.pages import Listed
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kiosk.i18n import Words
    from sharing.rooms.rules import Booking, Room


class ApprovalsView(msgspec.Struct, frozen=True):
    """What waits, the nearest date first, and who asks, by booking; and what was just answered."""

    waiting: tuple[Booking, ...]
    who: Mapping[str, str]
    rooms: Mapping[str, Room]
    said: Callable[[Words], str] = lambda _words: ""


class ApprovalsScreen(ListScreen[ApprovalsView]):
    """Names in full, for this is the staff's own screen."""

    def heading(self, view: ApprovalsView) -> str:
        """The heading with the number."""
        return f"{self.words('staff_rooms.approvals')} ({len(view.waiting)})"

    def empty(self, view: ApprovalsView) -> str:
        """Nobody waits."""
        said, none = view.said(self.words), self.words("staff_rooms.none_waits")
        return f"{said}\n{none}" if said else none

    def hint(self, view: ApprovalsView) -> str:
        """Say what was just answered."""
        return view.said(self.words)

    def entries(self, view: ApprovalsView) -> Sequence[Listed]:
        """When and where; who and what for."""
        return [self._entry(view, one) for one in view.waiting]

    def _entry(self, view: ApprovalsView, one: Booking) -> Listed:
        words, date = self.words, one.occurrences[0]
        when = room_lines.when(words, date.asked or date.span)
        more = words("mine.left", n=len(one.occurrences)) if len(one.occurrences) > 1 else ""
        where = room_lines.names(words, view.rooms, date.asked_rooms or date.rooms)
        second = "" if date.certain else words("rooms.second")
        about = (view.who.get(one.id, ""), second, shown(one.title, limit=30), more)
        return Listed(f"{when} · {where}", " · ".join(part for part in about if part))

    async def picked(self, view: ApprovalsView, place: int) -> None:
        """Ask what becomes of it."""
        await self.kiosk.desk.rooms.staff.ask_about(view.waiting[place], view)

    async def back(self) -> None:
        """Back to what staff do with rooms."""
        await self.kiosk.desk.rooms.staff.show()

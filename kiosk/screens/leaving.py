"""Leaving: what to look at before the room is left; what nobody ticks is not done, and nobody is held up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from kiosk.screens.listing import ListScreen
from kiosk.screens.needs import TICKED
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed, Pages
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from kiosk.i18n import Words

LINE_LIMIT = 58


class LeavingView(msgspec.Struct, frozen=True):
    """What to look at, what is ticked, and what happens then."""

    room: Callable[[Words], str]
    """Its name."""
    lines: tuple[str, ...]
    left: Callable[[Mapping[str, bool]], Awaitable[None]]
    """Told what was ticked."""
    back: Callable[[], Awaitable[None]]
    ticked: frozenset[str] = frozenset()


class LeavingScreen(ListScreen[LeavingView]):
    """Tick and go."""

    def heading(self, view: LeavingView) -> str:
        """Which room."""
        return self.words("leave.title", room=view.room(self.words))

    def hint(self, view: LeavingView) -> str:
        """What to do."""
        del view
        return self.words("leave.hint")

    def entries(self, view: LeavingView) -> Sequence[Listed]:
        """The lines with their ticks."""
        return [Listed(f"{TICKED[one in view.ticked]} {shown(one, limit=LINE_LIMIT)}") for one in view.lines]

    def more(self, view: LeavingView) -> Sequence[Option]:
        """Leave."""
        del view
        return [Option("6", self.words("leave.go"), "leave")]

    async def more_chosen(self, does: str) -> None:
        """Say what was looked at."""
        if does == "leave" and self.view is not None:
            await self.view.left({one: one in self.view.ticked for one in self.view.lines})

    async def picked(self, view: LeavingView, place: int) -> None:
        """Tick a line; the page stays."""
        page = self.query_one(Pages).page
        self.show(replace(view, ticked=view.ticked ^ {view.lines[place]}))
        self.query_one(Pages).page = page
        self.paint()

    async def back(self) -> None:
        """Stay."""
        if self.view is not None:
            await self.view.back()

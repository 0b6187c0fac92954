"""Who has what, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.naming import detail, thing
from kiosk.screens.item import open_item
from kiosk.screens.listing import ListScreen
from kiosk.widgets.pages import Listed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sharing.lending.looking import LoanLine


@dataclass(frozen=True, slots=True)
class LinesView:
    """Open lines under a heading."""

    heading: str
    """Message key."""
    lines: tuple[LoanLine, ...]
    back: Callable[[], Awaitable[None]] | None = None
    """Leads to the person if they are one person's lines."""


class LinesScreen(ListScreen[LinesView]):
    """A list to read; persons in full, for this is the staff's own screen."""

    def heading(self, view: LinesView) -> str:
        """The heading with the number of lines."""
        return f"{self.words(view.heading)} ({len(view.lines)})"

    def entries(self, view: LinesView) -> Sequence[Listed]:
        """Thing, person and end."""
        return [Listed(thing(self.words, line), detail(self.words, line)) for line in view.lines]

    async def picked(self, view: LinesView, place: int) -> None:
        """Show the person; among one person's things, and when nobody is named any more, the thing."""
        line = view.lines[place]
        if line.who is None or view.back is not None:
            await open_item(self.kiosk, line.item.id, lambda: self.kiosk.go("lines", view))
        else:
            await self.kiosk.desk.staff.show_person(line.who.id, lambda: self.kiosk.go("lines", view))

    async def back(self) -> None:
        """Back to the person, or to the desk."""
        if self.view is not None and self.view.back is not None:
            await self.view.back()
        else:
            await super().back()

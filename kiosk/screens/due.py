"""When to bring back what was just taken, for a phone; of nobody in particular, for they have gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from kiosk.for_phones import due_modules
from kiosk.screens.away import AwayScreen
from kiosk.widgets.choice import Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.screens.base import Kiosk


class DueView(msgspec.Struct, frozen=True):
    """A time, those after it, and the pattern."""

    due: int
    """An instant, UTC milliseconds."""
    later: tuple[int, ...]
    name: str
    """What the phone calls it."""
    modules: tuple[tuple[bool, ...], ...]


async def show_due(kiosk: Kiosk, dues: Sequence[int], name: str) -> None:
    """Show the first of some times."""
    first, *later = dues
    modules = await kiosk.do(due_modules, first, name)
    await kiosk.go("due", DueView(first, tuple(later), name, modules))


class DueScreen(AwayScreen[DueView]):
    """One time at a time."""

    PARTS: ClassVar[tuple[str, ...]] = ("head", "date", "scan", "paper")

    def fill(self, view: DueView) -> None:
        """Draw and say it."""
        words = self.words
        said = (words("due.title"), words.until(view.due), words("booked.scan"), words("due.paper"))
        self.draw(view.modules, said)

    def options(self, view: DueView) -> Sequence[Option]:
        """Go on."""
        del view
        return [Option("9", self.words("common.done"), "end")]

    async def chosen(self, does: str) -> None:
        """Show the next time, or go home."""
        if self.view is None:
            return
        if does == "next" and self.view.later:
            await show_due(self.kiosk, self.view.later, self.view.name)
        elif does == "end":
            await self.kiosk.leave()

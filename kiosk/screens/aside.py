"""What waits at the desk: staff see to what is missing, and it is lent; or it goes back to its shelf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.naming import confirmations, thing, waits_for
from kiosk.screens.listing import ListScreen
from kiosk.widgets.pages import Listed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from kiosk.i18n import Words
    from kiosk.widgets.result import Answer
    from sharing.lending.looking import SetAside


@dataclass(frozen=True, slots=True)
class AsideView:
    """Things that wait, the oldest first."""

    waiting: tuple[SetAside, ...]
    pick: Callable[[SetAside], Awaitable[None]]
    """Asks about one of them."""
    back: Callable[[], Awaitable[None]]
    said: Callable[[Words], Answer] | None = None
    """What was done with the one before."""
    is_public: bool = False
    """Whether visitors look on: then nobody is named."""


class AsideScreen(ListScreen[AsideView]):
    """One thing after the other."""

    def heading(self, view: AsideView) -> str:
        """The heading with the number of things."""
        return f"{self.words('staff.aside')} ({len(view.waiting)})"

    def hint(self, view: AsideView) -> str:
        """What was done with the one before, or what to do."""
        if view.said is None:
            return self.words("staff.choose_aside")
        answer = view.said(self.words)
        return ": ".join((answer.headline.rstrip("."), answer.lines[0]))

    def empty(self, view: AsideView) -> str:
        """What was done with the last one."""
        return self.hint(view) if view.said is not None else super().empty(view)

    def entries(self, view: AsideView) -> Sequence[Listed]:
        """Thing and person, and what has to be confirmed."""
        words = self.words
        whom = ["" if view.is_public else f" · {waits_for(words, one)}" for one in view.waiting]
        return [
            Listed(thing(words, one) + who, confirmations(words, one))
            for one, who in zip(view.waiting, whom, strict=True)
        ]

    async def picked(self, view: AsideView, place: int) -> None:
        """Ask about it."""
        await view.pick(view.waiting[place])

    async def back(self) -> None:
        """Leave the rest as it is."""
        if self.view is not None:
            await self.view.back()

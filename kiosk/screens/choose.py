"""Choose one of several: for whom, until when, give back or keep longer, which language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.screens.listing import ListScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from kiosk.i18n import Words
    from kiosk.widgets.pages import Listed


@dataclass(frozen=True, slots=True)
class ChooseView:
    """A question, its answers, and what happens then."""

    question: Callable[[Words], str]
    answers: Callable[[Words], Sequence[Listed]]
    picked: Callable[[int], Awaitable[None]]
    """Told the place of the answer."""
    detail: Callable[[Words], str] = lambda _words: ""
    """A second line, such as the thing it is about."""
    back: Callable[[], Awaitable[None]] | None = None
    """Where "back" leads; None is where one was: visit, staff desk or home."""
    patience_s: float | None = None
    """Seconds without a key or a scan after which everybody is forgotten."""
    nothing: Callable[[Words], str] | None = None
    """What stands there when there is no answer to choose."""


class ChooseScreen(ListScreen[ChooseView]):
    """One question; every answer is a target with a digit."""

    def heading(self, view: ChooseView) -> str:
        """Ask."""
        return view.question(self.words)

    def hint(self, view: ChooseView) -> str:
        """Say what it is about."""
        return view.detail(self.words)

    def entries(self, view: ChooseView) -> Sequence[Listed]:
        """List the answers."""
        return view.answers(self.words)

    def empty(self, view: ChooseView) -> str:
        """Say what can be done when there is nothing to choose."""
        return view.nothing(self.words) if view.nothing else super().empty(view)

    @property
    def patience_s(self) -> float | None:
        """As long as the question allows."""
        return self.view.patience_s if self.view else None

    async def picked(self, view: ChooseView, place: int) -> None:
        """Go on with the answer."""
        await view.picked(place)

    async def back(self) -> None:
        """Leave the question open."""
        lead = self.view.back if self.view else None
        await (lead or self.kiosk.desk.where_we_were)()

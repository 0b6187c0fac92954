"""Cases: what staff must look at, by what they are about, the oldest of each first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk import case_words
from kiosk.screens.listing import ListScreen
from kiosk.widgets.pages import Listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.i18n import Words
    from sharing.cases.rules import Case


@dataclass(frozen=True, slots=True)
class CasesView:
    """Open cases, and the names of the things they are about; and what was just settled."""

    cases: tuple[Case, ...]
    names: tuple[str, ...]
    said: Callable[[Words], str] = lambda _words: ""


class CasesScreen(ListScreen[CasesView]):
    """Look, settle, done."""

    def heading(self, view: CasesView) -> str:
        """The heading with the number of cases."""
        return f"{self.words('staff.cases')} ({len(view.cases)})"

    def hint(self, view: CasesView) -> str:
        """What was just settled, or how many there are of what."""
        return view.said(self.words) or case_words.counted(self.words, view.cases)

    def empty(self, view: CasesView) -> str:
        """Say what was settled last, and that there is nothing left."""
        return "\n".join(part for part in (view.said(self.words), self.words("case_page.none")) if part)

    def entries(self, view: CasesView) -> Sequence[Listed]:
        """What it is; about what, since when."""
        return [
            Listed(case_words.title(self.words, one.kind), case_words.listed(self.words, one, name))
            for one, name in zip(view.cases, view.names, strict=True)
        ]

    async def picked(self, view: CasesView, place: int) -> None:
        """Open it."""
        await self.kiosk.desk.staff.cases.open(view.cases[place].id)

"""Cases: what staff must look at, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.screens.choose import ChooseView
from kiosk.screens.listing import ListScreen
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing.cases.actions import handle
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.i18n import Words
    from sharing.cases.rules import Case


@dataclass(frozen=True, slots=True)
class CasesView:
    """Open cases, and the names of the things they are about."""

    cases: tuple[Case, ...]
    names: tuple[str, ...]


class CasesScreen(ListScreen[CasesView]):
    """Look, settle, done."""

    def heading(self, view: CasesView) -> str:
        """The heading with the number of cases."""
        return f"{self.words('staff.cases')} ({len(view.cases)})"

    def entries(self, view: CasesView) -> Sequence[Listed]:
        """What it is, about what, since when."""
        return [
            Listed(self._what(one), self._about(one, name))
            for one, name in zip(view.cases, view.names, strict=True)
        ]

    async def picked(self, view: CasesView, place: int) -> None:
        """Ask whether it is settled."""
        case, name = view.cases[place], view.names[place]

        async def said(_answer: int) -> None:
            staff = self.kiosk.desk.staff
            await self.kiosk.do(handle, case.id, act=self.kiosk.new_act(), by=staff.person.id)
            self.kiosk.play(Tone.DONE)
            await staff.open("cases")

        def settled(words: Words) -> list[Listed]:
            return [Listed(words("staff.handled"))]

        await self.kiosk.go(
            "choose",
            ChooseView(
                lambda _words: self._what(case),
                settled,
                said,
                lambda _words: shown(name, limit=260),
                lambda: self.kiosk.desk.staff.open("cases"),
            ),
        )

    def _about(self, case: Case, name: str) -> str:
        when = self.words.short_moment(case.since)
        return self.words("staff.case", what=shown(name, limit=200), when=when)

    def _what(self, case: Case) -> str:
        key = f"case.{case.kind}"
        return self.words(key) if self.words.has(key) else case.kind

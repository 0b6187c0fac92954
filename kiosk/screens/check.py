"""Returns that no staff has looked at yet: scan one, say how it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.naming import belongs, place, thing, who
from kiosk.screens.back import ANSWERS
from kiosk.screens.choose import ChooseView
from kiosk.screens.listing import ListScreen
from kiosk.sound import Tone
from kiosk.widgets.pages import WIDTH, Listed
from kiosk.widgets.text import Text
from sharing.codes import read
from sharing.errors import UnknownCode, Unreadable
from sharing.lending.actions import check_return, look_up
from sharing.lending.rules import Condition
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.i18n import Words
    from sharing.catalogue.rules import Location
    from sharing.lending.looking import LoanLine


@dataclass(frozen=True, slots=True)
class CheckView:
    """What came back, the oldest first."""

    lines: tuple[LoanLine, ...]
    notes: dict[str, str]
    """What people wrote about it, by line."""
    homes: dict[str, Location]
    """Where it belongs, by item."""


class CheckScreen(ListScreen[CheckView]):
    """Each return gets the staff's word beside the visitor's."""

    def heading(self, view: CheckView) -> str:
        """The heading with the number of returns."""
        return f"{self.words('staff.unchecked')} ({len(view.lines)})"

    def hint(self, view: CheckView) -> str:
        """How to check one."""
        del view
        return self.words("staff.check")

    def entries(self, view: CheckView) -> Sequence[Listed]:
        """Thing, who brought it, when, and what they said."""
        return [
            Listed(_named(self.words, view, line), _detail(self.words, line, view.notes.get(line.id, "")))
            for line in view.lines
        ]

    async def took_scan(self, text: str) -> bool:
        """A scanned thing of the list is the one to check."""
        try:
            code = read(text)
        except Unreadable:
            return False
        lines = self.view.lines if self.view else ()
        found = next((n for n, line in enumerate(lines) if line.item.code == code), None)
        if found is None or self.view is None:
            return await self._is_not_waiting(text)
        self.kiosk.play(Tone.ASK)
        await self.picked(self.view, found)
        return True

    async def _is_not_waiting(self, text: str) -> bool:
        """Say so of a thing that is in the house already; one that is out comes back by this scan."""
        try:
            _, line, _ = await self.kiosk.do(look_up, text)
        except UnknownCode:
            return False
        if line is None:
            self.kiosk.play(Tone.NO)
            self.query_one("#said", Text).say(self.words("staff.not_waiting"))
        return line is None

    async def picked(self, view: CheckView, place: int) -> None:
        """Ask how it is, note it, and show the list without it."""
        line = view.lines[place]
        note = shown(view.notes.get(line.id, ""), limit=200)

        async def said(answer: int) -> None:
            staff = self.kiosk.desk.staff
            await self.kiosk.do(
                check_return, staff.person, line.item.id, ANSWERS[answer], self.kiosk.new_act()
            )
            self.kiosk.play(Tone.DONE)
            await staff.open("check")

        await self.kiosk.go(
            "choose",
            ChooseView(
                lambda words: words("back.question"),
                lambda words: [Listed(words(f"condition.{one}")) for one in ANSWERS],
                said,
                lambda words: _about(words, view, line, note),
                lambda: self.kiosk.desk.staff.open("check"),
            ),
        )


def _about(words: Words, view: CheckView, line: LoanLine, note: str) -> str:
    """The thing, what was written about it, and where it belongs."""
    about = " · ".join(part for part in (thing(words, line), note) if part)
    return "\n".join(part for part in (about, belongs(words, view.homes.get(line.item.id))) if part)


def _named(words: Words, view: CheckView, line: LoanLine) -> str:
    """The thing, and where it goes when it is looked at; a long way there is cut in front."""
    name, home = thing(words, line), view.homes.get(line.item.id)
    if home is None:
        return name
    room = WIDTH - cell_len(" · ".join((name, words("thing.where", place=""))))
    return " · ".join((name, words("thing.where", place=place(words, home, room))))


def _detail(words: Words, line: LoanLine, note: str) -> str:
    condition = words(f"condition.{line.condition or Condition.NOT_SAID}")
    back = words("staff.line_back", when=words.short_moment(line.back_at or 0), condition=condition)
    return " · ".join(part for part in (back, shown(note, limit=60), who(line)) if part)

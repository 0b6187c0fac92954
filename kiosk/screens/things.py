"""Things at the staff desk: find one, see who has it and where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk import facts
from kiosk.began import Began
from kiosk.naming import detail, place
from kiosk.screens.item import open_item, opened
from kiosk.screens.searching import SearchScreen
from kiosk.widgets.pages import WIDTH, Listed
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.facts import FoundThing
    from kiosk.i18n import Words


@dataclass(frozen=True, slots=True)
class ThingsView:
    """What was typed and what was found."""

    typed: str
    found: tuple[FoundThing, ...]


class ThingsScreen(SearchScreen[ThingsView]):
    """Name, place, and who has it."""

    def typed(self, view: ThingsView) -> str:
        """What was searched for."""
        return view.typed

    def heading(self, view: ThingsView) -> str:
        """The heading, after a search with the number found."""
        found = f" · {self.words.count('staff.found', len(view.found))}" if view.typed else ""
        return self.words("staff.things") + found

    def entries(self, view: ThingsView) -> Sequence[Listed]:
        """Name, and how it stands."""
        return [Listed(_name(self.words, one), _stands(self.words, one)) for one in view.found]

    async def search(self, text: str) -> None:
        """Find things."""
        found = await self.kiosk.do(facts.things, text)
        await self.kiosk.go("things", ThingsView(text, found))

    async def picked(self, view: ThingsView, place: int) -> None:
        """Show the thing by itself; back searches anew, for it may stand differently by then."""
        await open_item(self.kiosk, view.found[place].item.id, lambda: self.search(view.typed))

    async def took_scan(self, text: str) -> bool:
        """A scanned thing is looked at, and nothing is given back."""
        return await opened(self.kiosk, text, Began(self.kiosk, "things", ThingsView("", ())))


def _name(words: Words, one: FoundThing) -> str:
    return shown(one.item.name(words.language), limit=60)


def _stands(words: Words, one: FoundThing) -> str:
    if one.line is not None:
        return detail(words, one.line)
    room = WIDTH - cell_len(words("thing.where", place=""))
    return words("thing.where", place=place(words, one.home, room))

"""Persons at the staff desk: find one, or register a new one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kiosk.screens.searching import SearchScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed
from sharing.people.actions import find_persons
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharing.people.rules import Person


@dataclass(frozen=True, slots=True)
class PersonsView:
    """What was typed and who was found."""

    typed: str
    found: tuple[Person, ...]


class PersonsScreen(SearchScreen[PersonsView]):
    """Name and contact in full: only staff see this."""

    def typed(self, view: PersonsView) -> str:
        """What was searched for."""
        return view.typed

    def heading(self, view: PersonsView) -> str:
        """The heading, after a search with the number found."""
        found = f" · {self.words.count('staff.found', len(view.found))}" if view.typed else ""
        return self.words("staff.persons") + found

    def entries(self, view: PersonsView) -> Sequence[Listed]:
        """Name, contact and organisations."""
        return [Listed(shown(one.name, limit=60), _about(one)) for one in view.found]

    def more(self, view: PersonsView) -> Sequence[Option]:
        """Search again, or somebody new."""
        return [*super().more(view), Option("5", self.words("person.new"), "register")]

    async def more_chosen(self, does: str) -> None:
        """Open the form."""
        if does == "register":
            await self.kiosk.desk.staff.open("register")
        else:
            await super().more_chosen(does)

    async def search(self, text: str) -> None:
        """Find persons."""
        found = await self.kiosk.do(find_persons, text)
        await self.kiosk.go("persons", PersonsView(text, found))

    async def picked(self, view: PersonsView, place: int) -> None:
        """Show the person; "back" finds the same names again."""
        await self.kiosk.desk.staff.show_person(view.found[place].id, partial(self.search, view.typed))


def _about(person: Person) -> str:
    names = [one.organisation.name for one in person.memberships]
    return " · ".join(shown(part, limit=30) for part in (person.contact, *names) if part)

"""One person at the staff desk: what they have, their rules, their cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.screens.base import KioskScreen
from kiosk.screens.lines import LinesView
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.text import Text
from sharing.codes import grouped
from sharing.people.actions import accept_terms, issue_card, issue_day_card
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from sharing.lending.looking import LoanLine
    from sharing.people.rules import Person
    from sharing.terms.rules import Terms


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person as the journal has them."""

    person: Person
    lines: tuple[LoanLine, ...]
    terms: Terms
    card: str = ""
    """The number of a card that was just issued; shown once."""
    is_new: bool = False


class PersonScreen(KioskScreen[PersonView]):
    """Accept the rules, issue a card, see the loans."""

    def body(self) -> Sequence[Widget]:
        """Name, what is known, and a new card's number."""
        return [
            Text(id="title", classes="big"),
            Text(id="contact"),
            Text(id="state"),
            Text(id="has"),
            Text(id="card", classes="strong"),
            Text(id="once"),
            Text(id="said"),
        ]

    def fill(self, view: PersonView) -> None:
        """Say it."""
        words, person = self.words, view.person
        name = shown(person.name, limit=60)
        self.query_one("#title", Text).say(words("person.registered", name=name) if view.is_new else name)
        names = [shown(one.organisation.name, limit=40) for one in person.memberships]
        self.query_one("#contact", Text).say(
            " · ".join(part for part in (shown(person.contact), *names) if part)
        )
        accepted = person.terms_version >= view.terms.terms_version
        state = [f"{words('person.accepted')}: {words('person.yes' if accepted else 'person.no')}"]
        if person.suspended_until is not None:
            state.append(words("person.suspended", when=words.until(person.suspended_until)))
        self.query_one("#state", Text).say(" · ".join(state))
        self.query_one("#has", Text).say(words.count("person.has", len(view.lines)))
        self.query_one("#card", Text).say(
            words("person.card_made", code=grouped(view.card)) if view.card else ""
        )
        self.query_one("#once", Text).say(words("person.card_once") if view.card else "")
        self.query_one("#said", Text).say("")

    def options(self, view: PersonView) -> Sequence[Option]:
        """Cards, rules, loans."""
        words = self.words
        offered = [
            Option("1", words("person.card"), "card"),
            Option("2", words("person.day_card"), "day_card"),
        ]
        if view.person.terms_version < view.terms.terms_version:
            offered.append(Option("3", words("person.accept"), "accept"))
        elif view.lines:
            offered.append(Option("3", words("staff.loans"), "lines"))
        return [*offered, Option("9", words("common.back"), "back")]

    async def chosen(self, does: str) -> None:
        """Do it and show the person again."""
        view, desk = self.view, self.kiosk.desk
        if does == "back" or view is None:
            await desk.staff.open("persons")
            return
        person, act = view.person.id, self.kiosk.new_act()
        if does == "accept":
            versions = {
                "terms_version": view.terms.terms_version,
                "privacy_version": view.terms.privacy_version,
            }
            await self.kiosk.do(accept_terms, person, act=act, **versions)
            self.kiosk.play(Tone.DONE)
            await desk.staff.show_person(person)
        elif does == "lines":
            await self.kiosk.go("lines", LinesView("staff.loans", view.lines, person))
        else:
            issue = issue_card if does == "card" else issue_day_card
            by = desk.staff.person
            code = await self.kiosk.with_keys(issue, act=act, person=person, by=by)
            self.kiosk.play(Tone.DONE)
            self.show(PersonView(view.person, view.lines, view.terms, code))

"""One person at the staff desk: who they are, what they have, their rules, their cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.naming import thing
from kiosk.screens.base import KioskScreen
from kiosk.screens.lines import LinesView
from kiosk.screens.person_cards import NewCard, ask_about_cards
from kiosk.screens.person_details import Details
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.result import SHAPES
from kiosk.widgets.rows import RowLine, Rows
from kiosk.widgets.text import Text
from sharing.people.actions import accept_terms
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.desk_people import Issued
    from kiosk.i18n import Words
    from sharing.lending.looking import LoanLine
    from sharing.people.rules import Person
    from sharing.terms.rules import Terms

PARTS = ("contact", "state", "blocked", "has")
"""What is said below the name, each if there is something to say."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person as the journal has them."""

    person: Person
    lines: tuple[LoanLine, ...]
    terms: Terms
    cards: int = 0
    """How many of their cards work."""
    issued: Issued | None = None
    """A card that was just issued; its number is shown once."""
    blocked: int | None = None
    """How many cards were just blocked."""
    is_new: bool = False
    back: Callable[[], Awaitable[None]] | None = None
    """Where "back" leads; None is the search."""


class PersonScreen(KioskScreen[PersonView]):
    """See and change who they are, accept the rules, see to the cards, see the loans."""

    def body(self) -> Sequence[Widget]:
        """Name, a new card, or what is known and the loans."""
        known = [Text(id=name) for name in PARTS]
        return [Text(id="title", classes="big"), NewCard(id="card"), *known, Rows(id="lines")]

    def fill(self, view: PersonView) -> None:
        """Say it."""
        words, name = self.words, shown(view.person.name, limit=60)
        self.query_one("#title", Text).say(words("person.registered", name=name) if view.is_new else name)
        said, is_card = _said(words, view), view.issued is not None
        self.query_one(NewCard).show(words, view.issued, view.blocked)
        for part in PARTS:
            text = self.query_one(f"#{part}", Text)
            text.say(said[part])
            text.display = bool(said[part]) and not is_card
        rows = self.query_one(Rows)
        rows.show([_row(words, line) for line in view.lines])
        rows.display = not is_card

    def options(self, view: PersonView) -> Sequence[Option]:
        """Loans, changes, rules, organisations, cards; nothing but back beside a card's number."""
        words, back = self.words, Option("9", self.words("common.back"), "back")
        if view.issued is not None:
            return [back]
        offered = [Option("1", words("person.things"), "lines")] if view.lines else []
        offered.append(Option("2", words("person.change"), "change"))
        if view.person.terms_version < view.terms.terms_version:
            offered.append(Option("3", words("person.accept"), "accept"))
        if not view.lines:
            offered.append(Option("4", words("person.member"), "organisations"))
        if view.lines and self.kiosk.printer:
            offered.append(Option("5", words("person.print"), "print"))
        offered.append(Option("6", words("person.cards"), "cards"))
        if self.query_one(Rows).pages > 1 and len(offered) + 1 < self.PLACES:
            offered.append(Option("8", words("common.more"), "more"))
        return [*offered, back]

    async def took_scan(self, text: str) -> bool:
        """A new card scanned off the screen begins its visit: staff are signed out first."""
        if self.view is not None and self.view.issued is not None and self.view.issued.code in text:
            self.kiosk.desk.staff.sign_out()
        return False

    async def chosen(self, does: str) -> None:
        """Do it and show the person again."""
        view, desk = self.view, self.kiosk.desk
        if view is None:
            return
        person = view.person.id
        if does == "back" and view.issued is not None:
            await desk.staff.show_person(person, view.back)
        elif does == "back":
            await (view.back() if view.back else desk.staff.open("persons"))
        elif does == "more":
            self.query_one(Rows).turn()
        elif does == "accept":
            await self._accept(view)
        elif does == "lines":
            back = view.back
            await self.kiosk.go(
                "lines", LinesView("staff.loans", view.lines, lambda: desk.staff.show_person(person, back))
            )
        elif does in {"change", "organisations"}:
            details = Details(self.kiosk, view)
            await (details.ask() if does == "change" else details.ask_organisations())
        elif does == "print":
            await desk.staff.print_loans(person)
        elif does == "cards":
            await ask_about_cards(self.kiosk, view)

    async def _accept(self, view: PersonView) -> None:
        """Note that the person accepts the terms that hold now."""
        versions = {
            "terms_version": view.terms.terms_version,
            "privacy_version": view.terms.privacy_version,
        }
        await self.kiosk.do(accept_terms, view.person.id, act=self.kiosk.new_act(), **versions)
        self.kiosk.play(Tone.DONE)
        await self.kiosk.desk.staff.show_person(view.person.id, view.back)


def _said(words: Words, view: PersonView) -> dict[str, str]:
    person = view.person
    names = [shown(one.organisation.name, limit=40) for one in person.memberships]
    accepted = person.terms_version >= view.terms.terms_version
    state = [f"{words('person.accepted')}: {words('person.yes' if accepted else 'person.no')}"]
    if person.suspended_until is not None:
        state.append(words("person.suspended", when=words.until(person.suspended_until)))
    state.append(words.count("person.cards_work", view.cards))
    blocked = words.count("person.cards_blocked", view.blocked) if view.blocked is not None else ""
    return {
        "contact": " · ".join(part for part in (shown(person.contact), *names) if part),
        "state": " · ".join(state),
        "blocked": blocked,
        "has": words.count("person.has", len(view.lines)),
    }


def _row(words: Words, line: LoanLine) -> RowLine:
    name = " · ".join(part for part in (thing(words, line), shown(line.org_name, limit=40)) if part)
    key = "person.late" if line.overdue else "common.until"
    return RowLine(name, words(key, when=words.short_until(line.due)), SHAPES["out"])

"""One person at the staff desk: what they have, their rules, their cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.naming import thing
from kiosk.screens.base import KioskScreen
from kiosk.screens.choose import ChooseView
from kiosk.screens.lines import LinesView
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed
from kiosk.widgets.result import SHAPES
from kiosk.widgets.rows import RowLine, Rows
from kiosk.widgets.text import Text
from sharing.codes import grouped
from sharing.people.actions import accept_terms, issue_card, issue_day_card, replace_cards, revoke_cards_of
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words
    from sharing.lending.looking import LoanLine
    from sharing.people.rules import Person
    from sharing.terms.rules import Terms

PARTS = ("contact", "state", "card", "once", "has")
"""What is said below the name, each if there is something to say."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person as the journal has them."""

    person: Person
    lines: tuple[LoanLine, ...]
    terms: Terms
    cards: int = 0
    """How many of their cards work."""
    card: str = ""
    """The number of a card that was just issued; shown once."""
    blocked: int | None = None
    """How many cards were just blocked."""
    is_new: bool = False
    back: Callable[[], Awaitable[None]] | None = None
    """Where "back" leads; None is the search."""


class PersonScreen(KioskScreen[PersonView]):
    """Accept the rules, see to the cards, see the loans."""

    def body(self) -> Sequence[Widget]:
        """Name, what is known, a new card's number, and the loans."""
        return [Text(id="title", classes="big"), *(Text(id=name) for name in PARTS), Rows(id="lines")]

    def fill(self, view: PersonView) -> None:
        """Say it."""
        words, name = self.words, shown(view.person.name, limit=60)
        self.query_one("#title", Text).say(words("person.registered", name=name) if view.is_new else name)
        said = _said(words, view)
        for part in PARTS:
            text = self.query_one(f"#{part}", Text)
            text.say(said[part])
            text.display = bool(said[part])
        self.query_one(Rows).show([_row(words, line) for line in view.lines])

    def options(self, view: PersonView) -> Sequence[Option]:
        """Loans, rules, cards."""
        words = self.words
        offered = []
        if view.lines:
            offered.append(Option("1", words("person.things"), "lines"))
        if view.person.terms_version < view.terms.terms_version:
            offered.append(Option("3", words("person.accept"), "accept"))
        offered.append(Option("6", words("person.cards"), "cards"))
        if self.query_one(Rows).pages > 1:
            offered.append(Option("8", words("common.more"), "more"))
        return [*offered, Option("9", words("common.back"), "back")]

    async def chosen(self, does: str) -> None:
        """Do it and show the person again."""
        view, desk = self.view, self.kiosk.desk
        if view is None:
            return
        person = view.person.id
        if does == "back":
            await (view.back() if view.back else desk.staff.open("persons"))
        elif does == "more":
            self.query_one(Rows).turn()
        elif does == "accept":
            versions = {
                "terms_version": view.terms.terms_version,
                "privacy_version": view.terms.privacy_version,
            }
            await self.kiosk.do(accept_terms, person, act=self.kiosk.new_act(), **versions)
            self.kiosk.play(Tone.DONE)
            await desk.staff.show_person(person, view.back)
        elif does == "lines":
            back = view.back
            await self.kiosk.go(
                "lines", LinesView("staff.loans", view.lines, lambda: desk.staff.show_person(person, back))
            )
        elif does == "cards":
            await self._ask_about_cards(view)

    async def _ask_about_cards(self, view: PersonView) -> None:
        """Ask which card, and what becomes of the old ones; one act for the question.

        So a key pressed twice makes one card: the second press is the same command.
        """
        act, person = self.kiosk.new_act(), view.person.id
        offered = _card_deeds(view)

        async def picked(place: int) -> None:
            deed, kiosk = offered[place], self.kiosk
            by = kiosk.desk.staff.person
            card, blocked = "", None
            if deed == "block":
                blocked = await kiosk.do(revoke_cards_of, person, act=act, by=by)
            elif deed == "replace":
                card = await kiosk.with_keys(replace_cards, act=act, person=person, by=by)
                blocked = view.cards
            else:
                issue = issue_day_card if deed == "day" else issue_card
                card = await kiosk.with_keys(issue, act=act, person=person, by=by)
            kiosk.play(Tone.DONE)
            await kiosk.desk.staff.show_person(person, view.back)
            screen = kiosk.showing()
            if isinstance(screen, PersonScreen) and screen.view is not None:
                screen.show(replace(screen.view, card=card, blocked=blocked))

        def answers(words: Words) -> list[Listed]:
            return [Listed(words(f"cards.{deed}"), words(f"cards.{deed}.what")) for deed in offered]

        await self.kiosk.go("choose", ChooseView(
            lambda words: words("person.cards"),
            answers,
            picked,
            lambda words: words.count("person.cards_work", view.cards),
            lambda: self.kiosk.go("person", view),
        ))  # fmt: skip


def _card_deeds(view: PersonView) -> tuple[str, ...]:
    """What can be done about cards: replacing and blocking only where one works."""
    return ("replace", "more", "day", "block") if view.cards else ("first", "day")


def _said(words: Words, view: PersonView) -> dict[str, str]:
    person = view.person
    names = [shown(one.organisation.name, limit=40) for one in person.memberships]
    accepted = person.terms_version >= view.terms.terms_version
    state = [f"{words('person.accepted')}: {words('person.yes' if accepted else 'person.no')}"]
    if person.suspended_until is not None:
        state.append(words("person.suspended", when=words.until(person.suspended_until)))
    state.append(words.count("person.cards_work", view.cards))
    card = words("person.card_made", code=grouped(view.card)) if view.card else ""
    blocked = words.count("person.cards_blocked", view.blocked) if view.blocked is not None else ""
    return {
        "contact": " · ".join(part for part in (shown(person.contact), *names) if part),
        "state": " · ".join(state),
        "card": "\n".join(part for part in (card, blocked) if part),
        "once": words("person.card_once") if view.card else "",
        "has": words.count("person.has", len(view.lines)),
    }


def _row(words: Words, line: LoanLine) -> RowLine:
    name = " · ".join(part for part in (thing(words, line), shown(line.org_name, limit=40)) if part)
    key = "person.late" if line.overdue else "common.until"
    return RowLine(name, words(key, when=words.short_until(line.due)), SHAPES["out"])

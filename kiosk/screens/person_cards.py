"""A person's cards at the staff desk: which one, for what and until when; nothing is issued without a yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical

from kiosk import desk_people
from kiosk.screens.choose import ChooseView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from kiosk.widgets.qr import Qr
from kiosk.widgets.text import Text
from sharing.codes import grouped
from sharing.people.actions import revoke_cards_of
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.app import ComposeResult

    from kiosk.desk_people import Issued
    from kiosk.i18n import Words
    from kiosk.screens.base import Kiosk
    from kiosk.screens.person import PersonView
    from sharing.people.rules import Scope

ENDS = ("day",)
"""Deeds whose card ends by itself."""


class NewCard(Horizontal):
    """A number that is shown once: to scan or photograph on the left, in words on the right."""

    PARTS = ("ready", "code", "until", "scope", "blocked", "once")

    def compose(self) -> ComposeResult:
        """Make both halves."""
        yield Qr(id="qr")
        with Vertical(id="card-words"):
            for part in self.PARTS:
                yield Text(id=f"card-{part}", classes="strong" if part in ("ready", "code") else None)

    def show(self, words: Words, issued: Issued | None, blocked: int | None) -> None:
        """Show a card, or none."""
        self.display = issued is not None
        self.query_one(Qr).show(issued.modules if issued else ())
        said = _said(words, issued, blocked) if issued else {}
        for part in self.PARTS:
            text = self.query_one(f"#card-{part}", Text)
            text.say(said.get(part, ""))
            text.display = bool(said.get(part))


def _said(words: Words, issued: Issued, blocked: int | None) -> dict[str, str]:
    return {
        "ready": words("cards.ready"),
        "code": grouped(issued.code),
        "until": _until(words, issued.ends),
        "scope": _good_for(words, issued.scope),
        "blocked": words.count("person.cards_blocked", blocked) if blocked is not None else "",
        "once": words("cards.once"),
    }


def _good_for(words: Words, scope: Collection[str]) -> str:
    return ", ".join(words(f"cards.for.{one}") for one in sorted(scope)) or words("cards.for.all")


def _until(words: Words, ends: int | None) -> str:
    return words("cards.until", when=words.until(ends)) if ends is not None else words("cards.no_end")


async def ask_about_cards(kiosk: Kiosk, view: PersonView) -> None:
    """Ask which card, and what becomes of the old ones; one act for the question.

    So a key pressed twice makes one card: the second press is the same command.
    """
    act, offered = kiosk.new_act(), _deeds(view)

    async def picked(place: int) -> None:
        await _ask_whether(kiosk, view, offered[place], act)

    await kiosk.go("choose", ChooseView(
        lambda words: words("person.cards"),
        lambda words: [Listed(words(f"cards.{deed}"), words(f"cards.{deed}.what")) for deed in offered],
        picked,
        lambda words: words.count("person.cards_work", view.cards),
        lambda: kiosk.go("person", view),
    ))  # fmt: skip


def _deeds(view: PersonView) -> tuple[str, ...]:
    """What can be done about cards: replacing and blocking only where one works."""
    return ("replace", "more", "day", "block") if view.cards else ("first", "day")


async def _ask_whether(kiosk: Kiosk, view: PersonView, deed: str, act: bytes) -> None:
    """Ask once more: until when it would be valid, and for what."""
    ends = await kiosk.do(desk_people.day_card_ends) if deed in ENDS else None
    lost = await kiosk.do(desk_people.lost_card, view.person.id) if deed == "replace" else None
    scopes = desk_people.scopes_for(view.person) if deed not in ("replace", "block") else (None,)
    ends = lost.ends if lost else ends

    def answers(words: Words) -> list[Listed]:
        if deed == "block":
            return [Listed(words("cards.block.yes"))]
        if lost:
            return [Listed(words("cards.yes"), _good_for(words, lost.scope))]
        return [Listed(words("cards.yes"), words(f"cards.for.{scope or 'all'}")) for scope in scopes]

    def detail(words: Words) -> str:
        name = shown(view.person.name, limit=60)
        return name if deed == "block" else f"{name} · {_until(words, ends)}"

    async def picked(place: int) -> None:
        await _do(kiosk, view, deed, scopes[place], act)

    await kiosk.go("choose", ChooseView(
        lambda words: words(f"cards.{deed}"), answers, picked, detail, lambda: ask_about_cards(kiosk, view)
    ))  # fmt: skip


async def _do(kiosk: Kiosk, view: PersonView, deed: str, scope: Scope | None, act: bytes) -> None:
    staff, person = kiosk.desk.staff, view.person.id
    issued: Issued | None = None
    blocked: int | None = None
    if deed == "block":
        blocked = await kiosk.do(revoke_cards_of, person, act=act, by=staff.person)
    else:
        issued = await kiosk.with_keys(desk_people.issue, deed, person, scope, act=act, by=staff.person)
        blocked = issued.revoked
    kiosk.play(Tone.DONE)
    await staff.show_person(person, view.back, issued=issued, blocked=blocked)

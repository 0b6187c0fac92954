"""One scan as the kiosk does it, for scripts; and the kiosk as lines of text, for screen readers and ssh."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import DONE, REFUSED, Answer, said
from kiosk.cli.doors import refused
from kiosk.cli.frame import Session, argument, command, option

if TYPE_CHECKING:
    from sharing.lending.rules import Visit
    from sharing.lending.scanning import Scanned

NOT_DONE = frozenset({"refused", "set_aside", "missing", "kept_at_desk", "reserved_for_another"})
"""Steps after which the person does not have what they scanned."""
SHOWN_S = 30
"""For how long a thing that was shown waits for the card that lends it, in seconds."""


@command("scan", writes=True)
@option("--card")
@option("--for", "for_", metavar="org")
@option("--typed", is_flag=True)
@argument("text", metavar="TEXT")
def scan(session: Session, text: str, card: str | None, for_: str | None, *, typed: bool) -> Answer:
    """Do what one scan does, without a visit or in a visit of this card."""
    from msgspec.structs import replace

    from sharing.lending.scanning import Scan, visit_of
    from sharing.lending.scanning import scan as do

    visit = visit_of(session.store, session.house.keys, finding.spoken(card)) if card else None
    if visit is not None and for_:
        visit = replace(visit, org=finding.organisation(session, for_).id)
    order = Scan(finding.spoken(text), session.act(), visit, typed=typed)
    return told(session, do(session.store, session.house.keys, order))


def told(session: Session, scanned: Scanned) -> Answer:
    """Say what a scan led to."""
    words, step = session.dated, scanned.step.value
    data: dict[str, Any] = {
        "step": step,
        "act": scanned.act or None,
        "item": values.short_item(words, scanned.item) if scanned.item else None,
        "place": values.location(words, scanned.place) if scanned.place else None,
        "line": values.line(words, scanned.line) if scanned.line else None,
        "missing": list(scanned.missing),
        "person": values.short_person(scanned.visit.person if scanned.visit else None),
        "twins": [values.short_item(words, one) for one in scanned.twins],
    }
    if scanned.refusal is not None:
        answer = refused(session, scanned.refusal, **data)
        answer.lines = [*_thing(session, scanned), *answer.lines]
        return answer
    lines = list(_lines(session, scanned))
    if step not in NOT_DONE:
        return Answer(data, lines, DONE)
    from kiosk.cli.doors import ask_json, ask_line

    ask = session.ask()
    data |= {
        "refusal": step,
        "message": lines[0],
        "next": "ask_staff",
        "next_message": words("next.ask_staff"),
        "ask": ask_json(words, ask),
    }
    return Answer(data, [line for line in (*lines, ask_line(words, ask)) if line], REFUSED, error=True)


def _thing(session: Session, scanned: Scanned) -> list[str]:
    from sharing.texts import shown

    return [shown(scanned.item.name(session.words.language))] if scanned.item else []


def _lines(session: Session, scanned: Scanned) -> Iterator[str]:
    words = session.dated
    whom = scanned.visit.person.initials if scanned.visit else ""
    headline = words(f"step.{scanned.step}", whom=whom)
    thing = scanned.item or scanned.place
    yield said(headline, thing.name(words.language)) if thing else headline
    if scanned.missing:
        yield words("thing.needs", needs=words.needs(scanned.missing))
    if scanned.line is not None and scanned.line.back_at is None:
        yield words("common.until", when=words.until(scanned.line.due))
    for twin in scanned.twins[:1]:
        yield words("thing.twin", thing=twin.name(words.language))


class LineDesk:
    """The kiosk in lines: every line that is typed or scanned is a scan, and visits end as on the screen."""

    def __init__(self, session: Session) -> None:
        """Begin without a visit."""
        self.session = session
        self.visit: Visit | None = None
        self.shown: tuple[str, int] | None = None
        self.quiet_since = 0

    def run(self) -> Answer:
        """Answer each line of standard input until it ends."""
        words = self.session.words
        click.echo(words("home.title"))
        for line in sys.stdin:
            if text := line.strip():
                for answer in self.answers(text):
                    click.echo(answer)
        return Answer({})

    def answers(self, text: str) -> list[str]:
        """Give the lines that answer one scan; a refusal is an answer too."""
        from sharing.lending.scanning import Scan
        from sharing.lending.scanning import scan as do

        session = self.session
        now = session.store.clock.read()
        self._forget_after(now.uptime)
        waits = self.shown is not None and now.uptime - self.shown[1] <= SHOWN_S * 1000
        order = Scan(
            text, session.store.new_act(), self.visit, self.shown[0] if waits and self.shown else None
        )
        scanned = do(session.store, session.house.keys, order)
        self.visit = scanned.visit
        free = scanned.step.value == "shown" and scanned.item is not None
        self.shown = (scanned.item.id, now.uptime) if free and scanned.item else None
        return list(told(session, scanned).lines)

    def _forget_after(self, uptime: int) -> None:
        """End a visit that was quiet for as long as the kiosk's screen would wait."""
        kiosk = self.session.settings.kiosk
        if uptime - self.quiet_since > (kiosk.idle_seconds + kiosk.countdown_seconds) * 1000:
            self.visit = None
        self.quiet_since = uptime

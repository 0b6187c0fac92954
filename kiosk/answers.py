"""What a scan led to, in words, shape and sound; the one table behind every result on screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.facts import opens_for_returns
from kiosk.sound import Tone
from kiosk.widgets.result import Answer
from sharing.catalogue.rules import Need
from sharing.errors import PersonSuspended, TooManyForPerson
from sharing.lending.scan_table import Step
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.i18n import Words
    from sharing.catalogue.rules import Item
    from sharing.errors import Refusal, TeilhausError
    from sharing.lending.looking import LoanLine
    from sharing.lending.rules import Visit
    from sharing.lending.scanning import Scanned
    from sharing.terms.rules import Ask

NAME_LIMIT = 46
"""Cells of a thing's name in a result at 76 columns."""

LOOKS: dict[Step, tuple[str, Tone | None]] = {
    Step.SHOWN: ("here", Tone.DONE),
    Step.LENT: ("out", Tone.DONE),
    Step.GIVEN_BACK: ("back", Tone.DONE),
    Step.GIVEN_BACK_OFFERED: ("back", Tone.ASK),
    Step.ASK_BACK_OR_EXTEND: ("ask", Tone.ASK),
    Step.ALREADY_YOURS: ("here", Tone.DONE),
    Step.ALREADY_GIVEN_BACK: ("back", Tone.DONE),
    Step.JUST_BACK: ("back", Tone.DONE),
    Step.RESERVED: ("aside", Tone.ASIDE),
    Step.RESERVED_FOR_ANOTHER: ("aside", Tone.ASIDE),
    Step.SET_ASIDE: ("aside", Tone.ASIDE),
    Step.MISSING: ("aside", Tone.ASIDE),
    Step.KEPT_AT_DESK: ("aside", Tone.ASIDE),
    Step.REFUSED: ("no", Tone.NO),
    Step.FOUND: ("back", Tone.DONE),
    Step.HOW_MANY_FREE: ("here", Tone.DONE),
    Step.HOW_MANY: ("ask", Tone.ASK),
    Step.ROOM: ("here", Tone.DONE),
    Step.PLACE: ("here", Tone.DONE),
    Step.SLIP: ("here", Tone.DONE),
    Step.VISIT_OPENED: ("done", Tone.DONE),
    Step.VISIT_ENDED: ("done", Tone.DONE),
    Step.VISIT_CHANGED: ("done", Tone.DONE),
    Step.STAFF_PIN: ("ask", Tone.ASK),
    Step.SAME_AGAIN: ("here", None),
}
"""Shape and sound of each step; `docs/words.md` has them beside the words."""


def whom(visit: Visit | None, line: LoanLine | None = None, *, limit: int = 44) -> str:
    """Say for whom, as far as others may read it: initials and organisation of at most `limit` cells."""
    if line is not None:
        initials = line.who.initials if line.who else "–"
        return " · ".join(shown(part, limit=limit) for part in (initials, line.org_name) if part)
    if visit is None:
        return ""
    org = next(
        (one.organisation.name for one in visit.person.memberships if one.organisation.id == visit.org), ""
    )
    return " · ".join(shown(part, limit=limit) for part in (visit.person.initials, org) if part)


def asking(words: Words, ask: Ask | None) -> str:
    """Say whom to ask: somebody who is here, or a number and when somebody is back."""
    if ask is None:
        return ""
    function, phone = words.team(shown(ask.function, limit=30)), shown(ask.phone, limit=30)
    if ask.here_now:
        return words("thing.ask", function=function)
    if ask.from_instant is None:
        return words("thing.phone", function=function, phone=phone)
    when = words.soon(ask.from_instant, ask.asked_at)
    return words("thing.later", function=function, phone=phone, when=when)


def refused(words: Words, error: TeilhausError, ask: Ask | None, thing: str = "") -> Answer:
    """Say why, what next, and whom to ask."""
    asked = asking(words, ask)
    step = "" if asked and error.next_step == "ask" else words.next_step(error)
    lines = (thing, shown(words.why(error)), step, asked)
    return Answer("no", Tone.NO, words("step.refused"), tuple(line for line in lines if line))


def done(words: Words, key: str, *lines: str, shape: str = "done") -> Answer:
    """Say that a key did what it says."""
    return Answer(shape, Tone.DONE, words(key), tuple(line for line in lines if line))


def answer_to(words: Words, scanned: Scanned, ask: Ask | None = None) -> Answer:
    """Say what a scan led to: for whom, what, until when, or why not."""
    shape, tone = LOOKS[scanned.step]
    name = thing_name(words, scanned)
    if scanned.refusal is not None:
        return _refused(words, scanned, scanned.refusal, ask)
    headline = words(f"step.{scanned.step}", whom=whom(scanned.visit))
    if opens_for_returns(scanned) and scanned.visit is not None:
        why = PersonSuspended(until=scanned.visit.person.suspended_until)
        return Answer("no", Tone.NO, headline, (words.why(why), words("visit.only_back"), asking(words, ask)))
    return Answer(shape, tone, headline, tuple(line for line in (name, *_more(words, scanned, ask)) if line))


def _refused(words: Words, scanned: Scanned, refusal: Refusal, ask: Ask | None) -> Answer:
    """Say why; and that it may be another's limit if nobody has said yet for whom it is."""
    answer = refused(words, refusal, ask, thing_name(words, scanned))
    visit = scanned.visit
    if isinstance(refusal, TooManyForPerson) and visit is not None and not visit.asked_for_whom:
        return replace(answer, lines=(*answer.lines, words("visit.change_whom")))
    return answer


def for_whom(words: Words, line: LoanLine) -> str:
    """Say for whom a thing is out; "private" to those who may borrow for others too."""
    private = line.org is None and line.who is not None and line.who.memberships
    return words("common.for", whom=_and(whom(None, line), words("visit.private") if private else ""))


def _and(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def money(words: Words, cents: int) -> str:
    """Write a sum of money."""
    return words("common.money", euros=cents // 100, cents=f"{cents % 100:02}")


def deposit_back(words: Words, item: Item) -> str:
    """Say where a deposit is that was left for a thing; nothing for things without one."""
    cents = item.model.deposit_cents
    return words("back.deposit", sum=money(words, cents)) if cents else ""


def needs_of(words: Words, item: Item, missing: Sequence[Need]) -> str:
    """Write what has to be done first; the deposit with its sum, so that nobody has to ask."""
    cents = item.model.deposit_cents
    deposit = words("thing.deposit", sum=money(words, cents)) if cents else words("need.deposit")
    return ", ".join(deposit if need is Need.DEPOSIT else words(f"need.{need}") for need in missing)


def thing_name(words: Words, scanned: Scanned) -> str:
    """The name of what was scanned, or nothing."""
    thing = scanned.item or scanned.place
    return shown(thing.name(words.language), limit=NAME_LIMIT) if thing is not None else ""


def _more(words: Words, scanned: Scanned, ask: Ask | None) -> tuple[str, ...]:
    """Give the lines below the name of the thing."""
    if scanned.missing and scanned.item and scanned.step in (Step.SET_ASIDE, Step.MISSING):
        needs = words("thing.needs", needs=needs_of(words, scanned.item, scanned.missing))
        return (needs, words("thing.leave_here"), asking(words, ask))
    if scanned.line is not None and scanned.step in (Step.LENT, Step.ALREADY_YOURS, Step.ASK_BACK_OR_EXTEND):
        until = words("common.until", when=words.until(scanned.line.due))
        is_open = scanned.visit is not None and not scanned.visit.asked_for_whom
        return (until, for_whom(words, scanned.line), words("visit.change_whom") if is_open else "")
    if scanned.step in (Step.KEPT_AT_DESK, Step.RESERVED, Step.RESERVED_FOR_ANOTHER):
        twins = [shown(twin.name(words.language), limit=NAME_LIMIT) for twin in scanned.twins[:1]]
        return (*(words("thing.twin", thing=twin) for twin in twins), asking(words, ask))
    if scanned.step is Step.FOUND:
        return (words("visit.found" if scanned.visit else "thing.found"),)
    if scanned.step in (Step.VISIT_OPENED, Step.VISIT_CHANGED):
        return (words("visit.scan"), words("visit.what"))
    return (words("thing.return_shelf"),) if scanned.at_return_shelf else ()

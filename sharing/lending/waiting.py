"""Renewals that were asked on other machines, answered at the home by the rules that hold there now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from sharing.catalogue import actions as catalogue
from sharing.errors import BadTime, NotOut, PersonUnknown, Refusal
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.store import HOUSE_GROUP, Work
from sharing.lending.against import why_not_longer
from sharing.lending.entries import RenewalAsked, RenewalDecided
from sharing.lending.rules import renewed_due
from sharing.people import actions as people
from sharing.people.rules import Person
from sharing.terms.actions import terms_of

KINDS: Final = (RenewalAsked.KIND,)


def answer(work: Work, entry: Entry) -> list[Draft]:
    """Give the verdict on a renewal; never none, so that nobody waits for ever.

    A thing that is back needs no answer any more: the line stays as it is, and nobody is told no. What was
    lent where nothing of it has come here yet cannot be promised to anybody.
    """
    data = msgspec.json.decode(entry.data, type=RenewalAsked)
    line = _line(work, data.line)
    if line is None or line.subject != entry.subject:
        due, declined = data.due, _word(NotOut())
    elif line.back_at is not None:
        due, declined = line.due, ""
    else:
        due, declined = _weighed(work, line, data)
    epoch, n = work.verdict_stamp()
    verdict = RenewalDecided(
        group=HOUSE_GROUP, home_epoch=epoch, n=n, decides=entry.hex, line=data.line, due=due,
        declined=declined,
    )  # fmt: skip
    return [Draft(entry.subject, verdict, nature="verdict")]


def beside(work: Work, entries: Sequence[Entry]) -> dict[bytes, list[tuple[str, Instant, Instant]]]:
    """Read at once what the answers to renewals will ask for; gives by entry what they change: a thing."""
    asked = [msgspec.json.decode(entry.data, type=RenewalAsked).line for entry in entries]
    work.read_ahead(_LINE, asked)
    lines = [
        line for line in (_line(work, one) for one in asked) if line is not None and line.back_at is None
    ]
    catalogue.read_items_ahead(work, [line.item for line in lines])
    people.read_persons_ahead(work, [line.borrower for line in lines if line.borrower])
    return {entry.id: [(entry.subject, 0, 1)] for entry in entries}


class _Line(msgspec.Struct, frozen=True):
    """A line as far as a renewal is about it."""

    id: str
    subject: str
    item: str
    borrower: str | None
    due: Instant
    back_at: Instant | None
    renewals: int


_LINE: Final = "SELECT id, subject, item, borrower, due, back_at, renewals FROM loan_line WHERE id = ?"


def _line(work: Work, key: str) -> _Line | None:
    return next((_Line(*row) for row in work.rows(_LINE, (key,))), None)


def _weighed(work: Work, line: _Line, data: RenewalAsked) -> tuple[Instant, str]:
    """Give until when the line holds now, and why not longer; sooner is always welcome."""
    if data.due <= (data.seen or line.due):
        return min(data.due, line.due), ""
    if data.due <= line.due:
        return line.due, ""  # somebody else asked for as much already, and it counts once
    try:
        item = catalogue.item(work, line.item)
        for refusal in why_not_longer(item, _borrower(work, line.borrower), work.now):
            raise refusal
        return renewed_due(item, terms_of(work), line.due, line.renewals, data.due, work.now), ""
    except Refusal as refusal:
        return line.due, _word(refusal)


def _borrower(work: Work, person: str | None) -> Person | None:
    """Give who has it; None if they were cut from the loan, or their own entries are still on their way."""
    try:
        return people.person(work, person) if person else None
    except PersonUnknown:
        return None


def _word(refusal: Refusal) -> str:
    """Give the reason as the verdict keeps it: "no_more_renewals", "too_late"."""
    if isinstance(refusal, BadTime):
        return str(refusal.details["reason"])
    return refusal.key.removeprefix("refusal.")

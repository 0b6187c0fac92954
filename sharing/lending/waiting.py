"""Renewals that were asked on other machines, answered at the home by the rules that hold there now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sharing.catalogue import actions as catalogue
from sharing.errors import BadTime, NotOut, PersonUnknown, Refusal
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.store import HOUSE_GROUP, Work
from sharing.lending.against import why_not_longer
from sharing.lending.entries import RenewalAsked, RenewalDecided
from sharing.lending.rules import renewed_due
from sharing.lending.tables import Line
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
    row = work.one(Line, data.line)
    if row is None or row["subject"] != entry.subject:
        due, declined = data.due, _word(NotOut())
    elif row["back_at"] is not None:
        due, declined = row["due"], ""
    else:
        due, declined = _weighed(work, row, data)
    epoch, n = work.verdict_stamp()
    verdict = RenewalDecided(
        group=HOUSE_GROUP, home_epoch=epoch, n=n, decides=entry.hex, line=data.line, due=due,
        declined=declined,
    )  # fmt: skip
    return [Draft(entry.subject, verdict, nature="verdict")]


def _weighed(work: Work, row: Mapping[str, Any], data: RenewalAsked) -> tuple[Instant, str]:
    """Give until when the line holds now, and why not longer; sooner is always welcome."""
    due: Instant = row["due"]
    if data.due <= (data.seen or due):
        return min(data.due, due), ""
    if data.due <= due:
        return due, ""  # somebody else asked for as much already, and it counts once
    try:
        item = catalogue.item(work, row["item"])
        for refusal in why_not_longer(item, _borrower(work, row["borrower"]), work.now):
            raise refusal
        return renewed_due(item, terms_of(work), due, row["renewals"], data.due, work.now), ""
    except Refusal as refusal:
        return due, _word(refusal)


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

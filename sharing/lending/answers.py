"""Answers to renewals that the borrower does not know yet: they stay until somebody has seen them."""

from __future__ import annotations

import msgspec

from sharing.errors import DoesNotExist
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import Reader, Store
from sharing.lending.entries import RenewalSeen
from sharing.lending.looking import LoanLine, lines_in
from sharing.lending.tables import Line, Renewal
from sharing.texts import shown


class RenewalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A renewal that was promised somewhere and declined at the home."""

    asked: str
    """The request (hex)."""
    line: LoanLine
    """The line as it stands now; it may be back."""
    due: Instant
    """Until when they wanted to keep it."""
    asked_at: Instant
    declined: str
    """Why not: "no_more_renewals", "too_late", "not_lendable", …"""
    declined_at: Instant


def renewal_answers(store: Store, person: str) -> tuple[RenewalAnswer, ...]:
    """Give the declined renewals that a person has not seen, the oldest first."""
    with store.reader() as read:
        return _answers(read, person)


def _answers(read: Reader, person: str) -> tuple[RenewalAnswer, ...]:
    # There are few of them, and most houses have none: the lines are looked up by key.
    waiting = read.select(
        Renewal.select()
        .where(Renewal.declined.is_null(False))
        .order_by(Renewal.declined_at, Renewal.id)
    )  # fmt: skip
    rows = {one["line"]: read.one(Line, one["line"]) for one in waiting}
    own = {key: row for key, row in rows.items() if row is not None and row["borrower"] == person}
    lines = {one.id: one for one in lines_in(read, own.values())}
    return tuple(
        RenewalAnswer(
            asked=one["id"], line=lines[one["line"]], due=one["due"], asked_at=one["asked_at"],
            declined=one["declined"], declined_at=one["declined_at"],
        )
        for one in waiting
        if one["line"] in lines
    )  # fmt: skip


def saw_renewal(store: Store, asked: str, act: bytes) -> None:
    """Note that the borrower has seen the answer; it leaves the list on every machine.

    Args:
        store: the house.
        asked: the request (hex), as `RenewalAnswer.asked`.
        act: id of this command.

    Raises:
        DoesNotExist: there is no such answer, or it was seen before.
    """
    with store.begin() as work:
        if work.applied(act):
            return
        row = work.one(Renewal, asked)
        if row is None or row["declined"] is None:
            raise DoesNotExist(what="renewal", value=shown(asked, limit=40))
        work.append(act, [Draft(row["subject"], RenewalSeen(asked=asked))])

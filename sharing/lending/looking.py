"""Reading how things stand at the desk: items, lines, lists. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from sharing.catalogue import look_up as catalogue
from sharing.catalogue.rules import Item, Need
from sharing.errors import DoesNotExist, NotOut, PersonUnknown
from sharing.journal.entry import Instant
from sharing.journal.store import Reader, Store
from sharing.lending.against import missing_needs
from sharing.lending.day import LastNoted, Today, last_noted, today
from sharing.lending.rows import Holding, Line
from sharing.lending.rules import Condition
from sharing.lending.standing import needs_in, standing_of
from sharing.people import reading as people
from sharing.people.rules import Person
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms, is_overdue

__all__ = [
    "LastNoted", "LoanLine", "SetAside", "Today", "back_between", "last_noted", "line_of", "lines_of_item",
    "loans_of", "open_loans", "set_aside_for", "set_aside_list", "set_aside_of", "standing_of", "today",
    "unchecked",
]  # fmt: skip


class LoanLine(msgspec.Struct, frozen=True):
    """One thing somebody has or had, as the desk sees it."""

    id: str
    loan: str
    item: Item
    who: Person | None
    """None once the person was cut from the loan."""
    org: str | None
    org_name: str
    out_at: Instant
    due: Instant
    overdue: bool
    back_at: Instant | None
    checked_at: Instant | None
    condition: Condition | None
    renewals: int
    asked_due: Instant | None
    """A renewal that is not decided yet."""
    override: str
    late: bool


class SetAside(msgspec.Struct, frozen=True):
    """One thing that waits at the desk."""

    item: Item
    loan: str
    who: Person | None
    org: str | None
    missing: tuple[Need, ...]
    """What is missing now: what was done since it was set aside is not asked for again."""
    since: Instant


def line_of(
    read: Reader,
    line: str,
    terms: Terms | None = None,
    *,
    item: Item | None = None,
    who: Person | None = None,
) -> LoanLine:
    """Give one line.

    Args:
        read: an open transaction.
        line: its id.
        terms: the house rules, if this transaction has read them already.
        item: its item, as this transaction has read it already.
        who: a person, as this transaction has read them already.

    Raises:
        NotOut: it was undone, so it never was.
    """
    row = read.one(Line, line)
    if row is None:
        raise NotOut
    return lines_in(read, [row], terms, items=(item,) if item else (), persons=(who,) if who else ())[0]


def lines_in(
    read: Reader, rows: Iterable[dict[str, Any]], terms: Terms | None = None, *,
    items: Iterable[Item] = (), persons: Iterable[Person] = (),
) -> list[LoanLine]:  # fmt: skip
    """Make lines from their rows; each item, person and organisation is read once, the given ones never."""
    terms = terms or terms_of(read)
    known: dict[str, Item] = {one.id: one for one in items}
    whose: dict[str, Person | None] = {one.id: one for one in persons}
    names: dict[str, str] = {}
    found = []
    for row in rows:
        if row["item"] not in known:
            known[row["item"]] = catalogue.item(read, row["item"])
        found.append(
            LoanLine(
                id=row["id"],
                loan=row["loan"],
                item=known[row["item"]],
                who=_who(read, row["borrower"], whose),
                org=row["org"],
                org_name=_name(read, row["org"], names),
                out_at=row["out_at"],
                due=row["due"],
                overdue=row["back_at"] is None and is_overdue(terms, row["due"], read.now),
                back_at=row["back_at"],
                checked_at=row["checked_at"],
                condition=Condition(row["condition"]) if row["condition"] else None,
                renewals=row["renewals"],
                asked_due=row["asked_due"],
                override=row["override"],
                late=bool(row["late"]),
            )
        )
    return found


def _who(read: Reader, person: str | None, known: dict[str, Person | None]) -> Person | None:
    if not person:
        return None
    if person not in known:
        try:
            known[person] = people.person(read, person)
        except PersonUnknown:
            known[person] = None
    return known[person]


def _name(read: Reader, org: str | None, known: dict[str, str]) -> str:
    if org is None:
        return ""
    if org not in known:
        try:
            known[org] = people.organisation(read, org).name
        except DoesNotExist:
            known[org] = ""  # another node's, whose own entries are still on their way
    return known[org]


def loans_of(store: Store, person: str) -> list[LoanLine]:
    """List what a person has now, the earliest due first."""
    with store.reader() as read:
        return _lines(read, (Line.borrower == person) & Line.back_at.is_null())


def open_loans(store: Store, *, overdue: bool = False) -> list[LoanLine]:
    """List all that is out, the earliest due first; only what is overdue if asked."""
    with store.reader() as read:
        query = Line.back_at.is_null() & (Line.due < read.now) if overdue else Line.back_at.is_null()
        return [line for line in _lines(read, query) if line.overdue or not overdue]


def unchecked(store: Store) -> list[LoanLine]:
    """List what came back and no staff has looked at yet, the oldest first."""
    with store.reader() as read:
        return _lines(read, Line.back_at.is_null(False) & Line.checked_at.is_null(), by=Line.back_at)


def back_between(store: Store, begins: Instant, ends: Instant) -> list[LoanLine]:
    """List what came back from `begins` until before `ends`, the first first."""
    with store.reader() as read:
        return _lines(read, (Line.back_at >= begins) & (Line.back_at < ends), by=Line.back_at)


def lines_of_item(store: Store, item: str, *, most: int = 20) -> list[LoanLine]:
    """List an item's last lines, the newest first."""
    with store.reader() as read:
        own = Line.select().where(Line.subject == f"item:{item}")
        return lines_in(read, read.select(own.order_by(Line.out_at.desc()).limit(most)))


def _lines(read: Reader, where: Any, by: Any = Line.due) -> list[LoanLine]:
    return lines_in(read, read.select(Line.select().where(where).order_by(by, Line.id)))


def set_aside_of(read: Reader, item: str) -> SetAside | None:
    """Give how a thing waits at the desk; None if it does not."""
    return next(iter(_asides(read, (Holding.id == item) & Holding.loan.is_null(False))), None)


def set_aside_list(store: Store, loan: str | None = None) -> list[SetAside]:
    """List what waits at the desk, the oldest first; of one visit if `loan` is given."""
    with store.reader() as read:
        return _asides(read, Holding.loan.is_null(False) if loan is None else Holding.loan == loan)


def set_aside_for(store: Store, person: str) -> list[SetAside]:
    """List what waits at the desk for one person, the oldest first."""
    with store.reader() as read:
        return _asides(read, Holding.loan.is_null(False) & (Holding.borrower == person))


def _asides(read: Reader, where: Any) -> list[SetAside]:
    known: dict[str, Person | None] = {}
    rows, terms = read.select(Holding.select().where(where).order_by(Holding.set_aside_at, Holding.id)), None
    found = []
    for row in rows:
        terms = terms or terms_of(read)
        item, who = catalogue.item(read, row["id"]), _who(read, row["borrower"], known)
        missing = missing_needs(item, who, terms, read.now) if who else needs_in(row["missing"])
        found.append(SetAside(item, row["loan"], who, row["org"], missing, row["set_aside_at"]))
    return found

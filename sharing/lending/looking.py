"""Reading how things stand at the desk: items, lines, lists. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sharing.calendar_time import at_minute
from sharing.catalogue import look_up as catalogue
from sharing.catalogue.rules import Item, Need
from sharing.errors import DoesNotExist, NotOut, PersonUnknown
from sharing.journal.entry import Instant
from sharing.journal.order import UNDONE
from sharing.journal.shapes import Undone
from sharing.journal.store import Reader, Store
from sharing.lending.rows import Holding, Line
from sharing.lending.rules import Condition, Held, Standing
from sharing.people import reading as people
from sharing.people.rules import Person
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms, is_overdue, local


@dataclass(frozen=True, slots=True)
class LoanLine:
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


@dataclass(frozen=True, slots=True)
class SetAside:
    """One thing that waits at the desk."""

    item: Item
    loan: str
    who: Person | None
    org: str | None
    missing: tuple[Need, ...]
    since: Instant


@dataclass(frozen=True, slots=True)
class Today:
    """The desk's day in numbers."""

    out_now: int
    taken_today: int
    back_today: int
    due_today: int
    overdue: int
    unchecked: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class LastNoted:
    """What this kiosk noted last, without a person: shown after a restart."""

    at: Instant
    item: Item
    kind: str
    """"item.out", "item.back" or "item.set_aside"."""


def standing_of(read: Reader, item: str) -> Standing:
    """Give how an item stands now."""
    held = read.one(Holding, item)
    if held is None:
        return Standing()
    borrower, loan = held["borrower"], held["loan"]
    if held["line"] is not None:
        line = read.one(Line, held["line"]) or {}
        borrower, loan = line.get("borrower"), line.get("loan")
    return Standing(
        line=held["line"],
        loan=loan,
        borrower=borrower,
        back_at=held["back_at"],
        set_aside=held["loan"] is not None,
        missing=needs_in(held["missing"]),
        lost=bool(held["lost"]),
        damaged=held["damaged"],
    )


def needs_in(stored: str | None) -> tuple[Need, ...]:
    """Read the list of missing needs as a row keeps it."""
    return tuple(Need(one) for one in msgspec.json.decode(stored)) if stored else ()


def held_by(read: Reader, person: str, org: str | None, model: str) -> Held:
    """Count what is out already, for the limits."""
    mine = read.rows(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN model = ? THEN 1 ELSE 0 END), 0) FROM loan_line"
        " WHERE borrower = ? AND back_at IS NULL",
        (model, person),
    )[0]
    theirs = 0 if org is None else held_by_organisation(read, org)
    return Held(by_person=mine[0], by_organisation=theirs, of_model=mine[1])


def held_by_organisation(read: Reader, org: str) -> int:
    """Count what an organisation has."""
    return int(read.rows("SELECT COUNT(*) FROM loan_line WHERE org = ? AND back_at IS NULL", (org,))[0][0])


def line_of(read: Reader, line: str, terms: Terms | None = None) -> LoanLine:
    """Give one line.

    Raises:
        NotOut: it was undone, so it never was.
    """
    row = read.one(Line, line)
    if row is None:
        raise NotOut
    return lines_in(read, [row], terms)[0]


def lines_in(read: Reader, rows: Iterable[dict[str, Any]], terms: Terms | None = None) -> list[LoanLine]:
    """Make lines from their rows; each item, person and organisation is read once."""
    terms = terms or terms_of(read)
    items: dict[str, Item] = {}
    persons: dict[str, Person | None] = {}
    names: dict[str, str] = {}
    found = []
    for row in rows:
        if row["item"] not in items:
            items[row["item"]] = catalogue.item(read, row["item"])
        found.append(
            LoanLine(
                id=row["id"],
                loan=row["loan"],
                item=items[row["item"]],
                who=_who(read, row["borrower"], persons),
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


def lines_of_item(store: Store, item: str, *, most: int = 20) -> list[LoanLine]:
    """List an item's last lines, the newest first."""
    with store.reader() as read:
        own = Line.select().where(Line.subject == f"item:{item}")
        return lines_in(read, read.select(own.order_by(Line.out_at.desc()).limit(most)))


def _lines(read: Reader, where: Any, by: Any = Line.due) -> list[LoanLine]:
    return lines_in(read, read.select(Line.select().where(where).order_by(by, Line.id)))


def set_aside_list(store: Store, loan: str | None = None) -> list[SetAside]:
    """List what waits at the desk, the oldest first; of one visit if `loan` is given."""
    where = Holding.loan.is_null(False) if loan is None else Holding.loan == loan
    with store.reader() as read:
        rows = read.select(Holding.select().where(where).order_by(Holding.set_aside_at, Holding.id))
        known: dict[str, Person | None] = {}
        return [
            SetAside(
                catalogue.item(read, row["id"]),
                row["loan"],
                _who(read, row["borrower"], known),
                row["org"],
                needs_in(row["missing"]),
                row["set_aside_at"],
            )
            for row in rows
        ]


def set_aside_for(store: Store, person: str) -> list[SetAside]:
    """List what waits at the desk for one person."""
    return [one for one in set_aside_list(store) if one.who is not None and one.who.id == person]


_NOTED: Final = frozenset({"item.out", "item.back", "item.set_aside"})


def last_noted(store: Store) -> LastNoted | None:
    """Give what this kiosk noted last of a thing going or coming; None in a new house."""
    with store.reader() as read:
        rows = read.rows(
            "SELECT e.at, e.kind, e.subject, e.id, e.data FROM position p JOIN entry e ON e.id = p.entry"
            " WHERE p.node = ? ORDER BY p.epoch DESC, p.seq DESC LIMIT 200",
            (store.node,),
        )
        undone = set()
        for at, kind, subject, entry, data in rows:
            if kind == UNDONE:
                undone.add(msgspec.json.decode(data, type=Undone).entry)
            elif kind in _NOTED and bytes(entry).hex() not in undone:
                return LastNoted(at, catalogue.item(read, subject.removeprefix("item:")), kind)
    return None


def today(store: Store) -> Today:
    """Count the desk's day."""
    with store.reader() as read:
        terms = terms_of(read)
        day = local(read.now, terms.zone).date()
        due = [row[0] for row in read.rows("SELECT due FROM loan_line WHERE back_at IS NULL")]
        since = at_minute(day, 0, terms.zone)
        return Today(
            out_now=len(due),
            taken_today=_count(read, "SELECT COUNT(*) FROM loan_line WHERE out_at >= ?", since),
            back_today=_count(read, "SELECT COUNT(*) FROM loan_line WHERE back_at >= ?", since),
            due_today=sum(1 for one in due if local(one, terms.zone).date() == day),
            overdue=sum(1 for one in due if one < read.now and is_overdue(terms, one, read.now)),
            unchecked=_count(
                read, "SELECT COUNT(*) FROM loan_line WHERE back_at IS NOT NULL AND checked_at IS NULL"
            ),
            set_aside=_count(read, "SELECT COUNT(*) FROM holding WHERE loan IS NOT NULL"),
        )


def _count(read: Reader, sql: str, *params: object) -> int:
    return int(read.rows(sql, params)[0][0])


def free_twins(read: Reader, item: Item, most: int = 3) -> tuple[Item, ...]:
    """Name free items of the same model, for somebody whose thing is not to be had."""
    rows: Sequence[tuple[Any, ...]] = read.rows(
        "SELECT item.id FROM item LEFT JOIN holding ON holding.id = item.id"
        " WHERE item.model = ? AND item.id <> ?"
        " AND holding.line IS NULL AND holding.loan IS NULL AND COALESCE(holding.lost, 0) = 0"
        " AND COALESCE(holding.damaged, '') = '' ORDER BY item.number LIMIT 20",
        (item.model.id, item.id),
    )
    found = (catalogue.item(read, row[0]) for row in rows)
    return tuple(one for one in found if one.lendable and not one.blocked)[:most]

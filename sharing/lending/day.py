"""The desk's day in numbers, and what this kiosk noted last."""

from __future__ import annotations

from typing import Final

import msgspec

from sharing.calendar_time import at_minute
from sharing.catalogue import look_up as catalogue
from sharing.catalogue.rules import Item
from sharing.journal.entry import Instant
from sharing.journal.order import UNDONE
from sharing.journal.shapes import Undone
from sharing.journal.store import Reader, Store
from sharing.terms.actions import terms_of
from sharing.terms.rules import is_overdue, local


class Today(msgspec.Struct, frozen=True):
    """The desk's day in numbers."""

    out_now: int
    taken_today: int
    back_today: int
    due_today: int
    overdue: int
    unchecked: int
    set_aside: int


class LastNoted(msgspec.Struct, frozen=True):
    """What this kiosk noted last, without a person: shown after a restart."""

    at: Instant
    item: Item
    kind: str
    """"item.out", "item.back" or "item.set_aside"."""


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

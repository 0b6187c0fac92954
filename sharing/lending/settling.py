"""A thing that was lent twice: who else is noted for it, and what staff say of who has it."""

from __future__ import annotations

from typing import Final

from sharing.cases.actions import handle
from sharing.cases.rules import Case, How
from sharing.catalogue import look_up as catalogue
from sharing.catalogue.rules import Item
from sharing.journal.entry import Draft
from sharing.journal.store import Store, Work
from sharing.lending.entries import ItemBack, ItemIsWith, Out, Remark
from sharing.lending.rows import LENT_TWICE, Holding, Line

_SETTLES: Final = frozenset({How.WITH_FIRST, How.WITH_SECOND, How.IN_HOUSE})
_NOT_LISTED: Final = """
SELECT DISTINCT l.item FROM matter m JOIN loan_line l ON l.id = m.about JOIN holding h ON h.id = l.item
LEFT JOIN case_state s ON s.id = m.id
WHERE m.kind = ? AND l.borrower = ? AND l.back_at IS NOT NULL AND h.line IS NOT NULL AND s.handled_at IS NULL
AND NOT EXISTS (SELECT 1 FROM loan_line o WHERE o.id = h.line AND o.borrower = l.borrower)
ORDER BY l.item
"""


def lent_twice(store: Store, person: str) -> tuple[Item, ...]:
    """Give the things that a person took and that are listed with somebody else, until staff settle it."""
    with store.reader() as read:
        found = read.rows(_NOT_LISTED, (LENT_TWICE, person))
        return tuple(catalogue.item(read, item) for (item,) in found)


def settle(store: Store, case: str, *, act: bytes, how: str = "", note: str = "", by: str = "") -> None:
    """Settle a case; if a thing was lent twice and staff say where it is, that is noted with it.

    Args:
        store: the house.
        case: its id.
        act: id of this command.
        how: one of `How`, or empty.
        note: what was done, in words.
        by: id of the person, or empty.

    Raises:
        DoesNotExist: there is no such open case.
        BadValue: the note is too long, or nothing is known by that word.
    """
    handle(
        store, case, act=act, how=how, note=note, by=by,
        also=lambda work, found: _where_it_is(work, found, how, by),
    )  # fmt: skip


def _where_it_is(work: Work, case: Case, how: str, by: str) -> list[Draft]:
    """Say it of the thing; nothing if it has come back since, or was lent again after that."""
    found = work.rows("SELECT about, entry FROM matter WHERE id = ? AND kind = ?", (case.id, LENT_TWICE))
    held = work.one(Holding, case.subject.removeprefix("item:"))
    now = held and held["line"]
    if not found or how not in _SETTLES or not now or now not in _at_odds(work, case.subject, found[0]):
        return []
    first, second = found[0]
    if how == How.IN_HOUSE:
        return [Draft(case.subject, ItemBack(line=now), Remark(actor=by) if by else None)]
    line, other = (first, second) if how == How.WITH_FIRST else (second, first)
    borrower = (work.one(Line, line) or {}).get("borrower") or ""
    said = ItemIsWith(line=line, instead=other if now == line else now)
    return [Draft(case.subject, said, Out(borrower=borrower, actor=by))]


def _at_odds(work: Work, subject: str, two: tuple[str, str]) -> set[str]:
    """Give the lines of a thing that followed one another without a return, these two among them."""
    pairs = work.rows("SELECT about, entry FROM matter WHERE subject = ? AND kind = ?", (subject, LENT_TWICE))
    found = set(two)
    while more := {one for pair in pairs if found & set(pair) for one in pair} - found:
        found |= more
    return found

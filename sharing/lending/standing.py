"""How one item stands now, and how much somebody has: what each scan asks, so it is SQL text by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sharing.catalogue import look_up as catalogue
from sharing.catalogue.rules import Item, Need
from sharing.journal.store import Reader
from sharing.lending.rows import Holding, Line
from sharing.lending.rules import Held, Standing


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
    """Count what is out already, for the limits: what is taken for an organisation counts as its own."""
    mine = read.rows(
        "SELECT COALESCE(SUM(CASE WHEN org IS NULL THEN 1 ELSE 0 END), 0),"
        " COALESCE(SUM(CASE WHEN model = ? THEN 1 ELSE 0 END), 0) FROM loan_line"
        " WHERE borrower = ? AND back_at IS NULL",
        (model, person),
    )[0]
    theirs = 0 if org is None else held_by_organisation(read, org)
    return Held(by_person=mine[0], by_organisation=theirs, of_model=mine[1])


def held_by_themselves(read: Reader, person: str) -> int:
    """Count what a person has for nobody else."""
    sql = "SELECT COUNT(*) FROM loan_line WHERE borrower = ? AND org IS NULL AND back_at IS NULL"
    return int(read.rows(sql, (person,))[0][0])


def held_by_organisation(read: Reader, org: str) -> int:
    """Count what an organisation has."""
    return int(read.rows("SELECT COUNT(*) FROM loan_line WHERE org = ? AND back_at IS NULL", (org,))[0][0])


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

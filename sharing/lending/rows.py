"""Loan lines and the standing of each item, folded from what happened to it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, RowDict, Rows
from sharing.journal.tables import Matter
from sharing.lending import renewals
from sharing.lending.entries import (
    ItemAssigned,
    ItemBack,
    ItemCondition,
    ItemFound,
    ItemIsWith,
    ItemLost,
    ItemOut,
    ItemPutBack,
    ItemSetAside,
    Out,
)
from sharing.lending.tables import TABLES, Holding, Line, Renewal

__all__ = ["DAMAGED", "FOLDS", "LENT_TWICE", "TABLES", "Holding", "Line", "Renewal"]

DAMAGED = frozenset({"broken", "incomplete"})
"""Conditions that keep an item in the house until staff have looked at it."""

LENT_TWICE = "out_while_out"
"""The kind of case that two machines make that lend one item without hearing of each other."""

_NEW: RowDict = {"lost": 0, "damaged": ""}
_NOT_ASIDE: RowDict = {"loan": None, "missing": None, "set_aside_at": None, "borrower": None, "org": None}


def _held(rows: Rows) -> tuple[str, RowDict]:
    """Give the item's id and its standing; a fresh one if nothing happened to it yet."""
    item = rows.subject.removeprefix("item:")
    return item, rows.get(Holding, item) or dict(_NEW)


def _hold(rows: Rows, item: str, held: RowDict, /, **columns: object) -> None:
    kept = {"lost": held["lost"], "damaged": held["damaged"], "damage_case": held.get("damage_case")}
    rows.put(Holding, item, **{**kept, **columns})


def _item_out(rows: Rows, entry: Entry, data: ItemOut) -> None:
    item, held = _held(rows)
    at = data.happened if data.happened is not None else entry.at
    if held.get("line"):
        _end(rows, held["line"], at, condition=None)
        rows.case(LENT_TWICE, entry, about=held["line"])
    elif held.get("loan") not in {None, data.loan} and not data.override:
        rows.case("out_while_set_aside", entry, about=held["loan"])
    secret = entry.secret(Out)
    rows.put(
        Line, entry.hex, item=item, model=data.model, loan=data.loan, out_at=at, due=max(data.due, at + 1),
        org=data.org or (secret and secret.org), borrower=secret and secret.borrower, renewals=0,
        override=data.override, late=int(data.happened is not None),
    )  # fmt: skip
    _hold(
        rows,
        item,
        {**held, "lost": 0},
        line=entry.hex,
        last_line=held.get("line"),
        back_at=None,
        **_NOT_ASIDE,
    )


def _end(rows: Rows, line: str, at: int, *, condition: str | None, checked_at: int | None = None) -> None:
    row = rows.get(Line, line)
    if row is None:
        return
    ended = max(at, row["out_at"])
    checked = None if checked_at is None else max(checked_at, ended)
    rows.put(Line, line, back_at=ended, condition=condition, checked_at=checked, asked_due=None)


def _item_back(rows: Rows, entry: Entry, data: ItemBack) -> None:
    item, held = _held(rows)
    open_line = held.get("line")
    if open_line is None:
        rows.case("back_while_in", entry)
        _hold(rows, item, {**held, "lost": 0})
        return
    if data.line and data.line != open_line and rows.get(Line, data.line) is not None:
        rows.case("back_of_an_earlier_line", entry, about=data.line)
        return
    at = data.happened if data.happened is not None else entry.at
    _end(rows, open_line, at, condition=data.condition, checked_at=entry.at if data.checked else None)
    held = {**held, "lost": 0}
    _hold(rows, item, _judged(rows, entry, held, data.condition, checked=data.checked),
          line=None, last_line=open_line, back_at=max(at, 0))  # fmt: skip


def _judged(rows: Rows, entry: Entry, held: RowDict, condition: str, *, checked: bool) -> RowDict:
    """Block what came back damaged, with a case; only a check by staff lifts the block and settles it."""
    if condition not in DAMAGED and not checked:
        return held
    if held.get("damage_case"):
        rows.drop(Matter, held["damage_case"])
    if condition not in DAMAGED:
        return {**held, "damaged": "", "damage_case": None}
    told = rows.case("damage", entry, about=condition)
    return {**held, "damaged": condition, "damage_case": told}


def _item_condition(rows: Rows, entry: Entry, data: ItemCondition) -> None:
    item, held = _held(rows)
    line = rows.get(Line, data.line)
    if line is None or line["back_at"] is None:
        rows.case("condition_of_nothing", entry, about=data.line)
        return
    if line["checked_at"] is not None and not data.checked and data.condition not in DAMAGED:
        return  # staff have looked: only a damage they did not see changes what they said
    rows.put(Line, data.line, condition=data.condition)
    if data.checked:
        rows.put(Line, data.line, checked_at=max(entry.at, line["back_at"]))
    if not data.checked and line["condition"] == data.condition:
        return  # said once more, with a few words: one case is enough
    if held.get("last_line") == data.line or data.condition in DAMAGED:
        _hold(rows, item, _judged(rows, entry, held, data.condition, checked=data.checked))


def _item_set_aside(rows: Rows, entry: Entry, data: ItemSetAside) -> None:
    item, held = _held(rows)
    if held.get("line"):
        rows.case("set_aside_while_out", entry)
        return
    if held.get("loan") not in {None, data.loan}:
        rows.case("set_aside_twice", entry, about=held["loan"])
    secret = entry.secret(Out)
    missing = msgspec.json.encode(data.missing).decode()
    _hold(rows, item, held, loan=data.loan, missing=missing, set_aside_at=entry.at,
          borrower=secret and secret.borrower, org=data.org or (secret and secret.org))  # fmt: skip


def _item_put_back(rows: Rows, _entry: Entry, _data: ItemPutBack) -> None:
    item, held = _held(rows)
    _hold(rows, item, held, **_NOT_ASIDE)


def _item_assigned(rows: Rows, entry: Entry, data: ItemAssigned) -> None:
    if rows.get(Line, data.line) is None:
        rows.case("assigned_nothing", entry, about=data.line)
        return
    secret = entry.secret(Out)
    rows.put(Line, data.line, org=data.org or (secret and secret.org))


def _item_is_with(rows: Rows, entry: Entry, data: ItemIsWith) -> None:
    """Give an item that was lent twice to whom staff named, unless it has come back or gone on since."""
    item, held = _held(rows)
    open_line = held.get("line")
    if open_line == data.line:
        return
    if open_line is None or open_line != data.instead or rows.get(Line, data.line) is None:
        rows.case("named_too_late", entry, about=data.line)
        return
    _end(rows, open_line, entry.at, condition=None)
    rows.put(Line, data.line, back_at=None, condition=None, checked_at=None)
    _hold(rows, item, held, line=data.line, last_line=open_line, back_at=None, **_NOT_ASIDE)


def _item_lost(rows: Rows, _entry: Entry, _data: ItemLost) -> None:
    item, held = _held(rows)
    _hold(rows, item, {**held, "lost": 1})


def _item_found(rows: Rows, _entry: Entry, _data: ItemFound) -> None:
    item, held = _held(rows)
    _hold(rows, item, {**held, "lost": 0})


FOLDS: Mapping[type[Shape], Fold] = {
    ItemOut: _item_out,
    ItemBack: _item_back,
    ItemCondition: _item_condition,
    ItemSetAside: _item_set_aside,
    ItemPutBack: _item_put_back,
    ItemAssigned: _item_assigned,
    ItemIsWith: _item_is_with,
    ItemLost: _item_lost,
    ItemFound: _item_found,
    **renewals.FOLDS,
}

"""The tables of the catalogue, and how its entries fold into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET
from peewee import SQL, BigIntegerField, TextField

from sharing.catalogue.entries import (
    BlockedPrivate,
    Changed,
    CodeClaimed,
    ItemBlocked,
    ItemChanged,
    ItemPrivate,
    ItemUnblocked,
    LocationChanged,
    ModelChanged,
)
from sharing.catalogue.rules import folded
from sharing.journal.entry import Entry, Secret, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.tables import Folded
from sharing.texts import Texts


class ModelRow(Folded):
    """What things are."""

    key = TextField(index=True)
    names = TextField()
    category = TextField()
    value_cents = BigIntegerField(null=True)
    deposit_cents = BigIntegerField(constraints=[SQL("CHECK (deposit_cents >= 0)")])
    loan_days = BigIntegerField(null=True)
    per_person = BigIntegerField(null=True)
    needs = TextField()
    checklist = TextField()
    how_to = TextField()
    lendable = BigIntegerField()
    search = TextField()
    written = TextField()

    class Meta:
        table_name = "model"


class ItemRow(Folded):
    """The labelled things."""

    key = TextField(index=True)
    model = TextField(index=True)
    number = TextField()
    home = TextField(index=True)
    owner = TextField()
    funder = TextField()
    earmarked_until = TextField(null=True)
    bought_on = TextField(null=True)
    price_cents = BigIntegerField(null=True)
    tested_until = TextField(null=True)
    serial = TextField()
    note = TextField()
    lendable = BigIntegerField()
    blocked = TextField()
    blocked_note = TextField()
    search = TextField()
    written = TextField()

    class Meta:
        table_name = "item"


class LocationRow(Folded):
    """The tree of places."""

    key = TextField(index=True)
    kind = TextField(constraints=[SQL("CHECK (kind IN ('house', 'floor', 'room', 'shelf'))")])
    names = TextField()
    parent = TextField(index=True)
    search = TextField()
    written = TextField()

    class Meta:
        table_name = "location"


class CodeRow(Folded):
    """Who holds which code or barcode; `id` is the digits, or "x" and the barcode."""

    target = TextField(index=True)
    claimed_at = BigIntegerField()
    barcode = BigIntegerField()

    class Meta:
        table_name = "code"


_TEXTS: Final = ("names", "how_to")
_COLUMNS: Final = {"limit": "per_person"}
_EMPTY_TEXTS: Final = "{}"
_EMPTY_LIST: Final = "[]"

_NEW_MODEL: Final[Mapping[str, Any]] = {
    "key": "", "names": _EMPTY_TEXTS, "category": "", "value_cents": None, "deposit_cents": 0,
    "loan_days": None, "per_person": None, "needs": _EMPTY_LIST, "checklist": _EMPTY_LIST,
    "how_to": _EMPTY_TEXTS, "lendable": 1, "search": "", "written": _EMPTY_TEXTS,
}  # fmt: skip
_NEW_ITEM: Final[Mapping[str, Any]] = {
    "key": "", "model": "", "number": "", "home": "", "owner": "", "funder": "", "earmarked_until": None,
    "bought_on": None, "price_cents": None, "tested_until": None, "serial": "", "note": "", "lendable": 1,
    "blocked": "", "blocked_note": "", "search": "", "written": _EMPTY_TEXTS,
}  # fmt: skip
_NEW_LOCATION: Final[Mapping[str, Any]] = {
    "key": "", "kind": "shelf", "names": _EMPTY_TEXTS, "parent": "", "search": "", "written": _EMPTY_TEXTS,
}  # fmt: skip

_NEW: Final = {ModelRow: _NEW_MODEL, ItemRow: _NEW_ITEM, LocationRow: _NEW_LOCATION}

_ENVELOPE: Final = frozenset({"seen", "hidden"})


def _said(part: Changed | Secret | None) -> Iterator[tuple[str, Any]]:
    """Give the fields an entry says something about."""
    for field in () if part is None else part.__struct_fields__:
        value = getattr(part, field)
        if value is not UNSET and field not in _ENVELOPE:
            yield field, value


def _column(value: object) -> object:
    """Write a field's value as its column holds it."""
    if isinstance(value, bool):
        return int(value)
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else value


def _touched(row: Mapping[str, Any], field: str, value: object) -> Iterator[tuple[str, bool]]:
    """Name what a field's new value touches, and whether it differs there from what stands."""
    if not isinstance(value, dict):
        yield field, row[_COLUMNS.get(field, field)] != _column(value)
        return
    before = Texts.from_json(row[field]).said
    for tag, text in value.items():
        yield f"{field}.{tag}", before.get(tag) != text


def _with(row: dict[str, Any], field: str, value: object) -> None:
    if isinstance(value, dict):
        said = {**Texts.from_json(row[field]).said, **value}
        row[field] = Texts({tag: text for tag, text in said.items() if text}).to_json()
    else:
        row[_COLUMNS.get(field, field)] = _column(value)


def _edited(row: dict[str, Any], entry: Entry, data: Changed, private: Secret | None) -> tuple[str, ...]:
    """Change a row as the entry says; gives the fields that its writer changed without knowing of the last.

    Equal values are no contradiction. A field whose private part was emptied counts as written, and is empty.
    """
    written: dict[str, str] = msgspec.json.decode(row["written"])
    clashes = []
    for field, value in (*_said(data), *_said(private)):
        for name, differs in _touched(row, field, value):
            if differs and written.get(name, "") != data.seen.get(name, ""):
                clashes.append(name)
            written[name] = entry.hex
        _with(row, field, value)
    if private is None:
        for field in data.hidden:
            written[field] = entry.hex
            row[field] = ""
    row["written"] = msgspec.json.encode(written, order="sorted").decode()
    return tuple(clashes)


def _change(
    rows: Rows, table: type[Folded], entry: Entry, data: Changed, private: Secret | None = None
) -> None:
    key = rows.subject.partition(":")[2]
    row = {**_NEW[table], **(rows.get(table, key) or {"id": key, "subject": rows.subject})}
    clashes = _edited(row, entry, data, private)
    if clashes:
        rows.case("both_edited", entry, about=", ".join(clashes))
    words = [text.text for text in Texts.from_json(row.get("names", _EMPTY_TEXTS)).said.values()]
    words += [row.get(column, "") for column in ("category", "number", "serial")]
    row["search"] = folded(" ".join(words))
    del row["id"], row["subject"]
    rows.put(table, key, **row)


def model_changed(rows: Rows, entry: Entry, data: ModelChanged) -> None:
    """Fold what was said about a model: per field the last."""
    _change(rows, ModelRow, entry, data)


def item_changed(rows: Rows, entry: Entry, data: ItemChanged) -> None:
    """Fold what was said about an item: per field the last."""
    _change(rows, ItemRow, entry, data, entry.secret(ItemPrivate))


def location_changed(rows: Rows, entry: Entry, data: LocationChanged) -> None:
    """Fold what was said about a location: per field the last."""
    _change(rows, LocationRow, entry, data)


def code_claimed(rows: Rows, entry: Entry, data: CodeClaimed) -> None:
    """Give the code to its first claimant; a later claim for another thing is a contradiction."""
    digits = rows.subject.partition(":")[2]
    row = rows.get(CodeRow, digits)
    if row is None:
        barcode = int(digits.startswith("x"))
        rows.put(CodeRow, digits, target=data.target, claimed_at=entry.at, barcode=barcode)
    elif row["target"] != data.target:
        rows.case("code_claimed_twice", entry, about=data.target)


def _block(rows: Rows, reason: str, note: str) -> None:
    key = rows.subject.partition(":")[2]
    known = {} if rows.get(ItemRow, key) else _NEW_ITEM
    rows.put(ItemRow, key, **{**known, "blocked": reason, "blocked_note": note})


def item_blocked(rows: Rows, entry: Entry, data: ItemBlocked) -> None:
    """Keep the item in the house."""
    private = entry.secret(BlockedPrivate)
    _block(rows, data.reason, private.note if private else "")


def item_unblocked(rows: Rows, _entry: Entry, _data: ItemUnblocked) -> None:
    """Let the item go again."""
    _block(rows, "", "")


TABLES: tuple[type[Folded], ...] = (ModelRow, ItemRow, LocationRow, CodeRow)
FOLDS: Mapping[type[Shape], Fold] = {
    ModelChanged: model_changed,
    ItemChanged: item_changed,
    LocationChanged: location_changed,
    CodeClaimed: code_claimed,
    ItemBlocked: item_blocked,
    ItemUnblocked: item_unblocked,
}

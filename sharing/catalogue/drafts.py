"""From what is wanted to the entries that say it: the difference only, and what its writer had seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sharing.catalogue.entries import (
    Changed,
    CodeClaimed,
    ItemChanged,
    ItemPrivate,
    LocationChanged,
    ModelChanged,
)
from sharing.catalogue.fields import changes, edited
from sharing.catalogue.rules import claim_key
from sharing.journal.entry import Draft
from sharing.texts import Texts

NEW_MODEL: Final[Mapping[str, Any]] = {
    "key": "", "names": Texts(), "category": "", "value_cents": None, "deposit_cents": 0, "loan_days": None,
    "limit": None, "needs": (), "checklist": (), "how_to": Texts(), "lendable": True,
}  # fmt: skip
NEW_ITEM: Final[Mapping[str, Any]] = {
    "key": "", "model": "", "number": "", "home": "", "owner": "", "funder": "", "earmarked_until": None,
    "bought_on": None, "price_cents": None, "tested_until": None, "serial": "", "note": "", "lendable": True,
}  # fmt: skip
NEW_LOCATION: Final[Mapping[str, Any]] = {"key": "", "kind": "", "names": Texts(), "parent": ""}

_SHAPES: Final[Mapping[str, tuple[type[Changed], Mapping[str, Any]]]] = {
    "model": (ModelChanged, NEW_MODEL),
    "item": (ItemChanged, NEW_ITEM),
    "location": (LocationChanged, NEW_LOCATION),
}


def change(
    what: str, key: str, wanted: Mapping[str, Any], row: Mapping[str, Any] | None = None
) -> tuple[Draft, tuple[str, ...]] | None:
    """Give the entry that makes a model, item or location so, and the names of what changes; None: it is so.

    Args:
        what: "model", "item" or "location".
        key: its id.
        wanted: cleaned fields; what is left out stays.
        row: its row as stored, or None for a new one.
    """
    shape, blank = _SHAPES[what]
    changed = changes(fields_of(what, row) if row else blank, wanted)
    if not changed:
        return None
    names = edited(changed)
    written = msgspec.json.decode(row["written"], type=dict[str, str]) if row else {}
    seen = {name: written[name] for name in names if name in written}
    hidden = tuple(name for name in changed if name in ItemPrivate.__struct_fields__)
    private = ItemPrivate(**{name: changed.pop(name) for name in hidden}) if hidden else None
    return Draft(f"{what}:{key}", shape(seen=seen, hidden=hidden, **changed), private), names


def fields_of(what: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Read the fields of a stored row as the values that forms and imports hold."""
    fields: dict[str, Any] = {}
    for name, blank in _SHAPES[what][1].items():
        value = row["per_person" if name == "limit" else name]
        if isinstance(blank, Texts):
            value = Texts.from_json(value)
        elif isinstance(blank, tuple):
            value = msgspec.json.decode(value, type=tuple[str, ...])
        elif isinstance(blank, bool):
            value = bool(value)
        fields[name] = value
    return fields


def claim(code: str, target: str) -> Draft:
    """Give the entry that says: this code or foreign barcode belongs to `target`.

    Raises:
        NotReadable, BadValue: it cannot stand on such a thing.
    """
    return Draft(f"code:{claim_key(code, target)}", CodeClaimed(target=target))

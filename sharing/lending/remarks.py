"""What people wrote beside a return: read from the journal itself, because no list is sorted by it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sharing.journal.order import UNDONE
from sharing.journal.shapes import Undone
from sharing.journal.store import Reader, Store
from sharing.lending.entries import ItemBack, ItemCondition, Remark

_SQL = "SELECT id, kind, data, private FROM entry WHERE subject = ? AND kind IN (?, ?, ?) ORDER BY at, id"


def notes_of_items(store: Store, items: Iterable[str]) -> dict[str, str]:
    """Give the last note on each return, by its line; returns without one are left out."""
    with store.reader() as read:
        return {line: note for item in sorted(set(items)) for line, note in _notes_of(read, item).items()}


def _notes_of(read: Reader, item: str) -> dict[str, str]:
    params = (f"item:{item}", ItemBack.KIND, ItemCondition.KIND, UNDONE)
    found = read.rows(_SQL, params)
    rows = [(bytes(key).hex(), kind, bytes(data), private) for key, kind, data, private in found]
    undone = {msgspec.json.decode(data, type=Undone).entry for _, kind, data, _ in rows if kind == UNDONE}
    notes: dict[str, str] = {}
    for key, kind, data, private in rows:
        if kind == UNDONE or key in undone or private is None:
            continue
        note = msgspec.json.decode(bytes(private), type=Remark).note
        if note:
            notes[msgspec.json.decode(data, type=_OfLine).line] = note
    return notes


class _OfLine(msgspec.Struct):
    """The part that a return and a word about it have in common."""

    line: str

"""What the house holds already, by the keys of its lists."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sharing.catalogue.rows import CodeRow, ItemRow, LocationRow, ModelRow
from sharing.exchange.columns import What
from sharing.exchange.rows import ListedRow
from sharing.journal.store import Reader
from sharing.people.rows import MemberRow, OrganisationRow, PersonRow
from sharing.rooms.tables import RoomRow

SUBJECTS: Final = {
    What.LOCATIONS: "location",
    What.MODELS: "model",
    What.ITEMS: "item",
    What.ORGANISATIONS: "organisation",
    What.PERSONS: "person",
    What.ROOMS: "room",
}


class Known(msgspec.Struct):
    """Everything an import may refer to, read once."""

    rows: dict[What, dict[str, dict[str, Any]]] = msgspec.field(default_factory=dict)
    """Id to row."""
    ids: dict[What, dict[str, str]] = msgspec.field(default_factory=dict)
    """Key to id. What never had a key is known by its id."""
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    """Id to key."""
    codes: dict[str, str] = msgspec.field(default_factory=dict)
    """Digits, or "x" and the barcode, to the subject that holds them."""
    labels: dict[str, dict[int, str]] = msgspec.field(default_factory=dict)
    """Subject to its first code (0) and barcode (1)."""
    members: dict[str, list[dict[str, Any]]] = msgspec.field(default_factory=dict)
    """Person id to the memberships that hold."""

    def add(self, what: What, key: str, of: str) -> None:
        """Know one more thing; a key that is taken stays with the first."""
        self.keys[of] = key if key and key not in self.ids[what] else of
        self.ids[what][self.keys[of]] = of


def known(read: Reader) -> Known:
    """Read what the house holds; erased persons and groups are no longer there."""
    found = Known()
    listed = {row["id"]: row["key"] for row in read.select(ListedRow.select())}
    for what, table in ((What.LOCATIONS, LocationRow), (What.MODELS, ModelRow), (What.ITEMS, ItemRow)):
        _take(
            found,
            what,
            {row["id"]: (row["key"], row) for row in read.select(table.select().order_by(table.id))},
        )
    places = found.keys
    rooms = read.select(RoomRow.select().order_by(RoomRow.id))
    _take(found, What.ROOMS, {row["id"]: (places.get(row["id"], ""), row) for row in rooms})
    for what, named in ((What.ORGANISATIONS, OrganisationRow), (What.PERSONS, PersonRow)):
        query = named.select().where(named.name.is_null(False)).order_by(named.id)
        _take(found, what, {row["id"]: (listed.get(row["id"], ""), row) for row in read.select(query)})
    for row in read.select(CodeRow.select().order_by(CodeRow.claimed_at, CodeRow.id)):
        found.codes[row["id"]] = row["target"]
        found.labels.setdefault(row["target"], {}).setdefault(row["barcode"], row["id"])
    standing = MemberRow.select().where(MemberRow.ended.is_null() & MemberRow.person.is_null(False))
    for row in read.select(standing.order_by(MemberRow.id)):
        found.members.setdefault(row["person"], []).append(row)
    return found


def _take(found: Known, what: What, rows: dict[str, tuple[str, dict[str, Any]]]) -> None:
    found.rows[what], found.ids[what] = {}, {}
    for of, (key, row) in rows.items():
        found.rows[what][of] = row
        found.add(what, key, of)

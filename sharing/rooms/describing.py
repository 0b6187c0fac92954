"""How what was said about rooms themselves, and about calendars that others read, folds into rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from sharing.journal.entry import Entry
from sharing.journal.folding import Rows
from sharing.rooms.entries import FeedOf, FeedOpened, FeedRevoked, RoomChanged
from sharing.rooms.tables import FeedRow, RoomRow

NEW_ROOM: Final[Mapping[str, Any]] = {
    "parts": "[]", "capacity": 0, "features": "[]", "hours": None, "closing_days": "{}", "before_min": 0,
    "after_min": 0, "shortest_min": 15, "longest_min": 720, "ahead_days": 366, "approval": 0,
    "no_show_min": None, "quota": "{}", "price": "{}", "checklist": "[]", "key_item": None, "bookable": 1,
    "written": "{}",
}  # fmt: skip

_ENVELOPE: Final = frozenset({"seen", "hidden", "key"})
_json: Final = msgspec.json.Encoder(order="sorted").encode


def text(value: object) -> str:
    """Write a value as its column holds it."""
    return _json(value).decode()


def column(value: object) -> object:
    """Write a field of a room as its column holds it."""
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, int | str) else text(value)


def room_changed(rows: Rows, entry: Entry, data: RoomChanged) -> None:
    """Fold what was said about a room: per field the last; two who did not know of each other are told."""
    key = rows.subject.partition(":")[2]
    row = {**NEW_ROOM, **(rows.get(RoomRow, key) or {})}
    written: dict[str, str] = msgspec.json.decode(row["written"])
    clashes = []
    for field in data.__struct_fields__:
        value = getattr(data, field)
        if value is UNSET or field in _ENVELOPE:
            continue
        stored = column(value)
        if row[field] != stored and written.get(field, "") != data.seen.get(field, ""):
            clashes.append(field)
        written[field] = entry.hex
        row[field] = stored
    if clashes:
        rows.case("both_edited", entry, about=", ".join(clashes))
    row["written"] = text(written)
    rows.put(RoomRow, key, **{name: row[name] for name in NEW_ROOM})


def feed_opened(rows: Rows, entry: Entry, data: FeedOpened) -> None:
    """Let the token open a calendar."""
    secret = entry.secret(FeedOf)
    target = data.target or (secret and secret.target) or None
    key = rows.subject.removeprefix("feed:")
    rows.put(
        FeedRow, key, scope=data.scope, target=target, public=int(data.public), opened_at=entry.at,
        opened_by=(secret and secret.actor) or None,
    )  # fmt: skip


def feed_revoked(rows: Rows, entry: Entry, _data: FeedRevoked) -> None:
    """Close it for ever."""
    key = rows.subject.removeprefix("feed:")
    if rows.get(FeedRow, key) is not None:
        rows.put(FeedRow, key, revoked_at=entry.at)

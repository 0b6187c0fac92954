"""From what a room shall be to the entry that says it: the difference only, and what its writer had seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sharing.journal.entry import Draft
from sharing.rooms.entries import RoomChanged
from sharing.rooms.rows import NEW_ROOM, column
from sharing.texts import Texts


def room_draft(
    room: str, wanted: Mapping[str, Any], row: Mapping[str, Any] | None
) -> tuple[Draft, tuple[str, ...]] | None:
    """Give the entry that makes a room so, and the names of what changes; None: it is so already.

    Args:
        room: its id, that of its location.
        wanted: cleaned fields (`fields.clean`); what is left out stays.
        row: its row as stored, or None for a location that is no room to be booked yet.
    """
    before = row or NEW_ROOM
    said = {field: _said(value) for field, value in wanted.items()}
    changed = {field: value for field, value in said.items() if column(value) != before[field]}
    if not changed and row is not None:
        return None
    written: dict[str, str] = msgspec.json.decode(before["written"])
    seen = {field: written[field] for field in changed if field in written}
    return Draft(f"room:{room}", RoomChanged(seen=seen, **changed)), tuple(changed)


def _said(value: Any) -> Any:
    """Give a field as its entry holds it."""
    if isinstance(value, Texts):
        return dict(value.said)
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    if isinstance(value, Mapping):
        return {str(name): one for name, one in value.items()}
    return value

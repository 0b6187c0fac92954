"""What a room is like: staff say it, once and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from sharing.errors import BadValue, DoesNotExist
from sharing.journal.store import Reader, Store
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.drafts import room_draft
from sharing.rooms.fields import RoomFields, clean
from sharing.rooms.reading import room_by
from sharing.rooms.rows import NEW_ROOM
from sharing.rooms.rules import Room
from sharing.rooms.tables import RoomRow
from sharing.texts import shown

__all__ = ["RoomFields", "change_room", "check_room_fields", "place_named"]

_PLACE = (
    "SELECT l.id FROM location l WHERE l.kind = 'room' AND (l.id = ? OR l.key = ? OR l.subject IN"
    " (SELECT c.target FROM code c WHERE c.id = ?)) ORDER BY l.id"
)


def change_room(
    store: Store, staff: Person | None, room: str, act: bytes, **fields: Unpack[RoomFields]
) -> Room:
    """Say what a room is like; a location of kind room becomes one that is booked by it.

    Args:
        store: the house.
        staff: who says it; None is the operator of the command line.
        room: id or key of the location, or its 16 digits.
        act: id of this command.
        fields: what is new; the rest stays.

    Raises:
        NotAllowed: this person may not.
        DoesNotExist: no such location, part or key.
        BadInput: a field that cannot be so.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    wanted = clean(fields)
    with store.begin() as work:
        location = place_named(work, room)
        if not work.applied(act):
            row = work.one(RoomRow, location)
            check_room_fields(work, location, wanted, row or NEW_ROOM)
            made = room_draft(location, wanted, row)
            if made is not None:
                work.append(act, [made[0]])
        return room_by(work, location)


def place_named(read: Reader, ref: str) -> str:
    """Give the id of a location of kind room by id, key or its 16 digits.

    Raises:
        DoesNotExist: there is none.
    """
    found = read.rows(_PLACE, (ref, ref, "".join(ref.split())))
    if not found:
        raise DoesNotExist(what="room", value=shown(ref, limit=40))
    return str(found[0][0])


def check_room_fields(
    read: Reader, location: str, wanted: Mapping[str, Any], before: Mapping[str, Any]
) -> None:
    """See that parts and key are there, and that the shortest booking is not longer than the longest.

    Raises:
        DoesNotExist, BadValue: it is not so.
    """
    for part in wanted.get("parts", ()):
        if part != location:
            place_named(read, part)
    key = wanted.get("key_item")
    if key and not read.rows("SELECT 1 FROM item WHERE id = ?", (key,)):
        raise DoesNotExist(what="item", value=shown(key, limit=40))
    shortest = wanted.get("shortest_min", before["shortest_min"])
    longest = wanted.get("longest_min", before["longest_min"])
    if shortest > longest:
        raise BadValue(field="shortest_min", value=shortest, expected=f"1 – {longest}")

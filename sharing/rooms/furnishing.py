"""What a room is like: staff say it, once and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypedDict, Unpack

import msgspec

from sharing.catalogue.fields import LONG_LIMIT, MOST_CHECKS, clean_text, clean_texts
from sharing.errors import BadValue, DoesNotExist, TooLong
from sharing.journal.entry import Draft
from sharing.journal.store import Store, Work
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.entries import RoomChanged
from sharing.rooms.reading import room_by
from sharing.rooms.rows import NEW_ROOM, column
from sharing.rooms.rules import Quota, Room
from sharing.rooms.tables import RoomRow
from sharing.terms.rules import Hours
from sharing.terms.settings import CHECKS as HOUSE_RULES
from sharing.texts import Texts, shown

MOST_PARTS: Final = 20
MOST_FEATURES: Final = 40
LONGEST_MIN: Final = 7 * 24 * 60
"""Minutes: what lasts longer is no booking but a block by staff."""


class RoomFields(TypedDict, total=False):
    """What can be said about a room; what is left out stays."""

    parts: tuple[str, ...]
    capacity: int
    features: frozenset[str]
    hours: Mapping[int, tuple[Hours, ...]] | None
    closing_days: Mapping[str, str]
    before_min: int
    after_min: int
    shortest_min: int
    longest_min: int
    ahead_days: int
    approval: bool
    no_show_min: int | None
    quota: Quota
    price: Texts
    checklist: tuple[str, ...]
    key_item: str | None
    bookable: bool


def _number(lowest: int, highest: int) -> Callable[[str, Any], Any]:
    def check(field: str, value: Any) -> int:
        if type(value) is not int or not lowest <= value <= highest:
            raise BadValue(field=field, value=shown(str(value), limit=60), expected=f"{lowest}–{highest}")
        return value

    return check


def _optional(check: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda field, value: None if value is None else check(field, value)


def _truth(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue(field=field, value=shown(str(value), limit=60), expected="true, false")
    return value


def _words(most: int, *, ordered: bool) -> Callable[[str, Any], Any]:
    def check(field: str, value: Any) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(clean_text(field, one) for one in value))
        if len(words) > most:
            raise TooLong(field=field, limit=most, length=len(words))
        found = tuple(one for one in words if one)
        return found if ordered else tuple(sorted(found))

    return check


def _hours(field: str, value: Any) -> dict[str, Any]:
    named = {str(day): hours for day, hours in value.items()} if isinstance(value, Mapping) else value
    try:
        return dict(HOUSE_RULES["room_hours"](field, named))
    except AttributeError as error:
        raise BadValue(
            field=field, value=shown(str(value), limit=60), expected='{"mon": ["10:00-18:00"]}'
        ) from error


def _days(field: str, value: Any) -> dict[str, str]:
    return dict(HOUSE_RULES["room_closing_days"](field, value))


def _quota(field: str, value: Any) -> Quota:
    for name in Quota.__struct_fields__:
        most = getattr(value, name)
        if most is not None:
            _number(0, 1_000_000)(f"{field}.{name}", most)
    return msgspec.convert(msgspec.to_builtins(value), Quota)


def _price(field: str, value: Any) -> dict[str, Any]:
    return dict(clean_texts(field, value, limit=LONG_LIMIT, lines=True).said)


def _same(_field: str, value: Any) -> Any:
    return value or None


_CHECKS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "parts": _words(MOST_PARTS, ordered=True),
    "capacity": _number(0, 100_000),
    "features": _words(MOST_FEATURES, ordered=False),
    "hours": _optional(_hours),
    "closing_days": _days,
    "before_min": _number(0, 24 * 60),
    "after_min": _number(0, 24 * 60),
    "shortest_min": _number(1, LONGEST_MIN),
    "longest_min": _number(1, LONGEST_MIN),
    "ahead_days": _number(0, 3 * 366),
    "approval": _truth,
    "no_show_min": _optional(_number(1, 24 * 60)),
    "quota": _quota,
    "price": _price,
    "checklist": _words(MOST_CHECKS, ordered=True),
    "key_item": _same,
    "bookable": _truth,
}


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
    for name in fields:
        if name not in _CHECKS:
            raise BadValue(field="room", value=shown(name, limit=40), expected=", ".join(_CHECKS))
    said = {name: _CHECKS[name](name, value) for name, value in fields.items()}
    with store.begin() as work:
        location = _location(work, room)
        if not work.applied(act):
            drafts = _changes(work, location, said)
            if drafts:
                work.append(act, drafts)
        return room_by(work, location)


def _location(work: Work, ref: str) -> str:
    sql = (
        "SELECT l.id FROM location l WHERE l.kind = 'room' AND (l.id = ? OR l.key = ? OR l.subject IN"
        " (SELECT c.target FROM code c WHERE c.id = ?)) ORDER BY l.id"
    )
    found = work.rows(sql, (ref, ref, "".join(ref.split())))
    if not found:
        raise DoesNotExist(what="room", value=shown(ref, limit=40))
    return str(found[0][0])


def _changes(work: Work, location: str, said: Mapping[str, Any]) -> list[Draft]:
    row = work.one(RoomRow, location)
    _check_references(work, location, said)
    before = row or NEW_ROOM
    shortest = said.get("shortest_min", before["shortest_min"])
    longest = said.get("longest_min", before["longest_min"])
    if shortest > longest:
        raise BadValue(field="shortest_min", value=shortest, expected=f"1–{longest}")
    changed = {name: value for name, value in said.items() if column(value) != before[name] or row is None}
    if row is not None and not changed:
        return []
    written = msgspec.json.decode(before["written"], type=dict[str, str])
    seen = {name: written[name] for name in changed if name in written}
    return [Draft(f"room:{location}", RoomChanged(seen=seen, **changed))]


def _check_references(work: Work, location: str, said: Mapping[str, Any]) -> None:
    for part in said.get("parts", ()):
        if part != location and _location(work, part) != part:
            raise DoesNotExist(what="room", value=shown(part, limit=40))
    key = said.get("key_item")
    if key and not work.rows("SELECT 1 FROM item WHERE id = ?", (key,)):
        raise DoesNotExist(what="item", value=shown(key, limit=40))

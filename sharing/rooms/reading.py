"""Reading rooms and bookings: what each decision asks, so it is SQL text. Nothing here writes."""

# ruff: noqa: S608 every SQL text is put together from the constants of this file; values are parameters
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from sharing.errors import DoesNotExist
from sharing.journal.store import Reader
from sharing.rooms.rules import Booking, Occurrence, Quota, Room, Rule, Span, State, Use
from sharing.texts import Texts, shown

_ROOM: Final = (
    "SELECT r.id, (SELECT c.id FROM code c WHERE c.target = l.subject AND c.barcode = 0"
    " ORDER BY c.claimed_at, c.id LIMIT 1), l.names, f.names, r.parts, r.capacity, r.features, r.hours,"
    " r.closing_days, r.before_min, r.after_min, r.shortest_min, r.longest_min, r.ahead_days, r.approval,"
    " r.no_show_min, r.quota, r.price, r.checklist, r.key_item, r.bookable"
    " FROM room r JOIN location l ON l.id = r.id LEFT JOIN location f ON f.id = l.parent AND f.kind = 'floor'"
)
_BY_ID: Final = f"{_ROOM} WHERE r.id = ?"
_IN_ORDER: Final = " ORDER BY COALESCE(f.key, ''), l.key, r.id"
_BY_CODE: Final = "SELECT l.id FROM code c JOIN location l ON l.subject = c.target WHERE c.id = ?"
_OCCURRENCE: Final = (
    "SELECT booking, n, rooms, parts, begins, ends, blocked_from, blocked_to, state, why, use, org,"
    " changed_at, sequence, arrived_at, left_at, asked_begins, asked_ends, asked_rooms, asked_off,"
    " gone_at, unsure"
    " FROM occurrence"
)
_OF_BOOKING: Final = "subject = ? ORDER BY n"
_BOOKING: Final = (
    "SELECT id, use, rooms, zone, rule, org, person, title, adult, heads, asked_at, announce, source"
    " FROM booking WHERE id = ?"
)

_as_strings = msgspec.json.Decoder(tuple[str, ...]).decode
_as_hours = msgspec.json.Decoder(dict[int, tuple[tuple[int, int], ...]]).decode
_as_days = msgspec.json.Decoder(dict[str, str]).decode
_as_quota = msgspec.json.Decoder(Quota).decode
_as_rule = msgspec.json.Decoder(Rule).decode


@lru_cache(maxsize=4096)
def _strings(column: str) -> tuple[str, ...]:
    """Read a list of ids; most dates have the same few."""
    return _as_strings(column)


@lru_cache(maxsize=1024)
def _room(row: tuple[Any, ...]) -> Room:
    """Build a room from its row, once for equal rows."""
    return Room(
        id=row[0], code=row[1], names=Texts.from_json(row[2]), floor=Texts.from_json(row[3] or "{}"),
        parts=_as_strings(row[4]) or (row[0],), capacity=row[5], features=frozenset(_as_strings(row[6])),
        hours=_as_hours(row[7]) if row[7] is not None else None, closing_days=_as_days(row[8]),
        before_min=row[9], after_min=row[10], shortest_min=row[11], longest_min=row[12], ahead_days=row[13],
        approval=bool(row[14]), no_show_min=row[15], quota=_as_quota(row[16]),
        price=Texts.from_json(row[17]), checklist=_as_strings(row[18]), key_item=row[19],
        bookable=bool(row[20]),
    )  # fmt: skip


def all_rooms(read: Reader) -> tuple[Room, ...]:
    """Give every room that can be booked, floor by floor."""
    return tuple(_room(tuple(row)) for row in read.rows(f"{_ROOM}{_IN_ORDER}"))


def rooms_by_id(read: Reader, ids: Sequence[str]) -> dict[str, Room]:
    """Give some rooms by id, those that pairings among them consist of included.

    Raises:
        DoesNotExist: one of them is no room that can be booked.
    """
    found = _some(read, ids)
    for one in ids:
        if one not in found:
            raise DoesNotExist(what="room", value=shown(one, limit=40))
    parts = [part for room in found.values() for part in room.parts if part not in found]
    return {**found, **_some(read, parts)} if parts else found


def _some(read: Reader, ids: Iterable[str]) -> dict[str, Room]:
    rows = [row for one in ids for row in read.rows(_BY_ID, (one,))]
    return {row[0]: _room(tuple(row)) for row in rows}


def read_rooms_ahead(read: Reader, ids: Iterable[str]) -> None:
    """Read at once what `rooms_by_id` will ask for."""
    read.read_ahead(_BY_ID, ids)


def room_by(read: Reader, ref: str) -> Room:
    """Give a room by its id, its key or the 16 digits of its label.

    Raises:
        DoesNotExist: there is no such room.
    """
    found = read.rows(f"{_ROOM} WHERE r.id = ? OR l.key = ?{_IN_ORDER}", (ref, ref))
    if not found:
        place = read.rows(_BY_CODE, ("".join(ref.split()),))
        found = read.rows(_BY_ID, (place[0][0],)) if place else []
    if not found:
        raise DoesNotExist(what="room", value=shown(ref, limit=40))
    return _room(tuple(found[0]))


_USES: Final = {str(one): one for one in Use}
_STATES: Final = {str(one): one for one in State}


def occurrence_of(row: Sequence[Any], now: int) -> Occurrence:
    """Build a date from its row; one whose time to arrive or be taken has run out is shown as gone."""
    (
        booking, n, rooms, parts, begins, ends, blocked_from, blocked_to, state, why, use, org, changed_at,
        sequence, arrived_at, left_at, asked_begins, asked_ends, asked_rooms, asked_off, gone_at, unsure,
    ) = row  # fmt: skip
    said = _STATES[state]
    if gone_at is not None and gone_at <= now and said is State.CONFIRMED:
        said, why = (State.CANCELLED, "lapsed") if use == Use.HOLD else (State.NO_SHOW, why)
    return Occurrence(
        booking=booking, n=n, rooms=_strings(rooms), parts=_strings(parts), span=Span(begins, ends),
        blocked=Span(blocked_from, blocked_to), state=said, why=why, use=_USES[use], org=org,
        changed_at=changed_at, sequence=sequence, arrived_at=arrived_at, left_at=left_at,
        asked=Span(asked_begins, asked_ends) if asked_begins is not None else None,
        asked_rooms=_strings(asked_rooms) if asked_rooms else (), asked_off=bool(asked_off),
        certain=not unsure, gone_at=gone_at,
    )  # fmt: skip


def occurrences(read: Reader, where: str, params: Sequence[object]) -> tuple[Occurrence, ...]:
    """Give the dates that a condition of SQL text describes, in its order."""
    now = read.now
    return tuple([occurrence_of(row, now) for row in read.rows(f"{_OCCURRENCE} WHERE {where}", params)])


def booking_of(read: Reader, key: str) -> Booking:
    """Give a booking with all its dates.

    Raises:
        DoesNotExist: there is none with this id.
    """
    booking = undated(read, key)
    return replace(booking, occurrences=occurrences(read, _OF_BOOKING, (f"booking:{key}",)))


def undated(read: Reader, key: str) -> Booking:
    """Give a booking without its dates.

    Raises:
        DoesNotExist: there is none with this id.
    """
    found = read.rows(_BOOKING, (key,))
    if not found:
        raise DoesNotExist(what="booking", value=shown(key, limit=40))
    return _booking(found[0], ())


def read_bookings_ahead(read: Reader, keys: Sequence[str]) -> None:
    """Read at once what `booking_of` will ask for."""
    read.read_ahead(_BOOKING, keys)
    dates = f"{_OCCURRENCE} WHERE {_OF_BOOKING}"
    read.read_ahead(dates, [f"booking:{key}" for key in keys], lambda row: f"booking:{row[0]}")


def _booking(row: Sequence[Any], dates: tuple[Occurrence, ...]) -> Booking:
    key, use, rooms, zone, rule, org, person, title, adult, heads, asked_at, announce, source = row
    return Booking(
        id=key, use=_USES[use], rooms=_strings(rooms), occurrences=dates, zone=zone,
        rule=_as_rule(rule) if rule else None, org=org, person=person or "", title=title or "",
        adult=adult or "", heads=heads, asked_at=asked_at, announce=bool(announce), source=source,
    )  # fmt: skip


def bookings_by_id(read: Reader, dates: Iterable[Occurrence]) -> tuple[Booking, ...]:
    """Give the bookings that some dates belong to, each with these dates only, in the order of the dates."""
    by_id: dict[str, list[Occurrence]] = {}
    for one in dates:
        by_id.setdefault(one.booking, []).append(one)
    rows = {row[0]: row for key in by_id for row in read.rows(_BOOKING, (key,))}
    return tuple(_booking(rows[key], tuple(found)) for key, found in by_id.items() if key in rows)


LONGER: Final = 86_400_000
_SHOWN: Final = "state IN ('provisional', 'confirmed', 'arrived', 'ended')"
_BETWEEN: Final = (
    f"SELECT * FROM ({_OCCURRENCE} WHERE begins >= ? AND begins < ? AND ends > ? AND {_SHOWN}"
    f" UNION ALL {_OCCURRENCE} WHERE ends - begins > {LONGER} AND begins < ? AND ends > ? AND {_SHOWN}) found"
    " ORDER BY begins, booking, n"
)


def shown_between(read: Reader, span: Span) -> tuple[Occurrence, ...]:
    """Give all dates of all rooms that share a moment with a span and were not given up, by beginning."""
    params = (span.begins - LONGER, span.ends, span.begins, span.begins - LONGER, span.begins)
    now = read.now
    found = (occurrence_of(row, now) for row in read.rows(_BETWEEN, params))
    return tuple([one for one in found if one.state.value in _VISIBLE])


_VISIBLE: Final = frozenset({"provisional", "confirmed", "arrived", "ended"})


def by_room(rooms: Iterable[Room], dates: Iterable[Occurrence]) -> dict[str, tuple[Occurrence, ...]]:
    """Sort dates under each room that shares a part with them: a booked hall is half of a pair as well."""
    having: dict[str, list[str]] = {}
    found: dict[str, list[Occurrence]] = {}
    for room in rooms:
        found[room.id] = []
        for part in room.parts:
            having.setdefault(part, []).append(room.id)
    for one in dates:
        for room_id in dict.fromkeys(room for part in one.parts for room in having.get(part, ())):
            found[room_id].append(one)
    return {room: tuple(those) for room, those in found.items()}


def names_of(rooms: Mapping[str, Room], ids: Iterable[str], language: str = "de") -> str:
    """Name rooms for a sentence."""
    return ", ".join(rooms[one].name(language) for one in ids if one in rooms)

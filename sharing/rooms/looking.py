"""How rooms and bookings stand, for screens and lists. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import ClassVar, Final

from sharing.calendar_time import MINUTES_A_DAY, at_minute, local
from sharing.errors import DoesNotExist
from sharing.journal.entry import Instant
from sharing.journal.store import Reader, Store
from sharing.people.rules import Discreet
from sharing.rooms.busy import Window, busy_parts, slots_in, wished_parts, wishes_in
from sharing.rooms.places import together
from sharing.rooms.reading import (
    all_rooms,
    booking_of,
    bookings_by_id,
    by_room,
    occurrences,
    room_by,
    shown_between,
)
from sharing.rooms.rules import Alternative, Booking, Found, Occurrence, Room, Span, State, Use, Wanted
from sharing.rooms.search import find as find_among
from sharing.rooms.seen import Seen
from sharing.terms.actions import terms_of

_DAY_MS: Final = 86_400_000
_AT_ONCE: Final = 400
_ANNOUNCED: Final = (
    "SELECT b.id, g.name FROM booking b JOIN organisation g ON g.id = b.org"
    " WHERE b.announce = 1 AND g.name IS NOT NULL AND b.id IN ({})"
)
_NOT_GONE: Final = frozenset({State.PROVISIONAL, State.CONFIRMED, State.ARRIVED, State.ENDED})


class Call(Discreet, frozen=True, kw_only=True):
    """Somebody who does not know yet what became of a date."""

    TOLD: ClassVar = ("occurrence", "since")
    booking: Booking
    """With this date only."""
    occurrence: Occurrence
    since: Instant
    reason: str = ""
    """What staff said about it."""
    held: tuple[Alternative, ...] = ()
    """Kept for them, until `until`."""
    until: Instant | None = None


def rooms(store: Store) -> tuple[Room, ...]:
    """Give every room that can be booked, floor by floor."""
    with store.reader() as read:
        return all_rooms(read)


def room(store: Store, ref: str) -> Room:
    """Give a room by its id, its key or the 16 digits of its label.

    Raises:
        DoesNotExist: there is no such room.
    """
    with store.reader() as read:
        return room_by(read, ref)


def booking(store: Store, key: str) -> Booking:
    """Give a booking with all its dates.

    Raises:
        DoesNotExist: there is none with this id.
    """
    with store.reader() as read:
        return booking_of(read, key)


def booking_on_slip(store: Store, number: str) -> str:
    """Give the id of the booking whose slip has this number, the last eight digits of the id.

    Raises:
        DoesNotExist: there is none, or more than one.
    """
    with store.reader() as read:
        found = read.rows("SELECT id FROM booking WHERE id LIKE ?", (f"%{number}",))
    if len(found) != 1:
        raise DoesNotExist(what="booking", value=number)
    return str(found[0][0])


def bookings_of(store: Store, person: str, *, from_: Instant | None = None) -> tuple[Booking, ...]:
    """Give what a person has booked, the earliest first, with the dates that end after `from_` (now)."""
    with store.reader() as read:
        since = read.now if from_ is None else from_
        mine = "subject IN (SELECT subject FROM booking WHERE person IS NOT NULL AND person = ?)"
        found = occurrences(read, f"{mine} AND ends > ? ORDER BY begins, booking, n", (person, since))
        return bookings_by_id(read, found)


def span_of_day(day: date, zone: str) -> Span:
    """Give a day of the wall clock, from midnight to midnight."""
    return Span(at_minute(day, 0, zone), at_minute(day, MINUTES_A_DAY, zone))


def day(store: Store, day: date) -> tuple[tuple[Room, tuple[Occurrence, ...]], ...]:
    """Give all rooms with the dates that touch a day; a pair of rooms shows those of its parts as well."""
    with store.reader() as read:
        every = all_rooms(read)
        found = by_room(every, shown_between(read, span_of_day(day, terms_of(read).zone)))
        return tuple((room, found[room.id]) for room in every)


def week(store: Store, room: str, day: date) -> tuple[tuple[date, tuple[Occurrence, ...]], ...]:
    """Give the seven days of the week around a day, Monday first, each with the room's dates that touch it.

    Raises:
        DoesNotExist: there is no such room.
    """
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    with store.reader() as read:
        zone = terms_of(read).zone
        spans = [span_of_day(one, zone) for one in days]
        found = dates_in(read, room_by(read, room).parts, Span(spans[0].begins, spans[-1].ends))
        return tuple(
            (one, tuple(date for date in found if date.span.meets(span)))
            for one, span in zip(days, spans, strict=True)
        )


def dates_in(read: Reader, parts: tuple[str, ...], span: Span) -> tuple[Occurrence, ...]:
    """Give the dates that hold or wish for one of these parts in a span, by beginning."""
    windows = [Window(part, span.begins, span.ends) for part in parts]
    hits = (*slots_in(read, windows), *wishes_in(read, windows))
    keys = sorted({f"{hit.booking}/{hit.n}" for hit in hits})
    found: list[Occurrence] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        found += occurrences(read, f"id IN ({', '.join('?' * len(some))})", some)
    there = (one for one in found if one.state in _NOT_GONE and one.span.meets(span))
    return tuple(sorted(there, key=lambda one: (one.span, one.id)))


def find(store: Store, wanted: Wanted) -> tuple[Found, ...]:
    """Give every room that is large enough and has what is wanted, free ones and the smallest first."""
    with store.reader() as read:
        every = all_rooms(read)
        fitting = [one for one in every if one.bookable and wanted.features <= one.features]
        parts = together(fitting, {one.id: one for one in every}).parts
        around = Span(wanted.span.begins - 2 * _DAY_MS, wanted.span.ends + 2 * _DAY_MS)
        busy = busy_parts(read, parts, around)
        wishes = wished_parts(read, parts, around)
        return find_among(every, busy, wanted, terms_of(read), read.now, wishes)


def call_list(store: Store) -> tuple[Call, ...]:
    """Give everybody who is to be called about a date that changed without them, first come first."""
    with store.reader() as read:
        rows = read.rows(
            "SELECT id, tell_since, reason FROM occurrence WHERE tell_since IS NOT NULL"
            " ORDER BY tell_since, id"
        )
        return tuple(_call(read, key, since, reason or "") for key, since, reason in rows)


def _call(read: Reader, key: str, since: Instant, reason: str) -> Call:
    (one,) = occurrences(read, "id = ?", (key,))
    (found,) = bookings_by_id(read, (one,))
    held, until = holds_for(read, key)
    return Call(booking=found, occurrence=one, since=since, reason=reason, held=held, until=until)


def holds_for(read: Reader, key: str) -> tuple[tuple[Alternative, ...], Instant | None]:
    """Give what is kept for those whose date was taken away, and until when; nothing if nothing is."""
    holds = read.rows("SELECT id, lapses FROM booking WHERE held_for <> '' AND held_for = ?", (key,))
    held = [
        (hold, lapses) for name, lapses in holds for hold in booking_of(read, name).occurrences
        if hold.state is State.CONFIRMED and hold.use is Use.HOLD
    ]  # fmt: skip
    kept = sorted((Alternative(hold.rooms, hold.span) for hold, _ in held), key=lambda one: one.span)
    return tuple(kept), min((lapses for _, lapses in held), default=None)


def as_seen(read: Reader, dates: Iterable[Occurrence]) -> dict[str, Seen]:
    """Give dates by their id as anybody may see them, with the organisations that may be named."""
    found = {one.id: one for one in dates}
    names = _announced(read, sorted({one.booking for one in found.values() if one.org}))
    return {
        key: Seen(one.span, one.state is State.PROVISIONAL, one.use, names.get(one.booking, ""), one)
        for key, one in found.items()
    }


def _announced(read: Reader, bookings: Sequence[str]) -> dict[str, str]:
    """Give the organisations of those bookings that say that it may be named."""
    names: dict[str, str] = {}
    for start in range(0, len(bookings), _AT_ONCE):
        some = bookings[start : start + _AT_ONCE]
        names |= dict(read.rows(_ANNOUNCED.format(", ".join("?" * len(some))), some))
    return names


def today(store: Store) -> date:
    """Give today by the house's clock."""
    with store.reader() as read:
        return local(read.now, terms_of(read).zone).date()

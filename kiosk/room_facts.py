"""What the screens of rooms read: each is one function of the store, run in the writer thread.

What stands in them anybody may look at: no titles, no persons, and an organisation only where its booking
says that it may be named.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from kiosk.for_phones import modules
from sharing.calendar_time import at_minute, instant_of, local
from sharing.errors import DoesNotExist
from sharing.rooms import actions as rooms
from sharing.rooms.asking import is_home, longest_now
from sharing.rooms.calendars.text import event_for_phone
from sharing.rooms.deciding import open_between
from sharing.rooms.looking import as_seen
from sharing.rooms.reading import room_by
from sharing.rooms.rules import Ask, Found, Occurrence, Room, Span, State, Wanted
from sharing.rooms.seen import Seen
from sharing.terms.actions import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharing.journal.entry import Instant
    from sharing.journal.store import Store
    from sharing.terms.rules import Terms

MORNING, EVENING = 8 * 60, 22 * 60
"""Minutes that a day's line shows at least, where rooms are open."""
DAYS_OF_A_WEEK = 7
NO_TIME = timedelta()


class RoomDay(msgspec.Struct, frozen=True):
    """One room on one day."""

    room: Room
    day: date
    opens: tuple[Span, ...]
    taken: tuple[Seen, ...]


class HouseDay(msgspec.Struct, frozen=True):
    """All rooms on one day."""

    day: date
    today: date
    now: Instant
    rooms: tuple[RoomDay, ...]
    shows: Span
    """What the line of the day shows."""
    closed: str
    """Why no room is to be had on that day."""


class RoomWeek(msgspec.Struct, frozen=True):
    """One room on seven days, Monday first."""

    room: Room
    today: date
    now: Instant
    days: tuple[RoomDay, ...]
    shows: tuple[Span, ...]
    """What the line of each day shows: the same hours of the wall clock."""


class RoomPage(msgspec.Struct, frozen=True):
    """One room now."""

    room: Room
    now: Instant
    taken_until: Instant | None
    """Until when somebody has it, if somebody has."""
    free_until: Instant | None
    """Until when it is free; None: it is not, or nothing comes."""
    closed: bool
    """Not one of its hours."""
    coming: tuple[Seen, ...]
    """The dates of now and the next days."""
    due: Occurrence | None
    """The date for which the visitor is here."""
    mine: Occurrence | None
    """The date at which the visitor has it now."""


def every_room(store: Store) -> dict[str, Room]:
    """All rooms by id."""
    return {room.id: room for room in rooms.rooms(store)}


def today_of(store: Store) -> tuple[date, Instant, Terms]:
    """The day it is in the house, now, and the house rules."""
    with store.reader() as read:
        terms, now = terms_of(read), read.now
    return local(now, terms.zone).date(), now, terms


def house_day(store: Store, day: date | None = None) -> HouseDay:
    """All rooms on one day, today unless another is named."""
    today, now, terms = today_of(store)
    day = day or today
    found = rooms.day(store, day)
    seen = _seen(store, (one for _, dates in found for one in dates))
    lines = tuple(
        RoomDay(room, day, open_between(room, terms, day, day), tuple(seen[one.id] for one in dates))
        for room, dates in found
    )
    closed = terms.room_closing_days.get(day.isoformat(), "")
    return HouseDay(day, today, now, lines, _shows(lines, day, terms.zone), closed)


def room_week(store: Store, room_id: str, day: date | None = None, by: timedelta = NO_TIME) -> RoomWeek:
    """One room in the week of a day, of today unless another is named, or of one so much later."""
    today, now, terms = today_of(store)
    day = (day or today) + by
    monday = day - timedelta(days=day.weekday())
    room = rooms.room(store, room_id)
    found = dict(rooms.week(store, room_id, monday))
    seen = _seen(store, (one for dates in found.values() for one in dates))
    lines = tuple(
        RoomDay(
            room, each, open_between(room, terms, each, each),
            tuple(seen[one.id] for one in found.get(each, ())),
        )
        for each in (monday + timedelta(days=n) for n in range(DAYS_OF_A_WEEK))
    )  # fmt: skip
    return RoomWeek(room, today, now, lines, _same_hours(lines, terms.zone))


def _same_hours(lines: Sequence[RoomDay], zone: str) -> tuple[Span, ...]:
    """The hours that any of the days needs, on each day."""
    midnights = [at_minute(line.day, 0, zone) for line in lines]
    spans = [_shows((line,), line.day, zone) for line in lines]
    pairs = list(zip(spans, midnights, strict=True))
    first = min(span.begins - midnight for span, midnight in pairs)
    last = max(span.ends - midnight for span, midnight in pairs)
    return tuple(Span(midnight + first, midnight + last) for midnight in midnights)


def room_page(store: Store, ref: str, person: str | None) -> RoomPage:
    """One room now; with a visitor also the date they are here for.

    Raises:
        DoesNotExist: there is no such room.
    """
    room = rooms.room(store, ref)
    today, now, terms = today_of(store)
    days = [*rooms.week(store, room.id, today), *rooms.week(store, room.id, today + timedelta(days=7))]
    dates = (one for _, found in days for one in found if one.span.ends > now and one.state in _HOLDS)
    found = list({one.id: one for one in dates}.values())
    here = [one for one in found if is_on(one, now)]
    after = [one.blocked.begins for one in found if one.blocked.begins > now]
    opens = [one for one in open_between(room, terms, today, today) if one.begins <= now < one.ends]
    ends = [opens[0].ends] if opens else []
    free = min([*after, *ends], default=None) if opens and not here else None
    theirs = rooms.arriving(store, person, room.id) if person else None
    arrived = theirs is not None and theirs.state is State.ARRIVED
    seen = _seen(store, found)
    return RoomPage(
        room, now, max((one.span.ends for one in here), default=None), free, not opens,
        tuple(seen[one.id] for one in sorted(found, key=lambda one: one.span.begins)),
        None if arrived else theirs, theirs if arrived else None,
    )  # fmt: skip


def stay_now(store: Store, room_id: str) -> Span:
    """How long a room is to be had for from now on: by its hours, what comes next, and its longest time."""
    with store.reader() as read:
        return longest_now(read, room_by(read, room_id))


_HOLDS = frozenset({State.PROVISIONAL, State.CONFIRMED, State.ARRIVED})


def find(
    store: Store, begins: datetime, ends: datetime, heads: int, features: frozenset[str]
) -> tuple[Span, tuple[Found, ...]]:
    """Look for rooms by the wall clock: the time as instants, and every room that fits, free ones first."""
    with store.reader() as read:
        zone = terms_of(read).zone
    span = Span(instant_of(begins, zone), instant_of(ends, zone))
    return span, rooms.find(store, Wanted(span=span, capacity=heads, features=features))


def free_dates(store: Store, asks: Sequence[Ask]) -> dict[str, tuple[int, int]]:
    """How many dates of a series are free in each room, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    for ask in asks:
        offered = rooms.preview(store, ask)
        found[ask.rooms[0]] = (sum(1 for one in offered if one.why is None), len(offered))
    return found


def span_between(store: Store, begins: datetime, ends: datetime) -> Span:
    """Two wall times of the house as instants."""
    with store.reader() as read:
        zone = terms_of(read).zone
    return Span(instant_of(begins, zone), instant_of(ends, zone))


def free_after(store: Store, date: Occurrence) -> Instant:
    """Until when a date's rooms stay free after it, by their hours and by what comes next."""
    today, _, terms = today_of(store)
    ends: list[Instant] = []
    for room_id in date.rooms:
        room = rooms.room(store, room_id)
        opens = [one.ends for one in open_between(room, terms, today, today) if one.ends >= date.span.ends]
        dates = [one for _, found in rooms.week(store, room_id, today) for one in found]
        after = [
            one.blocked.begins for one in dates if one.id != date.id and one.span.begins >= date.span.ends
        ]
        buffers = (date.blocked.ends - date.span.ends) if after else 0
        ends += [*opens[:1], *(one - buffers for one in after)]
    return min(ends, default=date.span.ends)


def event_modules(date: Occurrence, name: str) -> tuple[tuple[bool, ...], ...]:
    """The QR code of a date for a phone's calendar, dark modules true; small enough for 21 rows."""
    return modules(event_for_phone(date, name))


def decides_here(store: Store) -> bool:
    """Whether this machine says yes or no to bookings; elsewhere they stay provisional until that one has."""
    with store.reader() as read:
        return is_home(read)


def room_of_code(store: Store, code: str) -> Room | None:
    """The room whose label was scanned, if it can be booked at all."""
    try:
        return rooms.room(store, code)
    except DoesNotExist:
        return None


def _seen(store: Store, dates: Iterable[Occurrence]) -> dict[str, Seen]:
    with store.reader() as read:
        return as_seen(read, dates)


def is_on(one: Occurrence, now: Instant) -> bool:
    """Whether the room is theirs now; those who came early have it already, and buffers count.

    Who only asked for it does not have it: others may still take it.
    """
    begins = one.blocked.begins if one.state is not State.ARRIVED else now
    return one.state in _HOLDS - {State.PROVISIONAL} and begins <= now < one.span.ends


def _shows(lines: Sequence[RoomDay], day: date, zone: str) -> Span:
    """From the first opening to the last closing, and what is taken outside; all of it on that day."""
    first, last = at_minute(day, 0, zone), at_minute(day, 24 * 60, zone)
    begins = [one.begins for line in lines for one in line.opens]
    ends = [one.ends for line in lines for one in line.opens]
    begins += [one.span.begins for line in lines for one in line.taken]
    ends += [one.span.ends for line in lines for one in line.taken]
    if begins and min(begins) <= first and max(ends) >= last:
        return Span(first, last)
    begin = max(first, min([*begins, at_minute(day, MORNING, zone)]))
    end = min(last, max([*ends, at_minute(day, EVENING, zone)]))
    hour = 3_600_000
    return Span(first + (begin - first) // hour * hour, first - (first - end) // hour * hour)

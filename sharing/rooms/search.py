"""Finding a room: what is free when, and what to offer instead of what is not.

What is busy is given by part as in `places.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import msgspec

from sharing.calendar_time import at_minute, local
from sharing.journal.entry import Instant
from sharing.rooms.deciding import blocked_of
from sharing.rooms.places import OTHER_DAYS, Busy, Places, free_times, hindrance, reach, together
from sharing.rooms.recurrence import readings
from sharing.rooms.rules import MINUTE, Alternative, Found, Room, Span, Wanted
from sharing.rooms.spans import free_in, is_free, merged
from sharing.terms.rules import Terms

__all__ = [
    "Busy", "Places", "alternatives", "find", "free_in", "free_times", "hindrance", "reach", "together",
    "until_next",
]  # fmt: skip

MOST_OFFERED: Final = 5
_SHARES: Final = (2, 2, MOST_OFFERED)
"""The most of each sort at first: same room same day, other rooms, other days."""
_TIMES_IN_FOUND: Final = 2
_QUARTER: Final = 15 * MINUTE
_DAY: Final = timedelta(days=1)


def _nearest(free: Span, length: int, wanted: Instant) -> Instant | None:
    """Give the begin nearest to the wanted one that fits; on a quarter of an hour if one fits."""
    lowest, highest = -(-free.begins // MINUTE) * MINUTE, (free.ends - length) // MINUTE * MINUTE
    if lowest > highest:
        return None
    if lowest <= wanted <= highest:
        return wanted
    if wanted < lowest:
        quarter = -(-lowest // _QUARTER) * _QUARTER
        return quarter if quarter <= highest else lowest
    quarter = highest // _QUARTER * _QUARTER
    return quarter if quarter >= lowest else highest


class _Looking(msgspec.Struct, frozen=True):
    """One search for something else."""

    known: Mapping[str, Room]
    busy: Busy
    wanted: Wanted
    terms: Terms
    now: Instant

    def to_be_had(self, places: Places, span: Span) -> bool:
        return hindrance(places, self.busy, span, self.wanted.capacity, self.now, self.terms) is None

    def same_day(self, places: Places) -> Iterator[Alternative]:
        """The same rooms at other times of that day, the nearest first."""
        span, zone = self.wanted.span, self.terms.zone
        day, length = local(span.begins, zone).date(), span.ends - span.begins
        begins, ends = at_minute(day, 0, zone), at_minute(day + _DAY, 0, zone)
        window = Span(max(begins, self.now), ends + length)
        if window.begins >= ends:
            return
        free = free_times(places, self.busy, window, self.terms)
        near = (_nearest(one, length, span.begins) for one in free)
        for at in sorted((at for at in near if at is not None), key=lambda at: abs(at - span.begins)):
            other = Span(at, at + length)
            if at < ends and other != span and self.to_be_had(places, other):
                yield Alternative(places.ids, other)

    def other_rooms(self, places: Places) -> Iterator[Alternative]:
        """Another room for the one that cannot be had, or for all; the smallest that is enough first."""
        span, capacity = self.wanted.span, self.wanted.capacity
        alone = capacity if len(places.rooms) == 1 else 0
        out = [
            room
            for room in places.rooms
            if hindrance(together((room,), self.known), self.busy, span, alone, self.now, self.terms)
        ]
        stay = tuple(room for room in places.rooms if room not in out) if len(out) == 1 else ()
        for room in self._candidates(places, stay):
            changed = tuple(one if one in stay else room for one in places.rooms) if stay else (room,)
            if self.to_be_had(together(changed, self.known), span):
                yield Alternative(tuple(one.id for one in changed), span)

    def _candidates(self, places: Places, stay: tuple[Room, ...]) -> list[Room]:
        had = {room.id for room in places.rooms}
        kept = together(stay, self.known).parts
        gone = [room for room in places.rooms if room not in stay]
        enough = max(0, self.wanted.capacity - sum(room.capacity for room in stay))
        liked = frozenset[str]().union(*(room.features for room in gone))
        size = sum(room.capacity for room in gone)
        fitting = (
            room
            for room in self.known.values()
            if room.id not in had and room.bookable and self.wanted.features <= room.features
            if not kept & set(room.parts) and (not room.capacity or room.capacity >= enough)
        )  # fmt: skip
        return sorted(fitting, key=lambda room: _rank(room, enough, size, liked))

    def other_days(self, places: Places) -> Iterator[Alternative]:
        """The same rooms at the same time by the wall clock, the nearest day first."""
        zone = self.terms.zone
        begins, ends = _wall(self.wanted.span.begins, zone), _wall(self.wanted.span.ends, zone)
        for away in (sign * days * _DAY for days in range(1, OTHER_DAYS + 1) for sign in (1, -1)):
            spans = readings(begins + away, ends + away, zone)
            if len(spans) == 1 and self.to_be_had(places, spans[0]):
                yield Alternative(places.ids, spans[0])


def _wall(instant: Instant, zone: str) -> datetime:
    return local(instant, zone).replace(tzinfo=None, fold=0)


def _rank(room: Room, enough: int, size: int, liked: frozenset[str]) -> tuple[bool, int, bool, int, str]:
    """The smallest that is enough; where nobody said for how many, what is most like the other room."""
    missing = len(liked - room.features)
    if enough:
        return not room.capacity, room.capacity, False, missing, room.id
    return not room.capacity, missing, room.capacity < size, abs(room.capacity - size), room.id


def alternatives(
    rooms: Sequence[Room], busy: Busy, wanted: Wanted, asked: Sequence[str], terms: Terms, now: Instant
) -> tuple[Alternative, ...]:
    """Give what is to be had instead: at most five, the most like what was asked for first.

    The same rooms on that day, then other rooms at that time, then the same rooms on other days.

    Args:
        rooms: every room of the house.
        busy: by part, over `reach(wanted.span)`.
        wanted: when, for how many (0: not said), with what features.
        asked: ids of the rooms that were asked for.
        terms: the house rules.
        now: the present; nothing before it is offered.
    """
    known = {room.id: room for room in rooms}
    places = together((known[one] for one in asked), known)
    looking = _Looking(known, busy, wanted, terms, now)
    sorts = (looking.same_day(places), looking.other_rooms(places), looking.other_days(places))
    return _mixed(sorts)


def _mixed(sorts: Sequence[Iterator[Alternative]]) -> tuple[Alternative, ...]:
    found: list[list[Alternative]] = []
    for sort, share in zip(sorts, _SHARES, strict=True):
        left = MOST_OFFERED - sum(map(len, found))
        found.append(list(islice(sort, min(share, left))))
    for n, sort in enumerate(sorts):
        found[n] += islice(sort, MOST_OFFERED - sum(map(len, found)))
    return tuple(one for taken in found for one in taken)


def find(
    rooms: Sequence[Room], busy: Busy, wanted: Wanted, terms: Terms, now: Instant, wishes: Busy | None = None
) -> tuple[Found, ...]:
    """Give every room that is large enough and has what is wanted, free ones and the smallest first.

    A room that is not to be had then says why, and when it is on that day.

    Args:
        rooms: every room of the house.
        busy: by part, over the days around; what is further away is not looked at.
        wanted: when, for how many, with what.
        terms: the house rules.
        now: the present.
        wishes: what others asked for before and is not decided, by part, merged.
    """
    known = {room.id: room for room in rooms}
    looking = _Looking(known, busy, wanted, terms, now)
    found = [looking_at(looking, room, wishes or {}) for room in rooms if _fits(room, wanted)]
    return tuple(sorted(found, key=_order))


def _fits(room: Room, wanted: Wanted) -> bool:
    large_enough = not room.capacity or room.capacity >= wanted.capacity
    return room.bookable and large_enough and wanted.features <= room.features


def looking_at(looking: _Looking, room: Room, wishes: Busy) -> Found:
    """Look at one room."""
    places, wanted = together((room,), looking.known), looking.wanted
    why = hindrance(places, looking.busy, wanted.span, wanted.capacity, looking.now, looking.terms)
    if why is not None:
        instead = tuple(islice(looking.same_day(places), _TIMES_IN_FOUND))
        return Found(room=room, why=why, alternatives=instead)
    blocked = blocked_of(places.rooms, wanted.span)
    certain = all(is_free(wishes.get(part, ()), blocked) for part in places.parts)
    return Found(room=room, certain=certain)


def _order(found: Found) -> tuple[bool, bool, bool, bool, int, str]:
    room, hindered = found.room, found.why is not None
    return (
        hindered, hindered and not found.alternatives, not found.certain,
        not room.capacity, room.capacity, room.id,
    )  # fmt: skip


def until_next(busy: Iterable[Span], now: Instant) -> Instant | None:
    """Give the moment from which a room is not free any more: `now` if it is not; None: nothing comes."""
    return next((max(one.begins, now) for one in merged(busy) if one.ends > now), None)

"""What may be booked: a room's hours, closing days, lengths, and what one organisation may have.

Whether a slot is taken is not decided here: the database does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from sharing.calendar_time import MINUTES_A_DAY, at_minute, local
from sharing.journal.entry import Instant
from sharing.rooms.rules import HORIZON_DAYS, MINUTE, Room, Span, Use, Why
from sharing.rooms.spans import merged
from sharing.terms.rules import Hours, Terms

ALL_DAY: Final[tuple[Hours, ...]] = ((0, MINUTES_A_DAY),)
_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=8192)
def _stretches(day: date, hours: tuple[Hours, ...], zone: str) -> tuple[Span, ...]:
    return tuple(Span(at_minute(day, a, zone), at_minute(day, b, zone, fold=1)) for a, b in hours)


@lru_cache(maxsize=4096)
def _wall(instant: Instant, zone: str) -> datetime:
    return local(instant, zone).replace(tzinfo=None)


def hours_on(room: Room, terms: Terms, day: date) -> tuple[Hours, ...]:
    """Give a room's hours on a day, in minutes of the wall clock; none on closing days.

    A house that never said when rooms are open has them open always.
    """
    iso = day.isoformat()
    if iso in terms.room_closing_days or iso in room.closing_days:
        return ()
    if room.hours is not None:
        return tuple(room.hours.get(day.weekday(), ()))
    return tuple(terms.room_hours.get(day.weekday(), ())) if terms.room_hours else ALL_DAY


def open_between(room: Room, terms: Terms, first: date, last: date) -> tuple[Span, ...]:
    """Give when a room is open from one day to another; hours up to and from midnight are one stretch."""
    days = range((last - first).days + 1)
    return _opened(first, tuple([hours_on(room, terms, first + n * _DAY) for n in days]), terms.zone)


@lru_cache(maxsize=1024)
def _opened(first: date, hours: tuple[tuple[Hours, ...], ...], zone: str) -> tuple[Span, ...]:
    """Rooms with the same hours are open alike; few differ."""
    return merged(one for n, those in enumerate(hours) for one in _stretches(first + n * _DAY, those, zone))


def days_of(span: Span, zone: str) -> tuple[date, date]:
    """Give the first and the last day a span touches; one that ends at midnight does not touch the next."""
    return _wall(span.begins, zone).date(), _wall(span.ends - 1, zone).date()


def closed_why(room: Room, span: Span, terms: Terms) -> Why | None:
    """Say whether a room is closed, or closed at this hour; buffers may reach outside its hours."""
    first, last = days_of(span, terms.zone)
    for ahead in range((last - first).days + 1):
        iso = (first + ahead * _DAY).isoformat()
        if iso in terms.room_closing_days or iso in room.closing_days:
            return Why.CLOSED
    stretches = open_between(room, terms, first - _DAY, last)
    inside = any(one.begins <= span.begins and span.ends <= one.ends for one in stretches)
    return None if inside else Why.OUTSIDE_HOURS


def lasts(span: Span, zone: str) -> tuple[int, int]:
    """Give the shorter and the longer of a span's minutes by the wall clock and as they pass.

    The two differ only over a change of clocks, and nobody is refused a date for that.
    """
    passed = (span.ends - span.begins) // MINUTE
    shown = (_wall(span.ends, zone) - _wall(span.begins, zone)) // timedelta(minutes=1)
    if shown <= 0:  # it ends in the second of a doubled hour, earlier on the wall than it began
        return passed, passed
    return min(passed, shown), max(passed, shown)


def _length_why(room: Room, span: Span, zone: str) -> Why | None:
    shorter, longer = lasts(span, zone)
    if span.ends <= span.begins or longer < room.shortest_min:
        return Why.TOO_SHORT
    return Why.TOO_LONG if shorter > room.longest_min else None


def _when_why(room: Room, span: Span, now: Instant, zone: str) -> Why | None:
    """The minute that has begun is not yet past, so that somebody at the door can have the room now."""
    if span.begins + MINUTE <= now:
        return Why.PAST
    ahead = (_wall(span.begins, zone).date() - _wall(now, zone).date()).days
    return Why.TOO_FAR if ahead > min(room.ahead_days, HORIZON_DAYS) else None


def stands_against(
    room: Room, span: Span, heads: int, now: Instant, terms: Terms, *, use: Use = Use.BOOKING
) -> Why | None:
    """Say why a room cannot be had at this time, whoever else wants it; None: nothing stands against it.

    Staff's blocks and dates from other calendars ask for no hours.
    """
    if use is not Use.BOOKING:
        return None if span.begins < span.ends else Why.TOO_SHORT
    if not room.bookable:
        return Why.NOT_BOOKABLE
    if room.capacity and heads > room.capacity:
        return Why.TOO_MANY_PEOPLE
    return (
        _when_why(room, span, now, terms.zone)
        or _length_why(room, span, terms.zone)
        or closed_why(room, span, terms)
    )


def stands_against_any(
    rooms: Sequence[Room],
    span: Span,
    heads: int,
    now: Instant,
    terms: Terms,
    *,
    parts: Iterable[Room] = (),
    use: Use = Use.BOOKING,
) -> Why | None:
    """Say the same of several rooms taken together: each must allow it, and hold the people with the others.

    Args:
        rooms: what is booked in one act.
        span: when, without buffers.
        heads: how many people come; 0: not said.
        now: the present.
        terms: the house rules.
        parts: the rooms that pairings consist of, whose hours and closing days count as well.
        use: what for.
    """
    for room in rooms:
        if why := stands_against(room, span, 0, now, terms, use=use):
            return why
    if use is not Use.BOOKING:
        return None
    whole = [one for one in rooms if not any(set(one.parts) < set(other.parts) for other in rooms)]
    if heads > sum(room.capacity for room in whole) and all(room.capacity for room in whole):
        return Why.TOO_MANY_PEOPLE
    closed = (closed_why(part, span, terms) for part in parts)
    return next((why for why in closed if why), None)


def blocked_of(rooms: Iterable[Room], span: Span) -> Span:
    """Give the span with its buffers; of several rooms the longest, because they are used together."""
    before, after = 0, 0
    for room in rooms:
        before, after = max(before, room.before_min), max(after, room.after_min)
    return Span(span.begins - before * MINUTE, span.ends + after * MINUTE)


def week_of(instant: Instant, zone: str) -> Span:
    """Give the ISO week around an instant, Monday to Sunday of the wall clock."""
    today = _wall(instant, zone).date()
    monday = today - today.weekday() * _DAY
    return Span(at_minute(monday, 0, zone), at_minute(monday + 7 * _DAY, 0, zone))


def month_of(instant: Instant, zone: str) -> Span:
    """Give the month around an instant, by the wall clock."""
    first = _wall(instant, zone).date().replace(day=1)
    following = (first + 31 * _DAY).replace(day=1)
    return Span(at_minute(first, 0, zone), at_minute(following, 0, zone))


def quota_why(room: Room, org_spans: Iterable[Span], new: Span, zone: str) -> Why | None:
    """Say whether one more booking would be more than an organisation may have in this room.

    Args:
        room: whose quota counts.
        org_spans: what the organisation has there already, in any order.
        new: what it wants; it counts in the week and month in which it begins.
        zone: of the house.
    """
    quota = room.quota
    week = (week_of, quota.week_count, quota.week_minutes)
    month = (month_of, quota.month_count, quota.month_minutes)
    asked = [one for one in (week, month) if one[1:] != (None, None)]
    had = tuple(org_spans) if asked else ()
    for period, most_count, most_minutes in asked:
        within = period(new.begins, zone)
        counted = [new, *(one for one in had if within.begins <= one.begins < within.ends)]
        if most_count is not None and len(counted) > most_count:
            return Why.QUOTA
        if most_minutes is not None and sum(lasts(one, zone)[0] for one in counted) > most_minutes:
            return Why.QUOTA
    return None

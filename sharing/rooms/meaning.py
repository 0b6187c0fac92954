"""Which dates somebody means, and whether they may change them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from sharing.calendar_time import local
from sharing.errors import BadTime, BadValue, BookingOver, DoesNotExist, NotYours
from sharing.journal.entry import Instant
from sharing.people.persons import actor_id
from sharing.people.rules import Person
from sharing.rooms.asking import check_may_book, may_manage
from sharing.rooms.entries import ChangedBy, Place
from sharing.rooms.recurrence import readings
from sharing.rooms.rules import (
    MINUTE,
    Alternative,
    Booking,
    ChangeOf,
    Occurrence,
    Offered,
    Part,
    Span,
    State,
    Use,
    Why,
)
from sharing.texts import shown

OPEN: Final = frozenset({State.PROVISIONAL, State.CONFIRMED})
BROUGHT_BACK: Final = frozenset({Why.DISPLACED, Why.CLOSED})
"""Dates that staff took away may be put elsewhere."""
Shift = Alternative | timedelta


def date_of(booking: Booking, n: int) -> Occurrence:
    """Give one date of a booking.

    Raises:
        DoesNotExist: it never had one with this number.
    """
    for one in booking.occurrences:
        if one.n == n:
            return one
    raise DoesNotExist(what="date", value=f"{booking.id[:40]}/{n}")


def check_yours(booking: Booking, actor: Person | None) -> None:
    """See that somebody may change a booking: their own, their organisation's, or any as staff.

    Dates of other calendars are changed there, and holds only by taking them.

    Args:
        booking: what is to change.
        actor: who wants it; None is the operator of the command line.

    Raises:
        NotYours: it is somebody else's.
    """
    if booking.use in {Use.EXTERNAL, Use.HOLD}:
        raise NotYours
    if not (actor is None or may_manage(actor) or is_theirs(booking, actor)):
        raise NotYours


def check_keeps(booking: Booking, actor: Person | None, now: Instant) -> None:
    """See that somebody may have a room at another time or for longer: who is suspended may only give it up.

    Raises:
        NotYours: it is somebody else's.
        PersonSuspended, NotAllowed: whose it is may book nothing.
    """
    check_yours(booking, actor)
    if actor is not None and not may_manage(actor):
        check_may_book(actor, now)


def check_among(field: str, said: Iterable[int | str], known: Iterable[int | str]) -> None:
    """See that somebody names only what is there: a mistaken number would settle what nobody meant.

    Raises:
        BadValue: one of them is not.
    """
    there = [str(one) for one in known]
    for one in said:
        if str(one) not in there:
            raise BadValue(field=field, value=shown(str(one), limit=40), expected=", ".join(there[:8]) or "–")


def is_theirs(booking: Booking, actor: Person) -> bool:
    """Tell whether it is the person's own, or that of an organisation they act for."""
    for_whom = {one.organisation.id for one in actor.memberships}
    return actor.id == booking.person or (booking.org is not None and booking.org in for_whom)


def meant(
    booking: Booking, what: ChangeOf, now: Instant, *, also: Callable[[Occurrence], bool] = lambda _: False
) -> tuple[Occurrence, ...]:
    """Give the dates that somebody means and that can still change.

    Args:
        booking: all its dates.
        what: which of them.
        now: what is over by now stays as it was.
        also: further dates that may change.

    Raises:
        BookingOver: none of them can.
        DoesNotExist: there is no such date.
    """
    anchor = date_of(booking, what.n)
    found = [
        one
        for one in booking.occurrences
        if _within(one, anchor, what.part) and (also(one) or (one.state in OPEN and one.span.ends > now))
    ]
    if not found:
        raise BookingOver
    return tuple(found)


def _within(one: Occurrence, anchor: Occurrence, part: Part) -> bool:
    following = part is Part.FOLLOWING and one.span.begins >= anchor.span.begins
    return part is Part.ALL or following or one.n == anchor.n


def shifted(dates: Sequence[Occurrence], anchor: Occurrence, to: Shift, zone: str) -> tuple[Offered, ...]:
    """Give the dates where they are to go, each by as much of the wall clock as the anchor.

    Where the anchor keeps its length or its rooms, each of the others keeps its own.
    """
    if isinstance(to, timedelta):
        return tuple(_moved(one, one.rooms, to, None, zone) for one in dates)
    found = []
    by = _wall(to.span.begins, zone) - _wall(anchor.span.begins, zone)
    length: timedelta | None = _wall(to.span.ends, zone) - _wall(to.span.begins, zone)
    if length == _wall(anchor.span.ends, zone) - _wall(anchor.span.begins, zone):
        length = None
    for one in dates:
        rooms = one.rooms if to.rooms == anchor.rooms else tuple(to.rooms)
        if one.n == anchor.n:
            wall = _wall(to.span.begins, zone)
            found.append(Offered(n=one.n, rooms=tuple(to.rooms), local=wall, span=to.span))
        else:
            found.append(_moved(one, rooms, by, length, zone))
    return tuple(found)


def _wall(instant: Instant, zone: str) -> datetime:
    return local(instant, zone).replace(tzinfo=None, fold=0)


def _moved(
    one: Occurrence, rooms: tuple[str, ...], by: timedelta, length: timedelta | None, zone: str
) -> Offered:
    try:
        begins = _wall(one.span.begins, zone) + by
        ends = begins + length if length is not None else _wall(one.span.ends, zone) + by
    except OverflowError as error:
        raise BadTime(field="begins", value=str(by)[:40], reason="range") from error
    spans = readings(begins, ends, zone)
    made = Offered(n=one.n, rooms=rooms, local=begins, span=spans[0] if spans else None)
    if not spans:
        return msgspec.structs.replace(made, why=Why.GAP)
    if len(spans) > 1:
        both = tuple(Alternative(rooms, span) for span in spans)
        return msgspec.structs.replace(made, why=Why.TWICE, alternatives=both)
    return made


def place_kept(one: Occurrence) -> Place:
    """Write down the place of a date as it was decided, whatever the rooms say now."""
    before = (one.span.begins - one.blocked.begins) // MINUTE
    return Place(one.rooms, one.parts, before, (one.blocked.ends - one.span.ends) // MINUTE)


def said_by(actor: Person | None, reason: str = "") -> ChangedBy:
    """Note who did it, and what they said."""
    return ChangedBy(actor=actor_id(actor), reason=reason)


def minute_up(instant: Instant) -> Instant:
    """Give the next whole minute, or this one."""
    return -(-instant // MINUTE) * MINUTE


def span_to(one: Occurrence, ends: Instant) -> Span:
    """Give a date's time with another end; never shorter than a minute."""
    return Span(one.span.begins, max(ends, one.span.begins + MINUTE))

"""What people do with rooms; on few rooms and few hours of two days to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sharing.calendar_time import local
from sharing.rooms import actions as rooms
from sharing.rooms.rules import Alternative, Ask, ChangeOf, Frequency, Part, Rule, Span, Use
from tests.sharing.rooms.lodge import ZONE
from tests.simulation.clocks import DAY, HOUR, MINUTE
from tests.simulation.people import At, Command, UseCase

_ROOMS = ("a", "a", "a", "b", "ab", "c", "d")
_DATES = (
    "SELECT booking, n, begins, ends FROM occurrence WHERE use = 'booking' AND state IN"
    " ('provisional', 'confirmed') AND ends > ? ORDER BY booking, n"
)


def _ask(at: At, *, series: bool = False) -> Ask:
    """Ask for one of few hours of the next two days."""
    day = local(at.world.now + at.chance.between(1, 2) * DAY, ZONE).replace(tzinfo=None)
    begins = day.replace(hour=at.chance.pick((10, 11, 12, 14)), minute=0, second=0, microsecond=0)
    names = (at.chance.pick(_ROOMS),)
    return Ask(
        rooms=tuple(at.house.rooms[one] for one in names), begins=begins,
        ends=begins + timedelta(minutes=at.chance.pick((60, 90, 120))), person=at.person().id,
        rule=Rule(freq=Frequency.DAILY, count=3) if series else None, title=f"Probe {at.word()}",
    )  # fmt: skip


def books(at: At) -> Command:
    """Book a room once."""
    ask = _ask(at)
    return lambda act: rooms.book(at.store, ask, act)


def books_a_series(at: At) -> Command:
    """Book a room on three days."""
    ask = _ask(at, series=True)
    return lambda act: rooms.book(at.store, ask, act)


def books_now(at: At) -> Command:
    """Take a room on the spot."""
    room, who = at.house.rooms[at.chance.pick(("a", "b"))], at.person().id
    title = f"Gleich {at.word()}"
    return lambda act: rooms.book_now(at.store, room, act, person=who, minutes=30, title=title)


def _date(at: At) -> ChangeOf | None:
    found = at.some(_DATES, at.world.now)
    if found is None:
        return None
    part = at.chance.pick((Part.THIS, Part.THIS, Part.FOLLOWING, Part.ALL))
    return ChangeOf(booking=found[0], n=found[1], part=part)


def cancels(at: At) -> Command | None:
    """Give up a date, or more of the series."""
    what, by = _date(at), at.chance.pick((at.house.staff, None, *at.house.people))
    if what is None:
        return None
    return lambda act: rooms.cancel(at.store, by, what, act)


def moves(at: At) -> Command | None:
    """Move a date by an hour or a day, or into another room."""
    found = at.some(_DATES, at.world.now)
    if found is None:
        return None
    by = at.chance.pick((HOUR, -HOUR, DAY))
    room = at.house.rooms[at.chance.pick(("a", "b", "c"))]
    to = Alternative((room,), Span(found[2] + by, found[3] + by))
    part = at.chance.pick((Part.THIS, Part.THIS, Part.ALL))
    what = ChangeOf(booking=found[0], n=found[1], part=part)
    return lambda act: rooms.move(at.store, None, what, to, act)


def comes(at: At) -> Command | None:
    """Arrive for a date of these days, early or late."""
    what = _date(at)
    return None if what is None else lambda act: rooms.arrive(at.store, None, what, act)


def leaves(at: At) -> Command | None:
    """Leave, and look at the windows."""
    found = at.some("SELECT booking, n FROM occurrence WHERE state = 'arrived' ORDER BY booking, n")
    if found is None:
        return None
    what = ChangeOf(booking=found[0], n=found[1])
    return lambda act: rooms.end(at.store, None, what, {}, act)


def stays_longer(at: At) -> Command | None:
    """Ask for another half hour."""
    found = at.some(_DATES, at.world.now)
    if found is None:
        return None
    what = ChangeOf(booking=found[0], n=found[1])
    return lambda act: rooms.extend(at.store, None, what, found[3] + 30 * MINUTE, act)


def answers(at: At) -> Command | None:
    """Staff approve or decline what waits for them."""
    waiting = rooms.approvals(at.store)
    if not waiting:
        return None
    booking, reason = at.chance.pick(waiting).id, f"voll {at.word()}"
    if at.chance.happens(600):
        return lambda act: rooms.approve(at.store, None, booking, act)
    return lambda act: rooms.decline(at.store, None, booking, act, reason=reason)


def displaces(at: At) -> Command | None:
    """Staff need a room that somebody has."""
    found = at.some(_DATES, at.world.now)
    if found is None:
        return None
    what, (begins, ends) = ChangeOf(booking=found[0], n=found[1]), (_wall(found[2]), _wall(found[3]))
    ask = Ask(rooms=(at.house.rooms["a"],), begins=begins, ends=ends, person=at.person().id, title="Wahl")
    reason = f"Wahl {at.word()}"
    return lambda act: rooms.displace(at.store, None, what, ask, act, reason=reason)


def closes(at: At) -> Command:
    """Close all rooms on one of the days to come."""
    day = local(at.world.now + at.chance.between(2, 4) * DAY, ZONE).date().isoformat()
    return lambda act: rooms.close_rooms(at.store, None, {day: "Streik"}, act)


def repairs(at: At) -> Command:
    """Block a room for work in it."""
    ask = _ask(at)
    block = Ask(rooms=ask.rooms, begins=ask.begins, ends=ask.ends, use=Use.MAINTENANCE, title="Boden")
    return lambda act: rooms.maintain(at.store, None, block, act, reason="Boden")


def tells(at: At) -> Command | None:
    """Call somebody about a date that changed without them."""
    calls = rooms.call_list(at.store)
    if not calls:
        return None
    one = at.chance.pick(calls).occurrence
    what = ChangeOf(booking=one.booking, n=one.n)
    return lambda act: rooms.told(at.store, None, what, act)


def _wall(instant: int) -> datetime:
    return local(instant, ZONE).replace(tzinfo=None)


ROOMS: tuple[tuple[UseCase, int], ...] = (
    (books, 9), (books_a_series, 3), (books_now, 2), (cancels, 3), (moves, 4), (comes, 2), (leaves, 1),
    (stays_longer, 1), (answers, 3), (displaces, 1), (closes, 1), (repairs, 1), (tells, 1),
)  # fmt: skip

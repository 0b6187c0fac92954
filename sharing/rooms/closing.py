"""Days on which rooms are closed, what that touches, and blocks for maintenance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from sharing.errors import BadValue
from sharing.journal.entry import Draft
from sharing.journal.ids import nth_act
from sharing.journal.store import HOUSE_GROUP, Reader, Store, Work
from sharing.lending.looking import LoanLine, open_loans
from sharing.people.persons import actor_id
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.asking import book_in, booking_in, cleaned, dates_of
from sharing.rooms.changing import moved_in
from sharing.rooms.displacing import reason_of
from sharing.rooms.drafting import change_asked, verdict
from sharing.rooms.entries import RoomChanged
from sharing.rooms.looking import dates_in, span_of_day
from sharing.rooms.meaning import OPEN, check_among, meant, said_by
from sharing.rooms.reading import all_rooms, booking_of, bookings_by_id, room_by
from sharing.rooms.rules import Alternative, Ask, Booking, ChangeOf, Use, Why
from sharing.rooms.tables import RoomRow
from sharing.terms.actions import terms_of
from sharing.terms.entries import SETTINGS, HouseSet, HouseSetAsked, HouseSetBy
from sharing.terms.settings import checked


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What to do with a booking that a new closing day touches."""

    booking: str
    n: int
    to: Alternative | None = None
    """Move it there; None: cancel it. Dates that are kept are not named."""


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on days that are to be closed."""

    loans: tuple[LoanLine, ...] = ()
    """Things due on one of the days; only where the whole house closes."""
    bookings: tuple[Booking, ...] = ()
    """Each with the dates on these days only."""


def touched_by(store: Store, days: Collection[str], rooms: Sequence[str] = ()) -> Touched:
    """List what lies on days that are to be closed; nothing is saved.

    Args:
        store: the house.
        days: ISO dates; a mapping from them to why will do.
        rooms: only these rooms; none: all.

    Raises:
        BadValue, DoesNotExist: no such day or room.
    """
    dates = [_day(one) for one in days]
    with store.reader() as read:
        zone = terms_of(read).zone
        bookings = _bookings(read, dates, rooms)
    spans = [span_of_day(one, zone) for one in dates]
    due = open_loans(store) if not rooms else []
    loans = tuple(one for one in due if any(span.begins < one.due <= span.ends for span in spans))
    return Touched(loans=loans, bookings=bookings)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadValue(field="day", value=text[:40], expected="2026-12-24") from error


def _bookings(read: Reader, days: Sequence[date], rooms: Sequence[str]) -> tuple[Booking, ...]:
    zone = terms_of(read).zone
    some = [room_by(read, one) for one in rooms] or all_rooms(read)
    parts = tuple(sorted({part for room in some for part in room.parts}))
    found = {
        one.id: one
        for day in days
        for one in dates_in(read, parts, span_of_day(day, zone))
        if one.state in OPEN and one.use is Use.BOOKING and one.span.ends > read.now
    }
    return bookings_by_id(read, sorted(found.values(), key=lambda one: (one.span, one.id)))


def close_rooms(
    store: Store, staff: Person | None, days: Mapping[str, str], act: bytes, *,
    rooms: Sequence[str] = (), marks: Sequence[Mark] = (),
) -> Touched:  # fmt: skip
    """Close rooms on some days, and settle what that touches, all or nothing; what is not named is kept.

    Where another machine decides, each of it is asked for, and whoever loses by it is told.

    Args:
        store: the house.
        staff: who decides it; None is the operator of the command line.
        days: ISO date to why.
        act: id of this command.
        rooms: only these rooms; none: all.
        marks: dates to move or to cancel; whoever has them comes onto the list of calls.

    Returns:
        What still lies on these days, because it is kept.

    Raises:
        NotFree: one of the dates cannot go where it is to go.
        BadValue: a date that is marked lies on none of these days.
        NotAllowed, DoesNotExist, BadInput: as everywhere.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    with store.begin() as work:
        if not work.applied(act):
            touched = _bookings(work, [_day(one) for one in days], rooms)
            there = (one.id for booking in touched for one in booking.occurrences)
            check_among("marks", [f"{mark.booking}/{mark.n}" for mark in marks], there)
            work.append(act, _closing(work, staff, days, rooms))
            for n, mark in enumerate(marks, 1):
                work.append(
                    nth_act(act, n), _settled(work, staff, mark, ", ".join(dict.fromkeys(days.values())))
                )
    return touched_by(store, days, rooms)


def _closing(work: Work, staff: Person | None, days: Mapping[str, str], rooms: Sequence[str]) -> list[Draft]:
    """Write the days down: for the house, or for each room."""
    if not rooms:
        said = {**terms_of(work).room_closing_days, **days}
        values, by = checked({"room_closing_days": said}), HouseSetBy(actor=actor_id(staff))
        if not work.is_home():
            new = {day: why for day, why in values["room_closing_days"].items() if day in days}
            return [Draft(SETTINGS, HouseSetAsked(fill={"room_closing_days": new}), by, nature="request")]
        epoch, n = work.verdict_stamp()
        decided = HouseSet(group=HOUSE_GROUP, home_epoch=epoch, n=n, set=values)
        return [Draft(SETTINGS, decided, by, nature="verdict")]
    drafts = []
    for one in rooms:
        room = room_by(work, one)
        found = checked({"room_closing_days": {**room.closing_days, **days}})["room_closing_days"]
        row = work.one(RoomRow, room.id) or {}
        written = msgspec.json.decode(row["written"], type=dict[str, str])
        seen = {"closing_days": written["closing_days"]} if "closing_days" in written else {}
        drafts.append(Draft(f"room:{room.id}", RoomChanged(seen=seen, closing_days=found)))
    return drafts


def _settled(work: Work, staff: Person | None, mark: Mark, reason: str) -> list[Draft]:
    """Move or cancel one date; what was settled before it is in its place already."""
    booking = booking_of(work, mark.booking)
    what = ChangeOf(booking=booking.id, n=mark.n)
    if mark.to is not None:
        drafts = moved_in(work, booking, what, mark.to, staff, tell=True)
        return drafts if work.is_home() else [_closed(one) for one in drafts]
    (one,) = meant(booking, what, work.now)
    if not work.is_home():
        return [change_asked(booking.id, said_by(staff, reason), off=[one.n], why=str(Why.CLOSED))]
    off = [(one.n, str(Why.CLOSED))]
    return [verdict(work, booking.id, off=off, tell=[one.n], by=said_by(staff, reason))]


def _closed(asked: Draft) -> Draft:
    """Say of a request to move why it is made: whoever has the date has to hear of it."""
    data = asked.data
    return replace(asked, data=replace(data, why=str(Why.CLOSED)))


def maintain(store: Store, staff: Person | None, ask: Ask, act: bytes, *, reason: str) -> Booking:
    """Keep rooms free for work in them; hours, lengths and quotas do not bind it, bookings that are there do.

    Raises:
        NotFree: somebody has the room then; displace them first.
        NotAllowed, DoesNotExist, BadInput: as everywhere.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    said = reason_of(reason)
    with store.begin() as work:
        done = work.applied(act)
        if not done:
            block = cleaned(replace(ask, use=Use.MAINTENANCE, person="", org=None, title=ask.title or said))
            offered = dates_of(block, terms_of(work).zone)
            done = work.append(act, book_in(work, block, offered, staff, staff=True))
        return booking_of(work, booking_in(done[0].subject))

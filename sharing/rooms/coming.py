"""Who is there: arriving, leaving, and the date that a card at a room's door is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from sharing.errors import BadTime, BookingOver, NotFree
from sharing.journal.entry import Draft
from sharing.journal.store import Reader, Store, Work
from sharing.lending.standing import standing_of
from sharing.people import actions as people
from sharing.people.rules import Person
from sharing.rooms.busy import Window, slots_in
from sharing.rooms.drafting import Dates, change_asked, verdict
from sharing.rooms.entries import BookingArrived, BookingLeft
from sharing.rooms.meaning import check_yours, date_of, is_theirs, minute_up, place_kept, said_by, span_to
from sharing.rooms.reading import booking_of, names_of, room_by, rooms_by_id
from sharing.rooms.rules import MINUTE, Booking, ChangeOf, Occurrence, State, Use, Why
from sharing.rooms.tables import OccurrenceRow
from sharing.terms.actions import terms_of

EARLY: Final = 15 * MINUTE
"""How long before its start a date is there for those who come."""


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is there."""

    occurrence: Occurrence
    key_item: str | None = None
    """The item that opens the room."""
    key_needed: bool = False
    """Its loan is still to be made."""


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """They have left."""

    occurrence: Occurrence
    key_item: str | None = None
    """The item that opens the room."""
    key_out: bool = False
    """They still have it."""


def _key(read: Reader, booking: Booking, one: Occurrence) -> tuple[str | None, bool]:
    """Give the key of the date's rooms, and whether whoever booked has it."""
    rooms = rooms_by_id(read, one.rooms)
    key = next((room.key_item for room in rooms.values() if room.key_item), None)
    if key is None:
        return None, False
    standing = standing_of(read, key)
    return key, standing.line is not None and standing.borrower == booking.person


def arrive(store: Store, actor: Person | None, what: ChangeOf, act: bytes) -> Arrived:
    """Say that somebody is there; saying it again changes nothing.

    Raises:
        NotFree: it is not confirmed.
        BadTime: it does not begin within a quarter of an hour.
        BookingOver: it is over, cancelled, or given away because nobody came.
        NotYours, DoesNotExist: it is not theirs, or not there.
    """
    with store.begin() as work:
        booking = booking_of(work, what.booking)
        one = date_of(booking, what.n)
        if not work.applied(act):
            check_yours(booking, actor)
            if one.state is not State.ARRIVED:
                _check_there(work, one)
                arrived = Draft(f"booking:{booking.id}", BookingArrived(n=one.n), said_by(actor))
                work.append(act, [arrived])
        key, has_it = _key(work, booking, one)
        now = date_of(booking_of(work, booking.id), one.n)
        return Arrived(occurrence=now, key_item=key, key_needed=key is not None and not has_it)


def _check_there(work: Work, one: Occurrence) -> None:
    """See that they come in time; whoever is late but before anybody else wanted it, still has it."""
    row = work.one(OccurrenceRow, one.id) or {}
    if row.get("state") == State.PROVISIONAL:
        rooms = rooms_by_id(work, one.rooms)
        raise NotFree(room=names_of(rooms, one.rooms), why=str(Why.NOT_CONFIRMED), begins=one.span.begins)
    if row.get("state") != State.CONFIRMED or work.now >= one.span.ends:
        raise BookingOver
    if work.now < one.span.begins - EARLY:
        raise BadTime(field="begins", value=one.span.begins, reason="early")


def end(
    store: Store, actor: Person | None, what: ChangeOf, checklist: Mapping[str, bool], act: bytes
) -> Left:
    """Leave, with the list of what was looked at; what is left of the time is others' from this minute on.

    Raises:
        BookingOver: it ended before, or was never confirmed.
        BadTime: it has not begun, and nobody arrived: cancel it.
        NotYours, DoesNotExist: it is not theirs, or not there.
    """
    with store.begin() as work:
        booking = booking_of(work, what.booking)
        one = date_of(booking, what.n)
        if not work.applied(act):
            check_yours(booking, actor)
            if one.state not in {State.CONFIRMED, State.ARRIVED}:
                raise BookingOver
            if one.state is State.CONFIRMED and work.now < one.span.begins:
                raise BadTime(field="begins", value=one.span.begins, reason="early")
            work.append(act, _leaving(work, one, checklist, actor))
        key, has_it = _key(work, booking, one)
        now = date_of(booking_of(work, booking.id), one.n)
        return Left(occurrence=now, key_item=key, key_out=has_it)


def _leaving(work: Work, one: Occurrence, said: Mapping[str, bool], actor: Person | None) -> list[Draft]:
    rooms = rooms_by_id(work, one.rooms)
    lines = dict.fromkeys(line for room in one.rooms for line in rooms[room].checklist)
    looked_at = {line: bool(said.get(line, False)) for line in lines}
    subject = f"booking:{one.booking}"
    drafts = [Draft(subject, BookingLeft(n=one.n, checklist=looked_at), said_by(actor))]
    ends = span_to(one, minute_up(work.now))
    if ends.ends >= one.span.ends:
        return drafts
    dates = Dates(rooms, one.use, terms_of(work).zone)
    dates.add_at(one.n, place_kept(one), ends)
    drafts.append(change_asked(one.booking, said_by(actor), dates=dates))
    if work.is_home():
        drafts.append(verdict(work, one.booking, dates=dates))
    return drafts


def arriving(store: Store, person: str, room: str) -> Occurrence | None:
    """Give the date that a card at a room's door is for now: from a quarter of an hour before it to its end.

    Raises:
        PersonUnknown, DoesNotExist: there is no such person or room.
    """
    with store.reader() as read:
        return arriving_in(read, people.person(read, person), room)


def arriving_in(read: Reader, person: Person, room: str) -> Occurrence | None:
    """Give the same inside an open transaction."""
    now = read.now
    windows = [Window(part, now, now + EARLY) for part in room_by(read, room).parts]
    found = sorted({(hit.span.begins, hit.booking, hit.n) for hit in slots_in(read, windows)})
    for _, key, n in found:
        booking = booking_of(read, key)
        one = date_of(booking, n)
        here = (
            one.state in {State.CONFIRMED, State.ARRIVED} and one.span.begins - EARLY <= now < one.span.ends
        )
        if here and booking.use is Use.BOOKING and is_theirs(booking, person):
            return one
    return None

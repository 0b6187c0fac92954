"""When staff need a room that somebody has: displace, keep something else for them, and call them."""

from __future__ import annotations

from typing import Final

import msgspec

from sharing.catalogue.fields import LONG_LIMIT, clean_text
from sharing.errors import BadValue, BookingOver, NotHome
from sharing.journal.entry import Draft
from sharing.journal.ids import nth_act
from sharing.journal.store import HOUSE_GROUP, Store, Work
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.asking import book_in, booking_in, cleaned, dates_of
from sharing.rooms.changing import offered_at
from sharing.rooms.drafting import Dates, asked, given_away, verdict
from sharing.rooms.entries import BookingPrivate, BookingTold
from sharing.rooms.meaning import OPEN, date_of, meant, said_by
from sharing.rooms.reading import all_rooms, booking_of
from sharing.rooms.rules import Alternative, Ask, Booking, ChangeOf, Occurrence, Part, State, Use, Wanted, Why
from sharing.rooms.search import alternatives
from sharing.rooms.weighing import Asking, busy_around, weigh
from sharing.terms.actions import terms_of

HELD_MS: Final = 48 * 3_600_000
"""How long alternatives are kept for somebody who was displaced."""
MOST_HELD: Final = 3


class Displaced(msgspec.Struct, frozen=True, kw_only=True):
    """Who came, who went, and what is kept for those who went."""

    placed: Booking
    displaced: Occurrence
    held: tuple[Alternative, ...] = ()


def reason_of(reason: str) -> str:
    """Give a reason as it is kept.

    Raises:
        BadInput: there is none, or it cannot be so.
    """
    said = clean_text("reason", reason, limit=LONG_LIMIT, lines=True)
    if not said:
        raise BadValue(field="reason", value="", expected="text")
    return said


def displace(
    store: Store, staff: Person | None, what: ChangeOf, ask: Ask, act: bytes, *, reason: str
) -> Displaced:
    """Take a date from those who have it and give the room to others, in one act.

    Up to three alternatives are kept for 48 hours, and whoever had it comes onto the list of calls.

    Args:
        store: the house.
        staff: who decides it; None is the operator of the command line.
        what: the date that goes.
        ask: what comes.
        act: id of this command.
        reason: why; for whoever calls.

    Raises:
        NotFree: even without that date the room is not to be had.
        BookingOver: the date is over, or somebody is there already.
        NotAllowed, DoesNotExist, BadInput, NotHome: as everywhere.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    if what.part is not Part.THIS:
        raise BadValue(field="part", value=str(what.part), expected=str(Part.THIS))
    said = reason_of(reason)
    with store.begin() as work:
        done = work.applied(act)
        if not done:
            if not work.is_home():
                raise NotHome(group=HOUSE_GROUP)
            done = work.append(act, _displacing(work, staff, what, cleaned(ask), said))
            holds = _holds(work, date_of(booking_of(work, what.booking), what.n))
            if holds:
                work.append(nth_act(act, 1), holds)
        gone = date_of(booking_of(work, what.booking), what.n)
        return Displaced(
            placed=booking_of(work, booking_in(done[0].subject)), displaced=gone, held=_held(work, gone)
        )


def _displacing(work: Work, staff: Person | None, what: ChangeOf, ask: Ask, reason: str) -> list[Draft]:
    booking = booking_of(work, what.booking)
    if booking.use is not Use.BOOKING:
        raise BookingOver
    (one,) = meant(booking, what, work.now)
    if one.state not in OPEN:
        raise BookingOver
    offered = dates_of(ask, terms_of(work).zone)
    drafts = book_in(work, ask, offered, staff, own=frozenset({(booking.id, one.n)}), staff=True)
    off = [(one.n, str(Why.DISPLACED))]
    return [*drafts, verdict(work, booking.id, off=off, tell=[one.n], by=said_by(staff, reason))]


def _holds(work: Work, gone: Occurrence) -> list[Draft]:
    """Keep what is free instead, as far as the alternatives do not want each other's rooms."""
    every, booking, terms = all_rooms(work), booking_of(work, gone.booking), terms_of(work)
    busy = busy_around(work, every, gone.rooms, gone.span)
    wanted = Wanted(span=gone.span, capacity=booking.heads)
    others = alternatives(every, busy, wanted, gone.rooms, terms, work.now)
    offered = [
        msgspec.structs.replace(offered_at(gone, one.rooms, one.span, terms.zone), n=n)
        for n, one in enumerate(others)
    ]
    if not offered:
        return []
    asking = Asking(use=Use.HOLD)
    could = weigh(work, asking, offered, home=True, instead=False).offered
    free = [one for one in could if one.why is None and one.span is not None][:MOST_HELD]
    weighed = weigh(work, asking, free, home=True, instead=False)  # only these take from anybody what lapsed
    drafts: list[Draft] = []
    for one in free:
        key, dates = work.new_hex(), Dates(weighed.rooms, Use.HOLD, terms.zone)
        dates.add(0, one.rooms, one.span or gone.span, one.local)
        drafts += [
            asked(key, Use.HOLD, one.rooms, dates, BookingPrivate(),
                  lapses=work.now + HELD_MS, held_for=gone.id),
            verdict(work, key, dates=dates),
        ]  # fmt: skip
    return [*drafts, *given_away(work, weighed.given)]


def _held(work: Work, gone: Occurrence) -> tuple[Alternative, ...]:
    rows = work.rows("SELECT id FROM booking WHERE held_for <> '' AND held_for = ?", (gone.id,))
    found = (one for row in rows for one in booking_of(work, row[0]).occurrences)
    live = (Alternative(one.rooms, one.span) for one in found if one.state is State.CONFIRMED)
    return tuple(sorted(live, key=lambda one: one.span))


def told(store: Store, staff: Person | None, what: ChangeOf, act: bytes) -> Booking:
    """Note that somebody on the list of calls knows it now.

    Raises:
        NotAllowed, DoesNotExist: this person may not, or there is no such date.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    with store.begin() as work:
        booking = booking_of(work, what.booking)
        one = date_of(booking, what.n)
        if not work.applied(act):
            subject = f"booking:{booking.id}"
            work.append(act, [Draft(subject, BookingTold(n=one.n), said_by(staff))])
        return booking_of(work, what.booking)

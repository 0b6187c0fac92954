"""What staff say to requests that wait for them."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from sharing.catalogue.fields import LONG_LIMIT, clean_text
from sharing.errors import BookingOver, NotHome
from sharing.journal.store import HOUSE_GROUP, Reader, Store, Work
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.changing import offered_at, released
from sharing.rooms.drafting import Dates, check_free, given_away, held_for, verdict
from sharing.rooms.entries import Gone
from sharing.rooms.meaning import check_among, said_by
from sharing.rooms.reading import booking_of
from sharing.rooms.rules import Booking, Occurrence, State, Why
from sharing.rooms.weighing import Asking, weigh
from sharing.terms.actions import terms_of


def approvals(store: Store) -> tuple[Booking, ...]:
    """Give the bookings that wait for staff, first come first, each with its undecided dates only."""
    with store.reader() as read:
        keys = [row[0] for row in read.rows("SELECT DISTINCT booking FROM wish WHERE ends > ?", (read.now,))]
        found = (_undecided(read, key) for key in keys)
        return tuple(sorted(found, key=lambda one: (one.asked_at, one.id)))


def _undecided(read: Reader, key: str) -> Booking:
    booking = booking_of(read, key)
    return replace(booking, occurrences=waiting_in(booking, read.now))


def waiting_in(booking: Booking, now: int) -> tuple[Occurrence, ...]:
    """Give the dates that nobody has decided about and that are not over."""
    return tuple(
        one
        for one in booking.occurrences
        if (one.state is State.PROVISIONAL or one.asked is not None) and (one.asked or one.span).ends > now
    )


def _waiting(work: Work, key: str) -> tuple[Booking, tuple[Occurrence, ...]]:
    """Give a booking and what waits in it.

    Raises:
        NotHome: another node decides.
        BookingOver: nothing of it waits.
    """
    if not work.is_home():
        raise NotHome(group=HOUSE_GROUP)
    booking = booking_of(work, key)
    dates = waiting_in(booking, work.now)
    if not dates:
        raise BookingOver
    return booking, dates


def _no(dates: Collection[Occurrence]) -> tuple[list[Gone], list[Gone]]:
    """Give what is declined, and whose change is refused while the date stays."""
    off = [(one.n, str(Why.BY_STAFF)) for one in dates if one.state is State.PROVISIONAL]
    return off, [(one.n, str(Why.BY_STAFF)) for one in dates if one.state is not State.PROVISIONAL]


def approve(
    store: Store, staff: Person | None, booking: str, act: bytes, *, skip: Collection[int] = frozenset()
) -> Booking:
    """Confirm what waits, without the dates to skip: those are declined.

    Raises:
        NotFree: somebody else has got one of the dates since.
        BookingOver: nothing of it waits.
        BadValue: a date to skip is none that waits.
        NotAllowed, DoesNotExist, NotHome: this person may not, there is no such booking, or not here.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    with store.begin() as work:
        if not work.applied(act):
            found, dates = _waiting(work, booking)
            check_among("skip", skip, [one.n for one in dates])
            zone = terms_of(work).zone
            offered = [
                offered_at(one, one.asked_rooms or one.rooms, one.asked or one.span, zone)
                for one in dates
                if one.n not in skip
            ]
            asking = Asking(
                use=found.use, heads=found.heads, org=found.org, free_of_rules=True,
                own=frozenset((found.id, one.n) for one in offered),
                holds=held_for(work, found.id, [one.n for one in offered]),
            )  # fmt: skip
            weighed = weigh(work, asking, offered, home=True)
            check_free(weighed)
            settled = Dates(weighed.rooms, found.use, zone)
            for one in weighed.offered:
                if one.span is not None:
                    settled.add(one.n, one.rooms, one.span, one.local)
            off, refused = _no([one for one in dates if one.n in skip])
            tell = [n for n, _ in (*off, *refused)]
            said = verdict(
                work, found.id, dates=settled, off=off, refused=refused, tell=tell, by=said_by(staff)
            )
            given = given_away(work, weighed.given)
            work.append(act, [said, *given, *released(work, found, [one.n for one in offered])])
        return booking_of(work, booking)


def decline(store: Store, staff: Person | None, booking: str, act: bytes, *, reason: str = "") -> Booking:
    """Say no to what waits; whoever asked comes onto the list of calls.

    Raises:
        BookingOver: nothing of it waits.
        NotAllowed, DoesNotExist, NotHome: this person may not, there is no such booking, or not here.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    reason = clean_text("reason", reason, limit=LONG_LIMIT, lines=True)
    with store.begin() as work:
        if not work.applied(act):
            found, dates = _waiting(work, booking)
            off, refused = _no(dates)
            tell = [one.n for one in dates]
            by = said_by(staff, reason)
            work.append(act, [verdict(work, found.id, off=off, refused=refused, tell=tell, by=by)])
        return booking_of(work, booking)

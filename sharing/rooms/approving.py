"""What staff say to requests that wait for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from sharing.catalogue.fields import LONG_LIMIT, clean_text
from sharing.errors import BookingOver
from sharing.journal.entry import Draft
from sharing.journal.store import Reader, Store, Work
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.changing import offered_at, released
from sharing.rooms.drafting import Dates, check_free, given_away, held_for, verdict
from sharing.rooms.entries import BookingAnswerAsked, ChangedBy, Gone, Looked
from sharing.rooms.meaning import check_among, said_by
from sharing.rooms.reading import booking_of
from sharing.rooms.rules import MINUTE, Booking, Occurrence, State, Why
from sharing.rooms.weighing import Asking, Weighed, weigh
from sharing.terms.actions import terms_of


def approvals(store: Store) -> tuple[Booking, ...]:
    """Give the bookings that wait for staff, first come first, each with its undecided dates only.

    What staff said on any machine and the home has not heard yet does not wait for them.
    """
    sql = (
        "SELECT DISTINCT booking FROM wish WHERE ends > ?"
        " AND booking NOT IN (SELECT booking FROM approval_asked)"
    )
    with store.reader() as read:
        keys = [row[0] for row in read.rows(sql, (read.now,))]
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
        BookingOver: nothing of it waits.
    """
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

    Where another machine decides, it is asked for, and staff have a case if it cannot be.

    Raises:
        NotFree: somebody else has got one of the dates since.
        BookingOver: nothing of it waits.
        BadValue: a date to skip is none that waits.
        NotAllowed, DoesNotExist: this person may not, or there is no such booking.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    with store.begin() as work:
        if not work.applied(act):
            found, dates = _waiting(work, booking)
            check_among("skip", skip, [one.n for one in dates])
            yes = [one for one in dates if one.n not in skip]
            no = [one for one in dates if one.n in skip]
            work.append(act, _say(work, found, yes, no, said_by(staff)))
        return booking_of(work, booking)


def decline(store: Store, staff: Person | None, booking: str, act: bytes, *, reason: str = "") -> Booking:
    """Say no to what waits; whoever asked comes onto the list of calls.

    Where another machine decides, it is asked for, and staff have a case if it cannot be.

    Raises:
        BookingOver: nothing of it waits.
        NotAllowed, DoesNotExist: this person may not, or there is no such booking.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    reason = clean_text("reason", reason, limit=LONG_LIMIT, lines=True)
    with store.begin() as work:
        if not work.applied(act):
            found, dates = _waiting(work, booking)
            work.append(act, _say(work, found, (), dates, said_by(staff, reason)))
        return booking_of(work, booking)


def _say(
    work: Work, booking: Booking, yes: Sequence[Occurrence], no: Sequence[Occurrence], by: ChangedBy
) -> list[Draft]:
    """Give the verdict, or the request for it; what is taken already is refused on each machine."""
    if work.is_home():
        return settled(work, booking, yes, no, by)
    check_free(_weighed(work, booking, yes, home=False))
    asked = BookingAnswerAsked(yes=looked_at(yes), no=looked_at(no))
    return [Draft(f"booking:{booking.id}", asked, by, nature="request")]


def looked_at(dates: Collection[Occurrence]) -> tuple[Looked, ...]:
    """Give dates as staff see them: where they are to be, if that was asked for."""
    spans = ((one.n, one.asked or one.span) for one in dates)
    return tuple((n, span.begins // MINUTE, span.ends // MINUTE) for n, span in spans)


def _weighed(work: Work, booking: Booking, yes: Sequence[Occurrence], *, home: bool) -> Weighed:
    zone = terms_of(work).zone
    offered = [offered_at(one, one.asked_rooms or one.rooms, one.asked or one.span, zone) for one in yes]
    asking = Asking(
        use=booking.use, heads=booking.heads, org=booking.org, free_of_rules=True,
        own=frozenset((booking.id, one.n) for one in offered),
        holds=held_for(work, booking.id, [one.n for one in offered]),
    )  # fmt: skip
    return weigh(work, asking, offered, home=home)


def settled(
    work: Work, booking: Booking, yes: Sequence[Occurrence], no: Sequence[Occurrence],
    by: ChangedBy | None, *, decides: str = "", failed: str = "",
) -> list[Draft]:  # fmt: skip
    """Give the home's word on dates that wait for staff.

    Raises:
        NotFree: somebody else has got one of the dates since.
    """
    off, refused = _no(no)
    tell = [n for n, _ in (*off, *refused)]
    dates: Dates | None = None
    given: Mapping[str, Sequence[int]] = {}
    if yes:
        weighed = _weighed(work, booking, yes, home=True)
        check_free(weighed)
        dates, given = Dates(weighed.rooms, booking.use, weighed.terms.zone), weighed.given
        for one in weighed.offered:
            if one.span is not None:
                dates.add(one.n, one.rooms, one.span, one.local)
    said = verdict(
        work, booking.id, dates=dates, off=off, refused=refused, tell=tell, by=by, decides=decides,
        failed=failed,
    )  # fmt: skip
    return [said, *given_away(work, given), *released(work, booking, [one.n for one in yes])]


def is_noted(store: Store, booking: str) -> bool:
    """Say whether what staff said to a booking waits for the machine that decides."""
    with store.reader() as read:
        return bool(read.rows("SELECT 1 FROM approval_asked WHERE booking = ?", (booking,)))

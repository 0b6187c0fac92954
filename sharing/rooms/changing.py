"""What changes a booking: another time or place, none any more, or a little longer. Each is a request."""

from __future__ import annotations

from collections.abc import Collection

from sharing.calendar_time import local
from sharing.catalogue.fields import LONG_LIMIT, clean_text
from sharing.errors import BadTime, BookingOver
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import Reader, Store, Work
from sharing.people.rules import Person
from sharing.rooms.asking import is_home, may_manage, needs_approval
from sharing.rooms.drafting import Dates, change_asked, check_free, given_away, held_for, verdict
from sharing.rooms.meaning import (
    BROUGHT_BACK,
    Shift,
    check_keeps,
    check_yours,
    date_of,
    is_theirs,
    meant,
    minute_up,
    said_by,
    shifted,
)
from sharing.rooms.reading import booking_of
from sharing.rooms.rules import LIVE, MINUTE, Booking, ChangeOf, Occurrence, Offered, Part, Span, State, Why
from sharing.rooms.weighing import Asking, Weighed, weigh
from sharing.terms.actions import terms_of


def preview_move(store: Store, what: ChangeOf, to: Shift) -> tuple[Offered, ...]:
    """Say for each date what stands against moving it there; nothing is saved.

    Raises:
        BookingOver: nothing of it can change any more.
        DoesNotExist: there is no such booking or room.
    """
    with store.reader() as read:
        return moving(read, booking_of(read, what.booking), what, to, home=is_home(read)).offered


def moving(
    read: Reader, booking: Booking, what: ChangeOf, to: Shift, *, home: bool, skip: Collection[int] = ()
) -> Weighed:
    """Weigh the dates where they are to go; what the booking has now, and what is held for it, is free to it.

    Raises:
        BookingOver: nothing of it can change any more.
    """
    dates = meant(booking, what, read.now, also=lambda one: _taken_away(one, read.now))
    dates = tuple(one for one in dates if one.n not in skip)
    if not dates:
        raise BookingOver
    offered = shifted(dates, date_of(booking, what.n), to, terms_of(read).zone)
    asking = Asking(
        use=booking.use, heads=booking.heads, org=booking.org,
        holds=held_for(read, booking.id, [one.n for one in dates]),
        own=frozenset((booking.id, one.n) for one in dates),
    )  # fmt: skip
    return weigh(read, asking, offered, home=home)


def _taken_away(one: Occurrence, now: Instant) -> bool:
    return one.state is State.CANCELLED and one.why in BROUGHT_BACK and one.span.ends > now


def move(
    store: Store, actor: Person | None, what: ChangeOf, to: Shift, act: bytes, *,
    skip: Collection[int] = frozenset(),
) -> Booking:  # fmt: skip
    """Have dates at another time or place: one of them there, and the others shifted alike by the wall clock.

    Args:
        store: the house.
        actor: who wants it; None is the operator of the command line.
        what: which dates.
        to: where the named date goes, or by how much of the wall clock all of them go.
        act: id of this command.
        skip: dates that stay where they are.

    Raises:
        NotFree: something stands against one of the dates; nothing is saved.
        NotYours, BookingOver, DoesNotExist: it is not theirs, over, or not there.
        PersonSuspended, NotAllowed: they may book nothing.
    """
    with store.begin() as work:
        booking = booking_of(work, what.booking)
        if not work.applied(act):
            check_keeps(booking, actor, work.now)
            work.append(act, moved_in(work, booking, what, to, actor, skip=skip))
            booking = booking_of(work, what.booking)
        return booking


def moved_in(
    work: Work, booking: Booking, what: ChangeOf, to: Shift, actor: Person | None, *,
    skip: Collection[int] = (), tell: bool = False,
) -> list[Draft]:  # fmt: skip
    """Give the entries that move dates; `tell`: whoever has them does not know it.

    Raises:
        NotFree: something stands against one of the dates.
    """
    weighed = moving(work, booking, what, to, home=work.is_home(), skip=skip)
    check_free(weighed)
    approved = actor is None or may_manage(actor) or tell
    numbers = [one.n for one in weighed.offered]
    drafts = changed(
        work, booking, weighed, what.part, actor, approved=approved, tell=numbers if tell else ()
    )
    decided = len(drafts) > 1
    return drafts + released(work, booking, numbers) if decided else drafts


def changed(
    work: Work, booking: Booking, weighed: Weighed, part: Part, actor: Person | None, *, approved: bool,
    tell: Collection[int] = (),
) -> list[Draft]:  # fmt: skip
    """Give the entries that put dates where they were weighed; the verdict too if this node decides."""
    dates = Dates(weighed.rooms, booking.use, weighed.terms.zone)
    for one in weighed.offered:
        if one.span is not None:
            dates.add(one.n, one.rooms, one.span, one.local, sure=one.certain)
    drafts = [change_asked(booking.id, said_by(actor), dates=dates, part=str(part))]
    if work.is_home() and (approved or not needs_approval(weighed.rooms.values())):
        drafts.append(verdict(work, booking.id, dates=dates, tell=tell))
        drafts += given_away(work, weighed.given)
    return drafts


def released(work: Work, booking: Booking, numbers: Collection[int]) -> list[Draft]:
    """Give the entries that give up what was held for dates that have found a place.

    What has lapsed still has its slot until somebody takes it.
    """
    drafts = []
    for hold in sorted(held_for(work, booking.id, numbers)):
        rows = work.rows("SELECT DISTINCT n FROM slot WHERE subject = ? ORDER BY n", (f"booking:{hold}",))
        if rows:
            drafts.append(verdict(work, hold, off=[(row[0], str(Why.LAPSED)) for row in rows]))
    return drafts


def cancel(store: Store, actor: Person | None, what: ChangeOf, act: bytes, *, reason: str = "") -> Booking:
    """Give dates up.

    Raises:
        NotYours, BookingOver, DoesNotExist: it is not theirs, over, or not there.
    """
    reason = clean_text("reason", reason, limit=LONG_LIMIT, lines=True)
    with store.begin() as work:
        booking = booking_of(work, what.booking)
        if not work.applied(act):
            check_yours(booking, actor)
            numbers = [one.n for one in meant(booking, what, work.now)]
            own = actor is not None and is_theirs(booking, actor)
            by_staff = not own and booking.person != ""
            why = Why.BY_STAFF if by_staff else Why.BY_ASKER
            drafts = [
                change_asked(
                    booking.id, said_by(actor, reason), off=numbers, why=str(why), part=str(what.part)
                )
            ]
            if work.is_home():
                off = [(n, str(why)) for n in numbers]
                tell, by = (numbers, said_by(actor, reason)) if by_staff else ((), None)
                drafts.append(verdict(work, booking.id, off=off, tell=tell, by=by))
            work.append(act, drafts)
            booking = booking_of(work, what.booking)
        return booking


def extend(store: Store, actor: Person | None, what: ChangeOf, until: Instant, act: bytes) -> Booking:
    """Stay longer, if nobody has the room next; who is there by now needs no further approval.

    Raises:
        NotFree: others have it then, or the room allows no longer.
        BadTime: it would not be longer.
        NotYours, BookingOver, DoesNotExist: it is not theirs, over, or not there.
        PersonSuspended, NotAllowed: they may book nothing.
    """
    with store.begin() as work:
        booking = booking_of(work, what.booking)
        if not work.applied(act):
            check_keeps(booking, actor, work.now)
            one = date_of(booking, what.n)
            if one.state not in LIVE or one.span.ends <= work.now:
                raise BookingOver
            ends = minute_up(until)
            if ends <= one.span.ends:
                raise BadTime(field="until", value=until, reason="order")
            weighed = _longer(work, booking, one, ends)
            check_free(weighed)
            confirmed, begun = one.state is State.CONFIRMED, one.span.begins <= work.now
            there = one.state is State.ARRIVED or (confirmed and begun)
            approved = there or actor is None or may_manage(actor)
            work.append(act, changed(work, booking, weighed, Part.THIS, actor, approved=approved))
            booking = booking_of(work, what.booking)
        return booking


def _longer(work: Work, booking: Booking, one: Occurrence, ends: Instant) -> Weighed:
    from_when = min(work.now, one.span.begins - MINUTE)
    zone = terms_of(work).zone
    asking = Asking(
        use=booking.use, heads=booking.heads, org=booking.org, own=frozenset({(booking.id, one.n)}),
        since=from_when,
    )  # fmt: skip
    to = Span(one.span.begins, ends)
    return weigh(work, asking, [offered_at(one, one.rooms, to, zone)], home=work.is_home())


def offered_at(one: Occurrence, rooms: tuple[str, ...], span: Span, zone: str) -> Offered:
    """Write a date as one that is weighed."""
    return Offered(n=one.n, rooms=rooms, local=local(span.begins, zone).replace(tzinfo=None), span=span)

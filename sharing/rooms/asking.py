"""Asking for rooms: see what stands against it, book, and take a room on the spot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from sharing.calendar_time import local
from sharing.catalogue.fields import clean_text
from sharing.errors import BadValue, PersonSuspended
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import Reader, Store, Work
from sharing.lending.against import check_for_whom
from sharing.lending.naming import organisation_parts
from sharing.people import actions as people
from sharing.people.persons import actor_id
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.busy import busy_parts
from sharing.rooms.deciding import blocked_of
from sharing.rooms.drafting import Dates, asked, check_free, given_away, verdict
from sharing.rooms.entries import BookingPrivate
from sharing.rooms.places import free_times, together
from sharing.rooms.reading import booking_of, room_by, rooms_by_id
from sharing.rooms.recurrence import spans_of
from sharing.rooms.rules import MINUTE, Alternative, Ask, Booking, Offered, Room, Span, Use
from sharing.rooms.weighing import Asking, Weighed, weigh
from sharing.terms.actions import terms_of

MOST_ROOMS: Final = 20
"""Rooms in one act."""
MOST_HEADS: Final = 100_000
_NOBODY: Final[Mapping[int, Alternative]] = {}


def cleaned(ask: Ask) -> Ask:
    """Give a request with its texts as they are kept.

    Raises:
        BadInput: a text, a number or the list of rooms cannot be so.
    """
    rooms = tuple(dict.fromkeys(ask.rooms))
    if not 1 <= len(rooms) <= MOST_ROOMS:
        raise BadValue(field="rooms", value=len(rooms), expected=f"1–{MOST_ROOMS}")
    if not 0 <= ask.heads <= MOST_HEADS:
        raise BadValue(field="heads", value=ask.heads, expected=f"0–{MOST_HEADS}")
    return replace(
        ask, rooms=rooms, title=clean_text("title", ask.title), adult=clean_text("adult", ask.adult)
    )


def asker(read: Reader, ask: Ask, by: Person | None) -> Person | None:
    """Give who asks, and see that they may; staff's own blocks are nobody's.

    Raises:
        PersonUnknown, PersonSuspended, NotAllowed: as the rules say.
    """
    if ask.use is not Use.BOOKING:
        check_right(by, Right.MANAGE_ROOMS)
        return None
    person = people.person(read, ask.person)
    check_may_book(person, read.now)
    if not may_manage(by):
        check_for_whom(person, ask.org)
    elif ask.org is not None:
        people.organisation(read, ask.org)
    return person


def check_may_book(person: Person, now: Instant) -> None:
    """See that somebody may have rooms at all, now or for longer.

    Raises:
        PersonSuspended, NotAllowed: as the rules say.
    """
    check_right(person, Right.BOOK)
    if person.suspended_until is not None and person.suspended_until > now:
        raise PersonSuspended(until=person.suspended_until)


def dates_of(
    ask: Ask, zone: str, skip: Collection[int] = (), moved: Mapping[int, Alternative] = _NOBODY
) -> tuple[Offered, ...]:
    """Give the dates of a request as the clocks give them, without those to skip; moved ones where they go.

    Raises:
        BadTime, BadValue: times or rule cannot be.
    """
    found = []
    for one in spans_of(ask, zone):
        if one.n in skip:
            continue
        to = moved.get(one.n)
        if to is None:
            found.append(one)
            continue
        wall = local(to.span.begins, zone).replace(tzinfo=None)
        found.append(Offered(n=one.n, rooms=tuple(to.rooms), local=wall, span=to.span))
    if not found:
        raise BadValue(field="skip", value=len(skip), expected="1 date")
    return tuple(found)


def preview(store: Store, ask: Ask) -> tuple[Offered, ...]:
    """Say for each date what stands against it and what is free instead; nothing is saved.

    Raises:
        DoesNotExist, BadInput: there is no such room, or no such time.
    """
    with store.reader() as read:
        home = is_home(read)
        ask = cleaned(ask)
        return weigh(read, asking_of(ask), dates_of(ask, terms_of(read).zone), home=home).offered


def is_home(read: Reader) -> bool:
    """Say whether this node decides about rooms."""
    return read.is_home()


def asking_of(ask: Ask, own: frozenset[tuple[str, int]] = frozenset()) -> Asking:
    """Say who asks, as it is weighed."""
    blocks = ask.use is not Use.BOOKING
    return Asking(use=ask.use, heads=ask.heads, org=ask.org, own=own, free_of_rules=blocks)


def book(
    store: Store, ask: Ask, act: bytes, *, skip: Collection[int] = frozenset(),
    moved: Mapping[int, Alternative] = _NOBODY, by: Person | None = None,
) -> Booking:  # fmt: skip
    """Book rooms, once or as a series. A request; decided at once where this node is home.

    Args:
        store: the house.
        ask: what is wanted.
        act: id of this command.
        skip: dates to leave out.
        moved: dates to have at another time or place.
        by: staff who do it for somebody; they may book for any organisation, and need no approval.

    Raises:
        NotFree: something stands against one of the dates; nothing is saved.
        PersonUnknown, PersonSuspended, NotAllowed: the person may not.
        DoesNotExist, BadInput: there is no such room, or no such time.
    """
    if ask.use is not Use.BOOKING:
        raise BadValue(field="use", value=str(ask.use), expected=str(Use.BOOKING))
    with store.begin() as work:
        done = work.applied(act)
        if not done:
            ask = cleaned(ask)
            offered = dates_of(ask, terms_of(work).zone, skip, moved)
            done = work.append(act, book_in(work, ask, offered, by))
        return booking_of(work, booking_in(done[0].subject))


def booking_in(subject: str) -> str:
    """Give the id of the booking that an entry is about."""
    return subject.removeprefix("booking:")


def book_in(
    work: Work, ask: Ask, offered: tuple[Offered, ...], by: Person | None, *,
    own: frozenset[tuple[str, int]] = frozenset(), staff: bool = False,
) -> list[Draft]:  # fmt: skip
    """Give the entries of a booking, its own first.

    Args:
        work: an open transaction.
        ask: what is wanted, cleaned.
        offered: its dates.
        by: staff who do it for somebody, or None.
        own: dates (booking, n) that make way for it.
        staff: staff or the machine's operator want it, so nobody has to approve.

    Raises:
        NotFree: something stands against one of the dates.
    """
    person, home = asker(work, ask, by), work.is_home()
    weighed = weigh(work, asking_of(ask, own), offered, home=home)
    check_free(weighed)
    booking, dates = work.new_hex(), _dates(ask, weighed)
    public, private = organisation_parts(person, ask.org) if person else (ask.org, None)
    secret = BookingPrivate(
        person=ask.person,
        title=ask.title,
        adult=ask.adult or _in_charge(person),
        heads=ask.heads,
        org=private,
        actor=actor_id(by),
    )
    drafts = [
        asked(booking, ask.use, ask.rooms, dates, secret, rule=ask.rule, org=public, announce=ask.announce)
    ]
    approved = staff or may_manage(by) or ask.use is not Use.BOOKING
    if home and (approved or not needs_approval(weighed.rooms.values())):
        drafts += [verdict(work, booking, dates=dates), *given_away(work, weighed.given)]
    return drafts


def _in_charge(person: Person | None) -> str:
    """Name the adult in charge where nobody said: for a child it is who signed for them."""
    return (person.guardian or "") if person is not None and not person.adult else ""


def may_manage(by: Person | None) -> bool:
    """Tell whether somebody is staff for rooms."""
    return by is not None and by.may(Right.MANAGE_ROOMS)


def needs_approval(rooms: Iterable[Room]) -> bool:
    """Tell whether staff have to say yes first."""
    return any(room.approval for room in rooms)


def _dates(ask: Ask, weighed: Weighed) -> Dates:
    dates = Dates(weighed.rooms, ask.use, weighed.terms.zone)
    for one in weighed.offered:
        if one.span is not None:
            dates.add(one.n, one.rooms, one.span, one.local, sure=one.certain)
    return dates


def book_now(
    store: Store, room: str, act: bytes, *, person: str, org: str | None = None, minutes: int | None = None,
    title: str = "", heads: int = 0, adult: str = "",
) -> Booking:  # fmt: skip
    """Take a room on the spot: for some minutes, or until the next have it.

    Raises:
        NotFree: it is not to be had now; with other rooms and times.
        Refusal: as for any booking.
    """
    with store.begin() as work:
        done = work.applied(act)
        if not done:
            known = room_by(work, room)
            span, zone = _from_now(work, known, minutes), terms_of(work).zone
            begins, ends = (local(at, zone).replace(tzinfo=None) for at in (span.begins, span.ends))
            ask = Ask(
                rooms=(known.id,), begins=begins, ends=ends, person=person, org=org, title=title, heads=heads,
                adult=adult,
            )  # fmt: skip
            offered = Offered(n=0, rooms=ask.rooms, local=begins, span=span)
            done = work.append(act, book_in(work, cleaned(ask), (offered,), None))
        return booking_of(work, booking_in(done[0].subject))


def _from_now(work: Work, room: Room, minutes: int | None) -> Span:
    """Give the time from this minute on, as long as was said or as it is to be had."""
    begins = work.now // MINUTE * MINUTE
    if minutes is not None:
        return Span(begins, begins + max(minutes, 0) * MINUTE)
    return longest_now(work, room)


def longest_now(read: Reader, room: Room) -> Span:
    """Give the time that a room is to be had for from this minute on; at least its shortest, had or not."""
    begins = read.now // MINUTE * MINUTE
    longest = Span(begins, begins + room.longest_min * MINUTE)
    places = together((room,), rooms_by_id(read, (room.id,)))
    busy = busy_parts(read, places.parts, blocked_of(places.rooms, longest), home=is_home(read))
    free = free_times(places, busy, longest, terms_of(read))
    return next(
        (one for one in free if one.begins == begins), Span(begins, begins + room.shortest_min * MINUTE)
    )

"""Bookings that were asked for on other machines, answered where rooms are decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from sharing.errors import BookingOver, DoesNotExist, Refusal
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.store import Work
from sharing.rooms.approving import looked_at, settled, waiting_in
from sharing.rooms.asking import booking_in, needs_approval
from sharing.rooms.busy import Window, read_slots_ahead
from sharing.rooms.changing import released
from sharing.rooms.drafting import Dates, given_away, held_for, read_holds_ahead, verdict
from sharing.rooms.entries import (
    BookingAnswerAsked,
    BookingAsked,
    BookingChangeAsked,
    ChangedBy,
    Date,
    Gone,
    Place,
)
from sharing.rooms.places import together
from sharing.rooms.reading import booking_of, read_bookings_ahead, read_rooms_ahead, rooms_by_id, undated
from sharing.rooms.rules import LIVE, MINUTE, Booking, Occurrence, Offered, Span, State, Use, Why
from sharing.rooms.weighing import Asking, Weighed, weigh, windows_of

KINDS: Final = (BookingAsked.KIND, BookingChangeAsked.KIND, BookingAnswerAsked.KIND)
_BY_STAFF: Final = frozenset({Why.BY_STAFF, Why.CLOSED})
"""Why dates go that those who have them hear of from staff."""
_ROUNDS: Final = 8
_GIVEN_UP: Final = LIVE | {State.NO_SHOW}
"""Who asked to cancel in time has cancelled, even if the request came after nobody had."""


def answer(work: Work, entry: Entry) -> list[Draft]:
    """Give the verdict on a request, and what follows from it.

    Whoever came first has the slot, whatever the clocks say. Who loses comes onto the list of calls, with a
    case. What staff have to approve waits for them, unless it is taken already: then there is no verdict yet.
    """
    try:
        booking = booking_of(work, booking_in(entry.subject))
    except DoesNotExist:
        return []  # its subject is broken or waits for a newer version; staff have a case for that
    if entry.kind == BookingAsked.KIND:
        return _asked(work, entry, booking, msgspec.json.decode(entry.data, type=BookingAsked))
    if entry.kind == BookingAnswerAsked.KIND:
        return _answered(work, entry, booking, msgspec.json.decode(entry.data, type=BookingAnswerAsked))
    return _changed(work, entry, booking, msgspec.json.decode(entry.data, type=BookingChangeAsked))


def beside(work: Work, entries: Sequence[Entry]) -> dict[bytes, list[tuple[str, Instant, Instant]]]:
    """Read at once what the answers to new bookings will ask for; gives by entry all that they can change.

    That is the booking itself, what is free in the stretches that it asks for, and what its organisation has.
    Others whose dates have lapsed can lose them as well: then there is more than one draft.
    """
    keys = [booking_in(entry.subject) for entry in entries]
    asked = [msgspec.json.decode(entry.data, type=BookingAsked) for entry in entries]
    read_bookings_ahead(work, keys)
    read_rooms_ahead(work, {room for data in asked for place in data.places for room in place.rooms})
    read_holds_ahead(work, [(key, n) for key, data in zip(keys, asked, strict=True) for n, *_ in data.occ])
    found, every = {}, list[Window]()
    for entry, key, data in zip(entries, keys, asked, strict=True):
        try:
            booking = undated(work, key)
            windows = _windows(work, booking, data)
        except DoesNotExist:
            continue
        every += windows
        own = [(one.part, one.begins, one.ends) for one in windows]
        found[entry.id] = [(one, 0, 1) for one in (entry.subject, booking.org) if one] + own
    read_slots_ahead(work, every)
    return found


def _windows(work: Work, booking: Booking, data: BookingAsked) -> list[Window]:
    found: list[Window] = []
    for _, number, _, start, end in data.occ:
        ids = data.places[number].rooms
        rooms = rooms_by_id(work, ids)
        places = together((rooms[one] for one in ids), rooms)
        found += windows_of(places, booking.use, Span(start * MINUTE, end * MINUTE))
    return found


def _answered(work: Work, entry: Entry, booking: Booking, data: BookingAnswerAsked) -> list[Draft]:
    """Let hold what staff said elsewhere of dates that wait as they saw them: all of it, or nothing."""
    waiting = {looked_at([one])[0]: one for one in waiting_in(booking, work.now)}
    yes = [waiting[one] for one in data.yes if one in waiting]
    no = [waiting[one] for one in data.no if one in waiting]
    failed = "" if len(yes) + len(no) == len(data.yes) + len(data.no) else _word(BookingOver())
    by = entry.secret(ChangedBy)
    try:
        return settled(work, booking, yes, no, by, decides=entry.hex, failed=failed)
    except Refusal as refusal:
        return [verdict(work, booking.id, decides=entry.hex, failed=_word(refusal))]


def _word(refusal: Refusal) -> str:
    return refusal.key.removeprefix("refusal.")


def _asked(work: Work, entry: Entry, booking: Booking, data: BookingAsked) -> list[Draft]:
    open_ = {one.n for one in booking.occurrences if one.state is State.PROVISIONAL}
    dates = [one for one in data.occ if one[0] in open_]
    try:
        weighed = _weighed(work, entry, booking, data.places, dates)
    except DoesNotExist:
        nowhere = [(one[0], str(Why.NOT_BOOKABLE)) for one in dates]
        return [verdict(work, booking.id, off=nowhere, tell=open_, decides=entry.hex, late=True)]
    return _verdict(work, entry, booking, weighed, decided=frozenset())


def _changed(work: Work, entry: Entry, booking: Booking, data: BookingChangeAsked) -> list[Draft]:
    by_n = {one.n: one for one in booking.occurrences}
    decided = frozenset(n for n, one in by_n.items() if one.state is not State.PROVISIONAL)
    may = [one for one in data.set if one[0] not in by_n or _may_move(by_n[one[0]], one)]
    too_late = [(n, str(Why.NOT_CONFIRMED)) for n, *_ in data.set if n not in {one[0] for one in may}]
    why = Why(data.why) if data.why in _BY_STAFF else Why.BY_ASKER
    off = [(n, str(why)) for n in data.off if n in by_n and by_n[n].state in _GIVEN_UP]
    try:
        weighed = _weighed(work, entry, booking, data.places, may)
    except DoesNotExist:
        weighed, too_late = None, [(n, str(Why.NOT_BOOKABLE)) for n, *_ in data.set]
    moved = data.why == Why.CLOSED
    return _verdict(
        work, entry, booking, weighed, decided=decided, off=off, too_late=too_late, moved_by_staff=moved
    )


def _may_move(one: Occurrence, date: Date) -> bool:
    """Tell whether a date can still change; one that has ended can only become shorter."""
    shorter = one.state is State.ENDED and date[4] * MINUTE <= one.span.ends
    brought_back = one.state is State.CANCELLED and one.why in {Why.DISPLACED, Why.CLOSED}
    return shorter or brought_back or one.state in LIVE


def _weighed(
    work: Work, entry: Entry, booking: Booking, places: Sequence[Place], dates: Sequence[Date]
) -> Weighed | None:
    if not dates:
        return None
    offered = [
        Offered(
            n=n, rooms=places[place].rooms, local=datetime.fromisoformat(wall),
            span=Span(start * MINUTE, end * MINUTE),
        )
        for n, place, wall, start, end in dates
    ]  # fmt: skip
    first = min(start * MINUTE for _, _, _, start, _ in dates)
    asking = Asking(
        use=booking.use, heads=booking.heads, org=booking.org, since=min(entry.at, first),
        own=frozenset((booking.id, one.n) for one in offered),
        holds=held_for(work, booking.id, [one.n for one in offered]),
    )  # fmt: skip
    return _settled(work, asking, offered)


def _settled(work: Work, asking: Asking, offered: Sequence[Offered]) -> Weighed:
    """Weigh dates of which some may stay where they are: no other of the same booking gets their place.

    Each that stays can make another stay; after some rounds none gets a place that one of them has now.
    """
    for _ in range(_ROUNDS):
        weighed = weigh(work, asking, offered, home=True, instead=False)
        stay = {one.n for one in weighed.refused}
        own = frozenset((key, n) for key, n in asking.own if n not in stay)
        if own == asking.own or len(stay) == len(offered):
            return weighed
        asking = replace(asking, own=own)
    return weigh(work, replace(asking, own=frozenset()), offered, home=True, instead=False)


def _verdict(
    work: Work, entry: Entry, booking: Booking, weighed: Weighed | None, *, decided: frozenset[int],
    off: Iterable[Gone] = (), too_late: Iterable[Gone] = (), moved_by_staff: bool = False,
) -> list[Draft]:  # fmt: skip
    """Give the answer; none where all that is left has to be approved."""
    dates, gone, refused = None, list(off), list(too_late)
    given: list[Draft] = []
    lost: list[int] = [n for n, _ in refused]
    if weighed is not None:
        for one in weighed.refused:
            (refused if one.n in decided else gone).append((one.n, str(one.why)))
            lost.append(one.n)
        free = [one for one in weighed.offered if one.why is None]
        sure = booking.use is not Use.BOOKING or moved_by_staff
        if free and (sure or not needs_approval(weighed.rooms.values()) or _only_less(booking, free)):
            dates = Dates(weighed.rooms, booking.use, weighed.terms.zone)
            for one in free:
                if one.span is not None:
                    dates.add(one.n, one.rooms, one.span, one.local)
            given = [
                *given_away(work, weighed.given),
                *released(work, booking, [one.n for one in free]),
            ]
    if dates is None and not gone and not refused:
        return []
    told = [n for n, why in gone if why in _BY_STAFF]
    told += [n for n, *_ in dates.decided] if dates and moved_by_staff else []
    said = verdict(
        work, booking.id, dates=dates, off=gone, refused=refused, tell=[*lost, *told], decides=entry.hex,
        late=bool(lost), by=entry.secret(ChangedBy) if told else None,
    )  # fmt: skip
    return [said, *given]


def _only_less(booking: Booking, free: Sequence[Offered]) -> bool:
    """Tell whether all dates only become shorter where they are: nobody has to approve that."""
    had = {one.n: one for one in booking.occurrences}
    return all(
        one.n in had and one.span is not None and had[one.n].state in {State.ARRIVED, State.ENDED}
        and had[one.n].rooms == one.rooms and had[one.n].span.begins == one.span.begins
        for one in free
    )  # fmt: skip

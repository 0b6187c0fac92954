"""What staff read about bookings: who has them and how to reach them. Shown at the staff desk only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kiosk.room_facts import every_room
from sharing.errors import Refusal
from sharing.people import actions as people
from sharing.rooms import actions as rooms
from sharing.rooms.looking import dates_in
from sharing.rooms.reading import room_by
from sharing.rooms.rules import MINUTE, Alternative, Span, State, Use
from sharing.terms.actions import terms_of
from sharing.terms.rules import local
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharing.journal.store import Reader, Store
    from sharing.rooms.actions import Call
    from sharing.rooms.rules import Booking, ChangeOf, Occurrence, Room

NAME_LIMIT, CONTACT_LIMIT, ORG_LIMIT = 40, 40, 30
AWAY = (timedelta(days=1), timedelta(days=7))
"""How much later a date is tried that cannot be on its day."""
AHEAD_MS = 2 * 366 * 24 * 60 * MINUTE
"""How far ahead staff see whose date could make place."""
_WAITS = frozenset({State.PROVISIONAL, State.CONFIRMED})


def approvals(store: Store) -> tuple[tuple[Booking, ...], dict[str, str], dict[str, Room]]:
    """What waits for staff, the nearest date first, who asks, and all rooms by id."""
    waiting = tuple(sorted(rooms.approvals(store), key=_first))
    return waiting, _who(store, waiting), every_room(store)


def _first(booking: Booking) -> int:
    return min((one.asked or one.span).begins for one in booking.occurrences)


def calls(store: Store) -> tuple[tuple[Call, ...], dict[str, str], dict[str, Room]]:
    """Who must be told, who they are and how to reach them, and all rooms by id."""
    found = rooms.call_list(store)
    return found, _who(store, (one.booking for one in found), contact=True), every_room(store)


def to_displace(store: Store, room: str) -> tuple[Occurrence, ...]:
    """The bookings of a room that could make place, from now on and not of the next weeks only."""
    with store.reader() as read:
        found = dates_in(read, room_by(read, room).parts, Span(read.now, read.now + AHEAD_MS))
    held = (one for one in found if one.use is Use.BOOKING and one.state in _WAITS)
    return tuple(sorted(held, key=lambda one: one.span.begins))


def who_has(store: Store, dates: Sequence[Occurrence]) -> dict[str, str]:
    """Who has these dates, and how to reach them."""
    keys = dict.fromkeys(one.booking for one in dates)
    return _who(store, [rooms.booking(store, key) for key in keys], contact=True)


def touched(store: Store, day: str) -> tuple[tuple[Booking, ...], int, dict[str, str], dict[str, Room]]:
    """What a closed day touches: bookings, how many loans, whose the bookings are, and all rooms by id."""
    found = rooms.touched_by(store, (day,))
    return found.bookings, len(found.loans), _who(store, found.bookings), every_room(store)


def places_for(store: Store, what: ChangeOf, closed: date) -> tuple[Alternative, ...]:
    """Where a date could go instead: the next day, the next week, or what is free around them."""
    free: list[Alternative] = []
    others: list[Alternative] = []
    for away in AWAY:
        for one in rooms.preview_move(store, what, away):
            if one.why is None and one.span is not None:
                free.append(Alternative(one.rooms, one.span))
            others += one.alternatives
    with store.reader() as read:
        zone = terms_of(read).zone
    found = dict.fromkeys([*free, *others])
    return tuple(one for one in found if local(one.span.begins, zone).date() != closed)


def _who(store: Store, bookings: Iterable[Booking], *, contact: bool = False) -> dict[str, str]:
    with store.reader() as read:
        return {one.id: _named(read, one, contact=contact) for one in bookings}


def _named(read: Reader, booking: Booking, *, contact: bool) -> str:
    """Name and organisation, if they still stand anywhere; and how to reach them."""
    parts: list[str] = []
    try:
        if booking.person:
            person = people.person(read, booking.person)
            parts = [shown(person.name, limit=NAME_LIMIT)]
            parts += [shown(person.contact, limit=CONTACT_LIMIT)] if contact else []
        if booking.org:
            parts.append(shown(people.organisation(read, booking.org).name, limit=ORG_LIMIT))
    except Refusal:
        pass
    return " · ".join(part for part in parts if part) or "–"

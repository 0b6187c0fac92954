"""When rooms are open and free over days or weeks: for whoever has not settled on a time yet."""

from __future__ import annotations

from typing import Final

import msgspec

from sharing.errors import BadTime
from sharing.journal.store import Store
from sharing.rooms.asking import is_home
from sharing.rooms.busy import busy_parts, parts_of
from sharing.rooms.deciding import blocked_of
from sharing.rooms.places import free_times, together
from sharing.rooms.reading import all_rooms
from sharing.rooms.rules import MINUTE, Room, Span
from sharing.terms.actions import terms_of

MOST_DAYS: Final = 62
"""How many days can be looked at in one go."""


class Vacancy(msgspec.Struct, frozen=True):
    """A room, and when it can be had."""

    room: Room
    free: tuple[Span, ...]
    """In order; none where nothing is left."""


def vacancies(
    store: Store, window: Span, *, capacity: int = 0, features: frozenset[str] = frozenset(), minutes: int = 0
) -> tuple[Vacancy, ...]:
    """Give when rooms are open and free from now on, those with room for so many people, smallest first.

    Args:
        store: the house.
        window: from when to when.
        capacity: how many people come; 0: not said.
        features: what the room must have.
        minutes: how long it must be free at least; each room's shortest booking at the least.

    Raises:
        BadTime: the window ends before it begins, or is longer than two months.
    """
    if window.ends <= window.begins:
        raise BadTime(field="ends", value=window.ends, reason="order")
    latest = window.begins + MOST_DAYS * 24 * 60 * MINUTE
    if window.ends > latest:
        raise BadTime(field="ends", value=window.ends, reason="too_late", latest=latest)
    with store.reader() as read:
        every, terms = all_rooms(read), terms_of(read)
        known = {room.id: room for room in every}
        wanted = [room for room in every if _fits(room, capacity, features)]
        busy = busy_parts(read, parts_of(wanted), blocked_of(wanted, window), home=is_home(read))
        later = Span(max(window.begins, -(-read.now // MINUTE) * MINUTE), window.ends)
    found = []
    for room in wanted:
        least = max(minutes, room.shortest_min) * MINUTE
        free = free_times(together((room,), known), busy, later, terms) if later.begins < later.ends else ()
        found.append(Vacancy(room, tuple([one for one in free if one.ends - one.begins >= least])))
    return tuple(sorted(found, key=_order))


def _fits(room: Room, capacity: int, features: frozenset[str]) -> bool:
    return room.bookable and features <= room.features and (not room.capacity or room.capacity >= capacity)


def _order(one: Vacancy) -> tuple[bool, bool, int, str]:
    return not one.free, not one.room.capacity, one.room.capacity, one.room.id

"""Rooms taken together: when they are open and free, and what stands against a time.

Busy times are blocked stretches by part, buffers included, each list sorted and without overlaps, as the
database holds them (`spans.merged` makes any list so).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from sharing.calendar_time import local
from sharing.journal.entry import Instant
from sharing.rooms.deciding import blocked_of, open_between, stands_against_any
from sharing.rooms.rules import Room, Span, Why
from sharing.rooms.spans import common, is_free, roomy_in
from sharing.terms.rules import Terms

Busy = Mapping[str, Sequence[Span]]

OTHER_DAYS: Final = 14
"""How many days around the one that was asked for are looked at."""
_DAY: Final = timedelta(days=1)
_DAY_MS: Final = 86_400_000


def reach(span: Span) -> Span:
    """Give the time that busy lists must cover for `alternatives`."""
    around = (OTHER_DAYS + 2) * _DAY_MS
    return Span(span.begins - around, span.ends + around)


class Places(msgspec.Struct, frozen=True):
    """Rooms taken together, with the rooms that pairings among them consist of."""

    rooms: tuple[Room, ...]
    consists_of: tuple[Room, ...]

    @property
    def parts(self) -> frozenset[str]:
        """All their parts."""
        return frozenset(part for room in self.rooms for part in room.parts)

    @property
    def ids(self) -> tuple[str, ...]:
        """The rooms' ids, in their order."""
        return tuple(room.id for room in self.rooms)


def together(rooms: Iterable[Room], known: Mapping[str, Room]) -> Places:
    """Take rooms together; `known` has every room by id."""
    own = tuple(rooms)
    others = {part: known[part] for room in own for part in room.parts if part != room.id and part in known}
    return Places(own, tuple(others.values()))


def hindrance(places: Places, busy: Busy, span: Span, heads: int, now: Instant, terms: Terms) -> Why | None:
    """Say what stands against this time, others' bookings included; None: it is to be had."""
    blocked = blocked_of(places.rooms, span)
    if not all(is_free(busy.get(part, ()), blocked) for part in places.parts):
        return Why.TAKEN
    return stands_against_any(places.rooms, span, heads, now, terms, parts=places.consists_of)


def free_times(places: Places, busy: Busy, window: Span, terms: Terms) -> tuple[Span, ...]:
    """Give when within a window rooms are open and free together, with room for their own buffers."""
    first = local(window.begins, terms.zone).date() - _DAY
    last = local(window.ends, terms.zone).date()
    one, *others = (*places.rooms, *places.consists_of)
    found = open_between(one, terms, first, last)
    for room in others:
        found = common(found, open_between(room, terms, first, last))
    around = blocked_of(places.rooms, window)
    before, after = window.begins - around.begins, around.ends - window.ends
    for part in places.parts:
        found = common(found, roomy_in(busy.get(part, ()), window, before, after))
    return found

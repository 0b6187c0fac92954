"""What stands against each date of a request, and what is free instead: the same before and at saving."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from sharing.journal.entry import Instant
from sharing.journal.store import Reader
from sharing.rooms.busy import Hit, Window, busy_parts, parts_of, slots_in, wishes_in
from sharing.rooms.deciding import blocked_of, month_of, quota_why, stands_against_any, week_of
from sharing.rooms.entries import Place
from sharing.rooms.places import Places, reach, together
from sharing.rooms.reading import all_rooms, occurrences, rooms_by_id
from sharing.rooms.rules import LIVE, Alternative, Offered, Quota, Room, Span, State, Use, Wanted, Why
from sharing.rooms.search import alternatives
from sharing.rooms.spans import is_free, merged
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms

MOST_WITH_ALTERNATIVES: Final = 60
"""Dates of a series that get alternatives: more than anybody moves one by one."""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for dates, and what may be passed over."""

    use: Use = Use.BOOKING
    heads: int = 0
    org: str | None = None
    own: frozenset[tuple[str, int]] = frozenset()
    """Dates (booking, n) that are being changed: they are in nobody's way."""
    holds: frozenset[str] = frozenset()
    """Holds that are kept for whoever asks."""
    free_of_rules: bool = False
    """Staff: hours, lengths and quotas do not bind them; what is taken does."""
    since: Instant | None = None
    """The present for the rules, where it is not now: a date that has begun, a request on its way."""


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """The dates, and whose they were until now."""

    offered: tuple[Offered, ...]
    given: Mapping[str, tuple[int, ...]]
    """Bookings whose dates nobody came to, or holds nobody took: they go with this."""
    terms: Terms
    rooms: Mapping[str, Room]

    @property
    def refused(self) -> tuple[Offered, ...]:
        """Dates that something stands against."""
        return tuple(one for one in self.offered if one.why is not None)


def place_of(rooms: Mapping[str, Room], ids: Sequence[str], use: Use = Use.BOOKING) -> Place:
    """Write down where a date takes place; staff's blocks and dates of others have no buffers."""
    places = together((rooms[one] for one in ids), rooms)
    if use not in {Use.BOOKING, Use.HOLD}:
        return Place(tuple(ids), tuple(sorted(places.parts)))
    limits = [room.no_show_min for room in places.rooms if room.no_show_min is not None]
    return Place(
        tuple(ids),
        tuple(sorted(places.parts)),
        max(room.before_min for room in places.rooms),
        max(room.after_min for room in places.rooms),
        min(limits) if limits and use is Use.BOOKING else None,
    )


def windows_of(places: Places, use: Use, span: Span) -> list[Window]:
    """Give all that a date takes: a stretch of each part, with buffers."""
    blocked = _blocked(places, use, span)
    return [Window(part, blocked.begins, blocked.ends) for part in sorted(places.parts)]


def _blocked(places: Places, use: Use, span: Span) -> Span:
    return blocked_of(places.rooms, span) if use in {Use.BOOKING, Use.HOLD} else span


class _Scales:
    """One request on the scales, in one transaction."""

    def __init__(self, read: Reader, asking: Asking, offered: Sequence[Offered], *, home: bool) -> None:
        self.read, self.asking, self.home, self.offered = read, asking, home, offered
        self.terms, self.now = terms_of(read), read.now
        self.rooms = rooms_by_id(read, tuple(dict.fromkeys(room for one in offered for room in one.rooms)))
        self.places: dict[tuple[str, ...], Places] = {
            ids: together((self.rooms[one] for one in ids), self.rooms)
            for ids in {one.rooms for one in offered}
        }
        self.given: dict[str, set[int]] = {}
        self._taken: dict[str, list[Span]] = {}
        self._theirs: dict[str, list[Span]] = {}
        self._counts = asking.use is Use.BOOKING and not asking.free_of_rules

    def windows(self, numbers: Sequence[int]) -> tuple[list[Window], list[int]]:
        """Give what to look at for these dates, and which window is whose."""
        windows: list[Window] = []
        of: list[int] = []
        for n in numbers:
            one = self.offered[n]
            own = windows_of(self.places[one.rooms], self.asking.use, one.span or Span(0, 1))
            windows += own
            of += [n] * len(own)
        return windows, of

    def wished(self, windows: Sequence[Window], of: Sequence[int]) -> set[int]:
        """Give the dates that others have asked for before; none where nothing is left undecided."""
        asks = self._counts and any(room.approval for room in self.rooms.values())
        if self.home and not asks:
            return set()
        hits = wishes_in(self.read, windows)
        return {of[hit.window] for hit in hits if (hit.booking, hit.n) not in self.asking.own}

    def blocked(self, one: Offered) -> Span:
        return _blocked(self.places[one.rooms], self.asking.use, one.span or Span(0, 1))

    def against(self, one: Offered) -> Why | None:
        """Say what stands against a date whoever else wants it."""
        if one.why is not None or one.span is None:
            return one.why or Why.GAP
        if self.asking.free_of_rules:
            return Why.TOO_SHORT if one.span.ends <= one.span.begins else None
        places, since = self.places[one.rooms], self.asking.since
        now = self.now if since is None else since
        return stands_against_any(
            places.rooms, one.span, self.asking.heads, now, self.terms,
            parts=places.consists_of, use=self.asking.use,
        )  # fmt: skip

    def taken(self, one: Offered, hits: Iterable[Hit]) -> tuple[bool, bool]:
        """Say whether others have it, and whether it is certain if not; what lapsed is noted as given."""
        soft = []
        for hit in hits:
            if (hit.booking, hit.n) in self.asking.own or hit.booking in self.asking.holds:
                continue
            if hit.stands(self.now, home=self.home):
                return True, True
            soft.append(hit)
        if self._meets_own(one):
            return True, True
        for hit in soft if self.home else ():
            self.given.setdefault(hit.booking, set()).add(hit.n)
        return False, self.home or not soft

    def _meets_own(self, one: Offered) -> bool:
        """Tell whether an earlier date of the same request is in the way; if not, keep this one's place."""
        span, parts = self.blocked(one), self.places[one.rooms].parts
        for part in parts:
            mine = self._taken.setdefault(part, [])
            at = bisect_left(mine, span)
            if any(other.meets(span) for other in mine[max(0, at - 1) : at + 1]):
                return True
        for part in parts:
            self._taken[part].insert(bisect_left(self._taken[part], span), span)
        return False

    def quota(self, one: Offered) -> Why | None:
        """Say whether the organisation has had enough."""
        if self.asking.org is None or one.span is None or not self._counts:
            return None
        whys = (
            quota_why(room, self._had(room.id), one.span, self.terms.zone)
            for room in self.places[one.rooms].rooms
            if room.quota != Quota()
        )
        return next((why for why in whys if why), None)

    def count(self, one: Offered) -> None:
        """Let a date that is to be had count for those after it."""
        for room in self.places[one.rooms].rooms:
            if room.id in self._theirs and one.span is not None:
                self._theirs[room.id].append(one.span)

    def _had(self, room: str) -> list[Span]:
        """Give what the organisation has in a room, in every month that the request touches."""
        if room not in self._theirs:
            zone, spans = self.terms.zone, [one.span for one in self.offered if one.span is not None]
            first, last = min(spans).begins, max(spans).begins
            begins = min(month_of(first, zone).begins, week_of(first, zone).begins)
            ends = max(month_of(last, zone).ends, week_of(last, zone).ends)
            params = (self.asking.org, begins, ends)
            found = occurrences(self.read, "org = ? AND begins >= ? AND begins < ?", params)
            self._theirs[room] = [
                other.asked or other.span
                for other in found
                if room in other.rooms and other.state in _COUNTS and other.use is Use.BOOKING
                and (other.booking, other.n) not in self.asking.own
            ]  # fmt: skip
        return self._theirs[room]


_COUNTS: Final = LIVE | {State.ENDED}
_NOTHING_ELSE: Final = frozenset({Why.GAP, Why.TWICE, Why.QUOTA})
"""Where other times of the same length would be beside the point."""


def weigh(
    read: Reader, asking: Asking, offered: Sequence[Offered], *, home: bool, instead: bool = True
) -> Weighed:
    """Say for each date what stands against it, and what is free instead.

    Args:
        read: an open transaction.
        asking: who asks.
        offered: the dates as the clocks give them, those to be left out left out.
        home: whether this node decides.
        instead: look for alternatives.

    Raises:
        DoesNotExist: one of the rooms is none.
    """
    scales = _Scales(read, asking, offered, home=home)
    why = [scales.against(one) or scales.quota(one) for one in offered]
    windows, of = scales.windows([n for n, one in enumerate(why) if one is None])
    hits: dict[int, list[Hit]] = {}
    for hit in slots_in(read, windows):
        hits.setdefault(of[hit.window], []).append(hit)
    unsure = scales.wished(windows, of)
    found: list[Offered] = []
    for n, one in enumerate(offered):
        if why[n] is None:
            why[n] = scales.quota(one)
        taken, certain = scales.taken(one, hits.get(n, ())) if why[n] is None else (False, True)
        said = Why.TAKEN if taken else why[n]
        if said is None:
            scales.count(one)
        found.append(replace(one, why=said, certain=certain and n not in unsure))
    if instead:
        found = _with_alternatives(scales, found)
    given = {key: tuple(sorted(dates)) for key, dates in scales.given.items()}
    return Weighed(offered=tuple(found), given=given, terms=scales.terms, rooms=scales.rooms)


def _with_alternatives(scales: _Scales, found: Sequence[Offered]) -> list[Offered]:
    left, made = MOST_WITH_ALTERNATIVES, []
    every: tuple[Room, ...] = ()
    for one in found:
        if one.why is Why.TWICE:
            made.append(replace(one, alternatives=_which(scales, one)))
            continue
        if one.why is None or one.span is None or one.why in _NOTHING_ELSE or not left:
            made.append(one)
            continue
        left -= 1
        every = every or all_rooms(scales.read)
        busy = busy_around(scales.read, every, one.rooms, one.span, but=scales.asking.own, home=scales.home)
        wanted = Wanted(span=one.span, capacity=scales.asking.heads)
        others = alternatives(every, busy, wanted, one.rooms, scales.terms, scales.now)
        made.append(replace(one, alternatives=others))
    return made


def _which(scales: _Scales, one: Offered) -> tuple[Alternative, ...]:
    """Give those readings of a doubled hour at which the rooms are to be had."""
    places, whole = scales.places[one.rooms], merged(other.span for other in one.alternatives)
    around = scales.blocked(replace(one, span=Span(whole[0].begins, whole[-1].ends)))
    busy = busy_parts(scales.read, places.parts, around, but=scales.asking.own, home=scales.home)
    readings = ((other, replace(one, why=None, span=other.span)) for other in one.alternatives)
    return tuple(
        other for other, read in readings
        if scales.against(read) is None
        and all(is_free(busy[part], scales.blocked(read)) for part in places.parts)
    )  # fmt: skip


def busy_around(
    read: Reader, every: Sequence[Room], asked: Sequence[str], span: Span, *,
    but: frozenset[tuple[str, int]] = frozenset(), home: bool = True,
) -> dict[str, tuple[Span, ...]]:  # fmt: skip
    """Give what is taken around a span: weeks of the rooms that were asked for, a few days of all others."""
    own = parts_of(room for room in every if room.id in asked)
    others = parts_of(every) - own
    near = Span(span.begins - _NEAR, span.ends + _NEAR)
    return {
        **busy_parts(read, own, reach(span), but=but, home=home),
        **busy_parts(read, others, near, but=but, home=home),
    }


_NEAR: Final = 2 * 86_400_000

"""Stretches of time put together, cut and searched; lists are sorted and do not overlap unless it says so."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import inf
from operator import attrgetter

from sharing.rooms.rules import Span

_BEGINS = attrgetter("begins")
_ENDS = attrgetter("ends")


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort, and join what overlaps or touches; what has no length is left out."""
    given = tuple(spans)
    if _apart(given):
        return given
    found: list[Span] = []
    for one in sorted(given):
        if found and one.begins <= found[-1].ends:
            if one.ends > found[-1].ends:
                found[-1] = Span(found[-1].begins, one.ends)
        elif one.begins < one.ends:
            found.append(one)
    return tuple(found)


def _apart(spans: tuple[Span, ...]) -> bool:
    """Tell whether they are so already, as what the database gives mostly is."""
    last: float = -inf
    for one in spans:
        if not last < one.begins < one.ends:
            return False
        last = one.ends
    return True


def common(some: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """Give what lies in both lists."""
    found: list[Span] = []
    if not some or not others:
        return ()
    rest, one = iter(others), some[0]
    other = next(rest)
    at, last = 0, len(some) - 1
    while True:
        begins = max(other.begins, one.begins)
        ends = min(other.ends, one.ends)
        if begins < ends:
            found.append(Span(begins, ends))
        if ends == other.ends:
            following = next(rest, None)
            if following is None:
                return tuple(found)
            other = following
        elif at == last:
            return tuple(found)
        else:
            at += 1
            one = some[at]


def near(busy: Sequence[Span], window: Span) -> Sequence[Span]:
    """Give the part of the list that shares a moment with the window."""
    first = bisect_left(busy, window.begins + 1, key=_ENDS)
    return busy[first : bisect_left(busy, window.ends, lo=first, key=_BEGINS)]


def free_in(busy: Sequence[Span], window: Span) -> tuple[Span, ...]:
    """Give what is left of the window between the busy stretches."""
    found: list[Span] = []
    at = window.begins
    for one in near(busy, window):
        if at < one.begins:
            found.append(Span(at, one.begins))
        at = one.ends
    if at < window.ends:
        found.append(Span(at, window.ends))
    return tuple(found)


def roomy_in(busy: Sequence[Span], window: Span, before: int, after: int) -> tuple[Span, ...]:
    """Give what is left of the window between the busy stretches, with so much more left before and after."""
    found: list[Span] = []
    at = window.begins
    for one in near(busy, Span(window.begins - before, window.ends + after)):
        if at < one.begins - after:
            found.append(Span(at, one.begins - after))
        at = max(at, one.ends + before)
    if at < window.ends:
        found.append(Span(at, window.ends))
    return tuple(found)


def is_free(busy: Sequence[Span], span: Span) -> bool:
    """Tell whether nothing in the list shares a moment with the span."""
    before = bisect_left(busy, span.ends, key=_BEGINS)
    return before == 0 or busy[before - 1].ends <= span.begins

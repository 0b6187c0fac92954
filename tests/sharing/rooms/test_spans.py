"""Stretches of time, against counting every minute."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sharing.rooms.rules import Span
from sharing.rooms.search import until_next
from sharing.rooms.spans import common, free_in, is_free, merged, near, roomy_in

times = st.integers(0, 60)
spans = st.builds(lambda a, b: Span(min(a, b), max(a, b)), times, times)
some = st.lists(spans, max_size=12)
window = spans.filter(lambda one: one.begins < one.ends)


def moments(found: Iterable[Span]) -> set[int]:
    return {at for one in found for at in range(one.begins, one.ends)}


@given(some)
def test_merging_keeps_every_moment_and_leaves_gaps_between_all_that_is_left(found: list[Span]) -> None:
    made = merged(found)

    assert moments(made) == moments(found)
    assert all(one.ends < other.begins for one, other in pairwise(made))


@given(some, window)
def test_what_is_busy_and_what_is_free_make_up_the_window_and_share_nothing(
    found: list[Span], within: Span
) -> None:
    busy = merged(found)
    free = free_in(busy, within)

    assert moments(free) | (moments(busy) & moments([within])) == moments([within])
    assert not moments(free) & moments(busy)
    assert list(free) == list(merged(free))


@given(some, window)
def test_a_span_is_free_if_no_moment_of_it_is_busy(found: list[Span], wanted: Span) -> None:
    busy = merged(found)

    assert is_free(busy, wanted) == (not moments(busy) & moments([wanted]))
    assert moments(near(busy, wanted)) >= moments(busy) & moments([wanted])
    assert all(one.meets(wanted) for one in near(busy, wanted))


@given(some, some)
def test_what_two_lists_have_in_common_is_in_both(left: list[Span], right: list[Span]) -> None:
    both = common(merged(left), merged(right))

    assert moments(both) == moments(left) & moments(right)


def test_slots_that_touch_leave_nothing_between_them() -> None:
    assert free_in((Span(0, 10), Span(10, 20)), Span(0, 30)) == (Span(20, 30),)
    assert is_free((Span(0, 10), Span(20, 30)), Span(10, 20))


@given(some, times)
def test_a_room_is_free_until_the_next_one_begins(found: list[Span], now: int) -> None:
    until = until_next(found, now)
    busy = [at for at in moments(found) if at >= now]

    assert until == (min(busy) if busy else None)


@given(some, window, st.integers(0, 9), st.integers(0, 9))
def test_what_is_roomy_is_where_a_moment_with_its_buffers_is_free(
    found: list[Span], within: Span, before: int, after: int
) -> None:
    busy = merged(found)
    roomy = roomy_in(busy, within, before, after)

    free = {at for at in moments([within]) if is_free(busy, Span(at - before, at + 1 + after))}
    assert moments(roomy) == free
    assert list(roomy) == list(merged(roomy))

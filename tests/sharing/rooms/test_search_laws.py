"""Whatever is busy: what is offered is truly free, what is found is not refused, no free time is missing."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from sharing.rooms.deciding import blocked_of, stands_against
from sharing.rooms.rules import MINUTE, Room, Span, Wanted
from sharing.rooms.search import alternatives, find, free_times, hindrance, reach, together
from sharing.rooms.spans import common, is_free, merged
from tests.sharing.rooms.values import HOUSE, at, room

NOW = at("2026-06-01 10:00")
hours = st.lists(st.integers(0, 96), min_size=2, max_size=4, unique=True).map(
    lambda marks: tuple(
        (a * 15, b * 15) for a, b in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False)
    )
)
weeks = st.none() | st.dictionaries(st.integers(0, 6), hours, min_size=4)


@st.composite
def houses(draw: st.DrawFn) -> tuple[tuple[Room, ...], dict[str, tuple[Span, ...]]]:
    keys = ["a", "b", "c", "d"]
    made = [
        room(
            key, capacity=draw(st.sampled_from([0, 10, 20, 40])), hours=draw(weeks),
            parts=("a", "b") if key == "d" else (key,),
            before_min=draw(st.sampled_from([0, 10])), after_min=draw(st.sampled_from([0, 15, 20])),
            features=draw(st.frozensets(st.sampled_from(["piano", "stage"]))),
            bookable=draw(st.sampled_from([True, True, False])), shortest_min=5,
        )
        for key in keys
    ]  # fmt: skip
    slots = st.builds(
        lambda start, long: Span(NOW + start * 15 * MINUTE, NOW + (start + long) * 15 * MINUTE),
        st.integers(-500, 1500),
        st.integers(1, 60),
    )
    return tuple(made), {key: merged(draw(st.lists(slots, max_size=15))) for key in keys[:3]}


wanteds = st.builds(
    lambda start, long, heads, features: Wanted(
        span=Span(NOW + start * 15 * MINUTE, NOW + (start + long) * 15 * MINUTE),
        capacity=heads, features=features,
    ),
    st.integers(-10, 900), st.integers(1, 30), st.sampled_from([0, 5, 15, 30]),
    st.frozensets(st.sampled_from(["piano", "stage"]), max_size=1),
)  # fmt: skip
askeds = st.sampled_from([("a",), ("b",), ("d",), ("a", "c")])


@given(houses(), wanteds, askeds)
def test_whatever_is_offered_is_free_open_to_come_and_large_enough(
    house: tuple[tuple[Room, ...], dict[str, tuple[Span, ...]]], wanted: Wanted, asked: tuple[str, ...]
) -> None:
    rooms, busy = house
    known = {one.id: one for one in rooms}

    found = alternatives(rooms, busy, wanted, asked, HOUSE, NOW)

    assert len(found) == len(set(found)) <= 5
    for one in found:
        taken = [known[key] for key in one.rooms]
        blocked = blocked_of(taken, one.span)
        parts = [part for each in taken for part in each.parts]
        assert len(parts) == len(set(parts))
        assert all(is_free(busy[part], blocked) for part in parts)
        assert all(stands_against(each, one.span, 0, NOW, HOUSE) is None for each in taken)
        assert one.span.begins % MINUTE == 0
        assert one.span.begins >= NOW
        assert sum(each.capacity for each in taken) >= wanted.capacity or not all(
            each.capacity for each in taken
        )
        assert reach(wanted.span).begins < blocked.begins
        assert blocked.ends < reach(wanted.span).ends


@given(houses(), wanteds)
def test_find_gives_no_room_that_deciding_refuses_and_refuses_none_that_is_free(
    house: tuple[tuple[Room, ...], dict[str, tuple[Span, ...]]], wanted: Wanted
) -> None:
    rooms, busy = house
    found = find(rooms, busy, wanted, HOUSE, NOW)

    assert sorted(one.why is not None for one in found) == [one.why is not None for one in found]
    for one in found:
        blocked = blocked_of([one.room], wanted.span)
        free = all(is_free(busy[part], blocked) for part in one.room.parts)
        allowed = stands_against(one.room, wanted.span, wanted.capacity, NOW, HOUSE) is None
        assert wanted.features <= one.room.features
        if one.why is None:
            assert free
            assert allowed
        elif one.room.id != "d":
            assert not (free and allowed)
        for other in one.alternatives:
            assert all(is_free(busy[part], blocked_of([one.room], other.span)) for part in one.room.parts)
            assert stands_against(one.room, other.span, wanted.capacity, NOW, HOUSE) is None


@given(houses(), wanteds, st.sampled_from(["a", "b", "c", "d"]))
def test_free_times_are_those_at_which_nothing_stands_against_a_minute(
    house: tuple[tuple[Room, ...], dict[str, tuple[Span, ...]]], wanted: Wanted, key: str
) -> None:
    rooms, busy = house
    known = {one.id: one for one in rooms}
    assume(known[key].bookable and wanted.span.begins >= NOW)
    places = together([known[key]], known)

    free = free_times(places, busy, wanted.span, HOUSE)

    for minute in range(wanted.span.begins, wanted.span.ends, 5 * MINUTE):
        instant = Span(minute, minute + 5 * MINUTE)
        inside = common(free, [instant]) == (instant,)
        assert inside == (hindrance(places, busy, instant, 0, NOW, HOUSE) is None)

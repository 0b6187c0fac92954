"""What is offered is truly free, and ranked as a person would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from sharing.rooms.deciding import blocked_of
from sharing.rooms.rules import MINUTE, Alternative, Room, Span, Wanted, Why
from sharing.rooms.search import alternatives, find, free_times, hindrance, together
from tests.sharing.rooms.values import HOUSE, at, room, span

NOW = at("2026-06-01 10:00")
EVENING = span("2026-06-02 18:00", "21:00")
HALL = room("hall", capacity=40, features=frozenset({"projector", "piano"}))
BOARD = room("board", capacity=12, features=frozenset({"projector"}))
SALON = room("salon", capacity=25)
LOFT = room("loft", capacity=60, features=frozenset({"projector", "piano", "kitchen"}))
YARD = room("yard")
ROOMS = (HALL, BOARD, SALON, LOFT, YARD)


def offers(
    busy: Mapping[str, tuple[Span, ...]],
    wanted: Span = EVENING,
    asked: tuple[str, ...] = ("hall",),
    *,
    rooms: Iterable[Room] = ROOMS,
    heads: int = 0,
    features: Iterable[str] = (),
    now: int = NOW,
) -> list[Alternative]:
    looked_for = Wanted(span=wanted, capacity=heads, features=frozenset(features))
    return list(alternatives(tuple(rooms), busy, looked_for, asked, HOUSE, now))


def test_the_same_day_comes_first_then_other_rooms_then_other_days() -> None:
    busy = {"hall": (span("2026-06-02 19:00", "20:00"),)}

    assert offers(busy, heads=20) == [
        Alternative(("hall",), span("2026-06-02 16:00", "19:00")),
        Alternative(("salon",), EVENING),
        Alternative(("loft",), EVENING),
        Alternative(("hall",), span("2026-06-03 18:00", "21:00")),
        Alternative(("hall",), span("2026-06-01 18:00", "21:00")),
    ]


def test_the_times_nearest_to_what_was_wanted_come_first() -> None:
    busy = {"hall": (span("2026-06-02 11:00", "12:00"), span("2026-06-02 14:15", "15:30"))}

    found = offers(busy, span("2026-06-02 14:00", "16:00"), rooms=[HALL])

    assert [one.span for one in found[:2]] == [
        span("2026-06-02 15:30", "17:30"),
        span("2026-06-02 12:15", "14:15"),
    ]


def test_other_rooms_are_the_smallest_that_is_enough_and_have_what_is_wanted() -> None:
    busy = {"hall": (span("2026-06-02 08:00", "22:00"),)}

    def elsewhere(heads: int, *features: str) -> list[str]:
        found = offers(busy, heads=heads, features=features)
        return [one.rooms[0] for one in found if one.rooms != ("hall",)]

    assert elsewhere(20) == ["salon", "loft"]
    assert elsewhere(10, "projector") == ["board", "loft"]
    assert elsewhere(50) == ["loft", "yard"]
    assert elsewhere(500) == ["yard"]
    assert elsewhere(0) == ["loft", "board"]
    assert elsewhere(20, "kitchen") == ["loft"]


def test_rooms_of_unknown_size_come_last_and_blocked_ones_never() -> None:
    busy = {"hall": (EVENING,), "loft": (EVENING,)}
    shut = room("shut", capacity=30, bookable=False)

    found = offers(busy, heads=30, rooms=(*ROOMS, shut))

    assert [one.rooms[0] for one in found if one.span == EVENING] == ["yard"]


def test_a_room_that_is_too_small_is_offered_at_no_other_time() -> None:
    found = offers({}, asked=("board",), heads=20)

    assert {one.rooms for one in found} == {("salon",), ("hall",), ("loft",), ("yard",)}


def test_buffers_of_both_bookings_stay_between_them() -> None:
    buffered = room("hall", capacity=40, before_min=10, after_min=20)
    neighbour = blocked_of([buffered], span("2026-06-02 16:00", "18:00"))

    found = offers({"hall": (neighbour,)}, span("2026-06-02 18:00", "20:00"), rooms=[buffered])

    assert found[0].span == span("2026-06-02 18:30", "20:30")
    assert found[1].span == span("2026-06-02 13:30", "15:30")


def test_a_gap_between_quarters_is_used_where_no_quarter_fits() -> None:
    busy = {"hall": (span("2026-06-02 08:00", "18:07"), span("2026-06-02 19:10", "22:00"))}

    found = offers(busy, span("2026-06-02 19:00", "20:00"), rooms=[HALL])

    assert found[0].span == span("2026-06-02 18:10", "19:10")


def test_nothing_is_offered_before_now_or_while_the_house_is_closed() -> None:
    busy = {"hall": (span("2026-06-03 08:00", "22:00"),)}
    now = at("2026-06-03 17:31") + 1

    found = offers(busy, span("2026-06-03 18:00", "21:00"), rooms=[HALL], now=now)

    assert [one.span for one in found[:2]] == [span(f"2026-06-0{day} 18:00", "21:00") for day in (5, 6)]
    late = offers({}, span("2026-06-03 15:00", "16:00"), rooms=[HALL], now=now)
    assert late[0].span == span("2026-06-03 17:45", "18:45")


def test_the_hour_that_the_clocks_skip_or_double_is_offered_on_no_other_day() -> None:
    always = room("hall", hours=dict.fromkeys(range(7), ((0, 1440),)), ahead_days=900)
    for wanted in (span("2026-03-28 02:00", "03:00"), span("2026-10-24 02:00", "03:00")):
        found = offers({"hall": (wanted,)}, wanted, rooms=[always], now=at("2026-01-01 10:00"))
        days = [one.span for one in found if one.span.begins > wanted.ends + 12 * 60 * MINUTE]
        assert days
        assert days[0].begins > wanted.begins + 36 * 60 * MINUTE


def test_of_rooms_taken_together_only_the_one_that_is_not_free_is_changed() -> None:
    busy = {"board": (EVENING,)}

    found = offers(busy, asked=("board", "hall"), heads=50)

    assert Alternative(("salon", "hall"), EVENING) in found
    assert all("hall" in one.rooms for one in found)
    assert offers({"board": (EVENING,), "hall": (EVENING,)}, asked=("board", "hall"), heads=50)[0].rooms == (
        "board",
        "hall",
    )


def test_a_pairing_is_taken_when_one_of_its_parts_is_and_keeps_their_hours() -> None:
    short = room("b", hours={1: ((600, 1200),)})
    both = room("both", parts=("a", "b"))
    known = {one.id: one for one in (room("a"), short, both)}
    places = together([both], known)

    assert hindrance(places, {"a": (EVENING,)}, EVENING, 0, NOW, HOUSE) is Why.TAKEN
    assert hindrance(places, {}, EVENING, 0, NOW, HOUSE) is Why.OUTSIDE_HOURS
    assert hindrance(places, {}, span("2026-06-02 10:00", "20:00"), 0, NOW, HOUSE) is None


def test_rooms_that_share_a_part_are_not_offered_together() -> None:
    rooms = (room("a"), room("b"), room("c"), room("both", parts=("a", "b")))

    found = offers({"c": (EVENING,)}, asked=("a", "c"), rooms=rooms)

    assert {one.rooms for one in found if one.span == EVENING} == {("a", "b")}


def test_a_week_of_a_room_is_what_is_open_and_free_less_its_buffers() -> None:
    buffered = together([room("hall", before_min=30)], {})
    busy = {"hall": (span("2026-06-02 12:00", "14:00"),)}

    found = free_times(buffered, busy, span("2026-06-01 00:00", "2026-06-05 00:00"), HOUSE)

    assert found == (
        span("2026-06-01 08:00", "22:00"),
        span("2026-06-02 08:00", "12:00"),
        span("2026-06-02 14:30", "22:00"),
        span("2026-06-03 08:00", "22:00"),
    )


def test_found_rooms_are_free_ones_first_and_say_when_others_would_be() -> None:
    wanted = Wanted(span=EVENING, capacity=10, features=frozenset({"projector"}))
    busy = {"board": (EVENING,), "loft": (span("2026-06-02 07:00", "23:00"),)}

    found = find(ROOMS, busy, wanted, HOUSE, NOW)

    assert [(one.room.id, one.why) for one in found] == [
        ("hall", None), ("board", Why.TAKEN), ("loft", Why.TAKEN)
    ]  # fmt: skip
    assert found[1].alternatives[0].span == span("2026-06-02 15:00", "18:00")
    assert found[2].alternatives == ()


def test_a_wish_of_somebody_else_makes_a_free_room_uncertain() -> None:
    wanted = Wanted(span=EVENING)

    found = find([HALL, SALON], {}, wanted, HOUSE, NOW, {"salon": (EVENING,)})

    assert [(one.room.id, one.certain) for one in found] == [("hall", True), ("salon", False)]


@pytest.mark.parametrize("year", [2000, 2099])
def test_the_first_and_last_years_can_be_looked_at(year: int) -> None:
    wanted = span(f"{year}-12-31 18:00", "21:00")

    assert offers({"hall": (wanted,)}, wanted, now=at(f"{year}-12-30 10:00"))

"""What stands against a date: hours over midnight, closing days, lengths, people, quotas."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.rooms.deciding import (
    blocked_of,
    closed_why,
    quota_why,
    stands_against,
    stands_against_any,
    week_of,
)
from sharing.rooms.rules import MINUTE, Quota, Room, Span, Use, Why
from sharing.terms.rules import Terms
from tests.sharing.rooms.values import BERLIN, HOUSE, at, room, span, wall

NOW = at("2026-06-01 10:00")
HALL = room(capacity=40, ahead_days=90, longest_min=600)


def why(wanted: Span, heads: int = 0, of: Room = HALL, terms: Terms = HOUSE, now: int = NOW) -> Why | None:
    return stands_against(of, wanted, heads, now, terms)


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("2026-06-02 18:00", "21:00", None),
        ("2026-06-02 08:00", "08:15", None),
        ("2026-06-02 12:00", "22:00", None),
        ("2026-06-02 07:59", "09:00", Why.OUTSIDE_HOURS),
        ("2026-06-02 21:00", "22:01", Why.OUTSIDE_HOURS),
        ("2026-06-04 18:00", "21:00", Why.CLOSED),
        ("2026-06-03 21:00", "2026-06-04 01:00", Why.CLOSED),
        ("2026-06-03 21:00", "2026-06-04 00:00", Why.OUTSIDE_HOURS),
        ("2026-06-02 12:00", "12:14", Why.TOO_SHORT),
        ("2026-06-02 12:00", "12:00", Why.TOO_SHORT),
        ("2026-06-02 12:00", "11:00", Why.TOO_SHORT),
        ("2026-06-02 11:59", "22:00", Why.TOO_LONG),
        ("2026-05-31 18:00", "21:00", Why.PAST),
        ("2026-06-01 09:59", "12:00", Why.PAST),
        ("2026-08-30 18:00", "21:00", None),
        ("2026-08-31 18:00", "21:00", Why.TOO_FAR),
    ],
)
def test_a_date_is_refused_for_the_first_thing_that_stands_against_it(
    begins: str, ends: str, expected: Why | None
) -> None:
    assert why(span(begins, ends)) is expected


def test_the_minute_that_has_begun_can_still_be_had_by_whoever_stands_at_the_door() -> None:
    wanted = span("2026-06-01 10:00", "12:00")

    assert why(wanted, now=NOW + MINUTE - 1) is None
    assert why(wanted, now=NOW + MINUTE) is Why.PAST


def test_more_people_than_fit_are_refused_where_somebody_said_how_many_fit() -> None:
    wanted = span("2026-06-02 18:00", "21:00")

    assert why(wanted, 40) is None
    assert why(wanted, 41) is Why.TOO_MANY_PEOPLE
    assert why(wanted, 4000, of=room()) is None


def test_a_room_that_is_not_to_be_booked_is_blocked_by_staff_all_the_same() -> None:
    store_room = room(bookable=False)
    night = span("2026-06-04 01:00", "2026-06-20 05:00")

    assert why(night, of=store_room) is Why.NOT_BOOKABLE
    assert stands_against(store_room, night, 0, NOW, HOUSE, use=Use.MAINTENANCE) is None
    assert stands_against_any([store_room], night, 0, NOW, HOUSE, use=Use.EXTERNAL) is None
    empty = Span(night.begins, night.begins)
    assert stands_against(store_room, empty, 0, NOW, HOUSE, use=Use.MAINTENANCE) is Why.TOO_SHORT


def test_over_midnight_both_days_are_open_up_to_and_from_midnight() -> None:
    late = room(hours={4: ((1200, 1440),), 5: ((0, 120), (600, 1440)), 6: ((1, 120),)})

    assert why(span("2026-06-05 22:00", "2026-06-06 02:00"), of=late) is None
    assert why(span("2026-06-05 22:00", "2026-06-06 02:01"), of=late) is Why.OUTSIDE_HOURS
    assert why(span("2026-06-06 22:00", "2026-06-07 00:00"), of=late) is None
    assert why(span("2026-06-06 22:00", "2026-06-07 02:00"), of=late) is Why.OUTSIDE_HOURS


def test_hours_that_touch_are_one_and_a_break_between_them_is_none() -> None:
    two = room(hours={1: ((480, 720), (720, 960), (1020, 1200))})

    assert why(span("2026-06-02 11:00", "13:00"), of=two) is None
    assert why(span("2026-06-02 15:00", "18:00"), of=two) is Why.OUTSIDE_HOURS


def test_a_rooms_own_hours_come_before_the_houses_and_its_closing_days_on_top() -> None:
    own = room(hours={1: ((0, 1440),)}, closing_days={"2026-06-09": "Putztag"})

    assert why(span("2026-06-02 02:00", "04:00"), of=own) is None
    assert why(span("2026-06-03 12:00", "14:00"), of=own) is Why.OUTSIDE_HOURS
    assert why(span("2026-06-09 12:00", "14:00"), of=own) is Why.CLOSED
    assert why(span("2026-06-04 12:00", "14:00"), of=own) is Why.CLOSED


def test_a_house_that_set_no_room_hours_is_open_day_and_night() -> None:
    assert why(span("2026-06-02 23:00", "2026-06-03 05:00"), terms=Terms()) is None


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-03-28 20:00", "2026-03-29 06:00"),
        ("2026-10-24 20:00", "2026-10-25 06:00"),
        ("2026-03-29 00:00", "04:00"),
        ("2026-10-25 00:00", "04:00"),
    ],
)
def test_nobody_is_refused_a_night_because_the_clocks_change(begins: str, ends: str) -> None:
    night = room(hours=dict.fromkeys(range(7), ((0, 1440),)), longest_min=600, ahead_days=400)
    exact = room(longest_min=240, shortest_min=240, ahead_days=400)

    assert why(span(begins, ends), of=night, terms=Terms(), now=at("2026-03-01 10:00")) is None
    if begins.endswith("00:00"):
        assert why(span(begins, ends), of=exact, terms=Terms(), now=at("2026-03-01 10:00")) is None


def test_buffers_reach_outside_the_hours() -> None:
    one, other = room(before_min=30, after_min=15), room("kitchen", before_min=10, after_min=60)
    wanted = span("2026-06-02 08:00", "22:00")

    assert closed_why(one, wanted, HOUSE) is None
    assert blocked_of([one], wanted) == span("2026-06-02 07:30", "22:15")
    assert blocked_of([one, other], wanted) == span("2026-06-02 07:30", "23:00")


def test_rooms_taken_together_must_all_be_open_and_hold_the_people_together() -> None:
    small = room("small", capacity=10, hours={1: ((1080, 1320),)})
    wanted, early = span("2026-06-02 18:00", "21:00"), span("2026-06-02 17:00", "20:00")

    assert stands_against_any([HALL, small], wanted, 50, NOW, HOUSE) is None
    assert stands_against_any([HALL, small], wanted, 51, NOW, HOUSE) is Why.TOO_MANY_PEOPLE
    assert stands_against_any([HALL, room("yard")], wanted, 500, NOW, HOUSE) is None
    pair = room("pair", parts=("left", "right"), capacity=40)
    left = room("left", parts=("left",), capacity=20)
    assert stands_against_any([left, pair], wanted, 40, NOW, HOUSE) is None
    assert stands_against_any([left, pair], wanted, 41, NOW, HOUSE) is Why.TOO_MANY_PEOPLE
    assert stands_against_any([HALL, small], early, 50, NOW, HOUSE) is Why.OUTSIDE_HOURS
    assert stands_against_any([HALL], early, 0, NOW, HOUSE, parts=[small]) is Why.OUTSIDE_HOURS


WEEKLY = room(quota=Quota(week_count=2, month_minutes=600))


def test_a_third_booking_in_an_iso_week_is_more_than_two() -> None:
    had = [span("2026-06-01 18:00", "19:00"), span("2026-06-07 18:00", "19:00")]

    assert quota_why(WEEKLY, had, span("2026-06-03 18:00", "19:00"), BERLIN) is Why.QUOTA
    assert quota_why(WEEKLY, had, span("2026-06-08 18:00", "19:00"), BERLIN) is None
    assert quota_why(WEEKLY, had, span("2026-05-31 18:00", "19:00"), BERLIN) is None


def test_minutes_of_a_month_are_counted_where_a_booking_begins() -> None:
    had = [span("2026-05-31 22:00", "2026-06-01 04:00")]

    assert quota_why(WEEKLY, had, span("2026-05-11 10:00", "14:00"), BERLIN) is None
    assert quota_why(WEEKLY, had, span("2026-05-11 10:00", "14:01"), BERLIN) is Why.QUOTA
    assert quota_why(WEEKLY, had, span("2026-06-02 10:00", "20:00"), BERLIN) is None
    assert quota_why(WEEKLY, (), span("2026-06-02 10:00", "20:01"), BERLIN) is Why.QUOTA


def test_what_ends_earlier_on_the_wall_than_it_began_counts_as_it_passes() -> None:
    back = Span(at("2026-10-25 02:45"), at("2026-10-25 02:15", fold=1))
    limited = room(quota=Quota(week_minutes=60), hours={6: ((0, 1440),)}, ahead_days=400)

    assert quota_why(limited, [back], Span(back.begins - 30 * MINUTE, back.begins), BERLIN) is None
    assert quota_why(limited, [back, back], back, BERLIN) is Why.QUOTA
    assert why(back, of=limited, terms=Terms()) is None


def test_each_quota_counts_alone_and_no_quota_never() -> None:
    had = [span(f"2026-06-{day:02} 10:00", "12:00") for day in range(1, 31)]
    new = span("2026-06-15 13:00", "15:00")

    assert quota_why(room(), had, new, BERLIN) is None
    for quota in (Quota(week_minutes=120), Quota(month_count=30), Quota(week_count=0)):
        assert quota_why(room(quota=quota), had, new, BERLIN) is Why.QUOTA
    assert quota_why(room(quota=Quota(month_count=31)), had, new, BERLIN) is None


@given(st.datetimes(wall("2020-01-01"), wall("2040-01-01")), st.sampled_from([BERLIN, "America/Havana"]))
def test_a_week_of_the_wall_clock_is_the_one_iso_8601_numbers(moment: datetime, zone: str) -> None:
    instant = int(moment.replace(tzinfo=UTC).timestamp()) * 1000
    week = week_of(instant, zone)

    numbers = {
        datetime.fromtimestamp(one / 1000, UTC).astimezone(ZoneInfo(zone)).isocalendar()[:2]
        for one in (instant, week.begins, week.ends - 1)
    }
    assert week.begins <= instant < week.ends
    assert len(numbers) == 1

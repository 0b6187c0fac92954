"""Wall times as people type them for something to come."""

from __future__ import annotations

import contextlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.errors import BadTime
from sharing.terms.walls import Wall, parse_wall
from tests.fakes import MONDAY_10

ZONE = "Europe/Berlin"
BEGIN = Wall(datetime.fromisoformat("2026-06-09 18:00"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-01 18:00", "2026-12-01 18:00"),
        ("2026-12-01T18:00", "2026-12-01 18:00"),
        ("2026-12-01 18:00:00", "2026-12-01 18:00"),
        (" 9:05 ", "2026-06-01 09:05"),
        ("24:00", "2026-06-02 00:00"),
        ("tue 18:00", "2026-06-02 18:00"),
        ("Di 18:00", "2026-06-02 18:00"),
        ("mon 18:00", "2026-06-08 18:00"),
        ("So 18:00", "2026-06-07 18:00"),
        ("+3d 18:00", "2026-06-04 18:00"),
        ("+2h", "2026-06-01 12:00"),
        ("+90m", "2026-06-01 11:30"),
        ("2026-12-01 17:00Z", "2026-12-01 18:00"),
        ("2026-12-01T18:00+01:00", "2026-12-01 18:00"),
    ],
)
def test_a_time_is_read_by_the_wall_clock(typed: str, meant: str) -> None:
    assert parse_wall(typed, ZONE, MONDAY_10).at == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("20:00", "2026-06-09 20:00"),
        ("24:00", "2026-06-10 00:00"),
        ("+2h", "2026-06-09 20:00"),
        ("2026-06-10 01:00", "2026-06-10 01:00"),
    ],
)
def test_an_end_without_a_day_is_on_the_day_of_the_begin(typed: str, meant: str) -> None:
    assert parse_wall(typed, ZONE, MONDAY_10, after=BEGIN).at == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-10-25 02:30A", "2026-10-25T00:30Z"),
        ("2026-10-25 02:30b", "2026-10-25T01:30Z"),
        ("2026-10-25 02:30+02:00", "2026-10-25T00:30Z"),
        ("2026-10-25 02:30+01:00", "2026-10-25T01:30Z"),
        ("2026-10-25T01:30Z", "2026-10-25T01:30Z"),
    ],
)
def test_the_doubled_hour_can_be_said(typed: str, instant: str) -> None:
    wall = parse_wall(typed, ZONE, MONDAY_10)

    assert wall.said
    assert wall.instant(ZONE) == datetime.fromisoformat(instant).timestamp() * 1000


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("2026-03-29 02:30", "gap"), ("2026-03-29 02:30A", "gap"), ("2026-10-25 02:30", "twice")],
)
def test_a_moment_that_is_not_or_is_twice_is_refused_by_name(typed: str, reason: str) -> None:
    wall = parse_wall(typed, ZONE, MONDAY_10)

    with pytest.raises(BadTime) as refused:
        wall.instant(ZONE)

    assert refused.value.details["reason"] == reason


@pytest.mark.parametrize(
    "typed",
    ["", "morgen", "2026-12-01", "+3d", "tue", "xxx 18:00", "25:00", "24:01", "2026-02-30 10:00", "18:00C",
     "18:00+99:00", "9999-12-31 10:00", "9999-12-31 24:00", "1970-01-01 10:00", "+999999h", "t18:00", "-2h"],
)  # fmt: skip
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(BadTime):
        parse_wall(typed, ZONE, MONDAY_10)


@given(st.text(max_size=30) | st.from_regex(r"[0-9+:TtzZab. -]{0,24}", fullmatch=True))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    with contextlib.suppress(BadTime):
        assert parse_wall(typed, ZONE, MONDAY_10).at.tzinfo is None

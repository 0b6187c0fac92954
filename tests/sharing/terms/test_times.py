"""Times as people type them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.calendar_time import existence, instant_of, local, zone_named
from sharing.errors import BadTime, BadValue
from sharing.terms.rules import Terms
from sharing.terms.times import parse_when
from tests.fakes import MONDAY_10
from tests.sharing.terms.test_rules import HOUSE, at

NOW = MONDAY_10


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-01", "2026-12-01 18:00"),
        ("2026-12-05", "2026-12-06 00:00"),
        ("2026-12-01 11:30", "2026-12-01 11:30"),
        ("2026-12-01T11:30", "2026-12-01 11:30"),
        ("2026-12-01 11:30:00", "2026-12-01 11:30"),
        ("2026-12-01 10:30Z", "2026-12-01 11:30"),
        ("2026-12-01T11:30+01:00", "2026-12-01 11:30"),
        (" 18:00 ", "2026-06-01 18:00"),
        ("9:05", "2026-06-01 09:05"),
        ("+1d", "2026-06-02 18:00"),
        ("+3d", "2026-06-05 00:00"),
        ("+2h", "2026-06-01 12:00"),
        ("-30m", "2026-06-01 09:30"),
        ("2026-10-25 02:30+01:00", "2026-10-25 01:30Z"),
        ("2026-10-25 02:30+02:00", "2026-10-25 00:30Z"),
    ],
)
def test_times_are_read_by_the_house_clock(typed: str, meant: str) -> None:
    expected = parse_when(meant, HOUSE, NOW) if meant.endswith("Z") else at(meant)

    assert parse_when(typed, HOUSE, NOW) == expected


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("2026-03-29 02:30", "gap"),
        ("2026-10-25 02:30", "twice"),
        ("9999-12-31", "range"),
        ("9999-12-31 23:59", "range"),
        ("1970-01-01 00:00", "range"),
        ("+99999999h", "junk"),
        ("", "junk"),
        ("morgen", "junk"),
        ("2026-02-30", "junk"),
        ("25:00", "junk"),
        ("2026-12-01 18:00+99:00", "junk"),
        ("+99999999999999999d", "junk"),
        ("٢٠٢٦-١٢-٠١", "junk"),
        ("2026-12-01\x1b[31m", "junk"),
        ("1" * 10_000, "junk"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadTime) as refused:
        parse_when(typed, HOUSE, NOW)

    assert refused.value.details["reason"] == reason
    assert len(str(refused.value.details["value"])) <= 60


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_refused(typed: str) -> None:
    with contextlib.suppress(BadTime):
        assert local(parse_when(typed, HOUSE, NOW), HOUSE.zone).year in range(2000, 2100)


@given(
    st.integers(946_684_800, 4_102_358_400),
    st.sampled_from(["Europe/Berlin", "Africa/Cairo", "Asia/Kathmandu"]),
)
def test_an_instant_comes_back_from_the_wall_time_it_shows(second: int, zone: str) -> None:
    shown = local(second * 1000, zone)

    assert instant_of(shown.replace(tzinfo=None), zone, fold=shown.fold) == second * 1000
    assert existence(shown.replace(tzinfo=None, fold=0), zone) in {"once", "twice"}


@given(st.integers(946_684_800, 4_102_358_400))
def test_a_time_with_its_offset_always_comes_back(second: int) -> None:
    minute = second - second % 60
    shown = local(minute * 1000, "Europe/Berlin").isoformat(timespec="minutes")

    assert parse_when(shown, Terms(), NOW) == minute * 1000


def test_an_instant_no_clock_can_show_is_refused() -> None:
    with pytest.raises(BadTime):
        local(10**18, "UTC")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "\x00"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BadValue):
        zone_named(name)

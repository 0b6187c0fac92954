"""Desk hours by the wall clock, also on the two days a year that are not 24 hours long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.terms.rules import (
    Contact,
    Opening,
    Terms,
    due_on,
    end_of_desk_day,
    is_open,
    is_overdue,
    next_opening,
    opening_on,
    who_to_ask,
)

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = dict.fromkeys(range(5), ((10 * 60, 13 * 60), (14 * 60, 18 * 60)))
HOUSE = Terms(desk_hours=WEEK, closing_days={"2026-06-04": "Fronleichnam"})
DAY_MS = 86_400_000


def at(text: str, *, fold: int = 0) -> int:
    wall = datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)
    return int(wall.timestamp()) * 1000


def wall(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def test_the_desk_is_open_from_the_first_minute_to_before_the_last() -> None:
    assert not is_open(HOUSE, at("2026-06-01 09:59"))
    assert is_open(HOUSE, at("2026-06-01 10:00"))
    assert is_open(HOUSE, at("2026-06-01 13:00") - 1)
    assert not is_open(HOUSE, at("2026-06-01 13:00"))


def test_the_desk_is_closed_at_the_weekend_and_on_closing_days() -> None:
    assert not is_open(HOUSE, at("2026-06-06 11:00"))
    assert not is_open(HOUSE, at("2026-06-04 11:00"))
    assert opening_on(HOUSE, date(2026, 6, 4)) == ()


def test_a_loan_is_due_when_the_desk_closes_for_the_day() -> None:
    assert wall(due_on(HOUSE, at("2026-06-01 10:30"), 1)) == "2026-06-02 18:00"


def test_a_loan_due_on_a_closed_day_is_due_on_the_next_open_one() -> None:
    assert wall(due_on(HOUSE, at("2026-06-01 10:30"), 3)) == "2026-06-05 18:00"
    assert wall(due_on(HOUSE, at("2026-06-01 10:30"), 5)) == "2026-06-08 18:00"


def test_a_loan_for_today_after_closing_time_is_due_tomorrow() -> None:
    assert wall(due_on(HOUSE, at("2026-06-01 18:00"), 0)) == "2026-06-02 18:00"


def test_a_house_without_desk_hours_has_loans_due_at_the_end_of_the_day() -> None:
    assert wall(due_on(Terms(), at("2026-06-01 10:30"), 1)) == "2026-06-03 00:00"
    assert is_overdue(Terms(), due=at("2026-06-03 00:00"), now=at("2026-06-03 00:00") + 1)


def test_a_house_closed_for_longer_than_the_horizon_still_gives_a_due_time() -> None:
    first = date(2026, 1, 1)
    closed = {(first + timedelta(days=n)).isoformat(): "Umbau" for n in range(800)}
    terms = Terms(desk_hours=WEEK, closing_days=closed)

    assert wall(due_on(terms, at("2026-01-05 10:00"), 1)) == "2026-01-07 00:00"
    assert not is_overdue(terms, due=at("2026-01-07 00:00"), now=at("2026-12-01 10:00"))


def test_closing_time_stays_on_the_wall_when_the_clocks_change() -> None:
    assert wall(due_on(HOUSE, at("2026-03-27 12:00"), 3)) == "2026-03-30 18:00"
    assert wall(due_on(HOUSE, at("2026-10-23 12:00"), 3)) == "2026-10-26 18:00"


def test_an_opening_in_the_skipped_hour_begins_when_the_clocks_jump() -> None:
    terms = Terms(desk_hours={6: ((2 * 60 + 30, 4 * 60),)})

    (opening,) = opening_on(terms, date(2026, 3, 29))

    assert (wall(opening.begins), wall(opening.ends)) == ("2026-03-29 03:00", "2026-03-29 04:00")


def test_an_opening_wholly_in_the_skipped_hour_does_not_happen() -> None:
    assert opening_on(Terms(desk_hours={6: ((2 * 60, 3 * 60),)}), date(2026, 3, 29)) == ()


def test_an_opening_around_the_doubled_hour_is_an_hour_longer() -> None:
    (opening,) = opening_on(Terms(desk_hours={6: ((2 * 60, 3 * 60),)}), date(2026, 10, 25))

    assert opening.ends - opening.begins == 2 * 3_600_000


def test_nothing_is_overdue_before_its_due_time() -> None:
    due = at("2026-06-02 18:00")
    assert not is_overdue(HOUSE, due, due)
    assert is_overdue(HOUSE, due, due + 1)


def test_a_due_time_within_an_opening_lasts_to_its_end() -> None:
    assert not is_overdue(HOUSE, at("2026-06-02 11:00"), at("2026-06-02 12:59"))
    assert is_overdue(HOUSE, at("2026-06-02 11:00"), at("2026-06-02 13:01"))


def test_nothing_becomes_overdue_while_the_desk_is_closed() -> None:
    due = at("2026-06-05 18:00") + 1
    assert not is_overdue(HOUSE, due, at("2026-06-08 09:00"))
    assert not is_overdue(HOUSE, due, at("2026-06-08 12:59"))
    assert is_overdue(HOUSE, due, at("2026-06-08 13:01"))


def test_a_closing_day_that_is_written_later_keeps_a_loan_from_being_late() -> None:
    due = due_on(Terms(desk_hours=WEEK), at("2026-06-01 10:00"), 3)

    assert wall(due) == "2026-06-04 18:00"
    assert not is_overdue(HOUSE, due, at("2026-06-05 12:00"))


def test_the_next_opening_is_the_one_that_begins_next() -> None:
    found = next_opening(HOUSE, at("2026-06-03 15:00"))

    assert found is not None
    assert wall(found.begins) == "2026-06-05 10:00"
    assert next_opening(Terms(), 0) is None


def test_a_desk_day_ends_with_the_last_closing_time_or_at_midnight() -> None:
    assert wall(end_of_desk_day(HOUSE, at("2026-06-01 09:00"))) == "2026-06-01 18:00"
    assert wall(end_of_desk_day(HOUSE, at("2026-06-01 19:00"))) == "2026-06-02 00:00"
    assert wall(end_of_desk_day(HOUSE, at("2026-06-06 11:00"))) == "2026-06-07 00:00"


LENDING = Contact("Ausleihe", "0761 1", days=(0, 1, 2, 3, 4), from_min=600, to_min=1080)
CARETAKER = Contact("Hausmeisterei", "0761 2", days=(0, 1, 2, 3, 4, 5, 6), from_min=360, to_min=1320)


def test_whoever_is_there_first_in_the_list_is_asked() -> None:
    asked = who_to_ask(Terms(contacts=(LENDING, CARETAKER)), at("2026-06-01 11:00"))

    assert asked is not None
    assert (asked.function, asked.here_now, asked.from_instant) == ("Ausleihe", True, None)


def test_nobody_there_gives_a_number_and_when_somebody_is() -> None:
    asked = who_to_ask(Terms(contacts=(LENDING,)), at("2026-06-05 18:00"))

    assert asked is not None
    assert (asked.phone, asked.here_now) == ("0761 1", False)
    assert asked.from_instant == at("2026-06-08 10:00")


def test_whoever_is_there_soonest_is_named() -> None:
    asked = who_to_ask(Terms(contacts=(LENDING, CARETAKER)), at("2026-06-01 05:00"))

    assert asked is not None
    assert asked.function == "Hausmeisterei"


def test_on_a_closing_day_only_an_emergency_number_is_there() -> None:
    emergency = Contact("Notruf Haus", "0761 3", days=tuple(range(7)), on_closing_days=True)
    now = at("2026-06-04 11:00")

    plain = who_to_ask(Terms(contacts=(LENDING,), closing_days=HOUSE.closing_days), now)
    better = who_to_ask(Terms(contacts=(LENDING, emergency), closing_days=HOUSE.closing_days), now)

    assert plain is not None
    assert plain.from_instant == at("2026-06-05 10:00")
    assert better is not None
    assert better.function == "Notruf Haus"


def test_a_contact_without_days_is_a_number_only() -> None:
    asked = who_to_ask(Terms(contacts=(Contact("Büro", "0761 4"),)), at("2026-06-01 11:00"))

    assert asked is not None
    assert (asked.phone, asked.here_now, asked.from_instant) == ("0761 4", False, None)
    assert who_to_ask(Terms(), 0) is None


@st.composite
def houses(draw: st.DrawFn) -> Terms:
    """Any week with at least one opening, and closing days around both changes of clocks."""
    minute = st.integers(0, 95).map(lambda quarter: quarter * 15)
    stretch = st.tuples(minute, st.integers(15, 600)).map(lambda one: (one[0], min(one[0] + one[1], 1440)))
    week = draw(st.dictionaries(st.integers(0, 6), stretch.map(lambda one: (one,)), min_size=1))
    closed = draw(st.sets(st.integers(0, 60), max_size=20))
    days = {(START + timedelta(days=n)).isoformat(): "zu" for n in closed}
    return Terms(desk_hours=week, closing_days=days, zone=draw(st.sampled_from(ZONES)))


START = date(2026, 3, 20)
ZONES = ("Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
INSTANTS = st.integers(at("2026-03-20 00:00"), at("2026-11-10 00:00"))


def openings(terms: Terms, around: int, days: int) -> list[Opening]:
    """The naive model: a minute-by-minute walk of the wall clock, in UTC."""
    zone = ZoneInfo(terms.zone)
    found: list[Opening] = []
    first = around - around % DAY_MS - 2 * DAY_MS
    begins: int | None = None
    for minute in range(0, (days + 4) * 1440, 15):
        instant = first + minute * 60_000
        shown = datetime.fromtimestamp(instant / 1000, UTC).astimezone(zone)
        of_day = shown.hour * 60 + shown.minute
        hours = terms.desk_hours.get(shown.weekday(), ())
        is_closing_day = shown.date().isoformat() in terms.closing_days
        there = not is_closing_day and any(a <= of_day < b for a, b in hours)
        if there and begins is None:
            begins = instant
        elif not there and begins is not None:
            found.append(Opening(begins, instant))
            begins = None
    return found


@given(houses(), INSTANTS)
def test_what_the_wall_clock_shows_as_open_is_open(terms: Terms, now: int) -> None:
    """In the doubled hour the desk may stay open although the wall clock says not yet or no more."""
    shown_open = any(one.begins <= now < one.ends for one in openings(terms, now, 2))

    if shown_open:
        assert is_open(terms, now)
    elif is_open(terms, now):
        zone = ZoneInfo(terms.zone)
        shown = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
        hour_around = (shown + timedelta(hours=n) for n in (-1, 0, 1))
        assert any(one.replace(fold=0).utcoffset() != one.replace(fold=1).utcoffset() for one in hour_around)


@given(houses(), INSTANTS, st.integers(0, 30))
def test_a_due_time_is_a_closing_time_ahead_and_never_earlier_for_more_days(
    terms: Terms, now: int, days: int
) -> None:
    due = due_on(terms, now, days)

    assert due > now
    assert due <= due_on(terms, now, days + 1)
    assert is_open(terms, due - 1)
    assert not is_overdue(terms, due, due)


@given(houses(), INSTANTS, st.integers(0, 8))
def test_a_due_time_is_what_walking_day_by_day_finds(terms: Terms, now: int, days: int) -> None:
    zone = ZoneInfo(terms.zone)
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone).date()
    expected = None
    day = today + timedelta(days=days)
    while expected is None:
        closing = [one.ends for one in opening_on(terms, day) if one.ends > now]
        expected = max(closing) if closing else None
        day += timedelta(days=1)

    assert due_on(terms, now, days) == expected


@given(houses(), INSTANTS, st.integers(-10 * DAY_MS, 30 * DAY_MS))
def test_nothing_is_overdue_unless_the_desk_was_open_to_its_end_since(
    terms: Terms, due: int, later: int
) -> None:
    now = due + later
    if is_overdue(terms, due, now):
        days = [
            date.fromordinal(datetime.fromtimestamp(due / 1000, UTC).toordinal() + n) for n in range(-2, 35)
        ]
        assert any(due <= one.ends < now for day in days for one in opening_on(terms, day))
        assert is_overdue(terms, due, now + DAY_MS)


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_a_year_has_an_opening_as_long_as_the_wall_says(zone: str) -> None:
    terms = Terms(desk_hours=dict.fromkeys(range(7), ((480, 960),)), zone=zone)

    for n in range(365):
        (opening,) = opening_on(terms, date(2026, 1, 1) + timedelta(days=n))
        assert opening.ends - opening.begins == 8 * 3_600_000

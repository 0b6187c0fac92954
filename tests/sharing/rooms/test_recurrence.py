"""Series against dateutil, over both days on which the clocks change, wherever the machine believes to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from time import tzset
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.calendar_time import existence
from sharing.errors import BadTime, BadValue
from sharing.rooms.recurrence import readings, rrule_text, spans_of, starts
from sharing.rooms.rules import HORIZON_DAYS, Ask, Frequency, Rule, Span, Why
from tests.sharing.rooms.values import BERLIN, at, span, wall

FIRST = wall("2026-06-02 18:00")
_FREQ = {Frequency.DAILY: rrule.DAILY, Frequency.WEEKLY: rrule.WEEKLY, Frequency.MONTHLY: rrule.MONTHLY}


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine's own zone, which must not matter."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        tzset()
        yield request.param
    tzset()


def theirs(rule: Rule, first: datetime) -> list[datetime]:
    """What dateutil makes of it; `until` ends with that day."""
    days: Any = rule.weekdays or None
    if rule.nth is not None:
        days = rrule.weekday(rule.weekdays[0])(rule.nth)
    ends = {"until": datetime.combine(rule.until, first.time())} if rule.until else {"count": rule.count}
    made = rrule.rrule(_FREQ[rule.freq], dtstart=first, interval=rule.interval, byweekday=days, **ends)
    return list(islice(made, 1200))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    freq = draw(st.sampled_from(Frequency))
    weekdays: tuple[int, ...] = ()
    nth = None
    if freq is Frequency.WEEKLY:
        weekdays = tuple(draw(st.lists(st.integers(0, 6), unique=True, max_size=7)))
    elif freq is Frequency.MONTHLY and draw(st.booleans()):
        weekdays, nth = (draw(st.integers(0, 6)),), draw(st.sampled_from([1, 2, 3, 4, -1]))
    count = draw(st.none() | st.integers(1, 60))
    return Rule(
        freq=freq, interval=draw(st.integers(1, 9)), weekdays=weekdays, nth=nth, count=count,
        until=None if count else date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 900))),
    )  # fmt: skip


quarters = st.integers(0, 95)
days_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
around_changes = st.sampled_from(
    [date(2026, 3, 22), date(2026, 3, 29), date(2026, 10, 18), date(2026, 10, 25)]
)
begins = st.builds(
    lambda day, quarter: datetime.combine(day, datetime.min.time()) + timedelta(minutes=15 * quarter),
    days_2026 | around_changes,
    quarters,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules(), begins)
def test_a_series_has_the_dates_that_dateutil_gives(machine_zone: str, rule: Rule, first: datetime) -> None:
    expected = theirs(rule, first)
    last = first.date() + timedelta(days=HORIZON_DAYS)

    if not expected or not len(expected) <= 1000 or expected[-1].date() > last:
        with pytest.raises(BadValue):
            starts(rule, first)
    else:
        assert list(starts(rule, first)) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules(), begins, st.integers(1, 8 * 4))
def test_every_date_shows_the_same_hours_on_the_wall(
    machine_zone: str, rule: Rule, first: datetime, length: int
) -> None:
    expected = theirs(rule, first)
    if not expected or expected[-1].date() > first.date() + timedelta(days=HORIZON_DAYS):
        return
    long = timedelta(minutes=15 * length)
    found = spans_of(Ask(rooms=("hall",), begins=first, ends=first + long, rule=rule), BERLIN)

    assert [one.local for one in found] == expected
    assert [one.n for one in found] == list(range(len(expected)))
    for one in found:
        exist = {existence(shows, BERLIN) for shows in (one.local, one.local + long)}
        if "never" in exist:
            assert (one.why, one.span) == (Why.GAP, None)
        elif "twice" in exist:
            assert one.why is Why.TWICE
            assert len(one.alternatives) > 1
        else:
            assert one.why is None
            assert shown(one.span) == (one.local, one.local + long)


def shown(found: Span | None) -> tuple[datetime, ...]:
    assert found is not None
    return tuple(
        datetime.fromtimestamp(instant / 1000, UTC).astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None)
        for instant in (found.begins, found.ends)
    )


def offered(begins: str, ends: str, rule: Rule | None = None, *, fold: int = 0) -> Any:
    ask = Ask(
        rooms=("hall",),
        begins=wall(begins, fold=fold),
        ends=wall(ends),
        rule=rule,
    )
    return spans_of(ask, BERLIN)


def test_an_evening_stays_three_hours_by_the_wall_over_both_changes() -> None:
    spring = offered("2026-03-24 18:00", "2026-03-24 21:00", Rule(freq=Frequency.WEEKLY, count=2))
    autumn = offered("2026-10-20 18:00", "2026-10-20 21:00", Rule(freq=Frequency.WEEKLY, count=2))

    assert [one.span for one in spring] == [
        span("2026-03-24 18:00", "21:00"), span("2026-03-31 18:00", "21:00")
    ]  # fmt: skip
    week_ms = 7 * 86_400_000
    assert spring[1].span.begins - spring[0].span.begins == week_ms - 3_600_000
    assert autumn[1].span.begins - autumn[0].span.begins == week_ms + 3_600_000


def test_a_night_over_the_change_begins_and_ends_by_the_wall() -> None:
    (spring,) = offered("2026-03-28 22:00", "2026-03-29 06:00")
    (autumn,) = offered("2026-10-24 22:00", "2026-10-25 06:00")

    assert spring.span.ends - spring.span.begins == 7 * 3_600_000
    assert autumn.span.ends - autumn.span.begins == 9 * 3_600_000


@pytest.mark.parametrize(("begins", "ends"), [("02:00", "02:59"), ("02:30", "05:00"), ("01:00", "02:30")])
def test_the_hour_that_the_clocks_skip_cannot_be_booked(begins: str, ends: str) -> None:
    (found,) = offered(f"2026-03-29 {begins}", f"2026-03-29 {ends}")

    assert (found.why, found.span, found.alternatives) == (Why.GAP, None, ())


def test_hours_around_the_gap_can_be_booked() -> None:
    (found,) = offered("2026-03-29 01:00", "2026-03-29 03:00")

    assert found.why is None
    assert found.span == span("2026-03-29 01:00", "03:00")
    assert found.span.ends - found.span.begins == 3_600_000


def test_a_doubled_hour_asks_which_is_meant_and_offers_both() -> None:
    (found,) = offered("2026-10-25 02:15", "2026-10-25 02:45")

    first = Span(at("2026-10-25 02:15"), at("2026-10-25 02:45"))
    second = Span(at("2026-10-25 02:15", fold=1), at("2026-10-25 02:45", fold=1))
    assert (found.why, found.span) == (Why.TWICE, first)
    assert [one.span for one in found.alternatives] == [first, second]


def test_fold_says_that_the_second_of_a_doubled_hour_is_meant() -> None:
    (found,) = offered("2026-10-25 02:15", "2026-10-25 04:00", fold=1)

    assert found.why is None
    assert found.span == Span(at("2026-10-25 02:15", fold=1), at("2026-10-25 04:00"))
    assert readings(wall("2026-10-25 02:15", fold=1), wall("2026-10-25 02:45"), BERLIN) == (
        Span(at("2026-10-25 02:15", fold=1), at("2026-10-25 02:45", fold=1)),
    )


def test_until_takes_in_the_last_day_whatever_the_hour() -> None:
    rule = Rule(freq=Frequency.WEEKLY, until=date(2026, 6, 16))

    assert starts(rule, FIRST.replace(hour=23, minute=59))[-1].date() == date(2026, 6, 16)
    assert len(starts(rule, FIRST)) == 3


def test_months_without_that_day_have_no_date() -> None:
    found = starts(Rule(freq=Frequency.MONTHLY, count=4), wall("2026-01-31 18:00"))

    assert [one.date() for one in found] == [
        date(2026, 1, 31), date(2026, 3, 31), date(2026, 5, 31), date(2026, 7, 31)
    ]  # fmt: skip


def test_the_last_friday_is_the_fourth_or_the_fifth() -> None:
    found = starts(Rule(freq=Frequency.MONTHLY, weekdays=(4,), nth=-1, count=4), wall("2026-06-01 18:00"))

    assert [one.day for one in found] == [26, 31, 28, 25]


def test_a_thousand_dates_are_the_most() -> None:
    assert len(starts(Rule(freq=Frequency.DAILY, count=1000), FIRST)) == 1000
    with pytest.raises(BadValue):
        starts(Rule(freq=Frequency.DAILY, count=1001), FIRST)
    with pytest.raises(BadValue):
        starts(Rule(freq=Frequency.DAILY, until=date(2026, 6, 2) + timedelta(days=1000)), FIRST)


def test_a_series_ends_within_three_years() -> None:
    assert len(starts(Rule(freq=Frequency.WEEKLY, count=157), FIRST)) == 157
    for rule in (
        Rule(freq=Frequency.WEEKLY, count=158),
        Rule(freq=Frequency.MONTHLY, until=date(2030, 1, 1)),
    ):
        with pytest.raises(BadValue):
            starts(rule, FIRST)


@pytest.mark.parametrize(
    "rule",
    [
        Rule(freq=Frequency.DAILY),
        Rule(freq=Frequency.DAILY, count=3, until=date(2026, 7, 1)),
        Rule(freq=Frequency.DAILY, count=3, interval=0),
        Rule(freq=Frequency.DAILY, count=3, interval=-1),
        Rule(freq=Frequency.DAILY, count=3, interval=10**9),
        Rule(freq=Frequency.DAILY, count=0),
        Rule(freq=Frequency.DAILY, count=-1),
        Rule(freq=Frequency.DAILY, count=10**9),
        Rule(freq=Frequency.DAILY, count=3, weekdays=(1,)),
        Rule(freq=Frequency.WEEKLY, count=3, weekdays=(1, 1)),
        Rule(freq=Frequency.WEEKLY, count=3, weekdays=(7,)),
        Rule(freq=Frequency.WEEKLY, count=3, weekdays=(-1,)),
        Rule(freq=Frequency.WEEKLY, count=3, weekdays=(1,), nth=1),
        Rule(freq=Frequency.MONTHLY, count=3, weekdays=(1,)),
        Rule(freq=Frequency.MONTHLY, count=3, nth=1),
        Rule(freq=Frequency.MONTHLY, count=3, weekdays=(1, 2), nth=1),
        Rule(freq=Frequency.MONTHLY, count=3, weekdays=(1,), nth=5),
        Rule(freq=Frequency.MONTHLY, count=3, weekdays=(1,), nth=0),
        Rule(freq=Frequency.WEEKLY, until=date(2026, 6, 1)),
        Rule(freq=Frequency.WEEKLY, until=date.min),
        Rule(freq=Frequency.WEEKLY, until=date.max),
        Rule(freq=Frequency.WEEKLY, until=date(2026, 6, 3), weekdays=(6,)),
    ],
)
def test_a_rule_that_is_none_is_refused_before_it_is_expanded(rule: Rule) -> None:
    with pytest.raises(BadValue):
        starts(rule, FIRST)


@pytest.mark.parametrize(
    ("begins", "ends", "reason"),
    [
        (wall("2026-06-02 18:00"), wall("2026-06-02 18:00"), "order"),
        (wall("2026-06-02 18:00"), wall("2026-06-02 17:00"), "order"),
        (wall("2026-06-02 18:00"), wall("2027-06-04 17:00"), "range"),
        (wall("9999-12-31 18:00"), wall("9999-12-31 19:00"), "range"),
        (wall("0001-01-01 00:00"), wall("0001-01-01 01:00"), "range"),
        (wall("2026-06-02 18:00"), wall("9999-12-31 23:59"), "range"),
        (datetime(2026, 6, 2, 18, tzinfo=UTC), datetime(2026, 6, 2, 19, tzinfo=UTC), "junk"),
        (wall("2026-06-02 18:00:01"), wall("2026-06-02 19:00"), "junk"),
    ],
)
def test_times_that_are_none_are_refused(begins: datetime, ends: datetime, reason: str) -> None:
    for rule in (None, Rule(freq=Frequency.DAILY, count=2)):
        with pytest.raises(BadTime) as refused:
            spans_of(Ask(rooms=("hall",), begins=begins, ends=ends, rule=rule), BERLIN)
        assert refused.value.details["reason"] == reason


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(BadValue):
        spans_of(Ask(rooms=("hall",), begins=FIRST, ends=FIRST + timedelta(hours=1)), "Mars/Olympus")


@given(rules(), begins)
def test_the_rule_as_text_gives_the_same_dates_in_dateutil(rule: Rule, first: datetime) -> None:
    try:
        found = starts(rule, first)
    except BadValue:
        return
    again = rrule.rrulestr(rrule_text(rule, first), dtstart=found[0])

    assert tuple(again) == found


def test_a_rule_is_written_as_calendars_read_it() -> None:
    weekly = Rule(freq=Frequency.WEEKLY, interval=2, weekdays=(3, 1), count=10)
    last = Rule(freq=Frequency.MONTHLY, weekdays=(4,), nth=-1, until=date(2026, 12, 31))

    assert rrule_text(weekly, FIRST) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10"
    assert rrule_text(last, FIRST) == "FREQ=MONTHLY;BYDAY=-1FR;COUNT=7"
    assert rrule_text(Rule(freq=Frequency.MONTHLY, count=3), FIRST) == "FREQ=MONTHLY;BYMONTHDAY=2;COUNT=3"
    assert rrule_text(Rule(freq=Frequency.DAILY, count=3), FIRST) == "FREQ=DAILY;COUNT=3"

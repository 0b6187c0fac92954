"""Foreign calendars: one broken event takes nothing with it, and each date is the moment that was meant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import recurring_ical_events
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from sharing.calendar_time import existence, instant_of
from sharing.rooms.calendars.foreign import DAY, MOST_BYTES, Date, Flaw, Wrong, WrongFile
from sharing.rooms.calendars.parsing import parse
from tests.sharing.rooms.calendars.dates import at
from tests.sharing.rooms.calendars.files import (
    BAD,
    BERLIN,
    GOOD,
    NAMES,
    PARAMETERS,
    VALUES,
    WINDOW,
    calendar,
    event,
)

SIX, EIGHT = at("2026-06-02 18:00"), at("2026-06-02 20:00")
GOOD_ONE = Date("good@x", 0, at("2026-06-03 18:00"), at("2026-06-03 20:00"), "Gut")
WEEK = 7 * DAY


def dates(*events: str) -> list[tuple[int, int]]:
    found = parse(calendar(*events), WINDOW)
    assert found.refused == ()
    return sorted((one.begins, one.ends) for one in found.dates)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_event_is_refused_with_its_reason_and_the_next_one_taken(name: str) -> None:
    text, flaw = BAD[name]

    found = parse(calendar(text, GOOD), WINDOW)

    assert {one.flaw for one in found.refused} == {flaw}
    assert GOOD_ONE in found.dates
    assert found.refused[0].line == 4


def test_what_is_wrong_in_the_last_event_takes_none_of_the_first_ones_with_it() -> None:
    data = calendar(GOOD, "BEGIN:VEVENT", "UID:2@x").removesuffix(b"END:VCALENDAR\r\n")

    found = parse(data, WINDOW)

    assert found.dates == (GOOD_ONE,)
    assert [one.flaw for one in found.refused] == [Flaw.NESTED, Flaw.CUT_OFF]


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", Wrong.NOT_CALENDAR),
        (b"/etc/passwd", Wrong.NOT_CALENDAR),
        (b"\x00" * 1000, Wrong.NOT_CALENDAR),
        (calendar(GOOD).decode().encode("utf-16"), Wrong.NOT_CALENDAR),
        (calendar(GOOD).replace(b"\r\n", b"\r"), Wrong.NOT_CALENDAR),
        (b"<p>BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", Wrong.NOT_CALENDAR),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", Wrong.NOT_CALENDAR),
        (calendar() + b" " * MOST_BYTES, Wrong.TOO_LARGE),
        (calendar(*["BEGIN:VALARM"] * 20), Wrong.NESTING),
        (calendar(*["BEGIN:VEVENT\r\nEND:VEVENT"] * 5001), Wrong.TOO_MANY),
        (calendar(*[event("RRULE:FREQ=DAILY;COUNT=1000", uid=f"{n}@x") for n in range(6)]), Wrong.TOO_MANY),
    ],
)
def test_a_file_that_is_none_or_too_much_is_refused_as_a_whole(data: bytes, wrong: Wrong) -> None:
    with pytest.raises(WrongFile) as refused:
        parse(data, WINDOW)

    assert refused.value.wrong is wrong


def test_an_empty_calendar_is_a_calendar() -> None:
    assert parse(calendar(), WINDOW).dates == ()
    assert parse(b"\xef\xbb\xbf" + calendar(GOOD).replace(b"\r\n", b"\n"), WINDOW).dates == (GOOD_ONE,)


def test_bytes_that_are_no_text_spoil_their_event_only() -> None:
    data = calendar(event(title="x"), GOOD).replace(b"SUMMARY:x", b"SUMMARY:\xff\xfe")

    found = parse(data, WINDOW)

    assert [one.flaw for one in found.refused] == [Flaw.ENCODING]
    assert found.dates == (GOOD_ONE,)


def test_a_title_is_one_line_whatever_is_in_it() -> None:
    found = parse(calendar(event(title=r"a\nEND:VEVENT\r\n\u202ex \;" + "\x1b[2J" + "y" * 500)), WINDOW)

    (one,) = found.dates
    assert one.title.isprintable()
    assert one.title.startswith("a END:VEVENT")
    assert len(one.title) == 120


def test_folded_lines_are_one() -> None:
    (one,) = parse(calendar(event(title="Lan\r\n ger Ti\r\n\ttel")), WINDOW).dates

    assert one.title == "Langer Titel"


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "W. Europe Standard Time", "/freeassociation.sourceforge.net/Europe/Berlin",
             '"Europe/Berlin"'],
)  # fmt: skip
def test_a_zone_is_known_by_its_usual_names(zone: str) -> None:
    text = event(
        f"DTSTART;TZID={zone}:20260602T180000", f"DTEND;TZID={zone}:20260602T200000", begins="", ends=""
    )

    assert dates(text) == [(SIX, EIGHT)]


def test_times_in_utc_and_in_another_zone_are_those_moments() -> None:
    utc = event("DTSTART:20261025T003000Z", "DTEND:20261025T013000Z", begins="", ends="")
    york = ";TZID=America/New_York"
    other = event(
        f"DTSTART{york}:20260602T120000", f"DTEND{york}:20260602T140000", begins="", ends="", uid="2"
    )

    assert dates(utc, other) == [
        (SIX, EIGHT), (at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1)),
    ]  # fmt: skip


def test_a_whole_day_is_the_house_s_day_also_when_the_clocks_change() -> None:
    one = event("DTSTART;VALUE=DATE:20261025", begins="", ends="")
    two = event("DTSTART;VALUE=DATE:20260602", "DTEND;VALUE=DATE:20260604", begins="", ends="", uid="2")

    assert dates(one, two) == [
        (at("2026-06-02 00:00"), at("2026-06-04 00:00")), (at("2026-10-25 00:00"), at("2026-10-26 00:00")),
    ]  # fmt: skip
    assert at("2026-10-26 00:00") - at("2026-10-25 00:00") == 25 * 3_600_000


def test_three_hours_are_three_hours_over_the_fold_and_a_day_is_a_day() -> None:
    hours = event("DURATION:PT3H", begins="20261025T013000", ends="")
    day = event("DURATION:P1D", begins="20261024T120000", ends="", uid="2")
    both = event("DURATION:P1DT1H", begins="20261024T120000", ends="", uid="3")

    assert dates(hours, day, both) == [
        (at("2026-10-24 12:00"), at("2026-10-25 12:00")), (at("2026-10-24 12:00"), at("2026-10-25 13:00")),
        (at("2026-10-25 01:30"), at("2026-10-25 03:30")),
    ]  # fmt: skip


def test_a_series_stays_at_its_wall_time_over_both_changes() -> None:
    found = dates(event("RRULE:FREQ=WEEKLY;UNTIL=20270430T160000Z"))

    assert len(found) == 48
    walls = [at(f"{datetime(2026, 6, 2) + timedelta(weeks=n):%Y-%m-%d} 18:00") for n in range(48)]  # noqa: DTZ001
    assert [begins for begins, _ in found] == walls


def test_a_series_loses_only_the_date_that_the_clocks_skip() -> None:
    text = event("RRULE:FREQ=WEEKLY;COUNT=3", begins="20270321T023000", ends="20270321T040000")

    found = parse(calendar(text), WINDOW)

    assert [one.begins for one in found.dates] == [at("2027-03-21 02:30"), at("2027-04-04 02:30")]
    assert [(one.flaw, one.at) for one in found.refused] == [(Flaw.GAP, at("2027-03-28 03:00"))]


def test_dates_are_added_left_out_moved_and_called_off() -> None:
    series = event(
        "RRULE:FREQ=WEEKLY;COUNT=5", f"EXDATE{BERLIN}:20260609T180000", "RDATE:20260603T160000Z", "SEQUENCE:1"
    )
    moved = event(
        "RECURRENCE-ID:20260616T160000Z", begins="20260617T100000", ends="20260617T110000", title="Verlegt"
    )
    off = event(f"RECURRENCE-ID{BERLIN}:20260623T180000", "STATUS:CANCELLED", begins="20260623T180000")

    assert dates(series, moved, off) == [
        (SIX, EIGHT), (at("2026-06-03 18:00"), at("2026-06-03 20:00")),
        (at("2026-06-17 10:00"), at("2026-06-17 11:00")), (SIX + 4 * WEEK, EIGHT + 4 * WEEK),
    ]  # fmt: skip


def test_a_date_keeps_its_name_when_it_moves() -> None:
    series = event("RRULE:FREQ=WEEKLY;COUNT=2")
    moved = event("RECURRENCE-ID:20260609T160000Z", begins="20260610T100000", ends="20260610T110000")

    before = {one.at for one in parse(calendar(series), WINDOW).dates}
    after = {one.at for one in parse(calendar(series, moved), WINDOW).dates}

    assert before == after == {SIX, SIX + WEEK}


def test_what_is_called_off_or_blocks_nothing_is_left_out() -> None:
    off, free = event("STATUS:CANCELLED"), event("TRANSP:TRANSPARENT", uid="2")
    past = event(uid="3", begins="20260501T180000", ends="20260501T200000")

    found = parse(calendar(off, free, past), WINDOW)

    assert (found.dates, found.refused, found.over) == ((), (), 3)


def test_of_two_events_with_one_name_the_newer_stands() -> None:
    found = parse(calendar(event("SEQUENCE:2", title="neu"), event("SEQUENCE:1", title="alt")), WINDOW)

    assert [one.title for one in found.dates] == ["neu"]
    assert [(one.flaw, one.title) for one in found.refused] == [(Flaw.REPEATED, "alt")]


def test_an_old_series_goes_on_and_an_old_change_of_it_is_no_fault() -> None:
    series = event("RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260630T000000Z", begins="20100105T180000",
                   ends="20100105T190000")  # fmt: skip
    change = event(f"RECURRENCE-ID{BERLIN}:20100119T180000", begins="20100120T180000", ends="20100120T190000")

    found = parse(calendar(series, change), WINDOW)

    assert found.refused == ()
    assert [one.begins for one in found.dates] == [SIX, SIX + 2 * WEEK]


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 40)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={}".format,
        st.integers(1, 5),
        st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(",".join),
    ),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 31)),
    st.builds(
        "FREQ=MONTHLY;BYDAY={}{}".format, st.sampled_from([1, 2, 3, 4, -1]), st.sampled_from(["MO", "SU"])
    ),
    st.builds("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={}".format, st.sampled_from([1, 5, -1])),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY=-1SU".format, st.integers(1, 12)),
)
ENDS = st.one_of(
    st.builds(";COUNT={}".format, st.integers(1, 60)),
    st.builds(";UNTIL=2027{:02}15T120000Z".format, st.integers(1, 12)),
)


@given(RULES, ENDS, st.integers(0, 700), st.integers(0, 23), st.lists(st.integers(0, 30), max_size=3))
def test_a_series_has_the_dates_that_recurring_ical_events_finds(
    rule: str, end: str, day: int, hour: int, left_out: list[int]
) -> None:
    first = datetime(2025, 6, 2, hour, 30) + timedelta(days=day)  # noqa: DTZ001 by a wall clock
    less = [f"EXDATE{BERLIN}:{first + timedelta(days=n):%Y%m%dT%H%M%S}" for n in left_out]
    text = event(f"RRULE:{rule}{end}", "DURATION:PT1H", *less, begins=f"{first:%Y%m%dT%H%M%S}", ends="")
    assume(existence(first, "Europe/Berlin") == "once")
    assume("UNTIL" not in end or f"{first:%Y%m%dT%H%M%S}" < end.removeprefix(";UNTIL="))

    found = parse(calendar(text), WINDOW)

    first_day, last_day = datetime(2026, 6, 1), datetime(2029, 1, 1)  # noqa: DTZ001 by a wall clock
    theirs = recurring_ical_events.of(Calendar.from_ical(calendar(text))).between(first_day, last_day)
    walls = {one["DTSTART"].dt.replace(tzinfo=None) for one in theirs}
    once = {instant_of(wall, "Europe/Berlin") for wall in walls if existence(wall, "Europe/Berlin") == "once"}
    since, until = at("2026-06-01 00:00"), at("2029-01-01 00:00")
    assert {one.begins for one in found.dates if since <= one.begins < until} == once
    assert all(one.ends - one.begins == 3_600_000 for one in found.dates)
    assert {one.flaw for one in found.refused} <= {Flaw.GAP, Flaw.TWICE}


PROPERTIES = st.builds("{}{}:{}".format, *map(st.sampled_from, (NAMES, PARAMETERS, VALUES)))


@settings(max_examples=300)
@given(st.lists(st.lists(PROPERTIES, max_size=6), min_size=1, max_size=3), st.booleans())
def test_no_property_of_any_kind_breaks_the_reader(events: list[list[str]], whole: bool) -> None:  # noqa: FBT001
    texts = [event(*lines, *(["UID:1"] * (not whole)), uid="1" * whole) for lines in events]

    found = parse(calendar(*texts, GOOD), WINDOW)

    assert GOOD_ONE in found.dates
    assert all(one.begins < one.ends for one in found.dates)


@given(st.binary(max_size=300), st.text(max_size=100))
def test_no_event_breaks_the_reader(noise: bytes, text: str) -> None:
    lines = (b"DTSTART:", b"RRULE:", b"EXDATE;", b"DURATION:P", b"RECURRENCE-ID:", b"BEGIN:", b"END:", b"")
    for line in lines:
        own = b"\r\n" + line + noise.replace(b"\n", b"") + text.encode("utf-8", "replace").replace(b"\n", b"")
        data = calendar(event(), GOOD).replace(b"\r\nSUMMARY:Probe", own + b"\r\nSUMMARY:Probe")
        try:
            found = parse(data, WINDOW)
        except WrongFile:
            continue
        assert GOOD_ONE in found.dates

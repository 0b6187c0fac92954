"""An event as text: read back by the library, on both days the clocks change, whatever people typed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

from sharing.rooms.calendars.text import (
    END,
    Event,
    Status,
    event_for_phone,
    event_text,
    object_opening,
    opening,
    uid_of,
)
from sharing.rooms.rules import Occurrence, Span, State
from sharing.texts import shown
from tests.sharing.rooms.calendars.dates import BERLIN, at, moments

TYPED = st.text(st.characters(codec="utf-8", exclude_characters="\\"), max_size=120)
INSTANTS = st.integers(at("2000-01-01 00:00") // 1000, at("2036-12-31 00:00") // 1000).map(lambda s: s * 1000)


def event(begins: int, ends: int, **said: object) -> Event:
    values: dict[str, object] = {
        "uid": uid_of("0" * 32, 0), "changed_at": begins, "sequence": 0, "status": Status.CONFIRMED,
        "summary": "Chorprobe", "place": "Saal",
    }  # fmt: skip
    return Event(begins=begins, ends=ends, **(values | said))  # type: ignore[arg-type]  # each test names what it is about


def read(one: Event, zone: str = BERLIN) -> icalendar.Event:
    text = f"{opening('Haus', zone)}{event_text(one, zone)}{END}"
    (found,) = Calendar.from_ical(text.encode()).events
    return found


@given(TYPED, TYPED, INSTANTS, st.integers(1, 3000), st.integers(0, 9), st.sampled_from(Status))
def test_what_was_written_is_read_back_by_the_library(
    summary: str, place: str, begins: int, minutes: int, sequence: int, status: Status
) -> None:
    one = event(
        begins, begins + minutes * 60_000, summary=summary, place=place, sequence=sequence, status=status
    )

    found = read(one)

    assert str(found["SUMMARY"]) == shown(summary)
    assert str(found["LOCATION"]) == shown(place)
    assert moments(found) == (one.begins, one.ends)
    assert found["SEQUENCE"] == sequence
    assert found["STATUS"] == status


@given(TYPED, TYPED, INSTANTS)
def test_the_template_writes_what_the_library_would_byte_for_byte(
    summary: str, place: str, begins: int
) -> None:
    text = event_text(event(begins, begins + 60_000, summary=summary, place=place), BERLIN).encode()

    assert icalendar.Event.from_ical(text).to_ical() == text


@pytest.mark.parametrize(
    "typed",
    [
        "Probe\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Fremd",
        "Probe\nDTSTART:20000101T000000Z",
        "Probe\x0b\x0cATTENDEE:mailto:x",
        "Probe\u2028ORGANIZER:x\u2029y\x85z",
        "\x1b[2J\x1b]0;weg\x07\x00",
        "\u202eeborP\u2066",
        "<script>alert(1)</script> [@click=app.quit]",
    ],
)
def test_nothing_that_people_typed_becomes_a_line_of_its_own(typed: str) -> None:
    text = event_text(event(at("2026-06-02 18:00"), at("2026-06-02 20:00"), summary=typed), BERLIN)

    names = [line.partition(":")[0].partition(";")[0] for line in text.replace("\r\n ", "").split("\r\n")]
    assert names == [
        "BEGIN", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "CLASS", "LAST-MODIFIED",
        "LOCATION", "STATUS", "TRANSP", "END", "",
    ]  # fmt: skip
    assert all(char.isprintable() for char in text.replace("\r\n", ""))


def test_a_name_cannot_break_out_of_the_calendar_s_head() -> None:
    head = opening("Haus\r\nMETHOD:CANCEL\r\nX:\x00", BERLIN)

    assert "\r\nMETHOD" not in head
    assert Calendar.from_ical(f"{head}{END}")["NAME"] == "Haus METHOD:CANCEL X:"


def test_long_lines_are_folded_at_75_octets_and_never_inside_a_letter() -> None:
    one = event(at("2026-06-02 18:00"), at("2026-06-02 20:00"), summary="Übungsgruppe " * 14)

    text = event_text(one, BERLIN)

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert str(read(one)["SUMMARY"]) == ("Übungsgruppe " * 14).strip()


def test_a_backslash_is_escaped_as_the_norm_says() -> None:
    text = event_text(event(at("2026-06-02 18:00"), at("2026-06-02 20:00"), summary=r"C:\Neu; a, b"), BERLIN)

    assert "SUMMARY:C:\\\\Neu\\; a\\, b\r\n" in text


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"])
def test_the_two_rules_say_what_the_zone_s_own_data_say(zone: str) -> None:
    calendar = Calendar.from_ical(f"{opening('Haus', zone)}{END}")
    ours, theirs = calendar.timezones[0].to_tz(lookup_tzid=False), ZoneInfo(zone)

    for days in range(40 * 365):
        wall = datetime(1997, 1, 1, 12) + timedelta(days=days)  # noqa: DTZ001 each zone takes it
        assert wall.replace(tzinfo=ours).utcoffset() == wall.replace(tzinfo=theirs).utcoffset(), wall


@pytest.mark.parametrize(
    ("begins", "ends", "written"),
    [
        (at("2026-03-29 01:30"), at("2026-03-29 03:30"), ";TZID=Europe/Berlin:20260329T013000"),
        (at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1), ":20261025T003000Z"),
        (at("2026-10-25 02:30", fold=1), at("2026-10-25 04:00"), ":20261025T013000Z"),
        (at("2026-10-25 01:30"), at("2026-10-25 03:30"), ";TZID=Europe/Berlin:20261025T013000"),
    ],
)
def test_a_client_sees_the_right_moments_on_both_days_the_clocks_change(
    begins: int, ends: int, written: str
) -> None:
    one = event(begins, ends)

    found = read(one)

    assert f"DTSTART{written}\r\n" in event_text(one, BERLIN)
    assert moments(found) == (begins, ends)
    calendar = Calendar.from_ical(f"{opening('Haus', BERLIN)}{event_text(one, BERLIN)}{END}")
    assert len(recurring_ical_events.of(calendar).between(found.start, found.end)) == 1


def test_a_house_in_another_zone_gets_its_times_in_utc() -> None:
    one = event(at("2026-06-02 18:00"), at("2026-06-02 20:00"))

    text = f"{opening('House', 'America/New_York')}{event_text(one, 'America/New_York')}{END}"

    assert "VTIMEZONE" not in text
    assert "DTSTART:20260602T160000Z\r\n" in text


def test_an_object_of_its_own_holds_what_caldav_asks_for_and_no_more() -> None:
    one = event(at("2026-06-02 18:00"), at("2026-06-02 20:00"))
    calendar = Calendar.from_ical(f"{object_opening(BERLIN)}{event_text(one, BERLIN)}{END}")

    assert set(calendar) == {"VERSION", "PRODID"}
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]


@pytest.mark.parametrize(
    "name",
    ["Saal", "Großer Saal im Erdgeschoss mit Bühne", "a;b,c\\d\r\nX:y", "日本語" * 9],
)
def test_a_phone_takes_a_booking_from_a_code_of_37_modules(name: str) -> None:
    span = Span(at("2026-10-25 02:30", fold=1), at("2026-10-25 04:00"))
    occurrence = Occurrence(
        booking="0" * 32, n=0, rooms=("r",), parts=("r",), span=span, blocked=span, state=State.CONFIRMED
    )

    data = event_for_phone(occurrence, name)

    code = QRCode(error_correction=ERROR_CORRECT_L, box_size=4)
    code.add_data(data, optimize=0)
    code.make(fit=True)
    drawn: Image.Image = code.make_image().get_image().convert("L")
    assert code.version <= 5
    (seen,) = zxingcpp.read_barcodes(drawn)
    assert seen.bytes == data
    found = icalendar.Event.from_ical(seen.bytes)
    assert isinstance(found, icalendar.Event)
    assert moments(found) == (span.begins, span.ends)
    assert str(found["SUMMARY"])[:3] == name[:3]

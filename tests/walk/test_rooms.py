"""The walk that docs/walk-rooms.md shows, walked again, and what it left in the house."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator

import pytest
import zxingcpp
from icalendar import Calendar

from tests.kiosk.test_event_code import rasterised
from tests.walk import rooms
from tests.walk.record import ROOMS_PAGE
from tests.walk.terminal import COLUMNS, ROWS, Terminal
from tests.walk.test_walk import KEY
from tests.walk.walk import Walk


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("rooms")
    terminal = Terminal(folder)
    walk = Walk(folder, terminal)
    try:
        rooms.walk_through(walk)
        yield walk
    finally:
        terminal.close()


def test_every_screen_fits_and_shows_words(walked: Walk) -> None:
    for shot in walked.shots:
        lines = shot.screen.splitlines()
        assert len(lines) <= ROWS, shot.screen
        assert all(len(line) <= COLUMNS for line in lines), shot.screen
        assert KEY.findall(shot.screen) == [], shot.screen
        assert "{" not in shot.screen, shot.screen


def test_nobodys_name_stands_where_anybody_may_look(walked: Walk) -> None:
    for shot in walked.shots:
        if shot.public:
            assert not walked.names & set(re.findall(r"\w+", shot.screen)), shot.screen


def test_a_phone_reads_the_first_tuesday_off_the_terminal(walked: Walk) -> None:
    (cells,) = walked.codes
    (read,) = zxingcpp.read_barcodes(rasterised(cells))
    assert read.text.splitlines() == [
        "BEGIN:VEVENT", "SUMMARY:Seminarraum", "DTSTART:20260602T160000Z", "DTEND:20260602T190000Z",
        "END:VEVENT",
    ]  # fmt: skip


def test_ten_dates_were_booked_and_each_ended_as_it_was_walked(walked: Walk) -> None:
    database = sqlite3.connect(walked.folder / "data" / "teilhaus.db")
    rows = database.execute(
        "SELECT n, state, why, checklist FROM occurrence WHERE booking = (SELECT id FROM booking"
        " WHERE rule LIKE '%\"count\":10%' ORDER BY asked_at DESC LIMIT 1) ORDER BY n"
    ).fetchall()
    database.close()
    states = [(state, why) for _, state, why, _ in rows]
    assert states[:3] == [("ended", ""), ("cancelled", "displaced"), ("cancelled", "by_asker")]
    assert states[3:] == [("confirmed", "")] * 7
    assert json.loads(rows[0][3]) == {
        "Tafel gewischt": True, "Fenster zu": True, "Heizung auf 2": False, "Licht aus": True,
    }  # fmt: skip


def test_the_feed_says_what_takes_place_and_what_does_not(walked: Walk) -> None:
    calendar = Calendar.from_ical(walked.feed["calendar"])
    found = [(one.decoded("DTSTART"), str(one["STATUS"])) for one in calendar.walk("VEVENT")]
    stands = {(day.strftime("%m-%d"), status) for day, status in found if f"{day:%a %H}" == "Tue 18"}
    assert {("06-16", "CANCELLED"), ("06-09", "CANCELLED"), ("06-09", "CONFIRMED")} <= stands
    assert {("06-02", "CONFIRMED"), ("06-30", "CONFIRMED"), ("08-04", "CONFIRMED")} <= stands


def test_the_page_has_the_parts_of_the_walk_in_their_order() -> None:
    headings = re.findall(r"^## (.+)$", ROOMS_PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [(part.__doc__ or "").strip() for part in rooms.PARTS]

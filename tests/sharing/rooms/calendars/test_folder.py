"""Calendars of others in files and folders: whole, cut off, and none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sharing.errors import CalendarRefused
from sharing.house import House
from sharing.rooms.calendars.folder import calendar_at
from sharing.rooms.calendars.foreign import Flaw
from sharing.rooms.calendars.incoming import import_calendar
from tests.sharing.rooms.calendars.dates import make_room
from tests.sharing.rooms.calendars.files import BAD, GOOD, calendar, event
from tests.sharing.rooms.calendars.test_incoming import SERIES, live, take


def test_a_file_that_stops_before_its_end_takes_nothing_away(house: House, tmp_path: Path) -> None:
    room = make_room(house, "Saal")
    take(house, room, event(), GOOD)
    before, half = (
        live(house),
        calendar(event(), event(uid="3@x", begins="20260604T180000", ends="20260604T190000")),
    )

    cut = half.removesuffix(b"END:VCALENDAR\r\n")
    report = import_calendar(house.store, None, room, "Rathaus", cut, house.store.new_act())

    assert (report.new, report.same, report.gone) == (1, 1, 0)
    assert [one.flaw for one in report.refused] == [Flaw.CUT_OFF]
    assert set(before) < set(live(house))

    (tmp_path / "a.ics").write_bytes(half)
    (tmp_path / "b.ics").write_bytes(calendar(GOOD)[:40])
    report = import_calendar(house.store, None, room, "Rathaus", calendar_at(tmp_path), house.store.new_act())

    assert (report.same, report.gone) == (2, 0)


def test_a_vdir_folder_is_one_calendar(house: House, tmp_path: Path) -> None:
    room = make_room(house, "Saal")
    for name, text in (("a", event()), ("b", GOOD), ("c", SERIES), ("d", BAD["every second"][0])):
        (tmp_path / f"{name}.ics").write_bytes(calendar(text))
    (tmp_path / "e.ics").write_text("kein Kalender")
    (tmp_path / "todo.ics").write_bytes(calendar("BEGIN:VTODO", "END:VTODO"))
    (tmp_path / ".hidden.ics").write_text("x")
    (tmp_path / "color").write_text("#fff")

    data = calendar_at(tmp_path)
    report = import_calendar(house.store, None, room, "Ordner", data, house.store.new_act())

    assert report.new == 5
    assert sorted((one.flaw, one.uid) for one in report.refused) == [
        (Flaw.NO_START, "e.ics"), (Flaw.RULE, "1@x"),
    ]  # fmt: skip


def test_only_a_file_is_read_and_only_so_much_of_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    reasons = {}
    for path in (tmp_path / "pipe", tmp_path / "large", tmp_path / "none", Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(CalendarRefused) as refused:
            calendar_at(path)
        reasons[path.name] = refused.value.details["reason"]

    assert reasons == {
        "pipe": "no_file", "large": "too_large", "none": "not_found", "zero": "no_file", "a\0b": "no_file"
    }  # fmt: skip

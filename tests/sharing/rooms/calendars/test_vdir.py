"""A folder with one file a date, and a real CalDAV server over it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import caldav
import pytest
from caldav.lib.error import AuthorizationError
from icalendar import Calendar, Event

from sharing.errors import FileNotWritten
from sharing.house import House
from sharing.rooms.calendars.feed import Of, Scope
from sharing.rooms.calendars.vdir import Exported, export
from tests.sharing.rooms.calendars.dates import at, book, decide, make_room, moments, move

SIX, EIGHT = at("2026-06-02 18:00"), at("2026-06-02 20:00")
HOUR = 3_600_000
INSIDE = Of(scope=Scope.HOUSE, public=False)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.glob("*.ics"))


def test_each_date_is_a_file_and_only_what_changed_is_touched(any_house: House, tmp_path: Path) -> None:
    folder = tmp_path / "saal"
    room = make_room(any_house, "Saal")
    first = book(any_house, room, SIX, EIGHT, title="Chor")
    second = book(any_house, room, EIGHT, EIGHT + HOUR)

    assert export(any_house.store, folder, INSIDE) == Exported(2, 0, 0)
    assert names(folder) == sorted([f"{first}-0.ics", f"{second}-0.ics"])
    before = {name: (folder / name).stat() for name in names(folder)}
    assert export(any_house.store, folder, INSIDE) == Exported(0, 0, 2)
    move(any_house, first, room, SIX - HOUR, SIX)
    assert export(any_house.store, folder, INSIDE) == Exported(1, 0, 1)

    after = {name: (folder / name).stat() for name in names(folder)}
    assert after[f"{second}-0.ics"].st_ino == before[f"{second}-0.ics"].st_ino
    assert after[f"{first}-0.ics"].st_ino != before[f"{first}-0.ics"].st_ino
    calendar = Calendar.from_ical((folder / f"{first}-0.ics").read_bytes())
    assert moments(calendar.events[0]) == (SIX - HOUR, SIX)
    assert str(calendar.events[0]["SUMMARY"]) == "Chor"


def test_what_is_gone_is_removed_and_nothing_else(house: House, tmp_path: Path) -> None:
    room = make_room(house, "Saal")
    book(house, room, SIX, EIGHT, title="Chor")
    export(house.store, tmp_path / "vdir", INSIDE)
    foreign = tmp_path / "vdir" / "von-hand.ics"
    foreign.write_text("x")
    leftover = tmp_path / "vdir" / f".{'0' * 32}-0.ics.tmp"
    leftover.write_text("x")

    done = export(house.store, tmp_path / "vdir", Of(scope=Scope.ROOM, target="nirgends"))

    assert done == Exported(0, 1, 0)
    assert names(tmp_path / "vdir") == ["von-hand.ics"]
    assert not leftover.exists()


def test_a_folder_that_cannot_be_written_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(FileNotWritten):
        export(house.store, tmp_path / "file", INSIDE)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A Radicale on loopback, that may only be read: its folder for the calendar, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "rights").write_text("[all]\nuser: .*\ncollection: .*\npermissions: rR\n")
    (tmp_path / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = from_file\n"
        f"file = {tmp_path / 'rights'}\n[storage]\nfilesystem_folder = {tmp_path / 'storage'}\n"
    )
    command = (sys.executable, "-m", "radicale", "--config", str(tmp_path / "config"))
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait_for(port, server)
            yield tmp_path / "storage/collection-root/haus/saal", f"http://127.0.0.1:{port}/haus/saal/"
        finally:
            server.terminate()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = monotonic() + 60
    while True:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None
        assert monotonic() < until
        sleep(0.05)


def events(calendar: caldav.Calendar) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for one in calendar.events():
        (event,) = Calendar.from_ical(one.data).events
        found[str(event["UID"])] = event
    return found


def test_radicale_serves_our_calendar_to_a_caldav_client(house: House, served: tuple[Path, str]) -> None:
    folder, address = served
    room = make_room(house, "Saal")
    chorus = book(house, room, SIX, EIGHT, title="Chor; mit, Ümläut \\ und\r\nZeile")
    autumn = book(house, room, at("2026-10-25 02:30", fold=1), at("2026-10-25 04:00"))
    export(house.store, folder, INSIDE)

    with caldav.DAVClient(url=address) as client:
        calendar = caldav.Calendar(client=client, url=address)
        assert str(calendar.get_display_name()) == "Testhaus"  # type: ignore[no-untyped-call]  # it says nothing of types
        found = events(calendar)
        assert moments(found[f"{chorus}-0@teilhaus"]) == (SIX, EIGHT)
        assert moments(found[f"{autumn}-0@teilhaus"])[0] == at("2026-10-25 02:30", fold=1)
        assert str(found[f"{chorus}-0@teilhaus"]["SUMMARY"]) == "Chor; mit, Ümläut \\ und Zeile"

        day = datetime(2026, 6, 2, tzinfo=UTC)
        assert len(calendar.search(start=day, end=day + timedelta(days=1), event=True)) == 1
        fold = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
        assert calendar.search(start=fold, end=fold + timedelta(minutes=30), event=True) == []
        assert len(calendar.search(start=fold, end=fold + timedelta(minutes=31), event=True)) == 1

        move(house, chorus, room, SIX + HOUR, EIGHT + HOUR)
        decide(house, autumn, off=((0, "by_asker"),))
        export(house.store, folder, INSIDE)
        found = events(calendar)
        assert moments(found[f"{chorus}-0@teilhaus"]) == (SIX + HOUR, EIGHT + HOUR)
        assert found[f"{chorus}-0@teilhaus"]["SEQUENCE"] == 1
        assert found[f"{autumn}-0@teilhaus"]["STATUS"] == "CANCELLED"

        export(house.store, folder, Of(scope=Scope.ROOM, target="nirgends"))
        assert events(calendar) == {}


def test_radicale_gives_an_etag_that_changes_with_the_date_only(
    house: House, served: tuple[Path, str]
) -> None:
    folder, address = served
    room = make_room(house, "Saal")
    moved, stays = book(house, room, SIX, EIGHT), book(house, room, EIGHT, EIGHT + HOUR)
    export(house.store, folder, INSIDE)

    with caldav.DAVClient(url=address) as client:

        def etags() -> list[str]:
            found = [client.request(f"{address}{one}-0.ics", "GET") for one in (moved, stays)]
            return [one.headers["ETag"] for one in found]

        before = etags()
        move(house, moved, room, SIX - HOUR, SIX)
        export(house.store, folder, INSIDE)
        after = etags()
        with pytest.raises(AuthorizationError):
            client.request(f"{address}{moved}-0.ics", "DELETE")

    assert after[0] != before[0]
    assert after[1] == before[1]

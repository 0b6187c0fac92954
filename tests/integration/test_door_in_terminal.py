"""A terminal at a door of a real house: what is booked, and again soon after the broker is back."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from kiosk.door.accounts import Account, read_account, read_ca
from kiosk.door.app import DoorApp
from kiosk.door.listening import door_of, listen
from kiosk.door.watch import Watch
from sharing.errors import BadFile, BadValue
from sharing.journal.clock import SystemClock
from tests.integration.doors import PATIENCE_S, Doors
from tests.integration.machines import Central
from tests.integration.mosquitto import until

HOUR = 3_600_000


class Ahead:
    """This machine's clock, which can be set forward: what a door shows without news."""

    def __init__(self) -> None:
        self.by, self.clock = 0, SystemClock()

    def __call__(self) -> int:
        return self.clock.read().at + self.by


def account_of(doors: Doors, room: str, folder: Path) -> Account:
    said = doors.central.say("panel", "add", "terminal", "--room", room)
    path = folder / "terminal.json"
    path.write_bytes(msgspec.json.encode(said))
    return read_account(path)


@contextmanager
def heard(account: Account, watch: Watch) -> Iterator[None]:
    door, stop = door_of(account.house, account.room, account.end.user, account.status), threading.Event()
    line = threading.Thread(target=listen, args=(watch, lambda: account.end, door, SystemClock(), stop))
    line.start()
    try:
        yield
    finally:
        stop.set()
        line.join()


def seq(watch: Watch) -> int:
    """The number of the last state that came."""
    state = watch.view().state
    return 0 if state is None else state.seq


async def shows(app: DoorApp, is_so: Callable[[str], bool], patience: float = PATIENCE_S) -> str:
    """Wait until the terminal shows something; gives its text."""
    end = time.monotonic() + patience
    while True:
        text = "\n".join("".join(piece for piece, _ in row) for row in app._drawn)
        if is_so(text):
            return text
        assert time.monotonic() < end, text
        await asyncio.sleep(0.02)


async def test_what_is_booked_stands_there_and_again_soon_after_the_broker_came_back(
    doors: Doors, tmp_path: Path
) -> None:
    account, ahead = account_of(doors, "saal-a", tmp_path), Ahead()
    watch = Watch(account.room, ahead)
    app = DoorApp(watch, tags=["de"])
    with heard(account, watch):
        async with app.run_test(size=(76, 22)):
            await shows(app, lambda text: "Stand" in text and "BELEGT" not in text)
            booking = await asyncio.to_thread(doors.block, "saal-a", 9)
            await shows(app, lambda text: "✖ BELEGT" in text and "Gesperrt" in text)

            before = seq(watch)
            await asyncio.to_thread(doors.central.kill)
            await shows(app, lambda text: "Keine Verbindung" in text)
            ahead.by = HOUR
            text = await shows(app, lambda text: "! VERALTET" in text)
            assert "✖ BELEGT" in text
            ahead.by = 0
            await asyncio.to_thread(doors.central.start)
            await shows(app, lambda text: "Keine Verbindung" not in text)
            await shows(app, lambda text: "✖ BELEGT" in text and seq(watch) > before)

            before = seq(watch)
            assert isinstance(doors.central, Central)
            assert await asyncio.to_thread(doors.central.kill_broker)  # it may be back before anybody looks
            text = await shows(app, lambda _: seq(watch) > before)
            assert "✖ BELEGT" in text
            await asyncio.to_thread(doors.central.say, "booking", "cancel", f"{booking}/0")
            await shows(app, lambda text: "BELEGT" not in text)
    until(lambda: _listed(doors) == "offline", PATIENCE_S)


def _listed(doors: Doors) -> object:
    """How the panel is, as `panel list` says."""
    return next(one["status"] for one in doors.central.say("panel", "list")["panels"])


def test_a_door_on_this_machine_needs_no_account_and_says_it_once_for_scripts(doors: Doors) -> None:
    doors.block("saal-a")

    def is_busy() -> bool:
        said = doors.central.say("door", "saal-a")
        return bool(said["status"] == "busy" and said["connected"] and not said["stale"])

    until(is_busy, PATIENCE_S)


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ca.der"
    path.write_bytes(b"\x30\x82\x04")
    for one in (path, tmp_path):
        with pytest.raises(BadFile):
            read_ca(one)


def _written(path: Path, said: object) -> Path:
    path.write_bytes(msgspec.json.encode(said))
    return path


def test_a_file_that_is_no_account_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    whole = {"host": "127.0.0.1", "port": 1883, "user": "panel.x", "password": "y"}
    topics = {"state": "teilhaus/v1/ab/room/0a/state", "status": "teilhaus/v1/ab/panel/x/status"}
    for said in (
        b"", b"[]", b"\xff", msgspec.json.encode(whole),
        msgspec.json.encode(whole | {"topics": topics | {"state": "teilhaus/v1/ab/room/#"}}),
        msgspec.json.encode(whole | {"topics": topics | {"state": ""}}),
        msgspec.json.encode(whole | {"topics": topics, "port": 65_536}),
    ):  # fmt: skip
        path.write_bytes(said)
        with pytest.raises(BadFile):
            read_account(path)
    for broker in ("h:0", "h:65536", "h:x", f"h:{'9' * 5000}"):
        with pytest.raises(BadValue):
            read_account(_written(path, whole | {"topics": topics}), broker=broker)
    path.write_bytes(msgspec.json.encode(whole | {"topics": topics, "more": 1}))
    assert (read_account(path).room, read_account(path).house) == ("0a", "ab")
    assert read_account(path, broker="10.0.0.5:8884").end.port == 8884
    assert read_account(path, broker="haus.local").end.host == "haus.local"
    assert read_account(path, broker="[::1]:99").end.host == "::1"
    assert read_account(path, broker="::1").end.host == "::1"
    assert read_account(path, broker="[::1]").end == read_account(path, broker="[::1]:1883").end

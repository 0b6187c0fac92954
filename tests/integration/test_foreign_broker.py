"""A broker that is there already, which has nothing but what `teilhaus broker lines` wrote for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from devices.panels import topics
from devices.panels.state import Status
from sync.enrolling import register
from sync.events import Send
from sync.mosquitto.broker_files import free_port
from sync.topics import topic_house
from tests.integration.doors import PATIENCE_S, Doors, Listener, listening
from tests.integration.machines import Central, Kiosk, Together, children
from tests.integration.mosquitto import certificates, until
from tests.integration.proxy import Proxy
from tests.integration.service import filled, served

HOUSE = topic_house("Testhaus")


class Beside:
    """A central whose broker is somebody else's, and the folder where that has its files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "etc", free_port("127.0.0.1")
        self.folder.mkdir()
        self.trust = certificates(self.folder / "tls")[1]
        environ = {
            "TEILHAUS_BROKER_HOST": "127.0.0.1",
            "TEILHAUS_BROKER_PORT": str(self.port),
            "TEILHAUS_BROKER_TLS": "true",
            "TEILHAUS_BROKER_CA": str(self.folder / "tls" / "ca.pem"),
        }
        self.central = Central(folder / "central", environ)
        self.central.say("central", "init", "--demo", "--name", "Testhaus")

    def copy(self) -> None:
        """Do what the page says after each new account."""
        self.central.say("broker", "lines", "--out", str(self.folder))
        for pid, name in children(os.getpid()):
            if name == "mosquitto":
                os.kill(pid, signal.SIGHUP)

    def secured(self, panel: Listener) -> Listener:
        """Let a panel use TLS, as it must here."""
        panel.secure(self.trust)
        return panel


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Beside]:
    made = Beside(tmp_path)
    made.copy()
    with served(made.folder, filled("teilhaus.conf", made.folder, HOUSE), made.port):
        made.central.start()
        made.central.ready()
        yield made
        made.central.stop()


def test_a_kiosk_joins_and_comes_together_with_its_central(beside: Beside, tmp_path: Path) -> None:
    with Proxy(beside.port) as network:
        kiosk = Kiosk(tmp_path / "desk-1", network)
        told = beside.central.say("node", "add", "desk-1")
        beside.copy()
        typed = ("--host", "127.0.0.1", "--port", str(network.port), "--name", "desk-1", "--tls")
        known = ("--ca", str(beside.folder / "tls" / "ca.pem"), "--code", told["code"])
        with ThreadPoolExecutor(1) as hands:
            joined = hands.submit(kiosk.say, "node", "join", *typed, *known)
            until(lambda: joined.done() or "desk-1" in register.read(beside.central.data).nodes, PATIENCE_S)
            beside.copy()
            assert joined.result()["complete"]
        house = Together(beside.central, [kiosk])
        house.start()
        try:
            house.heal()
            house.assert_alike()
        finally:
            kiosk.stop()


def test_a_panel_reads_its_room_and_writes_nobody_elses(beside: Beside) -> None:
    doors = Doors(beside.central)
    room, other = doors.rooms["saal-a"], doors.rooms["saal-b"]
    mine, its = doors.panel("mine", "saal-a"), doors.panel("its", "saal-b")
    beside.copy()
    with listening(beside.secured(mine), beside.secured(its)):
        until(lambda: mine.state(room) and its.state(other), PATIENCE_S)
        doors.block("saal-a")
        until(lambda: mine.shows(room, Status.BUSY), PATIENCE_S)
        foreign = (
            topics.state(HOUSE, room), topics.state(HOUSE, other), topics.command(HOUSE, other, "book"),
            topics.panel_telemetry(HOUSE, "its"), topics.panel_config(HOUSE, "mine"),
            f"teilhaus/v1/{HOUSE}/node/central/up", f"teilhaus/v1/{HOUSE}/all/live",
        )  # fmt: skip
        for topic in foreign:
            assert mine.line.send(Send("topic", topic, b"{}"))
        until(lambda: mine.line.status().denied == len(foreign), PATIENCE_S)
        assert mine.line.send(Send("topic", topics.panel_telemetry(HOUSE, "mine"), b'{"battery": 50}'))
        until(lambda: beside.central.say("panel", "list")["panels"][1]["battery"] == 50, PATIENCE_S)
        assert mine.state(other) is None


def test_both_files_hold_every_account_and_no_password(beside: Beside) -> None:
    said = beside.central.say("panel", "add", "tuer", "--room", "saal-a")
    beside.central.say("panel", "home-assistant")
    told = beside.central.say("broker", "lines")
    again = beside.central.say("broker", "lines")

    assert told == again
    assert {one["user"]: one["what"] for one in told["accounts"]} == {
        "central": "central", "house.devices": "publisher", "house.doors": "doors",
        "house.homeassistant": "home_assistant", "panel.tuer": "panel",
    }  # fmt: skip
    assert said["password"] not in "".join(told["files"].values())
    assert [one.partition(":")[0] for one in told["files"]["teilhaus.passwords"].splitlines()] == [
        one["user"] for one in told["accounts"]
    ]
    book = register.read(beside.central.data)
    assert told["files"]["teilhaus.access"].count("\nuser ") == len(book.guests)
    assert told["house"] == HOUSE


def test_a_machine_of_a_house_with_a_central_has_no_such_book(tmp_path: Path, furnished: Path) -> None:
    with Proxy(1) as network:
        kiosk = Kiosk(tmp_path / "desk-1", network)
        kiosk.copied(furnished)
        assert kiosk.say("broker", "lines", code=3)["refusal"] == "not_central"

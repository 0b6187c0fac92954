"""Doors of a real house, and panels that listen to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from devices.panels import topics
from devices.panels.panel import Panel, home_assistant_reads, panel_reads
from devices.panels.state import RoomState, Status, decoded
from sharing.journal.clock import SystemClock
from sync.events import Received
from sync.line.endpoint import Endpoint, Guest, Trust
from sync.mqtt import Line
from sync.topics import topic_house
from tests.integration.machines import Machine, children
from tests.integration.mosquitto import QUICK, Ear, working

PATIENCE_S = 30.0


class Listener:
    """A panel, or Home Assistant: holds the last of each topic, as its broker's retained messages are."""

    def __init__(self, account: dict[str, Any], status: str, hears: tuple[str, ...], house: str) -> None:
        self.house, self.ear, self.account = house, Ear(), account
        whose = Guest(house=house, node=account["user"], status=status, hears=hears)
        end = Endpoint(
            host="127.0.0.1", port=account["port"], user=account["user"], password=account["password"]
        )
        self._end, self._whose = end, whose
        self.line = Line(end, whose, epoch=1, clock=SystemClock(), pace=QUICK)

    def again(self) -> Listener:
        """The same panel after it was unplugged: it knows nothing any more but its account."""
        return Listener(self.account, self._whose.status, self._whose.hears, self.house)

    def secure(self, trust: Trust) -> None:
        """Use TLS."""
        end = replace(self._end, trust=trust)
        self.line = Line(end, self._whose, epoch=1, clock=SystemClock(), pace=QUICK)

    def received(self) -> list[Received]:
        return [one for one in self.ear.heard if isinstance(one, Received) and one.channel == "topic"]

    def all_of(self, topic: str) -> list[bytes]:
        return [one.payload for one in self.received() if one.node == topic]

    def last(self, topic: str) -> bytes | None:
        return next(iter(reversed(self.all_of(topic))), None)

    def state(self, room: str) -> RoomState | None:
        payload = self.last(topics.state(self.house, room))
        return decoded(payload) if payload else None

    def shows(self, room: str, status: Status) -> bool:
        state = self.state(room)
        return state is not None and state.status is status

    def has(self, topic: str, payload: bytes) -> bool:
        return self.last(topic) == payload

    def heard_more(self, room: str, than: int) -> bool:
        return len(self.numbers(room)) > than

    def numbers(self, room: str) -> list[int]:
        return [decoded(one).seq for one in self.all_of(topics.state(self.house, room)) if one]


class Doors:
    """The house, by command."""

    def __init__(self, central: Machine) -> None:
        self.central = central
        self.house = topic_house("Testhaus")
        self.rooms = {one["key"]: one["id"] for one in central.say("room", "list")["rooms"]}

    def block(self, room: str, hours: int = 2) -> str:
        """Take a room from this minute on, whatever its hours are."""
        begins = datetime.now(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M")
        words = ("--from", begins, "--to", f"+{hours}h", "--reason", "Probe")
        found = self.central.say("room", "maintain", room, *words)
        return str(found["booking"]["id"])

    def panel(self, name: str, room: str, *words: str) -> Listener:
        account = self.central.say("panel", "add", name, "--room", room, *words)
        known = Panel(id=name, room=account["room"], profile=account["profile"])
        status = topics.panel_status(self.house, name)
        return Listener(account, status, panel_reads(self.house, known), self.house)

    def home_assistant(self) -> Listener:
        account = self.central.say("panel", "home-assistant")
        return Listener(account, "homeassistant/listener", home_assistant_reads(self.house), self.house)

    @property
    def publisher(self) -> int | None:
        """The process id of `devices run`."""
        assert self.central.runs_on is not None
        found = (pid for pid, name in children(self.central.runs_on.pid) if name != "mosquitto")
        return next((pid for pid in found if b"devices" in command_of(pid)), None)


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def listening(*some: Listener) -> Iterator[None]:
    with ExitStack() as stack:
        for one in some:
            stack.enter_context(working(one.line, one.ear))
        yield

"""Doors to measure at: a kiosk alone or a central with a kiosk, real processes, and an ear at the broker."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from devices.panels import topics
from devices.panels.state import Status
from kiosk.bench.room_houses import lodge
from kiosk.bench.sync_houses import found
from kiosk.bench.sync_machines import PATIENCE_S, Process, central, introduce, kiosk, until
from sharing.calendar_time import MINUTES_A_DAY
from sharing.house import House, open_house
from sharing.journal.store import Store
from sharing.rooms.actions import book_now, cancel, rooms
from sharing.rooms.rules import ChangeOf
from sharing.terms.actions import set_terms, terms_of
from sync.enrolling import register
from sync.enrolling.register import Guest
from sync.mosquitto.broker_files import LOOPBACK, free_port
from sync.mosquitto.credentials import Rules, hashed, new_password
from sync.mosquitto.ports import LOCAL_PORT, kept_port
from sync.topics import topic_house

EAR: Final = "ear.bench"
_ALWAYS_OPEN: Final = dict.fromkeys(range(7), ((0, MINUTES_A_DAY),))
_FEW_THINGS: Final = 60
_ROOMS: Final = 5


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One house whose doors are fed, and the desk that books."""

    desk: House
    """Opened in this process, which is the desk's: who feeds doors is another."""
    person: str
    room: str
    ear: Ear
    web: int
    """The port of the pages."""

    def book(self) -> str:
        """Take the room from this minute on; gives the booking."""
        return book_now(self.desk.store, self.room, self.desk.store.new_act(), person=self.person).id

    def cancel(self, booking: str) -> None:
        """Give it back."""
        cancel(self.desk.store, None, ChangeOf(booking=booking), self.desk.store.new_act())


class Ear:
    """Hears at the broker how rooms stand, and sends itself what costs nothing: plain paho."""

    def __init__(self, data: Path, house: str) -> None:
        """Write it into the broker's book.

        Args:
            data: the folder of whoever keeps the broker; it does not run yet.
            house: what the house is called in topics.
        """
        self._data, self._plain = data, f"{topics.ROOT}/{house}/bench"
        self._states = topics.state(house, "+")
        self._password = new_password()
        rules = Rules((self._states, self._plain), (self._plain,))
        with register.changing(data):
            book = register.read(data)
            register.write(data, book.with_guest(EAR, Guest(hashed(EAR, self._password), rules)))
        self._heard: dict[str, tuple[Any, float]] = {}
        self._changed = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=EAR)
        self._turn = 0

    def __enter__(self) -> Self:
        """Come in, as soon as the broker is there."""
        client = self._client
        client.username_pw_set(EAR, self._password)
        client.on_message = self._take
        client.on_connect = self._came
        until(self._connected)
        client.loop_start()
        return self

    def _came(self, client: Client, *_: object) -> None:
        client.subscribe([(self._states, 1), (self._plain, 1)])

    def _connected(self) -> bool:
        with suppress(OSError):
            self._client.connect(LOOPBACK, kept_port(self._data, LOCAL_PORT) or 1)
            return True
        return False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        now = perf_counter()
        said = json.loads(message.payload) if message.payload else None
        found = said["status"] if isinstance(said, dict) else said
        with self._changed:
            self._heard[message.topic.rpartition("/room/")[2]] = found, now
            self._changed.notify_all()

    def until(self, room: str, status: Status) -> float:
        """Wait until a room stands so; gives the moment it was heard (`perf_counter`).

        Raises:
            TimeoutError: it never did.
        """
        return self._wait(f"{room}/state", status)

    def plain(self) -> float:
        """Send a number through the broker and hear it; gives the seconds."""
        self._turn += 1
        began = perf_counter()
        self._client.publish(self._plain, str(self._turn))
        return self._wait(self._plain, self._turn) - began

    def _wait(self, what: str, value: object) -> float:
        def is_so() -> bool:
            return bool(self._heard.get(what, (None, 0.0))[0] == value)

        with self._changed:
            if not self._changed.wait_for(is_so, PATIENCE_S):
                raise TimeoutError(what)
            return self._heard[what][1]


@contextmanager
def alone(folder: Path) -> Iterator[Site]:
    """Run a kiosk that has no central, as `teilhaus run` does: its broker, and who feeds its doors."""
    lodging = lodge(folder, _ROOMS, 0, 0, 0)
    desk = lodging.house
    open_always(desk.store)
    with ExitStack() as stack:
        stack.callback(desk.close)
        ear, web = Ear(folder, topic_house(desk.store.house)), free_port(LOOPBACK)
        stack.enter_context(kiosk(folder))
        stack.enter_context(Process(folder, "devices", "run", web=web))
        yield _ready(stack, desk, lodging.person, ear, web)


@contextmanager
def with_central(folder: Path) -> Iterator[Site]:
    """Run a central, which decides and feeds doors, and a kiosk at which is booked."""
    site = found(folder, _FEW_THINGS, _ROOMS)
    house = open_house(site.central)
    open_always(house.store)
    name = topic_house(house.store.house)
    house.close()
    introduce(site.central, [site.kiosk])
    with ExitStack() as stack:
        ear, web = Ear(site.central, name), free_port(LOOPBACK)
        stack.enter_context(central(site.central, web=web))
        stack.enter_context(kiosk(site.kiosk))
        desk = open_house(site.kiosk)
        stack.callback(desk.close)
        until(lambda: _is_open(desk.store))
        yield _ready(stack, desk, site.person, ear, web)


def open_always(store: Store) -> None:
    """Let rooms be booked at any hour, whenever somebody measures."""
    set_terms(store, {"room_hours": _ALWAYS_OPEN}, act=store.new_act(), by=None)


def _is_open(store: Store) -> bool:
    with store.reader() as read:
        return bool(terms_of(read).room_hours == _ALWAYS_OPEN)


def _ready(stack: ExitStack, desk: House, person: str, ear: Ear, web: int) -> Site:
    """Wait until the doors show the truth."""
    stack.enter_context(ear)
    room = rooms(desk.store)[0]
    ear.until(room.id, Status.FREE)
    until(lambda: is_reached(web))
    return Site(desk=desk, person=person, room=room.id, ear=ear, web=web)


def is_reached(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
        return True
    return False

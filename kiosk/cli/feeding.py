"""Puts together what says how rooms stand: the publisher and all beside it, on one line to the broker."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from devices.home_assistant.discovery import HomeAssistant
from devices.panels import topics
from devices.panels.configuring import Configuring
from devices.panels.granting import Granting
from devices.panels.message import Message
from devices.panels.panel import Panel, panel_of
from devices.panels.pictures import Pictures, Speak
from devices.panels.publisher import Publisher
from devices.panels.telemetry import Hearing
from sharing.errors import Storage, TeilhausError
from sharing.journal.clock import Clock
from sharing.journal.entry import Instant
from sync.enrolling import register
from sync.events import Connected, Disconnected, Effect, Event, Received, Send, Tick, Wake
from sync.topics import topic_house

if TYPE_CHECKING:
    from pathlib import Path

    from devices.web.board import Board
    from devices.words import Words
    from sharing.house import House

AGAIN_MS = 1000
"""After the house could not be read."""
DESCRIBED_MS = 5000
"""Home Assistant can have all rooms described again so often at most: each time is a message a room."""
_log = logging.getLogger(__name__)


class HouseTime:
    """The house's time as the journal has it, for any thread; a machine's own clock may know no date."""

    def __init__(self, clock: Clock) -> None:
        """Begin with what the machine says."""
        self._clock = clock
        reading = clock.read()
        self._seen = (reading.at, reading.uptime)

    def seen(self, now: Instant) -> None:
        """Take what the journal says now."""
        self._seen = (now, self._clock.read().uptime)

    def __call__(self) -> Instant:
        """Give the time: the last that was seen, and what has passed since."""
        at, uptime = self._seen
        return at + self._clock.read().uptime - uptime


class Book:
    """The panels of the house, read again when the book was changed."""

    def __init__(self, data: Path) -> None:
        """Read nothing yet."""
        self._data, self._stamp = data, (0, 0)
        self._unread = self._stamp
        """The book that could not be read; the log heard of it once."""
        self.panels: dict[str, Panel] = {}
        self._by_room: dict[str, list[Panel]] = {}

    @property
    def is_read(self) -> bool:
        """Whether it is known at all which panels there are."""
        return self._stamp != (0, 0)

    def of_room(self, room: str) -> Sequence[Panel]:
        """Give the panels at a room's door."""
        return self._by_room.get(room, ())

    def changed(self) -> set[str]:
        """Look whether the book is another; gives the rooms whose panels are."""
        try:
            found = (self._data / register.FILE).stat()
        except OSError:
            return set()
        stamp = (found.st_ino, found.st_mtime_ns)
        if stamp == self._stamp:
            return set()
        try:
            guests = register.read(self._data).guests
        except (TeilhausError, OSError) as error:  # doors go on with the panels that are known
            if stamp != self._unread:
                _log.warning("panels: %s", error)
            self._unread = stamp
            return set()
        known = [panel_of(user, one.notes) for user, one in guests.items()]
        before, self._stamp = self.panels, stamp
        self.panels = {one.id: one for one in known if one is not None}
        self._by_room = {}
        for one in self.panels.values():
            self._by_room.setdefault(one.room, []).append(one)
        changed = {*before.items()} ^ {*self.panels.items()}
        return {one.room for _, one in changed}


class Feed:
    """A machine for `sync.line.worker`: events of the line in, messages out; used by one thread."""

    def __init__(
        self, house: House, granting: Granting, words: Words, speak: Speak, board: Board | None = None,
        *, beside: Speak | None = None, time: HouseTime | None = None, web: str = "",
    ) -> None:  # fmt: skip
        """Put it together.

        Args:
            house: the open house; its connection belongs to the thread that calls `step`.
            granting: takes commands.
            words: for Home Assistant.
            speak: for pictures.
            beside: for the second language of pictures; None: as `speak`.
            board: what the web server shows; filled with what comes back from the broker, and nothing else.
            time: kept true for whoever else asks.
            web: how phones reach our pages.
        """
        self._time = time or HouseTime(house.store.clock)
        self._store, self._granting, self._board = house.store, granting, board
        self._house = topic_house(house.store.house)
        self._book = Book(house.data)
        self._home_assistant = HomeAssistant(self._house, self._book.of_room, words)
        self._configuring, self._hearing = Configuring(self._house), Hearing(house.data)
        self._pictures = Pictures(self._house, self._book.of_room, speak, self._hearing.battery, beside)
        self._publisher = Publisher(house.store, self._house, self._pictures, self._home_assistant, web=web)
        self._is_asked, self._described_at = False, -DESCRIBED_MS
        """Whether Home Assistant was started, and when (uptime, ms) it was told all the last time."""

    def step(self, event: Event) -> Sequence[Effect]:
        """Take what the line tells, and say what is to be said."""
        match event:
            case Connected():
                self._publisher.connected()
                self._configuring.forget()
                self._show(connected=True)
                return [Wake(0)]
            case Disconnected():
                self._publisher.disconnected()
                self._show(connected=False)
                return []
            case Tick():
                return self._tick()
            case Received(channel="topic"):
                return self._heard(event.node, event.payload, retained=event.retained)
            case _:
                return []

    def _show(self, *, connected: bool) -> None:
        if self._board is not None:
            self._board.connected(connected)

    def _tick(self) -> list[Effect]:
        self._publisher.renew(self._book.changed())
        try:
            said = self._publisher.tick()
        except Storage as error:
            _log.warning("publisher: %s: %s", type(error).__name__, error)
            return [*_sent(self._publisher.trouble()), Wake(AGAIN_MS)]
        self._time.seen(self._publisher.looked_at)
        if self._publisher.is_connected:
            said += self._configuring.tick(self._book.panels, self._publisher.rooms)
            if self._book.is_read:
                said += self._pictures.left_over(self._publisher.rooms)
            said += [*self._described_again(), *self._pictures.work()]
        self._hearing.keep(self._time())
        return [*_sent(said), Wake(0 if self._pictures.pending else self._publisher.wait_ms())]

    def _described_again(self) -> Sequence[Message]:
        now = self._store.clock.read().uptime
        if not self._is_asked or now - self._described_at < DESCRIBED_MS:
            return ()
        self._is_asked, self._described_at = False, now
        return self._home_assistant.started()

    def _heard(self, topic: str, payload: bytes, *, retained: bool) -> list[Effect]:
        if topic == topics.ONLINE:
            self._is_asked = self._is_asked or payload == b"online"
            return [Wake(0)]
        found = topics.parts_of(self._house, topic)
        if found is None:
            return []
        whose, what = found
        kind, _, name = whose.partition(":")
        if kind == "panel":
            return self._heard_of_panel(name, what, payload, retained=retained)
        if what[0] == "cmd" and retained:  # it would be asked for again at each new connection
            return _sent([Message(topic, b"")] if payload else [])
        if what[0] == "cmd":
            return self._asked(name, what, payload)
        if len(what) == 3 and what[0] == "panel" and payload:  # noqa: PLR2004 (panel, which, what of it)
            self._pictures.heard(name, what[1])
        self._show_room(name, what, payload)
        return [Wake(0)] if self._publisher.heard(name, what, topic, payload) else []

    def _heard_of_panel(
        self, panel: str, what: tuple[str, ...], payload: bytes, *, retained: bool
    ) -> list[Effect]:
        if what == ("config",):
            self._configuring.heard(panel, payload)
            return [Wake(0)] if panel not in self._book.panels else []
        if len(what) == 1 and panel in self._book.panels:
            self._hearing.take(panel, what[0], payload, self._time(), retained=retained)
        return []

    def _asked(self, room: str, what: tuple[str, ...], payload: bytes) -> list[Effect]:
        """Do what somebody at a door asks for, and answer."""
        outcome = self._granting.perform(room, "/".join(what[1:]), payload)
        if outcome is None:
            return []
        topic = topics.answer(self._house, room, outcome.id)
        said = Message(topic, msgspec.json.encode(outcome), retain=False)
        return [*_sent([said]), *([Wake(0)] if outcome.ok else [])]

    def _show_room(self, room: str, what: tuple[str, ...], payload: bytes) -> None:
        """Hand what came from the broker to the web server."""
        if self._board is None:
            return
        if what == ("state",):
            if payload:
                self._board.take_state(payload)
            else:
                self._board.removed(room)
        elif what == ("agenda",) and payload:
            self._board.take_agenda(payload)


def _sent(messages: Sequence[Message]) -> list[Effect]:
    return [Send("topic", one.topic, one.payload, retain=one.retain) for one in messages]

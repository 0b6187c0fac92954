"""The last that was heard of each room, for whoever shows it; filled by the line, read by the web server.

A web server shows nothing that did not come over the broker: so it can stand on any machine, and what it
shows is what every other panel was told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import msgspec

from devices.panels.state import Agenda, RoomState, decoded

MOST_ROOMS: Final = 500
LARGEST: Final = 64 * 1024
"""Bytes of one message; a day of bookings has a tenth of it."""

Heard = Callable[[str | None], None]
"""Is told the id of a room that changed; None: the line came or went."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one room: its state, and what is booked today and tomorrow."""

    state: RoomState
    agenda: Agenda | None = None


class Board:
    """The last sign of each room. May be told and asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, RoomState] = {}
        self._agendas: dict[str, Agenda] = {}
        self._is_connected = False
        self._listeners: list[Heard] = []

    def take_state(self, payload: bytes) -> bool:
        """Take a room's state as it came; tells whether it was news.

        What is older than what is known (a lower `seq`), too large or no state is passed over.
        """
        if len(payload) > LARGEST:
            return False
        try:
            state = decoded(payload)
        except (ValueError, RecursionError):
            return False
        with self._lock:
            before = self._states.get(state.room)
            if before is not None and (state.seq < before.seq or state == before):
                return False
            if before is None and len(self._states) >= MOST_ROOMS:
                return False
            self._states[state.room] = state
        self._tell(state.room)
        return True

    def take_agenda(self, payload: bytes) -> bool:
        """Take what is booked today and tomorrow in a room; tells whether it was news."""
        if len(payload) > LARGEST:
            return False
        try:
            agenda = _AGENDA.decode(payload)
        except (ValueError, RecursionError):
            return False
        with self._lock:
            before = self._agendas.get(agenda.room)
            if before == agenda or (before is None and len(self._agendas) >= MOST_ROOMS):
                return False
            self._agendas[agenda.room] = agenda
        self._tell(agenda.room)
        return True

    def removed(self, room: str) -> None:
        """Forget a room, by its id: its topics were emptied."""
        with self._lock:
            known = self._states.pop(room, None)
            self._agendas.pop(room, None)
        if known is not None:
            self._tell(room)

    def connected(self, is_connected: bool) -> None:  # noqa: FBT001 (it is what the line calls back with)
        """Hear whether the broker can be reached."""
        with self._lock:
            changed, self._is_connected = self._is_connected != is_connected, is_connected
        if changed:
            self._tell(None)

    @property
    def is_connected(self) -> bool:
        """Whether the broker can be reached."""
        return self._is_connected

    def sign(self, room: str) -> Sign | None:
        """Give what is known of a room, by its id."""
        with self._lock:
            state = self._states.get(room)
            return None if state is None else Sign(state=state, agenda=self._agendas.get(room))

    def named(self, ref: str) -> Sign | None:
        """Give what is known of a room, by its id or key."""
        with self._lock:
            found = self._states.get(ref) or next(
                (one for one in self._states.values() if one.key == ref), None
            )
        return None if found is None else self.sign(found.room)

    def signs(self) -> tuple[Sign, ...]:
        """Give what is known of every room."""
        with self._lock:
            return tuple(
                Sign(state=one, agenda=self._agendas.get(room)) for room, one in self._states.items()
            )

    def listen(self, heard: Heard) -> None:
        """Have `heard` called after each change, in the thread that told of it; it must not block."""
        with self._lock:
            self._listeners.append(heard)

    def unlisten(self, heard: Heard) -> None:
        """Have it called no more."""
        with self._lock:
            self._listeners.remove(heard)

    def _tell(self, room: str | None) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for heard in listeners:
            heard(room)


_AGENDA: Final = msgspec.json.Decoder(Agenda)

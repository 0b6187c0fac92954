"""Says how all rooms stand: on each change, at each boundary, and every five minutes.

A state machine without sockets, threads and clocks; whoever holds the line to the broker calls it from one
thread and publishes what it gives. The broker keeps nothing that matters: after each new connection all is
said again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final, Protocol

import msgspec

from devices.panels import state as panels
from devices.panels import topics
from devices.panels.gathering import Gathering, Looked
from devices.panels.happenings import Happening, happened, lapsed
from devices.panels.message import Message
from devices.panels.state import HEARTBEAT_MS, Fresh, RoomState
from sharing.journal.entry import Instant
from sharing.journal.store import Store
from sharing.rooms.rules import Occurrence, Room

FEED_FRESH: Final = b'{"feed":"fresh"}'
FEED_STALE: Final = b'{"feed":"stale"}'
_HIGHEST: Final = 2**53
_APART_MS: Final = 1000
"""Between a word of ours and the next that puts somebody else's right."""
_LOOK_ALL_MS: Final = 60 * 60_000
"""How often all is read anew: tables can be folded again by hand, without an entry."""
_log = logging.getLogger(__name__)


class Beside(Protocol):
    """What else is said about rooms: pictures for panels, a device for Home Assistant."""

    def room(self, room: Room, state: RoomState) -> list[Message]:
        """Say what follows from a state that was just said."""
        ...

    def gone(self, room: str) -> list[Message]:
        """Take away what was said about a room that is there no more."""
        ...

    def forget(self) -> None:
        """Say everything again: the broker may have lost it."""
        ...


class _Said(msgspec.Struct):
    """What was said of a room."""

    state: RoomState
    payload: bytes
    content: Any
    agenda: bytes
    beats_at: Instant


class Publisher:
    """All doors of a house."""

    def __init__(self, store: Store, house: str, *beside: Beside, web: str = "") -> None:
        """Say nothing yet.

        Args:
            store: the house; read by the calling thread only.
            house: what it is called in topics.
            beside: what else is said.
            web: how phones reach our pages; empty: the code at a door is the room's own.
        """
        self.house, self._store, self._beside = house, store, beside
        self._gathering = Gathering(web)
        self._said: dict[str, _Said] = {}
        self._seqs: dict[str, int] = {}
        """The highest that was seen of each room, whoever said it."""
        self._foreign: dict[str, set[str]] = {}
        """Retained topics by room, of rooms that may not be ours."""
        self._broken: set[str] = set()
        """Rooms that could not be said; the log heard of it once."""
        self._connected = self._stale = False
        self._certain = True
        """Whether the machine knows the time."""
        self.looked_at = self._all_at = 0
        """When the house was read last, by its own time."""

    # What the line tells

    def connected(self) -> None:
        """Take note that the line stands: the broker may have forgotten everything."""
        self._connected, self._stale = True, False
        self.renew([*self._said])
        for one in self._beside:
            one.forget()

    def disconnected(self) -> None:
        """Take note that nothing reaches the broker."""
        self._connected = False

    def heard(self, room: str, what: tuple[str, ...], topic: str, payload: bytes) -> bool:
        """Take what stands retained about a room; gives whether there is something to do.

        Our own words come back as well. Of a room that is not ours, all is taken away; a state with a number
        as high as ours that we did not write is said anew, higher.
        """
        said = self._said.get(room)
        if said is None and payload:
            self._foreign.setdefault(room, set()).add(topic)
        if what != ("state",):
            return said is None and bool(payload)
        seq = _seq_of(payload)
        if said is not None and (payload == said.payload or (seq is not None and seq < said.state.seq)):
            return False
        self._seqs[room] = max(self._seqs.get(room, 0), seq or 0)
        if said is None:
            return bool(payload)
        # Not at once again: two publishers that put each other right would fill the line.
        said.beats_at = min(said.beats_at, max(self.looked_at, said.state.generated_at + _APART_MS))
        return True

    def renew(self, rooms: Iterable[str]) -> None:
        """Say these rooms again at the next tick: what stands beside them changed."""
        for room in rooms:
            if self._said.pop(room, None) is not None:
                self._leave(room)

    # What is said

    def tick(self) -> list[Message]:
        """Look what is new, and say it.

        Raises:
            Storage: the house cannot be read now.
        """
        with self._store.reader() as read:
            if not 0 < self._all_at - read.now <= _LOOK_ALL_MS:  # it was time, or the clock went back
                self._gathering.forget()
                self._all_at = read.now + _LOOK_ALL_MS
            looked, now, certain = self._gathering.look(read), read.now, read.knows_time()
        before, self.looked_at = self.looked_at or now, now
        changed = looked.rooms if certain is self._certain else self._ours()
        self._certain = certain
        if not self._connected:
            return []
        found = list(self._happened(looked, before, now))
        for room in self._due(changed, now):
            found += self._said_or_told(room, now)
        found += self._clear()
        if self._stale:
            self._stale = False
            found += [Message(topics.health(self.house, one), FEED_FRESH) for one in self._ours()]
        return found

    def trouble(self) -> list[Message]:
        """Say once that what doors show may be old: the house cannot be read."""
        if self._stale or not self._connected:
            return []
        self._stale = True
        rooms = sorted({*self._ours(), *self._foreign})
        return [Message(topics.health(self.house, one), FEED_STALE) for one in rooms]

    def wait_ms(self) -> int:
        """Give how long nothing changes by itself, from the last tick on."""
        due = (min(one.beats_at, one.state.changes_at) for one in self._said.values())
        return max(0, min(due, default=self.looked_at + HEARTBEAT_MS) - self.looked_at)

    @property
    def is_connected(self) -> bool:
        """Whether anything reaches the broker."""
        return self._connected

    @property
    def rooms(self) -> frozenset[str]:
        """Ids of the rooms that have doors."""
        return frozenset(self._ours())

    def _ours(self) -> list[str]:
        """Give the rooms that have doors: what cannot be booked (any more) has none."""
        return [one.id for one in self._gathering.rooms.values() if one.bookable]

    def _due(self, changed: Iterable[str], now: Instant) -> list[str]:
        news = frozenset(changed)
        return [room for room in self._ours() if room in news or self._is_due(self._said.get(room), now)]

    def _is_due(self, said: _Said | None, now: Instant) -> bool:
        """Tell whether time alone makes a state old; a clock that went back does as well."""
        if said is None or now < said.state.generated_at:
            return True
        return said.state.changes_at <= now or said.beats_at <= now

    def _said_or_told(self, room: str, now: Instant) -> list[Message]:
        """Say how a room stands; one about which that cannot be said becomes stale alone."""
        try:
            found = self._say(room, now)
        except Exception:  # noqa: BLE001 the door to what people typed
            if room not in self._broken:
                _log.exception("room %s", room)
            self._broken.add(room)
            self._said.pop(room, None)  # whatever of it was not sent: it is tried again
            return []
        self._broken.discard(room)
        return found

    def _say(self, room: str, now: Instant) -> list[Message]:
        said, known, terms = self._said.get(room), self._gathering.known(room), self._gathering.terms
        seq = max(self._seqs.get(room, 0) + 1, now)
        decides = self._gathering.decides
        fresh = Fresh(provisional=not decides, at=now if decides else None)
        state = panels.room_state(known, terms, now, seq=seq, fresh=fresh, certain=self._certain)
        content, day = panels.content(state), panels.encoded(panels.agenda(known, terms, now))
        is_same = said is not None and said.content == content and said.agenda == day
        if is_same and said is not None and said.state.generated_at <= now < said.beats_at:
            return []
        payload = panels.encoded(state)
        self._seqs[room] = seq
        self._said[room] = _Said(state, payload, content, day, now + self._rest(room, said))
        found = [Message(topics.state(self.house, room), payload)]
        if said is None:
            found.append(Message(topics.health(self.house, room), FEED_FRESH))
        if said is None or said.agenda != day:
            found.append(Message(topics.agenda(self.house, room), day))
        for one in self._beside:
            found += one.room(known.room, state)
        return found

    def _rest(self, room: str, said: _Said | None) -> int:
        """Give the time to the next heartbeat; the first by the room's id, so that not all come at once."""
        return HEARTBEAT_MS if said is not None else int(room[-6:], 16) % HEARTBEAT_MS + 1

    def _clear(self) -> list[Message]:
        """Take away what is retained about rooms that are not there, or not any more."""
        ours = set(self._ours())
        found: list[Message] = []
        for room in [one for one in self._said if one not in ours]:
            del self._said[room]
            self._leave(room)
        for room in [one for one in self._foreign if one not in ours]:
            mine = self._foreign.pop(room)
            mine |= {f"{one.removesuffix('meta')}image" for one in mine if one.endswith("/meta")}
            found += [Message(topic, b"") for topic in sorted(mine)]
            for one in self._beside:
                found += one.gone(room)
        self._foreign.clear()
        return found

    def _leave(self, room: str) -> None:
        """Remember what was said of a room: if it is none by the next look, somebody may still show it."""
        own = (topics.state, topics.agenda, topics.health)
        self._foreign.setdefault(room, set()).update(topic(self.house, room) for topic in own)

    def _happened(self, looked: Looked, before: Instant, now: Instant) -> Iterable[Message]:
        told: list[tuple[Occurrence, Happening]] = [*happened(looked.changes, before, now)]
        passed = [room for room, said in self._said.items() if said.state.changes_at <= now]
        ours = self.rooms
        known = [one for room in passed if room in ours for one in self._gathering.known(room).dates]
        told += lapsed({one.date.id: one for one in known}.values(), before, now)
        for date, what in told:
            for room in self._gathering.rooms_of(date):
                yield Message(topics.event(self.house, room), msgspec.json.encode(what), retain=False)


def _seq_of(payload: bytes) -> int | None:
    """Give the number of a state; None if it is none, or has one that nothing could come after."""
    try:
        seq = panels.decoded(payload).seq
    except (ValueError, RecursionError):
        return None
    return seq if 0 <= seq < _HIGHEST else None

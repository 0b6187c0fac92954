"""The line to the broker: MQTT 5 by paho, so that what it says about itself is true.

Each connection has a client of its own. So nothing waits in the library's memory for the next connection, and
no message of the last connection can be acknowledged on this one, where its number may mean another.
The thread is ours too: paho's own dies of an exception in a callback and still says that it is connected.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import MQTTErrorCode

from sharing.errors import AccessDenied, Displaced, LoginRefused, Network, NotTrusted, Unreachable
from sharing.journal.clock import Clock
from sharing.journal.ids import Randomness, system_randomness
from sync.events import Connected, Disconnected, Received, Send
from sync.line.endpoint import Endpoint, Speaker, tls_context, trouble_of
from sync.line.link import GOODBYE, Link

MOST_WAITING: Final = 200
"""Messages in the inbox; then those that nobody promised to deliver (QoS 0) are dropped."""
MOST_PROMISED: Final = 20_000
"""Messages in the inbox at all. For each one that is acknowledged mosquitto 2.0.11 gives 20 more, not one."""
MOST_SENDING: Final = 100
"""Messages that the broker has not acknowledged; then the worker waits."""
MOST_SHORT: Final = 3
"""Connections in a row that broke soon; then we come back with another id."""
_log = logging.getLogger(__name__)


class State(StrEnum):
    """How the line is doing."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    WAITING = "waiting"


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """When to try again, and how long to wait for an answer; seconds."""

    first: float = 1
    longest: float = 60
    """The longest wait doubles from `first` to this; the wait itself is any part of it, by lot."""
    refused: float = 300
    """Instead, when trying again will hardly help: wrong password, revoked, certificate not trusted."""
    steady: float = 10
    """A connection that lived so long, or longer than the wait before it could be, was a good one: the next
    wait is a short one again."""
    answer: float = 10
    """For the broker's answer to CONNECT and SUBSCRIBE."""
    sending: float = 10
    """For room among what the broker has not acknowledged, before a message is dropped."""
    keepalive: int = 15
    """A line that is dead without a word is noticed in twice this time."""


class LineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the line says about itself."""

    state: State
    trouble: Network | None
    """Why there is no connection, or what the broker does not let us do."""
    connections: int
    received: int
    sent: int
    denied: int
    """Messages that the broker did not take, as it said."""
    dropped: int
    """Messages that were given up here: no connection, or no room."""


class Arrived(msgspec.Struct, frozen=True):
    """Something to tell the state machine; `ack` tells the broker that it was dealt with."""

    event: Connected | Disconnected | Received
    ack: Callable[[], None] = lambda: None


class Line:
    """One account at one broker: stays connected, takes messages in, sends messages out."""

    def __init__(
        self,
        endpoint: Endpoint,
        whose: Speaker,
        *,
        epoch: int,
        clock: Clock,
        randomness: Randomness = system_randomness,
        pace: Pace | None = None,
        notes: Callable[[str, str], None] = lambda _what, _detail: None,
    ) -> None:
        """Prepare; nothing is connected yet.

        Args:
            endpoint: the broker, and our account there.
            whose: whom we speak for.
            epoch: of this node's stream; part of the client's id, so that no clone throws us out for ever.
            clock: for the birth message.
            randomness: gives random bytes.
            pace: when to try again.
            notes: told what is worth a line in the log: a word and a detail, from any thread.

        Raises:
            TlsMissing: messages would leave this machine for everybody to read.
            NotTrusted: a certificate cannot be read.
        """
        self.endpoint, self.whose, self.pace, self.note = endpoint, whose, pace or Pace(), notes
        self.context = tls_context(endpoint)
        self.client_id = self._own_id = f"{whose.house}-{whose.node}-{epoch:x}"
        self._clock, self._randomness = clock, randomness
        self._session = self._tries = self._short = 0
        self._longest = 0.0
        """The last wait was a part of this, in seconds."""
        self._inbox: deque[Arrived] = deque()
        self._changed = threading.Condition()
        self._poked = self._stopping = False
        self._ended = threading.Event()
        self._link: Link | None = None
        self._thread: threading.Thread | None = None
        self._state = State.STOPPED
        self._trouble: Network | None = None
        self._connections = self._received = self._sent = self._denied = self._dropped = 0

    def start(self) -> None:
        """Connect in the background, and again whenever the connection breaks."""
        self._ended.clear()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what is on its way, say goodbye and end; what was not acknowledged comes again elsewhere."""
        self._stopping = True
        link = self._link
        if link is not None and link.ready:
            self._await_room(link, 1, GOODBYE)
            link.leave()
        self._ended.set()
        self.poke()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._state = State.STOPPED

    def status(self) -> LineStatus:
        """Say how the line is doing; from any thread."""
        link, state = self._link, self._state
        if state is State.CONNECTED and (link is None or not link.ready):
            state = State.WAITING
        return LineStatus(
            state=state, trouble=self._trouble, connections=self._connections, received=self._received,
            sent=self._sent, denied=self._denied, dropped=self._dropped,
        )  # fmt: skip

    # What the worker calls

    def poke(self) -> None:
        """Wake the worker: there is something to do; from any thread."""
        with self._changed:
            self._poked = True
            self._changed.notify_all()

    def take(self, timeout: float) -> tuple[Arrived | None, bool]:
        """Give the next thing that came, and whether somebody poked; waits `timeout` seconds at most."""
        with self._changed:
            if not self._inbox and not self._poked and timeout > 0:
                self._changed.wait(timeout)
            poked, self._poked = self._poked, False
            return (self._inbox.popleft() if self._inbox else None), poked

    def send(self, effect: Send) -> bool:
        """Publish, if there is a connection, after waiting for room; says whether it is on its way.

        Nothing is kept for later: whoever sent it asks again. What a door is told nobody asks for: without
        room for it the connection is given up, because the next one is told everything anew.
        """
        link = self._link
        topic, is_sent = self.whose.topic(effect.channel, effect.node), False
        if link is not None and link.ready:
            is_sent = self._await_room(link, MOST_SENDING, self.pace.sending)
            is_sent = is_sent and link.publish(topic, effect.payload, retain=effect.retain)
            if not is_sent and effect.channel == "topic" and effect.retain:
                self.drop("no room")
        self._sent, self._dropped = self._sent + is_sent, self._dropped + (not is_sent)
        return is_sent

    def drop(self, why: str) -> None:
        """Give the connection up and make a new one, later each time: what came on it was not dealt with."""
        self.note("line_dropped", why)
        link = self._link
        if link is not None:
            link.fail(Unreachable(host=self.endpoint.host, port=self.endpoint.port, reason=why))

    # What a connection calls, in the line's thread

    def connected(self, link: Link) -> None:
        """Tell the machine that everything is subscribed."""
        self._connections += 1
        self._state, self._trouble = State.CONNECTED, None
        self._put(Arrived(Connected(link.session)))

    def arrived(self, link: Link, message: MQTTMessage) -> None:
        """Put a message into the inbox."""
        found = self.whose.channel(message.topic)
        mid, qos = message.mid, message.qos
        if found is None or (qos == 0 and len(self._inbox) >= MOST_WAITING):
            self.note("message_dropped", message.topic if found is None else "flood")
            link.ack(mid, qos)
            return
        if len(self._inbox) >= MOST_PROMISED:
            raise OverflowError("the broker gives more than we said we take")
        self._received += 1
        if found == ("status", self.whose.node):
            link.reborn(bytes(message.payload))
            link.ack(mid, qos)
            return
        event = Received(found[0], found[1], bytes(message.payload), message.retain)
        self._put(Arrived(event, lambda: link.ack(mid, qos)))

    def acknowledged(self, topic: str, denied: Network | None) -> None:
        """Count what the broker took or did not take, and make room."""
        if denied is not None:
            self._denied += 1
            self._trouble = denied
            self.note("publish_denied", f"{topic}: {denied}")
        with self._changed:
            self._changed.notify_all()

    def _put(self, arrived: Arrived) -> None:
        with self._changed:
            self._inbox.append(arrived)
            self._changed.notify_all()

    def _await_room(self, link: Link, most: int, timeout: float) -> bool:
        """Wait until fewer than `most` messages are unacknowledged."""
        with self._changed:
            return self._changed.wait_for(lambda: link.over or link.waiting < most, timeout) and not link.over

    def _run(self) -> None:
        while not self._ended.is_set():
            self._state = State.CONNECTING
            self._live_once()
            self._state = State.WAITING
            self._ended.wait(self._pause())
        self._state = State.STOPPED

    def _live_once(self) -> None:
        """Connect and stay connected until it breaks; nothing ever comes out of here but by returning."""
        now = self._clock.read().at
        self._session = max(self._session + 1, now)
        link = Link(self, self._session, now)
        try:
            self._link = link
            link.connect()
            while not self._ended.is_set() or link.leaving:
                if link.turn() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                    break
        except Exception as error:  # noqa: BLE001 a thread that died would leave us deaf
            if not isinstance(error, OSError | Network):
                _log.exception("line")
            link.fail(trouble_of(error, self.endpoint))
        finally:
            self._link = None
            link.close()
            if link.trouble is not None and not self._stopping:
                self._trouble = link.trouble
                self.note("line_trouble", f"{type(link.trouble).__name__}: {link.trouble}")
            if link.ready_at is not None:
                self._short += 1
                lived = time.monotonic() - link.ready_at
                if lived > self.pace.steady:
                    self._short = 0
                if lived > min(self.pace.steady, self._longest):
                    self._tries = 0
                self._put(Arrived(Disconnected()))

    def _pause(self) -> float:
        """Give the seconds to wait: full jitter, so that many machines do not come back all at once."""
        if isinstance(self._trouble, Displaced) or self._short >= MOST_SHORT:
            # Probably somebody with our id throws us out, and we them; mosquitto does not say so.
            self._short = 0
            self.client_id = f"{self._own_id}.{self._randomness(4).hex()}"
        share = (1 + int.from_bytes(self._randomness(4), "big")) / 2**32
        if isinstance(self._trouble, LoginRefused | NotTrusted | AccessDenied):
            return self.pace.refused * (1 + share) / 2
        self._longest = min(self.pace.longest, self.pace.first * 2.0 ** min(self._tries, 30))
        self._tries += 1
        return self._longest * share

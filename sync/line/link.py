"""One connection to the broker, from CONNECT to its end; the next one is another object."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sharing.errors import AccessDenied, Displaced, Network, Unreachable
from sync.line.endpoint import refusal_of, trouble_of
from sync.topics import is_joining

if TYPE_CHECKING:
    from sync.mqtt import Line

IN_FLIGHT: Final = 20
"""Messages that may be unacknowledged at once, in each direction."""
EXPIRY: Final = 60
"""Seconds after which the broker gives up a message nobody fetched: its sender has asked again by then."""
MOST_PACKET: Final = 300_000
"""Bytes of a packet that we take."""
GOODBYE: Final = 2.0
"""Seconds that a goodbye may take."""
_TAKEN_OVER: Final = 0x8E
_log = logging.getLogger(__name__)


class Link:
    """A paho client for one connection.

    `publish`, `ack`, `leave` and `fail` may be called from any thread, everything else from the line's only.
    paho calls back while it holds locks of its own that `publish` needs too: no callback may wait for
    `_sending`, except those about messages that came in.
    """

    def __init__(self, line: Line, session: int, now: int) -> None:
        """Prepare; `session` goes into birth and will, `now` (ms) into the birth."""
        self._line, self.session, self._now = line, session, now
        self.ready = self.over = False
        self.ready_at: float | None = None
        """When the machine was told that everything is subscribed (monotonic seconds)."""
        self.trouble: Network | None = None
        self._until = time.monotonic() + line.pace.answer
        self._leaving = 0.0
        self._sent = self._answered = 0
        self._topics: dict[int, str] = {}
        self._early: dict[int, ReasonCode] = {}
        self._sending, self._book = threading.Lock(), threading.Lock()
        self._status = "" if is_joining(line.whose.node) else line.whose.topic("status", line.whose.node)
        self._client = self._made()

    @property
    def waiting(self) -> int:
        """How many messages the broker has not acknowledged."""
        return self._sent - self._answered

    @property
    def leaving(self) -> bool:
        """Whether a goodbye is on its way, and not for too long."""
        return time.monotonic() < self._leaving

    def connect(self) -> None:
        """Open the socket and say CONNECT.

        Raises:
            OSError: nobody answers, or TLS does not come about.
        """
        properties = _properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 0
        properties.ReceiveMaximum = IN_FLIGHT
        properties.MaximumPacketSize = MOST_PACKET
        end, keepalive = self._line.endpoint, self._line.pace.keepalive
        self._client.connect_async(end.host, end.port, keepalive, clean_start=True, properties=properties)
        self._client.reconnect()

    def turn(self) -> MQTTErrorCode:
        """Wait for the network, a second at most, and do what it brings; anything but success is the end.

        Raises:
            Unreachable: the broker does not answer CONNECT or SUBSCRIBE.
        """
        if self.trouble is not None:
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        if not self.ready and time.monotonic() > self._until:
            raise Unreachable(
                host=self._line.endpoint.host, port=self._line.endpoint.port, reason="no answer"
            )
        code = self._client.loop(1.0 if self.ready else 0.1)
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS and self.trouble is None:
            self.trouble = trouble_of(ConnectionError(f"lost: {code.name}"), self._line.endpoint)
        return code

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> bool:
        """Hand a message to the network; says whether that could be done."""
        properties = _properties(PacketTypes.PUBLISH)
        if not retain:
            properties.MessageExpiryInterval = EXPIRY
        with self._sending:
            if self.over:
                return False
            self._sent += 1
            try:
                info = self._client.publish(topic, payload, 1, retain, properties)
            except (OSError, ValueError) as error:
                self._sent -= 1
                self.fail(trouble_of(error, self._line.endpoint))
                return False
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._sent -= 1
            return False
        self._expect(info.mid, topic)
        return True

    def ack(self, mid: int, qos: int) -> None:
        """Tell the broker that a message was dealt with; after the end of the connection nobody is told."""
        with self._sending, suppress(OSError):
            if not self.over:
                self._client.ack(mid, qos)

    def reborn(self, payload: bytes) -> None:
        """Put our birth over the will of an older connection, which the broker noticed later than we did."""
        if self._line.whose.is_old_death(payload, self.session):
            self._be_born()

    def fail(self, trouble: Network) -> None:
        """End this connection soon, for this reason."""
        self.trouble, self.ready = self.trouble or trouble, False

    def leave(self) -> None:
        """Say goodbye; the broker then publishes our will, because nobody else can say that we are gone."""
        self._leaving = time.monotonic() + GOODBYE
        with self._sending, suppress(OSError):
            self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, "Disconnect with will message"))

    def close(self) -> None:
        """End it at once, without a goodbye: so the broker tells the others. Frees what it holds."""
        self.ready, self.over = False, True
        with self._sending:
            # The one public way that closes everything paho has open; this client is not used again.
            self._client.reinitialise("closed")

    def _made(self) -> Client:
        end = self._line.endpoint
        client = Client(
            CallbackAPIVersion.VERSION2, self._line.client_id, protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False, manual_ack=True,
        )  # fmt: skip
        client.username_pw_set(end.user, end.password)
        client.max_inflight_messages = IN_FLIGHT
        if self._line.context is not None:
            client.tls_set_context(self._line.context)
        if self._status:
            will = self._line.whose.death(self.session)
            client.will_set(self._status, will, 1, retain=True)
        client.on_connect = self._guarded(self._on_connect)
        client.on_subscribe = self._guarded(self._on_subscribe)
        client.on_message = self._guarded(self._on_message)
        client.on_publish = self._guarded(self._on_publish)
        client.on_disconnect = self._guarded(self._on_disconnect)
        client.on_socket_open = self._guarded(self._on_socket_open)
        # With this callback paho leaves all writing to the thread that calls loop(). Without it publish()
        # writes at once, and two threads writing tear packets apart.
        client.on_socket_register_write = lambda *_: None
        return client

    def _guarded(self, call: Callable[..., None]) -> Callable[..., None]:
        """Let no exception out into paho; what broke ends this connection instead of leaving half of one."""

        def guarded(_client: Client, _userdata: Any, *args: Any) -> None:
            try:
                call(*args)
            except Exception as error:  # noqa: BLE001 the door to paho
                _log.exception("line: callback")
                self._line.note("callback_failed", type(error).__name__)
                self.fail(trouble_of(error, self._line.endpoint))

        return guarded

    def _on_socket_open(self, opened: object) -> None:
        if isinstance(opened, socket.socket):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_connect(self, _flags: object, reason: ReasonCode, _properties: object) -> None:
        if reason.is_failure:
            self.fail(refusal_of(reason.value, str(reason), self._line.endpoint))
            return
        code, _ = self._client.subscribe([(topic, 1) for topic in self._line.whose.listened()])
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ConnectionError(code.name)

    def _on_subscribe(self, _mid: int, reasons: list[ReasonCode], _properties: object) -> None:
        for topic, reason in zip(self._line.whose.listened(), reasons, strict=True):
            if reason.is_failure:
                self.fail(AccessDenied(topic=topic, reason=str(reason)))
                return
        self.ready = True
        self._line.connected(self)
        self.ready_at = time.monotonic()
        self._be_born()

    def _be_born(self) -> None:
        if self._status:
            birth = self._line.whose.birth(self.session, self._now)
            self._sent += 1
            self._expect(self._client.publish(self._status, birth, 1, retain=True).mid, self._status)

    def _on_message(self, message: MQTTMessage) -> None:
        self._line.arrived(self, message)

    def _on_publish(self, mid: int, reason: ReasonCode, _properties: object) -> None:
        with self._book:
            topic = self._topics.pop(mid, None)
            if topic is None:  # the answer was faster than the thread that asked
                self._early[mid] = reason
                return
        self._settle(topic, reason)

    def _expect(self, mid: int, topic: str) -> None:
        """Note what the broker's answer will be about."""
        with self._book:
            reason = self._early.pop(mid, None)
            if reason is None:
                self._topics[mid] = topic
                return
        self._settle(topic, reason)

    def _settle(self, topic: str, reason: ReasonCode) -> None:
        self._answered += 1
        denied = AccessDenied(topic=topic, reason=str(reason)) if reason.is_failure else None
        self._line.acknowledged(topic, denied)

    def _on_disconnect(self, flags: Any, reason: ReasonCode, _properties: object) -> None:
        self.ready = False
        if flags.is_disconnect_packet_from_server and self.trouble is None:
            taken = reason.value == _TAKEN_OVER
            self.fail(Displaced() if taken else refusal_of(reason.value, str(reason), self._line.endpoint))


def _properties(kind: int) -> Properties:
    return Properties(kind)  # type: ignore[no-untyped-call]  # paho leaves this one without types

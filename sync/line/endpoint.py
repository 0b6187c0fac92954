"""Where the broker is, whom we are there, and which topics are whose."""

from __future__ import annotations

import ipaddress
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

import msgspec

from sharing.errors import LoginRefused, Network, NotTrusted, TlsMissing, Unreachable, WrongHostName
from sync.events import Channel
from sync.protocol import BadFrame, Birth, Death, decode, encode
from sync.topics import CENTRAL, JOINING_HOUSE, is_joining

_WRONG_NAME: Final = frozenset((62, 64))
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """How TLS is spoken. The name of the host is always checked."""

    ca: str = ""
    """PEM text of the authority that signed the broker's certificate; empty: those the system trusts."""
    certificate: Path | None = None
    key: Path | None = None
    """Our own certificate, where the broker wants one."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A broker, and our account there."""

    host: str
    port: int
    user: str
    password: str
    trust: Trust | None = None
    """None: without TLS."""
    plain_allowed: bool = False
    """Whether to talk without TLS to another machine: only where somebody else secures the network."""

    def __repr__(self) -> str:
        return f"Endpoint({self.user}@{self.host}:{self.port})"


class Speaker(Protocol):
    """Whom we speak for, and on which topics."""

    @property
    def house(self) -> str:
        """What the house is called in topics."""
        ...

    @property
    def node(self) -> str:
        """Our name."""
        ...

    def topic(self, channel: Channel, node: str) -> str:
        """Give the topic of a channel."""
        ...

    def listened(self) -> list[str]:
        """Give the topics that we hear."""
        ...

    def channel(self, topic: str) -> tuple[Channel, str] | None:
        """Say what came in on a topic; None if it is none of ours."""
        ...

    def birth(self, session: int, now: int) -> bytes:
        """Say on our status topic that we are there."""
        ...

    def death(self, session: int) -> bytes:
        """Say there that we are gone."""
        ...

    def is_old_death(self, payload: bytes, session: int) -> bool:
        """Tell whether a status says that we are gone, though that was an older connection."""
        ...


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """A machine of the house."""

    house: str
    """What the house is called in topics."""
    node: str

    def topic(self, channel: Channel, node: str) -> str:
        """Give the topic of a channel; `node` is whose, and empty where it is everybody's."""
        top = f"teilhaus/v1/{JOINING_HOUSE if is_joining(node) else self.house}"
        return f"{top}/all/{channel}" if channel in {"live", "head"} else f"{top}/node/{node}/{channel}"

    def listened(self) -> list[str]:
        """Give the topics that this node hears."""
        if self.node == CENTRAL:
            return [
                self.topic("up", "+"),
                self.topic("status", "+"),
                f"teilhaus/v1/{JOINING_HOUSE}/node/+/up",
            ]
        own = [self.topic("down", self.node)]
        if is_joining(self.node):
            return own
        return [*own, self.topic("status", self.node), self.topic("live", ""), self.topic("head", "")]

    def channel(self, topic: str) -> tuple[Channel, str] | None:
        """Say what came in on a topic: the channel and whose it is; None if it is none of the house's."""
        inside = topic.removeprefix(f"teilhaus/v1/{self.house}/").removeprefix(
            f"teilhaus/v1/{JOINING_HOUSE}/"
        )
        match inside.split("/"):
            case ["node", node, ("up" | "down" | "status") as channel]:
                return channel, node
            case ["all", ("live" | "head") as channel]:
                return channel, ""
            case _:
                return None

    def birth(self, session: int, now: int) -> bytes:
        """Say that we are there."""
        return encode(Birth(session=session, at=now))

    def death(self, session: int) -> bytes:
        """Say that we are gone."""
        return encode(Death(session=session))

    def is_old_death(self, payload: bytes, session: int) -> bool:
        """Tell whether the broker noticed the end of an older connection later than we did."""
        with suppress(BadFrame):
            said = decode(payload)
            return isinstance(said, Death) and said.session != session
        return False


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who talks at the house's broker and is no machine of it; says how it is in plain JSON."""

    house: str
    node: str
    status: str
    """The topic on which it says whether it is there; empty: it only listens."""
    hears: tuple[str, ...]

    def topic(self, channel: Channel, node: str) -> str:
        """Give the topic itself."""
        return self.status if channel == "status" else node

    def listened(self) -> list[str]:
        """Give the topics that it hears."""
        return [self.status, *self.hears] if self.status else [*self.hears]

    def channel(self, topic: str) -> tuple[Channel, str] | None:
        """Say on which topic something came."""
        return ("status", self.node) if topic == self.status else ("topic", topic)

    def birth(self, session: int, now: int) -> bytes:
        """Say that it is there."""
        return msgspec.json.encode({"state": "online", "session": session, "at": now})

    def death(self, session: int) -> bytes:
        """Say that it is gone."""
        return msgspec.json.encode({"state": "offline", "session": session})

    def is_old_death(self, payload: bytes, session: int) -> bool:
        """Tell whether somebody says that it is gone, who is not this connection's last will."""
        return payload != self.death(session) and b"offline" in payload


def is_loopback(host: str) -> bool:
    """Say whether an address never leaves this machine; a name other than `localhost` may lead anywhere."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tls_context(endpoint: Endpoint) -> ssl.SSLContext | None:
    """Give the rules that a TLS connection must keep; None without TLS.

    Raises:
        TlsMissing: without TLS, messages would leave this machine.
        NotTrusted: the authority's or our own certificate cannot be read.
    """
    trust = endpoint.trust
    if trust is None:
        if endpoint.plain_allowed or is_loopback(endpoint.host):
            return None
        raise TlsMissing(host=endpoint.host)
    try:
        context = ssl.create_default_context(cadata=trust.ca or None)
        if trust.certificate is not None:
            context.load_cert_chain(trust.certificate, trust.key)
    except (OSError, ValueError) as error:
        raise NotTrusted(host=endpoint.host, reason=str(error)) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a certificate that was pinned is trusted alone
    context.sslsocket_class = _Closing
    return context


class _Closing(ssl.SSLSocket):
    """Closes itself when no TLS comes about; paho would leave that to the garbage collector."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 as in the standard library
        try:
            super().do_handshake(block)
        except Exception:
            self.close()
            raise


def trouble_of(error: Exception, endpoint: Endpoint) -> Network:
    """Say in our words why no connection came about."""
    host = endpoint.host
    if isinstance(error, Network):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = WrongHostName if error.verify_code in _WRONG_NAME else NotTrusted
        return kind(host=host, reason=error.verify_message)
    return Unreachable(host=host, port=endpoint.port, reason=str(error) or type(error).__name__)


_REFUSED: Final = frozenset((0x85, 0x86, 0x87, 0x8A, 0x8C))
"""MQTT 5, 3.2.2.2: client id not valid, bad user or password, not authorised, banned, bad method."""


def refusal_of(code: int, name: str, endpoint: Endpoint) -> Network:
    """Say in our words why the broker did not let us in (MQTT 5, 3.2.2.2) or threw us out (3.14.2.1)."""
    if code in _REFUSED:
        return LoginRefused(host=endpoint.host, user=endpoint.user, reason=name)
    return Unreachable(host=endpoint.host, port=endpoint.port, reason=name)

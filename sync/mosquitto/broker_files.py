"""What a broker of our own needs around it: the program, a port, a configuration, a knock at its door."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from typing import Final

import msgspec

from sharing.errors import NoBroker
from sync.mosquitto.credentials import ACCESS, PASSWORDS

LOOPBACK: Final = "127.0.0.1"
MOST_MESSAGE: Final = 262_144
"""Bytes of one message; the largest frame there can be fits (`sync.protocol.MOST_PAYLOAD`)."""
MOST_CONNECTIONS: Final = 1000
"""Machines, panels and doors at once."""
MOST_QUEUED: Final = 20_000
"""Messages kept for a slow client: all that is said of 500 rooms. Their bytes are bounded anyway."""
_FOLDERS: Final = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/sbin")
"""Where systems put mosquitto, although they leave these folders out of people's PATH."""


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate a broker shows: paths of PEM files that its user can read."""

    certificate: Path
    key: Path
    ca: Path


class Listen(msgspec.Struct, frozen=True, kw_only=True):
    """Where a broker listens."""

    bind: str = LOOPBACK
    """An address of this machine; 0.0.0.0 is all of them."""
    port: int = 0
    """0 is any that is free; it stays the same as long as we live."""
    tls: Tls | None = None
    """With TLS there is a second listener without it, on a free port of this machine only."""
    plain_allowed: bool = False
    """Whether other machines may come without TLS: only where somebody else secures the network."""


def mosquitto() -> str:
    """Find the program.

    Raises:
        NoBroker: it is not on this machine.
    """
    path = os.pathsep.join((os.environ.get("PATH", ""), *_FOLDERS))
    found = shutil.which("mosquitto", path=path)
    if found is None:
        raise NoBroker(name="mosquitto", package="mosquitto")
    return found


def configuration(folder: Path, listen: Listen, *, port: int, local: int, user: str) -> str:
    """Write the configuration of a broker that keeps nothing and lets nobody in without a password.

    Args:
        folder: where its files are.
        listen: where it listens.
        port: the port of that listener.
        local: the port of the listener without TLS on this machine; the same one if there is no TLS.
        user: whom it runs as when root starts it, else empty.
    """
    lines = [
        "# Written by Teilhaus at each start: what is changed here is lost.",
        f"user {user}" if user else "",
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {folder / PASSWORDS}",
        f"acl_file {folder / ACCESS}",
        "persistence false",
        "set_tcp_nodelay true",
        f"message_size_limit {MOST_MESSAGE}",
        "max_inflight_messages 20",
        f"max_queued_messages {MOST_QUEUED}",
        "max_queued_bytes 33554432",
        "max_keepalive 300",
        "allow_zero_length_clientid false",
        "sys_interval 0",
        "connection_messages false",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        f"listener {port} {listen.bind}",
        f"max_connections {MOST_CONNECTIONS}",
    ]
    if listen.tls is not None:
        lines += [
            f"cafile {listen.tls.ca}",
            f"certfile {listen.tls.certificate}",
            f"keyfile {listen.tls.key}",
            "tls_version tlsv1.2",
            f"listener {local} {LOOPBACK}",
            "max_connections 50",
        ]
    return "\n".join(lines) + "\n"


def free_port(bind: str) -> int:
    """Give a port that nobody listens on right now."""
    with socket.socket(_family(bind)) as knock:
        knock.bind((bind, 0))
        return int(knock.getsockname()[1])


def is_free(bind: str, port: int) -> bool:
    """Say whether nobody listens on a port right now."""
    with socket.socket(_family(bind)) as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what is over may still linger
        try:
            knock.bind((bind, port))
        except OSError:
            return False
    return True


def _family(bind: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in bind else socket.AF_INET


def answers(host: str, port: int, user: str, password: str) -> bool:
    """Log in by hand (MQTT 3.1.1) and say whether we were let in; waits a second at most for each step."""
    fields = b"".join(
        len(one).to_bytes(2, "big") + one for one in (b"probe", user.encode(), password.encode())
    )
    body = b"\x00\x04MQTT\x04\xc2\x00\x0a" + fields
    try:
        with socket.create_connection((host, port), timeout=1) as line:
            line.sendall(b"\x10" + bytes([len(body)]) + body)
            answer = line.recv(4)
            line.sendall(b"\xe0\x00")
    except OSError:
        return False
    return answer == b"\x20\x02\x00\x00"

"""The account of a door on another machine: the file that `teilhaus panel add … --json` wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from devices.panels import topics
from sharing.errors import BadFile, BadValue
from sync.line.endpoint import Endpoint, Trust

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 64 * 1024
PORTS = range(1, 65_536)
_DIGITS = 5


class _Topics(msgspec.Struct):
    state: str
    status: str


class _Written(msgspec.Struct):
    """What is read of it; there is more in it."""

    host: str
    port: int
    user: str
    password: str
    topics: _Topics
    tls: bool = False


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Where a door belongs."""

    house: str
    room: str
    status: str
    end: Endpoint


def read_account(path: Path, *, broker: str = "", ca: str = "") -> Account:
    """Read it.

    Args:
        path: the file.
        broker: "host" or "host:port", where the broker is for this machine; empty: as the file says.
        ca: PEM text of who signed the broker's certificate; empty: whom the system trusts.

    Raises:
        BadFile: it is something else.
        BadValue: the broker's port is none.
    """
    try:
        with path.open("rb") as file:
            said = msgspec.json.decode(file.read(LARGEST), type=_Written)
    except (OSError, msgspec.MsgspecError) as error:
        raise BadFile(file=str(path), reason=str(error)[:200]) from error
    house = said.topics.state.split("/")[2:3]
    found = topics.parts_of(house[0], said.topics.state) if house else None
    if found is None or found[1] != ("state",) or not said.topics.status.endswith("/status"):
        raise BadFile(file=str(path), reason="topics")
    if said.port not in PORTS:
        raise BadFile(file=str(path), reason="port")
    host, port = _place(broker, said)
    trust = Trust(ca=ca) if said.tls or ca else None
    end = Endpoint(host=host, port=port, user=said.user, password=said.password, trust=trust)
    return Account(house=house[0], room=found[0].removeprefix("room:"), status=said.topics.status, end=end)


def _place(broker: str, said: _Written) -> tuple[str, int]:
    if not broker:
        return said.host, said.port
    has_port = "]:" in broker if broker.startswith("[") else broker.count(":") == 1
    host, _, port = broker.rpartition(":") if has_port else (broker, "", "")
    if not port:
        return host.strip("[]") or broker, said.port
    if not port.isascii() or not port.isdecimal() or len(port) > _DIGITS or int(port) not in PORTS:
        raise BadValue(field="broker", value=broker[:60], expected="HOST:PORT")
    return host.strip("[]"), int(port)


def read_ca(path: Path) -> str:
    """Read who signed the broker's certificate, as PEM text.

    Raises:
        BadFile: it is no text.
    """
    try:
        return path.read_text("ascii")
    except (OSError, ValueError) as error:
        raise BadFile(file=str(path), reason=str(error)[:200]) from error

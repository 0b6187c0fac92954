"""What the process that talks to the other machines says of itself, for the doctor and the staff screen.

A file, and not the journal: it is true of this moment and this machine, and reading it must cost nothing.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "sync.json"

TOGETHER: Final = "together"
WAITING: Final = "waiting"
ALONE: Final = "alone"
CANNOT_TAKE: Final = "cannot_take"
HEARD: Final = ("", CANNOT_TAKE)
"""What is said while central hears this machine."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands."""

    state: str
    """"together": heard by the central; "waiting": for `what`; "alone": no central is known."""
    what: str = ""
    """What is waited for: "no_broker", "no_central", "refused", "tls", "revoked"; "" for nothing.
    "cannot_take": nothing is waited for, but what comes next does not fit into this journal.

    Its sentences are the messages `sync.waits.<what>` and `sync.get.<what>`.
    """
    at: int
    """Instant since when."""
    host: str = ""
    port: int = 0
    broker_port: int = 0
    """Where the broker of our own listens, 0 if there is none."""
    copied: bool = True
    """False while the second disk does not take what only this machine has."""


def read(data: Path) -> Said | None:
    """Read what was said last; None if nothing was, or it cannot be read."""
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((data / FILE).read_bytes(), type=Said)
    return None


def say(data: Path, said: Said) -> None:
    """Write it, if something is new; a full disk must not end what matters more."""
    before = read(data)
    if before is not None and msgspec.structs.replace(before, at=said.at) == said:
        return
    with suppress(OSError):
        beside = data / f".{FILE}"
        beside.write_bytes(msgspec.json.encode(said))
        beside.chmod(0o600)
        beside.replace(data / FILE)


def unsay(data: Path) -> None:
    """Leave nothing behind when the process ends: what it said is no longer true."""
    with suppress(OSError):
        (data / FILE).unlink()

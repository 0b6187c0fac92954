"""How panels are, as they say themselves: kept in a file for `teilhaus panel list`, and nowhere else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

import msgspec

from sharing.journal.entry import Instant

FILE: Final = "panels.json"
MOST_BYTES: Final = 2048
MOST_PANELS: Final = 2000
STATUSES: Final = ("online", "sleeping", "offline")
_WRITE_MS: Final = 5_000
"""The file is written so often at most."""


class Telemetry(msgspec.Struct, frozen=True, kw_only=True):
    """What a panel says of itself; more may be added, and all of it may be missing."""

    battery: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None
    """Percent."""
    etag: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Of the picture it shows."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard of a panel last."""

    battery: float | None = None
    etag: str = ""
    status: str = ""
    """One of `STATUSES`; empty: it never said."""
    heard_at: Instant | None = None


def heard_telemetry(before: Heard, payload: bytes, now: Instant) -> Heard:
    """Take what a panel says of itself; nonsense changes nothing."""
    if len(payload) > MOST_BYTES:
        return before
    try:
        said = msgspec.json.decode(payload, type=Telemetry)
    except (ValueError, RecursionError):  # letters that are none, and lists in lists in lists, too
        return before
    return msgspec.structs.replace(before, battery=said.battery, etag=said.etag, heard_at=now)


def heard_status(before: Heard, payload: bytes, now: Instant) -> Heard:
    """Take whether a panel is there; its last will is no sign of life."""
    said = payload[:20].decode("ascii", "replace")
    if said not in STATUSES:
        return before
    seen = before.heard_at if said == "offline" else now
    return msgspec.structs.replace(before, status=said, heard_at=seen)


class Hearing:
    """Listens to panels; used by one thread."""

    def __init__(self, data: Path) -> None:
        """Go on from what was heard before.

        Args:
            data: the data folder of this machine.
        """
        self._path = data / FILE
        self._heard = heard_before(data)
        self._written_at, self._is_new = 0, False

    def take(self, panel: str, what: str, payload: bytes, now: Instant, *, retained: bool = False) -> None:
        """Take what came on a panel's topic `telemetry` or `status`.

        What the broker had kept was said at some time before: it is no sign of life.
        """
        before = self._heard.get(panel, Heard())
        if panel not in self._heard and len(self._heard) >= MOST_PANELS:
            return
        after = heard_telemetry(before, payload, now) if what == "telemetry" else before
        after = heard_status(after, payload, now) if what == "status" else after
        if retained:
            after = msgspec.structs.replace(after, heard_at=before.heard_at)
        if after != before:
            self._heard[panel], self._is_new = after, True

    def battery(self, panel: str) -> float | None:
        """Give what a panel said of its battery last, in per cent."""
        return self._heard.get(panel, Heard()).battery

    def keep(self, now: Instant) -> None:
        """Write down what is new, now and then; a full disk ends nothing."""
        if not self._is_new or 0 <= now - self._written_at < _WRITE_MS:
            return
        self._written_at, self._is_new = now, False
        beside = self._path.with_name(f".{FILE}")
        with suppress(OSError):
            beside.write_bytes(msgspec.json.encode(self._heard))
            beside.replace(self._path)


def heard_before(data: Path) -> dict[str, Heard]:
    """Read what was heard of each panel; nothing where nothing can be read."""
    with suppress(OSError, ValueError):
        return msgspec.json.decode((data / FILE).read_bytes(), type=dict[str, Heard])
    return {}

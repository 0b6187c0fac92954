"""The one place that reads a clock."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

EARLIEST_BELIEVABLE = 1_767_225_600_000
"""2026-01-01: an earlier wall clock is a flat battery, not a date."""
MOST_BACKWARDS = 5 * 60 * 1000
"""Milliseconds a clock may stand behind the newest entry of its own node before it is doubted."""

UNTRUSTED = "untrusted"
FROM_CENTRAL = "central"


_OF_NODE = re.compile(r".@([a-z0-9][a-z0-9-]{0,30})\Z")


class Reading(msgspec.Struct, frozen=True):
    """What the clocks said at one moment; `at` and `uptime` in milliseconds."""

    at: int
    boot: str
    uptime: int
    clock: str


def learned(reading: Reading, began_at: int) -> Reading:
    """Say what time it is where the true beginning of this boot is known, whatever its clock says."""
    return replace(reading, at=began_at + reading.uptime, clock=FROM_CENTRAL)


def believed(reading: Reading, last: Reading | None) -> Reading:
    """Mend a reading that cannot be: before this software was written, or behind what this node noted last.

    Then time goes on from the last entry, by the uptime if it is still the same boot. A clock that a time
    server has set is believed against entries that were written without one: their clock may have run ahead.

    Args:
        reading: what the clocks say now.
        last: what this node's newest entry says.
    """
    early = reading.at < EARLIEST_BELIEVABLE
    if last is None:
        return replace(reading, clock=UNTRUSTED) if early else reading
    behind = reading.at < last.at - MOST_BACKWARDS
    if behind and not early and last.clock == UNTRUSTED and reading.clock != UNTRUSTED:
        return reading
    if not early and not behind:
        return reading
    since = max(0, reading.uptime - last.uptime) if reading.boot == last.boot else 0
    return replace(reading, at=max(reading.at, last.at + since), clock=UNTRUSTED if early else reading.clock)


def node_of(boot: str) -> str:
    """Give the machine that a boot was of, by its own word; empty if it does not say."""
    found = _OF_NODE.search(boot)
    return found.group(1) if found else ""


class Clock(Protocol):
    """Anything that can be read like a clock; tests hand in their own."""

    def read(self) -> Reading:
        """Read all clocks now."""
        ...


_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NTP_DONE = "/run/systemd/timesync/synchronized"


class SystemClock:
    """The machine's own clocks; wall time counts as `ntp` only once systemd has seen a time server."""

    def __init__(self, node: str = "") -> None:
        """Take whose journal it is: each boot bears its name, for entries travel without their writer's."""
        boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else "unknown"
        self._boot = f"{boot}@{node}" if node else boot

    def read(self) -> Reading:
        """Read all clocks now."""
        since_boot = time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
        trusted = "ntp" if os.path.exists(_NTP_DONE) else "untrusted"  # noqa: PTH110 in every transaction
        return Reading(time.time_ns() // 1_000_000, self._boot, since_boot // 1_000_000, trusted)

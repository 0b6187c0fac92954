"""The one place that reads a clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

EARLIEST_BELIEVABLE = 1_767_225_600_000
"""2026-01-01: an earlier wall clock is a flat battery, not a date."""
MOST_BACKWARDS = 5 * 60 * 1000
"""Milliseconds a clock may stand behind the newest entry of its own node before it is doubted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clocks said at one moment; `at` and `uptime` in milliseconds."""

    at: int
    boot: str
    uptime: int
    clock: str


class Clock(Protocol):
    """Anything that can be read like a clock; tests hand in their own."""

    def read(self) -> Reading:
        """Read all clocks now."""
        ...


_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NTP_DONE = Path("/run/systemd/timesync/synchronized")


class SystemClock:
    """The machine's own clocks; wall time counts as `ntp` only once systemd has seen a time server."""

    def __init__(self) -> None:
        self._boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else "unknown"

    def read(self) -> Reading:
        """Read all clocks now."""
        since_boot = time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
        trusted = "ntp" if _NTP_DONE.exists() else "untrusted"
        return Reading(time.time_ns() // 1_000_000, self._boot, since_boot // 1_000_000, trusted)

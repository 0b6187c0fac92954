"""Stand-ins that tests hand in: a clock that stands still, randomness that repeats."""

from __future__ import annotations

import hashlib

from sharing.journal.clock import Reading

MONDAY_10 = 1_780_300_800_000
"""2026-06-01 10:00 in Berlin, a Monday: a usual desk day."""


class FakeClock:
    """Stands still until it is told otherwise; each read is a millisecond later, as real ones are."""

    def __init__(self, at: int = MONDAY_10, *, clock: str = "ntp", boot: str = "boot-1") -> None:
        """Begin at an instant (ms)."""
        self.at, self.clock, self.boot = at, clock, boot
        self.uptime = 1_000_000

    def read(self) -> Reading:
        """Read all clocks now."""
        self.at += 1
        self.uptime += 1
        return Reading(self.at, self.boot, self.uptime, self.clock)

    def forward(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        ms = round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
        self.at += ms
        self.uptime += ms


class FakeRandomness:
    """Bytes that look random and are the same in each run."""

    def __init__(self, seed: str = "teilhaus") -> None:
        """Begin a stream."""
        self._state = seed.encode()

    def __call__(self, n: int) -> bytes:
        """Give the next n bytes."""
        out = b""
        while len(out) < n:
            self._state = hashlib.sha256(self._state).digest()
            out += self._state
        return out[:n]

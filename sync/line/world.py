"""What state machines are handed of the world in a real process: time, chance, and whether a desk is busy."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from sharing.journal.clock import Clock
from sharing.journal.ids import Randomness, system_randomness

BUSY: Final = "desk.busy"
"""The kiosk's file: touched by each scan, and it says `VISIT` as long as one is open."""
VISIT: Final = b"visit"
JUST_NOW_MS: Final = 1000
"""So long after a scan the desk counts as busy."""
FORGOTTEN_MS: Final = 120_000
"""A visit that nothing was heard of for so long is over: the kiosk ended without saying so."""
_LOOK_S: Final = 0.02
"""The file is looked at so often at most: the question is asked for each frame."""


class World:
    """Reads clocks and the kiosk's file."""

    def __init__(self, data: Path, clock: Clock, randomness: Randomness = system_randomness) -> None:
        """Take the data folder whose desk may be busy."""
        self._file, self._clock, self.randomness = data / BUSY, clock, randomness
        self._looked_at, self._busy = -1.0, False

    def monotonic_ms(self) -> int:
        """Milliseconds that only go forward."""
        return time.monotonic_ns() // 1_000_000

    def desk_busy(self) -> bool:
        """Say whether a visit is open or a scan came in the last second."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at, self._busy = now, self._is_busy()
        return self._busy

    def _is_busy(self) -> bool:
        try:
            touched = self._file.stat().st_mtime_ns // 1_000_000
        except OSError:
            return False
        quiet = abs(self._clock.read().at - touched)
        if quiet < JUST_NOW_MS:
            return True
        try:
            return quiet < FORGOTTEN_MS and self._file.read_bytes() == VISIT
        except OSError:
            return False

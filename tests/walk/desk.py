"""`python -P -m tests.walk.desk CLOCK …` is `teilhaus …`, with a clock that stands in the file CLOCK.

Times on the recorded screens are then the same in each run, and a minute can pass without waiting for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.cli.main import cli
from kiosk.cli.session import Session
from sharing.journal.clock import Reading


class ClockInAFile:
    """Reads the instant that stands in a file; each read is a millisecond later, as real ones are."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._reads = 0

    def read(self) -> Reading:
        """Read all clocks now."""
        self._reads += 1
        at = int(self._file.read_text()) + self._reads
        return Reading(at, "walk", at, "ntp")


if __name__ == "__main__":
    cli.main(sys.argv[2:], obj=Session(clock=ClockInAFile(Path(sys.argv[1])), alone=True))

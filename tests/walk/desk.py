"""`python -P -m tests.walk.desk CLOCK …` is `teilhaus …`, with a clock that stands in the file CLOCK.

Times on the recorded screens are then the same in each run, and a minute can pass without waiting for it.
What a kiosk starts beside itself has the same clock, and comes back to a broker within a second.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.cli import beside
from kiosk.cli.main import cli
from kiosk.cli.session import Session
from sharing.journal.clock import Reading

TALKERS = {"central", "node", "sync"}
"""Commands that talk to other machines."""


class ClockInAFile:
    """Reads the instant that stands in a file; each read is a millisecond later, as real ones are."""

    def __init__(self, file: Path, machine: str) -> None:
        self._file, self._boot, self._reads = file, f"walk@{machine}", 0

    def read(self) -> Reading:
        """Read all clocks now."""
        self._reads += 1
        at = int(self._file.read_text()) + self._reads
        return Reading(at, self._boot, at, "ntp")


class Beside(beside.Beside):
    """What a kiosk starts beside itself, with this clock."""

    def __init__(self, session: Session, *command: str) -> None:
        super().__init__(session, *command)
        here = [sys.executable, "-P", "-m", "tests.walk.desk", sys.argv[1]]
        self._command = [*here, *self._command[self._command.index(command[0]) :]]


if __name__ == "__main__":
    beside.Beside = Beside  # type: ignore[misc]
    if TALKERS & set(sys.argv):
        from tests.integration.planted import plant_pace

        plant_pace()
    # Each folder is a machine, switched on by itself.
    machine = Path(sys.argv[sys.argv.index("--data") + 1]).parent.name
    cli.main(sys.argv[2:], obj=Session(clock=ClockInAFile(Path(sys.argv[1]), machine), alone=True))

"""The command line with something planted: shorter waits, or a wrong clock.

`python -m tests.integration.planted WORDS…` is `teilhaus WORDS…`. Whoever waits a minute before coming
back to a broker that was gone would make a test wait that minute, too; nothing else differs unless it is
asked for.
"""

from __future__ import annotations

import os
from typing import Any

from msgspec.structs import replace

from sharing.journal import clock
from sync import broker, mqtt

CLOCK = "PLANTED_CLOCK"
"""So many milliseconds the machine's clock is ahead; "ntp" after it: as a time server set it."""
QUICK: dict[str, Any] = {
    "first": 0.05, "longest": 1, "refused": 1, "steady": 1, "answer": 3, "sending": 3, "keepalive": 2,
}  # fmt: skip


def plant_pace() -> None:
    """Let everybody come back within a second."""
    pace, patience = mqtt.Pace, broker.Patience
    mqtt.Pace = lambda **given: pace(**{**QUICK, **given})  # type: ignore[assignment,misc]
    broker.Patience = lambda: patience(first=0.05, longest=0.5)  # type: ignore[assignment,misc]


def plant_clock(ahead: int, source: str) -> None:
    """Let the wall clock be wrong."""
    read = clock.SystemClock.read

    def wrong(self: clock.SystemClock) -> clock.Reading:
        true = read(self)
        return replace(true, at=true.at + ahead, clock=source, boot=f"planted {ahead}")

    clock.SystemClock.read = wrong  # type: ignore[method-assign]


def main() -> None:
    """Plant what is asked for, then be the command line."""
    plant_pace()
    if CLOCK in os.environ:
        ahead, _, source = os.environ[CLOCK].partition(" ")
        plant_clock(int(ahead), source or clock.UNTRUSTED)
    from kiosk.cli.main import main as teilhaus

    teilhaus()


if __name__ == "__main__":
    main()

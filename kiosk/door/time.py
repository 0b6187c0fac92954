"""The house's time at a door whose own clock nobody sets: measured by what is said at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from devices.panels.values import HEARTBEAT_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharing.journal.entry import Instant

SLACK_MS: Final = 10_000
"""So much later than it was written a message may come; within it, the quickest counts."""
FAR_OFF_MS: Final = 120_000
"""From then on people are told; the central makes a case of the same difference."""
KEPT_MS: Final = 3 * HEARTBEAT_MS
"""After this the quickest message counts no more than the last: clocks drift."""


class MeasuredTime:
    """Goes on by the uptime from what the publisher's clock said last; this machine's clock until then."""

    def __init__(self, wall: Callable[[], Instant], uptime: Callable[[], int]) -> None:
        """Measure nothing yet.

        Args:
            wall: this machine's clock.
            uptime: milliseconds that only go forward, also while it sleeps.
        """
        self._wall, self._uptime = wall, uptime
        self._ahead: int | None = None
        """House time less uptime."""
        self._measured_at = 0
        self._least: Instant = 0

    def at_least(self, said_at: Instant) -> None:
        """Take a message that was kept: it is that late in any case."""
        self._least = max(self._least, said_at)

    def said(self, said_at: Instant) -> None:
        """Take a message that was written just now."""
        uptime = self._uptime()
        found = said_at - uptime
        known = self._ahead
        is_old = uptime - self._measured_at >= KEPT_MS
        if known is None or found >= known or is_old or found < known - SLACK_MS:
            self._ahead, self._measured_at = found, uptime

    def now(self) -> Instant:
        """Give the house's time."""
        if self._ahead is None:
            return max(self._wall(), self._least)
        return self._uptime() + self._ahead

    def off(self) -> int:
        """Give by how many milliseconds this machine's clock is ahead of the house's; 0 if it is not much."""
        off = self._wall() - self.now()
        return off if abs(off) >= FAR_OFF_MS else 0

"""Virtual time: what truly is, and what each machine's clock makes of it. All in milliseconds."""

from __future__ import annotations

from collections.abc import Callable

from sharing.journal.clock import Reading

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
IN_1970 = 7 * DAY
IN_2099 = 4_070_908_800_000


class MachineClock:
    """The clocks of one machine: wall time with an error, and an uptime that is right."""

    def __init__(self, truth: Callable[[], int], name: str) -> None:
        """Boot for the first time, a while ago, with a clock that is right."""
        self._truth, self._name = truth, name
        self.error = 0
        self.clock = "ntp"
        self._boots = 0
        self.began = 0
        self.boot()

    def boot(self, *, error: int | None = None, clock: str | None = None) -> None:
        """Boot, perhaps with another error and without a time server."""
        self._boots += 1
        self.began = self._truth() - 5 * SECOND
        if error is not None:
            self.error = error
        if clock is not None:
            self.clock = clock

    def read(self) -> Reading:
        """Read all clocks now."""
        now = self._truth()
        return Reading(now + self.error, f"{self._name}-{self._boots}", now - self.began, self.clock)

    def monotonic(self) -> int:
        """Give the time since boot."""
        return self._truth() - self.began

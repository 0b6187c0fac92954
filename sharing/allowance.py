"""How often somebody may ask: so much at once, and so much in each second after that."""

from __future__ import annotations

from collections.abc import Callable


class Allowance:
    """What each sender may cost: a flood empties its own, and nobody else's."""

    def __init__(self, monotonic_ms: Callable[[], int], *, most: int = 400, a_second: float = 150) -> None:
        """Give each sender `most` at once and `a_second` on average.

        Args:
            monotonic_ms: gives milliseconds that only go forward.
            most: what a sender has that was silent for long.
            a_second: how fast it comes back.
        """
        self._monotonic_ms, self._most, self._a_second = monotonic_ms, most, a_second
        self._left: dict[str, tuple[float, int]] = {}

    def spend(self, sender: str, cost: int = 1) -> bool:
        """Take from what the sender has left; False if that is nothing."""
        now = self._monotonic_ms()
        left, since = self._left.get(sender, (float(self._most), now))
        left = min(float(self._most), left + (now - since) * self._a_second / 1000)
        self._left[sender] = (max(0.0, left - cost), now)
        return left >= 1

"""How often somebody may ask: so much at once, and so much in each second after that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

FEWEST: Final = 1000
"""Senders who are remembered in any case; of more, those whose silence made up for all they had spent go."""


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
        self._sweep_at = FEWEST

    def spend(self, sender: str, cost: int = 1) -> bool:
        """Take from what the sender has left; False if that is nothing."""
        now = self._monotonic_ms()
        left = self._has(sender, now)
        self._left[sender] = (max(0.0, left - cost), now)
        if len(self._left) > self._sweep_at:
            self._sweep(now)
        return left >= 1

    def _has(self, sender: str, now: int) -> float:
        left, since = self._left.get(sender, (float(self._most), now))
        return min(float(self._most), left + (now - since) * self._a_second / 1000)

    def _sweep(self, now: int) -> None:
        """Forget who has everything again: names that strangers make up must not fill the memory."""
        self._left = {one: had for one, had in self._left.items() if self._has(one, now) < self._most}
        self._sweep_at = max(FEWEST, 2 * len(self._left))

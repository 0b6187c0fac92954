"""How long to wait before something is tried again."""

from __future__ import annotations

from typing import Final

from sync.events import Env

FIRST_MS: Final = 5_000
MOST_MS: Final = 60_000


class Backoff:
    """Five seconds, doubling up to a minute, each a little longer by chance.

    A house full of kiosks whose central comes back must not ask all at once, again and again.
    """

    def __init__(self, env: Env) -> None:
        """Start at five seconds."""
        self._env = env
        self._next = FIRST_MS
        self.at: int | None = None
        """The monotonic millisecond at which to try again; None if nothing is awaited."""

    def start(self) -> None:
        """Wait once more, twice as long as the last time."""
        chance = int.from_bytes(self._env.randomness(2), "big") / 65_536
        self.at = self._env.monotonic_ms() + round(self._next * (1 + chance / 4))
        self._next = min(2 * self._next, MOST_MS)

    def again(self) -> None:
        """Something came: wait from now, and short again."""
        self._next = FIRST_MS
        self.start()

    def stop(self) -> None:
        """Nothing is awaited any more."""
        self.at, self._next = None, FIRST_MS

    @property
    def is_due(self) -> bool:
        """Say whether it is time to try again."""
        return self.at is not None and self._env.monotonic_ms() >= self.at

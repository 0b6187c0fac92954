"""Central answers nothing while one node is in the middle of telling what it did alone.

An answer sorts after all that the node wrote by itself. Given in between, all of that would be folded anew
with each frame that follows; and the node may call off in its next frame what it asked for in this one.
Nobody waits longer for it: as soon as another node asks, all are answered, in the order in which they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sharing.journal.entry import Entry
from sync.events import Env

SILENCE_MS: Final = 10_000
"""After which the node is taken for gone, and all that it asked is answered."""
LONGEST_MS: Final = 120_000
"""As long as a node may tell on before all are answered in between: it might never come to an end."""


class Holding:
    """For whom the answers are held back, if for anybody; nothing of it need outlive the process."""

    def __init__(self, env: Env) -> None:
        """Begin with nobody."""
        self._env = env
        self._node = ""
        self._until = self._latest = 0

    @property
    def holds(self) -> bool:
        """Say whether nothing is to be answered now."""
        return self.left_ms > 0

    @property
    def left_ms(self) -> int:
        """For how long nothing is answered if nothing else comes; 0 if nothing is held back."""
        return max(0, self._until - self._env.monotonic_ms()) if self._node else 0

    @property
    def is_over(self) -> bool:
        """Say whether the node fell silent, and nobody has let go."""
        return bool(self._node) and not self.holds

    def heard(self, node: str, *, more: bool, new: Sequence[Entry], waits: bool) -> None:
        """Note that a frame of a node's stream was taken.

        A frame that repeats what is known holds nothing back: what follows it may have come long ago.

        Args:
            node: whose.
            more: it is not the last.
            new: what in it was new.
            waits: somebody waited for an answer before it came; those are answered first.
        """
        now = self._env.monotonic_ms()
        if self.holds and node != self._node:
            if any(entry.nature == "request" for entry in new):
                self.let_go()
        elif not more:
            self.let_go()
        elif new and (self.holds or not waits):
            self._latest = self._latest if self.holds else now + LONGEST_MS
            self._node, self._until = node, min(now + SILENCE_MS, self._latest)

    def let_go(self) -> None:
        """Hold nothing back."""
        self._node = ""

"""Telling everybody what is new, whichever process of the central wrote it."""

from __future__ import annotations

from collections import deque
from typing import Final

from sharing.journal.shapes import PrivateEmptied
from sharing.journal.store import Reader, Work
from sync.at_central import handing
from sync.events import Effect, Env, Send
from sync.protocol import encode
from sync.wire.acts import Act
from sync.wire.frames import MOST_ENTRIES, Head

HEAD_MS: Final = 10_000
"""How often to say how far central is, though nothing happened: so nodes find out what was lost."""
MOST_NEWS: Final = 2000
"""Entries that are sent to all at once."""


class News:
    """How far everybody was told."""

    def __init__(self, env: Env) -> None:
        """Begin with nothing told."""
        self._env = env
        self.told: int | None = None
        """The last number that was sent to all; None before the start."""
        self._fresh: deque[Act] = deque()
        """What got its numbers in the transaction just now, so that it need not be read again."""
        self._fresh_from = 0
        self._head: tuple[int, int] | None = None
        self._head_at = 0

    def begin(self) -> None:
        """A new event: what an earlier one left half-way may never have been stored."""
        self._fresh.clear()

    def connected(self) -> None:
        """The line is new: say how far central is."""
        self._head = None

    def hand_on(self, work: Work) -> None:
        """Number what is new, and keep it for after the commit.

        Not where something was emptied: what is kept here would still hold it.
        """
        handed = work.hand_on()
        emptied = any(entry.kind == PrivateEmptied.KIND for entry in work.arrived)
        self._fresh, self._fresh_from = deque([] if emptied else handed.acts), handed.from_gsn

    def tell(self, read: Reader) -> list[Effect]:
        """Write what was not told yet, and the hint how far central is."""
        effects: list[Effect] = []
        if self.told is None:
            return effects
        state, gsn = read.sync(), read.stream_tip()
        if gsn - self.told > MOST_NEWS:
            self.told = gsn  # a whole house that came at once: nodes pull it, each at its own pace
        while self.told < gsn:
            acts = self._next(read, self.told)
            if not acts:
                break
            payload, self.told = handing.frame_of(state.term, self.told + 1, acts, 0)
            effects.append(Send("live", "", payload))
        at = self._env.monotonic_ms()
        if self._head != (state.term, gsn) or at - self._head_at >= HEAD_MS:
            self._head, self._head_at = (state.term, gsn), at
            head = Head(central=read.store.node, term=state.term, gsn=gsn, at=read.now)
            effects.append(Send("head", "", encode(head), retain=True))
        return effects

    def _next(self, read: Reader, told: int) -> list[Act]:
        """Give what follows a number, as much as a frame may hold."""
        while self._fresh and self._fresh_from <= told:
            self._fresh_from += len(self._fresh.popleft())
        acts: list[Act] = []
        room = MOST_ENTRIES
        for act in self._fresh if self._fresh_from == told + 1 else ():
            room -= len(act)
            if acts and room < 0:
                break
            acts.append(act)
        return acts or read.handed(told, MOST_ENTRIES, handing.MOST_BYTES).acts

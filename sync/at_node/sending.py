"""A node's own entries on their way up: a window of frames over the journal, which is the only outbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, TypedDict

from sharing.journal.chain import GENESIS
from sharing.journal.entry import Instant
from sharing.journal.outgoing import PlacedAct, Tip
from sharing.journal.store import Reader
from sharing.journal.stream import SyncState
from sync.events import Env
from sync.protocol import fitted
from sync.waits import Backoff
from sync.wire.acts import pack
from sync.wire.frames import MOST_ENTRIES, Mark, Up

WINDOW: Final = 4
"""Frames that may be on their way without an answer."""
MOST_BYTES: Final = 768 * 1024
"""Of one frame before it is compressed, roughly."""


class Said(TypedDict, total=False):
    """What stands in a frame beside the acts."""

    at: Instant
    clock: str
    offset: int | None
    applied: int


class Outbox:
    """What was sent and not confirmed. It holds numbers only; whatever it forgets stands in the journal."""

    def __init__(self, env: Env) -> None:
        """Begin with nothing on its way."""
        self._retry = Backoff(env)
        self.sent = 0
        """The last position that is on its way, or confirmed."""
        self._flying: deque[tuple[int, int]] = deque()
        self._rewound_to = 0
        self._careful = False
        """Nobody answered: perhaps because nobody can read it."""

    @property
    def due_at(self) -> int | None:
        """When to send again what nobody confirmed (monotonic ms)."""
        return self._retry.at

    def reset(self, acked: int) -> None:
        """Begin again behind what is confirmed."""
        self.sent, self._rewound_to, self._careful = acked, 0, False
        self._flying.clear()
        self._retry.stop()

    def confirmed(self, seq: int) -> None:
        """Everything up to here arrived."""
        before = len(self._flying)
        while self._flying and self._flying[0][1] <= seq:
            self._flying.popleft()
        self.sent, self._rewound_to, self._careful = max(self.sent, seq), 0, False
        if not self._flying:
            self._retry.stop()
        elif len(self._flying) < before:
            self._retry.again()

    def missing(self, expected: int) -> None:
        """Go back to what central misses; once for each gap, however many frames behind it say so."""
        if expected > self.sent or expected == self._rewound_to:
            return
        self._rewound_to = expected
        self._flying.clear()
        self.sent = expected - 1

    def fill(self, read: Reader, state: SyncState, tip: Tip, offset: int | None) -> list[bytes]:
        """Give the frames that may go now; each says how far this node's clock is off (ms)."""
        if self._retry.is_due:
            self._flying.clear()
            self.sent, self._rewound_to, self._careful = state.acked, 0, True
            self._retry.start()
        payloads: list[bytes] = []
        now = read.reading
        said: Said = {"at": now.at, "clock": now.clock, "offset": offset, "applied": state.applied}
        while len(self._flying) < WINDOW and self.sent < tip.seq:
            acts = read.own_acts(tip.epoch, self.sent, MOST_ENTRIES, MOST_BYTES)
            if not acts:
                break
            before = read.chain_at(read.store.node, tip.epoch, acts[0].first_seq - 1) or GENESIS
            payload, taken = frame_of(
                read.store.node,
                state.term,
                tip.epoch,
                before,
                acts,
                said,
                careful=self._careful,
                last=tip.seq,
            )
            self.sent = taken[-1].first_seq + len(taken[-1].entries) - 1
            self._flying.append((taken[0].first_seq, self.sent))
            payloads.append(payload)
        if payloads and self._retry.at is None:
            self._retry.start()
        return payloads


def frame_of(
    node: str,
    term: int,
    epoch: int,
    before: bytes,
    acts: Sequence[PlacedAct],
    said: Said,
    *,
    careful: bool = False,
    last: int = 0,
) -> tuple[bytes, Sequence[PlacedAct]]:
    """Write as many of the acts into one frame as fit, at least one; gives it and what it holds.

    `last` is the end of the stream: a frame that does not reach it says how much follows.
    """

    def made(some: Sequence[PlacedAct]) -> Up:
        return Up(
            node=node, term=term, epoch=epoch, first=some[0].first_seq, before=before,
            marks=tuple([Mark(len(act.entries), act.chain) for act in some]),
            acts=pack([act.entries for act in some], careful=careful),
            more=max(0, last - some[-1].first_seq - len(some[-1].entries) + 1), **said,
        )  # fmt: skip

    return fitted(acts, made)

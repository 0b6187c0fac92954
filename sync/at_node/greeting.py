"""The handshake of a node: who it is and where it stands, and where central stands.

Each question carries a random number, and only the answer that repeats it is believed: a late one would
rewind what is confirmed, or measure the clock wrong.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sharing.journal.clock import UNTRUSTED
from sharing.journal.entry import Instant
from sharing.journal.store import Reader, Work
from sharing.journal.stream import SyncState, caught_up
from sync.at_node import own_stream
from sync.events import PATIENCE_MS, Env
from sync.topics import topic_house
from sync.waits import Backoff
from sync.wire.frames import Hello, Welcome

GREET_MS: Final = 60_000
"""How often to say where this node stands, and to measure its clock, on a line that stands."""
SOON_MS: Final = 500
"""How long an answer may take from a central that is there, before it is asked once more."""
MOST_ROUND_TRIP_MS: Final = 10_000
"""A slower answer says too little about the time."""


class Greeted(msgspec.Struct, frozen=True):
    """What came of a welcome."""

    before: SyncState
    applied: int
    """Up to which number what was received is central's own past."""
    same: bool
    """Central holds a part of this node's stream; if not, a new one was begun, and is to be greeted with."""


class Greeting:
    """What was asked and not answered, and when to ask again."""

    def __init__(self, env: Env) -> None:
        """Begin with nothing asked."""
        self._env = env
        self._retry = Backoff(env)
        self._nonce = self._asked_at = 0
        self._hastened = False
        self.next_at = 0
        """When to greet, if nothing happens before (monotonic ms)."""
        self._began: Instant | None = None
        self._patient_until = 0
        self.offset: int | None = None
        """How far this node's clock is before central's (ms); None if it is not known."""

    @property
    def is_due(self) -> bool:
        """Say whether to greet now."""
        return self._retry.is_due or self._env.monotonic_ms() >= self.next_at

    @property
    def due_at(self) -> int:
        """When to greet next (monotonic ms)."""
        return self.next_at if self._retry.at is None else min(self.next_at, self._retry.at)

    def again(self) -> None:
        """Greet at once, and believe no answer to what was asked before."""
        self.next_at, self._nonce = self._env.monotonic_ms(), 0
        self._hastened = False
        self._retry.stop()

    def hasten(self) -> None:
        """Central is there now: ask it soon once more, in case it was not before; once for a connection."""
        if self._nonce and not self._hastened:
            self._hastened = True
            self.next_at = max(self._env.monotonic_ms(), self._asked_at + SOON_MS)

    def hello(self, read: Reader, software: str, session: int) -> Hello:
        """Ask."""
        state, tip, now = read.sync(), read.tip(), read.reading
        self._nonce = int.from_bytes(self._env.randomness(6), "big") | 1
        self._asked_at = self._env.monotonic_ms()
        self.next_at = self._asked_at + GREET_MS
        self._retry.start()
        kinds = {kind: known.shape.VERSION for kind, known in read.store.folder.kinds.items()}
        return Hello(
            house=topic_house(read.store.house), node=read.store.node, term=state.term, epoch=tip.epoch,
            seq=tip.seq, chain=tip.chain, applied=state.applied, acked=state.acked, software=software,
            kinds=kinds, at=now.at, uptime=now.uptime, clock=now.clock, offset=self.offset,
            session=session, nonce=self._nonce,
        )  # fmt: skip

    def is_answered_by(self, frame: Welcome) -> bool:
        """Say whether this is the answer to the last question."""
        return self._nonce != 0 and frame.nonce == self._nonce

    def answered(self) -> None:
        """The answer was taken."""
        self._nonce = 0
        self.next_at = self._asked_at + GREET_MS
        self._retry.stop()

    def take(self, work: Work, frame: Welcome) -> Greeted | None:
        """Note where both stand; None if this node has begun another stream since it asked."""
        before, tip = work.sync(), work.tip()
        if frame.epoch != tip.epoch:
            return None
        same = frame.seq <= tip.seq and own_stream.agrees(work, tip.epoch, frame.seq, frame.chain)
        applied = applied_in(frame, before)
        work.set_sync(term=frame.term, applied=applied, central_gsn=frame.gsn, heard_at=work.now)
        if same:
            work.set_sync(acked_epoch=tip.epoch, acked=frame.seq, acked_chain=frame.chain)
        else:
            own_stream.begin_anew(work, keep=own_stream.is_sure(frame, before, tip.epoch))
        caught_up(work)
        self._compare_clocks(work, frame)
        return Greeted(before, applied, same)

    def _compare_clocks(self, work: Work, frame: Welcome) -> None:
        """Learn the time if nothing set the clock, else measure how far off it is; a slow answer is none."""
        took = self._env.monotonic_ms() - self._asked_at
        if took > MOST_ROUND_TRIP_MS or frame.at == 0:
            return
        if work.reading.clock == UNTRUSTED:
            self._began = frame.at + took // 2 - work.reading.uptime
            self._patient_until = self._patient_until or self._env.monotonic_ms() + PATIENCE_MS
            return
        self.offset = work.reading.at - frame.at - took // 2
        work.set_sync(offset_ms=self.offset)

    @property
    def is_to_learn(self) -> bool:
        """Say whether to write down the true time now: all of the boot is folded again, nobody must wait."""
        if self._began is None:
            return False
        return not self._env.desk_busy() or self._env.monotonic_ms() >= self._patient_until

    def learn(self, work: Work) -> None:
        """Write down when this boot began, as central said."""
        if self._began is not None:
            work.learn_time(self._began + work.reading.uptime)
        self._began, self._patient_until = None, 0


def applied_in(frame: Welcome, before: SyncState) -> int:
    """Give up to which number what was received is central's own past: it may have been restored since."""
    terms = [term for term, _ in frame.terms]
    if before.term not in terms:
        return 0
    following = terms.index(before.term) + 1
    return min(before.applied, frame.terms[following][1]) if following < len(terms) else before.applied

"""A node's end of the line, as a state machine: it is told events and answers with what is to be done.

The journal is its memory. Whatever this object forgets in a crash is found again: what was not confirmed stands
above `acked`, what was not received above `applied`. It believes an `Ack` only, and that only if its own chain
says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from sharing.journal.chain import GENESIS
from sharing.journal.clock import UNTRUSTED
from sharing.journal.store import Store, Work
from sharing.journal.stream import SyncState
from sync import homes
from sync.events import Connected, Disconnected, Effect, Env, Event, Note, Received, Send, Wake
from sync.protocol import (
    Ack,
    AnyFrame,
    BadFrame,
    Fork,
    Head,
    Hello,
    Nack,
    Part,
    Pull,
    Refused,
    Revoked,
    Want,
    Welcome,
    decode,
    encode,
)
from sync.receiving import MOST_WAITING, Inbox
from sync.reporting import Report
from sync.sending import Outbox
from sync.topics import topic_house
from sync.trying import tried
from sync.waits import Backoff

LOOK_MS: Final = 200
"""How often to look whether another process has written something."""
GREET_MS: Final = 60_000
"""How often to say where this node stands, and to measure its clock, on a line that stands."""
DECIDE_MS: Final = 5_000
"""How often a home looks for requests that waited while it could not decide."""
MOST_ROUND_TRIP_MS: Final = 10_000
"""A slower answer says too little about the time."""

Decide = Callable[[Work], int]


class NodeStatus(msgspec.Struct, frozen=True):
    """How a node stands with central."""

    connected: bool
    together: bool
    """Central answered, and both know where the other stands."""
    heard_at: int | None
    unacked: int
    applied: int
    behind: int
    """Entries that central has and this node has not."""
    offset_ms: int | None
    stopped: bool
    revoked: bool
    restoring: bool
    """Central came from a backup and asks what this node has."""
    refused: str
    """Why central last refused what this node sent; empty if it did not."""


class NodeSync:
    """One node. `step` is called by one thread only, with one event after the other."""

    def __init__(self, store: Store, env: Env, *, software: str, decide: Decide | None = None) -> None:
        """Take the journal and the world; nothing is read yet.

        Args:
            store: this node's journal.
            env: time, chance, and whether somebody is being served.
            software: the version, for central's list.
            decide: answers requests in an open transaction, where this node is home.
        """
        self._store, self._env, self._software, self._decide = store, env, software, decide
        self._outbox, self._inbox = Outbox(env), Inbox(env)
        self._greeting = Backoff(env)
        self._report: Report | None = None
        self._connected = self._together = self._revoked = False
        self._session = self._nonce = self._asked_at = self._greet_at = self._decide_at = 0
        self._offset: int | None = None
        self._refused = ""

    def step(self, event: Event) -> list[Effect]:
        """Take one event; what is returned is to be done in its order.

        Nothing that comes over the line raises anything.

        Raises:
            Storage: the disk or the database does not do what it must. The event was not dealt with.
        """
        if isinstance(event, Disconnected):
            self._connected = self._together = False
            return []
        effects: list[Effect] = []
        if isinstance(event, Connected):
            self._connect(event)
        elif isinstance(event, Received):
            effects = self._received(event)
        if not self._connected or self._revoked:
            return effects
        return [*effects, *self._onward()]

    def status(self) -> NodeStatus:
        """Say how this node stands with central, as far as it knows."""
        with self._store.reader() as read:
            state, unacked = read.sync(), read.unacked()
        return NodeStatus(
            connected=self._connected, together=self._together, heard_at=state.heard_at, unacked=unacked,
            applied=state.applied, behind=max(0, max(state.central_gsn, self._inbox.tip) - state.applied),
            offset_ms=state.offset_ms, stopped=bool(state.stopped), revoked=bool(state.revoked),
            restoring=self._report is not None, refused=self._refused,
        )  # fmt: skip

    # Coming and going

    def _connect(self, event: Connected) -> None:
        with self._store.reader() as read:
            self._revoked = bool(read.sync().revoked)
        self._connected, self._session, self._report, self._refused = True, event.session, None, ""
        self._restart()

    def _restart(self) -> None:
        """Say hello anew, and nothing else until the answer is there."""
        self._together, self._greet_at, self._nonce = False, self._env.monotonic_ms(), 0
        self._greeting.stop()

    def _hello(self) -> Send:
        with self._store.reader() as read:
            state, tip, now = read.sync(), read.tip(), read.reading
        self._nonce = int.from_bytes(self._env.randomness(6), "big") | 1
        self._asked_at = self._env.monotonic_ms()
        self._greet_at = self._asked_at + GREET_MS
        self._greeting.start()
        kinds = {kind: known.shape.VERSION for kind, known in self._store.folder.kinds.items()}
        frame = Hello(
            house=topic_house(self._store.house), node=self._store.node, term=state.term, epoch=tip.epoch,
            seq=tip.seq, chain=tip.chain, applied=state.applied, acked=state.acked, software=self._software,
            kinds=kinds, at=now.at, uptime=now.uptime, clock=now.clock, offset=self._offset,
            session=self._session, nonce=self._nonce,
        )  # fmt: skip
        return self._up(encode(frame))

    def _up(self, payload: bytes) -> Send:
        return Send("up", self._store.node, payload)

    # What comes

    def _received(self, event: Received) -> list[Effect]:
        own = event.channel == "down" and event.node == self._store.node
        if not self._connected or self._revoked or not (own or event.channel in {"live", "head"}):
            return []
        try:
            frame = decode(event.payload)
        except BadFrame as bad:
            return [Note("bad_frame", f"{event.channel} {bad.reason}")]
        if own and isinstance(frame, Welcome | Ack | Nack | Fork | Want | Refused | Revoked):
            return self._told(frame)
        if isinstance(frame, Part | Head) and frame.term:
            return self._heard(frame)
        return [Note("bad_frame", f"{event.channel} not_ours")]

    def _told(self, frame: AnyFrame) -> list[Effect]:
        if isinstance(frame, Welcome):
            return self._welcome(frame)
        if isinstance(frame, Ack):
            return self._ack(frame)
        if isinstance(frame, Nack):
            return self._nack(frame)
        if isinstance(frame, Fork):
            return self._fork(frame)
        if isinstance(frame, Revoked):
            return self._out(frame)
        if isinstance(frame, Refused):
            self._refused = frame.reason
            return [Note("refused", frame.reason)]
        if isinstance(frame, Want) and self._report is not None:
            self._report.answered(frame)
        return []

    def _heard(self, frame: Part | Head) -> list[Effect]:
        with self._store.reader() as read:
            state = read.sync()
        if frame.term != state.term:
            return self._other_term()
        if isinstance(frame, Head):
            self._inbox.heard_of(frame.gsn)
            return []
        fault = self._inbox.offer(frame)
        return [Note("bad_part", fault)] if fault else []

    def _other_term(self) -> list[Effect]:
        if not self._together:
            return []
        self._restart()
        return [Note("other_term")]

    def _out(self, frame: Revoked) -> list[Effect]:
        if frame.node != self._store.node:
            return []
        with self._store.begin() as work:
            work.set_sync(revoked=1)
        self._revoked, self._together = True, False
        return [Note("revoked")]

    # The handshake

    def _welcome(self, frame: Welcome) -> list[Effect]:
        """Take central's word on where both stand, if it answers the last question."""
        if frame.node != self._store.node:
            return []
        if not self._nonce or frame.nonce != self._nonce:
            with self._store.reader() as read:
                known = read.sync().term
            return self._other_term() if frame.nonce == 0 and frame.term != known else []
        with self._store.begin() as work:
            before, tip = work.sync(), work.tip()
            if frame.epoch != tip.epoch:
                self._restart()
                return []
            here = frame.seq <= tip.seq and (
                work.chain_at(self._store.node, tip.epoch, frame.seq) == frame.chain
            )
            applied = _applied_in(frame, before)
            work.set_sync(
                term=frame.term, applied=applied, central_gsn=frame.gsn, **self._measured(work, frame)
            )
            if here:
                work.set_sync(acked_epoch=tip.epoch, acked=frame.seq, acked_chain=frame.chain)
            else:
                self._new_epoch(work, keep=_is_sure(frame, before, tip.epoch))
            self._learn_time(work, frame)
            ids = work.ids_beyond(frame.terms) if frame.report else None
        return self._welcomed(frame, before, ids, here=here, applied=applied)

    def _welcomed(
        self, frame: Welcome, before: SyncState, ids: list[bytes] | None, *, here: bool, applied: int
    ) -> list[Effect]:
        self._nonce, self._refused = 0, ""
        if frame.term != before.term or applied != before.applied or not self._together:
            self._inbox.reset(applied, frame.gsn)
        self._inbox.heard_of(frame.gsn)
        if not here:
            self._restart()
            return [Note("forked", f"{frame.epoch} {frame.seq}")]
        if not self._together or frame.seq < before.acked:
            self._outbox.reset(frame.seq)
        self._outbox.confirmed(frame.seq)
        if ids is None:
            self._report = None
        elif self._report is None or frame.term != before.term:
            self._report = Report(self._env, ids)
        self._greeting.stop()
        self._together = True
        return [Note("together", str(frame.term))] if frame.term != before.term else []

    def _measured(self, work: Work, frame: Welcome) -> dict[str, object]:
        """Give what this answer says about the clocks; a slow one says nothing, nor does one nobody set."""
        took = self._env.monotonic_ms() - self._asked_at
        if took > MOST_ROUND_TRIP_MS or work.reading.clock == UNTRUSTED:
            return {"heard_at": work.now}
        self._offset = work.reading.at - frame.at - took // 2
        return {"heard_at": work.now, "offset_ms": self._offset}

    def _learn_time(self, work: Work, frame: Welcome) -> None:
        took = self._env.monotonic_ms() - self._asked_at
        if took <= MOST_ROUND_TRIP_MS and work.reading.clock == UNTRUSTED:
            work.learn_time(frame.at + took // 2)

    # The own stream

    def _ack(self, frame: Ack) -> list[Effect]:
        with self._store.begin() as work:
            state, tip = work.sync(), work.tip()
            if (frame.term, frame.epoch) != (state.term, tip.epoch) or frame.seq <= state.acked:
                return []
            if work.chain_at(self._store.node, tip.epoch, frame.seq) == frame.chain:
                work.set_sync(
                    acked_epoch=tip.epoch, acked=frame.seq, acked_chain=frame.chain, heard_at=work.now,
                    central_gsn=max(state.central_gsn, frame.gsn),
                )  # fmt: skip
                forked = False
            else:
                self._new_epoch(work, keep=True)
                forked = True
        if forked:
            return self._forked(frame)
        self._outbox.confirmed(frame.seq)
        self._inbox.heard_of(frame.gsn)
        return []

    def _nack(self, frame: Nack) -> list[Effect]:
        with self._store.reader() as read:
            state, tip = read.sync(), read.tip()
        if (frame.term, frame.epoch) != (state.term, tip.epoch) or not self._together:
            return []
        if frame.expected <= state.acked:
            self._restart()  # central misses what it confirmed: a late word, or it lost something
            return [Note("nack_below_ack")]
        self._outbox.missing(frame.expected)
        return []

    def _fork(self, frame: Fork) -> list[Effect]:
        with self._store.begin() as work:
            state, tip = work.sync(), work.tip()
            if (frame.term, frame.epoch) != (state.term, tip.epoch):
                return []
            if work.chain_at(self._store.node, tip.epoch, frame.seq) == frame.chain:
                return []  # nothing differs there: a late word, or none of central's
            self._new_epoch(work, keep=frame.seq >= state.acked)
        return self._forked(frame)

    def _forked(self, frame: Ack | Fork) -> list[Effect]:
        self._restart()
        return [Note("forked", f"{frame.epoch} {frame.seq}")]

    @staticmethod
    def _new_epoch(work: Work, *, keep: bool) -> None:
        """Go on in a stream of its own, with everything that central has not certainly got.

        Args:
            work: the open transaction.
            keep: what was confirmed before stands; if not, all of the stream goes up once more.
        """
        if not keep:
            work.set_sync(acked=0, acked_chain=GENESIS)
        work.new_epoch()
        work.notice("forked")
        homes.stop(work)

    # Going on

    def _onward(self) -> list[Effect]:
        now = self._env.monotonic_ms()
        if now >= self._greet_at or self._greeting.is_due:
            return [self._hello(), *self._bite(), self._wake()]
        effects = self._bite()
        if self._together:
            effects += self._decided(now)
            effects += self._reported() if self._report is not None else self._filled()
            effects += self._pull()
        return [*effects, self._wake()]

    def _bite(self) -> list[Effect]:
        """Store the next bite of what came."""
        bite = self._inbox.bite()
        if not bite:
            return []
        entries = [entry for act in bite for entry in act]
        with self._store.begin() as work:
            state = work.sync()
            if state.applied + 1 != self._inbox.first:
                self._inbox.reset(state.applied, self._inbox.tip)
                return []
            fault = tried(work, lambda: work.receive(state.term, self._inbox.first, entries))
            if fault:
                work.notice("refused_frames", detail=fault)
            else:
                homes.is_idle(work)
                self._decide_in(work)
                if state.heard_at is None or work.now - state.heard_at > GREET_MS:
                    work.set_sync(heard_at=work.now)
        if fault:
            self._inbox.spoilt(state.applied)
            return [Note("cannot_take", fault)]
        self._inbox.stored(bite)
        return []

    def _decide_in(self, work: Work) -> None:
        if self._decide is not None and homes.homes_of(work, self._store.node):
            decide = self._decide
            tried(work, lambda: decide(work))

    def _decided(self, now: int) -> list[Effect]:
        """Look for requests that waited: this node was started, or has just become home."""
        if self._decide is None or now < self._decide_at:
            return []
        self._decide_at = now + DECIDE_MS
        with self._store.reader() as read:
            if not read.rows("SELECT 1 FROM local_request LIMIT 1"):
                return []
        with self._store.begin() as work:
            self._decide_in(work)
        return []

    def _filled(self) -> list[Effect]:
        with self._store.reader() as read:
            state, tip, now = read.sync(), read.tip(), read.reading
            said = {"at": now.at, "clock": now.clock, "offset": self._offset, "applied": state.applied}
            payloads = self._outbox.fill(read, state, tip, said)
        return [self._up(payload) for payload in payloads]

    def _reported(self) -> list[Effect]:
        assert self._report is not None  # noqa: S101 asked by the one caller
        report = self._report
        with self._store.reader() as read:
            term = read.sync().term
            payloads = report.bring(read, term) if report.wanted else []
        payloads += report.due(self._store.node, term)
        if report.is_done:
            self._report = None
        return [self._up(payload) for payload in payloads]

    def _pull(self) -> list[Effect]:
        if not self._inbox.wants_more:
            return []
        with self._store.reader() as read:
            term = read.sync().term
        nonce = int.from_bytes(self._env.randomness(6), "big") | 1
        self._inbox.pulled(nonce)
        frame = Pull(
            node=self._store.node, term=term, after=self._inbox.next - 1, most=MOST_WAITING, nonce=nonce
        )
        return [self._up(encode(frame))]

    def _wake(self) -> Wake:
        now = self._env.monotonic_ms()
        look = now + LOOK_MS if self._together else None
        report = self._report.due_at if self._report is not None else None
        whens = (self._greet_at, self._greeting.at, self._outbox.due_at, self._inbox.due_at, report, look)
        return Wake(max(0, min(when for when in whens if when is not None) - now))


def _applied_in(frame: Welcome, before: SyncState) -> int:
    """Give up to which number what was received is central's own past: since then it may have been restored."""
    terms = [term for term, _ in frame.terms]
    if before.term not in terms:
        return 0
    following = terms.index(before.term) + 1
    return min(before.applied, frame.terms[following][1]) if following < len(terms) else before.applied


def _is_sure(frame: Welcome, before: SyncState, epoch: int) -> bool:
    """Say whether what central confirmed once is still with it, though it holds another stream now."""
    return frame.term == before.term and before.acked_epoch == epoch and frame.seq >= before.acked

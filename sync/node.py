"""A node's end of the line, as a state machine: it is told events and answers with what is to be done.

The journal is its memory. Whatever this object forgets in a crash is found again: what was not confirmed
stands above `acked`, what was not received above `applied`. It believes an `Ack` only, and that only if its
own chain says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from sharing.journal.entry import Entry
from sharing.journal.store import Store, Work
from sync import homes
from sync.at_node import own_stream, reporting
from sync.at_node.greeting import GREET_MS, Greeted, Greeting
from sync.at_node.receiving import REST_MS, Inbox, is_heavy, tell_staff
from sync.at_node.reporting import Report
from sync.at_node.sending import Outbox
from sync.events import Connected, Disconnected, Effect, Env, Event, Note, Received, Send, Wake
from sync.protocol import BadFrame, decode, encode
from sync.status import NodeStatus
from sync.trying import decide_in, tried
from sync.wire.frames import Ack, Fork, Head, Nack, Part, Refused, Revoked, Want, Welcome

LOOK_MS: Final = 200
"""How often to look whether another process has written something, if nobody says so."""
DECIDE_MS: Final = 5_000
"""How often a home looks for requests that waited while it could not decide."""

Decide = Callable[[Work], int]


class NodeSync:
    """One node. `step` is called by one thread only, with one event after the other."""

    def __init__(self, store: Store, env: Env, *, software: str, decide: Decide | None = None) -> None:
        """Take the journal and the world; nothing is read yet.

        Args:
            store: this node's journal.
            env: time, chance, and whether somebody is being served.
            software: the version, for central's list.
            decide: answers requests in an open transaction, where this node is home; some at a time, so
                that the desk comes between.
        """
        self._store, self._env, self._software, self._decide = store, env, software, decide
        self._outbox, self._inbox, self._greeting = Outbox(env), Inbox(env), Greeting(env)
        self._report: Report | None = None
        self._connected = self._together = self._revoked = False
        self._session = self._decide_at = self._told_in = 0
        self._refused = ""
        self._told: dict[type[Any], Callable[[Any], list[Effect]]] = {
            Welcome: self._welcome, Ack: self._ack, Nack: self._nack, Fork: self._fork, Want: self._want,
            Refused: self._refusal, Revoked: self._revocation,
        }  # fmt: skip

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
            offset_ms=state.offset_ms, stopped=state.is_stopped, revoked=bool(state.revoked),
            restoring=self._report is not None, refused=self._refused, stuck=self._inbox.stuck,
        )  # fmt: skip

    # Coming and going

    def _connect(self, event: Connected) -> None:
        with self._store.reader() as read:
            self._revoked = bool(read.sync().revoked)
        self._connected, self._session, self._report, self._refused = True, event.session, None, ""
        self._restart()

    def _restart(self) -> None:
        """Say hello anew, and nothing else until the answer is there."""
        self._together = False
        self._greeting.again()

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
        if isinstance(frame, Head) and not (self._together or event.retained):
            self._greeting.hasten()
        if isinstance(frame, Part | Head):
            return self._heard(frame)
        if own and type(frame) in self._told:
            return self._told[type(frame)](frame)
        return [Note("bad_frame", f"{event.channel} not_ours")]

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

    def _want(self, frame: Want) -> list[Effect]:
        if self._report is not None:
            self._report.answered(frame)
        return []

    def _refusal(self, frame: Refused) -> list[Effect]:
        self._refused = frame.reason
        return [Note("refused", frame.reason)]

    def _revocation(self, frame: Revoked) -> list[Effect]:
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
        if not self._greeting.is_answered_by(frame):
            with self._store.reader() as read:
                known = read.sync().term
            return self._other_term() if frame.nonce == 0 and frame.term != known else []
        with self._store.begin() as work:
            greeted = self._greeting.take(work, frame)
        self._greeting.answered()
        if greeted is None or not greeted.same:
            self._restart()
            return [Note("forked", f"{frame.epoch} {frame.seq}")] if greeted else []
        return self._welcomed(frame, greeted)

    def _welcomed(self, frame: Welcome, greeted: Greeted) -> list[Effect]:
        is_new = frame.term != greeted.before.term
        if is_new or greeted.applied != greeted.before.applied or not self._together:
            self._inbox.reset(greeted.applied, frame.gsn)
        self._inbox.heard_of(frame.gsn)
        if not self._together or frame.seq < greeted.before.acked:
            self._outbox.reset(frame.seq)
        self._outbox.confirmed(frame.seq)
        if not reporting.is_due(frame, self._told_in):
            self._report = None
        elif self._report is None or is_new:
            self._begin_report(frame)
        self._together, self._refused = True, ""
        return [Note("together", str(frame.term))] if is_new else []

    def _begin_report(self, frame: Welcome) -> None:
        """Look for what central may lack; if it did not ask, what goes up by itself is nothing to tell of."""
        with self._store.reader() as read:  # it reads the whole journal: no desk must wait for that
            ids = read.ids_beyond(frame.terms, rising=frame.report)
        if ids or frame.report:
            self._report = Report(self._env, ids)
        else:
            self._told_in = frame.term

    # The own stream

    def _ack(self, frame: Ack) -> list[Effect]:
        with self._store.begin() as work:
            confirmed = own_stream.confirm(work, frame)
        if confirmed is False:
            return self._forked(frame)
        if confirmed:
            self._outbox.confirmed(frame.seq)
            self._inbox.heard_of(frame.gsn)
        return []

    def _nack(self, frame: Nack) -> list[Effect]:
        with self._store.reader() as read:
            is_ours, acked = own_stream.is_ours(read, frame), read.sync().acked
        if not is_ours or not self._together:
            return []
        if frame.expected <= acked:
            self._restart()  # central misses what it confirmed: a late word, or it lost something
            return [Note("nack_below_ack")]
        self._outbox.missing(frame.expected)
        return []

    def _fork(self, frame: Fork) -> list[Effect]:
        with self._store.begin() as work:
            forked = own_stream.forked(work, frame)
        return self._forked(frame) if forked else []

    def _forked(self, frame: Ack | Fork) -> list[Effect]:
        self._restart()
        return [Note("forked", f"{frame.epoch} {frame.seq}")]

    # Going on

    def _onward(self) -> list[Effect]:
        if self._greeting.is_due:
            with self._store.reader() as read:
                hello = self._greeting.hello(read, self._software, self._session)
            return [self._up(encode(hello)), *self._bite(), self._wake()]
        if self._greeting.is_to_learn:
            with self._store.begin() as work:
                self._greeting.learn(work)
        effects = self._bite()
        if self._together:
            effects += self._decided(self._env.monotonic_ms())
            effects += self._sent()
        return [*effects, self._wake()]

    def _bite(self) -> list[Effect]:
        """Store the next bite of what came."""
        bite = self._inbox.bite(self._is_heavy)
        if not bite:
            return []
        entries = [entry for act in bite for entry in act]
        applied, fault = self._store.boldly(lambda work: self._take(work, entries))
        if applied + 1 != self._inbox.first:
            self._inbox.reset(applied, self._inbox.tip)
            return []
        if fault:
            self._inbox.failed(bite, applied, fault)
            return [Note("cannot_take", fault)]
        self._inbox.stored(bite)
        return []

    def _is_heavy(self, boot: str) -> bool:
        with self._store.reader() as read:
            return is_heavy(read, boot)

    def _take(self, work: Work, entries: Sequence[Entry]) -> tuple[int, str]:
        """Store what comes next, if it does; gives how far this node was before, and what was wrong."""
        state = work.sync()
        if state.applied + 1 != self._inbox.first:
            return state.applied, ""
        fault = tried(work, lambda: work.receive(state.term, self._inbox.first, entries))
        if fault:
            tell_staff(work, fault, self._inbox.first, entries)
        else:
            homes.is_idle(work)
            self._decide_in(work)
            if state.heard_at is None or work.now - state.heard_at > GREET_MS:
                work.set_sync(heard_at=work.now)
        return state.applied, fault

    def _decide_in(self, work: Work) -> None:
        """Answer what is asked; it may have been some of it only, so look again soon."""
        if self._decide is None or not homes.homes_of(work, self._store.node):
            return
        if decide_in(work, self._decide):
            self._decide_at = self._env.monotonic_ms() + REST_MS

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

    def _sent(self) -> list[Effect]:
        """Give what may go up now: a report or the next frames, and a question for what is missing."""
        with self._store.reader() as read:
            state = read.sync()
            if self._report is not None:
                payloads = self._report.go_on(read, state.term)
            else:
                payloads = self._outbox.fill(read, state, read.tip(), self._greeting.offset)
            payloads += self._inbox.pull(self._store.node, state.term)
        if self._report is not None and self._report.is_done:
            self._report, self._told_in = None, state.term
        return [self._up(payload) for payload in payloads]

    def _wake(self) -> Wake:
        """Ask for a tick when something is due that can then be done; before the answer only bites can."""
        now = self._env.monotonic_ms()
        whens: list[int | None] = [self._greeting.due_at]
        if self._together:
            sending = self._outbox.due_at if self._report is None else self._report.due_at
            whens += [self._inbox.due_at, sending, now + LOOK_MS]
            whens += [self._decide_at] if self._decide_at > now else []
        elif self._inbox.first < self._inbox.next:
            whens.append(self._inbox.due_at)
        return Wake(max(0, min(when for when in whens if when is not None) - now))

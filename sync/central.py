"""Central's end of all lines, as a state machine: one transaction for each frame, an answer only after it.

Central orders what comes, decides what is asked where it is home, and hands everything on. It believes no
frame further than its chain goes, and no node beyond what that node may write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sharing.journal.peers import Peer
from sharing.journal.shapes import PrivateEmptied
from sharing.journal.store import Reader, Store, Work
from sync.at_central import handing, quarantine, restoring
from sync.at_central.holding import Holding
from sync.at_central.peering import BYTES_COST, PULL_COSTS, Peers
from sync.at_central.taking import Gap, Split, take
from sync.at_central.telling import News
from sync.events import Connected, Disconnected, Effect, Env, Event, Note, Received, Send, Wake
from sync.homes import move_released
from sync.protocol import BadFrame, decode_of_node, encode
from sync.status import CentralStatus
from sync.topics import is_joining, topic_house
from sync.trying import decide_in
from sync.wire.frames import (
    Ack,
    AnyFrame,
    Bring,
    Fork,
    Have,
    Hello,
    Nack,
    NodeFrame,
    Pull,
    Refused,
    Revoked,
    Up,
    Welcome,
)

LOOK_MS: Final = 200
"""How often to look whether another process has written something, if nobody says so."""
COUNT_MS: Final = 10_000
"""How often what was refused is written down."""
DECIDE_MS: Final = 5_000
"""How often to look for requests that waited while nothing could be decided."""
MOST_SET_ASIDE: Final = 1000
"""Open acts of one node; then it is heard no more until staff have looked."""

Decide = Callable[[Work], int]


class CentralSync:
    """One house's central. `step` is called by one thread only, with one event after the other."""

    def __init__(self, store: Store, env: Env, *, decide: Decide | None, software: str) -> None:
        """Take the journal and the world; nothing is read yet.

        Args:
            store: the central's journal.
            env: time and chance.
            decide: answers requests in an open transaction, where central is home.
            software: the version.
        """
        self._store, self._env, self._decide, self.software = store, env, decide, software
        self._peers = Peers(env)
        self._connected = False
        self._news = News(env)
        self._count_at = self._decide_at = 0
        self._holding = Holding(env)
        self._left = False
        """Requests were answered, and others are left: it need not wait for anything."""
        self._cannot: dict[str, set[bytes]] = {}
        """Of each node the ids that it brought and that could not be taken; another may have them whole."""

    def step(self, event: Event) -> list[Effect]:
        """Take one event; what is returned is to be done in its order.

        Nothing that comes over the line raises anything.

        Raises:
            Storage: the disk or the database does not do what it must. The event was not dealt with.
        """
        if isinstance(event, Disconnected):
            self._connected = False
            self._peers.forget_sessions()
            return []
        self._news.begin()
        if self._news.told is None:
            self._begin()
        effects: list[Effect] = []
        if isinstance(event, Connected):
            self._connected = True
            self._news.connected()
        elif isinstance(event, Received):
            effects = self._received(event)
        else:
            self._tick()
        return [*effects, *self._tell(), Wake(self._pause())]

    def _pause(self) -> int:
        return 0 if self._left else min(LOOK_MS, self._holding.left_ms or LOOK_MS)

    def status(self) -> CentralStatus:
        """Say how central stands with its nodes."""
        with self._store.reader() as read:
            state, gsn, aside = read.sync(), read.stream_tip(), read.count_aside()
            peers = [
                (one, read.watermark(one.node, one.epoch).seq if one.epoch is not None else 0)
                for one in read.peers()
            ]
        return CentralStatus(
            connected=self._connected, term=state.term, gsn=gsn, restoring=bool(state.restoring),
            peers=tuple(self._peers.status(peer, seq, gsn) for peer, seq in peers),
            quarantine=aside, refused=dict(self._peers.refused),
        )  # fmt: skip

    # Time

    def _begin(self) -> None:
        """Make the first term, and begin to tell of what comes from here on; nodes pull what was before."""
        with self._store.begin() as work:
            if not work.terms():
                work.new_term()
            work.hand_on()
            quarantine.empty(work)
            self._news.told = work.stream_tip()

    def _tick(self) -> None:
        now = self._env.monotonic_ms()
        if now - self._count_at >= COUNT_MS and self._peers.has_counts:
            self._count_at = now
            self._write_counts()
        with self._store.reader() as read:
            tip, state = read.tip(), read.sync()
            waits = _waits(read)
        wrote = tip.seq > state.swept or tip.epoch != state.acked_epoch
        left, self._left = self._left or self._holding.is_over, False
        if wrote or self._holding.is_over:
            self._holding.let_go()
        decides = waits and self._decide is not None and not self._holding.holds
        if wrote or (decides and (left or now - self._decide_at >= DECIDE_MS)):
            self._decide_at = now
            with self._store.begin() as work:
                self._finish_restoring(work)
                self._settle(work)
                quarantine.empty(work)  # another process may have emptied something

    def _write_counts(self) -> None:
        with self._store.begin() as work:
            self._peers.write_counts(work)
            self._settle(work)
        self._peers.counts_are_written()

    def _tell(self) -> list[Effect]:
        if not self._connected:
            return []
        with self._store.reader() as read:
            return self._news.tell(read)

    # What comes

    def _received(self, event: Received) -> list[Effect]:
        if event.channel == "status":
            self._peers.came_or_went(event)
        if event.channel != "up" or is_joining(event.node):
            return []
        if not self._peers.allowance.spend(event.node, 1 + len(event.payload) // BYTES_COST):
            self._peers.refuse(event.node, "flood")
            return []
        try:
            return self._in_transaction(event.node, decode_of_node(event.payload))
        except BadFrame as bad:
            return self._refuse(event.node, bad.reason)

    def _refuse(self, node: str, reason: str) -> list[Effect]:
        """Count it; the sender hears why."""
        self._peers.refuse(node, reason)
        return [Note("refused", f"{node} {reason}"), self._down(node, Refused(reason=reason))]

    def _down(self, node: str, frame: AnyFrame) -> Send:
        return Send("down", node, encode(frame))

    def _in_transaction(self, node: str, frame: NodeFrame) -> list[Effect]:
        if frame.node != node:
            return self._refuse(node, "wrong_node")
        return self._store.boldly(lambda work: self._heard(work, node, frame))

    def _heard(self, work: Work, node: str, frame: NodeFrame) -> list[Effect]:
        peer = next((one for one in work.peers() if one.node == node), None)
        if peer is None:
            return self._refuse(node, "unknown_node")
        if peer.revoked_at is not None:
            self._peers.refused["revoked"] += 1
            return [Note("refused", f"{node} revoked"), self._down(node, Revoked(node=node))]
        effects = self._answer(work, peer, frame)
        self._peers.count(node)
        return effects

    def _answer(self, work: Work, peer: Peer, frame: NodeFrame) -> list[Effect]:
        if isinstance(frame, Hello):
            return self._hello(work, peer, frame)
        term = work.sync().term
        if frame.term != term:
            epoch = frame.epoch if isinstance(frame, Up) else peer.epoch or 0
            return [self._down(peer.node, self._welcome(work, peer, epoch))]
        if isinstance(frame, Up):
            return self._up(work, peer, frame)
        if isinstance(frame, Pull):
            self._peers.allowance.spend(peer.node, PULL_COSTS)
            self._peers.applied[peer.node] = frame.after
            payloads = handing.answer(work, term, frame.after, frame.most, frame.nonce)
            return [Send("down", peer.node, payload) for payload in payloads]
        return self._restore(work, peer, frame)

    # The handshake

    def _hello(self, work: Work, peer: Peer, frame: Hello) -> list[Effect]:
        if frame.house != topic_house(self._store.house):
            return self._refuse(peer.node, "house_differs")
        self._peers.note_hello(work, peer, frame)
        self._settle(work)
        return [self._down(peer.node, self._welcome(work, peer, frame.epoch, frame.nonce))]

    def _welcome(self, work: Work, peer: Peer, epoch: int, nonce: int = 0) -> Welcome:
        known, state = work.watermark(peer.node, epoch), work.sync()
        return Welcome(
            term=state.term, terms=tuple(work.terms()), node=peer.node, epoch=epoch, seq=known.seq,
            chain=known.chain, gsn=work.stream_tip(), at=work.now if work.is_believable else 0, nonce=nonce,
            report=restoring.must_report(work, peer),
        )  # fmt: skip

    # Up

    def _up(self, work: Work, peer: Peer, frame: Up) -> list[Effect]:
        if work.count_aside(peer.node) >= MOST_SET_ASIDE:
            return self._refuse(peer.node, "quarantine_full")
        waits = _waits(work)
        taken = take(work, frame)
        if isinstance(taken, Gap):
            nack = Nack(term=frame.term, epoch=frame.epoch, expected=taken.expected)
            return [self._down(peer.node, nack)]
        if isinstance(taken, Split):
            fork = Fork(term=frame.term, epoch=frame.epoch, seq=taken.seq, chain=taken.chain)
            return [Note("fork", f"{peer.node} {frame.epoch} {taken.seq}"), self._down(peer.node, fork)]
        self._peers.note_epoch(work, peer, frame.epoch, alive=False)
        self._peers.note_offset(work, peer, frame)
        self._peers.applied[peer.node] = max(self._peers.applied.get(peer.node, 0), frame.applied)
        self._holding.heard(peer.node, more=bool(frame.more), new=work.arrived, waits=waits)
        self._settle(work)
        known = work.watermark(peer.node, frame.epoch)
        ack = Ack(
            term=frame.term, epoch=frame.epoch, seq=known.seq, chain=known.chain, gsn=work.stream_tip(),
            at=work.reading.at,
        )  # fmt: skip
        return [self._down(peer.node, ack)]

    def _settle(self, work: Work) -> None:
        """What follows from what came: homes that let go, verdicts, and a number for everything new."""
        if not work.sync().restoring:
            move_released(work)
            self._answer_requests(work)
            move_released(work)
        if any(entry.kind == PrivateEmptied.KIND for entry in work.arrived):
            quarantine.empty(work)
        self._news.hand_on(work)

    def _answer_requests(self, work: Work) -> None:
        if self._decide is not None and not self._holding.holds:
            looked_at = decide_in(work, self._decide)
            self._left = bool(looked_at and _waits(work))

    # After a restore

    def _restore(self, work: Work, peer: Peer, frame: Have | Bring) -> list[Effect]:
        if not restoring.takes_reports(work):
            return [] if isinstance(frame, Bring) else [self._down(peer.node, self._welcome(work, peer, 0))]
        is_full = work.count_aside(peer.node) >= MOST_SET_ASIDE
        if isinstance(frame, Bring):
            if is_full:
                return self._refuse(peer.node, "quarantine_full")
            self._cannot.setdefault(peer.node, set()).update(restoring.take_brought(work, peer, frame))
            self._settle(work)
            return []
        want = restoring.answer(work, peer, frame, self._cannot.get(peer.node, frozenset()))
        if want.ids and is_full:  # it would bring them, and ask again, without end
            return self._refuse(peer.node, "quarantine_full")
        self._finish_restoring(work)
        self._settle(work)
        return [self._down(peer.node, want)]

    def _finish_restoring(self, work: Work) -> None:
        if work.sync().restoring and restoring.everybody_reported(work):
            restoring.finish(work)


def _waits(read: Reader) -> bool:
    return bool(read.rows("SELECT 1 FROM local_request LIMIT 1"))

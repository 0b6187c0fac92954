"""What central knows of its nodes while it runs: who is there, which stream is alive, whose clock is off."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from sharing.allowance import Allowance
from sharing.journal.clock import UNTRUSTED
from sharing.journal.peers import Peer
from sharing.journal.store import Work
from sync.events import Env, Received
from sync.protocol import BadFrame, decode
from sync.status import PeerStatus
from sync.wire.frames import Birth, Death, Hello, Up

CLONE_MS: Final = 120_000
"""An earlier stream of a node that is heard so long after a later one began is no late message any more."""
MOST_OFFSET_MS: Final = 120_000
BAD_FRAME_COSTS: Final = 10
"""As much as so many good ones."""
PULL_COSTS: Final = 20
"""Its answer are some full frames: enough for 30,000 entries a second, which no node stores."""
BYTES_COST: Final = 32 * 1024
"""Each so many bytes of a frame cost as much as a small frame."""


class Peers:
    """Memory of one run; what must outlive it stands in `local_peer`."""

    def __init__(self, env: Env) -> None:
        """Begin with nobody heard."""
        self._env = env
        self._started_at = env.monotonic_ms()
        self.allowance = Allowance(env.monotonic_ms)
        self._epochs: dict[str, tuple[int, int]] = {}
        """Of each node its newest stream, and since when it is heard (monotonic ms)."""
        self.applied: dict[str, int] = {}
        self._sessions: dict[str, int] = {}
        self.refused: Counter[str] = Counter()
        """Frames refused since the start, by reason."""
        self._frames: Counter[str] = Counter()
        self._to_tell: Counter[tuple[str, str]] = Counter()
        """How often frames of a node were refused for a reason, and not written down yet."""

    # Who is there

    def forget_sessions(self) -> None:
        """Nobody is known to be there: the line broke."""
        self._sessions.clear()

    def came_or_went(self, event: Received) -> None:
        """Take a birth or a death; one that is older than the newest birth says nothing."""
        try:
            frame = decode(event.payload)
        except BadFrame:
            return
        session = self._sessions.get(event.node, -1)
        if isinstance(frame, Birth) and frame.session >= session:
            self._sessions[event.node] = frame.session
        elif isinstance(frame, Death) and frame.session >= session:
            self._sessions.pop(event.node, None)

    def status(self, peer: Peer, seq: int, gsn: int) -> PeerStatus:
        """Say how a node stands, of whose stream everything up to `seq` is here."""
        applied = self.applied.get(peer.node, peer.applied)
        return PeerStatus(
            node=peer.node, connected=peer.node in self._sessions, epoch=peer.epoch, watermark=seq,
            applied=applied, lag=max(0, gsn - applied), offset_ms=peer.offset_ms, heard_at=peer.heard_at,
            software=peer.software, revoked=peer.revoked_at is not None, reported=bool(peer.reported),
            frames=peer.frames + self._frames[peer.node],
            refused=peer.refused + sum(n for (one, _), n in self._to_tell.copy().items() if one == peer.node),
        )  # fmt: skip

    # What they say

    def count(self, node: str) -> None:
        """A frame of a node was looked at."""
        self._frames[node] += 1

    def refuse(self, node: str, reason: str) -> None:
        """A frame was not; that costs its sender."""
        self.allowance.spend(node, BAD_FRAME_COSTS)
        self.refused[reason] += 1
        self._to_tell[(node, reason)] += 1

    @property
    def has_counts(self) -> bool:
        """Say whether anything was counted that is not written down."""
        return bool(self._frames or self._to_tell)

    def write_counts(self, work: Work) -> None:
        """Write down what was counted, and tell staff whose frames were refused."""
        for peer in work.peers():
            refused = {reason: n for (node, reason), n in self._to_tell.items() if node == peer.node}
            if self._frames[peer.node] or refused:
                work.note_peer(
                    peer.node, frames=peer.frames + self._frames[peer.node],
                    refused=peer.refused + sum(refused.values()),
                    applied=self.applied.get(peer.node, peer.applied),
                )  # fmt: skip
            for reason in sorted(refused):
                work.notice("refused_frames", detail=reason, node=peer.node)

    def counts_are_written(self) -> None:
        """The transaction is over."""
        self._to_tell.clear()
        self._frames.clear()

    def note_hello(self, work: Work, peer: Peer, frame: Hello) -> None:
        """Remember what a node says of itself."""
        self.note_epoch(work, peer, frame.epoch, alive=True)
        self.note_offset(work, peer, frame)
        self.applied[peer.node] = frame.applied if frame.term == work.sync().term else 0
        work.note_peer(
            peer.node, applied=self.applied[peer.node], heard_at=work.now, software=frame.software,
            kinds=msgspec.json.encode(frame.kinds, order="sorted").decode(),
        )  # fmt: skip

    def note_epoch(self, work: Work, peer: Peer, epoch: int, *, alive: bool) -> None:
        """Remember which stream of a node is its newest, and tell staff if an earlier one is alive."""
        now = self._env.monotonic_ms()
        newest, since = self._epochs.get(peer.node, (peer.epoch, self._started_at))
        if epoch == newest == peer.epoch:
            return
        if epoch == newest or newest is None or work.watermark(peer.node, epoch).seq == 0:
            self._epochs[peer.node] = (epoch, now)
            work.note_peer(peer.node, epoch=epoch)
        elif alive and now - since >= CLONE_MS:
            work.notice("cloned", node=peer.node)

    def note_offset(self, work: Work, peer: Peer, frame: Hello | Up) -> None:
        """Remember how far a node's clock is off, and tell staff if it is much."""
        if frame.offset is None or frame.offset == peer.offset_ms:
            return
        work.note_peer(peer.node, offset_ms=frame.offset)
        if abs(frame.offset) > MOST_OFFSET_MS and frame.clock != UNTRUSTED:
            work.notice("clock_off", node=peer.node)

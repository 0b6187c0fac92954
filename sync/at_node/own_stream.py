"""What central says about a node's own stream: how far it is confirmed, or that it is another one."""

from __future__ import annotations

from sharing.journal.chain import GENESIS
from sharing.journal.store import Reader, Work
from sharing.journal.stream import SyncState
from sync import homes
from sync.wire.frames import Ack, Fork, Nack, Welcome


def is_ours(read: Reader, frame: Ack | Nack | Fork) -> bool:
    """Say whether a frame is about the stream this node writes now, in the term it knows."""
    return (frame.term, frame.epoch) == (read.sync().term, read.tip().epoch)


def agrees(read: Reader, epoch: int, seq: int, chain: bytes) -> bool:
    """Say whether this node's own chain is the same at a place of its stream."""
    return read.chain_at(read.store.node, epoch, seq) == chain


def confirm(work: Work, frame: Ack) -> bool | None:
    """Note that central has all up to here: True; False if it means another stream, None if it is late."""
    state = work.sync()
    if not is_ours(work, frame) or frame.seq <= state.acked:
        return None
    if not agrees(work, frame.epoch, frame.seq, frame.chain):
        begin_anew(work, keep=True)
        return False
    work.set_sync(
        acked_epoch=frame.epoch, acked=frame.seq, acked_chain=frame.chain, heard_at=work.now,
        central_gsn=max(state.central_gsn, frame.gsn),
    )  # fmt: skip
    return True


def forked(work: Work, frame: Fork) -> bool:
    """Begin a new stream if central's is truly another one at this place; a late word changes nothing."""
    if not is_ours(work, frame) or agrees(work, frame.epoch, frame.seq, frame.chain):
        return False
    begin_anew(work, keep=frame.seq >= work.sync().acked)
    return True


def begin_anew(work: Work, *, keep: bool) -> None:
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


def is_sure(frame: Welcome, before: SyncState, epoch: int) -> bool:
    """Say whether what central confirmed once is still with it, though it holds another stream now."""
    return frame.term == before.term and before.acked_epoch == epoch and frame.seq >= before.acked

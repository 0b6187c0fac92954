"""Acts that central could not take: set aside as they came, until staff say what becomes of them."""

from __future__ import annotations

from sharing.errors import BadValue, DoesNotExist
from sharing.journal.store import Store, Work
from sync.acts import Act, ids_in, unpack_one
from sync.protocol import BadFrame
from sync.trying import Unfit, tried


def set_aside(
    work: Work, node: str, epoch: int, seq: int, raw: bytes, parts: int, chain: bytes, reason: str
) -> None:
    """Keep an act as it came and its place in the stream, so that what comes after it can be taken.

    Args:
        work: the open transaction.
        node: whose stream it stood in.
        epoch: of that stream.
        seq: the place of its first entry.
        raw: the act, as it stood in the frame.
        parts: how many places it takes.
        chain: what its writer said stands after it.
        reason: why; the first word is a key.
    """
    ids = ids_in(raw, parts)
    work.skip(node, epoch, seq, ids, chain)
    act = _readable(raw)
    name = act[0].act if act else ids[0]
    work.quarantine(node=node, epoch=epoch, seq=seq, act=name, parts=parts, reason=reason, raw=raw)
    work.notice("quarantined", detail=reason, node=node, epoch=epoch, seq=seq)
    if not reason.startswith("forged") and any(entry.nature == "verdict" for entry in act):
        work.notice("verdict_stalled", detail=str(seq), node=node, epoch=epoch, seq=seq)


def _readable(raw: bytes) -> Act:
    try:
        return unpack_one(raw)
    except BadFrame:
        return ()


def release(store: Store, n: int) -> None:
    """Take an act in after all, whoever wrote it: staff have looked at it.

    Raises:
        DoesNotExist: none with this number is set aside.
        BadValue: it cannot be taken still; `expected` says why. It stays where it is.
    """
    with store.begin() as work:
        raw = _raw(work, n)
        reason = tried(work, lambda: work.take_in(_whole(raw)))
        if reason:
            raise BadValue(field="quarantine", value=n, expected=reason)
        work.settle_quarantine(n, "released")
        work.hand_on()


def drop(store: Store, n: int) -> None:
    """Say that an act is never taken; its bytes stay for whoever looks for them.

    Raises:
        DoesNotExist: none with this number is set aside.
    """
    with store.begin() as work:
        _raw(work, n)
        work.settle_quarantine(n, "dropped")


def _raw(work: Work, n: int) -> bytes:
    found = [one for one in work.quarantined() if one.n == n]
    if not found:
        raise DoesNotExist(what="quarantine", value=str(n))
    return found[0].raw


def _whole(raw: bytes) -> Act:
    act = _readable(raw)
    if not act:
        raise Unfit("unreadable")
    return act

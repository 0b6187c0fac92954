"""Acts that central could not take: set aside as they came, until staff say what becomes of them.

They hold what people wrote, as entries do: what is emptied there is emptied here, and nothing of it is kept
when staff have decided.
"""

from __future__ import annotations

from collections.abc import Container

import msgspec

from sharing.errors import BadValue, DoesNotExist
from sharing.journal.store import Reader, Store, Work
from sync.protocol import BadFrame
from sync.trying import Unfit, tried
from sync.wire.acts import Act, ids_in, pack, split, unpack_one


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
    raw = without_emptied(work, raw)
    work.quarantine(node=node, epoch=epoch, seq=seq, act=name, parts=parts, reason=reason, raw=raw)
    work.notice("quarantined", detail=reason, node=node, epoch=epoch, seq=seq)
    if not reason.startswith("forged") and any(entry.nature == "verdict" for entry in act):
        work.notice("verdict_stalled", detail=str(seq), node=node, epoch=epoch, seq=seq)


def empty(work: Work) -> None:
    """Empty in what is set aside what was emptied in the journal since."""
    for (n,) in work.rows("SELECT n FROM local_quarantine WHERE state = 'open' ORDER BY n"):
        raw = _raw(work, n)
        left = without_emptied(work, raw)
        if left != raw:
            work.keep_of_quarantine(n, left)


def without_emptied(read: Reader, raw: bytes) -> bytes:
    """Give an act as it came, without those private parts that were emptied in the journal."""
    sql, ids = read.store.statements, [entry.id for entry in _readable(raw)]
    return _without(raw, {bytes(row[0]) for row in sql.among(read.execute, sql.are_emptied, ids)})


def _without(raw: bytes, ids: Container[bytes]) -> bytes:
    """Leave the private parts of some entries out of an act; one that nobody can read stays as it is."""
    act = _readable(raw)
    if not any(one.id in ids and one.private is not None for one in act):
        return raw
    left = [msgspec.structs.replace(one, private=None, salt=None) if one.id in ids else one for one in act]
    return split(pack([left]))[0]


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
        work.keep_of_quarantine(n, b"")
        work.hand_on()


def drop(store: Store, n: int) -> None:
    """Say that an act is never taken; without what people wrote it stays for whoever looks for it.

    Raises:
        DoesNotExist: none with this number is set aside.
    """
    with store.begin() as work:
        raw = _raw(work, n)
        act = _readable(raw)
        work.settle_quarantine(n, "dropped")
        work.keep_of_quarantine(n, _without(raw, {one.id for one in act}) if act else b"")


def _raw(work: Work, n: int) -> bytes:
    found = work.rows("SELECT raw FROM local_quarantine WHERE n = ? AND state = 'open'", (n,))
    if not found:
        raise DoesNotExist(what="quarantine", value=str(n))
    return bytes(found[0][0])


def _whole(raw: bytes) -> Act:
    act = _readable(raw)
    if not act:
        raise Unfit("unreadable")
    return act

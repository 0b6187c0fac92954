"""Central takes in a frame of a node's stream: the chain along it, what is missing, known or bad.

Everything happens in one open transaction. An act that cannot be taken is set aside and keeps its place;
those around it are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sharing.journal.chain import GENESIS, link
from sharing.journal.entry import content_digest
from sharing.journal.store import Work
from sync.at_central.forgery import check, suspects
from sync.at_central.quarantine import set_aside
from sync.protocol import BadFrame
from sync.trying import Unfit, tried
from sync.wire.acts import Act, split, unpack, unpack_one
from sync.wire.frames import MOST_ENTRIES, Mark, Up


class Gap(msgspec.Struct, frozen=True):
    """Something is missing before the frame."""

    expected: int


class Split(msgspec.Struct, frozen=True):
    """The frame belongs to another stream than the one that is here: at this place stands something else."""

    seq: int
    chain: bytes


class Taken(msgspec.Struct, frozen=True):
    """All of the frame is here now."""

    new: int


class _Placed(msgspec.Struct):
    """One act that is not here yet."""

    first: int
    mark: Mark
    raw: bytes | None
    """Its bytes, where the frame had to be taken apart."""
    act: Act = ()
    """Empty if it cannot be read."""
    chains: tuple[bytes, ...] = ()
    fault: str = ""


def take(work: Work, up: Up) -> Gap | Split | Taken:
    """Take what is new of a frame.

    Raises:
        BadFrame: the envelope does not fit what is in it.
    """
    if not up.marks or sum(mark.parts for mark in up.marks) > MOST_ENTRIES:
        raise BadFrame("malformed")
    known = work.watermark(up.node, up.epoch)
    if up.first > known.seq + 1:
        return Gap(known.seq + 1)
    forked = _fork_before(work, up) or _fork_along(work, up, known.seq)
    if forked is not None:
        return forked
    if up.first + sum(mark.parts for mark in up.marks) - 1 <= known.seq:
        return Taken(0)
    placed = [one for one in _placed(up) if one.first > known.seq]
    return Taken(sum(_take_run(work, up, run) for run in _runs(placed)))


def _fork_before(work: Work, up: Up) -> Split | None:
    if up.first == 1:
        return Split(0, GENESIS) if up.before != GENESIS else None
    here = work.chain_at(up.node, up.epoch, up.first - 1)
    if here == up.before:
        return None
    if here is None:
        return _at_watermark(work, up)
    return Split(up.first - 1, here)


def _fork_along(work: Work, up: Up, last: int) -> Split | None:
    """Compare along the part of the frame that is known: there the chains must be the same.

    Looking only before the frame would take a frame of the other stream for a repetition, and lose it.
    """
    seq = up.first - 1
    for mark in up.marks:
        if seq >= last:
            return None
        seq += mark.parts
        if seq > last:
            return _at_watermark(work, up)
        here = work.chain_at(up.node, up.epoch, seq)
        if here != mark.chain:
            return Split(seq, here) if here is not None else _at_watermark(work, up)
    return None


def _at_watermark(work: Work, up: Up) -> Split:
    known = work.watermark(up.node, up.epoch)
    return Split(known.seq, known.chain)


# What is new


def _placed(up: Up) -> list[_Placed]:
    """Read the acts of a frame, and compute the chain along them.

    Raises:
        BadFrame: there are more or fewer acts than the envelope says.
    """
    raws: Sequence[bytes | None] = [None] * len(up.marks)
    try:
        acts = unpack(up.acts)
    except BadFrame:
        raws = split(up.acts)
        acts = [_read(raw) for raw in raws]
    if len(acts) != len(up.marks) or len(raws) != len(up.marks):
        raise BadFrame("malformed")
    found: list[_Placed] = []
    seq, chain = up.first, up.before
    for mark, act, raw in zip(up.marks, acts, raws, strict=True):
        one = _Placed(seq, mark, raw, act)
        _chain_along(one, up, chain)
        found.append(one)
        seq, chain = seq + mark.parts, mark.chain
    return found


def _read(raw: bytes) -> Act:
    try:
        return unpack_one(raw)
    except BadFrame:
        return ()


def _chain_along(one: _Placed, up: Up, before: bytes) -> None:
    if not one.act:
        one.fault = "unreadable"
    elif len(one.act) != one.mark.parts:
        one.fault = "wrong_count"
    else:
        chains, chain = [], before
        for seq, entry in enumerate(one.act, one.first):
            chain = link(chain, up.node, up.epoch, seq, content_digest(entry))
            chains.append(chain)
        one.chains = tuple(chains)
        one.fault = "" if chain == one.mark.chain else "wrong_chain"


def _runs(placed: Sequence[_Placed]) -> Iterator[list[_Placed]]:
    """Give what may be taken together: good acts between bad ones."""
    run: list[_Placed] = []
    for one in placed:
        if one.fault and run:
            yield run
            run = []
        run.append(one)
        if one.fault:
            yield run
            run = []
    if run:
        yield run


def _take_run(work: Work, up: Up, run: list[_Placed]) -> int:
    if len(run) > 1:
        new: list[int] = []
        if not tried(work, lambda: new.append(_absorb(work, up, run))):
            return new[0]
    return sum(_take_one(work, up, one) for one in run)


def _take_one(work: Work, up: Up, one: _Placed) -> int:
    new: list[int] = []
    fault = one.fault or tried(work, lambda: new.append(_absorb(work, up, [one])))
    if not fault:
        return new[0]
    raw = one.raw
    if raw is None:
        raw = split(up.acts)[_index(up, one.first)]
    set_aside(work, up.node, up.epoch, one.first, raw, one.mark.parts, one.mark.chain, fault)
    return 0


def _index(up: Up, first: int) -> int:
    seq = up.first
    for n, mark in enumerate(up.marks):
        if seq == first:
            return n
        seq += mark.parts
    raise AssertionError(first)


def _absorb(work: Work, up: Up, run: Sequence[_Placed]) -> int:
    entries = [entry for one in run for entry in one.act]
    if len({entry.id for entry in entries}) < len(entries):
        raise Unfit("twice")
    check(work, up.node, suspects(work, entries))
    chains = [chain for one in run for chain in one.chains]
    return work.absorb(entries, up.node, up.epoch, run[0].first, chains)

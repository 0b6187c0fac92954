"""Frames and entries that no honest node sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sharing.journal.chain import GENESIS, link
from sharing.journal.entry import Entry, Shape, content_digest, encode, private_digest
from sharing.journal.ids import uuid7
from sync.protocol import Mark, Up
from sync.wire.acts import pack
from tests.fakes import MONDAY_10, FakeRandomness
from tests.sharing.journal.toys import Filled

_chance = FakeRandomness("forging")


def entry(data: Shape | None = None, *, subject: str = "box:z", **fields: Any) -> Entry:
    """Make an entry out of nothing, an act of its own."""
    shape = data or Filled(what="forged")
    private = b'{"name":"Ada"}'
    salt = _chance(16)
    given = {
        "id": uuid7(MONDAY_10, _chance), "act": uuid7(MONDAY_10, _chance), "part": 0, "parts": 1,
        "kind": shape.KIND, "version": shape.VERSION, "nature": "fact", "subject": subject, "at": MONDAY_10,
        "boot": "boot-x", "uptime": 5, "clock": "ntp", "after": b"", "data": encode(shape),
        "private": private, "salt": salt, "private_digest": private_digest(salt, private),
    }  # fmt: skip
    return Entry(**{**given, **fields})


def up(
    wire: Any,
    node: str,
    acts: Sequence[Sequence[Entry]],
    *,
    first: int | None = None,
    epoch: int | None = None,
) -> Up:
    """Write a frame whose chain is right for what is in it, after the end of what central holds."""
    epoch = wire.tip(node).epoch if epoch is None else epoch
    with wire.stores["central"].reader() as read:
        known = read.watermark(node, epoch)
        chain = known.chain if first is None else read.chain_at(node, epoch, first - 1) or GENESIS
        term = read.sync().term
    seq = before = known.seq + 1 if first is None else first
    start, marks = chain, []
    for act in acts:
        for one in act:
            chain = link(chain, node, epoch, seq, content_digest(one))
            seq += 1
        marks.append(Mark(len(act), chain))
    return Up(
        node=node, term=term, epoch=epoch, first=before, before=start, marks=tuple(marks), acts=pack(acts),
        at=MONDAY_10, clock="ntp",
    )  # fmt: skip


def tampered(frame: Up, acts: bytes) -> Up:
    """Put other bytes where the acts were; the envelope stays."""
    return msgspec.structs.replace(frame, acts=msgspec.Raw(acts))

"""Central hands on: to all what is new, to one node what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sharing.journal.store import Reader
from sync.protocol import fitted
from sync.wire.acts import Act, digest, pack
from sync.wire.frames import MOST_ENTRIES, Part

MOST_ASKED: Final = 4000
"""Entries in the answer to one pull."""
MOST_BYTES: Final = 768 * 1024
"""Of one frame before it is compressed, roughly."""


def frame_of(
    term: int, start: int, acts: Sequence[Act], tip: int, *, nonce: int = 0, until: int = 0
) -> tuple[bytes, int]:
    """Write as many acts into a frame as fit, at least one; gives it and the last number in it.

    Args:
        term: central's.
        start: the number of the first entry.
        acts: what follows from there.
        tip: the newest number there is; 0 to say nothing of what follows.
        nonce: of the pull that this answers.
        until: up to which number frames will follow.
    """

    def made(some: Sequence[Act]) -> Part:
        raw, count = pack(some), sum(len(act) for act in some)
        last = start + count - 1
        return Part(
            term=term, start=start, count=count, acts=raw, tip=max(tip, last), digest=digest(raw),
            more=int(last < until), nonce=nonce,
        )  # fmt: skip

    payload, held = fitted(acts, made)
    return payload, start + sum(len(act) for act in held) - 1


def answer(read: Reader, term: int, after: int, most: int, nonce: int) -> list[bytes]:
    """Write the answer to a pull in some frames; each says whether more of the answer follows."""
    until = min(read.stream_tip(), after + min(most, MOST_ASKED))
    payloads: list[bytes] = []
    while after < until:
        handed = read.handed(after, MOST_ENTRIES, MOST_BYTES)
        if not handed.acts:
            break
        payload, after = frame_of(term, after + 1, handed.acts, handed.tip_gsn, nonce=nonce, until=until)
        payloads.append(payload)
    return payloads

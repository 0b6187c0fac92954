"""Where entries stand in the streams of their writers."""

from __future__ import annotations

from collections.abc import Sequence

from sharing.errors import Damaged
from sharing.journal.chain import GENESIS, link
from sharing.journal.entry import Entry, content_digest
from sharing.journal.writing import Writer

UNKNOWN = b""
"""The chain inside an act that was set aside: nobody can compute it."""


def place(
    writer: Writer, entries: Sequence[Entry], node: str, epoch: int, first_seq: int,
    chains: Sequence[bytes] | None,
) -> None:  # fmt: skip
    """Give each entry its place in a stream, and compare where the stream is known already.

    Args:
        writer: of the open transaction.
        entries: in the order of the stream.
        node: whose stream it is.
        epoch: and which of its streams.
        first_seq: the position of the first of them.
        chains: the chain after each entry, if it is computed already.

    Raises:
        Damaged: positions before it are missing, or hold something else here.
    """
    last = first_seq + len(entries) - 1
    found = writer.execute(writer.sql.chains_between, (node, epoch, first_seq - 1, last)).fetchall()
    known: dict[int, bytes] = {seq: bytes(chain) for seq, chain in found}
    if first_seq != 1 and first_seq - 1 not in known:
        raise Damaged(what=f"position {first_seq - 1} of {node}/{epoch} is missing before {first_seq}")
    chain = known.get(first_seq - 1, GENESIS)
    new: list[tuple[str, int, int, bytes, bytes]] = []
    for n, entry in enumerate(entries):
        seq = first_seq + n
        chain = chains[n] if chains else link(chain, node, epoch, seq, content_digest(entry))
        if seq not in known:
            new.append((node, epoch, seq, entry.id, chain))
        elif known[seq] not in {chain, UNKNOWN}:
            raise Damaged(what=f"position {seq} of {node}/{epoch} holds another entry here")
    writer.many(writer.sql.insert_position, new)
    if new and (node, epoch) == (writer.node, writer.epoch):
        writer.seq, writer.chain = new[-1][2], new[-1][4]

"""This node's own stream on its way to the central, and what is known of the streams of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from sharing.journal.chain import GENESIS, link
from sharing.journal.entry import MOST_PARTS, Entry, content_digest
from sharing.journal.subjects import entry_of

if TYPE_CHECKING:
    from sharing.journal.reading import Reader
    from sharing.journal.work import Work

_AROUND = 320
"""Bytes of an entry on the wire beside `data` and `private`, roughly."""


class Mark(msgspec.Struct, frozen=True):
    """How far a stream is known: its last position and the chain there."""

    seq: int
    chain: bytes


class Tip(msgspec.Struct, frozen=True):
    """Where this node's own stream ends."""

    epoch: int
    seq: int
    chain: bytes


class PlacedAct(msgspec.Struct, frozen=True):
    """One act of a stream with its place; `chain` is the one after its last entry."""

    first_seq: int
    chain: bytes
    entries: tuple[Entry, ...]


def size_of(entry: Entry) -> int:
    """Give about how many bytes an entry takes on the wire before it is compressed."""
    private = len(entry.private) * 4 // 3 if entry.private else 0
    return _AROUND + len(entry.data) + private + len(entry.after) * 4 // 3 + len(entry.subject)


def tip(read: Reader) -> Tip:
    """Give where this node's own stream ends."""
    epoch, seq, chain = read.rows(
        "SELECT l.epoch, p.seq, p.chain FROM local_node l LEFT JOIN position p"
        " ON p.node = l.node AND p.epoch = l.epoch AND p.seq ="
        " (SELECT MAX(seq) FROM position WHERE node = l.node AND epoch = l.epoch)"
    )[0]
    return Tip(epoch, seq or 0, bytes(chain) if seq else GENESIS)


def watermark(read: Reader, node: str, epoch: int) -> Mark:
    """Give how far the stream of a node is here."""
    found = read.rows(
        "SELECT seq, chain FROM position WHERE node = ? AND epoch = ? ORDER BY seq DESC LIMIT 1",
        (node, epoch),
    )
    return Mark(found[0][0], bytes(found[0][1])) if found else Mark(0, GENESIS)


def chain_at(read: Reader, node: str, epoch: int, seq: int) -> bytes | None:
    """Give the chain after a position; None where it is not here, or inside an act that was set aside."""
    if seq == 0:
        return GENESIS
    found = read.execute(read.store.statements.chain_at, (node, epoch, seq)).fetchone()
    return bytes(found[0]) or None if found else None


def unacked(read: Reader) -> int:
    """Count the own entries that the central has not confirmed."""
    found = read.rows(
        "SELECT (SELECT MAX(seq) FROM position p WHERE p.node = l.node AND p.epoch = l.epoch),"
        " CASE WHEN s.acked_epoch = l.epoch THEN s.acked ELSE 0 END FROM local_node l, local_sync s"
    )[0]
    last, acked = int(found[0] or 0), int(found[1])
    return max(0, last - acked)


def own_acts(read: Reader, epoch: int, after_seq: int, most_entries: int, most_bytes: int) -> list[PlacedAct]:
    """Give whole own acts after a position, as many as fit; at least one if there is any."""
    joined = ", ".join(f"e.{column}" for column in read.store.statements.entry_columns)
    rows = read.rows(
        f"SELECT p.seq, p.chain, {joined} FROM position p JOIN entry e ON e.id = p.entry"
        " WHERE p.node = ? AND p.epoch = ? AND p.seq > ? ORDER BY p.seq LIMIT ?",
        (read.store.node, epoch, after_seq, most_entries + MOST_PARTS),
    )
    acts: list[PlacedAct] = []
    parts: list[Entry] = []
    count, size = 0, 0
    for seq, chain, *fields in rows:
        entry = entry_of(tuple(fields))
        parts.append(entry)
        size += size_of(entry)
        if entry.part != entry.parts - 1:
            continue
        count += len(parts)
        if acts and (count > most_entries or size > most_bytes):
            break
        acts.append(PlacedAct(seq - len(parts) + 1, bytes(chain), tuple(parts)))
        parts = []
    return acts


def new_epoch(work: Work) -> int:
    """Begin a new stream of this node with all that the central has not confirmed; gives its epoch.

    The last own act goes along in any case: what the clock said last is read there.
    """
    mine, now = tip(work), work.sync()
    acked = now.acked if now.acked_epoch == mine.epoch else 0
    acts = own_acts(work, mine.epoch, min(acked, max(0, mine.seq - MOST_PARTS)), 2**62, 2**62)
    again = [act for act in acts if act.first_seq > acked] or acts[-1:]
    epoch = int.from_bytes(work.random(7), "big") >> 3
    work.execute(work.store.sql("UPDATE local_node SET epoch = ?"), (epoch,))
    chain, seq = GENESIS, 0
    for act in again:
        for entry in act.entries:
            seq += 1
            chain = link(chain, work.store.node, epoch, seq, content_digest(entry))
            work.execute(
                work.store.statements.insert_position, (work.store.node, epoch, seq, entry.id, chain)
            )
    work.writer.epoch, work.writer.seq, work.writer.chain = epoch, seq, chain
    work.set_sync(acked_epoch=epoch, acked=0, acked_chain=GENESIS)
    return epoch


def skip(work: Work, node: str, epoch: int, first_seq: int, entry_ids: Sequence[bytes], chain: bytes) -> None:
    """Keep the place of an act that was set aside, so that what comes after it can be taken in.

    Inside the act no chain is known; after it stands what its writer said.
    """
    last = len(entry_ids) - 1
    for n, entry in enumerate(entry_ids):
        row = (node, epoch, first_seq + n, entry, chain if n == last else b"")
        work.execute(work.store.statements.insert_position, row)

"""This node's own stream on its way to the central, and what is known of the streams of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from sharing.journal.chain import GENESIS, link
from sharing.journal.entry import MOST_PARTS, Entry, content_digest
from sharing.journal.positions import UNKNOWN
from sharing.journal.subjects import entry_of

if TYPE_CHECKING:
    from sharing.journal.reading import Reader
    from sharing.journal.work import Work

_AT_ONCE = 1000
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
    now, writer = work.sync(), work.writer
    acked = now.acked if now.acked_epoch == writer.epoch else 0
    old, start = writer.epoch, acked if acked < writer.seq else _before_last_act(work)
    new = int.from_bytes(work.random(7), "big") >> 3
    seq, chain = 0, GENESIS
    while some := _placed(work, old, start + seq):
        rows: list[tuple[str, int, int, bytes, bytes]] = []
        for entry in some:
            seq += 1
            chain = link(chain, writer.node, new, seq, content_digest(entry))
            rows.append((writer.node, new, seq, entry.id, chain))
        work.many(writer.sql.insert_position, rows)
    work.execute(work.store.sql("UPDATE local_node SET epoch = ?"), (new,))
    swept = seq if acked == writer.seq else 0
    writer.epoch, writer.seq, writer.chain = new, seq, chain
    work.set_sync(acked_epoch=new, acked=0, acked_chain=GENESIS, swept=swept)
    return new


def _before_last_act(work: Work) -> int:
    """Give the position before this node's last act; 0 if it has written nothing."""
    found = work.rows(
        "SELECT p.seq - e.parts FROM position p JOIN entry e ON e.id = p.entry"
        " WHERE p.node = ? AND p.epoch = ? AND p.seq = ?",
        (work.store.node, work.writer.epoch, work.writer.seq),
    )
    return int(found[0][0]) if found else 0


def _placed(work: Work, epoch: int, after_seq: int) -> list[Entry]:
    joined = ", ".join(f"e.{column}" for column in work.store.statements.entry_columns)
    rows = work.rows(
        f"SELECT {joined} FROM position p JOIN entry e ON e.id = p.entry"
        " WHERE p.node = ? AND p.epoch = ? AND p.seq > ? ORDER BY p.seq LIMIT ?",
        (work.store.node, epoch, after_seq, _AT_ONCE),
    )
    return [entry_of(row) for row in rows]


def skip(work: Work, node: str, epoch: int, first_seq: int, entry_ids: Sequence[bytes], chain: bytes) -> None:
    """Keep the place of an act that was set aside, so that what comes after it can be taken in.

    Inside the act no chain is known; after it stands what its writer said.
    """
    chains = [*([UNKNOWN] * (len(entry_ids) - 1)), chain]
    rows = [
        (node, epoch, seq, one, after)
        for seq, (one, after) in enumerate(zip(entry_ids, chains, strict=True), first_seq)
    ]
    work.many(work.store.statements.insert_position, rows)

"""Checking the journal itself: chain, gaps, whole acts, digests, numbers of verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharing.journal.chain import GENESIS, link
from sharing.journal.entry import content_digest, private_digest
from sharing.journal.writing import entry_of

if TYPE_CHECKING:
    from sharing.journal.store import Reader, Store

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read, and every fault found; the journal is whole if there is none."""

    entries: int
    positions: int
    faults: tuple[str, ...]


def verify(store: Store) -> Verified:
    """Read the whole journal in one snapshot and recompute what can be recomputed."""
    with store.reader() as read:
        counted, faults = _streams(read)
        faults += _acts(read) + _loose(read) + _verdicts(read)
        entries = read.rows("SELECT COUNT(*) FROM entry")[0][0]
    return Verified(entries, counted, tuple(faults))


def _streams(read: Reader) -> tuple[int, list[str]]:
    counted, faults = 0, []
    for node, epoch in read.rows("SELECT DISTINCT node, epoch FROM position ORDER BY node, epoch"):
        seq, chain = 0, GENESIS
        for row in _positions(read, node, epoch):
            counted += 1
            seq += 1
            if row[0] != seq:
                faults.append(f"{node}/{epoch}: position {seq} is missing before {row[0]}")
                seq = row[0]
            if row[2] is None:
                faults.append(f"{node}/{epoch}/{seq}: the entry is missing")
                chain = bytes(row[1])
                continue
            entry = entry_of(row[2:])
            if entry.private is not None and entry.salt is not None:
                if private_digest(entry.salt, entry.private) != entry.private_digest:
                    faults.append(f"{node}/{epoch}/{seq}: the private part of {entry.hex} was changed")
            chain = link(chain, node, epoch, seq, content_digest(entry))
            if chain != bytes(row[1]):
                faults.append(f"{node}/{epoch}/{seq}: the chain breaks at entry {entry.hex}")
                chain = bytes(row[1])
    return counted, faults


def _positions(read: Reader, node: str, epoch: int) -> Iterator[tuple[Any, ...]]:
    """Read a stream in pieces, so that a journal of years fits into memory."""
    columns = read.store.statements.entry_columns
    joined = ", ".join(f"e.{column}" for column in columns)
    last = -1
    while True:
        found = read.rows(
            f"SELECT p.seq, p.chain, {joined} FROM position p LEFT JOIN entry e ON e.id = p.entry"  # noqa: S608 own names
            " WHERE p.node = ? AND p.epoch = ? AND p.seq > ? ORDER BY p.seq LIMIT ?",
            (node, epoch, last, _AT_ONCE),
        )
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1][0]


def _acts(read: Reader) -> list[str]:
    broken = read.rows("SELECT act, COUNT(*), MAX(parts) FROM entry GROUP BY act HAVING COUNT(*) <> MAX(parts)")
    return [f"act {bytes(act).hex()}: {found} of {parts} parts" for act, found, parts in broken]


def _loose(read: Reader) -> list[str]:
    loose = read.rows("SELECT id FROM entry WHERE NOT EXISTS (SELECT 1 FROM position WHERE entry = entry.id)")
    return [f"entry {bytes(row[0]).hex()} has no position" for row in loose]


def _verdicts(read: Reader) -> list[str]:
    gaps = read.rows("SELECT grp, home_epoch, COUNT(*), MAX(n) FROM verdict GROUP BY grp, home_epoch")
    return [f"verdicts of {group}/{epoch}: {count} of {last}" for group, epoch, count, last in gaps if count != last]

"""Checking the journal itself: chain, gaps, whole acts, digests, numbers of verdicts."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from sharing.journal.chain import GENESIS, link
from sharing.journal.checks import stamp_of
from sharing.journal.database import is_postgres
from sharing.journal.entry import Entry, content_digest, private_digest
from sharing.journal.folding import columns_of
from sharing.journal.shadows import used_tables
from sharing.journal.shapes import PrivateEmptied, entries_emptied_by
from sharing.journal.subjects import entry_of

if TYPE_CHECKING:
    from sharing.journal.reading import Reader
    from sharing.journal.store import Store

_AT_ONCE = 2000


class Verified(msgspec.Struct, frozen=True):
    """What was read, and every fault found; the journal is whole if there is none."""

    entries: int
    positions: int
    faults: tuple[str, ...]


def verify(store: Store) -> Verified:
    """Read the whole journal in one snapshot and recompute what can be recomputed.

    Raises:
        Damaged: the database file cannot even be read.
    """
    with store.reader() as read:
        faults = [] if is_postgres(store.db) else _file(read)
        counted = 0
        aside = _set_aside(read)
        for node, epoch in read.rows("SELECT DISTINCT node, epoch FROM position ORDER BY node, epoch"):
            positions, found = _stream(read, node, epoch, aside)
            counted += positions
            faults += found
        faults += _acts(read) + _loose(read) + _handed(read) + _private(read) + _verdicts(read)
        entries = read.rows("SELECT COUNT(*) FROM entry")[0][0]
    return Verified(entries, counted, tuple(faults))


def table_hash(store: Store) -> str:
    """Give one SHA-256 over every row that follows from the entries, alike for SQLite and PostgreSQL.

    Nodes that hold the same entries have the same; `local_*` tables do not count.
    """
    whole = hashlib.sha256()
    with store.reader() as read:
        for table in sorted(used_tables(store), key=lambda one: str(one._meta.table_name)):  # noqa: SLF001 peewee documents it
            name, columns = table._meta.table_name, columns_of(table)  # noqa: SLF001 peewee documents it
            named = ", ".join(f'"{column}"' for column in columns)
            rows = read.rows(f'SELECT {named} FROM "{name}"')
            whole.update(repr((name, columns, sorted(rows, key=lambda row: str(row[0]).encode()))).encode())
    return whole.hexdigest()


def _file(read: Reader) -> list[str]:
    return [f"database file: {row[0]}" for row in read.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]


def _set_aside(read: Reader) -> set[tuple[str, int, int]]:
    """Give the positions of acts in quarantine: what stands there is known by its writer's word only."""
    return {
        (node, epoch, seq)
        for node, epoch, first, parts in read.rows("SELECT node, epoch, seq, parts FROM local_quarantine")
        for seq in range(first, first + parts)
    }


def _stream(
    read: Reader, node: str, epoch: int, aside: Container[tuple[str, int, int]]
) -> tuple[int, list[str]]:
    """Go along one stream and compute its chain again."""
    counted, seq, chain, faults = 0, 0, GENESIS, []
    for row in _positions(read, node, epoch):
        counted += 1
        seq += 1
        place = f"{node}/{epoch}/{row[0]}"
        if row[0] != seq:
            faults.append(f"{node}/{epoch}: position {seq} is missing before {row[0]}")
            seq = row[0]
        if (node, epoch, seq) in aside:
            pass
        elif row[2] is None:
            faults.append(f"{place}: the entry is missing")
        else:
            entry = entry_of(row[2:])
            faults += _digest(place, entry)
            if link(chain, node, epoch, seq, content_digest(entry)) != bytes(row[1]):
                faults.append(f"{place}: the chain breaks at entry {entry.hex}")
        chain = bytes(row[1])
    return counted, faults


def _digest(place: str, entry: Entry) -> list[str]:
    if entry.private is None:
        return []
    if entry.salt is not None and private_digest(entry.salt, entry.private) == entry.private_digest:
        return []
    return [f"{place}: the private part of {entry.hex} was changed"]


def _positions(read: Reader, node: str, epoch: int) -> Iterator[tuple[Any, ...]]:
    """Read a stream in pieces, so that a journal of years fits into memory."""
    joined = ", ".join(f"e.{column}" for column in read.store.statements.entry_columns)
    last = -1
    while True:
        found = read.rows(
            f"SELECT p.seq, p.chain, {joined} FROM position p LEFT JOIN entry e ON e.id = p.entry"
            " WHERE p.node = ? AND p.epoch = ? AND p.seq > ? ORDER BY p.seq LIMIT ?",
            (node, epoch, last, _AT_ONCE),
        )
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1][0]


def _acts(read: Reader) -> list[str]:
    broken = read.rows(
        "SELECT act, COUNT(*), MAX(parts) FROM entry GROUP BY act"
        " HAVING COUNT(*) <> MAX(parts) OR MIN(parts) <> MAX(parts)"
    )
    return [f"act {bytes(act).hex()}: {found} of {parts} parts" for act, found, parts in broken]


def _loose(read: Reader) -> list[str]:
    loose = read.rows(
        "SELECT id FROM entry WHERE NOT EXISTS (SELECT 1 FROM position WHERE entry = entry.id)"
        " AND NOT EXISTS (SELECT 1 FROM stream WHERE entry = entry.id)"
    )
    return [f"entry {bytes(row[0]).hex()} has no position" for row in loose]


def _handed(read: Reader) -> list[str]:
    """The central's numbers are dense, each has its entry, and acts stand together."""
    known = read.sync()
    faults = [
        f"stream {term}: {count} of {last - first + 1} numbers"
        for term, first, last, count in read.rows(
            "SELECT term, MIN(gsn), MAX(gsn), COUNT(*) FROM stream GROUP BY term ORDER BY term"
        )
        if count != last - first + 1
    ]
    applied = read.rows("SELECT COUNT(DISTINCT gsn) FROM stream WHERE gsn <= ?", (known.applied,))[0][0]
    if applied != known.applied:
        faults.append(f"stream: {applied} of {known.applied} numbers")
    empty = read.rows(
        "SELECT term, gsn FROM stream WHERE NOT EXISTS (SELECT 1 FROM entry WHERE id = stream.entry)"
    )
    split = read.rows(
        "SELECT s.term, s.gsn FROM stream s JOIN entry e ON e.id = s.entry WHERE e.part > 0 AND NOT EXISTS"
        " (SELECT 1 FROM stream b JOIN entry f ON f.id = b.entry WHERE b.term = s.term"
        " AND b.gsn = s.gsn - 1 AND f.act = e.act AND f.part = e.part - 1)"
    )
    faults += [f"stream {term}/{gsn}: the entry is missing" for term, gsn in empty]
    faults += [f"stream {term}/{gsn}: the act is split" for term, gsn in split]
    return faults + (_numbered(read) if known.role == "central" else [])


def _numbered(read: Reader) -> list[str]:
    """A central has given each entry one number, but for what it wrote itself since."""
    without = read.rows(
        "SELECT id FROM entry WHERE NOT EXISTS (SELECT 1 FROM stream WHERE entry = entry.id)"
        " AND NOT EXISTS (SELECT 1 FROM position p JOIN local_node l ON p.node = l.node AND p.epoch = l.epoch"
        " JOIN local_sync s ON p.seq > s.swept WHERE p.entry = entry.id)"
    )
    twice = read.rows(
        "SELECT entry FROM stream WHERE term IN (SELECT term FROM local_term) GROUP BY entry"
        " HAVING COUNT(*) > 1"
    )
    return [
        *(f"entry {bytes(row[0]).hex()} was never handed on" for row in without),
        *(f"entry {bytes(row[0]).hex()} was handed on twice" for row in twice),
    ]


def _private(read: Reader) -> list[str]:
    """A private part is empty if and only if a `private.emptied` names its entry."""
    named = {
        one for entry in _of_kind(read, "kind", PrivateEmptied.KIND) for one in entries_emptied_by(entry)
    }
    listed = {bytes(row[0]) for row in read.rows("SELECT entry FROM emptied")}
    gone = read.rows("SELECT id FROM entry WHERE private_digest IS NOT NULL AND private IS NULL")
    there = read.rows(
        "SELECT id FROM entry JOIN emptied ON emptied.entry = entry.id WHERE private IS NOT NULL"
    )
    return [
        *[f"emptied: {one.hex()} is not as the entries say" for one in sorted(named ^ listed)],
        *[
            f"entry {bytes(row[0]).hex()}: the private part is gone"
            for row in gone
            if bytes(row[0]) not in named
        ],
        *[f"entry {bytes(row[0]).hex()}: the private part should be empty" for row in there],
    ]


def _verdicts(read: Reader) -> list[str]:
    numbered = {
        (group, epoch, n, bytes(entry))
        for table in ("verdict", "rival")
        for group, epoch, n, entry in read.rows(f"SELECT grp, home_epoch, n, entry FROM {table}")
    }
    said = set()
    for entry in _of_kind(read, "nature", "verdict"):
        stamp = stamp_of(entry)
        said.add((stamp.group, stamp.home_epoch, stamp.n, entry.id) if stamp else ("", 0, 0, entry.id))
    return [
        f"verdict {group}/{epoch}/{n} is not as its entry says"
        for group, epoch, n, _ in sorted(said ^ numbered)
    ]


def _of_kind(read: Reader, column: str, value: str) -> Iterator[Entry]:
    columns = ", ".join(read.store.statements.entry_columns)
    for row in read.rows(f"SELECT {columns} FROM entry WHERE {column} = ?", (value,)):
        yield entry_of(row)

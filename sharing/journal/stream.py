"""The order in which the central hands entries on, and how far this node knows it.

Every entry that the central holds gets the next `gsn`. A node takes entries in in that order only, so that
one number says all that it has. The number is a cursor of transport: no fold reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from sharing.errors import Damaged
from sharing.journal import arrivals
from sharing.journal.checks import acts_of
from sharing.journal.entry import Entry, Instant
from sharing.journal.folding import columns_of
from sharing.journal.outgoing import size_of
from sharing.journal.subjects import entry_of
from sharing.journal.tables import SyncRow

if TYPE_CHECKING:
    from sharing.journal.reading import Reader
    from sharing.journal.work import Work

Role: TypeAlias = Literal["alone", "node", "central"]
Act: TypeAlias = tuple[Entry, ...]

_AT_ONCE = 500
_COLUMNS = tuple(name for name in columns_of(SyncRow) if name != "id")


class SyncState(msgspec.Struct, frozen=True):
    """How far this node and the central know each other (`tables.SyncRow`)."""

    role: Role
    term: int
    applied: int
    central_gsn: int
    acked_epoch: int
    acked: int
    acked_chain: bytes
    swept: int
    heard_at: Instant | None
    offset_ms: int | None
    stopped: int
    restoring: int
    revoked: int


class Handed(msgspec.Struct, frozen=True):
    """Whole acts in the order of the stream, the first of them at `from_gsn`."""

    from_gsn: int
    tip_gsn: int
    """The last number that the stream has, also beyond these acts."""
    acts: list[Act]


def state(read: Reader) -> SyncState:
    """Give what this node knows of the central."""
    found = read.rows(f"SELECT {', '.join(_COLUMNS)} FROM local_sync")[0]
    values = dict(zip(_COLUMNS, found, strict=True))
    return SyncState(**{**values, "acked_chain": bytes(values["acked_chain"])})


def set_state(work: Work, columns: dict[str, Any]) -> None:
    """Change what this node knows of the central."""
    unknown = set(columns) - set(_COLUMNS)
    if unknown:
        raise TypeError(f"local_sync has no {sorted(unknown)}")
    if columns:
        named = ", ".join(f"{name} = ?" for name in columns)
        work.execute(work.store.sql(f"UPDATE local_sync SET {named}"), tuple(columns.values()))


def terms(read: Reader) -> list[tuple[int, int]]:
    """Give the central's terms in their order, each with the last `gsn` before it."""
    return [(term, since) for term, since in read.rows("SELECT term, since FROM local_term ORDER BY n")]


def tip(read: Reader) -> int:
    """Give the last `gsn` of this central; 0 before the first."""
    known = terms(read)
    if not known:
        return 0
    term, since = known[-1]
    last: int | None = read.rows("SELECT MAX(gsn) FROM stream WHERE term = ?", (term,))[0][0]
    return since if last is None else last


def new_term(work: Work) -> int:
    """Begin a new term of this central: all that nodes heard from it before may be ahead of what it holds."""
    since, n = tip(work), len(terms(work)) + 1
    term = int.from_bytes(work.random(7), "big") >> 3
    work.execute(work.store.sql("INSERT INTO local_term (term, since, n) VALUES (?, ?, ?)"), (term, since, n))
    set_state(work, {"term": term})
    return term


def handed(read: Reader, after_gsn: int, most_entries: int, most_bytes: int) -> Handed:
    """Give what stands after a number in the stream, as much as fits; at least one act if there is any."""
    last = tip(read)
    acts: list[Act] = []
    count, size = 0, 0
    for _, parts in acts_of(_rows_after(read, after_gsn, most_entries)):
        size += sum(size_of(one) for one in parts)
        count += len(parts)
        if acts and (count > most_entries or size > most_bytes):
            break
        acts.append(parts)
    return Handed(after_gsn + 1, last, acts)


def _rows_after(read: Reader, after_gsn: int, most: int) -> list[Entry]:
    """Read entries in their order over all terms, with the rest of an act that the limit would cut."""
    joined = ", ".join(f"e.{column}" for column in read.store.statements.entry_columns)
    known = terms(read)
    found: list[Entry] = []
    wanted = most + 200
    for place, (term, since) in enumerate(known):
        until = known[place + 1][1] if place + 1 < len(known) else 2**62
        if until <= after_gsn or len(found) >= wanted:
            continue
        rows = read.rows(
            f"SELECT {joined} FROM stream s JOIN entry e ON e.id = s.entry"
            " WHERE s.term = ? AND s.gsn > ? AND s.gsn <= ? ORDER BY s.gsn LIMIT ?",
            (term, max(after_gsn, since), until, wanted - len(found)),
        )
        found += [entry_of(row) for row in rows]
    while found and len(found) >= wanted and found[-1].part != found[-1].parts - 1:
        found.pop()
    return found


def hand_on(work: Work, arrived: Sequence[Entry]) -> Handed:
    """Give the next numbers to everything that has none: what this node wrote, and what arrived just now.

    Raises:
        Damaged: this central has no term yet.
    """
    now, mine = state(work), work.tip()
    known = terms(work)
    if not known:
        raise Damaged(what="this central has no term")
    before = tip(work)
    just = {entry.id for entry in arrived}
    earlier = _own_after(work, now.swept if now.acked_epoch == mine.epoch else 0)
    new = [*(one for one in earlier if one.id not in just), *arrived]
    rows = [(known[-1][0], gsn, entry.id) for gsn, entry in enumerate(new, before + 1)]
    insert(work, rows)
    set_state(
        work,
        {"swept": mine.seq, "acked": mine.seq, "acked_epoch": mine.epoch, "acked_chain": mine.chain}
        | {"applied": before + len(new), "central_gsn": before + len(new)},
    )
    return Handed(before + 1, before + len(new), [parts for _, parts in acts_of(new)])


def _own_after(work: Work, swept: int) -> list[Entry]:
    mine = work.tip()
    joined = ", ".join(f"e.{column}" for column in work.store.statements.entry_columns)
    rows = work.rows(
        f"SELECT {joined} FROM position p JOIN entry e ON e.id = p.entry"
        " WHERE p.node = ? AND p.epoch = ? AND p.seq > ? ORDER BY p.seq",
        (work.store.node, mine.epoch, swept),
    )
    return [entry_of(row) for row in rows]


def insert(work: Work, rows: Sequence[tuple[int, int, bytes]]) -> None:
    """Write down numbers of the stream."""
    sql = work.store.sql("INSERT INTO stream (term, gsn, entry) VALUES (?, ?, ?)")
    for row in rows:
        work.execute(sql, row)


def receive(work: Work, term: int, from_gsn: int, entries: Sequence[Entry]) -> int:
    """Take in what the central handed on; returns how many entries were new.

    Raises:
        BadValue: an entry or act is not well formed.
        Damaged: something before it is missing, it is of another term, or it contradicts what is stored.
    """
    now = state(work)
    if term != now.term or from_gsn != now.applied + 1:
        raise Damaged(
            what=f"number {from_gsn} of term {term} does not follow {now.applied} of term {now.term}"
        )
    new = arrivals.take_in(work.writer, entries)
    insert(work, [(term, gsn, entry.id) for gsn, entry in enumerate(entries, from_gsn)])
    applied = now.applied + len(entries)
    set_state(work, {"applied": applied, "central_gsn": max(applied, now.central_gsn)})
    return new


def lacking(read: Reader, ids: Sequence[bytes]) -> list[bytes]:
    """Give those of the ids whose entries are not here, in the order given."""
    here: set[bytes] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        here |= {bytes(row[0]) for row in read.rows(f"SELECT id FROM entry WHERE id IN ({marks})", some)}
    return [one for one in ids if one not in here]


def ids_above(read: Reader, gsn: int) -> list[bytes]:
    """Give the entries that a central may lack whose stream ends at `gsn`: later ones, and what it never had.

    Numbers above it are asked for in every term: more than it lacks does no harm, less would be lost.
    """
    mine, now = read.tip(), state(read)
    above = [
        bytes(row[0])
        for (term,) in read.rows("SELECT DISTINCT term FROM stream")
        for row in read.rows("SELECT entry FROM stream WHERE term = ? AND gsn > ? ORDER BY gsn", (term, gsn))
    ]
    acked = now.acked if now.acked_epoch == mine.epoch else 0
    own = read.rows(
        "SELECT entry FROM position WHERE node = ? AND epoch = ? AND seq > ? ORDER BY seq",
        (read.store.node, mine.epoch, acked),
    )
    return list(dict.fromkeys([*above, *(bytes(row[0]) for row in own)]))

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
from sharing.journal.entry import MOST_PARTS, Entry, Instant
from sharing.journal.folding import columns_of
from sharing.journal.handing_tables import BEHIND, FORKED, SyncRow
from sharing.journal.outgoing import size_of
from sharing.journal.subjects import entry_of

if TYPE_CHECKING:
    from sharing.journal.reading import Reader
    from sharing.journal.work import Work

Role: TypeAlias = Literal["alone", "node", "central"]
Act: TypeAlias = tuple[Entry, ...]

_AT_ONCE = 1000
_ENDLESS = 2**62
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

    @property
    def is_stopped(self) -> bool:
        """Say whether this home decides nothing until staff move the home."""
        return self.stopped == FORKED


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
    found = _entries_after(read, after_gsn, max(most_entries, MOST_PARTS))
    acts: list[Act] = []
    count, size = 0, 0
    for _, parts in acts_of(found):
        size += sum(size_of(one) for one in parts)
        count += len(parts)
        if len(parts) < parts[0].parts or (acts and (count > most_entries or size > most_bytes)):
            break
        acts.append(parts)
    return Handed(after_gsn + 1, last, acts)


def _entries_after(read: Reader, after_gsn: int, most: int) -> list[Entry]:
    """Read entries in their order over all terms; the last act may be cut."""
    joined = ", ".join(f"e.{column}" for column in read.store.statements.entry_columns)
    known = terms(read)
    found: list[Entry] = []
    for (term, since), until in zip(known, [*(since for _, since in known[1:]), _ENDLESS], strict=True):
        if until <= after_gsn or len(found) >= most:
            continue
        rows = read.rows(
            f"SELECT {joined} FROM stream s JOIN entry e ON e.id = s.entry"
            " WHERE s.term = ? AND s.gsn > ? AND s.gsn <= ? ORDER BY s.gsn LIMIT ?",
            (term, max(after_gsn, since), until, most - len(found)),
        )
        found += [entry_of(row) for row in rows]
    return found


def hand_on(work: Work) -> Handed:
    """Give the next numbers to everything that has none: what this node wrote, and what arrived just now.

    The acts that are given back may be fewer than those that got a number.

    Raises:
        Damaged: this central has no term yet.
    """
    now, writer = state(work), work.writer
    if now.role != "central" or not now.term:
        raise Damaged(what="this node is no central, or has no term")
    before = tip(work)
    arrived, writer.numbered = writer.arrived[writer.numbered :], len(writer.arrived)
    just = {entry.id for entry in arrived}
    own = [one for one in _own_without(work, now.swept) if one not in just]
    rows = [(now.term, gsn, one) for gsn, one in enumerate([*own, *(one.id for one in arrived)], before + 1)]
    last = before + len(rows)
    work.many(work.store.statements.insert_stream, rows)
    if rows or now.acked != writer.seq:
        mine = {"swept": writer.seq, "acked": writer.seq, "acked_epoch": writer.epoch}
        set_state(work, {**mine, "acked_chain": writer.chain, "applied": last, "central_gsn": last})
    if own or len(arrived) > _AT_ONCE:
        return Handed(before + 1, last, handed(work, before, _AT_ONCE, _ENDLESS).acts)
    return Handed(before + 1, last, [parts for _, parts in acts_of(arrived)])


def _own_without(work: Work, swept: int) -> list[bytes]:
    """Give the entries of this node, also of its other processes, that have no number yet."""
    rows = work.rows(
        "SELECT p.entry FROM position p WHERE p.node = ? AND p.epoch = ? AND p.seq > ?"
        " AND NOT EXISTS (SELECT 1 FROM stream s WHERE s.entry = p.entry) ORDER BY p.seq",
        (work.store.node, work.writer.epoch, swept),
    )
    return [bytes(row[0]) for row in rows]


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
    rows = [(term, gsn, entry.id) for gsn, entry in enumerate(entries, from_gsn)]
    work.many(work.store.statements.insert_stream, rows)
    applied = now.applied + len(entries)
    set_state(work, {"applied": applied, "central_gsn": max(applied, now.central_gsn)})
    caught_up(work)
    return new


def caught_up(work: Work) -> None:
    """Let a new home decide once it has all that the central said it has."""
    now = state(work)
    if now.stopped == BEHIND and now.applied >= now.central_gsn:
        set_state(work, {"stopped": 0})
        work.writer.subjects.counting.forget()


def lacking(read: Reader, ids: Sequence[bytes]) -> list[bytes]:
    """Give those of the ids whose entries are not here, in the order given."""
    here: set[bytes] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        here |= {bytes(row[0]) for row in read.rows(f"SELECT id FROM entry WHERE id IN ({marks})", some)}
    return [one for one in ids if one not in here]


_NOT_RISING = """
 AND NOT EXISTS (SELECT 1 FROM position p JOIN local_node l ON p.node = l.node AND p.epoch = l.epoch
 WHERE p.entry = e.id)"""


def ids_beyond(read: Reader, terms: Sequence[Sequence[int]], *, rising: bool = True) -> list[bytes]:
    """Give the entries here that a central with these terms need not have (`Reader.ids_beyond`)."""
    untils = [*(since for _, since in terms[1:]), _ENDLESS]
    held = " OR ".join(["(s.term = ? AND s.gsn <= ?)"] * len(terms)) or "1 = 0"
    params = [one for (term, _), until in zip(terms, untils, strict=True) for one in (term, until)]
    rows = read.rows(
        "SELECT e.id, (SELECT MAX(gsn) FROM stream WHERE entry = e.id),"
        " (SELECT MAX(seq) FROM position WHERE entry = e.id) FROM entry e"
        f" WHERE NOT EXISTS (SELECT 1 FROM stream s WHERE s.entry = e.id AND ({held}))"
        + ("" if rising else _NOT_RISING),
        params,
    )
    rows.sort(key=lambda row: (row[1] or _ENDLESS, row[2] or _ENDLESS, bytes(row[0])))
    return [bytes(row[0]) for row in rows]


def acts_with(read: Reader, ids: Sequence[bytes]) -> list[Act]:
    """Give the whole acts that hold these entries, in the order of the ids."""
    found: dict[bytes, Act] = {}
    for one in ids:
        row = read.execute(read.store.statements.entry, (one,)).fetchone()
        if row and (act := entry_of(row).act) not in found:
            rows = read.execute(read.store.statements.entries_of_act, (act,)).fetchall()
            found[act] = tuple([entry_of(part) for part in rows])
    return list(found.values())

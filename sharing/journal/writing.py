"""Appending entries to the journal and folding them, inside a transaction that the store has opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from sharing.errors import Damaged
from sharing.journal import ids
from sharing.journal.chain import GENESIS, link
from sharing.journal.clock import Reading
from sharing.journal.entry import Draft, Entry, Instant, Verdict, check_sizes, content_digest, encode, private_digest
from sharing.journal.folding import Folder, RowDict, Rows, Table
from sharing.journal.order import UNDONE, corrected_at, heads_after, heads_of, in_order
from sharing.journal.shapes import ClockCorrected, PrivateEmptied
from sharing.journal.sql import Statements
from sharing.journal.tables import Emptied


class Head:
    """Where a subject's entries stand in this transaction."""

    __slots__ = ("again", "entry", "fresh", "heads", "time", "waiting")

    def __init__(self, time: Instant, entry: bytes, heads: bytes, waiting: int) -> None:
        """Start from the stored head; `fresh` entries were added since, `again` asks to fold from nothing."""
        self.time, self.entry, self.heads, self.waiting = time, entry, heads, waiting
        self.fresh: list[Entry] = []
        self.again = False


def entry_of(row: Sequence[Any]) -> Entry:
    """Make an entry from its row, the columns in their order."""
    return Entry(*row)


class Writer:
    """Appends and folds in one open transaction; holds nothing beyond it."""

    def __init__(  # noqa: PLR0913 made by the store only
        self, statements: Statements, folder: Folder, node: str, execute: Callable[..., Any], reading: Reading,
        randomness: ids.Randomness,
    ) -> None:  # fmt: skip
        """Read where this node's stream ends; inside the transaction, because other processes append to it too."""
        self._sql, self._folder, self._node = statements, folder, node
        self._execute, self._reading, self._randomness = execute, reading, randomness
        self._epoch, seq, chain = execute(statements.tip).fetchone()
        self._seq, self._chain = (seq, bytes(chain)) if seq is not None else (0, GENESIS)
        self._began: dict[str, Instant] | None = None

    # Reading

    def last_at(self) -> Instant | None:
        """Wall time of this node's newest entry."""
        found = self._execute(self._sql.last_at, (self._node, self._epoch, self._seq)).fetchone()
        return found[0] if found else None

    def entries_of_act(self, act: bytes) -> tuple[Entry, ...]:
        """Give an act's entries by part; empty if it was never applied."""
        return tuple(entry_of(row) for row in self._execute(self._sql.entries_of_act, (act,)).fetchall())

    def entry(self, entry_id: bytes) -> Entry | None:
        """Give one entry."""
        row = self._execute(self._sql.entry, (entry_id,)).fetchone()
        return entry_of(row) if row else None

    def entries_of(self, subject: str) -> list[Entry]:
        """Give all entries of a subject in fold order."""
        rows = self._execute(self._sql.entries_of_subject, (subject,)).fetchall()
        return [entry for _, entry in in_order([entry_of(row) for row in rows], self._beginnings())]

    def home(self, group: str) -> tuple[str, int]:
        """Give (node, epoch) that decides for a group; no node for an unknown group."""
        found = self._execute(self._sql.home, (group,)).fetchone()
        return (found[0], found[1]) if found else ("", 0)

    def last_verdict(self, group: str, epoch: int) -> int:
        """Give the highest verdict number of a home's epoch; 0 before the first."""
        return self._execute(self._sql.last_verdict, (group, epoch)).fetchone()[0] or 0

    # Appending

    def append(self, act: bytes, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Store one act of this node's own and fold it."""
        heads: dict[str, Head] = {}
        entries: list[Entry] = []
        for part, draft in enumerate(drafts):
            head = heads.get(draft.subject) or heads.setdefault(draft.subject, self._head(draft.subject))
            entry = self._entry(act, part, len(drafts), draft, head)
            entries.append(entry)
            self._place(head, entry)
        check_sizes(tuple(entries))
        self._store(entries)
        for draft, entry in zip(drafts, entries, strict=True):
            if isinstance(draft.data, Verdict):
                number = (draft.data.group, draft.data.home_epoch, draft.data.n, entry.id)
                self._execute(self._sql.insert_verdict, number)
        self._position(entries, self._node, self._epoch)
        self._fold(heads, isolate=False)
        self._consequences(entries)
        return tuple(entries)

    def absorb(self, entries: Sequence[Entry], node: str, epoch: int, first_seq: int) -> int:
        """Store entries of another node's stream; those that are here already only get their position."""
        heads: dict[str, Head] = {}
        new = []
        for entry in entries:
            if self.entry(entry.id) is not None:
                continue
            if self._execute(self._sql.tables[Emptied].one, (entry.hex,)).fetchone():
                entry = msgspec.structs.replace(entry, private=None, salt=None)  # noqa: PLW2901 it arrives empty
            new.append(entry)
            head = heads.get(entry.subject) or heads.setdefault(entry.subject, self._head(entry.subject))
            self._place(head, entry)
        self._store(new)
        for entry in new:
            if entry.nature == "verdict":
                stamp = msgspec.json.decode(entry.data, type=Verdict)
                self._execute(self._sql.insert_verdict, (stamp.group, stamp.home_epoch, stamp.n, entry.id))
        own = (self._seq, self._chain)
        self._seq, self._chain = self._tip_of(node, epoch, first_seq)
        self._position(entries, node, epoch)
        if (node, epoch) != (self._node, self._epoch):
            self._seq, self._chain = own
        self._fold(heads, isolate=True)
        self._consequences(new)
        return len(new)

    def _tip_of(self, node: str, epoch: int, first_seq: int) -> tuple[int, bytes]:
        if first_seq == 1:
            return 0, GENESIS
        found = self._execute(self._sql.chain_at, (node, epoch, first_seq - 1)).fetchone()
        if found is None:
            raise Damaged(what=f"position {first_seq - 1} of {node}/{epoch} is missing before {first_seq}")
        return first_seq - 1, bytes(found[0])

    def _entry(self, act: bytes, part: int, parts: int, draft: Draft, head: Head) -> Entry:
        private = encode(draft.private) if draft.private is not None else None
        salt = self._randomness(16) if private is not None else None
        now = self._reading
        return Entry(
            id=ids.uuid7(now.at, self._randomness), act=act, part=part, parts=parts, kind=draft.data.KIND,
            version=draft.data.VERSION, nature=draft.nature, subject=draft.subject, at=now.at, boot=now.boot,
            uptime=now.uptime, clock=now.clock, after=head.heads, data=encode(draft.data), private=private, salt=salt,
            private_digest=private_digest(salt, private) if salt is not None and private is not None else None,
        )  # fmt: skip

    def _store(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._execute(self._sql.insert_entry, msgspec.structs.astuple(entry))

    def _position(self, entries: Iterable[Entry], node: str, epoch: int) -> None:
        for entry in entries:
            self._seq += 1
            self._chain = link(self._chain, node, epoch, self._seq, content_digest(entry))
            self._execute(self._sql.insert_position, (node, epoch, self._seq, entry.id, self._chain))

    # Folding

    def _beginnings(self) -> dict[str, Instant]:
        if self._began is None:
            self._began = dict(self._execute(self._sql.began).fetchall())
        return self._began

    def _head(self, subject: str) -> Head:
        found = self._execute(self._sql.head, (subject,)).fetchone()
        return Head(found[0], bytes(found[1]), bytes(found[2]), found[3]) if found else Head(0, b"", b"", 0)

    def _place(self, head: Head, entry: Entry) -> None:
        """Note a new entry of the subject; only one that sorts last and knows all before it goes on top."""
        began = self._beginnings() if entry.clock == "untrusted" else {}
        known_all = entry.after == head.heads
        time = max(corrected_at(entry, began), head.time + 1) if known_all and head.heads else corrected_at(entry, began)
        if entry.kind == UNDONE or not known_all:
            head.again = True
        head.time, head.entry, head.heads = time, entry.id, heads_after(head.heads, entry)
        head.fresh.append(entry)

    def _fold(self, heads: dict[str, Head], *, isolate: bool) -> None:
        """Fold each dirty subject once and write the difference, all deletes before all inserts."""
        if isolate:
            for subject, head in heads.items():
                self._fold_isolated(subject, head)
            return
        self._write([self._folded(subject, head) for subject, head in heads.items()])
        self._put_heads(heads)

    def _fold_isolated(self, subject: str, head: Head) -> None:
        """Fold what came from elsewhere: a subject that breaks a constraint is set aside, and all else goes on."""
        self._execute("SAVEPOINT one_subject")
        try:
            self._write([self._folded(subject, head)])
        except Exception as error:
            if not breaks_a_constraint(error):
                raise
            self._execute("ROLLBACK TO SAVEPOINT one_subject")
            rows = self._stored(subject)
            rows.case("broken_subject", head.fresh[-1], about=type(error).__name__)
            head.waiting = 1
            self._write([rows])
        self._put_heads({subject: head})
        self._execute("RELEASE SAVEPOINT one_subject")

    def _folded(self, subject: str, head: Head) -> Rows:
        if not head.again:
            rows = Rows(subject, self._row)
            for entry in head.fresh:
                if not head.waiting and not self._folder.apply(rows, entry):
                    head.waiting = 1
            return rows
        rows = self._stored(subject)
        ordered = self.entries_of(subject)
        (head.time, last), head.waiting = self._folder.fold_again(rows, ordered, self._beginnings())
        head.entry, head.heads = last.id, heads_of(ordered)
        return rows

    def _stored(self, subject: str) -> Rows:
        """Give a subject's rows as before, and nothing as now: what a fold from nothing compares with."""
        rows = Rows(subject, None)
        for table, sql in self._sql.tables.items():
            for found in self._execute(sql.of_subject, (subject,)).fetchall():
                row = dict(zip(sql.columns, found, strict=True))
                rows.before[(table, row["id"])] = row
        return rows

    def _row(self, table: Table, key: str) -> RowDict | None:
        sql = self._sql.tables[table]
        found = self._execute(sql.one, (key,)).fetchone()
        return dict(zip(sql.columns, found, strict=True)) if found else None

    def _write(self, folded: Sequence[Rows]) -> None:
        changes = [rows.changes() for rows in folded]
        for deletes, _ in changes:
            for table, key in deletes:
                self._execute(self._sql.tables[table].delete, (key,))
        for _, inserts in changes:
            for table, row in inserts:
                sql = self._sql.tables[table]
                self._execute(sql.insert, tuple(row[column] for column in sql.columns))

    def _put_heads(self, heads: dict[str, Head]) -> None:
        for subject, head in heads.items():
            self._execute(self._sql.put_head, (subject, head.time, head.entry, head.heads, head.waiting))

    # What some kinds ask of the journal itself

    def _consequences(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.kind == PrivateEmptied.KIND:
                emptied = msgspec.json.decode(entry.data, type=PrivateEmptied).entries
                self._refold(self._empty(bytes.fromhex(one)) for one in emptied)
            elif entry.kind == ClockCorrected.KIND:
                self._began = None
                boot = msgspec.json.decode(entry.data, type=ClockCorrected).boot
                self._refold(row[0] for row in self._execute(self._sql.subjects_of_boot, (boot,)).fetchall())

    def _empty(self, entry_id: bytes) -> str | None:
        found = self.entry(entry_id)
        self._execute(self._sql.empty, (entry_id,))
        return found.subject if found else None

    def _refold(self, subjects: Iterable[str | None]) -> None:
        for subject in sorted({one for one in subjects if one}):
            head = self._head(subject)
            head.again = True
            head.fresh = self.entries_of(subject)[-1:]
            self._fold_isolated(subject, head)


def breaks_a_constraint(error: Exception) -> bool:
    """Recognise the drivers' integrity errors and our own word that stored rows contradict each other."""
    return isinstance(error, (sqlite3.IntegrityError, Damaged)) or type(error).__module__ == "psycopg.errors"

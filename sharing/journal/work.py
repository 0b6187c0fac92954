"""What a use case gets while its transaction is open: a look at the tables, and the pen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sharing.errors import NotHome
from sharing.journal import arrivals, ids
from sharing.journal.clock import Reading
from sharing.journal.database import connection
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.folding import RowDict, Table
from sharing.journal.writing import Writer

if TYPE_CHECKING:
    from sharing.journal.store import Store

HOUSE_GROUP = "house"
"""The decision group that everything belongs to unless a house is split."""


class Reader:
    """One consistent look at the tables."""

    def __init__(self, store: Store, reading: Reading) -> None:
        """Look through the calling thread's connection."""
        self.store = store
        self.reading = reading
        self.execute: Callable[..., Any] = connection(store.db).execute

    @property
    def now(self) -> Instant:
        """The moment this transaction began; with a clock that fell back, just after the newest own entry."""
        return self.reading.at

    def select(self, query: Any) -> list[RowDict]:
        """Run a peewee query on this store's database; rows as dicts."""
        return list(query.bind(self.store.db).dicts())

    def one(self, table: Table, key: str) -> RowDict | None:
        """Give the row of a folded table with this key."""
        sql = self.store.statements.tables[table]
        found = self.execute(sql.one, (key,)).fetchone()
        return dict(zip(sql.columns, found, strict=True)) if found else None

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run SQL text with `?` placeholders."""
        found: list[tuple[Any, ...]] = self.execute(self.store.sql(sql), params).fetchall()
        return found


class Work(Reader):
    """A unit of work: reads, then appends; all of it or nothing."""

    def __init__(self, store: Store, reading: Reading) -> None:
        """Start with nothing appended; `now` is mended if the clock is not to be believed."""
        super().__init__(store, reading)
        self._writer = Writer(
            store.statements, store.folder, store.node, self.execute, reading, store.randomness
        )
        self.reading = self._writer.reading
        self._numbers: dict[str, tuple[int, int]] = {}
        self._new: set[bytes] = set()
        """Acts that were looked for and are not here; nobody else writes while this is open."""

    def new_id(self) -> bytes:
        """Make an id."""
        return ids.uuid7(self.reading.at, self.store.randomness)

    def new_hex(self) -> str:
        """Make an id, as subjects and rows name it."""
        return self.new_id().hex()

    def random(self, n: int) -> bytes:
        """Give n random bytes."""
        return self.store.randomness(n)

    def applied(self, act: bytes) -> tuple[Entry, ...]:
        """Give the entries of an act that is here already: a command sent twice does nothing twice."""
        found = () if act in self._new else self._writer.entries_of_act(act)
        if not found:
            self._new.add(act)
        return found

    def append(self, act: bytes, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Append one act of 1 to 200 entries and fold it; one that is here already is not repeated.

        Raises:
            BadValue: it is too large for one act.
        """
        found = self.applied(act)
        self._new.discard(act)
        return found or self._writer.append(act, drafts)

    def append_many(self, act: bytes, drafts: Sequence[Draft], *, at_once: int = 50) -> tuple[Entry, ...]:
        """Append a bulk command as several acts, all in this transaction."""
        written: list[Entry] = []
        for n, start in enumerate(range(0, len(drafts), at_once)):
            written.extend(self.append(ids.nth_act(act, n), drafts[start : start + at_once]))
        return tuple(written)

    def entry(self, entry_id: bytes) -> Entry | None:
        """Give one entry."""
        return self._writer.entry(entry_id)

    def entries_of(self, subject: str) -> list[Entry]:
        """Give all entries of a subject, in fold order."""
        return self._writer.subjects.entries_of(subject)

    def verdict_stamp(self, group: str = HOUSE_GROUP) -> tuple[int, int]:
        """Give (home epoch, next number) for a verdict of this node; each call takes the next number.

        Raises:
            NotHome: another node decides for this group.
        """
        if group not in self._numbers:
            node, epoch = self._writer.home(group)
            if node != self.store.node:
                raise NotHome(group=group)
            self._numbers[group] = (epoch, self._writer.last_verdict(group, epoch))
        epoch, n = self._numbers[group]
        self._numbers[group] = (epoch, n + 1)
        return epoch, n + 1

    def is_home(self, group: str = HOUSE_GROUP) -> bool:
        """Say whether this node decides for the group, or has to ask."""
        return self._writer.home(group)[0] == self.store.node

    def absorb(self, entries: Sequence[Entry], node: str, epoch: int, first_seq: int) -> int:
        """Take in entries of another node's stream, in its order; returns how many were new.

        Known entries only get their position. Subjects whose order changes are folded again.

        Raises:
            BadValue: an entry or act is not well formed.
            Damaged: it contradicts what is stored, or positions before it are missing.
        """
        self._new.clear()
        return arrivals.absorb(self._writer, entries, node, epoch, first_seq)

    def requests(self, kinds: Sequence[str]) -> list[bytes]:
        """Give the ids of other nodes' requests that nobody here has answered, in the order they came.

        It is the order in which a home decides: no clock can be set to steal what was promised.
        """
        marks = ", ".join("?" * len(kinds))
        rows = self.rows(f"SELECT entry FROM local_request WHERE kind IN ({marks}) ORDER BY n", kinds)
        return [bytes(row[0]) for row in rows]

    def answered(self, entry_id: bytes) -> None:
        """Note that a request needs no answer any more."""
        self.execute(self.store.sql("DELETE FROM local_request WHERE entry = ?"), (entry_id,))

    def check_whole(self) -> None:
        """Refuse to commit after an append that broke off, even if somebody caught its error.

        Raises:
            RuntimeError: there was one; a bug of the caller.
        """
        if self._writer.failed:
            raise RuntimeError("an append failed in this transaction, so it cannot be committed")

"""The journal of one house on this node: the one door through which anything is written.

`begin` opens a unit of work: one transaction in which entries are appended and folded into rows. What it returned
from is on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import peewee

from sharing.errors import NoHouse, NotHome
from sharing.journal import ids
from sharing.journal.clock import EARLIEST_BELIEVABLE, MOST_BACKWARDS, Clock, Reading
from sharing.journal.database import is_postgres, placeholders, translated
from sharing.journal.entry import Draft, Entry, Instant, Verdict
from sharing.journal.folding import Folder, RowDict, Table
from sharing.journal.migrations import migrate, one_at_a_time
from sharing.journal.shapes import HomeMoved
from sharing.journal.sql import Statements
from sharing.journal.writing import Writer

HOUSE_GROUP = "house"
"""The decision group that everything belongs to unless a house is split."""

T = TypeVar("T")


class Reader:
    """One consistent look at the tables."""

    def __init__(self, store: Store, reading: Reading) -> None:
        """Look through the calling thread's connection."""
        self.store = store
        self.reading = reading
        self._connection: Any = store.db.connection()
        self.execute: Callable[..., Any] = self._connection.execute

    @property
    def now(self) -> Instant:
        """The moment this transaction began."""
        return self.reading.at

    def select(self, query: Any) -> list[RowDict]:  # noqa: ANN401 peewee's query types share no base that binds
        """Run a peewee query on this store's database; rows as dicts."""
        return list(query.bind(self.store.db).dicts())

    def one(self, table: Table, key: str) -> RowDict | None:
        """Give the row of a folded table with this key."""
        sql = self.store.statements.tables[table]
        found = self.execute(sql.one, (key,)).fetchone()
        return dict(zip(sql.columns, found, strict=True)) if found else None

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run SQL text with `?` placeholders."""
        return list(self.execute(self.store.sql(sql), tuple(params)).fetchall())


class Work(Reader):
    """A unit of work: reads, then appends; all of it or nothing."""

    def __init__(self, store: Store, reading: Reading) -> None:
        """Start with nothing appended; `now` is mended if the clock is not to be believed."""
        super().__init__(store, reading)
        self._writer = Writer(store.statements, store.folder, store.node, self.execute, reading, store.randomness)
        self._now = reading.at
        last = self._writer.last_at()
        if self.clock_is_doubtful(reading, last):
            self._now = max(reading.at, last or 0)
        self._numbers: dict[str, tuple[int, int]] = {}

    @staticmethod
    def clock_is_doubtful(reading: Reading, last: Instant | None) -> bool:
        """Say whether the wall clock stands where it cannot: before this software, or behind our own last entry."""
        return reading.at < EARLIEST_BELIEVABLE or (last is not None and reading.at < last - MOST_BACKWARDS)

    @property
    def now(self) -> Instant:
        """When this transaction began; with a clock that fell back, the newest time this node has noted."""
        return self._now

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
        return self._writer.entries_of_act(act)

    def append(self, act: bytes, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Append one act of 1 to 200 entries and fold it; an act that is here already is returned, not repeated.

        Raises:
            BadValue: it is too large for one act.
        """
        return self.applied(act) or self._writer.append(act, drafts)

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
        return self._writer.entries_of(subject)

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
        """
        return self._writer.absorb(entries, node, epoch, first_seq)


class Store:
    """One house's journal and tables on this node."""

    def __init__(  # noqa: PLR0913 the composition root hands in each part by name
        self, db: peewee.Database, folder: Folder, clock: Clock, *, randomness: ids.Randomness = ids.system_randomness,
        extra_tables: Sequence[type[Any]] = (), lock: Path | None = None, fold_version: int = 1,
    ) -> None:  # fmt: skip
        """Put the parts together; nothing is opened yet.

        Args:
            db: the database; each thread gets its own connection.
            folder: the folds of all features.
            clock: read inside each transaction.
            randomness: for ids and salts.
            extra_tables: `local_*` tables of features, neither folded nor sent.
            lock: file that keeps other processes out while this one opens SQLite.
            fold_version: raised when any fold changes; then everything is folded again on opening.
        """
        self.db, self.folder, self.clock, self.randomness = db, folder, clock, randomness
        self._extra, self._lock, self._fold_version = tuple(extra_tables), lock, fold_version
        self.statements = Statements(db, folder.tables)
        self.node, self.house = "", ""
        self._texts: dict[str, str] = {}

    def sql(self, text: str) -> str:
        """Write SQL text with `?` for this database."""
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = placeholders(self.db, text)
        return known

    def create(self, node: str, house: str) -> None:
        """Make an empty house in an empty database; this node is its home.

        Raises:
            Storage: the disk or database does not do what it must.
        """
        with translated(), one_at_a_time(self.db, self._lock):
            migrate(self.db, (*self.folder.tables, *self._extra))
            if not self.db.execute_sql("SELECT 1 FROM local_node").fetchone():
                epoch = int.from_bytes(self.randomness(7), "big") >> 1
                self.db.execute_sql(
                    self.sql("INSERT INTO local_node VALUES (1, ?, ?, ?, ?, ?)"), (node, house, epoch, 1, self._fold_version)
                )
        self.open()
        with self.begin() as work:
            if not self._founded(work):
                moved = HomeMoved(group=HOUSE_GROUP, epoch=1, to=self.node, through=0)
                work.append(work.new_id(), [Draft(f"group:{HOUSE_GROUP}", moved)])

    @staticmethod
    def _founded(work: Work) -> bool:
        return bool(work.rows("SELECT 1 FROM home WHERE id = ?", (HOUSE_GROUP,)))

    def open(self) -> None:
        """Open a house that is there: bring its tables up to date, fold again if the folds changed.

        Raises:
            NoHouse: the database is empty.
            NewerHouse: a newer Teilhaus wrote it.
        """
        with translated(), one_at_a_time(self.db, self._lock):
            if not self.db.table_exists("local_node"):
                raise NoHouse(data=str(self.db.database))
            migrate(self.db, (*self.folder.tables, *self._extra))
            found = self.db.execute_sql("SELECT node, house, fold_version FROM local_node").fetchone()
            if found is None:
                raise NoHouse(data=str(self.db.database))
            self.node, self.house = found[0], found[1]
            if found[2] != self._fold_version:
                from sharing.journal.rebuild import fold_everything  # noqa: PLC0415 needed once per update only

                fold_everything(self, self._fold_version)

    @contextmanager
    def begin(self) -> Iterator[Work]:
        """Open a unit of work; its end is a durable commit, an exception leaves everything as it was.

        Raises:
            Busy, DiskFull, ReadOnly, Damaged: nothing was changed.
        """
        with translated():
            self._connect()
            execute = self.db.connection().execute
            if is_postgres(self.db):
                execute("BEGIN")
                execute("SELECT 1 FROM local_node FOR UPDATE")
            else:
                execute("BEGIN IMMEDIATE")
            try:
                yield Work(self, self.clock.read())
                execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open one consistent look at the tables, beside any writer.

        Raises:
            Busy, ReadOnly, Damaged: as the database says.
        """
        with translated():
            self._connect()
            execute = self.db.connection().execute
            execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres(self.db) else "BEGIN")
            try:
                yield Reader(self, self.clock.read())
            finally:
                self._roll_back()

    def new_act(self) -> bytes:
        """Make a command's id where the person stands, before it is sent anywhere."""
        return ids.uuid7(self.clock.read().at, self.randomness)

    def close(self) -> None:
        """Close the calling thread's connection."""
        if not self.db.is_closed():
            self.db.close()

    def _connect(self) -> None:
        if self.db.is_closed():
            self.db.connect()

    def _roll_back(self) -> None:
        """End the transaction, if the failure did not end it already."""
        connection: Any = self.db.connection()
        if is_postgres(self.db):
            if connection.closed:
                self.db.close()
                return
            connection.execute("ROLLBACK")
        elif connection.in_transaction:
            connection.execute("ROLLBACK")

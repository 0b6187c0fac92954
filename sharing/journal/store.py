"""The journal of one house on this node: the one door through which anything is written.

`begin` opens a unit of work: one transaction in which entries are appended and folded into rows. What it
returned from is on the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import peewee

from sharing.errors import Damaged, NoHouse
from sharing.journal import ids
from sharing.journal.clock import Clock, SystemClock
from sharing.journal.database import (
    begin_to_write,
    connection,
    execute,
    file_of,
    forget_log,
    in_transaction,
    is_postgres,
    make_file,
    placeholders,
    roll_back,
    translated,
)
from sharing.journal.entry import Draft
from sharing.journal.folding import Folder
from sharing.journal.migrations import migrate, one_at_a_time
from sharing.journal.reading import Reader
from sharing.journal.rebuild import fold_everything
from sharing.journal.savepoint import FellBack
from sharing.journal.shapes import HomeMoved
from sharing.journal.sql import Statements
from sharing.journal.stream import Role
from sharing.journal.work import HOUSE_GROUP, Work

__all__ = ["HOUSE_GROUP", "Reader", "Store", "Work"]

T = TypeVar("T")


class Store:
    """One house's journal and tables on this node."""

    def __init__(
        self,
        db: peewee.Database,
        folder: Folder,
        clock: Clock,
        *,
        randomness: ids.Randomness = ids.system_randomness,
        extra_tables: Sequence[type[Any]] = (),
        lock: Path | None = None,
        fold_version: int = 1,
    ) -> None:
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
        self._opened = threading.local()
        self._forgets = False
        """SQLite's log still holds what was emptied."""
        self.boots_seen: set[str] = set()
        """Boots of this node in which it has looked for earlier ones that nobody can put right."""

    def sql(self, text: str) -> str:
        """Write SQL text with `?` for this database."""
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = placeholders(self.db, text)
        return known

    def exists(self) -> bool:
        """Say whether there is a house in the database; asking makes no file."""
        if not is_postgres(self.db) and file_of(self.db) is None:
            return False
        with translated():
            self._connect()
            return bool(self.db.table_exists("local_node"))

    def create(self, node: str, house: str, *, founded: bool = True, role: Role = "alone") -> None:
        """Make an empty house in an empty database; a house that is there stays as it is.

        Args:
            node: what this database's node is called.
            house: what the house is called.
            founded: this node is the house's first home; a node that joins is not.
            role: what this node is among the others.

        Raises:
            Storage: the disk or database does not do what it must.
        """
        with translated(), one_at_a_time(self._lock):
            if not is_postgres(self.db):
                make_file(self.db)
            self._connect()
            migrate(self.db, (*self.folder.tables, *self._extra))
            epoch = int.from_bytes(self.randomness(7), "big") >> 3
            named = "INSERT INTO local_node VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
            made = execute(self.db, self.sql(named), (node, house, epoch, 1, self._fold_version)).rowcount
            if made:
                execute(self.db, self.sql("UPDATE local_sync SET role = ?"), (role,))
        self.open()
        if not founded:
            return
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
        if not is_postgres(self.db) and file_of(self.db) is None:
            raise NoHouse(data=str(self.db.database))
        with translated(), one_at_a_time(self._lock):
            self._connect()
            if not self.db.table_exists("local_node"):
                raise NoHouse(data=str(self.db.database))
            migrate(self.db, (*self.folder.tables, *self._extra))
            found = execute(self.db, "SELECT node, house, fold_version FROM local_node").fetchone()
            if found is None:
                raise NoHouse(data=str(self.db.database))
            self.node, self.house = found[0], found[1]
            if isinstance(self.clock, SystemClock):
                self.clock = SystemClock(self.node)
            if found[2] != self._fold_version:
                fold_everything(self, self._fold_version)

    def fold_again(self) -> None:
        """Put freshly folded rows in place of all there are, when they no longer agree with the journal.

        Raises:
            Storage: the disk or database does not do what it must; then nothing was changed.
        """
        with self.begin() as work:
            work.execute("UPDATE local_node SET fold_version = 0")
        fold_everything(self, self._fold_version)

    def boldly(self, do: Callable[[Work], T]) -> T:
        """Do something in one transaction, at first without any point inside to which a part could fall back.

        Such points cost SQLite a fifth of all: it keeps every page as it was at each of them. Where a part
        fails after all, everything is taken back and done once more, with them: `do` must not mind.

        Raises:
            Busy, DiskFull, ReadOnly, Damaged: nothing was changed.
        """
        try:
            with self.begin(bold=True) as work:
                return do(work)
        except FellBack:
            with self.begin() as work:
                return do(work)

    @contextmanager
    def begin(self, *, bold: bool = False) -> Iterator[Work]:
        """Open a unit of work; its end is a durable commit, an exception leaves everything as it was.

        Args:
            bold: nothing inside can fall back (`boldly`).

        Raises:
            Busy, DiskFull, ReadOnly, Damaged: nothing was changed.
            FellBack: something inside wanted to.
        """
        with translated():
            link = self._connect()
            try:
                if is_postgres(self.db):
                    link.execute("BEGIN")
                    link.execute("SELECT 1 FROM local_node FOR UPDATE")
                else:
                    begin_to_write(link)
                work = Work(self, self.clock.read(), bold=bold)
                yield work
                work.check_whole()
                link.execute("COMMIT")
            except BaseException:
                roll_back(self.db, link)
                raise
            self._forgets = self._forgets or work.writer.has_emptied
            if self._forgets and not is_postgres(self.db):
                self._forgets = not forget_log(link)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open one consistent look at the tables, beside any writer.

        Raises:
            Busy, ReadOnly, Damaged: as the database says.
        """
        with translated():
            link = self._connect()
            try:
                link.execute(
                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres(self.db) else "BEGIN"
                )
                yield Reader(self, self.clock.read())
            finally:
                roll_back(self.db, link)

    def new_act(self) -> bytes:
        """Make a command's id where the person stands, before it is sent anywhere."""
        return ids.uuid7(self.clock.read().at, self.randomness)

    def close(self) -> None:
        """Close the calling thread's connection."""
        if not self.db.is_closed():
            self.db.close()

    def _connect(self) -> Any:
        """Give the thread's connection, to the file that stands there now.

        Raises:
            Damaged: the database was taken away while it was in use.
        """
        if not is_postgres(self.db):
            standing = file_of(self.db)
            if standing is None:
                raise Damaged(what=f"{self.db.database} is gone")
            if standing != getattr(self._opened, "file", standing):
                self.close()
        if self.db.is_closed():
            self.db.connect()
            if not is_postgres(self.db):
                self._opened.file = file_of(self.db)
        link = connection(self.db)
        if in_transaction(self.db, link):
            raise RuntimeError("this thread is in a transaction of the store already")
        return link

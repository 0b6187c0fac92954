"""What a machine's data folder goes through: crashes around commits, a full disk, images."""

from __future__ import annotations

import copy
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import peewee

from sharing.errors import Storage
from sharing.house import CARD_KEY, DATABASE, LOCAL_TABLES, LOCK
from sharing.journal.clock import Clock
from sharing.journal.database import connection, sqlite
from sharing.journal.handing_tables import FORKED
from sharing.journal.ids import Randomness
from sharing.journal.store import Store
from sharing.journal.work import Work
from tests.simulation.versions import fold_version_of, folder_of

MEMORY = Path("/dev/shm")
_NO_LIMIT = 1_073_741_823
"""SQLite's own largest `max_page_count`."""


class Crash(BaseException):
    """The power went. Nothing that catches exceptions may catch it."""


class Plan:
    """Where the next crash lies: so many commits or effects from now, and on which side of the commit."""

    def __init__(self) -> None:
        self.where = ""
        """"before" or "after" a commit, between "effects", or "" for no crash at all."""
        self.left = 0

    def arm(self, where: str, left: int) -> None:
        """Let it happen at the `left`-th chance from now, from 1."""
        self.where, self.left = where, left

    def passes(self, where: str) -> None:
        """Come by a place where it may happen.

        Raises:
            Crash: it does.
        """
        if self.where == where:
            self.left -= 1
            if self.left <= 0:
                self.where = ""
                raise Crash


class Link(sqlite3.Connection):
    """A connection of a process that has the file to itself; many of them see what each has committed.

    Locks and the index of the log are kept in memory, where other processes would not see them: SQLite's own
    `unix-excl` (https://www.sqlite.org/vfs.html). Each connection to a file must be of this kind.
    """

    def __init__(self, path: str | Path, **options: Any) -> None:
        """Open the file."""
        super().__init__(f"file:{path}?vfs=unix-excl", uri=True, **options)


def disk(path: Path) -> peewee.Database:
    """Give the database as the house opens it, but for what only other processes and real disks ask for.

    The power is cut between two commits and never below SQLite, so nothing needs to be forced onto a disk.
    """
    db: Any = sqlite(path)
    db.connect_params["factory"] = Link
    db._pragmas = [*db._pragmas, ("synchronous", "off"), ("temp_store", "memory")]
    found: peewee.Database = db
    return found


class SimulatedStore(Store):
    """The real store on a disk that can be full, with a watcher beside each commit."""

    def __init__(self, folder: Path, version: str, clock: Clock, randomness: Randomness) -> None:
        super().__init__(
            disk(folder / DATABASE), folder_of(version), clock, randomness=randomness,
            extra_tables=LOCAL_TABLES, lock=folder / LOCK, fold_version=fold_version_of(version),
        )  # fmt: skip
        self.path = folder / DATABASE
        self.plan = Plan()
        self.full, self._limited = False, False
        self.committed: Callable[[Work], None] = lambda _: None
        self._beside: Link | None = None

    @contextmanager
    def begin(self, *, bold: bool = False) -> Iterator[Work]:
        """Open a unit of work; the power may go just before or just after its commit."""
        self.limit_pages()
        with super().begin(bold=bold) as work:
            yield work
            self.plan.passes("before")
        self.committed(work)
        self.plan.passes("after")

    def limit_pages(self) -> None:
        """Let SQLite find no room for another page while the disk is full."""
        if not self.full and not self._limited:
            return
        if self.db.is_closed():
            self.db.connect()
        link: Any = connection(self.db)
        pages = link.execute("PRAGMA page_count").fetchone()[0] if self.full else _NO_LIMIT
        link.execute(f"PRAGMA max_page_count = {pages}")
        self._limited = self.full

    def committed_rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """See what another connection finds on this disk, in the midst of a transaction as well."""
        if self._beside is None:
            self._beside = Link(self.path)
        return self._beside.execute(sql, params).fetchall()

    def beside(self) -> SimulatedStore:
        """Give the store with another connection, for what closes its own: to prepare all anew takes long."""
        other = copy.copy(self)
        other.db, other._opened, other._beside = disk(self.path), threading.local(), None
        return other

    def close(self) -> None:
        """Close all connections; the last one puts the log into the file."""
        if self._beside is not None:
            self._beside.close()
            self._beside = None
        super().close()

    def _connect(self) -> Any:
        """Give the connection without a look at the file: nobody takes it from a machine that runs here."""
        link: Any = connection(self.db)
        if link.in_transaction:
            raise RuntimeError("this machine is in a transaction already")
        return link


def new_folder(prefix: str) -> Path:
    """Make a folder in memory where there is one, else where temporary files lie."""
    return Path(tempfile.mkdtemp(prefix=f"teilhaus-{prefix}-", dir=MEMORY if MEMORY.is_dir() else None))


def copy_house(source: Path, target: Path) -> None:
    """Copy a data folder at a moment when nobody writes: database, what its log holds, and the card key."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (DATABASE, f"{DATABASE}-wal", CARD_KEY):
        there = target / name
        there.unlink(missing_ok=True)
        if (source / name).exists():
            shutil.copy2(source / name, there)
    (target / f"{DATABASE}-shm").unlink(missing_ok=True)


def ids_in(folder: Path) -> set[bytes]:
    """Give the ids of all entries in a data folder that no machine has open."""
    return {bytes(row[0]) for row in _rows_in(folder, "SELECT id FROM entry")}


def is_stopped_in(folder: Path) -> bool:
    """Say whether the machine of a data folder that nobody has open is stopped after a fork."""
    return bool(_rows_in(folder, f"SELECT 1 FROM local_sync WHERE stopped = {FORKED}"))


def _rows_in(folder: Path, sql: str) -> list[Any]:
    if not (folder / DATABASE).exists():
        return []
    try:
        with closing(Link(folder / DATABASE)) as link:
            return link.execute(sql).fetchall()
    except sqlite3.Error as error:
        raise Storage from error

"""What a machine's data folder goes through: crashes around commits, a full disk, images."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sharing.errors import Storage
from sharing.house import CARD_KEY, DATABASE, LOCAL_TABLES, LOCK
from sharing.journal.clock import Clock
from sharing.journal.database import connection, sqlite
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


class SimulatedStore(Store):
    """The real store on a disk that can be full, with a watcher beside each commit."""

    def __init__(self, folder: Path, version: str, clock: Clock, randomness: Randomness) -> None:
        super().__init__(
            sqlite(folder / DATABASE), folder_of(version), clock, randomness=randomness,
            extra_tables=LOCAL_TABLES, lock=folder / LOCK, fold_version=fold_version_of(version),
        )  # fmt: skip
        self.plan = Plan()
        self.full = False
        self.committed: Callable[[Work], None] = lambda _: None

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
        if self.db.is_closed():
            self.db.connect()
        link: Any = connection(self.db)
        pages = link.execute("PRAGMA page_count").fetchone()[0] if self.full else _NO_LIMIT
        link.execute(f"PRAGMA max_page_count = {pages}")


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
    import sqlite3

    if not (folder / DATABASE).exists():
        return set()
    link = sqlite3.connect(folder / DATABASE)
    try:
        return {bytes(row[0]) for row in link.execute("SELECT id FROM entry")}
    except sqlite3.Error as error:
        raise Storage from error
    finally:
        link.close()

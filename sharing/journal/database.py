"""Opening a database of either kind, and saying in our words what went wrong with it."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import peewee

from sharing.errors import Busy, Damaged, DiskFull, ReadOnly, Storage

BUSY_MS = 5000
"""How long a writer waits for another before it says so, in milliseconds."""

_PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", "on"),
    ("secure_delete", "on"),
    ("busy_timeout", str(BUSY_MS)),
    ("cache_size", "-16000"),
    ("journal_size_limit", "67108864"),
)


_STATEMENTS = 1024
"""Prepared statements that a connection keeps; folds and lists have more than the 128 that Python keeps."""


def sqlite(path: Path) -> peewee.Database:
    """Give a SQLite database whose commits are on the disk when they return (WAL, `synchronous=FULL`)."""
    return peewee.SqliteDatabase(
        str(path), pragmas=_PRAGMAS, timeout=BUSY_MS / 1000, cached_statements=_STATEMENTS
    )


def postgres(url: str) -> peewee.Database:
    """Give a PostgreSQL database from a libpq URL or key=value string (psycopg 3).

    Whatever the server's own settings: a commit is on its disk when it returns, and nobody waits for ever.
    """
    options = f"-c synchronous_commit=on -c lock_timeout={BUSY_MS}"
    return peewee.PostgresqlDatabase(url, prefer_psycopg3=True, options=options)


def is_postgres(db: peewee.Database) -> bool:
    """Say whether this is PostgreSQL; the only other kind is SQLite."""
    return isinstance(db, peewee.PostgresqlDatabase)


def connection(db: peewee.Database) -> Any:
    """Give the calling thread's connection, opened if it is not; peewee's own method has no types."""
    asked: Any = db
    return asked.connection()


def execute(db: peewee.Database, sql: str, params: Sequence[object] = ()) -> Any:
    """Run one statement outside the hot path and give its cursor."""
    return connection(db).execute(sql, tuple(params)) if params else connection(db).execute(sql)


_MARKS: Final = r"\((?:%s, )*%s\)"
_INSERT: Final = re.compile(rf"INSERT INTO (\S+ \([^()]+\)) VALUES {_MARKS}")
_UPSERT: Final = re.compile(rf"(INSERT INTO \S+ \([^()]+\)) VALUES {_MARKS}( ON CONFLICT .*)")
_DELETE: Final = re.compile(r"(DELETE FROM \S+ WHERE \S+) = %s")
_LISTS: Final = {int: "bigint[]", str: "text[]", bytes: "bytea[]"}
_FEW: Final = 4


def run_many(db: peewee.Database, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Run one statement for each of many rows, which name no key twice.

    For PostgreSQL what only inserts or deletes is written anew for all rows at once: COPY takes a fifth of
    the time, and so do lists of values.
    """
    cursor = connection(db).cursor()
    if len(rows) < _FEW or not is_postgres(db):
        cursor.executemany(sql, rows)
    elif inserts := _INSERT.fullmatch(sql):
        with cursor.copy(f"COPY {inserts[1]} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    elif deletes := _DELETE.fullmatch(sql):
        cursor.execute(f"{deletes[1]} = ANY(%s)", ([row[0] for row in rows],))
    elif upserts := _UPSERT.fullmatch(sql):
        lists = ", ".join(f"%s::{_LISTS[type(one)]}" for one in rows[0])
        cursor.execute(
            f"{upserts[1]} SELECT * FROM unnest({lists}){upserts[2]}",
            [list(column) for column in zip(*rows, strict=True)],
        )
    else:
        cursor.executemany(sql, rows)


def file_of(db: peewee.Database) -> tuple[int, int] | None:
    """Say which file stands at the database's path now: (device, inode); None if there is none.

    SQLite goes on writing into a file that somebody removed, and all that would be lost.
    """
    try:
        found = os.stat(db.database)  # noqa: PTH116 in every transaction, and Path takes ten times as long
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def make_folder(folder: Path) -> None:
    """Make a folder for its owner only, on the disk when this returns: else its files could go with it.

    Raises:
        ReadOnly: no folder can be there.
        OSError: the disk has no room, or no right to write is there.
    """
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        raise ReadOnly(what=str(error)) from error
    for one in new:
        handle = os.open(one.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_file(db: peewee.Database) -> None:
    """Make SQLite's empty file for its owner only; what SQLite puts beside it gets the same rights."""
    with suppress(FileExistsError):
        os.close(os.open(db.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def placeholders(db: peewee.Database, sql: str) -> str:
    """Write `?` as this driver wants it. The SQL text must hold no other question mark."""
    return sql.replace("%", "%%").replace("?", "%s") if is_postgres(db) else sql


def in_transaction(db: peewee.Database, link: Any) -> bool:
    """Say whether this thread's connection has a transaction open."""
    if not is_postgres(db):
        return bool(link.in_transaction)
    return not link.closed and link.info.transaction_status.value in _IN_TRANSACTION


_IN_TRANSACTION: Final = (2, 3)
"""libpq's PQTRANS_INTRANS and PQTRANS_INERROR."""


def roll_back(db: peewee.Database, link: Any) -> None:
    """End the transaction, if the failure did not; a connection that cannot even do that is given up."""
    try:
        if not is_postgres(db):
            if link.in_transaction:
                link.execute("ROLLBACK")
        elif link.closed:
            db.close()
        else:
            link.execute("ROLLBACK")
    except Exception as error:
        if not isinstance(error, sqlite3.Error) and not _from_psycopg(error):
            raise
        db.close()


def begin_to_write(link: Any) -> None:
    """Begin SQLite's one write transaction; whoever waits for another looks every millisecond.

    SQLite's own waiting sleeps longer each time, up to 100 ms, and so misses the rests that a process beside
    the desk leaves for it.
    """
    until = monotonic() + BUSY_MS / 1000
    link.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                link.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= until:
                    raise
                sleep(0.001)
            else:
                return
    finally:
        link.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


def forget_log(link: Any) -> bool:
    """Empty SQLite's log, which holds earlier states of pages; False if somebody reads from it just now.

    `secure_delete` overwrites what is deleted in the database file only.
    """
    try:
        link.execute("PRAGMA busy_timeout = 0")
        busy: int = link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error:
        return False  # the commit before this one stands
    finally:
        link.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return not busy


_SQLITE: Final[dict[int, type[Storage]]] = {
    sqlite3.SQLITE_BUSY: Busy,
    sqlite3.SQLITE_LOCKED: Busy,
    sqlite3.SQLITE_PROTOCOL: Busy,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: ReadOnly,
    sqlite3.SQLITE_CANTOPEN: ReadOnly,
    sqlite3.SQLITE_PERM: ReadOnly,
    sqlite3.SQLITE_CORRUPT: Damaged,
    sqlite3.SQLITE_NOTADB: Damaged,
    sqlite3.SQLITE_IOERR: Damaged,
    sqlite3.SQLITE_FORMAT: Damaged,
}
"""Primary result codes (https://www.sqlite.org/rescode.html)."""

_POSTGRES: Final[tuple[tuple[str, type[Storage]], ...]] = (
    ("53100", DiskFull),
    ("53", Busy),
    ("25006", ReadOnly),
    ("42501", ReadOnly),
    ("55P03", Busy),
    ("57014", Busy),
    ("57P", Busy),
    ("40", Busy),
    ("08", Busy),
    ("28", ReadOnly),
    ("3D000", ReadOnly),
    ("58", Damaged),
    ("XX", Damaged),
)
"""Beginnings of SQLSTATE codes (PostgreSQL manual, appendix A); words come in any language."""

_SYSTEM: Final[dict[int, type[Storage]]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EROFS: ReadOnly,
    errno.EACCES: ReadOnly,
    errno.EPERM: ReadOnly,
    errno.EIO: Damaged,
}


@contextmanager
def translated() -> Iterator[None]:
    """Turn the drivers' errors about the disk into ours; a broken constraint stays, for it is a bug.

    Raises:
        Busy, DiskFull, ReadOnly, Damaged: as the driver's code says.
    """
    try:
        yield
    except (peewee.PeeweeException, sqlite3.Error, OSError) as error:
        _raise_meaning(error)
        raise
    except Exception as error:
        if _from_psycopg(error):
            _raise_meaning(error)
        raise


def _raise_meaning(error: BaseException) -> None:
    """Raise what it means for the house, if it says something about the disk or the server."""
    cause: BaseException | None = error
    while cause is not None:
        meaning = _meaning(cause)
        if meaning is not None:
            raise meaning(what=str(error)) from error
        cause = cause.__cause__ or cause.__context__ if isinstance(cause, peewee.PeeweeException) else None


def _meaning(error: BaseException) -> type[Storage] | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return _SQLITE.get(code & 0xFF) if code is not None else None
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0)
    if not _from_psycopg(error):
        return None
    state = getattr(error, "sqlstate", None)
    if state is None:
        return Busy if type(error).__name__ in {"OperationalError", "ConnectionTimeout"} else None
    return next((meaning for start, meaning in _POSTGRES if state.startswith(start)), None)


def breaks_a_constraint(error: BaseException) -> bool:
    """Say whether a row was refused for what it says, not for the state of disk or server.

    A number beyond 64 bits is one that PostgreSQL refuses, and Python's driver does for SQLite.
    """
    if isinstance(error, sqlite3.IntegrityError | OverflowError):
        return True
    if not _from_psycopg(error):
        return False
    state = getattr(error, "sqlstate", None)
    return state.startswith(("22", "23")) if state else type(error).__name__ == "DataError"


def _from_psycopg(error: BaseException) -> bool:
    """Recognise the driver's errors without importing it: a kiosk on SQLite has no psycopg."""
    return any(kind.__module__.split(".")[0] == "psycopg" for kind in type(error).__mro__)

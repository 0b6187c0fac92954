"""Opening a database of either kind, and saying in our words what went wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def sqlite(path: Path) -> peewee.Database:
    """Give a SQLite database whose every commit is on the disk before it returns (WAL, `synchronous=FULL`)."""
    return peewee.SqliteDatabase(str(path), pragmas=_PRAGMAS, timeout=BUSY_MS / 1000)


def postgres(url: str) -> peewee.Database:
    """Give a PostgreSQL database from a libpq URL or key=value string (psycopg 3)."""
    return peewee.PostgresqlDatabase(url, prefer_psycopg3=True)


def is_postgres(db: peewee.Database) -> bool:
    """Say whether this is PostgreSQL; the only other kind is SQLite."""
    return isinstance(db, peewee.PostgresqlDatabase)


def placeholders(db: peewee.Database, sql: str) -> str:
    """Write `?` as this database's driver wants it. The SQL text must hold no other question mark or per cent."""
    return sql.replace("?", "%s") if is_postgres(db) else sql


# Words in the driver's message, in this order; SQLite gives no error codes through peewee's own exceptions.
_MEANINGS: tuple[tuple[str, type[Storage]], ...] = (
    ("disk is full", DiskFull),
    ("no space left", DiskFull),
    ("readonly", ReadOnly),
    ("read-only", ReadOnly),
    ("unable to open", ReadOnly),
    ("permission denied", ReadOnly),
    ("locked", Busy),
    ("lock timeout", Busy),
    ("connection refused", Busy),
    ("server closed the connection", Busy),
    ("connection failed", Busy),
    ("the connection is closed", Busy),
    ("malformed", Damaged),
    ("not a database", Damaged),
    ("disk i/o error", Damaged),
    ("corrupt", Damaged),
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the drivers' errors about the disk into ours; a broken constraint stays what it is, for it is a bug.

    Raises:
        Busy, DiskFull, ReadOnly, Damaged: as the driver's words say.
    """
    try:
        yield
    except (peewee.IntegrityError, sqlite3.IntegrityError):
        raise
    except Exception as error:
        if isinstance(error, (peewee.PeeweeException, sqlite3.Error, OSError)) or _from_psycopg(error):
            said = str(error).lower()
            for words, meaning in _MEANINGS:
                if words in said:
                    raise meaning(what=str(error)) from error
        raise


def _from_psycopg(error: Exception) -> bool:
    """Recognise the driver's errors without importing it: a kiosk on SQLite has no psycopg."""
    return any(kind.__module__.split(".")[0] == "psycopg" for kind in type(error).__mro__)

"""The plain way to store what a central stores: `executemany` of the same rows, as often made durable."""

# ruff: noqa: S608 every SQL text is put together from the constants of this file and the names of our tables

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import msgspec

from sharing.house import DATABASE

_TABLES: Final = (
    "SELECT name FROM sqlite_master"
    " WHERE type = 'table' AND name NOT LIKE 'local%' AND name NOT LIKE 'sqlite%'"
)
_NEW: Final = "SELECT entry FROM stream WHERE gsn > ?"
_CUTS: Final = 500
"""Entries in one transaction, as in one frame."""


class Table(msgspec.Struct, frozen=True):
    """A table, and the rows of it that came of some entries."""

    name: str
    schema: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Written(msgspec.Struct, frozen=True):
    """All that a central wrote for a kiosk's entries."""

    entries: int
    """That the kiosk wrote; verdicts come on top."""
    tables: tuple[Table, ...]
    document: int
    """Bytes of one entry on the line, in the middle."""


def written(central: Path, after_gsn: int, entries: int) -> Written:
    """Read what a central has written since a place in its stream: entries, places, and rows that follow."""
    link = sqlite3.connect(f"file:{central / DATABASE}?mode=ro", uri=True)
    tables = []
    for (name,) in link.execute(_TABLES).fetchall():
        info = link.execute(f"PRAGMA table_info({name})").fetchall()
        columns = tuple(row[1] for row in info)
        which = _which(columns)
        if not which:
            continue
        rows = link.execute(f"SELECT * FROM {name} WHERE {which}", (after_gsn,)).fetchall()
        schema = link.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type <> 'trigger'"
            " ORDER BY type <> 'table'",
            (name,),
        ).fetchall()
        if rows:
            tables.append(
                Table(name, tuple(one[0] for one in schema), columns, tuple(row[2] for row in info), rows)
            )
    size = link.execute(
        "SELECT AVG(LENGTH(data) + COALESCE(LENGTH(private), 0) + LENGTH(after) + LENGTH(subject)) FROM entry"
        f" WHERE id IN ({_NEW})",
        (after_gsn,),
    ).fetchone()[0]
    link.close()
    return Written(entries, tuple(tables), int(size) + 320)


def _which(columns: tuple[str, ...]) -> str:
    """Say which rows of a table came of new entries."""
    if "gsn" in columns:
        return "gsn > ?"
    if "entry" in columns and "subject" not in columns:
        return f"entry IN ({_NEW})"
    if "subject" in columns:
        key = "id" if {"act", "part"} <= set(columns) else "subject"
        inner = _NEW if key == "id" else f"SELECT subject FROM entry WHERE id IN ({_NEW})"
        return f"{key} IN ({inner})"
    return ""


def into_sqlite(all_: Written, file: Path) -> float:
    """Write the rows into an empty database with the pragmas of ours; gives entries a second."""
    link = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on", "cache_size = -16000"):
        link.execute(f"PRAGMA {pragma}")
    for table in all_.tables:
        for statement in table.schema:
            link.execute(statement)
    began = perf_counter()
    for part in _parts(all_):
        link.execute("BEGIN IMMEDIATE")
        for table, rows in part:
            marks = ", ".join("?" * len(table.columns))
            link.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)
        link.execute("COMMIT")
    took = perf_counter() - began
    link.close()
    return all_.entries / took


def into_postgres(all_: Written, url: str) -> float:
    """Write the rows into the empty tables of ours, without their guards; gives entries a second."""
    import psycopg  # noqa: PLC0415 only a central on PostgreSQL needs it

    with psycopg.connect(url, autocommit=True) as link, link.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no guard looks at what is written
        for table in all_.tables:
            cursor.execute(f'TRUNCATE "{table.name}" CASCADE'.encode())
        began = perf_counter()
        for part in _parts(all_):
            cursor.execute("BEGIN")
            for table, rows in part:
                marks = ", ".join(["%s"] * len(table.columns))
                named = ", ".join(f'"{one}"' for one in table.columns)
                cursor.executemany(f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})'.encode(), rows)
            cursor.execute("COMMIT")
        took = perf_counter() - began
    return all_.entries / took


def _parts(all_: Written) -> Iterable[list[tuple[Table, list[tuple[Any, ...]]]]]:
    """Cut all tables into as many parts as there were frames."""
    parts = max(1, -(-all_.entries // _CUTS))
    for n in range(parts):
        yield [
            (one, one.rows[len(one.rows) * n // parts : len(one.rows) * (n + 1) // parts])
            for one in all_.tables
        ]

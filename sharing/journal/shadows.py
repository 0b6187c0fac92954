"""Temporary tables with the names of those in use, for folding everything beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sharing.journal.database import connection, is_postgres
from sharing.journal.tables import HeadRow, Row

if TYPE_CHECKING:
    from sharing.journal.store import Store


_CACHE = -131_072
"""KiB (negative as SQLite counts): room for the shadow tables of years, or each insert reads a page."""


def used_tables(store: Store) -> tuple[type[Row], ...]:
    """Give every table that follows from the entries alone."""
    return (*store.folder.tables, HeadRow)


def schemas(store: Store) -> tuple[str, str]:
    """Give the names of the schema in use and of the temporary one."""
    if not is_postgres(store.db):
        return "main", "temp"
    return f'"{_execute(store)("SELECT current_schema()").fetchone()[0]}"', "pg_temp"


def make_shadows(store: Store) -> None:
    """Make temporary tables like those in use, constraints and indexes included.

    From here to the end of the transaction the bare names mean the temporary tables.
    """
    execute, (used, _) = _execute(store), schemas(store)
    if is_postgres(store.db):
        # A prepared statement would go on writing into the table it was prepared for.
        execute("DISCARD PLANS")
    else:
        execute(f"PRAGMA temp.cache_size = {_CACHE}")
    for table in used_tables(store):
        name = table._meta.table_name  # noqa: SLF001 peewee documents it
        if is_postgres(store.db):
            execute(f'CREATE TEMP TABLE "{name}" (LIKE {used}."{name}" INCLUDING ALL) ON COMMIT DROP')
            continue
        made = execute(
            "SELECT type, sql FROM main.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,)
        )
        for kind, sql in sorted(made.fetchall(), key=lambda row: row[0] != "table"):
            execute(_IN_TEMP[kind](sql))


_IN_TEMP: dict[str, Callable[[str], str]] = {
    "table": lambda sql: sql.replace("CREATE TABLE", "CREATE TEMP TABLE", 1),
    "index": lambda sql: re.sub(r"INDEX\s+", "INDEX temp.", sql, count=1),
    "trigger": lambda sql: sql.replace("CREATE TRIGGER", "CREATE TEMP TRIGGER", 1),
}


def compare(store: Store, table: type[Row]) -> list[str]:
    """List rows that only one of the two has; a few are enough to know where to look."""
    name = table._meta.table_name  # noqa: SLF001 peewee documents it
    execute, (used, shadow) = _execute(store), schemas(store)
    lines = []
    for what, here, there in (
        ("stored but not folded", used, shadow),
        ("folded but not stored", shadow, used),
    ):
        sql = f'SELECT * FROM {here}."{name}" EXCEPT SELECT * FROM {there}."{name}" ORDER BY 1 LIMIT 20'
        lines += [f"{name}: {what}: {row[0]}" for row in execute(sql).fetchall()]
    return lines


def _execute(store: Store) -> Any:
    return connection(store.db).execute

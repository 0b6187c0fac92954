"""Folding everything again, beside the tables in use: to check them, or to replace them after a change of the folds.

The shadow tables are temporary ones with the same names, which both databases look into first. So the very same
statements fold into them, and the tables in use are reached by their schema's name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sharing.journal.database import is_postgres, translated
from sharing.journal.entry import Entry, Instant
from sharing.journal.folding import RowDict, Rows, Table
from sharing.journal.order import heads_of
from sharing.journal.tables import HeadRow
from sharing.journal.writing import breaks_a_constraint, entry_of

if TYPE_CHECKING:
    from sharing.journal.store import Store

_SUBJECTS_AT_ONCE = 500


def differences(store: Store) -> list[str]:
    """Fold the whole journal in shuffled subject order into fresh tables and compare: one line a difference.

    Reads one snapshot and changes nothing; other processes go on.
    """
    with translated(), store.reader():
        pass  # opens this thread's connection and proves that the database answers
    execute = _execute(store)
    execute("BEGIN ISOLATION LEVEL REPEATABLE READ" if is_postgres(store.db) else "BEGIN")
    try:
        Rebuild(store).fold(shuffle=store.randomness(16))
        return [line for table in _tables(store) for line in _compare(store, table)]
    finally:
        execute("ROLLBACK")


def fold_everything(store: Store, fold_version: int) -> None:
    """Fold the whole journal into shadow tables and put them in place of the old rows, in one transaction."""
    with store.begin():
        execute = _execute(store)
        Rebuild(store).fold(shuffle=b"")
        used, shadow = _schemas(store)
        for table in _tables(store):
            name = table._meta.table_name
            execute(f'DELETE FROM {used}."{name}"')
            execute(f'INSERT INTO {used}."{name}" SELECT * FROM {shadow}."{name}"')
        for table in _tables(store):
            execute(f'DROP TABLE {shadow}."{table._meta.table_name}"')
        execute(store.sql("UPDATE local_node SET fold_version = ?"), (fold_version,))


class Rebuild:
    """One pass over the journal into shadow tables, inside an open transaction."""

    def __init__(self, store: Store) -> None:
        """Make the empty shadow tables."""
        self._store, self._execute = store, _execute(store)
        self._statements = store.statements
        _make_shadows(store)

    def fold(self, *, shuffle: bytes) -> None:
        """Fold every subject; with `shuffle` in an order that follows from it, else in order of their names."""
        began: dict[str, Instant] = dict(self._execute(self._statements.began).fetchall())
        subjects = [row[0] for row in self._execute("SELECT DISTINCT subject FROM entry").fetchall()]
        subjects.sort(key=lambda name: hashlib.sha256(shuffle + name.encode()).digest() if shuffle else name.encode())
        for start in range(0, len(subjects), _SUBJECTS_AT_ONCE):
            batch = subjects[start : start + _SUBJECTS_AT_ONCE]
            self._write([self._fold_one(subject, entries, began) for subject, entries in self._entries(batch)])

    def _entries(self, subjects: Sequence[str]) -> Iterator[tuple[str, list[Entry]]]:
        marks = ", ".join("?" * len(subjects))
        one = self._statements.entries_of_subject
        sql = one.replace("subject = ?", f"subject IN ({marks})").replace("subject = %s", f"subject IN ({marks})")
        found: dict[str, list[Entry]] = {subject: [] for subject in subjects}
        for row in self._execute(self._store.sql(sql), tuple(subjects)).fetchall():
            entry = entry_of(row)
            found[entry.subject].append(entry)
        yield from found.items()

    def _fold_one(self, subject: str, entries: list[Entry], began: dict[str, Instant]) -> tuple[Rows, RowDict]:
        rows = Rows(subject, None)
        (time, last), waiting = self._store.folder.fold_again(rows, entries, began)
        heads = heads_of(entries)
        return rows, {"subject": subject, "time": time, "entry": last.id, "heads": heads, "waiting": waiting}

    def _write(self, folded: Sequence[tuple[Rows, RowDict]]) -> None:
        """Insert in bulk; only if a constraint breaks, subject by subject to find whose it is."""
        self._execute("SAVEPOINT bulk")
        try:
            self._insert(folded)
        except Exception as error:
            if not breaks_a_constraint(error) or len(folded) == 1:
                raise
            self._execute("ROLLBACK TO SAVEPOINT bulk")
            for one in folded:
                self._insert_alone(*one)
        self._execute("RELEASE SAVEPOINT bulk")

    def _insert_alone(self, rows: Rows, head: RowDict) -> None:
        self._execute("SAVEPOINT alone")
        try:
            self._insert([(rows, head)])
        except Exception as error:
            if not breaks_a_constraint(error):
                raise
            self._execute("ROLLBACK TO SAVEPOINT alone")
            broken = Rows(rows.subject, None)
            entry = self._execute(self._statements.entry, (head["entry"],)).fetchone()
            broken.case("broken_subject", entry_of(entry), about=type(error).__name__)
            self._insert([(broken, {**head, "waiting": 1})])
        self._execute("RELEASE SAVEPOINT alone")

    def _insert(self, folded: Sequence[tuple[Rows, RowDict]]) -> None:
        by_table: dict[Table, list[tuple[Any, ...]]] = {}
        for rows, _ in folded:
            for table, row in rows.changes()[1]:
                columns = self._statements.tables[table].columns
                by_table.setdefault(table, []).append(tuple([row[column] for column in columns]))
        for table, values in by_table.items():
            self._many(self._statements.tables[table].insert, values)
        self._many(self._statements.put_head, [tuple(head.values()) for _, head in folded])

    def _many(self, sql: str, values: list[tuple[Any, ...]]) -> None:
        connection: Any = self._store.db.connection()
        connection.cursor().executemany(sql, values)


def _execute(store: Store) -> Any:  # noqa: ANN401 the drivers' own cursor methods
    connection: Any = store.db.connection()
    return connection.execute


def _tables(store: Store) -> tuple[type[Any], ...]:
    return (*store.folder.tables, HeadRow)


def _schemas(store: Store) -> tuple[str, str]:
    """Give the names of the schema in use and of the temporary one."""
    if not is_postgres(store.db):
        return "main", "temp"
    return f'"{_execute(store)("SELECT current_schema()").fetchone()[0]}"', "pg_temp"


def _make_shadows(store: Store) -> None:
    """Make temporary tables like those in use, constraints and indexes included."""
    execute, (used, _) = _execute(store), _schemas(store)
    for table in _tables(store):
        name = table._meta.table_name
        if is_postgres(store.db):
            execute(f'CREATE TEMP TABLE "{name}" (LIKE {used}."{name}" INCLUDING ALL) ON COMMIT DROP')
            continue
        made = execute("SELECT type, sql FROM main.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,))
        for kind, sql in sorted(made.fetchall(), key=lambda row: row[0] != "table"):
            if kind == "table":
                execute(sql.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
            elif kind == "index":
                execute(re.sub(r"INDEX\s+", "INDEX temp.", sql, count=1))


def _compare(store: Store, table: type[Any]) -> list[str]:
    """List rows that only one of the two has; a few are enough to know where to look."""
    execute, (used, shadow), name = _execute(store), _schemas(store), table._meta.table_name
    lines = []
    for what, here, there in (("stored but not folded", used, shadow), ("folded but not stored", shadow, used)):
        sql = f'SELECT * FROM {here}."{name}" EXCEPT SELECT * FROM {there}."{name}" LIMIT 20'  # noqa: S608 own names
        lines += [f"{name}: {what}: {row[0]}" for row in execute(sql).fetchall()]
    return lines

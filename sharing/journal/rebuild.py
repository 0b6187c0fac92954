"""Folding everything again, beside the tables in use: to check or to replace them.

The shadow tables are temporary ones with the same names, which both databases look into first. So the very
same statements fold into them, and the tables in use are reached by their schema's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sharing.journal import requests
from sharing.journal.counting import Counting
from sharing.journal.database import (
    breaks_a_constraint,
    connection,
    is_postgres,
    roll_back,
    run_many,
    translated,
)
from sharing.journal.entry import Entry, Instant
from sharing.journal.folding import Rows, Table
from sharing.journal.fronts import NONE
from sharing.journal.shadows import compare, make_shadows, schemas, used_tables
from sharing.journal.shapes import CONTROL
from sharing.journal.standing import Standing
from sharing.journal.subjects import entry_of
from sharing.journal.tables import BROKEN

if TYPE_CHECKING:
    from sharing.journal.store import Store

_SUBJECTS_AT_ONCE = 500


def differences(store: Store) -> list[str]:
    """Fold the whole journal in shuffled subject order into fresh tables and compare: one line a difference.

    Reads one snapshot and changes nothing; other processes go on.
    """
    with store.reader():
        pass  # opens this thread's connection and proves that the database answers
    with translated():
        link = connection(store.db)
        link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ" if is_postgres(store.db) else "BEGIN")
        try:
            again = Rebuild(store)
            again.fold(shuffle=store.randomness(16))
            held = link.execute("SELECT entry, grp, epoch, n FROM local_held").fetchall()
            wrong = {(bytes(row[0]), *row[1:]) for row in held} ^ set(again.held)
            return [
                *(line for table in used_tables(store) for line in compare(store, table)),
                *(f"local_held: {group} {epoch} {n}" for _, group, epoch, n in sorted(wrong)),
            ]
        finally:
            roll_back(store.db, link)
            store.close()  # as below


def fold_everything(store: Store, fold_version: int) -> None:
    """Fold the whole journal into shadow tables and put them in place of the old rows, in one transaction."""
    with store.begin() as work:
        if work.rows("SELECT 1 FROM local_node WHERE fold_version = ?", (fold_version,)):
            return  # another process did it while this one waited
        again = Rebuild(store)
        again.fold(shuffle=b"")
        used, shadow = schemas(store)
        names = [table._meta.table_name for table in used_tables(store)]  # noqa: SLF001 peewee documents it
        for name in names:
            work.execute(f'DELETE FROM {used}."{name}"')
            work.execute(f'INSERT INTO {used}."{name}" SELECT * FROM {shadow}."{name}"')
        for name in names:
            work.execute(f'DROP TABLE {shadow}."{name}"')
        work.execute("DELETE FROM local_held")
        again.many(store.statements.insert_held, again.held)
        requests.refill(work.writer, afresh=False)
        work.execute(store.sql("UPDATE local_node SET fold_version = ?"), (fold_version,))
    # The memory of the shadow tables stays with the connection, and makes each commit after it twice as dear.
    store.close()


class Rebuild:
    """One pass over the journal into shadow tables, inside an open transaction."""

    def __init__(self, store: Store) -> None:
        """Make the empty shadow tables."""
        self._store, self._sql = store, store.statements
        self._execute = connection(store.db).execute
        self._without = NONE
        self.held: list[tuple[bytes, str, int, int]] = []
        """Verdicts that wait, as table `local_held` should have them."""
        make_shadows(store)

    def fold(self, *, shuffle: bytes) -> None:
        """Fold every subject, with `shuffle` in an order that follows from it.

        If rows of two subjects contradict each other, once more in the order of names, which says who stands.
        """
        subjects = [row[0] for row in self._execute("SELECT DISTINCT subject FROM entry").fetchall()]
        if shuffle:
            subjects.sort(key=lambda name: hashlib.sha256(shuffle + name.encode()).digest())
            self._execute("SAVEPOINT shuffled")
            try:
                self._fold(subjects, one_by_one=False)
            except Exception as error:
                if not breaks_a_constraint(error):
                    raise
                self._execute("ROLLBACK TO SAVEPOINT shuffled")
            else:
                return
        self._fold(sorted(subjects, key=str.encode), one_by_one=True)

    def _fold(self, subjects: Sequence[str], *, one_by_one: bool) -> None:
        """Fold what nodes say of themselves first, it mends the times of all else; then who decides."""
        for part in (*CONTROL, ""):
            names = [name for name in subjects if _part(name) == part]
            if not part:
                self._without, self.held = Counting(self._sql, self._execute).computed()
            began: dict[str, Instant] = dict(self._execute(self._sql.began).fetchall())
            for start in range(0, len(names), _SUBJECTS_AT_ONCE):
                folded = [
                    self._folded(*one, began)
                    for one in self._entries(names[start : start + _SUBJECTS_AT_ONCE])
                ]
                if one_by_one:
                    self._insert_isolated(folded)
                else:
                    self._insert(folded)

    def _entries(self, subjects: Sequence[str]) -> Iterator[tuple[str, list[Entry]]]:
        found: dict[str, list[Entry]] = {subject: [] for subject in subjects}
        for row in self._sql.among(self._execute, self._sql.entries_of_subjects, subjects):
            entry = entry_of(row)
            found[entry.subject].append(entry)
        yield from found.items()

    def _folded(self, subject: str, entries: list[Entry], began: dict[str, Instant]) -> Standing:
        return Standing.of(self._store.folder, Rows(subject, None), entries, began, self._without)

    def _insert_isolated(self, folded: Sequence[Standing]) -> None:
        """Insert in bulk; only if a constraint breaks, subject by subject to find whose it is."""
        self._execute("SAVEPOINT one_batch")
        try:
            self._insert(folded)
        except Exception as error:
            if not breaks_a_constraint(error):
                raise
            self._execute("ROLLBACK TO SAVEPOINT one_batch")
            if len(folded) > 1:
                for one in folded:
                    self._insert_isolated([one])
            elif folded[0].waiting == BROKEN:
                raise
            else:
                folded[0].break_off()
                self._insert(folded)
        self._execute("RELEASE SAVEPOINT one_batch")

    def _insert(self, folded: Sequence[Standing]) -> None:
        by_table: dict[Table, list[tuple[Any, ...]]] = {}
        for one in folded:
            for table, row in one.rows.changes()[1]:
                columns = self._sql.tables[table].columns
                by_table.setdefault(table, []).append(tuple([row[column] for column in columns]))
        for table, values in by_table.items():
            self.many(self._sql.tables[table].insert, values)
        self.many(self._sql.put_head, [one.head for one in folded])

    def many(self, sql: str, values: Sequence[tuple[Any, ...]]) -> None:
        """Run one statement with many rows."""
        if values:
            run_many(self._store.db, sql, values)


def _part(subject: str) -> str:
    """Give the beginning of a subject that is folded before the others; empty for the others."""
    return next((one for one in CONTROL if subject.startswith(one)), "")

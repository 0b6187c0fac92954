"""Which of contradicting subjects may keep its rows: decided alike on every node, whatever came first.

Folds resolve contradictions before anything is written, so rows of two subjects never contradict each other
unless a fold has a fault. Then the subjects stand in the order of their names (as bytes), each if it breaks
nothing with those before it; the others are broken: only a case for staff stands for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sharing.journal.database import breaks_a_constraint
from sharing.journal.entry import Entry
from sharing.journal.folding import RowDict, Rows, Table
from sharing.journal.sql import Statements
from sharing.journal.standing import Standing
from sharing.journal.tables import BROKEN

Inserts: TypeAlias = list[tuple[Table, RowDict]]


class Settling:
    """Works inside one open transaction."""

    def __init__(self, sql: Statements, execute: Callable[..., Any]) -> None:
        """Take the transaction's connection."""
        self._sql, self._execute = sql, execute

    def settle(self, suspects: Mapping[str, Standing]) -> None:
        """Decide anew for every subject from the first suspect on, and write rows and heads.

        Args:
            suspects: freshly folded: all that changed, and all that are broken.
        """
        first = min(suspects, key=str.encode)
        stored = self._take_out(first)
        for name in sorted({*suspects, *stored}, key=str.encode):
            standing = suspects.get(name)
            inserts = _wanted(standing) if standing else stored[name]
            if not self._stands(inserts):
                standing = standing or self._evicted(name)
                standing.break_off()
                self._insert(_wanted(standing))
            if standing:
                self._execute(self._sql.put_head, standing.head)

    def could_stand(self, standing: Standing) -> bool:
        """Say whether a broken subject would break nothing with those before it; changes nothing."""
        wanted = _wanted(standing)
        self._execute("SAVEPOINT could_stand")
        for table in {table for table, _ in wanted}:
            self._execute(self._sql.tables[table].delete_from, (standing.rows.subject,))
        stands = self._stands(wanted)
        self._execute("ROLLBACK TO SAVEPOINT could_stand")
        self._execute("RELEASE SAVEPOINT could_stand")
        return stands

    def _take_out(self, first: str) -> dict[str, Inserts]:
        """Remove all rows of a subject and those after it, and give them."""
        taken: dict[str, Inserts] = {}
        for table, sql in self._sql.tables.items():
            for found in self._execute(sql.from_subject, (first,)).fetchall():
                row = dict(zip(sql.columns, found, strict=True))
                taken.setdefault(row["subject"], []).append((table, row))
            self._execute(sql.delete_from, (first,))
        return taken

    def _stands(self, inserts: Inserts) -> bool:
        """Insert a subject's rows; False, and nothing inserted, if they break a constraint."""
        self._execute("SAVEPOINT one_subject")
        stands = True
        try:
            self._insert(inserts)
        except Exception as error:
            if not breaks_a_constraint(error):
                raise
            self._execute("ROLLBACK TO SAVEPOINT one_subject")
            stands = False
        self._execute("RELEASE SAVEPOINT one_subject")
        return stands

    def _insert(self, inserts: Iterable[tuple[Table, RowDict]]) -> None:
        for table, row in inserts:
            sql = self._sql.tables[table]
            self._execute(sql.insert, tuple([row[column] for column in sql.columns]))

    def _evicted(self, subject: str) -> Standing:
        """Make ready to break a subject that stood until now; its head says which entry is the last."""
        time, last, heads, _ = self._execute(self._sql.head, (subject,)).fetchone()
        entry = Entry(*self._execute(self._sql.entry, (last,)).fetchone())
        return Standing(Rows(subject, None), time, entry, bytes(heads), BROKEN)


def _wanted(standing: Standing) -> Inserts:
    return [(table, row) for (table, _), row in standing.rows.now.items() if row is not None]

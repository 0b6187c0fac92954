"""Rows that the folds of many subjects ask for, read for all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from sharing.journal.folding import RowDict, Table
from sharing.journal.sql import Statements
from sharing.journal.standing import FOLD_FAILS

T = TypeVar("T")


class Ahead:
    """What is stored under the keys that were asked for; `get` is the loader of `folding.Rows`.

    A key that nobody has read yet is noted and answered with None, and who asked for it folds anew: one
    statement for the rows of many subjects takes less time than one for each, also if the fold runs twice.
    """

    def __init__(self, sql: Statements, execute: Callable[..., Any]) -> None:
        """Begin with nothing read."""
        self._sql, self._execute = sql, execute
        self._known: dict[tuple[Table, str], RowDict | None] = {}
        self._asked: dict[Table, dict[str, None]] = {}
        self._noted = 0
        """How often something was asked for that is not known."""

    def get(self, table: Table, key: str) -> RowDict | None:
        """Give the row, or None and note that it has to be read."""
        try:
            return self._known[table, key]
        except KeyError:
            self._asked.setdefault(table, {})[key] = None
            self._noted += 1
            return None

    def expect(self, rows: Iterable[tuple[Table, str]]) -> None:
        """Read these as well with what is read next; of a broken entry only those that it still names."""
        with suppress(*FOLD_FAILS):
            for table, key in rows:
                self._asked.setdefault(table, {})[key] = None

    def each(self, names: Iterable[str], fold: Callable[[str], T]) -> dict[str, T]:
        """Fold each, again and again until it has asked for nothing that is not read.

        Raises:
            Exception: what the fold of one raises that has all its rows.
        """
        found: dict[str, T] = {}
        left = list(names)
        self._read()
        while left:
            again: list[str] = []
            for name in left:
                noted = self._noted
                try:
                    found[name] = fold(name)
                except FOLD_FAILS:
                    if self._noted == noted:
                        raise
                if self._noted > noted:
                    again.append(name)
            self._read()
            left = again
        return found

    def _read(self) -> None:
        for table, keys in self._asked.items():
            sql = self._sql.tables[table]
            self._known.update(dict.fromkeys([(table, key) for key in keys]))
            for found in self._sql.among(self._execute, sql.some, list(keys)):
                row = dict(zip(sql.columns, found, strict=True))
                self._known[table, row["id"]] = row
        self._asked.clear()

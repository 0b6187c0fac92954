"""The hot statements as SQL text, made once from the models: ten times as fast as peewee's own path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
import peewee

from sharing.journal.database import is_postgres, placeholders
from sharing.journal.folding import columns_of
from sharing.journal.tables import BROKEN, EntryRow, HeadRow, PositionRow, RivalRow, VerdictRow

_LENGTHS: Final = (1, 4, 16, 64, 256)
"""How many values a list in a statement has; a shorter one is filled up."""


class TableSql(msgspec.Struct, frozen=True):
    """Statements over one table."""

    columns: tuple[str, ...]
    changing: tuple[str, ...]
    """The columns that `change` sets, in its order; its last parameter is the `id`."""
    insert: str
    change: str
    """By primary key `id`. Empty where the table has a unique index beside its key, or a guard: rows that
    trade a value must all be deleted before one is inserted."""
    delete: str
    """By primary key `id`."""
    one: str
    """By primary key `id`."""
    some: str
    """By many keys."""
    of_subject: str
    of_subjects: str
    from_subject: str
    """Rows of this subject and all whose names come after it, compared as bytes."""
    delete_from: str
    """The same, for deletion."""

    @classmethod
    def of(cls, db: peewee.Database, table: type[Any]) -> TableSql:
        """Write them for this database's placeholders."""
        name, columns = f'"{table._meta.table_name}"', columns_of(table)  # noqa: SLF001 peewee documents it
        changing = tuple(one for one in columns if one not in {"id", "subject"})
        named = ", ".join(f'"{column}"' for column in columns)
        as_bytes = ' COLLATE "C"' if is_postgres(db) else ""
        texts = (
            f"INSERT INTO {name} ({named}) VALUES ({', '.join('?' * len(columns))})",
            "" if _trades(table) else _change(name, changing),
            f'DELETE FROM {name} WHERE "id" = ?',
            f'SELECT {named} FROM {name} WHERE "id" = ?',
            f'SELECT {named} FROM {name} WHERE "id" IN ({{}})',
            f'SELECT {named} FROM {name} WHERE "subject" = ?',
            f'SELECT {named} FROM {name} WHERE "subject" IN ({{}})',
            f'SELECT {named} FROM {name} WHERE "subject"{as_bytes} >= ?',
            f'DELETE FROM {name} WHERE "subject"{as_bytes} >= ?',
        )
        return cls(columns, changing, *(placeholders(db, text) for text in texts))


def _change(name: str, columns: Iterable[str]) -> str:
    """Leave `subject` alone: SQLite writes the index of every column that is named."""
    pairs = ", ".join(f'"{column}" = ?' for column in columns)
    return f'UPDATE {name} SET {pairs} WHERE "id" = ?'


def _trades(table: type[Any]) -> bool:
    """Say whether two rows can want one value: there is a unique index beside the primary key, or a guard."""
    meta = table._meta  # noqa: SLF001 peewee documents it
    return bool(meta.guards) or any(index._unique for index in meta.fields_to_index())  # noqa: SLF001 as above


_ENTRY_COLUMNS: Final = ", ".join(f'"{name}"' for name in columns_of(EntryRow))
_HEAD_COLUMNS: Final = columns_of(HeadRow)


class Statements:
    """All hot statements of the journal: here with `?`, in each instance as its database wants them."""

    put_head = (
        f"INSERT INTO head ({', '.join(_HEAD_COLUMNS)}) VALUES ({', '.join('?' * len(_HEAD_COLUMNS))}) "
        "ON CONFLICT (subject) DO UPDATE SET "
        f"{', '.join(f'{one} = excluded.{one}' for one in _HEAD_COLUMNS[1:])}"
    )
    head = f"SELECT {', '.join(_HEAD_COLUMNS[1:])} FROM head WHERE subject = ?"
    entries_of_act = f"SELECT {_ENTRY_COLUMNS} FROM entry WHERE act = ? ORDER BY part"
    entries_of_subjects = f"SELECT {_ENTRY_COLUMNS} FROM entry WHERE subject IN ({{}})"
    entry = f"SELECT {_ENTRY_COLUMNS} FROM entry WHERE id = ?"
    entries = f"SELECT {_ENTRY_COLUMNS} FROM entry WHERE id IN ({{}})"
    # SQLite uses the partial index on `waiting` only if its own condition is repeated.
    tip = (
        "SELECT l.epoch, p.seq, p.chain, EXISTS (SELECT 1 FROM head WHERE waiting <> 0 AND waiting = 2),"
        " e.at, e.boot, e.uptime, e.clock"
        " FROM local_node l LEFT JOIN position p ON p.node = l.node AND p.epoch = l.epoch AND p.seq ="
        " (SELECT MAX(seq) FROM position WHERE node = l.node AND epoch = l.epoch)"
        " LEFT JOIN entry e ON e.id = p.entry"
    )
    """Where this node's stream ends, whether a subject is broken, what the clocks said at the last entry."""
    broken = f"SELECT subject FROM head WHERE waiting <> 0 AND waiting = {BROKEN}"
    home = (
        "SELECT r.node, r.epoch, r.released, s.stopped + s.restoring,"
        " EXISTS (SELECT 1 FROM local_held WHERE grp = r.grp),"
        " (SELECT MAX(n) FROM verdict WHERE grp = r.grp AND home_epoch = r.epoch)"
        " FROM home h CROSS JOIN local_sync s JOIN reign r ON r.subject = h.subject AND r.epoch = h.epoch"
        " WHERE h.id = ? AND s.id = 1"
    )
    """Who decides for a group, whether anything keeps it from that, and its last number."""
    reigns = "SELECT epoch, through FROM reign WHERE subject = ?"
    numbers_until = "SELECT COUNT(*) FROM verdict WHERE grp = ? AND home_epoch = ? AND n <= ?"
    numbers = "SELECT COUNT(*), MAX(n), MIN(n) FROM verdict WHERE grp = ? AND home_epoch = ?"
    before_gap = (
        "SELECT n FROM verdict v WHERE grp = ? AND home_epoch = ? AND NOT EXISTS (SELECT 1 FROM verdict w"
        " WHERE w.grp = v.grp AND w.home_epoch = v.home_epoch AND w.n = v.n + 1) ORDER BY n LIMIT 1"
    )
    numbers_after = (
        "SELECT home_epoch, n, entry FROM verdict WHERE grp = ? AND (home_epoch, n) > (?, ?)"
        " UNION ALL SELECT home_epoch, n, entry FROM rival WHERE grp = ? AND (home_epoch, n) > (?, ?)"
    )
    # CROSS JOIN keeps SQLite from reading every verdict: the few reigns first.
    beyond = (
        "SELECT v.entry FROM reign r CROSS JOIN verdict v"
        " WHERE v.grp = r.grp AND v.home_epoch = r.epoch - 1 AND v.n > r.through"
        " UNION ALL SELECT v.entry FROM reign r CROSS JOIN rival v"
        " WHERE v.grp = r.grp AND v.home_epoch = r.epoch - 1 AND v.n > r.through"
    )
    """Verdicts of reigns that had ended before them."""
    held = "SELECT entry FROM local_held"
    held_of = "SELECT entry FROM local_held WHERE grp = ?"
    insert_held = "INSERT INTO local_held (entry, grp, epoch, n) VALUES (?, ?, ?, ?)"
    delete_held = "DELETE FROM local_held WHERE entry = ?"
    verdict_groups = "SELECT DISTINCT grp FROM verdict"
    verdict_at = "SELECT entry FROM verdict WHERE grp = ? AND home_epoch = ? AND n = ?"
    rivals = (
        "SELECT r.grp, r.home_epoch, r.n, r.entry, v.entry FROM rival r JOIN verdict v"
        " ON v.grp = r.grp AND v.home_epoch = r.home_epoch AND v.n = r.n"
    )
    empty = "UPDATE entry SET private = NULL, salt = NULL WHERE id = ?"
    are_emptied = "SELECT entry FROM emptied WHERE entry IN ({})"
    known_acts = "SELECT DISTINCT act FROM entry WHERE act IN ({})"
    heads = f"SELECT {', '.join(_HEAD_COLUMNS)} FROM head WHERE subject IN ({{}})"
    insert_emptied = "INSERT INTO emptied (entry) VALUES (?) ON CONFLICT (entry) DO NOTHING"
    insert_request = (
        "INSERT INTO local_request (n, entry, kind) SELECT COALESCE(MAX(n), 0) + 1, ?, ? FROM local_request"
    )
    delete_request = "DELETE FROM local_request WHERE entry = ?"
    delete_decided = (
        "DELETE FROM local_request WHERE entry = ?"
        " AND EXISTS (SELECT 1 FROM entry WHERE id = ? AND subject = ?)"
    )
    have_requests = "SELECT entry FROM local_request WHERE entry IN ({})"
    verdicts_of_subjects = (
        f"SELECT {_ENTRY_COLUMNS} FROM entry WHERE nature = 'verdict' AND subject IN ({{}})"
    )
    of_nature = f"SELECT {_ENTRY_COLUMNS} FROM entry WHERE nature = ?"
    own_place = "SELECT MAX(seq) FROM position WHERE entry = ? AND node = ?"
    stream_place = "SELECT MAX(gsn) FROM stream WHERE entry = ?"
    subject_of = "SELECT subject FROM entry WHERE id = ?"
    chain_at = "SELECT chain FROM position WHERE node = ? AND epoch = ? AND seq = ?"
    chains_between = "SELECT seq, chain FROM position WHERE node = ? AND epoch = ? AND seq BETWEEN ? AND ?"
    insert_stream = "INSERT INTO stream (term, gsn, entry) VALUES (?, ?, ?)"
    subjects_of_boot = "SELECT DISTINCT subject FROM entry WHERE boot = ? AND clock = 'untrusted'"
    began_at = "SELECT began_at FROM boot WHERE id = ?"
    began = "SELECT boot, MIN(began_at) FROM boot GROUP BY boot"

    def __init__(self, db: peewee.Database, tables: Iterable[type[Any]]) -> None:
        """Write all statements for this database, and those of every folded table."""
        for name, text in vars(Statements).items():
            if isinstance(text, str) and not name.startswith("_"):
                setattr(self, name, placeholders(db, text))
        self._has_lists, self._lists = is_postgres(db), dict[tuple[str, int], str]()
        self.tables = {table: TableSql.of(db, table) for table in tables}
        self.tables_with = " UNION ALL ".join(
            f"SELECT {n} WHERE EXISTS ({one.of_subject})" for n, one in enumerate(self.tables.values())
        )
        """Places of those tables in `tables` that hold rows of a subject; its name is asked for each."""
        self.insert_entry, self.insert_position, self.insert_verdict, self.insert_rival = (
            TableSql.of(db, table).insert for table in (EntryRow, PositionRow, VerdictRow, RivalRow)
        )
        self.entry_columns = tuple(f'"{name}"' for name in columns_of(EntryRow))

    def among(
        self, execute: Callable[..., Any], text: str, values: Sequence[object]
    ) -> list[tuple[Any, ...]]:
        """Run a statement that asks for a list of values, `IN ({})` in its text.

        SQLite gets pieces of a few fixed lengths: so it prepares few statements, and none with more
        parameters than it takes. PostgreSQL takes a list as one value.
        """
        if not values:
            return []
        if self._has_lists:
            one: list[tuple[Any, ...]] = execute(
                text.replace("IN ({})", "= ANY(%s)"), ([*values],)
            ).fetchall()
            return one
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(values), _LENGTHS[-1]):
            some = values[start : start + _LENGTHS[-1]]
            length = next(one for one in _LENGTHS if one >= len(some))
            sql = self._lists.get((text, length))
            if sql is None:
                sql = self._lists[text, length] = text.format(", ".join("?" * length))
            found += execute(sql, (*some, *[some[-1]] * (length - len(some)))).fetchall()
        return found

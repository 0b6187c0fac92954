"""Numbered steps from an empty database to today's tables, each in one transaction, one process at a time.

Our own few lines rather than playhouse's: its `add_column` rebuilds a SQLite table and silently drops its
triggers.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee

from sharing.errors import NewerHouse
from sharing.journal.chain import GENESIS
from sharing.journal.database import connection, execute, is_postgres, placeholders, roll_back
from sharing.journal.folding import columns_of
from sharing.journal.tables import JOURNAL_TABLES, EntryRow, Folded, Row

SCHEMA_VERSION = 4
"""1: desk. 2: rooms. 3: sync. 4: PostgreSQL holds as large numbers in folded tables as SQLite."""
_SYNC_CAME = 3
_NUMBERS_GREW = 4
_ADVISORY_LOCK = 0x7465696C  # "teil"

_STAYS = {1: ("position", "verdict", "rival", "emptied"), 3: ("stream",)}
"""Tables whose rows neither change nor go, by the version they came with."""
_ENTRY_COLUMNS = tuple(name for name in columns_of(EntryRow) if name not in {"private", "salt"})

_ALONE = (
    "INSERT INTO local_sync (id, role, term, applied, central_gsn, acked_epoch, acked, acked_chain, swept,"
    " stopped, restoring, revoked) VALUES (1, 'alone', 0, 0, 0, 0, 0, ?, 0, 0, 0, 0)"
)
"""A house that knows no other node yet."""
_SQLITE_ENTRY = """
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
WHEN NEW.private IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.rowid IS NOT OLD.rowid OR {differs}
BEGIN SELECT RAISE(ABORT, 'an entry never changes'); END;
CREATE TRIGGER entry_not_replaced BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE {taken})
BEGIN SELECT RAISE(ABORT, 'an entry is never replaced'); END;
"""
_SQLITE_OTHERS = """
CREATE TRIGGER {name}_stays BEFORE DELETE ON {name}
BEGIN SELECT RAISE(ABORT, 'rows of {name} are never deleted'); END;
CREATE TRIGGER {name}_never_changes BEFORE UPDATE ON {name}
BEGIN SELECT RAISE(ABORT, 'rows of {name} never change'); END;
CREATE TRIGGER {name}_not_replaced BEFORE INSERT ON {name}
WHEN EXISTS (SELECT 1 FROM {name} WHERE {taken})
BEGIN SELECT RAISE({answer}); END;
"""
_TAKEN = {
    "entry": "id = NEW.id OR (act = NEW.act AND part = NEW.part)",
    "position": "node = NEW.node AND epoch = NEW.epoch AND seq = NEW.seq",
    "verdict": "grp = NEW.grp AND home_epoch = NEW.home_epoch AND n = NEW.n",
    "stream": "term = NEW.term AND gsn = NEW.gsn",
    "rival": "entry = NEW.entry",
    "emptied": "entry = NEW.entry",
}
"""What INSERT OR REPLACE would push out: SQLite deletes it without asking a trigger of DELETE."""
_POSTGRES_FUNCTION = """
CREATE FUNCTION teilhaus_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""
_POSTGRES_ENTRY = """
CREATE TRIGGER entry_stays BEFORE DELETE ON entry FOR EACH ROW EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry FOR EACH ROW
WHEN (NEW.private IS NOT NULL OR NEW.salt IS NOT NULL OR {differs}) EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER entry_not_truncated BEFORE TRUNCATE ON entry EXECUTE FUNCTION teilhaus_refuse();
"""
_POSTGRES_OTHERS = """
CREATE TRIGGER {name}_stays BEFORE DELETE OR UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER {name}_not_truncated BEFORE TRUNCATE ON {name} EXECUTE FUNCTION teilhaus_refuse();
"""


def _trigger_statements(version: int, *, postgres: bool) -> list[str]:
    """Write out, one by one, those of the tables that came with this version."""
    others = _POSTGRES_OTHERS if postgres else _SQLITE_OTHERS
    text = _entry_triggers(postgres=postgres) if version == 1 else ""
    for name in _STAYS.get(version, ()):
        # What is emptied is emptied: saying so again is no mistake.
        answer = "IGNORE" if name == "emptied" else f"ABORT, 'rows of {name} are never replaced'"
        text += others.format(name=name, taken=_taken(name), answer=answer)
    return [f"CREATE {one.strip().rstrip(';')}" for one in text.split("CREATE ") if one.strip()]


def _entry_triggers(*, postgres: bool) -> str:
    """Only the private part and its salt may change, and only to nothing."""
    word = "IS DISTINCT FROM" if postgres else "IS NOT"
    differs = " OR ".join(f'NEW."{name}" {word} OLD."{name}"' for name in _ENTRY_COLUMNS)
    first = _POSTGRES_FUNCTION + _POSTGRES_ENTRY if postgres else _SQLITE_ENTRY
    return first.format(differs=differs, taken=_taken("entry"))


def _taken(name: str) -> str:
    return _TAKEN[name] if name in {"position", "stream"} else f"{_TAKEN[name]} OR rowid = NEW.rowid"


class _StrictSchema(peewee.SchemaManager):
    """Tables that hold only the types they declare: PostgreSQL's always do, SQLite's when made STRICT.

    Not peewee's `strict_tables`, which writes the word for PostgreSQL too.
    """

    def _create_table(self, safe: bool = True, **options: Any) -> Any:  # noqa: FBT001, FBT002 as peewee has it
        made: Any = super()
        context = made._create_table(safe=safe, **options)  # noqa: SLF001 it has no other door
        if is_postgres(self.database):
            return context
        by_key = getattr(self.model._meta, "kept_by_key", False)  # noqa: SLF001 peewee documents it
        return context.literal(" STRICT, WITHOUT ROWID" if by_key else " STRICT")


def create_new(db: peewee.Database, tables: Sequence[type[Row]], version: int) -> None:
    """Make the tables that came with this version, with indexes and guards; the journal's with the first."""
    kind = "postgres" if is_postgres(db) else "sqlite"
    for table in (*JOURNAL_TABLES, *tables):
        meta: Any = table._meta  # noqa: SLF001 peewee documents it
        if meta.since != version:
            continue
        schema: Any = _StrictSchema(table, database=db)
        schema.create_all(safe=False)
        for statement in meta.guards.get(kind, ()):
            execute(db, statement)
    for statement in _trigger_statements(version, postgres=kind == "postgres"):
        execute(db, statement)
    if version == _SYNC_CAME:
        execute(db, placeholders(db, _ALONE), (GENESIS,))
    if version == _NUMBERS_GREW and kind == "postgres":
        _grow_numbers(db, tables)


def _grow_numbers(db: peewee.Database, tables: Sequence[type[Row]]) -> None:
    """Let number columns hold 64 bits: SQLite's always did, and equal entries must give equal rows."""
    small = execute(
        db,
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND data_type = 'integer'",
    ).fetchall()
    folded = {table._meta.table_name for table in tables if issubclass(table, Folded)}  # noqa: SLF001 peewee documents it
    for table, column in small:
        if table in folded:
            execute(db, f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE bigint')


@contextmanager
def one_at_a_time(lock: Path | None) -> Iterator[None]:
    """Hold off every other process that opens this house: SQLite by a file, PostgreSQL while it migrates."""
    if lock is None:
        yield
        return
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate(db: peewee.Database, tables: Sequence[type[Row]]) -> None:
    """Bring the database to this version's tables, in one transaction.

    Raises:
        NewerHouse: a newer Teilhaus wrote it; nothing was touched.
    """
    if _version(db) == SCHEMA_VERSION:
        return
    link = connection(db)
    execute(db, "BEGIN" if is_postgres(db) else "BEGIN IMMEDIATE")
    try:
        _steps(db, tables)
        execute(db, "COMMIT")
    except BaseException:
        roll_back(db, link)
        raise


def _steps(db: peewee.Database, tables: Sequence[type[Row]]) -> None:
    if is_postgres(db):
        execute(
            db, "SET LOCAL lock_timeout = 0"
        )  # a step may take long, and then there is nothing left to do
        execute(db, f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
    found = _version(db)
    if found > SCHEMA_VERSION:
        raise NewerHouse(found=found, known=SCHEMA_VERSION)
    if found == 0:
        strict = "" if is_postgres(db) else " STRICT"
        execute(db, f"CREATE TABLE local_schema (version INTEGER NOT NULL){strict}")
        execute(db, "INSERT INTO local_schema VALUES (0)")
    for version in range(found + 1, SCHEMA_VERSION + 1):
        create_new(db, tables, version)
    execute(db, f"UPDATE local_schema SET version = {SCHEMA_VERSION}")


def _version(db: peewee.Database) -> int:
    if not db.table_exists("local_schema"):
        return 0
    return int(execute(db, "SELECT version FROM local_schema").fetchone()[0])

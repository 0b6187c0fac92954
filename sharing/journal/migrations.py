"""Numbered steps from an empty database to today's tables, each in one transaction, one process at a time.

Our own few lines rather than playhouse's: its `add_column` rebuilds a SQLite table and silently drops its triggers.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee

from sharing.errors import NewerHouse
from sharing.journal.database import is_postgres
from sharing.journal.tables import JOURNAL_TABLES, Row

SCHEMA_VERSION = 1
_ADVISORY_LOCK = 0x7465696C  # "teil"

_SQLITE_TRIGGERS = """
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
WHEN NEW.private IS NOT NULL OR NEW.salt IS NOT NULL OR {same}
BEGIN SELECT RAISE(ABORT, 'an entry never changes'); END;
CREATE TRIGGER position_stays BEFORE DELETE ON position
BEGIN SELECT RAISE(ABORT, 'positions are never deleted'); END;
CREATE TRIGGER position_never_changes BEFORE UPDATE ON position
BEGIN SELECT RAISE(ABORT, 'a position never changes'); END;
CREATE TRIGGER verdict_stays BEFORE DELETE ON verdict
BEGIN SELECT RAISE(ABORT, 'verdicts are never deleted'); END;
CREATE TRIGGER verdict_never_changes BEFORE UPDATE ON verdict
BEGIN SELECT RAISE(ABORT, 'a verdict never changes'); END
"""

_POSTGRES_TRIGGERS = """
CREATE FUNCTION teilhaus_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% on %% is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry FOR EACH ROW EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry FOR EACH ROW
WHEN (NEW.private IS NOT NULL OR NEW.salt IS NOT NULL OR {same}) EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER entry_not_emptied_whole BEFORE TRUNCATE ON entry EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER position_stays BEFORE DELETE OR UPDATE ON position FOR EACH ROW EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER position_not_emptied_whole BEFORE TRUNCATE ON position EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER verdict_stays BEFORE DELETE OR UPDATE ON verdict FOR EACH ROW EXECUTE FUNCTION teilhaus_refuse();
CREATE TRIGGER verdict_not_emptied_whole BEFORE TRUNCATE ON verdict EXECUTE FUNCTION teilhaus_refuse()
"""

_ENTRY_COLUMNS = ("id", "act", "part", "parts", "kind", "version", "nature", "subject", "at", "boot", "uptime",
                  "clock", "after", "data", "private_digest")  # fmt: skip


def _trigger_statements(*, postgres: bool) -> list[str]:
    """Write them out, one statement each: only the private part and its salt may change, and only to nothing."""
    differs = "IS DISTINCT FROM" if postgres else "IS NOT"
    same = " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in _ENTRY_COLUMNS)
    text = (_POSTGRES_TRIGGERS if postgres else _SQLITE_TRIGGERS).replace("{same}", same)
    first, *others = text.strip().split("\nCREATE ")
    return [first, *(f"CREATE {rest}" for rest in others)]


class _StrictSchema(peewee.SchemaManager):
    """Tables that hold only the types they declare: PostgreSQL's always do, SQLite's when made STRICT.

    Not peewee's `strict_tables`, which writes the word for PostgreSQL too.
    """

    def _create_table(self, safe: bool = True, **options: Any) -> Any:  # noqa: ANN401, FBT001, FBT002 as peewee has it
        context = super()._create_table(safe=safe, **options)
        return context if is_postgres(self.database) else context.literal(" STRICT")


def create_all(db: peewee.Database, tables: Sequence[type[Row]]) -> None:
    """Step 1: all tables, indexes and triggers of this version."""
    for table in (*JOURNAL_TABLES, *tables):
        _StrictSchema(table, database=db).create_all(safe=False)
    for statement in _trigger_statements(postgres=is_postgres(db)):
        db.execute_sql(statement)


@contextmanager
def one_at_a_time(db: peewee.Database, lock: Path | None) -> Iterator[None]:
    """Hold off every other process that opens this house: SQLite by a file, PostgreSQL by an advisory lock."""
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
    db.execute_sql("BEGIN IMMEDIATE" if not is_postgres(db) else "BEGIN")
    try:
        if is_postgres(db):
            db.execute_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        found = _version(db)
        if found > SCHEMA_VERSION:
            raise NewerHouse(found=found, known=SCHEMA_VERSION)
        if found == 0:
            db.execute_sql("CREATE TABLE local_schema (version INTEGER NOT NULL)" + ("" if is_postgres(db) else " STRICT"))
            db.execute_sql("INSERT INTO local_schema VALUES (0)")
            create_all(db, tables)
        db.execute_sql(f"UPDATE local_schema SET version = {SCHEMA_VERSION}")
    except BaseException:
        db.execute_sql("ROLLBACK")
        raise
    db.execute_sql("COMMIT")


def _version(db: peewee.Database) -> int:
    if not db.table_exists("local_schema"):
        return 0
    return int(db.execute_sql("SELECT version FROM local_schema").fetchone()[0])

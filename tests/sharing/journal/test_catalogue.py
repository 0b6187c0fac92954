"""The tables, indexes and triggers of the whole house, compared with what is written down for both databases.

A difference that is meant is written down by running this file with the environment variable
`TEILHAUS_RENEW_GOLDEN=1`. Look at what changed before committing it: a house in use needs a migration for it
(`sharing/journal/migrations.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from peewee import BigIntegerField, IntegerField

from sharing.house import TABLES, make_house, open_house
from sharing.journal.database import execute
from sharing.journal.store import Store
from tests.fakes import FakeClock, FakeRandomness
from tests.postgres import Cluster

GOLDEN = Path(__file__).parent / "golden"


def sqlite_catalogue(store: Store) -> str:
    """Give every statement of `sqlite_master`, sorted by table."""
    found = execute(
        store.db,
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
        " ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, name",
    )
    return "".join(f"{sql};\n" for (sql,) in found.fetchall())


POSTGRES = {
    "column": "SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)"
    " || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || COALESCE(' default ' ||"
    " pg_get_expr(d.adbin, d.adrelid), '') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
    " AND NOT a.attisdropped",
    "constraint": "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "index": "SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "function": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS"
    " (SELECT 1 FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')",
    "extension": "SELECT extname, extname FROM pg_extension",
}


def postgres_catalogue(store: Store) -> str:
    """Give every column, constraint, index, trigger and function, sorted by name."""
    lines = []
    for what, sql in POSTGRES.items():
        lines += sorted(
            f"{what} {name}: {' '.join(said.split())}" for name, said in execute(store.db, sql).fetchall()
        )
    return "\n".join(lines) + "\n"


def compare(file: Path, found: str) -> None:
    if os.environ.get("TEILHAUS_RENEW_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(found)
    assert found.splitlines() == file.read_text().splitlines()


def test_the_sqlite_catalogue_is_as_written_down(tmp_path: Path) -> None:
    house = make_house(tmp_path, node="desk", name="Haus", clock=FakeClock(), randomness=FakeRandomness())
    compare(GOLDEN / "sqlite.sql", sqlite_catalogue(house.store))
    house.close()


def test_the_postgresql_catalogue_is_as_written_down(tmp_path: Path, postgres: Cluster) -> None:
    house = make_house(
        tmp_path,
        node="desk",
        name="Haus",
        url=postgres.new_database(),
        clock=FakeClock(),
        randomness=FakeRandomness(),
    )
    compare(GOLDEN / "postgres.txt", postgres_catalogue(house.store))
    house.close()


def test_a_house_of_before_gets_the_larger_numbers_with_its_rows(tmp_path: Path, postgres: Cluster) -> None:
    url = postgres.new_database()
    house = make_house(
        tmp_path, node="desk", name="Haus", url=url, clock=FakeClock(), randomness=FakeRandomness()
    )
    for table, column in (("holding", "lost"), ("room", "capacity"), ("occurrence", "n")):
        execute(house.store.db, f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE integer')
    execute(house.store.db, "UPDATE local_schema SET version = 3")
    assert "column room.capacity: integer" in postgres_catalogue(house.store)
    house.close()
    again = open_house(tmp_path, url=url)
    compare(GOLDEN / "postgres.txt", postgres_catalogue(again.store))
    again.close()


def test_no_number_that_is_folded_has_fewer_bits_on_one_database_than_on_the_other() -> None:
    small = [
        f"{table._meta.table_name}.{field.column_name}"
        for table in TABLES
        for field in table._meta.sorted_fields
        if isinstance(field, IntegerField) and not isinstance(field, BigIntegerField)
    ]
    assert small == []


@pytest.mark.parametrize("file", ["sqlite.sql", "postgres.txt"])
def test_both_catalogues_hold_what_guards_the_journal(file: str) -> None:
    written = (GOLDEN / file).read_text()
    stays = [f"{table}_stays" for table in ("entry", "position", "verdict", "rival", "emptied", "stream")]
    for guard in ("entry_never_changes", "slot_no_overlap", *stays):
        assert guard in written
    if file == "sqlite.sql":
        tables = [part for part in written.split(";\n") if part.startswith("CREATE TABLE")]
        assert tables
        assert all(one.endswith((" STRICT", " STRICT, WITHOUT ROWID")) for one in tables)

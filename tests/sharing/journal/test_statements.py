from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from sharing.journal.database import connection, execute, sqlite
from sharing.journal.sql import TableSql
from sharing.journal.store import Store
from sharing.journal.tables import Folded
from sharing.lending.rows import Holding, Line
from tests.fakes import FakeClock
from tests.postgres import Cluster
from tests.sharing.journal.test_absorb import fill
from tests.sharing.journal.toys import Box, toy_store

HOT = [
    "head", "entries_of_act", "entries_of_subjects", "entry", "tip", "broken", "home", "reigns", "held_of",
    "verdict_at", "are_emptied", "known_acts", "heads", "subject_of", "chain_at", "chains_between",
    "subjects_of_boot", "verdicts_of_subjects", "delete_request", "began_at",
]  # fmt: skip


def statement(store: Store, name: str) -> tuple[str, tuple[str, ...]]:
    sql = store.statements.tables[Box].one if name == "one" else getattr(store.statements, name)
    sql = sql.replace("{}", "?, ?")
    return sql, ("1",) * (sql.count("?") + sql.count("%s"))


@pytest.mark.parametrize("name", ["one", *HOT])
def test_no_hot_statement_grows_with_the_journal(tmp_path: Path, name: str) -> None:
    store = toy_store(tmp_path, FakeClock())
    sql, params = statement(store, name)
    plan = [row[3] for row in execute(store.db, f"EXPLAIN QUERY PLAN {sql}", params).fetchall()]
    walks = [
        line for line in plan if "SCAN" in line and line != "SCAN l"
    ]  # `l` is the one row about this node
    assert walks == [], plan
    assert not any("ORDER BY" in line for line in plan), plan
    store.close()


def test_rows_that_can_trade_a_value_are_deleted_before_one_is_inserted(tmp_path: Path) -> None:
    db = sqlite(tmp_path / "never-made.db")
    trading, alone = TableSql.of(db, Line), TableSql.of(db, Holding)

    assert trading.change == ""
    assert alone.change.startswith('UPDATE "holding" SET "line" = ?')
    assert "subject" not in alone.change  # or SQLite would write its index as well


def test_rows_under_a_guard_are_deleted_before_one_is_inserted_too(tmp_path: Path) -> None:
    class Guarded(Folded):
        class Meta:
            guards: ClassVar = {"sqlite": ("CREATE TRIGGER guarded …",)}

    assert TableSql.of(sqlite(tmp_path / "never-made.db"), Guarded).change == ""


def test_the_end_of_the_stream_is_found_by_index_in_postgresql_too(tmp_path: Path, postgres: Cluster) -> None:
    store = toy_store(tmp_path, FakeClock(), url=postgres.new_database())
    for n in range(50):
        fill(store, str(n), "x")
    execute(store.db, "ANALYZE")
    link = connection(store.db)
    link.execute("SET enable_seqscan = off")
    plan = "\n".join(row[0] for row in link.execute(f"EXPLAIN {store.statements.tip}").fetchall())
    assert "Sort" not in plan, plan
    assert "Backward" in plan, plan
    store.close()

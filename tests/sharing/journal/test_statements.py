from __future__ import annotations

from pathlib import Path

import pytest

from sharing.journal.database import connection, execute
from sharing.journal.store import Store
from tests.fakes import FakeClock
from tests.postgres import Cluster
from tests.sharing.journal.test_absorb import fill
from tests.sharing.journal.toys import Box, toy_store

HOT = [
    "head", "entries_of_act", "entries_of_subject", "entry", "tip", "broken", "home", "last_verdict",
    "verdict_at", "is_emptied", "subject_of", "chain_at", "subjects_of_boot",
]  # fmt: skip


def statement(store: Store, name: str) -> tuple[str, tuple[str, ...]]:
    sql = store.statements.tables[Box].one if name == "one" else getattr(store.statements, name)
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

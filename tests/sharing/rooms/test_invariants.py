"""What the database itself refuses in the tables of rooms, whoever writes into it past all our code."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from sharing.house import FOLD_VERSION, TABLES, House, open_house
from sharing.journal.database import execute, is_postgres
from sharing.journal.migrations import SCHEMA_VERSION
from sharing.journal.rebuild import Rebuild, differences
from sharing.journal.tables import JOURNAL_TABLES
from sharing.journal.verify import table_hash, verify
from sharing.rooms.rules import Frequency, Rule
from tests.sharing.journal.test_catalogue import postgres_catalogue, sqlite_catalogue
from tests.sharing.rooms.lodge import Lodge

REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)
SLOT = (
    "INSERT INTO slot (id, subject, booking, n, part, begins, ends, gone_at, release)"
    " VALUES (?, 'booking:x', 'x', 0, ?, ?, ?, NULL, 0)"
)


def write(lodge: Lodge, sql: str, params: Sequence[object] = ()) -> None:
    store = lodge.house.store
    with store.begin() as work:
        work.execute(store.sql(sql), tuple(params))


def refused(lodge: Lodge, sql: str, params: Sequence[object] = ()) -> None:
    store = lodge.house.store
    before = table_hash(store)
    with pytest.raises(REFUSED):
        write(lodge, sql, params)
    assert table_hash(store) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [(0, 0), (-10, 10), (10, -10), (-10, -10), (10, 10), (-10_000_000, 10_000_000)],
    ids=["the same", "around", "inside", "over the begin", "over the end", "over many"],
)
def test_no_two_slots_of_a_part_overlap(any_lodge: Lodge, before: int, after: int) -> None:
    lodge = any_lodge
    lodge.book("a", "06-02 15:00")
    one = lodge.book("a", "06-02 18:00").occurrences[0].blocked
    lodge.book("a", "06-02 21:00")
    refused(lodge, SLOT, ("x", lodge.rooms["a"], one.begins + before, one.ends + after))


def test_slots_that_touch_or_lie_in_other_parts_do_not_overlap(any_lodge: Lodge) -> None:
    lodge = any_lodge
    one = lodge.book("a", "06-02 18:00").occurrences[0].blocked
    write(lodge, SLOT, ("x", lodge.rooms["a"], one.ends, one.ends + 1))
    write(lodge, SLOT, ("y", lodge.rooms["a"], one.begins - 1, one.begins))
    write(lodge, SLOT, ("z", lodge.rooms["b"], one.begins, one.ends))


@pytest.mark.parametrize(
    "change", ["begins = begins + 12600000, ends = ends + 12600000", "ends = ends + 3700000", "part = '{b}'"]
)
def test_no_slot_is_moved_onto_another(any_lodge: Lodge, change: str) -> None:
    lodge = any_lodge
    lodge.book("a", "06-02 18:00", 3)
    lodge.book("a", "06-02 22:00", 1)
    lodge.book("b", "06-02 19:00", 1)
    sql = f"UPDATE slot SET {change.format(b=lodge.rooms['b'])} WHERE part = ? AND ends - begins > 4000000"
    refused(lodge, sql, (lodge.rooms["a"],))


def test_no_slot_is_replaced_by_one_that_overlaps(any_lodge: Lodge) -> None:
    lodge = any_lodge
    one, other = lodge.book("a", "06-02 18:00"), lodge.book("a", "06-02 20:00")
    key = f"{one.id}/0/{lodge.rooms['a']}"
    span = other.occurrences[0].blocked
    if is_postgres(lodge.house.store.db):
        again = f"{SLOT} ON CONFLICT (id) DO UPDATE SET begins = excluded.begins, ends = excluded.ends"
        refused(lodge, again, (key, lodge.rooms["a"], span.begins + 1, span.ends))
    else:
        again = SLOT.replace("INSERT", "INSERT OR REPLACE")
        refused(lodge, again, (key, lodge.rooms["a"], span.begins + 1, span.ends))
        refused(lodge, again, ("new", lodge.rooms["a"], span.begins, span.ends))


@pytest.mark.parametrize("table", ["slot", "wish", "occurrence"])
def test_what_ends_ends_after_it_began(any_lodge: Lodge, table: str) -> None:
    lodge = any_lodge
    lodge.book("d")
    lodge.book("a")
    refused(lodge, f"UPDATE {table} SET ends = begins")
    refused(lodge, f"UPDATE {table} SET ends = begins - 60000")


def test_buffers_lie_around_a_date(any_lodge: Lodge) -> None:
    any_lodge.book("c")
    refused(any_lodge, "UPDATE occurrence SET blocked_from = begins + 1")
    refused(any_lodge, "UPDATE occurrence SET blocked_to = ends - 1")


def test_a_fold_that_would_double_book_writes_nothing(
    any_lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the checks before it say, the database holds the rule."""
    lodge = any_lodge
    lodge.book("a", "06-02 18:00")
    before = table_hash(lodge.house.store)
    monkeypatch.setattr("sharing.rooms.weighing.slots_in", lambda *_: [])
    with pytest.raises(REFUSED):
        lodge.book("a", "06-02 19:00", who="ben")
    monkeypatch.undo()
    assert table_hash(lodge.house.store) == before
    assert differences(lodge.house.store) == []


def test_the_tables_that_everything_is_folded_into_beside_hold_the_rule_too(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    one = lodge.book("a", "06-02 18:00", rule=Rule(freq=Frequency.DAILY, count=3)).occurrences[1].blocked
    slot = ("x", lodge.rooms["a"], one.begins + 1, one.ends + 1)
    with store.begin() as work:
        Rebuild(store).fold(shuffle=b"")
        work.execute("SAVEPOINT beside")
        with pytest.raises(REFUSED):
            work.execute(store.sql(SLOT), slot)
        work.execute("ROLLBACK TO SAVEPOINT beside")


def test_a_house_from_before_there_were_rooms_gets_their_tables_and_guards(any_house: House) -> None:
    """All steps, on a database as version 1 left it."""
    store = any_house.store
    catalogue = postgres_catalogue if is_postgres(store.db) else sqlite_catalogue
    wanted = catalogue(store)
    _back_to_version_1(any_house)
    store.close()
    again = open_house(
        any_house.data, url=str(store.db.database) if is_postgres(store.db) else "", clock=store.clock
    )
    assert catalogue(again.store) == wanted
    version = execute(again.store.db, "SELECT version FROM local_schema").fetchone()[0]
    assert version == SCHEMA_VERSION
    found = execute(again.store.db, "SELECT fold_version FROM local_node").fetchone()[0]
    assert found == FOLD_VERSION
    assert verify(again.store).faults == ()
    assert differences(again.store) == []
    again.close()


def _back_to_version_1(house: House) -> None:
    with house.store.begin() as work:
        metas: list[Any] = [table._meta for table in (*JOURNAL_TABLES, *TABLES)]
        for meta in metas:
            if meta.since > 1:
                work.execute(f'DROP TABLE "{meta.table_name}"')
        if is_postgres(house.store.db):
            work.execute("DROP EXTENSION btree_gist")
        work.execute("UPDATE local_schema SET version = 1")
        work.execute("UPDATE local_node SET fold_version = 5")

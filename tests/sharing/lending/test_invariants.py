"""What the database itself refuses, whoever writes into it past all our code."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from sharing.journal.database import is_postgres
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.lending.actions import Scan, scan
from sharing.lending.scan_table import Step
from tests.sharing.desk import Desk

TABLES = ("entry", "position", "verdict", "loan_line", "holding", "code")
REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)
ENTRY_COLUMNS = (
    "id", "act", "part", "parts", "kind", "version", "nature", "subject", "at", "boot", "uptime", "clock",
    "after", "data", "private_digest",
)  # fmt: skip


def rows(desk: Desk, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    with desk.house.store.reader() as read:
        return read.rows(sql, params)


def write(desk: Desk, sql: str, params: Sequence[object] = ()) -> int:
    """Run raw SQL as anybody with the file could; gives how many rows it touched."""
    store = desk.house.store
    with store.begin() as work:
        return int(work.execute(store.sql(sql), tuple(params)).rowcount)


def refused(desk: Desk, sql: str, params: Sequence[object] = ()) -> None:
    """See that the database refuses it for what it says, and that nothing is left of it."""
    before = {table: rows(desk, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES}
    with pytest.raises(REFUSED):
        write(desk, sql, params)
    assert {table: rows(desk, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES} == before


def lend(desk: Desk, name: str = "beamer1") -> str:
    """Lend a thing and give its line."""
    scanned = desk.scan(desk.code(name), desk.visit())
    assert scanned.step is Step.LENT
    assert scanned.line is not None
    return scanned.line.id


def copied(desk: Desk, table: str, key: tuple[str, object], **changed: object) -> tuple[str, list[object]]:
    """Write an INSERT of a row like the one with this key, some columns changed."""
    store = desk.house.store
    with store.reader() as read:
        cursor = read.execute(store.sql(f"SELECT * FROM {table} WHERE {key[0]} = ?"), (key[1],))
        names = [one[0] for one in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True)) | changed
    columns = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values())


# 1: one open line per item


def test_an_item_has_one_open_line_at_most(any_desk: Desk) -> None:
    line = lend(any_desk)
    refused(any_desk, *copied(any_desk, "loan_line", ("id", line), id="f" * 32))


def test_a_line_that_ended_cannot_be_opened_beside_another(any_desk: Desk) -> None:
    first = lend(any_desk)
    any_desk.scan(any_desk.code("beamer1"))
    lend(any_desk)
    refused(any_desk, "UPDATE loan_line SET back_at = NULL WHERE id = ?", (first,))


def test_an_item_is_not_lent_and_set_aside_at_once(any_desk: Desk) -> None:
    lend(any_desk)
    item = any_desk.items["beamer1"].id
    refused(any_desk, "UPDATE holding SET loan = 'a visit' WHERE id = ?", (item,))


# 3: time goes forward


def test_a_line_ends_after_it_began(any_desk: Desk) -> None:
    line = lend(any_desk)
    for change in (
        "due = out_at",
        "due = out_at - 1",
        "back_at = out_at - 1",
        "checked_at = due",
        "out_at = due",
    ):
        refused(any_desk, f"UPDATE loan_line SET {change} WHERE id = ?", (line,))


def test_amounts_of_money_are_not_negative(any_desk: Desk) -> None:
    refused(any_desk, "UPDATE model SET deposit_cents = -1 WHERE key = 'ton'")


# 5: a code has one holder; entries are never deleted


def test_a_code_has_one_holder(any_desk: Desk) -> None:
    code, other = any_desk.code("beamer1"), any_desk.items["beamer2"].subject
    refused(any_desk, *copied(any_desk, "code", ("id", code), target=other))


def test_nothing_of_the_journal_is_ever_deleted(any_desk: Desk) -> None:
    lend(any_desk)
    for table in ("entry", "position", "verdict"):
        refused(any_desk, f"DELETE FROM {table}")


def test_positions_and_numbers_of_verdicts_never_change(any_desk: Desk) -> None:
    for table in ("position", "verdict"):
        refused(any_desk, f"UPDATE {table} SET entry = entry")


def test_a_table_of_the_journal_is_not_emptied_in_one_stroke(any_desk: Desk) -> None:
    for table in ("entry", "position", "verdict", "rival", "emptied"):
        if is_postgres(any_desk.house.store.db):
            refused(any_desk, f"TRUNCATE {table} CASCADE")
        elif rows(any_desk, f"SELECT 1 FROM {table}"):
            refused(any_desk, f"DELETE FROM {table} WHERE 1")


@pytest.mark.parametrize("key", ["id", "act", "rowid"])
def test_no_entry_is_replaced_by_another(any_desk: Desk, key: str) -> None:
    """SQLite's OR REPLACE deletes what is in the way without asking any trigger of DELETE."""
    lend(any_desk)
    (old,) = rows(any_desk, "SELECT id FROM entry WHERE kind = 'item.out'")[0]
    changed: dict[str, object] = {"data": b"{}", "kind": "forged"}
    if key != "id":
        changed["id"] = bytes(range(16))
    if key == "rowid":
        changed["act"] = bytes(range(1, 17))
    sql, params = copied(any_desk, "entry", ("id", old), **changed)
    if is_postgres(any_desk.house.store.db):
        sets = ", ".join(f'"{name}" = excluded."{name}"' for name in ("data", "kind"))
        target = {"id": "(id)", "act": "(act, part)", "rowid": "(id)"}[key]
        if key == "rowid":
            params[0] = old  # PostgreSQL lets nobody choose a row's place: the nearest is its key
        refused(any_desk, f"{sql} ON CONFLICT {target} DO UPDATE SET {sets}", params)
        return
    if key == "rowid":
        sql = sql.replace("INSERT INTO entry (", "INSERT INTO entry (rowid, ").replace(
            "VALUES (", "VALUES (?, "
        )
        params = [rows(any_desk, "SELECT rowid FROM entry WHERE id = ?", (old,))[0][0], *params]
    refused(any_desk, sql.replace("INSERT", "INSERT OR REPLACE"), params)


@pytest.mark.parametrize("table", ["position", "verdict"])
def test_no_position_and_no_number_of_a_verdict_is_replaced(any_desk: Desk, table: str) -> None:
    (old,) = rows(any_desk, f"SELECT entry FROM {table}")[0]
    sql, params = copied(any_desk, table, ("entry", old), entry=bytes(16))
    if is_postgres(any_desk.house.store.db):
        keys = {"position": "(node, epoch, seq)", "verdict": "(grp, home_epoch, n)"}[table]
        refused(any_desk, f"{sql} ON CONFLICT {keys} DO UPDATE SET entry = excluded.entry", params)
    else:
        refused(any_desk, sql.replace("INSERT", "INSERT OR REPLACE"), params)


def test_no_entry_is_pushed_out_by_moving_another_into_its_place(any_desk: Desk) -> None:
    if is_postgres(any_desk.house.store.db):
        refused(any_desk, "UPDATE entry SET id = act")
        return
    places = [
        row[0] for row in rows(any_desk, "SELECT rowid FROM entry WHERE private IS NULL ORDER BY rowid")
    ]
    refused(any_desk, "UPDATE OR REPLACE entry SET rowid = ? WHERE rowid = ?", (places[1], places[0]))


# 6: an act is applied once


def test_a_part_of_an_act_is_stored_once(any_desk: Desk) -> None:
    lend(any_desk)
    (old,) = rows(any_desk, "SELECT id FROM entry WHERE kind = 'item.out'")[0]
    refused(any_desk, *copied(any_desk, "entry", ("id", old), id=bytes(range(16))))


def test_an_act_has_as_many_parts_as_it_says(any_desk: Desk) -> None:
    lend(any_desk)
    (old,) = rows(any_desk, "SELECT id FROM entry WHERE kind = 'item.out'")[0]
    for parts in ({"part": 1}, {"part": -1}, {"part": 200, "parts": 201}):
        refused(any_desk, *copied(any_desk, "entry", ("id", old), id=bytes(range(16)), **parts))


def test_a_command_that_is_sent_twice_is_applied_once(any_desk: Desk) -> None:
    desk, visit = any_desk, any_desk.visit()
    command = Scan(desk.code("beamer1"), desk.act(), visit)
    scan(desk.house.store, desk.house.keys, command)
    before = rows(desk, "SELECT COUNT(*) FROM entry")
    desk.clock.forward(seconds=10)
    again = scan(desk.house.store, desk.house.keys, command)
    assert again.step in {Step.LENT, Step.ALREADY_YOURS}
    assert rows(desk, "SELECT COUNT(*) FROM entry") == before


# 7: an entry never changes; only its private part can be emptied


@pytest.mark.parametrize("emptied", ["", "private = NULL, salt = NULL, "])
def test_no_part_of_an_entry_ever_changes(any_desk: Desk, emptied: str) -> None:
    lend(any_desk)
    for column in ENTRY_COLUMNS:
        (old, value) = rows(any_desk, f'SELECT id, "{column}" FROM entry WHERE kind = ?', ("item.out",))[0]
        other = value + 1 if isinstance(value, int) else b"\1" * 16 if isinstance(value, bytes) else "request"
        refused(any_desk, f'UPDATE entry SET {emptied}"{column}" = ? WHERE id = ?', (other, old))


def test_a_private_part_can_be_emptied_and_nothing_else(any_desk: Desk) -> None:
    lend(any_desk)
    (old,) = rows(any_desk, "SELECT id FROM entry WHERE kind = 'item.out'")[0]
    refused(any_desk, "UPDATE entry SET private = ? WHERE id = ?", (b"{}", old))
    refused(any_desk, "UPDATE entry SET salt = ? WHERE id = ?", (bytes(16), old))
    refused(any_desk, "UPDATE entry SET private = NULL WHERE id = ?", (old,))
    refused(any_desk, "UPDATE entry SET salt = NULL WHERE id = ?", (old,))
    assert write(any_desk, "UPDATE entry SET private = NULL, salt = NULL WHERE id = ?", (old,)) == 1
    refused(any_desk, "UPDATE entry SET private = ?, salt = ? WHERE id = ?", (b"{}", bytes(16), old))


def test_after_all_these_attempts_a_house_is_whole(any_desk: Desk) -> None:
    lend(any_desk)
    with pytest.raises(REFUSED):
        write(any_desk, "DELETE FROM entry")
    assert verify(any_desk.house.store).faults == ()
    assert differences(any_desk.house.store) == []

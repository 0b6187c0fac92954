from __future__ import annotations

from collections.abc import Callable

import pytest

from sharing.journal.database import execute, is_postgres
from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import verify
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.test_absorb import append, empty, fill, hand_on, name
from tests.sharing.journal.toys import Filled

Planted = Callable[..., tuple[str, ...]]


@pytest.fixture
def planted(make: MakeStore) -> Planted:
    """Change a journal behind its triggers, and verify it."""
    one, two = make("one"), make("two")
    name(two, "b", "Blue")
    for called in ("Red", "Green"):
        name(one, "a", called)
    fill(one, "a", "x")
    append(one, Draft("box:a", Filled(what="y")), Draft("box:b", Filled(what="z")))
    empty(one, fill(one, "c", "w"))
    fill(one, "a", "last")
    hand_on(two, one)
    assert verify(one).faults == ()

    def plant(*statements: str) -> tuple[str, ...]:
        drop_triggers(one)
        for sql in statements:
            assert execute(one.db, sql).rowcount > 0
        return verify(one).faults

    return plant


def drop_triggers(store: Store) -> None:
    if is_postgres(store.db):
        execute(store.db, "DROP FUNCTION teilhaus_refuse CASCADE")
        return
    for (trigger,) in execute(store.db, "SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        execute(store.db, f"DROP TRIGGER {trigger}")


NEWEST = "(SELECT entry FROM position WHERE node = 'one' AND seq = 6)"
"""In the middle of the stream: the second of two parts."""


FILLED = "(SELECT entry FROM position WHERE node = 'one' AND seq = 4)"
"""An entry with a private part."""


def test_a_changed_entry_breaks_the_chain(planted: Planted) -> None:
    (fault,) = planted(f"UPDATE entry SET data = private_digest WHERE id = {FILLED}")
    assert "the chain breaks" in fault


@pytest.mark.parametrize("column", ["at", "uptime", "version"])
def test_a_changed_number_of_an_entry_breaks_the_chain(planted: Planted, column: str) -> None:
    (fault,) = planted(f'UPDATE entry SET "{column}" = "{column}" + 1 WHERE id = {NEWEST}')
    assert "the chain breaks" in fault


def test_a_changed_private_part_is_found(planted: Planted) -> None:
    (fault,) = planted(f"UPDATE entry SET private = data WHERE id = {FILLED}")
    assert "the private part" in fault
    assert "was changed" in fault


def test_a_private_part_without_its_salt_is_found(planted: Planted) -> None:
    (fault,) = planted(f"UPDATE entry SET salt = NULL WHERE id = {FILLED}")
    assert "was changed" in fault


def test_a_private_part_that_is_gone_without_a_decision_is_found(planted: Planted) -> None:
    (fault,) = planted(f"UPDATE entry SET private = NULL, salt = NULL WHERE id = {FILLED}")
    assert "is gone" in fault


def test_a_forgotten_emptying_is_found(planted: Planted) -> None:
    (fault,) = planted("DELETE FROM emptied")
    assert "emptied" in fault


def test_a_private_part_that_came_back_is_found(planted: Planted) -> None:
    faults = planted("UPDATE entry SET private = data, salt = id WHERE id IN (SELECT entry FROM emptied)")
    assert any("should be empty" in fault for fault in faults)


def test_a_changed_chain_is_found(planted: Planted) -> None:
    faults = planted("UPDATE position SET chain = entry WHERE node = 'one' AND seq = 3")
    assert len(faults) == 2
    assert all("the chain breaks" in fault for fault in faults)


def test_a_removed_entry_is_found(planted: Planted) -> None:
    faults = planted(
        "DELETE FROM entry WHERE id = (SELECT entry FROM position WHERE node = 'one' AND seq = 4)"
    )
    assert any("the entry is missing" in fault for fault in faults)


def test_a_removed_position_is_found_twice(planted: Planted) -> None:
    faults = planted("DELETE FROM position WHERE node = 'one' AND seq = 4")
    assert any("position 4 is missing" in fault for fault in faults)
    assert any("has no position" in fault for fault in faults)


def test_a_removed_part_of_an_act_is_found(planted: Planted) -> None:
    faults = planted(
        f"DELETE FROM entry WHERE id = {NEWEST}", "DELETE FROM position WHERE node = 'one' AND seq = 6"
    )
    assert any(fault.endswith("1 of 2 parts") for fault in faults)


def test_the_last_position_cannot_be_taken_without_its_entry(planted: Planted) -> None:
    last = "(SELECT MAX(seq) FROM position WHERE node = 'one')"
    faults = planted(f"DELETE FROM position WHERE node = 'one' AND seq = {last}")
    assert any("has no position" in fault for fault in faults)


def test_a_verdict_whose_number_was_taken_out_is_found(planted: Planted) -> None:
    faults = planted("DELETE FROM verdict WHERE n = 2")
    assert any("is not as its entry says" in fault for fault in faults)


def test_a_verdict_with_another_number_than_it_says_is_found(planted: Planted) -> None:
    faults = planted("UPDATE verdict SET n = 9 WHERE n = 2")
    assert any("is not as its entry says" in fault for fault in faults)


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("UPDATE box SET what = 'nothing' WHERE id = 'a'", "box: stored but not folded: a"),
        ("DELETE FROM box WHERE id = 'a'", "box: folded but not stored: a"),
        ("INSERT INTO box (id, subject, times) VALUES ('q', 'box:q', 1)", "box: stored but not folded: q"),
        ("UPDATE head SET time = time + 1 WHERE subject = 'box:a'", "head: stored but not folded: box:a"),
        ("DELETE FROM matter", "matter: folded but not stored: "),
        (
            "INSERT INTO head SELECT 'box:q', time, entry, heads, 0 FROM head LIMIT 1",
            "head: stored but not folded",
        ),
    ],
)
def test_a_row_that_is_not_as_the_entries_say_is_found(store: Store, sql: str, line: str) -> None:
    for what in "xy":
        fill(store, "a", what)
    for _ in range(10):
        fill(
            store, "b", "z"
        )  # PostgreSQL prepares a statement that is run often: it must not miss the shadows
    assert differences(store) == []
    assert execute(store.db, sql).rowcount > 0
    found = differences(store)
    assert any(one.startswith(line) for one in found), found
    fill(store, "c", "goes on")

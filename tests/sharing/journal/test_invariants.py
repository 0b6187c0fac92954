from __future__ import annotations

import pytest

from sharing.journal.database import breaks_a_constraint, execute, is_postgres
from sharing.journal.entry import Draft
from sharing.journal.store import Store
from sharing.journal.tables import EntryRow
from sharing.journal.verify import verify
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.test_absorb import empty, fill, hand_on, name
from tests.sharing.journal.toys import Named


@pytest.fixture
def full(make: MakeStore) -> Store:
    """A store whose every journal table has a row."""
    one, two = make("one"), make("two")
    name(two, "b", "Blue")
    name(one, "a", "Red")
    empty(one, fill(one, "a", "x"))
    fill(one, "a", "y")
    hand_on(two, one)
    with one.begin() as work:
        work.set_sync(role="central")
        work.new_term()
        work.hand_on()
        work.set_sync(role="alone")  # a central would have handed on what came from `two` as well
    return one


def assert_refused(store: Store, sql: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 each driver has its own; the next line looks
        execute(store.db, sql)
    assert breaks_a_constraint(caught.value), caught.value


@pytest.mark.parametrize("table", ["entry", "position", "verdict", "rival", "emptied", "stream"])
def test_no_row_of_the_journal_can_be_deleted(full: Store, table: str) -> None:
    assert execute(full.db, f"SELECT COUNT(*) FROM {table}").fetchone()[0] > 0
    assert_refused(full, f"DELETE FROM {table}")
    if is_postgres(full.db):
        assert_refused(full, f"TRUNCATE {table} CASCADE")
    assert verify(full).faults == ()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *[("position", one) for one in ("node", "epoch", "seq", "entry", "chain")],
        *[("verdict", one) for one in ("grp", "home_epoch", "n", "entry")],
        *[("rival", one) for one in ("grp", "home_epoch", "n", "entry")],
        ("emptied", "entry"),
        *[("stream", one) for one in ("term", "gsn", "entry")],
    ],
)
def test_no_row_of_the_journal_can_be_changed(full: Store, table: str, column: str) -> None:
    assert_refused(full, f'UPDATE {table} SET "{column}" = "{column}"')


@pytest.mark.parametrize("column", [one for one in EntryRow._meta.columns if one not in {"private", "salt"}])
def test_no_column_of_an_entry_can_be_changed(full: Store, column: str) -> None:
    word = {"nature": "'request'", "parts": "parts + 1", "part": "part + 1"}.get(column)
    if word is None:
        numbers = {"version", "at", "uptime"}
        blobs = {"id", "act", "after", "data", "private_digest"}
        other = "decode(repeat('00', 16), 'hex')" if is_postgres(full.db) else "zeroblob(16)"
        word = f'"{column}" + 1' if column in numbers else other if column in blobs else "'other'"
    assert_refused(full, f'UPDATE entry SET private = NULL, salt = NULL, "{column}" = {word}')


def test_a_private_part_can_be_emptied_and_nothing_else(full: Store) -> None:
    assert_refused(full, "UPDATE entry SET private = data WHERE private IS NOT NULL")
    assert_refused(full, "UPDATE entry SET salt = NULL WHERE private IS NOT NULL")
    assert_refused(full, "UPDATE entry SET private = NULL WHERE private IS NOT NULL")
    execute(full.db, "UPDATE entry SET private = NULL, salt = NULL WHERE private IS NOT NULL")
    assert_refused(full, "UPDATE entry SET private = data, salt = id")


COLUMNS = (
    "id, act, part, parts, kind, version, nature, subject, at, boot, uptime, clock, after, data, private,"
    " salt, private_digest"
)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ("act", "the same act and part twice"),
        ("id", "the same id twice"),
        ("part", "a part beyond the act"),
        ("negative", "a negative part"),
        ("parts", "an act of 201 parts"),
        ("nature", "an unknown nature"),
        ("short", "an id of 15 bytes"),
    ],
)
def test_an_entry_cannot_be_inserted_with(full: Store, changed: str, what: str) -> None:
    fresh = {True: "decode(repeat('ab', {n}), 'hex')", False: "randomblob({n})"}[is_postgres(full.db)]
    new_id, new_act = fresh.format(n=16), fresh.format(n=16)
    values = {
        "id": "id" if changed == "id" else fresh.format(n=15) if changed == "short" else new_id,
        "act": "act" if changed == "act" else new_act,
        "part": {"part": "1", "negative": "-1", "parts": "200"}.get(changed, "0"),
        "parts": {"parts": "201"}.get(changed, "1"),
        "nature": {"nature": "'rumour'"}.get(changed, "'fact'"),
    }
    columns = ", ".join(values.get(one.strip(), one) for one in COLUMNS.split(","))
    source = "FROM entry WHERE part = 0 AND parts = 1 ORDER BY id LIMIT 1"
    assert_refused(full, f"INSERT INTO entry ({COLUMNS}) SELECT {columns} {source}")


def test_two_verdicts_cannot_share_a_number_nor_two_entries_a_position(full: Store) -> None:
    assert_refused(full, "INSERT INTO verdict SELECT grp, home_epoch, n, entry FROM verdict LIMIT 1")
    assert_refused(full, "INSERT INTO position SELECT node, epoch, seq, entry, chain FROM position LIMIT 1")
    assert_refused(full, "INSERT INTO stream SELECT term, gsn, entry FROM stream LIMIT 1")


def test_a_number_given_by_hand_that_is_taken_is_refused(full: Store) -> None:
    taken = Named(group="house", home_epoch=1, n=1, name="Green")
    with pytest.raises(Exception) as caught, full.begin() as work:  # noqa: PT011 as above
        work.append(work.new_id(), [Draft("box:x", taken)])
    assert breaks_a_constraint(caught.value)
    assert verify(full).faults == ()


def test_a_column_holds_only_its_own_type(full: Store) -> None:
    assert_refused(full, "INSERT INTO head VALUES ('box:z', 'noon', 'x', 'x', 'no')")

from __future__ import annotations

from typing import Any

import pytest

from sharing.errors import DiskFull
from sharing.journal.entry import Draft, Entry
from sharing.journal.savepoint import savepoint
from sharing.journal.store import Store, Work
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.exchange import stream_of
from tests.sharing.journal.test_absorb import append, assert_whole, box, cases, fill
from tests.sharing.journal.toys import Burst, Filled


def said(work: Work) -> list[str]:
    """Note every statement of a transaction from here on."""
    noted: list[str] = []
    execute = work.writer.subjects.execute

    def noting(sql: str, *params: Any) -> Any:
        noted.append(sql)
        return execute(sql, *params)

    work.execute = work.writer.execute = work.writer.subjects.execute = noting
    return noted


def of(store: Store) -> list[Entry]:
    return [entry for act in stream_of(store, store.node)[1] for entry in act]


def take(store: Store, entries: list[Entry], *, bold: bool = True) -> list[list[str]]:
    """Take in the stream of node one; gives the statements of each attempt."""
    attempts: list[list[str]] = []

    def do(work: Work) -> None:
        attempts.append(said(work))
        with savepoint(work):
            work.absorb(entries, "one", 1, 1)

    if bold:
        store.boldly(do)
    else:
        with store.begin() as work:
            do(work)
    return attempts


def test_a_bold_transaction_in_which_nothing_fails_has_no_points_to_fall_back_to(make: MakeStore) -> None:
    one, two, tre = make("one"), make("two"), make("tre")
    fill(one, "a", "x")
    assert not any("SAVEPOINT" in sql for (sql_of_it,) in [take(two, of(one))] for sql in sql_of_it)
    assert any("SAVEPOINT" in sql for sql in take(tre, of(one), bold=False)[0])
    assert (box(two, "a") or {})["what"] == "x"
    assert_whole(two)


def test_what_cannot_stand_is_set_aside_in_a_second_attempt_as_if_there_had_been_one(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    append(two, Draft("box:a", Burst(name="Red")))
    fill(one, "c", "x")
    red = append(one, Draft("box:b", Burst(name="Red")))[0]
    assert len(take(two, of(one))) == 2
    assert (box(two, "c") or {})["what"] == "x"
    assert ("broken_subject", "box:b", red.hex) in cases(two)
    assert_whole(two)


def test_where_a_subject_is_broken_nothing_is_done_boldly(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    append(two, Draft("box:a", Burst(name="Red")))
    append(one, Draft("box:b", Burst(name="Red")))
    take(two, of(one))
    fill(one, "c", "x")
    assert len(take(two, of(one))) == 1
    assert (box(two, "c") or {})["what"] == "x"
    assert_whole(two)


def test_a_part_that_fails_in_a_bold_transaction_leaves_the_rest(store: Store) -> None:
    def do(work: Work) -> None:
        work.append(work.new_id(), [Draft("box:a", Filled(what="kept"))])
        with pytest.raises(LookupError), savepoint(work):
            work.append(work.new_id(), [Draft("box:b", Burst(name="boom"))])

    store.boldly(do)
    assert (box(store, "a") or {})["what"] == "kept"
    assert box(store, "b") is None
    assert_whole(store)


def test_a_constraint_that_breaks_in_a_bold_transaction_raises_what_it_always_does(store: Store) -> None:
    append(store, Draft("box:a", Burst(name="Red")))
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.boldly(lambda work: work.append(work.new_id(), [Draft("box:b", Burst(name="Red"))]))
    assert box(store, "b") is None
    assert_whole(store)


def test_a_full_disk_is_not_tried_again(store: Store) -> None:
    tries: list[int] = []

    def do(work: Work) -> None:
        tries.append(1)
        with savepoint(work):
            raise DiskFull(what="no room")

    with pytest.raises(DiskFull):
        store.boldly(do)
    assert tries == [1]

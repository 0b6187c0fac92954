from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import verify
from tests.fakes import FakeClock
from tests.postgres import Cluster
from tests.sharing.journal.processes import together
from tests.sharing.journal.toys import Box, Filled, Named, toy_store

PER_WRITER = 15


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.new_database()


def write_some(store: Store, seed: int) -> None:
    for n in range(PER_WRITER):
        with store.begin() as work:
            epoch, number = work.verdict_stamp()
            named = Named(group="house", home_epoch=epoch, n=number, name=f"{seed} {n}")
            work.append(
                work.new_id(), [Draft("box:shared", Filled(what=f"{seed} {n}")), Draft("box:named", named)]
            )


def assert_nothing_was_lost(store: Store, writers: int) -> None:
    found = verify(store)
    assert found.faults == ()
    assert found.entries == 1 + 2 * writers * PER_WRITER
    assert differences(store) == []
    with store.reader() as read:
        assert (read.one(Box, "shared") or {})["times"] == writers * PER_WRITER
        assert read.rows("SELECT MAX(n) FROM verdict") == [(writers * PER_WRITER,)]


def test_many_threads_lose_no_position_and_no_number(tmp_path: Path, url: str) -> None:
    store = toy_store(tmp_path, FakeClock(), url=url)

    def run(seed: int) -> None:
        write_some(store, seed)
        store.close()

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_nothing_was_lost(store, 8)
    store.close()


def test_many_processes_lose_no_position_and_no_number(tmp_path: Path, url: str) -> None:
    toy_store(tmp_path, FakeClock(), url=url).close()

    def run(seed: int) -> None:
        write_some(toy_store(tmp_path, FakeClock(), url=url, seed=str(seed)), seed)

    assert together(run, 4) == [0, 0, 0, 0]
    store = toy_store(tmp_path, FakeClock(), url=url)
    assert_nothing_was_lost(store, 4)
    store.close()


def test_forty_processes_that_open_a_new_house_at_once_all_find_the_same_one(
    tmp_path: Path, url: str
) -> None:
    def run(seed: int) -> None:
        store = toy_store(tmp_path, FakeClock(), url=url, seed=str(seed))
        with store.begin() as work:
            work.append(work.new_id(), [Draft("box:shared", Filled(what=str(seed)))])

    assert together(run, 40) == [0] * 40
    store = toy_store(tmp_path, FakeClock(), url=url)
    with store.reader() as read:
        assert read.rows("SELECT COUNT(*) FROM entry WHERE kind = 'home.moved'") == [(1,)]
        assert (read.one(Box, "shared") or {})["times"] == 40
    assert verify(store).faults == ()
    store.close()


def test_processes_that_update_the_folds_at_once_fold_once_each_in_turn(tmp_path: Path, url: str) -> None:
    older = toy_store(tmp_path, FakeClock(), url=url)
    write_some(older, 0)
    older.close()

    def run(seed: int) -> None:
        store = toy_store(tmp_path, FakeClock(), url=url, seed=str(seed), fold_version=2)
        write_some(store, seed)

    assert together(run, 4) == [0, 0, 0, 0]
    store = toy_store(tmp_path, FakeClock(), url=url, fold_version=2)
    assert_nothing_was_lost(store, 5)
    store.close()


def test_a_failing_process_is_seen(tmp_path: Path) -> None:
    def run(seed: int) -> None:
        assert seed != 1

    assert together(run, 2) == [0, 1]

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
import psycopg
import pytest

from sharing.errors import Busy, Damaged, DiskFull, NewerHouse, NoHouse, ReadOnly, Storage
from sharing.journal import database
from sharing.journal.database import connection, execute, sqlite
from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import verify
from tests.fakes import MONDAY_10, FakeClock
from tests.postgres import Cluster
from tests.sharing.journal.test_absorb import append, box, empty, fill
from tests.sharing.journal.toys import Filled, toy_store

CHALK = "chalk " * 1000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite, closed in the end."""
    store = toy_store(tmp_path, FakeClock())
    fill(store, "a", "kept")
    yield store
    store.close()


def assert_kept(store: Store, entries: int = 1) -> None:
    """What was acknowledged is there, and the next transaction works."""
    assert (box(store, "a") or {})["times"] == entries
    fill(store, "a", "goes on")
    assert (box(store, "a") or {})["times"] == entries + 1
    assert verify(store).faults == ()
    assert differences(store) == []


# How it is opened


def test_every_thread_has_a_connection_whose_commits_are_on_the_disk(disk: Store) -> None:
    found: list[list[object]] = []

    def ask() -> None:
        with disk.reader() as read:
            names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
            found.append([read.rows(f"PRAGMA {name}")[0][0] for name in names])
        disk.close()

    for _ in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert found == [["wal", 2, 1, 1]] * 2


def test_commits_in_postgresql_are_on_the_disk_though_its_server_says_otherwise(
    postgres: Cluster, tmp_path: Path
) -> None:
    url = postgres.new_database()
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(f"ALTER ROLE teilhaus IN DATABASE {other.info.dbname} SET synchronous_commit = off")
    store = toy_store(tmp_path, FakeClock(), url=url)
    with store.reader() as read:
        assert read.rows("SHOW synchronous_commit") == [("on",)]
        assert read.rows("SHOW lock_timeout") == [("5s",)]
    store.close()


# Locked


def test_a_database_that_another_process_holds_is_busy(disk: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "one.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "BUSY_MS", 20)
        with pytest.raises(Busy):
            fill(disk, "a", "lost")
    assert (box(disk, "a") or {})["what"] == "kept"  # reading goes on beside a writer
    other.execute("ROLLBACK")
    other.close()
    assert_kept(disk)


def test_who_waits_for_another_looks_each_millisecond_and_misses_no_rest(
    disk: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(tmp_path / "one.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 30:
            other.execute("ROLLBACK")

    monkeypatch.setattr(database, "sleep", sleep)
    fill(disk, "b", "after it")
    other.close()
    assert slept == [0.001] * 30
    assert (box(disk, "b") or {})["what"] == "after it"
    assert execute(disk.db, "PRAGMA busy_timeout").fetchone()[0] == database.BUSY_MS


def test_a_postgresql_house_that_another_session_holds_is_busy(postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.new_database()
    store = toy_store(tmp_path, FakeClock(), url=url)
    fill(store, "a", "kept")
    execute(store.db, "SET lock_timeout = 20")
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM local_node FOR UPDATE")
        with pytest.raises(Busy):
            fill(store, "a", "lost")
    assert_kept(store)
    store.close()


def test_a_server_that_drops_the_connection_is_busy_and_the_next_transaction_connects_again(
    postgres: Cluster, tmp_path: Path
) -> None:
    url = postgres.new_database()
    store = toy_store(tmp_path, FakeClock(), url=url)
    fill(store, "a", "kept")
    with psycopg.connect(url, autocommit=True) as other:
        with pytest.raises(Busy), store.begin() as work:  # noqa: PT012 a transaction is a block
            work.append(work.new_id(), [Draft("box:a", Filled(what="lost"))])
            pid = connection(store.db).info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            work.rows("SELECT 1")
        with pytest.raises(Busy), store.begin() as work:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection(store.db).info.backend_pid,))
    assert_kept(store)
    store.close()


def test_a_server_that_is_not_there_is_busy(tmp_path: Path) -> None:
    with pytest.raises(Busy):
        toy_store(tmp_path, FakeClock(), url=f"postgresql://teilhaus@/house?host={tmp_path}")


def test_a_postgresql_house_that_may_only_be_read_says_so(postgres: Cluster, tmp_path: Path) -> None:
    store = toy_store(tmp_path, FakeClock(), url=postgres.new_database())
    fill(store, "a", "kept")
    execute(store.db, "SET default_transaction_read_only = on")
    with pytest.raises(ReadOnly):
        fill(store, "a", "lost")
    execute(store.db, "SET default_transaction_read_only = off")
    assert_kept(store)
    store.close()


# Read-only and full


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[bool]:
    """Mount a small disk on a new folder, and say whether that could be done; it takes root."""
    folder.mkdir()
    sudo = [] if os.getuid() == 0 else ["sudo", "-n"]
    command = [*sudo, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        really = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        really = False
    try:
        yield really
    finally:
        if really:
            subprocess.run([*sudo, "umount", "-l", str(folder)], check=True)


def test_a_database_that_may_only_be_read_says_so(disk: Store) -> None:
    execute(disk.db, "PRAGMA query_only = on")
    with pytest.raises(ReadOnly):
        fill(disk, "a", "lost")
    assert (box(disk, "a") or {})["what"] == "kept"
    execute(disk.db, "PRAGMA query_only = off")
    assert_kept(disk)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with small_disk(folder, "ro,size=1m") as really:
        if not really:
            folder.chmod(0o555)
        with pytest.raises(ReadOnly):
            toy_store(folder, FakeClock())


def test_a_full_disk_says_so_keeps_all_and_works_again_when_there_is_room(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with small_disk(folder, "size=3m") as really:
        store = toy_store(folder, FakeClock())
        (folder / "film.mp4").write_bytes(bytes(1_000_000))
        if not really:
            execute(store.db, "PRAGMA max_page_count = 200")
        kept = 0
        with pytest.raises(DiskFull):  # noqa: PT012 the loop is what fills it
            for _ in range(1000):
                fill(store, "a", CHALK)
                kept += 1
        assert kept > 10
        with pytest.raises(DiskFull):
            append(store, *[Draft(f"box:{n}", Filled(what=CHALK)) for n in range(15)])
        assert (box(store, "a") or {})["times"] == kept
        assert verify(store).faults == ()
        (folder / "film.mp4").unlink()
        if not really:
            execute(store.db, "PRAGMA max_page_count = 100000")
        assert_kept(store, kept)
        store.close()


def test_a_new_house_on_a_full_disk_says_so(tmp_path: Path, disk: Store) -> None:
    folder = tmp_path / "data"
    with small_disk(folder, "size=64k") as really:
        store = Store(_database(folder), disk.folder, FakeClock())
        if not really:
            execute(store.db, "PRAGMA max_page_count = 8")
        with pytest.raises(DiskFull):
            store.create("one", "Toy house")
        store.close()


# Damaged


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "one.db").write_bytes(b"This is a shopping list. " * 1000)
    with pytest.raises(Damaged):
        toy_store(tmp_path, FakeClock())
    assert (tmp_path / "one.db").read_bytes() == b"This is a shopping list. " * 1000


def reopened(folder: Path) -> Store:
    return toy_store(folder, FakeClock(MONDAY_10 + 60_000), seed="again")


def verify_again(folder: Path) -> tuple[str, ...]:
    store = reopened(folder)
    try:
        return verify(store).faults
    finally:
        store.close()


def grown(folder: Path, boxes: int = 200) -> Path:
    """A house of some size, closed, so that all of it stands in the one file."""
    store = toy_store(folder, FakeClock())
    for n in range(boxes):
        fill(store, str(n % 20), CHALK[:2000])
    store.close()
    return folder / "one.db"


def test_half_a_database_is_damaged(tmp_path: Path) -> None:
    file = grown(tmp_path)
    os.truncate(file, file.stat().st_size // 2)
    with pytest.raises(Damaged):
        verify_again(tmp_path)


def test_overwritten_pages_are_found(tmp_path: Path) -> None:
    file = grown(tmp_path)
    with file.open("r+b") as raw:
        raw.seek(file.stat().st_size // 2)
        raw.write(os.urandom(64 * 1024))
    try:
        faults = verify_again(tmp_path)
    except Damaged:
        faults = ("damaged",)
    assert faults


def test_a_log_cut_off_anywhere_leaves_whole_acts_and_a_whole_chain(tmp_path: Path) -> None:
    live = tmp_path / "live"
    live.mkdir()
    store = toy_store(live, FakeClock())
    for n in range(30):
        append(store, Draft("box:a", Filled(what=str(n))), Draft("box:b", Filled(what=CHALK)))
    size = (live / "one.db-wal").stat().st_size
    assert size > 100_000
    seen = set()
    for part in range(11):
        copy = tmp_path / f"copy{part}"
        copy.mkdir()
        for file in live.glob("one.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, copy)
        os.truncate(copy / "one.db-wal", size * part // 10)
        cut = Store(_database(copy), store.folder, FakeClock(), randomness=store.randomness)
        try:
            cut.open()
        except NoHouse:
            cut.close()
            continue
        assert verify(cut).faults == ()
        assert differences(cut) == []
        seen.add((box(cut, "a") or {"times": 0})["times"])
        fill(cut, "a", "goes on")
        cut.close()
    assert 30 in seen
    assert len(seen) > 3
    store.close()


def _database(folder: Path) -> peewee.Database:
    return sqlite(folder / "one.db")


def test_a_database_that_is_taken_away_while_in_use_is_damaged_until_it_is_back(
    disk: Store, tmp_path: Path
) -> None:
    (tmp_path / "one.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(Damaged, match="gone"):
        fill(disk, "a", "lost")
    with pytest.raises(Damaged, match="gone"):
        box(disk, "a")
    assert not (tmp_path / "one.db").exists()
    (tmp_path / "elsewhere.db").rename(tmp_path / "one.db")
    assert_kept(disk)


def test_another_file_at_its_place_is_read_from_then_on(disk: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "backup.db") as backup:
        connection(disk.db).backup(backup)
    backup.close()
    fill(disk, "a", "after the backup")
    for file in tmp_path.glob("one.db*"):
        file.unlink()
    (tmp_path / "backup.db").rename(tmp_path / "one.db")
    assert_kept(disk)


def _on_the_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("one.db*"))


def test_what_was_emptied_is_in_none_of_the_databases_files(disk: Store, tmp_path: Path) -> None:
    told = fill(disk, "secret", "Zwetschge")
    assert b"owner of Zwetschge" in _on_the_disk(tmp_path)
    empty(disk, told)
    assert b"owner of Zwetschge" not in _on_the_disk(tmp_path)


def test_what_was_emptied_while_somebody_read_goes_with_the_next_transaction(
    disk: Store, tmp_path: Path
) -> None:
    told = fill(disk, "secret", "Zwetschge")
    with sqlite3.connect(tmp_path / "one.db", isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM entry").fetchone()
        empty(disk, told)
        assert b"owner of Zwetschge" in _on_the_disk(tmp_path), "who reads must not be disturbed"
        reader.execute("ROLLBACK")
    reader.close()
    fill(disk, "b", "x")
    assert b"owner of Zwetschge" not in _on_the_disk(tmp_path)


def test_a_folder_without_a_house_stays_empty(tmp_path: Path, disk: Store) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    store = Store(_database(empty), disk.folder, FakeClock())
    with pytest.raises(NoHouse):
        store.open()
    assert list(empty.iterdir()) == []
    sqlite3.connect(empty / "one.db").execute("CREATE TABLE notes (x)").connection.close()
    with pytest.raises(NoHouse):
        store.open()
    store.close()


def test_a_house_of_a_newer_version_is_left_as_it_is(disk: Store, tmp_path: Path) -> None:
    execute(disk.db, "UPDATE local_schema SET version = 999")
    disk.close()
    before = (tmp_path / "one.db").read_bytes()
    again = Store(_database(tmp_path), disk.folder, FakeClock())
    with pytest.raises(NewerHouse) as refused:
        again.open()
    assert refused.value.details["found"] == 999
    again.close()
    assert (tmp_path / "one.db").read_bytes() == before


def test_every_such_error_is_a_storage_error_with_a_next_step() -> None:
    for kind in (Busy, Damaged, DiskFull, ReadOnly, NoHouse, NewerHouse):
        assert issubclass(kind, Storage)
        assert kind.next_step


# The clock


def test_entries_of_a_clock_in_1970_stand_behind_the_others_and_can_be_corrected(tmp_path: Path) -> None:
    clock = FakeClock()
    store = toy_store(tmp_path, clock)
    last = fill(store, "a", "x")
    clock.at, clock.boot, clock.uptime = 3_000, "boot-2", 3_000
    with store.begin() as work:
        assert work.now == last.at
        (entry,) = work.append(work.new_id(), [Draft("box:a", Filled(what="y"))])
    assert (entry.at, entry.clock, entry.boot) == (last.at, "untrusted", "boot-2")
    assert (box(store, "a") or {})["what"] == "y"
    clock.forward(minutes=10)
    with store.begin() as work:
        assert 0 <= work.now - (entry.at + 10 * 60_000) < 1000
    store.close()


def test_a_clock_that_jumped_back_neither_stops_nor_turns_time_round(tmp_path: Path) -> None:
    clock = FakeClock()
    store = toy_store(tmp_path, clock)
    last = fill(store, "a", "x")
    clock.at -= 3 * 86_400_000
    again = fill(store, "a", "y")
    assert last.at < again.at < last.at + 1000
    assert (box(store, "a") or {})["what"] == "y"
    clock.at += 3 * 86_400_000
    assert fill(store, "a", "z").at > again.at
    store.close()

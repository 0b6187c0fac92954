"""Backups that were opened before they count, and what a restored central is."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharing.errors import CardKeyMissing, Damaged, DoesNotExist, FolderNotEmpty, ProgramMissing
from sharing.exchange.demo import make_demo_house
from sharing.house import House, make_house, open_house
from sharing.journal.entry import Draft
from sharing.journal.shapes import PrivateEmptied
from sharing.journal.verify import table_hash, verify
from sync.copies import backup, dumps
from sync.copies.backup import EMPTIED, MANIFEST, READ, WHOLE, manifest_of, newest, read_emptied
from sync.copies.restore import restore
from sync.enrolling import register
from sync.enrolling.register import Register
from tests.fakes import FakeClock, FakeRandomness
from tests.postgres import Cluster

NOTHING = "0" * 32


@pytest.fixture(params=["sqlite", "postgres"])
def central(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[tuple[House, str]]:
    """A central with the example house, once on each database, and the database's address."""
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgres" else ""
    made = make_house(
        tmp_path / "data",
        node="central",
        name="Testhaus",
        url=url,
        clock=clock,
        randomness=FakeRandomness(),
        role="central",
    )
    with made.store.begin() as work:
        work.new_term()
    make_demo_house(made.store, made.keys, act=made.store.new_act())
    with made.store.begin() as work:
        work.hand_on()
    yield made, url
    made.close()


def empty_place(tmp_path: Path, house: House, url: str, request: pytest.FixtureRequest) -> tuple[Path, str]:
    """A fresh folder with the card key, and a fresh database if the house is on PostgreSQL."""
    place = tmp_path / "new"
    place.mkdir()
    shutil.copy(house.data / "card.key", place / "card.key")
    cluster: Cluster | None = request.getfixturevalue("postgres") if url else None
    return place, cluster.new_database() if cluster else ""


def empty_all(house: House) -> list[str]:
    with house.store.begin() as work:
        ids = tuple(
            bytes(row[0]).hex() for row in work.rows("SELECT id FROM entry WHERE private IS NOT NULL")
        )
        work.append(work.new_id(), [Draft("privacy:1", PrivateEmptied(entries=ids))])
    return sorted(ids)


def test_a_backup_holds_all_that_was_there_and_says_that_it_was_read(
    central: tuple[House, str], tmp_path: Path
) -> None:
    house, url = central

    taken = backup.backup(house, tmp_path / "copies", url=url)

    found = verify(house.store)
    assert taken.manifest.checked == WHOLE
    assert (taken.manifest.entries, taken.manifest.gsn) == (found.entries, found.entries)
    assert manifest_of(taken.folder) == taken.manifest
    assert newest(tmp_path / "copies") == taken.folder
    assert not list(tmp_path.glob("copies/**/card.key"))
    for one in taken.folder.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600


def test_a_restored_central_is_row_for_row_what_was_copied_and_decides_nothing(
    central: tuple[House, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    house, url = central
    register.write(house.data, Register({"desk": "desk:own"}).invite("desk-2", "join.desk-2:x", 0))
    taken = backup.backup(house, tmp_path / "copies", url=url)
    place, other = empty_place(tmp_path, house, url, request)
    with house.store.reader() as read:
        term = read.sync().term
    before = table_hash(house.store)

    done = restore(tmp_path / "copies", place, url=other, clock=FakeClock(house.store.clock.read().at))

    again = open_house(place, url=other)
    with again.store.reader() as read:
        now = read.sync()
        terms = read.terms()
        noticed = read.rows("SELECT COUNT(*) FROM entry WHERE kind = 'node.noticed'")[0][0]
    with again.store.begin() as work:
        handed = work.hand_on()
    assert (now.restoring, now.role) == (1, "central")
    assert [one for one, _ in terms] == [term, done.term]
    assert noticed == 1
    assert [entry.kind for act in handed.acts for entry in act] == ["node.noticed"]
    assert verify(again.store).faults == ()
    assert register.read(place) == Register({"desk": "desk:own"})
    assert done.manifest == taken.manifest
    again.close()
    assert before == table_hash(house.store)


def test_what_was_emptied_after_the_backup_is_emptied_again(
    central: tuple[House, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    house, url = central
    taken = backup.backup(house, tmp_path / "copies", url=url)
    ids = empty_all(house)
    backup.keep_emptied(house.store, tmp_path / "copies")
    place, other = empty_place(tmp_path, house, url, request)

    done = restore(taken.folder, place, url=other, clock=FakeClock(house.store.clock.read().at))

    again = open_house(place, url=other)
    with again.store.reader() as read:
        left = read.rows("SELECT COUNT(*) FROM entry WHERE private IS NOT NULL")[0][0]
    assert (done.emptied, left) == (len(ids), 0)
    assert verify(again.store).faults == ()
    again.close()


def test_the_list_of_emptied_entries_never_gets_shorter(central: tuple[House, str], tmp_path: Path) -> None:
    house, _ = central
    (tmp_path / EMPTIED).write_text(f"{NOTHING}\nnot an id\n")
    ids = empty_all(house)

    assert backup.keep_emptied(house.store, tmp_path) == len(ids)
    assert backup.keep_emptied(house.store, tmp_path) == 0
    assert read_emptied(tmp_path) == {NOTHING, *ids}


def test_a_backup_that_is_not_what_was_written_is_refused_and_leaves_nothing(
    central: tuple[House, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    house, url = central
    taken = backup.backup(house, tmp_path / "copies", url=url)
    place, other = empty_place(tmp_path, house, url, request)
    file = taken.folder / taken.manifest.file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    with pytest.raises(Damaged):
        restore(taken.folder, place, url=other)

    assert [one.name for one in place.iterdir()] == ["card.key"]


def test_nothing_is_put_over_a_house_and_no_card_key_is_made_up(
    central: tuple[House, str], tmp_path: Path
) -> None:
    house, url = central
    backup.backup(house, tmp_path / "copies", url=url)

    with pytest.raises(FolderNotEmpty):
        restore(tmp_path / "copies", house.data, url=url)
    with pytest.raises(CardKeyMissing):
        restore(tmp_path / "copies", tmp_path / "elsewhere", url=url)
    with pytest.raises(DoesNotExist):
        restore(tmp_path / "nothing", tmp_path / "elsewhere", url=url)


def test_a_damaged_journal_is_not_taken_for_a_backup(house: House, tmp_path: Path) -> None:
    import sqlite3

    backup.backup(house, tmp_path / "copies")
    with sqlite3.connect(house.data / "teilhaus.db") as raw:
        raw.execute("DROP TRIGGER entry_never_changes")
        raw.execute("UPDATE entry SET data = CAST('{}' AS BLOB)")
    raw.close()
    before = newest(tmp_path / "copies")

    with pytest.raises(Damaged):
        backup.backup(house, tmp_path / "copies")

    assert newest(tmp_path / "copies") == before
    assert [one.name for one in (tmp_path / "copies").iterdir() if one.name.startswith(".")] == []


def test_what_a_killed_backup_left_behind_is_removed_by_the_next_one(house: House, tmp_path: Path) -> None:
    left = tmp_path / "copies" / ".unfinished-4194304999"
    left.mkdir(parents=True)
    (left / MANIFEST).write_text("{}")

    taken = backup.backup(house, tmp_path / "copies")

    assert not left.exists()
    assert newest(tmp_path / "copies") == taken.folder


def test_a_backup_is_taken_while_somebody_writes(house: House, tmp_path: Path) -> None:
    with house.store.begin() as work:
        work.append(work.new_id(), [Draft("privacy:1", PrivateEmptied(entries=(NOTHING,)))])
        taken = backup.backup(open_house(house.data), tmp_path / "copies")

    assert taken.manifest.entries == verify(house.store).entries - 1


def test_a_server_that_lets_nobody_make_a_database_still_gives_a_backup_that_was_read(
    postgres: Cluster, tmp_path: Path, clock: FakeClock
) -> None:
    import psycopg

    url = postgres.new_database()
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("CREATE ROLE modest LOGIN")
        link.execute("GRANT ALL ON SCHEMA public TO modest")
        link.execute("CREATE EXTENSION btree_gist")
    modest = url.replace("teilhaus@", "modest@")
    house = make_house(tmp_path / "data", node="central", name="Testhaus", url=modest, clock=clock)

    taken = backup.backup(house, tmp_path / "copies", url=modest)

    assert taken.manifest.checked == READ
    house.close()


def test_a_program_that_is_not_there_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(dumps, "_USUAL", tmp_path)

    with pytest.raises(ProgramMissing) as caught:
        dumps.program("pg_dump")

    assert caught.value.details == {"name": "pg_dump", "package": "postgresql-client"}


def test_a_database_beside_another_is_on_the_same_server_whatever_the_address_names() -> None:
    assert dumps.beside("postgresql://me@/house?host=/run/pg", "copy") == "postgresql://me@/copy?host=/run/pg"
    assert dumps.beside("postgresql://me@db/?dbname=house&x=1", "copy") == "postgresql://me@db/copy?x=1"

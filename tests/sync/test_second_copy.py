"""The second copy: what only one machine has, on another disk."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharing.errors import DoesNotExist, NotCentral
from sharing.house import House, make_house, open_house
from sharing.journal.entry import Draft, Secret
from sharing.journal.shapes import PrivateEmptied
from sharing.journal.verify import table_hash, verify
from sharing.waiting import decide
from sync.copies.second_copy import AGAIN_S, SecondCopy, folder_of, pieces, recover
from sync.protocol import Up, decode
from tests.fakes import FakeClock, FakeRandomness
from tests.sync.houses import central_house


class Whose(Secret, frozen=True, kw_only=True):
    """Something that belongs to a person."""

    name: str


class Seconds:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def central(tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    with central_house(tmp_path / "central", clock) as made:
        with made.store.begin() as work:
            work.new_term()
            work.hand_on()
        yield made


@pytest.fixture
def kiosk(tmp_path: Path, clock: FakeClock, central: House) -> Iterator[House]:
    made = make_house(
        tmp_path / "kiosk",
        node="desk",
        name="Testhaus",
        clock=clock,
        randomness=FakeRandomness("k"),
        founded=False,
        role="node",
        key=(central.data / "card.key").read_bytes(),
    )
    yield made
    made.close()


def write(house: House, count: int = 1) -> None:
    for _ in range(count):
        with house.store.begin() as work:
            work.append(work.new_id(), [Draft(f"privacy:{work.new_hex()}", PrivateEmptied(entries=()))])


def acked(house: House, seq: int) -> None:
    with house.store.begin() as work:
        work.set_sync(acked_epoch=work.tip().epoch, acked=seq)


def test_what_is_new_is_written_at_once_and_for_the_owner_only(kiosk: House, stick: Path) -> None:
    copy = SecondCopy(kiosk.store, stick)

    copy.keep()
    write(kiosk, 2)
    copy.keep()
    write(kiosk)
    copy.keep()

    found = pieces(folder_of(stick, "Testhaus"))
    assert [(one.node, one.first, one.last) for one in found] == [("desk", 1, 2), ("desk", 3, 3)]
    assert {stat.S_IMODE(one.path.stat().st_mode) for one in found} == {0o600}


def test_what_the_central_has_is_removed(kiosk: House, stick: Path) -> None:
    copy = SecondCopy(kiosk.store, stick)
    write(kiosk, 2)
    copy.keep()
    write(kiosk, 2)
    copy.keep()
    acked(kiosk, 3)  # the second file still has one that it has not
    copy.keep()

    assert [(one.first, one.last) for one in pieces(folder_of(stick, "Testhaus"))] == [(3, 4)]


def test_after_a_new_epoch_the_copy_holds_the_new_stream_only(kiosk: House, stick: Path) -> None:
    copy = SecondCopy(kiosk.store, stick)
    write(kiosk, 3)
    copy.keep()
    acked(kiosk, 1)
    with kiosk.store.begin() as work:
        epoch = work.new_epoch()
    copy.keep()

    found = pieces(folder_of(stick, "Testhaus"))
    assert [(one.epoch, one.first, one.last) for one in found] == [(epoch, 1, 2)]


def test_a_stick_that_was_taken_out_is_said_and_made_up_for_when_it_is_back(
    kiosk: House, stick: Path
) -> None:
    seconds = Seconds()
    copy = SecondCopy(kiosk.store, stick, seconds=seconds)
    stick.rmdir()
    write(kiosk)

    copy.keep()

    assert "stick" in copy.trouble
    stick.mkdir()
    copy.keep()
    assert copy.trouble == ""
    assert len(pieces(folder_of(stick, "Testhaus"))) == 1


def test_another_stick_gets_everything_though_nothing_is_new(kiosk: House, stick: Path) -> None:
    seconds = Seconds()
    copy = SecondCopy(kiosk.store, stick, seconds=seconds)
    write(kiosk)
    copy.keep()
    stick.rename(stick.with_name("other"))
    stick.mkdir()

    seconds.now += AGAIN_S
    copy.keep()

    assert len(pieces(folder_of(stick, "Testhaus"))) == 1


def test_a_broken_kiosk_comes_back_from_its_second_copy(kiosk: House, central: House, stick: Path) -> None:
    copy = SecondCopy(kiosk.store, stick)
    for _ in range(3):
        write(kiosk, 2)
        copy.keep()
    entries = verify(kiosk.store).entries

    done = recover(central.store, stick, decide)
    again = recover(central.store, folder_of(stick, "Testhaus"), decide)

    assert (done.files, done.entries, done.new, done.damaged) == (3, entries, entries, ())
    assert (again.entries, again.new) == (entries, 0)
    found = verify(central.store)
    assert (found.entries, found.faults) == (entries + 1, ())
    with central.store.reader() as read:
        assert read.stream_tip() == found.entries
        assert read.watermark("desk", pieces(folder_of(stick, "Testhaus"))[0].epoch).seq == entries


def test_what_lies_behind_a_gap_comes_in_too(kiosk: House, central: House, stick: Path) -> None:
    copy = SecondCopy(kiosk.store, stick)
    for _ in range(3):
        write(kiosk)
        copy.keep()
    pieces(folder_of(stick, "Testhaus"))[1].path.unlink()

    done = recover(central.store, stick, decide)

    assert done.new == 2
    assert verify(central.store).faults == ()


def test_a_file_that_is_not_whole_is_named_and_the_others_come_in(
    kiosk: House, central: House, stick: Path
) -> None:
    copy = SecondCopy(kiosk.store, stick)
    for _ in range(2):
        write(kiosk)
        copy.keep()
    first, second = pieces(folder_of(stick, "Testhaus"))
    first.path.write_bytes(first.path.read_bytes()[:-5])

    done = recover(central.store, stick, decide)

    assert (done.damaged, done.new) == ((first.path.name,), 1)
    assert second.path.exists()


def test_a_file_under_another_machines_name_is_not_believed(
    kiosk: House, central: House, stick: Path
) -> None:
    copy = SecondCopy(kiosk.store, stick)
    write(kiosk)
    copy.keep()
    one = pieces(folder_of(stick, "Testhaus"))[0].path
    one.rename(one.with_name(one.name.replace("desk.", "other.")))

    assert recover(central.store, stick, decide).new == 0


def test_only_the_central_takes_a_copy_in(kiosk: House, central: House, stick: Path) -> None:
    with pytest.raises(NotCentral):
        recover(kiosk.store, stick, decide)
    with pytest.raises(DoesNotExist):
        recover(central.store, stick, decide)


def test_a_machine_that_stands_alone_takes_its_own_copy_back(house: House, stick: Path) -> None:
    copy = SecondCopy(house.store, stick)
    copy.keep()
    before = table_hash(house.store)

    assert recover(house.store, stick, decide).new == 0
    assert table_hash(house.store) == before


def test_a_new_machine_of_the_same_name_leaves_what_the_broken_one_alone_had(
    kiosk: House, central: House, stick: Path, tmp_path: Path, clock: FakeClock
) -> None:
    copy = SecondCopy(kiosk.store, stick)
    write(kiosk, 3)
    copy.keep()
    kiosk.close()
    again = make_house(
        tmp_path / "again", node="desk", name="Testhaus", clock=clock, randomness=FakeRandomness("again"),
        founded=False, role="node", key=(central.data / "card.key").read_bytes(),
    )  # fmt: skip

    write(again)
    SecondCopy(again.store, stick).keep()
    again.close()

    assert sorted((one.first, one.last) for one in pieces(folder_of(stick, "Testhaus"))) == [(1, 1), (1, 3)]
    assert recover(central.store, stick, decide).new == 4


def test_a_machine_put_back_to_an_earlier_state_leaves_what_it_wrote_after_that(
    kiosk: House, central: House, stick: Path, tmp_path: Path, clock: FakeClock
) -> None:
    write(kiosk)
    database = kiosk.data / "teilhaus.db"
    with sqlite3.connect(database) as link:
        link.execute("VACUUM INTO ?", (str(tmp_path / "image"),))
    link.close()
    write(kiosk, 3)
    SecondCopy(kiosk.store, stick).keep()
    kiosk.close()
    for old in kiosk.data.glob("teilhaus.db*"):
        old.unlink()
    (tmp_path / "image").rename(database)
    back = open_house(kiosk.data, clock=clock, randomness=FakeRandomness("back"))
    copy = SecondCopy(back.store, stick)

    write(back)
    copy.keep()
    with back.store.begin() as work:
        work.new_epoch()
    copy.keep()
    back.close()

    assert recover(central.store, stick, decide).new == 5, "1 before, 3 that were lost, 1 after"


def test_what_was_emptied_is_gone_from_the_other_disk_too(kiosk: House, stick: Path) -> None:
    copy = SecondCopy(kiosk.store, stick)
    with kiosk.store.begin() as work:
        noted = Draft("privacy:toy", PrivateEmptied(entries=()), private=Whose(name="Ada"))
        (entry,) = work.append(work.new_id(), [noted])
    copy.keep()
    with kiosk.store.begin() as work:
        named = PrivateEmptied(entries=(entry.hex,))
        work.append(work.new_id(), [Draft("privacy:toy", named)])
    copy.keep()

    found = pieces(folder_of(stick, "Testhaus"))
    frames = [decode(one.path.read_bytes()) for one in found]
    assert [one.last for one in found][-1] == 2
    assert b"Ada" not in b"".join(bytes(one.acts) for one in frames if isinstance(one, Up))

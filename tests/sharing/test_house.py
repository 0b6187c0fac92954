"""Making and opening a house."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharing.catalogue.entries import ModelChanged
from sharing.errors import BadValue, Damaged, NoHouse
from sharing.house import CARD_KEY, House, make_house, open_house
from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.texts import State, Text
from tests.fakes import FakeClock


def test_a_house_that_lost_its_card_key_gets_no_new_one(any_house: House, clock: FakeClock) -> None:
    data, url = any_house.data, str(any_house.store.db.database)
    (data / CARD_KEY).unlink()
    at = {"url": url if url.startswith("postgresql") else "", "clock": clock}
    with pytest.raises(Damaged):
        make_house(data, node="desk", name="Testhaus", **at)  # type: ignore[arg-type]  # both are as named
    with pytest.raises(Damaged):
        open_house(data, **at)  # type: ignore[arg-type]  # both are as named
    assert not (data / CARD_KEY).exists()


def test_a_house_opened_again_has_the_same_name_and_keys(house: House, clock: FakeClock) -> None:
    again = make_house(house.data, node="other", name="Other", clock=clock)
    assert (again.store.node, again.store.house, again.keys) == ("desk", "Testhaus", house.keys)
    again.close()


def test_an_empty_folder_holds_no_house_and_stays_empty(tmp_path: Path) -> None:
    with pytest.raises(NoHouse):
        open_house(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("node", ["", "Ausleihe 1", "../x", "a" * 40])
def test_a_node_needs_a_plain_name(tmp_path: Path, node: str) -> None:
    with pytest.raises(BadValue):
        make_house(tmp_path / "data", node=node, name="Testhaus")
    assert not (tmp_path / "data").exists()


def test_a_node_that_joins_has_the_keys_it_was_given_and_founds_nothing(
    tmp_path: Path, clock: FakeClock
) -> None:
    key = b"k7 " + b"ab" * 32 + b"\n"
    joined = make_house(tmp_path, node="two", name="Haus", clock=clock, founded=False, role="node", key=key)
    with joined.store.reader() as read:
        assert read.rows("SELECT COUNT(*) FROM entry") == [(0,)]
        assert (read.sync().role, read.sync().applied, read.unacked()) == ("node", 0, 0)
        assert not read.is_home()
    assert joined.keys.current == "k7"
    joined.close()
    again = make_house(tmp_path, node="two", name="Haus", clock=clock, founded=False, role="central", key=b"")
    with again.store.reader() as read:
        assert read.sync().role == "node"
    again.close()


@pytest.mark.parametrize("days", [3_000_000_000, 2**63 - 1])
def test_a_large_number_is_folded_alike_on_both_databases(any_house: House, days: int) -> None:
    with any_house.store.begin() as work:
        made = ModelChanged(key="ding", names={"de": Text("Ding", State.ORIGINAL)}, loan_days=days)
        work.append(work.new_id(), [Draft("model:m", made)])
    with any_house.store.reader() as read:
        assert read.rows("SELECT loan_days FROM model") == [(days,)]
    assert differences(any_house.store) == []


def test_a_number_that_is_too_large_for_one_database_is_refused_on_both(any_house: House) -> None:
    made = ModelChanged(key="ding", names={"de": Text("Ding", State.ORIGINAL)}, loan_days=2**63)
    with pytest.raises(BadValue), any_house.store.begin() as work:
        work.append(work.new_id(), [Draft("model:m", made)])

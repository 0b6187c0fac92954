"""What is told of a case: the entries around it, where they were written, and who knew of what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sharing.cases.actions import case_list, handle, mark_seen, one_case, open_cases
from sharing.cases.rules import KINDS, UNKNOWN, Area, Case, How, kind_of
from sharing.cases.story import BEFORE, story
from sharing.cases.syncing import sync_standing
from sharing.errors import BadValue, DoesNotExist
from sharing.house import House, make_house
from sharing.journal.clock import node_of
from sharing.journal.entry import Draft
from sharing.journal.store import Store
from sharing.people.entries import CardHolder, CardIssued
from tests.fakes import MONDAY_10, FakeClock, FakeRandomness
from tests.sharing.rooms.nodes import hand_on

CARD = "card:k1.00"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Store]:
    """A second machine of the house, whose clock is a minute behind."""
    clock = FakeClock(MONDAY_10 - 60_000, boot="boot-two")
    made = make_house(
        tmp_path / "two", node="two", name="Testhaus", clock=clock, randomness=FakeRandomness("two"),
        founded=False,
    )  # fmt: skip
    yield made.store
    made.close()


def issue(store: Store, person: str) -> None:
    with store.begin() as work:
        issued = Draft(CARD, CardIssued(key_id="k1", kind="person"), CardHolder(person=person))
        work.append(work.new_id(), [issued])


def the_case(store: Store) -> Case:
    (case,) = open_cases(store)
    return case


def test_each_side_says_when_where_and_for_whom_and_that_it_did_not_know(
    house: House, elsewhere: Store
) -> None:
    issue(elsewhere, "1" * 32)
    issue(house.store, "2" * 32)
    hand_on(elsewhere, house.store, "two")
    first, second = story(house.store, the_case(house.store))
    assert (first.node, second.node) == ("two", "desk")
    assert first.at < MONDAY_10 <= second.at
    assert (first.person, second.person) == ("1" * 32, "2" * 32)
    assert (first.is_cause, second.is_cause) == (False, True)
    assert (first.unaware, second.unaware) == (False, True)
    assert "1" * 32 not in repr(first)


def test_who_knew_of_the_one_before_is_not_said_to_be_unaware(house: House) -> None:
    for person in ("1", "2"):
        issue(house.store, person * 32)
    first, second = story(house.store, the_case(house.store))
    assert not second.unaware
    assert first.entry != second.entry


def test_a_machine_that_nobody_named_is_another_one(house: House, elsewhere: Store) -> None:
    issue(elsewhere, "1" * 32)
    issue(house.store, "2" * 32)
    with elsewhere.begin() as work:
        theirs = work.entries_of(CARD)
    with house.store.begin() as work:
        work.take_in(theirs)
    first, second = story(house.store, the_case(house.store))
    assert (first.node, second.node) == ("", "desk")


def test_a_machine_is_named_by_what_it_wrote_though_nobody_else_said_so(
    house: House, elsewhere: Store, tmp_path: Path
) -> None:
    garden = make_house(tmp_path / "garden", node="garden", name="Testhaus", founded=False)
    issue(garden.store, "1" * 32)
    with garden.store.begin() as work:
        theirs = work.entries_of(CARD)
    garden.close()
    for store in (house.store, elsewhere):
        issue(store, "2" * 32)
        with store.begin() as work:
            work.take_in(theirs)
        assert {one.node for one in story(store, the_case(store))} == {"garden", store.node}


def test_a_boot_that_names_no_machine_is_nobodys(house: House) -> None:
    for boot in ("a-boot", "a-boot@", "a-boot@../x", "@"):
        assert node_of(boot) == ""
    assert node_of("a-boot@garden-2") == "garden-2"
    assert house.store.node == "desk"


def test_a_long_history_is_told_from_shortly_before(house: House) -> None:
    for n in range(9):
        issue(house.store, f"{n}" * 32)
    cases = open_cases(house.store)
    told = story(house.store, cases[-1])
    assert len(told) <= BEFORE + 1
    assert told[-1].is_cause


def test_what_is_emptied_names_nobody(house: House) -> None:
    for person in ("1", "2"):
        issue(house.store, person * 32)
    with house.store.begin() as work:
        work.execute(
            house.store.sql("UPDATE entry SET private = NULL, salt = NULL WHERE subject = ?"), (CARD,)
        )
    assert [one.person for one in story(house.store, the_case(house.store))] == ["", ""]


def test_a_case_about_nothing_that_is_here_has_no_story(house: House) -> None:
    gone = Case("a" * 32, "damage", "", "", 0, None, settled=True)
    assert story(house.store, gone) == ()


def test_how_it_was_settled_is_kept_in_the_entry_and_nothing_else_is_taken(any_house: House) -> None:
    store = any_house.store
    for person in ("1", "2"):
        issue(store, person * 32)
    case = the_case(store)
    assert one_case(store, case.id) == case
    with pytest.raises(BadValue):
        handle(store, case.id, act=store.new_act(), how="eaten")
    mark_seen(store, case.id, act=store.new_act())
    handle(store, case.id, act=store.new_act(), how=How.MENDED)
    with store.begin() as work:
        assert b'{"how":"mended"}' in [one.data for one in work.entries_of(f"case:{case.id}")]
    assert case_list(store) == ()
    with pytest.raises(DoesNotExist):
        one_case(store, case.id)


def test_a_case_that_an_older_version_settled_has_no_how(house: House) -> None:
    for person in ("1", "2"):
        issue(house.store, person * 32)
    case = the_case(house.store)
    handle(house.store, case.id, act=house.store.new_act(), note="alt")
    with house.store.begin() as work:
        (handled,) = work.entries_of(f"case:{case.id}")
    assert handled.data == b"{}"


def test_every_kind_belongs_somewhere_and_can_be_settled() -> None:
    assert {one.area for one in KINDS.values()} == set(Area)
    assert kind_of("of a newer version") is UNKNOWN


def test_a_lone_house_has_nobody_to_hear_of(any_house: House) -> None:
    standing = sync_standing(any_house.store)
    assert (standing.role, standing.only_here, standing.to_come) == ("alone", 0, 0)
    assert standing.has_house
    assert standing.clock_sure


def test_what_a_node_knows_of_the_central_is_what_staff_are_told(any_house: House) -> None:
    store = any_house.store
    issue(store, "1" * 32)
    with store.begin() as work:
        work.set_sync(
            role="node", term=7, applied=3, central_gsn=10, heard_at=5, offset_ms=-120_001, stopped=1
        )
    standing = sync_standing(store)
    assert (standing.to_come, standing.heard_at, standing.stopped) == (7, 5, True)
    assert standing.only_here > 0
    assert standing.is_clock_off


def test_a_clock_that_the_central_mended_is_sure(house: House, clock: FakeClock) -> None:
    with house.store.begin() as work:
        work.set_sync(role="node", term=7, applied=1)
    clock.clock = "untrusted"
    assert not sync_standing(house.store).clock_sure
    with house.store.begin() as work:
        work.learn_time(MONDAY_10 + 5000)
    assert sync_standing(house.store).clock_sure

"""What staff can do in the catalogue, on both databases."""

from __future__ import annotations

import pytest

from sharing import codes
from sharing.catalogue.actions import (
    add_item,
    add_location,
    add_model,
    block,
    change_item,
    change_location,
    change_model,
    claim_code,
    item,
    items_at,
    items_of_model,
    location,
    locations,
    model,
    models,
    search,
    search_items,
    thing_by_barcode,
    thing_by_code,
    unblock,
)
from sharing.catalogue.rules import BlockReason, Item, Location, LocationKind, Need
from sharing.codes import CodeKind
from sharing.errors import BadCharacters, BadValue, DoesNotExist, NotReadable, Taken, TooLong
from sharing.house import House
from tests.sharing.catalogue.shelves import Shelves, fill, said

NO_ID = "0" * 32


@pytest.fixture
def shelves(any_house: House) -> Shelves:
    return fill(any_house.store)


def _count(house: House) -> int:
    with house.store.reader() as read:
        return int(read.rows("SELECT COUNT(*) FROM entry")[0][0])


def test_an_item_is_found_by_its_code_with_its_model_and_its_home(any_house: House, shelves: Shelves) -> None:
    code = shelves.first.code
    assert code is not None
    assert codes.kind_of(code) is CodeKind.ITEM
    with any_house.store.reader() as read:
        found = thing_by_code(read, code)
    assert found == shelves.first
    assert isinstance(found, Item)
    assert found.name("en") == "Projector 1"
    assert found.model.needs == {Need.DEPOSIT, Need.TERMS}
    assert found.home == shelves.shelf.id
    assert found.lendable


def test_a_location_is_found_by_its_code_with_the_way_to_it(any_house: House, shelves: Shelves) -> None:
    code = shelves.shelf.code
    assert code is not None
    with any_house.store.reader() as read:
        found = thing_by_code(read, code)
        assert thing_by_code(read, codes.make(CodeKind.ITEM, 1)) is None
    assert found == shelves.shelf
    assert isinstance(found, Location)
    assert found.where("en") == "Store room › Regal 3"


def test_a_room_has_a_code_of_its_own_kind(shelves: Shelves) -> None:
    assert codes.kind_of(shelves.store_room.code or "") is CodeKind.ROOM
    assert codes.kind_of(shelves.shelf.code or "") is CodeKind.LOCATION


def test_an_act_sent_twice_adds_one_thing(any_house: House, shelves: Shelves) -> None:
    store, act = any_house.store, any_house.store.new_act()
    once = add_item(store, act=act, model=shelves.drill.id, number="9")
    before = _count(any_house)
    assert add_item(store, act=act, model=shelves.drill.id, number="9") == once
    assert _count(any_house) == before


def test_a_change_writes_only_what_changes(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    before = _count(any_house)
    changed = change_item(store, shelves.first.id, act=store.new_act(), number="1", note="Lampe schwach")
    assert (changed.number, changed.note) == ("1", "Lampe schwach")
    with store.begin() as work:
        last = work.entries_of(shelves.first.subject)[-1]
    assert last.data == b'{"hidden":["note"]}'
    assert last.private == b'{"note":"Lampe schwach"}'
    assert _count(any_house) == before + 1


def test_a_change_to_what_is_so_already_writes_nothing(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    before = _count(any_house)
    change_item(store, shelves.first.id, act=store.new_act(), number="1", home=shelves.shelf.id)
    change_model(store, shelves.projector.id, act=store.new_act(), names=shelves.projector.names)
    change_location(store, shelves.shelf.id, act=store.new_act(), kind=LocationKind.SHELF)
    assert _count(any_house) == before


def test_a_value_can_be_taken_back_to_nothing(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    changed = change_model(store, shelves.projector.id, act=store.new_act(), value_cents=None, needs=())
    assert changed.value_cents is None
    assert changed.needs == frozenset()
    moved = change_item(store, shelves.first.id, act=store.new_act(), home="")
    assert moved.home is None


def test_a_name_can_lose_one_language_and_gain_another(any_house: House, shelves: Shelves) -> None:
    names = said(de="Beamer", tr="Projeksiyon")
    changed = change_model(any_house.store, shelves.projector.id, act=any_house.store.new_act(), names=names)
    assert changed.names == names


def test_a_blocked_item_says_why_until_it_is_unblocked(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    blocked = block(store, shelves.first.id, BlockReason.BROKEN, act=store.new_act(), note="Lüfter steht")
    assert (blocked.blocked, blocked.blocked_note) == ("broken", "Lüfter steht")
    assert blocked.model == shelves.projector
    free = unblock(store, shelves.first.id, act=store.new_act())
    assert (free.blocked, free.blocked_note) == ("", "")


def test_a_thing_leaves_only_if_both_model_and_item_may(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    assert not change_item(store, shelves.first.id, act=store.new_act(), lendable=False).lendable
    change_model(store, shelves.projector.id, act=store.new_act(), lendable=False)
    with store.reader() as read:
        assert not item(read, shelves.second.id).lendable
        assert item(read, shelves.third.id).lendable


def test_items_at_a_place_include_those_in_the_places_inside_it(any_house: House, shelves: Shelves) -> None:
    with any_house.store.reader() as read:
        assert {one.id for one in items_at(read, shelves.house.id)} == {
            shelves.first.id, shelves.second.id, shelves.third.id,
        }  # fmt: skip
        assert items_at(read, shelves.shelf.id) == (shelves.first, shelves.second)
        assert items_of_model(read, shelves.drill.id) == (shelves.third,)


def test_all_models_and_places_can_be_listed(any_house: House, shelves: Shelves) -> None:
    with any_house.store.reader() as read:
        assert {one.key for one in models(read)} == {"beamer", "bohrer"}
        assert [one.key for one in locations(read)] == ["haus", "lager", "r3"]


def test_a_place_cannot_come_to_lie_in_itself(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    with pytest.raises(BadValue):
        change_location(store, shelves.house.id, act=store.new_act(), parent=shelves.shelf.id)
    with pytest.raises(BadValue):
        change_location(store, shelves.house.id, act=store.new_act(), parent=shelves.house.id)


@pytest.mark.parametrize(
    "text",
    ["beamer", "BEAMER", "Projector 1", "проєктор", "جهاز", "beam proj"],
)
def test_things_are_found_by_name_in_any_language(any_house: House, shelves: Shelves, text: str) -> None:
    assert shelves.first in search(any_house.store, text)
    assert shelves.third not in search(any_house.store, text)


def test_things_are_found_by_number_serial_place_and_digits_of_the_code(
    any_house: House, shelves: Shelves
) -> None:
    store = any_house.store
    assert search_items(store, "beamer 2") == (shelves.second,)
    assert search_items(store, "sn-77_x") == (shelves.third,)
    assert shelves.shelf in search(store, "regal")
    code = shelves.second.code or ""
    assert shelves.second in search(store, codes.grouped(code)[5:14])
    assert shelves.second in search(store, code)


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "100%", "'; DROP TABLE item; --", "?"])
def test_a_search_for_signs_finds_nothing_by_accident(any_house: House, shelves: Shelves, text: str) -> None:
    assert shelves.first not in search(any_house.store, text)


def test_a_preprinted_label_is_claimed_and_the_first_code_stays_the_one_shown(
    any_house: House, shelves: Shelves
) -> None:
    store, label = any_house.store, codes.make(CodeKind.ITEM, 777)
    claim_code(store, codes.grouped(label), shelves.first.subject, act=store.new_act())
    claim_code(store, label, shelves.first.subject, act=store.new_act())
    with store.reader() as read:
        assert thing_by_code(read, label) == shelves.first
    with pytest.raises(Taken):
        claim_code(store, label, shelves.second.subject, act=store.new_act())


def test_the_code_that_is_shown_stays_the_first_whatever_labels_follow(
    any_house: House, shelves: Shelves
) -> None:
    store = any_house.store
    for thirteen in (0, 10**13 - 1):
        claim_code(store, codes.make(CodeKind.ITEM, thirteen), shelves.first.subject, act=store.new_act())
    with store.reader() as read:
        assert item(read, shelves.first.id).code == shelves.first.code


def test_a_foreign_barcode_is_found_however_the_scanner_sends_it(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    claim_code(store, "012345678905", shelves.first.subject, act=store.new_act())
    claim_code(store, "Inv-Nr a7", shelves.second.subject, act=store.new_act())
    with store.reader() as read:
        found = thing_by_barcode(read, "0012345678905")
        assert isinstance(found, Item)
        assert (found.id, found.barcode) == (shelves.first.id, "0012345678905")
        other = thing_by_barcode(read, "INV-NR A7")
        assert isinstance(other, Item)
        assert other.id == shelves.second.id
        assert thing_by_barcode(read, "4006381333931") is None
        assert thing_by_barcode(read, "x") is None


def test_a_card_number_is_never_claimed_for_a_thing(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    for kind in (CodeKind.PERSON_CARD, CodeKind.ROLE_CARD, CodeKind.LOCATION):
        with pytest.raises(BadValue) as refused:
            claim_code(store, codes.make(kind, 5), shelves.first.subject, act=store.new_act())
        assert codes.make(kind, 5) not in str(refused.value)
    with pytest.raises(NotReadable):
        claim_code(store, "2000000000001234", shelves.first.subject, act=store.new_act())


def test_what_is_not_there_is_refused_by_name(any_house: House, shelves: Shelves) -> None:
    store = any_house.store
    with pytest.raises(DoesNotExist):
        add_item(store, act=store.new_act(), model=NO_ID)
    with pytest.raises(DoesNotExist):
        add_item(store, act=store.new_act(), model=shelves.drill.id, home=NO_ID)
    with pytest.raises(DoesNotExist):
        change_model(store, NO_ID, act=store.new_act(), key="x")
    with pytest.raises(DoesNotExist):
        block(store, NO_ID, BlockReason.STAFF, act=store.new_act())
    with pytest.raises(DoesNotExist):
        claim_code(store, "4006381333931", f"item:{NO_ID}", act=store.new_act())
    with store.reader() as read:
        for ask in (item, model, location):
            with pytest.raises(DoesNotExist):
                ask(read, NO_ID)


def test_a_model_without_a_name_and_a_name_that_steers_the_screen_are_refused(any_house: House) -> None:
    store = any_house.store
    with pytest.raises(BadValue):
        add_model(store, act=store.new_act())
    with pytest.raises(BadCharacters):
        add_model(store, act=store.new_act(), names=said(de="Beamer\x1b[2J"))
    with pytest.raises(TooLong):
        add_model(store, act=store.new_act(), names=said(de="x" * 10_000))
    with pytest.raises(BadValue):
        add_location(store, act=store.new_act(), names=said(de="Haus"))
    assert _count(any_house) == 1


def test_markup_in_a_name_is_kept_as_it_was_typed(any_house: House) -> None:
    made = add_model(
        any_house.store, act=any_house.store.new_act(), names=said(de="[@click=app.quit]Beamer[/]")
    )
    assert made.name("de") == "[@click=app.quit]Beamer[/]"

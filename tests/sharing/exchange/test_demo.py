"""The example house: made whole, from lists like anybody's, and of invented people only."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from sharing.calendar_time import local
from sharing.catalogue.actions import items_at, locations, models, thing_by_code
from sharing.catalogue.rules import Item, LocationKind, Need
from sharing.errors import BadFile
from sharing.exchange.actions import export_file
from sharing.exchange.columns import What
from sharing.exchange.demo import DEMO_FOLDER, DemoMade, make_demo_house
from sharing.house import House
from sharing.people.actions import check_pin, find_organisations, find_persons, holder_of
from sharing.people.rules import OrganisationKind, Role
from sharing.rooms import actions
from sharing.rooms.rules import Quota, Use
from sharing.terms.actions import read_terms, terms_of
from sharing.terms.rules import is_open
from tests.fakes import FakeClock


@pytest.fixture
def made(any_house: House) -> DemoMade:
    return make_demo_house(any_house.store, any_house.keys, act=any_house.store.new_act())


def test_the_example_house_has_everything_a_first_visit_needs(any_house: House, made: DemoMade) -> None:
    store = any_house.store
    with store.reader() as read:
        places = locations(read)
        things = [
            one for place in places if place.kind is LocationKind.HOUSE for one in items_at(read, place.id)
        ]
        assert len({one.category for one in models(read)}) == 13
        today = local(read.now, "Europe/Berlin").date().isoformat()
        assert is_open(terms_of(read), read.now)
    assert len(things) == len(made.items) >= 120
    assert sum(place.kind is LocationKind.FLOOR for place in places) == 2
    assert [one.name("de") for one in things if one.test_expired(today)] == ["Waffeleisen 3"]
    assert {need for one in things for need in one.model.needs} == set(Need)
    assert any(one.owner for one in things)
    assert any(not one.lendable for one in things)
    assert {one.blocked for one in things} == {"", "repair", "incomplete"}
    assert {"de", "en", "tr", "uk", "ar"} <= {tag for one in things for tag in one.model.names.said}


def test_its_rooms_are_on_two_floors_and_their_days_are_not_empty(any_house: House, made: DemoMade) -> None:
    store = any_house.store
    every = actions.rooms(store)
    with store.reader() as read:
        today = local(read.now, "Europe/Berlin").date()
    days = [actions.day(store, today + timedelta(days=n)) for n in range(1, 8)]
    assert {code for code, _ in made.rooms} == {one.code for one in every}
    assert (len(every), len({one.floor.best("de") for one in every})) == (10, 2)
    assert sum(len(one.parts) > 1 for one in every) == 1
    assert {"projector", "kitchen", "step_free", "piano"} <= {each for one in every for each in one.features}
    assert any(one.key_item for one in every)
    assert any(one.no_show_min for one in every)
    assert any(one.quota != Quota() for one in every)
    assert all(one.checklist for one in every)
    assert all(any(dates for _, dates in day) for day in days)
    assert [one.title for one in actions.approvals(store)] == ["Kulturabend"]
    assert {one.use for day in days for _, dates in day for one in dates} == {Use.BOOKING, Use.MAINTENANCE}


def test_every_card_opens_and_every_pin_fits(any_house: House, made: DemoMade) -> None:
    store = any_house.store
    with store.reader() as read:
        holders = [holder_of(read, any_house.keys, code) for _, code in made.cards]
    roles = [max(holder.roles, key=list(Role).index) for holder in holders]
    assert (roles.count(Role.ADMIN), roles.count(Role.STAFF), roles.count(Role.VOLUNTEER)) == (1, 2, 2)
    assert len(made.staff) == 3
    for name, code, pin in made.staff:
        with store.reader() as read:
            person = holder_of(read, any_house.keys, code).person
        assert person is not None
        assert person.name == name
        check_pin(store, person.id, pin)


def test_one_person_is_suspended_and_one_is_under_age(any_house: House, made: DemoMade) -> None:
    people = find_persons(any_house.store)
    assert sum(one.suspended_until is not None for one in people) == 1
    assert [one.guardian for one in people if not one.adult] == ["Ines Kleinmuster"]
    assert all(one.memberships for one in people if one.roles == {Role.VISITOR})
    kinds = [one.kind for one in find_organisations(any_house.store)]
    assert (len(kinds), kinds.count(OrganisationKind.INSTITUTION)) == (15, 1)


def test_codes_lead_to_the_things_they_are_listed_with(any_house: House, made: DemoMade) -> None:
    with any_house.store.reader() as read:
        for code, name in made.items:
            found = thing_by_code(read, code)
            assert isinstance(found, Item)
            assert found.name("de") == name
        for code, _ in (*made.rooms, *made.places):
            assert thing_by_code(read, code) is not None


def test_the_example_house_can_be_made_only_once_by_one_command(house: House) -> None:
    act = house.store.new_act()
    once = make_demo_house(house.store, house.keys, act=act)
    again = make_demo_house(house.store, house.keys, act=act)
    assert (once.cards, once.items, once.rooms) == (again.cards, again.items, again.rooms)


def test_a_house_that_was_half_made_has_nothing_twice_when_it_is_made_again(house: House) -> None:
    for _ in range(2):
        make_demo_house(house.store, house.keys, act=house.store.new_act())
    with house.store.reader() as read:
        made = read.rows("SELECT COUNT(*) FROM booking")[0][0]
    assert made == 11
    assert len(actions.approvals(house.store)) == 1


def test_its_dates_move_with_the_year(house: House, clock: FakeClock) -> None:
    clock.forward(days=3 * 365)
    make_demo_house(house.store, house.keys, act=house.store.new_act())
    with house.store.reader() as read:
        things = [
            one for place in locations(read) if place.parent is None for one in items_at(read, place.id)
        ]
        today = local(read.now, "Europe/Berlin").date().isoformat()
    assert [one.name("de") for one in things if one.test_expired(today)] == ["Waffeleisen 3"]
    assert "2029-12-24" in read_terms(house.store).closing_days


def test_a_list_that_cannot_be_imported_is_named(house: House, tmp_path: Path) -> None:
    for one in DEMO_FOLDER.iterdir():
        if one.suffix in {".csv", ".toml"}:
            (tmp_path / one.name).write_bytes(one.read_bytes())
    (tmp_path / "models.csv").write_text("key;name\nx;y\n", encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        make_demo_house(house.store, house.keys, act=house.store.new_act(), folder=tmp_path)
    assert "models.csv" in str(refused.value)


def test_phone_numbers_and_addresses_are_of_the_kind_that_belong_to_nobody() -> None:
    text = (DEMO_FOLDER / "persons.csv").read_text("utf-8") + (DEMO_FOLDER / "house.toml").read_text("utf-8")
    phones = re.findall(r"\b0[0-9]{2,3} [0-9 ]{5,}", text)
    assert phones
    assert all(re.match(r"069 90009 [0-9]{3}$|0171 39200[0-9]{2}$", one.strip()) for one in phones)
    text += (DEMO_FOLDER / "organisations.csv").read_text("utf-8")
    assert set(re.findall(r"@[a-z.]+", text)) == {"@example.org"}


def test_the_lists_of_the_example_house_survive_the_round_trip(house: House) -> None:
    make_demo_house(house.store, house.keys, act=house.store.new_act())
    assert all(export_file(house.store, what).count(b"\r\n") > 10 for what in What)

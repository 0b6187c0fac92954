"""Organisations, what of them is open and what is private, and who acts for them."""

from __future__ import annotations

import pytest

from sharing.errors import BadValue, DoesNotExist, NotAllowed, PersonUnknown, Taken
from sharing.house import House
from sharing.people.actions import (
    add_member,
    change_organisation,
    find_organisations,
    kind_named,
    members_of,
    organisation,
    register_organisation,
    remove_member,
)
from sharing.people.rules import OrganisationKind
from tests.sharing.people.crowd import again, empty_private, everything_stored, somebody, written

CLUB, GROUP = OrganisationKind.ASSOCIATION, OrganisationKind.GROUP


def open_parts(house: House, organisation_id: str) -> bytes:
    with house.store.begin() as work:
        return b"".join(entry.data for entry in work.entries_of(f"organisation:{organisation_id}"))


def test_an_organisation_is_registered_once_with_its_responsible_person(any_house: House) -> None:
    store = any_house.store
    anna = somebody(any_house)
    act = store.new_act()
    first, made = (
        register_organisation(store, "Chor e. V.", CLUB, responsible=anna.id, contact="x", act=act)
        for _ in range(2)
    )

    assert first == made
    assert (made.name, made.kind, made.responsible, made.contact) == ("Chor e. V.", CLUB, anna.id, "x")
    (membership,) = again(any_house, anna).memberships
    assert (membership.organisation, membership.responsible) == (made, True)


def test_a_registered_association_may_be_named_in_the_open_and_a_group_may_not(house: House) -> None:
    store = house.store
    anna = somebody(house)
    club = register_organisation(store, "Chor", CLUB, responsible=anna.id, act=store.new_act())
    group = register_organisation(store, "Annas Band", GROUP, responsible=anna.id, act=store.new_act())

    assert b"Chor" in open_parts(house, club.id)
    assert b"Band" not in open_parts(house, group.id)
    assert anna.id.encode() not in open_parts(house, club.id) + open_parts(house, group.id)
    with store.reader() as read:
        assert organisation(read, group.id).name == "Annas Band"


def test_a_group_that_becomes_an_association_keeps_its_name_and_gets_it_into_the_open(house: House) -> None:
    store = house.store
    group = register_organisation(store, "Band", GROUP, act=store.new_act())
    changed = change_organisation(store, group.id, kind=CLUB, act=store.new_act())

    assert (changed.name, changed.kind) == ("Band", CLUB)
    assert b"Band" in open_parts(house, group.id)


def test_changing_one_thing_leaves_the_others(any_house: House) -> None:
    store = any_house.store
    anna = somebody(any_house)
    made = register_organisation(store, "Chor", CLUB, responsible=anna.id, contact="x", act=store.new_act())
    renamed = change_organisation(store, made.id, name="Chor e. V.", act=store.new_act())
    without = change_organisation(store, made.id, responsible=None, act=store.new_act())

    assert (renamed.name, renamed.responsible, renamed.contact) == ("Chor e. V.", anna.id, "x")
    assert (without.name, without.responsible, without.contact) == ("Chor e. V.", None, "x")


def test_an_emptied_group_has_no_name_any_more(any_house: House) -> None:
    store = any_house.store
    group = register_organisation(store, "Annas Band", GROUP, contact="0761 9", act=store.new_act())
    empty_private(any_house, [f"organisation:{group.id}"])

    with store.reader() as read:
        erased = organisation(read, group.id)
    assert (erased.name, erased.contact, erased.kind) == ("", "", GROUP)
    assert find_organisations(store) == ()
    assert "Band" not in everything_stored(any_house)


def test_organisations_are_found_by_name(any_house: House) -> None:
    store = any_house.store
    garden = register_organisation(store, "Grüner Daumen e. V.", CLUB, act=store.new_act())
    choir = register_organisation(store, "Chor", CLUB, act=store.new_act())

    assert find_organisations(store, "gruener") == (garden,)
    assert find_organisations(store) == (choir, garden)


def test_a_name_has_one_organisation(house: House) -> None:
    store = house.store
    register_organisation(store, "Chor e. V.", CLUB, act=store.new_act())
    with pytest.raises(Taken):
        register_organisation(store, "CHOR  e. V.", GROUP, act=store.new_act())


def test_members_come_and_go(any_house: House) -> None:
    store = any_house.store
    anna, bea = somebody(any_house), somebody(any_house, "Bea Blum")
    club = register_organisation(store, "Chor", CLUB, act=store.new_act())
    for person in (bea, anna):
        add_member(store, club.id, person.id, act=store.new_act())
    assert [one.name for one in members_of(store, club.id)] == ["Anna Klein", "Bea Blum"]

    act = store.new_act()
    for _ in range(2):
        assert remove_member(store, club.id, anna.id, act=act).memberships == ()
    assert [one.name for one in members_of(store, club.id)] == ["Bea Blum"]
    assert len(add_member(store, club.id, anna.id, act=store.new_act()).memberships) == 1


def test_adding_a_member_twice_only_changes_responsibility(house: House) -> None:
    store = house.store
    anna = somebody(house)
    club = register_organisation(store, "Chor", CLUB, act=store.new_act())
    add_member(store, club.id, anna.id, act=store.new_act())
    before = written(house)
    add_member(store, club.id, anna.id, act=store.new_act())
    assert written(house) == before

    (membership,) = add_member(store, club.id, anna.id, responsible=True, act=store.new_act()).memberships
    assert membership.responsible


def test_a_membership_says_nothing_in_the_open(house: House) -> None:
    store = house.store
    anna = somebody(house)
    club = register_organisation(store, "Chor", CLUB, act=store.new_act())
    add_member(store, club.id, anna.id, act=store.new_act())
    remove_member(store, club.id, anna.id, act=store.new_act())

    with store.reader() as read:
        rows = read.rows("SELECT data FROM entry WHERE subject LIKE ?", ("member:%",))
    assert [bytes(row[0]) for row in rows] == [b"{}", b"{}"]


def test_what_is_not_there_is_refused(house: House) -> None:
    store = house.store
    anna = somebody(house)
    club = register_organisation(store, "Chor", CLUB, act=store.new_act())
    with pytest.raises(DoesNotExist):
        add_member(store, "0" * 32, anna.id, act=store.new_act())
    with pytest.raises(PersonUnknown):
        add_member(store, club.id, "0" * 32, act=store.new_act())
    with pytest.raises(PersonUnknown):
        register_organisation(store, "Neu", CLUB, responsible="0" * 32, act=store.new_act())
    with pytest.raises(BadValue):
        register_organisation(store, " ", CLUB, act=store.new_act())
    with pytest.raises(NotAllowed):
        register_organisation(store, "Neu", CLUB, act=store.new_act(), by=anna)
    with pytest.raises(BadValue):
        kind_named("Firma")
    assert kind_named(" Group ") is GROUP

"""Persons are registered, changed, found and forgotten, on both databases."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sharing.errors import BadValue, NotAllowed, PersonUnknown
from sharing.house import House
from sharing.people.actions import (
    ChangePerson,
    RegisterPerson,
    accept_terms,
    add_member,
    change_person,
    find_persons,
    grant_role,
    instruct,
    register_organisation,
    register_person,
    suspend,
    withdraw_role,
)
from sharing.people.rules import OrganisationKind, Right, Role
from tests.sharing.people.crowd import again, empty_private, everything_stored, somebody, written


def test_a_registered_person_is_what_was_said(any_house: House) -> None:
    store = any_house.store
    command = RegisterPerson(
        act=store.new_act(), name="  Anna\tKlein ", contact="anna@haus.example", language="uk", adult=False,
        guardian="Eva Klein", identity_checked=True, terms_version=2, privacy_version=1,
    )  # fmt: skip
    made = register_person(store, command)

    assert (made.name, made.initials, made.contact) == ("Anna Klein", "A. K.", "anna@haus.example")
    assert (made.language, made.adult, made.guardian, made.identity_checked) == (
        "uk",
        False,
        "Eva Klein",
        True,
    )
    assert (made.terms_version, made.privacy_version, made.roles) == (2, 1, frozenset({Role.VISITOR}))
    assert again(any_house, made) == made


def test_the_same_command_twice_registers_once(any_house: House) -> None:
    store = any_house.store
    command = RegisterPerson(act=store.new_act(), name="Anna Klein")

    assert register_person(store, command) == register_person(store, command)
    assert len(find_persons(store)) == 1


def test_the_open_part_of_an_entry_names_nobody(house: House) -> None:
    made = somebody(house, "Anna Klein", Role.STAFF)
    suspend(house.store, made.id, until=5, reason="Krach", act=house.store.new_act(), by=made)

    with house.store.begin() as work:
        entries = work.entries_of(f"person:{made.id}")
    assert len(entries) == 3
    assert {entry.data for entry in entries} == {b"{}"}


def test_changing_some_fields_leaves_the_others(any_house: House) -> None:
    store = any_house.store
    made = somebody(any_house)
    changed = change_person(
        store, ChangePerson(act=store.new_act(), person=made.id, contact="0761 2", language="en")
    )

    assert (changed.name, changed.contact, changed.language) == ("Anna Klein", "0761 2", "en")


def test_a_change_that_changes_nothing_writes_nothing(house: House) -> None:
    made = somebody(house)
    before = written(house)
    change_person(
        house.store, ChangePerson(act=house.store.new_act(), person=made.id, name=" Anna Klein", adult=True)
    )

    assert written(house) == before


def test_a_guardian_can_be_taken_away_again(house: House) -> None:
    store = house.store
    command = RegisterPerson(act=store.new_act(), name="Anna", adult=False, guardian="Eva")
    made = register_person(store, command)
    changed = change_person(
        store, ChangePerson(act=store.new_act(), person=made.id, adult=True, guardian=None)
    )

    assert (changed.adult, changed.guardian) == (True, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\x00\x1b\u202e "),
        ("name", "Anna" * 2500),
        ("contact", "0" * 201),
        ("language", "Deutsch, bitte"),
        ("language", ""),
        ("terms_version", -1),
        ("guardian", "E" * 300),
    ],
)
def test_what_cannot_be_kept_is_refused_without_repeating_it(
    house: House, field: str, value: str | int
) -> None:
    before = written(house)
    command = RegisterPerson(act=house.store.new_act(), name="Anna")
    with pytest.raises(BadValue) as refused:
        register_person(house.store, replace(command, **{field: value}))

    assert refused.value.details["field"] == field
    assert "Anna" not in str(refused.value)
    assert written(house) == before


@pytest.mark.parametrize(
    "name", ["[@click=app.quit]x[/]", "محمد علي", "'; DROP TABLE person; --", "💥 Anna", "[/"]
)
def test_odd_names_are_kept_as_they_are(any_house: House, name: str) -> None:
    made = somebody(any_house, name)

    assert made.name == name
    assert find_persons(any_house.store, name) == (made,)


def test_control_characters_are_taken_out_of_names(any_house: House) -> None:
    assert somebody(any_house, "An\x00na\x1b[31m \u202eKlein\ud800").name == "Anna[31m Klein"


def test_people_are_found_by_parts_of_name_and_contact(any_house: House) -> None:
    store = any_house.store
    mueller, klein = somebody(any_house, "Bea Müller"), somebody(any_house, "Anna Klein")

    assert find_persons(store, "mueller") == (mueller,)
    assert find_persons(store, "MÜLL bea") == (mueller,)
    assert find_persons(store, "0761") == (klein, mueller)
    assert find_persons(store, "0761", most=1) == (klein,)
    assert find_persons(store, "%") == ()
    assert find_persons(store, "_") == ()


def test_roles_are_granted_and_withdrawn(any_house: House) -> None:
    store = any_house.store
    made = somebody(any_house, "Anna Klein", Role.STAFF, Role.VOLUNTEER)
    assert made.may(Right.OVERRIDE)

    act = store.new_act()
    for _ in range(2):
        made = withdraw_role(store, made.id, Role.STAFF, act=act)
    assert made.roles == {Role.VISITOR, Role.VOLUNTEER}
    made = grant_role(store, made.id, Role.STAFF, act=store.new_act())
    assert withdraw_role(store, made.id, Role.STAFF, act=act).roles == made.roles


def test_only_those_with_the_right_change_people_and_roles(house: House) -> None:
    store = house.store
    visitor, staff = somebody(house), somebody(house, "Bea", Role.STAFF)
    with pytest.raises(NotAllowed):
        register_person(store, RegisterPerson(act=store.new_act(), name="Carl"), by=visitor)
    with pytest.raises(NotAllowed):
        suspend(store, staff.id, until=5, act=store.new_act(), by=visitor)
    with pytest.raises(NotAllowed):
        grant_role(store, staff.id, Role.ADMIN, act=store.new_act(), by=staff)

    assert suspend(store, visitor.id, until=5, act=store.new_act(), by=staff).suspended_until == 5


def test_a_suspension_can_be_lifted(any_house: House) -> None:
    store = any_house.store
    made = somebody(any_house)
    suspend(store, made.id, until=10**13, reason="Schaden", act=store.new_act())

    assert suspend(store, made.id, until=None, act=store.new_act()).suspended_until is None
    with pytest.raises(BadValue):
        suspend(store, made.id, until=10**18, act=store.new_act())


def test_terms_are_accepted_and_instructions_add_up(any_house: House) -> None:
    store = any_house.store
    made = somebody(any_house)
    accept_terms(store, made.id, terms_version=3, privacy_version=2, act=store.new_act())
    for model in ("m1", "m2", "m1"):
        instruct(store, made.id, model, act=store.new_act())

    now = again(any_house, made)
    assert (now.terms_version, now.privacy_version, now.instructed) == (3, 2, frozenset({"m1", "m2"}))


@pytest.mark.parametrize("person", ["", "f" * 32, "%", "'"])
def test_who_is_not_there_is_unknown_everywhere(house: House, person: str) -> None:
    store = house.store
    with pytest.raises(PersonUnknown):
        suspend(store, person, until=5, act=store.new_act())
    with pytest.raises(PersonUnknown):
        change_person(store, ChangePerson(act=store.new_act(), person=person, name="Anna"))


def test_an_emptied_person_leaves_nothing_behind_but_a_number(any_house: House) -> None:
    store = any_house.store
    made = somebody(any_house, "Anna Klein", Role.STAFF)
    change_person(store, ChangePerson(act=store.new_act(), person=made.id, guardian="Eva Klein"))
    club = register_organisation(store, "Chor e. V.", OrganisationKind.ASSOCIATION, act=store.new_act())
    add_member(store, club.id, made.id, act=store.new_act())
    with store.reader() as read:
        (member,) = read.rows("SELECT subject FROM member")[0]
    empty_private(any_house, [f"person:{made.id}", member])

    erased = again(any_house, made)
    assert (erased.name, erased.contact, erased.guardian, erased.initials) == ("", "", None, "–")
    assert (erased.roles, erased.memberships) == (frozenset({Role.VISITOR}), ())
    assert find_persons(store) == ()
    assert not [one for one in ("Anna", "Klein", "0761", "Eva") if one in everything_stored(any_house)]


def test_emptying_only_the_registration_keeps_what_was_changed_since(house: House) -> None:
    store = house.store
    made = somebody(house)
    with store.begin() as work:
        (first,) = work.entries_of(f"person:{made.id}")
    empty_private(house, [f"person:{made.id}"])
    changed = change_person(store, ChangePerson(act=store.new_act(), person=made.id, name="Neu"))

    assert first.private
    assert (changed.name, changed.contact) == ("Neu", "")

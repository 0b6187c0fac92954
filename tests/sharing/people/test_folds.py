"""Whatever staff do in whatever order, folding it all again gives the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharing.errors import Refusal
from sharing.house import House, make_house
from sharing.journal.rebuild import differences
from sharing.people import actions as people
from sharing.people.actions import ChangePerson, RegisterPerson
from sharing.people.rules import OrganisationKind, Role
from tests.fakes import FakeClock, FakeRandomness
from tests.sharing.people.crowd import empty_private

Step = Callable[[House, list[str], list[str], int], None]


def register(house: House, persons: list[str], _orgs: list[str], n: int) -> None:
    command = RegisterPerson(act=house.store.new_act(), name=f"Anna {n}", adult=bool(n % 2))
    persons.append(people.register_person(house.store, command).id)


def change(house: House, persons: list[str], _orgs: list[str], n: int) -> None:
    command = ChangePerson(act=house.store.new_act(), person=persons[n % len(persons)], contact=f"0761 {n}")
    people.change_person(house.store, command)


def role(house: House, persons: list[str], _orgs: list[str], n: int) -> None:
    do = people.grant_role if n % 3 else people.withdraw_role
    do(house.store, persons[n % len(persons)], list(Role)[n % 4], act=house.store.new_act())


def found(house: House, _persons: list[str], orgs: list[str], n: int) -> None:
    kind = list(OrganisationKind)[n % 3]
    orgs.append(people.register_organisation(house.store, f"Chor {n}", kind, act=house.store.new_act()).id)


def reform(house: House, persons: list[str], orgs: list[str], n: int) -> None:
    people.change_organisation(
        house.store, orgs[n % len(orgs)], kind=list(OrganisationKind)[n % 3],
        responsible=persons[n % len(persons)] if n % 2 else None, act=house.store.new_act(),
    )  # fmt: skip


def member(house: House, persons: list[str], orgs: list[str], n: int) -> None:
    do = people.remove_member if n % 3 == 0 else people.add_member
    do(house.store, orgs[n % len(orgs)], persons[n % len(persons)], act=house.store.new_act())


def card(house: House, persons: list[str], _orgs: list[str], n: int) -> None:
    store, person = house.store, persons[n % len(persons)]
    if n % 3 == 0:
        people.revoke_cards_of(store, person, act=store.new_act())
    else:
        people.issue_card(store, house.keys, person=person, act=store.new_act())


def erase(house: House, persons: list[str], _orgs: list[str], n: int) -> None:
    empty_private(house, [f"person:{persons[n % len(persons)]}"])


STEPS: tuple[Step, ...] = (register, change, role, found, reform, member, card, erase)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), max_size=25))
def test_folding_everything_again_gives_the_same_rows(steps: list[tuple[Step, int]]) -> None:
    with TemporaryDirectory() as folder:
        house = make_house(
            Path(folder) / "data", node="desk", name="T", clock=FakeClock(), randomness=FakeRandomness()
        )
        persons: list[str] = []
        orgs: list[str] = []
        register(house, persons, orgs, 0)
        found(house, persons, orgs, 0)
        for step, n in steps:
            try:
                step(house, persons, orgs, n)
            except Refusal:
                continue  # a name that is taken, nothing left to empty: nothing was changed

        assert differences(house.store) == []
        house.close()

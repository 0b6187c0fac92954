"""What another process of the house changes holds at the next scan of this one: nothing is remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sharing.catalogue import actions as catalogue
from sharing.errors import PersonSuspended, TooManyForPerson
from sharing.house import House, open_house
from sharing.lending.scan_table import Step
from sharing.people import actions as people
from sharing.terms.actions import set_terms
from tests.sharing.desk import Desk


@pytest.fixture
def other(desk: Desk) -> Iterator[House]:
    """The same house, opened once more as another process does."""
    opened = open_house(desk.house.data, clock=desk.clock)
    yield opened
    opened.close()


def test_a_rule_of_the_house_holds_at_the_next_scan(desk: Desk, other: House) -> None:
    visit = desk.scan(desk.code("beamer1"), desk.visit()).visit
    set_terms(other.store, {"max_per_person": 1}, act=desk.act(), by=None)

    refused = desk.scan(desk.code("beamer2"), visit)
    assert isinstance(refused.refusal, TooManyForPerson)

    set_terms(other.store, {"max_per_person": 2}, act=desk.act(), by=None)
    assert desk.scan(desk.code("beamer2"), visit).step is Step.LENT


def test_what_became_of_the_person_in_the_visit_holds_at_the_next_scan(desk: Desk, other: House) -> None:
    visit = desk.visit()
    until = desk.clock.read().at + 10**9
    people.suspend(other.store, desk.ann.id, until=until, act=desk.act())

    assert isinstance(desk.scan(desk.code("beamer1"), visit).refusal, PersonSuspended)


def test_what_an_article_needs_holds_at_the_next_scan(desk: Desk, other: House) -> None:
    visit = desk.scan(desk.code("beamer1"), desk.visit()).visit
    model = desk.items["beamer1"].model.id
    catalogue.change_model(other.store, model, act=desk.act(), deposit_cents=5000)

    assert desk.scan(desk.code("beamer2"), visit).step is Step.SET_ASIDE

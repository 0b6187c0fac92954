"""Commands on a machine where the house does not decide: they ask, and say that it is asked."""

from __future__ import annotations

import pytest

from sharing.house import open_house
from tests.cli.conftest import Desk
from tests.cli.test_bookings import booked, states


@pytest.fixture
def elsewhere(desk: Desk) -> Desk:
    """The example house, whose home is another machine from now on."""
    house = open_house(desk.data, clock=desk.clock)
    with house.store.begin() as work:
        work.move_home("house", "central")
    house.close()
    return desk


def test_a_rule_is_asked_for_and_said_to_be_so(elsewhere: Desk) -> None:
    before = elsewhere.json("house", "show")
    assert before["asked"] == []
    said = elsewhere.json("house", "set", "loan_days=40")
    assert said["house"] == before["house"]
    assert [one["set"] for one in said["asked"]] == [{"loan_days": 40}]
    assert elsewhere.json("house", "show")["asked"] == said["asked"]
    for language, words in (("de", "gilt noch nicht"), ("en", "not in force yet")):
        shown = elsewhere.say("house", "show", environ={"LANG": language}).out
        assert words in shown
        assert shown.rstrip().endswith("loan_days = 40")


def test_closing_days_are_asked_for(elsewhere: Desk) -> None:
    (asked,) = elsewhere.json("house", "closing-days", "2031")["asked"]
    assert (asked["set"], list(asked["fill"])) == ({}, ["closing_days"])
    assert "closing_days += {" in elsewhere.say("house", "show").out


def test_a_renewal_is_noted_with_the_time_that_was_asked_for(elsewhere: Desk) -> None:
    elsewhere.json("check-out", "--card", elsewhere.card("Ayşe Deneme"), "stativ-1")
    elsewhere.clock.forward(days=3)
    said = elsewhere.say("renew", "stativ-1")
    assert said.code == 0
    assert "noch nicht sicher" in said.out


def test_a_yes_to_a_booking_is_noted_and_the_booking_stays_provisional(elsewhere: Desk) -> None:
    asked = booked(elsewhere, "mi 18:00", "20:30", room="saal")["id"]
    said = elsewhere.json("approvals", "approve", asked)
    assert said["noted"] is True
    assert states(elsewhere, asked) == ["provisional"]
    assert asked not in {one["id"] for one in elsewhere.json("approvals", "list")["approvals"]}
    other = booked(elsewhere, "do 18:00", "20:30", room="saal")["id"]
    assert "Es gilt, sobald das Gerät antwortet" in elsewhere.say("approvals", "decline", other).out


def test_closing_rooms_is_noted(elsewhere: Desk) -> None:
    said = elsewhere.say("closing", "2026-12-29", "--why", "Putztag", "--yes")
    assert said.code == 0
    assert "Es gilt, sobald das Gerät antwortet" in said.out


def test_displacing_says_that_it_works_elsewhere_only(elsewhere: Desk) -> None:
    one = booked(elsewhere, "mi 18:00", "20:00")["id"]
    staff = elsewhere.made["staff"][0]["code"]
    said = elsewhere.say("booking", "displace", one, "--card", staff, "--reason", "x")
    assert said.code != 0
    assert "nur an dem Gerät" in said.err

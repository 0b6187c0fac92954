"""`--by CARD`: the card's own limits count, not only what its person may do elsewhere."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk

STAFF = 0


def narrowed(desk: Desk, scope: str) -> str:
    """A day card of somebody of the team, good for one thing only."""
    person = desk.json("card", "show", desk.made["staff"][STAFF]["code"])["person"]["id"]
    return str(desk.json("card", "day", person, "--scope", scope)["code"])


def commands(desk: Desk, card: str) -> dict[str, tuple[str, ...]]:
    lend = ("check-out", "--card", desk.card("David Vorlage"), "kamera-1", "--override", "Fest")
    return {
        "check-out": (*lend, "--by", card),
        "complete": ("complete", "kamera-1", "--by", card),
        "check": ("check", "stativ-1", "--by", card),
        "lost": ("item", "lost", "stativ-1", "--by", card),
        "house": ("house", "set", "loan_days=21", "--by", card),
        "seen": ("cases", "seen", "0" * 32, "--by", card),
        "handle": ("cases", "handle", "0" * 32, "--by", card),
        "audit": ("audit", "open", "lager-r1", "--by", card),
    }


@pytest.mark.parametrize("name", ["check-out", "complete", "check", "lost", "house", "seen", "handle"])
@pytest.mark.parametrize("scope", ["lend", "audit"])
def test_a_card_for_something_else_signs_for_nothing_at_the_desk(desk: Desk, name: str, scope: str) -> None:
    words, before = commands(desk, narrowed(desk, scope))[name], desk.entries
    assert desk.json(*words, code=3)["refusal"] == "card_out_of_scope"
    assert desk.entries == before


def test_a_card_for_stock_takes_opens_one_and_a_card_for_lending_does_not(desk: Desk) -> None:
    assert (
        desk.json(*commands(desk, narrowed(desk, "lend"))["audit"], code=3)["refusal"] == "card_out_of_scope"
    )
    assert desk.json(*commands(desk, narrowed(desk, "audit"))["audit"])["audit"]["id"]
    assert desk.json(*commands(desk, narrowed(desk, "desk"))["audit"])["audit"]["id"]


def test_a_card_for_the_desk_overrides_a_rule(desk: Desk) -> None:
    assert desk.json(*commands(desk, narrowed(desk, "desk"))["check-out"])["lent"]


@pytest.mark.parametrize("name", ["check-out", "lost", "house", "seen", "audit"])
def test_a_card_of_a_role_signs_for_nothing(desk: Desk, name: str) -> None:
    card = str(desk.json("card", "issue", "--role", "admin")["code"])
    assert desk.json(*commands(desk, card)[name], code=3)["refusal"] == "not_allowed"


def test_a_visitors_card_settles_no_case(desk: Desk) -> None:
    words = commands(desk, desk.card("David Vorlage"))["handle"]
    assert desk.json(*words, code=3)["refusal"] == "not_allowed"

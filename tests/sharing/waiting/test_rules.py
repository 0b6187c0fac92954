"""House rules and stock-takes asked on another machine: they wait there until the home has answered."""

from __future__ import annotations

import pytest

from sharing.audits.actions import close_audit, open_audit, report, scan_audit
from sharing.cases.actions import open_cases
from sharing.journal.entry import Draft
from sharing.people import actions as people
from sharing.people.rules import Role
from sharing.terms.actions import asked_rules, read_terms, set_terms, write_closing_days
from sharing.terms.entries import SETTINGS, HouseSetAsked
from sharing.waiting import decide_waiting
from tests.sharing.rooms.nodes import Three

pytestmark = pytest.mark.parametrize("make_node", ["sqlite"], indirect=True)
"""What databases do differently is tried beside it (`test_deciding.py`)."""


def test_a_rule_set_elsewhere_is_asked_for_and_holds_once_the_home_has_answered(three: Three) -> None:
    act = three.lodge.act()
    before = read_terms(three.one).loan_days
    assert set_terms(three.one, {"loan_days": before + 5}, act=act, by=None).loan_days == before
    set_terms(three.one, {"loan_days": before + 5}, act=act, by=None)
    (asked,) = asked_rules(three.one)
    assert (asked.set, asked.fill) == ({"loan_days": before + 5}, {})
    three.converge()
    for store in (three.home, three.one, three.two):
        assert read_terms(store).loan_days == before + 5
        assert (asked_rules(store), open_cases(store)) == ((), ())
    assert decide_waiting(three.home) == 0


def test_of_two_rules_the_last_to_arrive_holds_whatever_the_clocks_say(three: Three) -> None:
    set_terms(three.one, {"loan_days": 5}, act=three.lodge.act(), by=None)
    three.two.clock.forward(days=1)  # type: ignore[attr-defined]  # a FakeClock
    set_terms(three.two, {"loan_days": 6}, act=three.lodge.act(), by=None)
    three.hear(three.two)
    three.hear(three.one)
    three.converge()
    assert read_terms(three.two).loan_days == 5


def test_who_may_not_set_rules_at_the_home_any_more_is_refused_with_a_case(three: Three) -> None:
    lodge = three.lodge
    admin = people.grant_role(three.home, lodge.desk.ben.id, Role.ADMIN, act=lodge.act())
    three.tell(three.one)
    set_terms(three.one, {"loan_days": 5, "renewals": 4}, act=lodge.act(), by=admin)
    people.withdraw_role(three.home, admin.id, Role.ADMIN, act=lodge.act())
    three.converge()
    for store in (three.home, three.one, three.two):
        assert (read_terms(store).renewals, asked_rules(store)) == (1, ())
        assert [(one.kind, one.about) for one in open_cases(store)] == [("house_set_declined", "not_allowed")]


def test_an_admin_elsewhere_sets_rules(three: Three) -> None:
    lodge = three.lodge
    admin = people.grant_role(three.home, lodge.desk.ben.id, Role.ADMIN, act=lodge.act())
    three.tell(three.one)
    set_terms(three.one, {"loan_days": 5}, act=lodge.act(), by=admin)
    three.converge()
    assert (read_terms(three.two).loan_days, open_cases(three.two)) == (5, ())


def test_what_the_home_cannot_understand_does_not_hold_at_all(three: Three) -> None:
    for asked in (
        HouseSetAsked(set={"loan_days": 5, "of_a_newer_version": 1}),
        HouseSetAsked(set={"loan_days": "many"}),
        HouseSetAsked(set={"loan_days": 5}, fill={"holidays": {"2027-01-01": "x"}}),
    ):
        with three.one.begin() as work:
            work.append(work.new_id(), [Draft(SETTINGS, asked, nature="request")])
    before = read_terms(three.home)
    three.converge()
    assert read_terms(three.one) == before
    assert [(one.kind, one.about) for one in open_cases(three.one)] == [
        ("house_set_declined", "bad_value")
    ] * 3


def test_closing_days_written_elsewhere_leave_alone_what_staff_wrote_meanwhile(three: Three) -> None:
    write_closing_days(three.one, 2029, act=three.lodge.act(), by=None)
    assert "2029-12-25" not in read_terms(three.one).closing_days
    said = {"2029-12-25": "Putztag", "2029-12-27": "Inventur"}
    set_terms(three.home, {"closing_days": said}, act=three.lodge.act(), by=None)
    three.converge()
    days = read_terms(three.one).closing_days
    assert (days["2029-12-25"], days["2029-12-27"]) == ("Putztag", "Inventur")
    assert days["2029-01-01"] == "Neujahr"
    act = three.lodge.act()
    write_closing_days(three.two, 2029, act=act, by=None)
    assert asked_rules(three.two) == ()


def test_a_stock_take_closed_elsewhere_is_closed_everywhere_once_the_home_has_answered(three: Three) -> None:
    lodge, desk = three.lodge, three.lodge.desk
    audit = open_audit(three.one, desk.staff, desk.shelf, lodge.act())
    scan_audit(three.one, audit.id, desk.code("beamer1"), lodge.act())
    close_audit(three.one, desk.staff, audit.id, lodge.act())
    assert report(three.one, audit.id).audit.closed_at is None
    close_audit(three.one, desk.staff, audit.id, lodge.act())
    assert decide_waiting(three.home) == 0
    three.hear(three.one)
    assert decide_waiting(three.home) == 2
    three.converge()
    for store in (three.home, three.one, three.two):
        found = report(store, audit.id)
        assert found.audit.closed_at is not None
        assert "beamer" not in {one.item.key for one in found.lines if one.item and one.item.key == "b1"}
        assert open_cases(store) == ()

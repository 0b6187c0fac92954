"""What staff say on a machine that does not decide: it is asked for, and holds once the home has answered."""

from __future__ import annotations

import pytest

from sharing.cases.actions import open_cases
from sharing.errors import BookingOver, NotFree, NotHome
from sharing.rooms.actions import (
    Mark,
    approvals,
    approve,
    book,
    booking,
    call_list,
    close_rooms,
    decline,
    displace,
    move,
)
from sharing.rooms.approving import is_noted
from sharing.rooms.rules import Alternative, Frequency, Rule, State, Why
from sharing.terms.actions import read_terms
from tests.sharing.rooms.lodge import span, this
from tests.sharing.rooms.nodes import Three

pytestmark = pytest.mark.parametrize("make_node", ["sqlite"], indirect=True)


def asked(three: Three, room: str = "d", when: str = "06-02 18:00", who: str = "ann") -> str:
    """Ask at the home for a room that staff approve; all machines know it."""
    made = book(three.home, three.lodge.ask(room, when, who=who), three.lodge.act())
    three.tell(three.one)
    three.tell(three.two)
    return made.id


def test_staff_approve_elsewhere_and_it_holds_once_the_home_has_answered(three: Three) -> None:
    key, act = asked(three), three.lodge.act()
    assert approve(three.one, three.lodge.staff, key, act).occurrences[0].state is State.PROVISIONAL
    assert approve(three.one, three.lodge.staff, key, act).occurrences[0].state is State.PROVISIONAL
    assert (is_noted(three.one, key), approvals(three.one)) == (True, ())
    assert [one.id for one in approvals(three.two)] == [key]
    three.converge()
    for store in (three.home, three.one, three.two):
        assert three.state(store, key) is State.CONFIRMED
        assert (is_noted(store, key), approvals(store), open_cases(store)) == (False, (), ())


def test_staff_decline_elsewhere_and_somebody_is_to_call(three: Three) -> None:
    key = asked(three)
    decline(three.one, three.lodge.staff, key, three.lodge.act(), reason="Wasser")
    three.converge()
    assert three.state(three.two, key) is State.DECLINED
    (call,) = call_list(three.two)
    assert (call.occurrence.why, call.reason) == (Why.BY_STAFF, "Wasser")


def test_of_a_series_the_dates_to_skip_are_declined(three: Three) -> None:
    lodge = three.lodge
    rule = Rule(freq=Frequency.DAILY, count=3)
    made = book(three.home, lodge.ask("d", "06-02 18:00", rule=rule), lodge.act())
    three.tell(three.one)
    approve(three.one, lodge.staff, made.id, lodge.act(), skip={1})
    three.converge()
    states = [one.state for one in booking(three.two, made.id).occurrences]
    assert states == [State.CONFIRMED, State.DECLINED, State.CONFIRMED]


def test_of_two_that_are_approved_elsewhere_the_first_to_arrive_has_it_and_staff_hear_of_the_other(
    three: Three,
) -> None:
    first, second = asked(three), asked(three, who="ben")
    approve(three.one, three.lodge.staff, first, three.lodge.act())
    approve(three.two, three.lodge.staff, second, three.lodge.act())
    three.hear(three.two)
    three.converge()
    for store in (three.home, three.one, three.two):
        states = (three.state(store, first), three.state(store, second))
        assert states == (State.PROVISIONAL, State.CONFIRMED)
        assert [(one.kind, one.about) for one in open_cases(store)] == [("approval_failed", "not_free")]
        assert [one.id for one in approvals(store)] == [first]
    with pytest.raises(NotFree):
        approve(three.one, three.lodge.staff, first, three.lodge.act())


def test_both_answer_and_the_second_is_told_that_it_was_answered(three: Three) -> None:
    key = asked(three)
    approve(three.one, three.lodge.staff, key, three.lodge.act())
    decline(three.two, three.lodge.staff, key, three.lodge.act())
    three.hear(three.one)
    three.converge()
    assert three.state(three.two, key) is State.CONFIRMED
    assert [(one.kind, one.about) for one in open_cases(three.two)] == [("approval_failed", "booking_over")]
    with pytest.raises(BookingOver):
        approve(three.one, three.lodge.staff, key, three.lodge.act())


def test_what_was_asked_for_anew_since_staff_looked_is_not_what_they_said_yes_to(three: Three) -> None:
    key = asked(three)
    approve(three.one, three.lodge.staff, key, three.lodge.act())
    where = Alternative((three.lodge.rooms["d"],), span("06-03 18:00", "06-03 20:00"))
    move(three.home, three.lodge.desk.person("ann"), this(booking(three.home, key)), where, three.lodge.act())
    three.converge()
    assert three.state(three.one, key) is State.PROVISIONAL
    assert [(one.kind, one.about) for one in open_cases(three.one)] == [("approval_failed", "booking_over")]
    assert [one.id for one in approvals(three.one)] == [key]


def test_rooms_are_closed_elsewhere_and_what_is_marked_is_settled_in_the_same_turn(three: Three) -> None:
    lodge = three.lodge
    gone, moved = lodge.book("a", "06-05 18:00"), lodge.book("b", "06-05 18:00", who="ben")
    kept = lodge.book("c", "06-05 18:00", who="ben")
    three.tell(three.one)
    to = Alternative((lodge.rooms["b"],), span("06-06 18:00", "06-06 20:00"))
    marks = (Mark(booking=gone.id, n=0), Mark(booking=moved.id, n=0, to=to))
    close_rooms(three.one, lodge.staff, {"2026-06-05": "Putztag"}, lodge.act(), marks=marks)
    assert read_terms(three.one).room_closing_days == {}
    assert three.state(three.one, gone.id) is State.CONFIRMED
    three.converge()
    for store in (three.home, three.one, three.two):
        assert read_terms(store).room_closing_days == {"2026-06-05": "Putztag"}
        one = booking(store, gone.id).occurrences[0]
        assert (one.state, one.why) == (State.CANCELLED, Why.CLOSED)
        assert booking(store, moved.id).occurrences[0].span == to.span
        assert three.state(store, kept.id) is State.CONFIRMED
        assert open_cases(store) == ()
        assert sorted(call.occurrence.booking for call in call_list(store)) == sorted([gone.id, moved.id])


def test_a_room_is_closed_elsewhere_at_once_for_that_is_what_the_room_is_like(three: Three) -> None:
    close_rooms(three.one, None, {"2026-06-05": "Putztag"}, three.lodge.act(), rooms=("r-a",))
    with pytest.raises(NotFree):
        book(three.one, three.lodge.ask("a", "06-05 18:00"), three.lodge.act())
    three.converge()
    with pytest.raises(NotFree):
        book(three.home, three.lodge.ask("a", "06-05 18:00"), three.lodge.act())


def test_displacing_is_for_the_machine_that_decides(three: Three) -> None:
    made = three.lodge.book("a", "06-05 18:00")
    three.tell(three.one)
    ask = three.lodge.ask("a", "06-05 18:00", who="ben")
    with pytest.raises(NotHome):
        displace(three.one, None, this(made), ask, three.lodge.act(), reason="x")

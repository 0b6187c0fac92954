"""What became of a request that was answered later stays until whoever asked has seen it."""

from __future__ import annotations

import pytest

from sharing.errors import DoesNotExist
from sharing.journal.rebuild import differences
from sharing.rooms.actions import (
    BookingAnswer,
    approve,
    book,
    booking_answers,
    call_list,
    cancel,
    decline,
    displace,
    move,
    saw_bookings,
    told,
)
from sharing.rooms.answering import Answered
from sharing.rooms.rules import Alternative, Why
from tests.sharing.rooms.lodge import Lodge, span, this
from tests.sharing.rooms.nodes import Three


def said(found: tuple[BookingAnswer, ...]) -> list[tuple[str, Answered, str]]:
    return [(one.booking.id, one.what, one.why) for one in found]


def test_a_yes_and_a_no_from_the_home_wait_for_those_who_asked_elsewhere(three: Three) -> None:
    lodge = three.lodge
    first = book(three.one, lodge.ask(), lodge.act())
    second = book(three.two, lodge.ask("a", "06-02 19:00", who="ben"), lodge.act())
    three.converge()
    for store in (three.home, three.one, three.two):
        assert said(booking_answers(store, lodge.desk.ann.id)) == [(first.id, Answered.GIVEN, "")]
        (no,) = booking_answers(store, lodge.desk.ben.id)
        assert (no.booking.id, no.what, no.why) == (second.id, Answered.DECLINED, Why.TAKEN)


def test_what_is_decided_while_they_stand_there_needs_no_second_answer(any_lodge: Lodge) -> None:
    lodge, ann = any_lodge, any_lodge.desk.ann
    made = lodge.book("a", "06-02 18:00")
    move(lodge.house.store, ann, this(made), evening(lodge, "06-03"), lodge.act())
    cancel(lodge.house.store, ann, this(made), lodge.act())
    assert booking_answers(lodge.house.store, ann.id) == ()


def test_seeing_it_is_noted_everywhere_and_nobody_has_to_call_any_more(three: Three) -> None:
    lodge = three.lodge
    book(three.one, lodge.ask(), lodge.act())
    lost = book(three.two, lodge.ask("a", "06-02 19:00", who="ben"), lodge.act())
    three.converge()
    ben = lodge.desk.ben.id
    assert [call.booking.id for call in call_list(three.home)] == [lost.id]
    act = lodge.act()
    for _ in range(2):
        saw_bookings(three.two, ben, [(lost.id, 0)], act)
    assert booking_answers(three.two, ben) == ()
    three.converge()
    assert booking_answers(three.home, ben) == ()
    assert call_list(three.home) == ()


def test_who_was_called_needs_not_read_it_again(three: Three) -> None:
    lodge = three.lodge
    book(three.one, lodge.ask(), lodge.act())
    lost = book(three.two, lodge.ask("a", "06-02 19:00", who="ben"), lodge.act())
    three.converge()
    told(three.home, None, this(lost), lodge.act())
    three.converge()
    assert booking_answers(three.two, lodge.desk.ben.id) == ()


def test_nobody_can_say_that_they_saw_what_is_anothers(lodge: Lodge) -> None:
    made = lodge.book("a", "06-02 18:00")
    with pytest.raises(DoesNotExist):
        saw_bookings(lodge.house.store, lodge.desk.ben.id, [(made.id, 0)], lodge.act())


def test_what_staff_approve_decline_or_take_away_waits_too(any_lodge: Lodge) -> None:
    lodge = any_lodge
    ann = lodge.desk.ann.id
    yes, no = lodge.book("d", "06-02 18:00"), lodge.book("d", "06-03 18:00")
    mine = lodge.book("a", "06-04 18:00")
    assert booking_answers(lodge.house.store, ann) == ()
    approve(lodge.house.store, None, yes.id, lodge.act())
    decline(lodge.house.store, None, no.id, lodge.act(), reason="Herd kaputt")
    ask = lodge.ask("a", "06-04 18:00", who="ben")
    displace(lodge.house.store, None, this(mine), ask, lodge.act(), reason="Wasserschaden")
    found = booking_answers(lodge.house.store, ann)
    assert said(found) == [
        (yes.id, Answered.GIVEN, ""),
        (no.id, Answered.DECLINED, Why.BY_STAFF),
        (mine.id, Answered.TAKEN_AWAY, Why.DISPLACED),
    ]
    assert [one.reason for one in found] == ["", "Herd kaputt", "Wasserschaden"]
    assert differences(lodge.house.store) == []


def evening(lodge: Lodge, day: str) -> Alternative:
    return Alternative((lodge.rooms["a"],), span(f"{day} 18:00", f"{day} 20:00"))


def test_a_change_that_came_too_late_says_that_the_date_stays(three: Three) -> None:
    lodge = three.lodge
    mine, others = lodge.book("a", "06-02 18:00"), lodge.book("a", "06-03 18:00", who="ben")
    for store in (three.one, three.two):
        three.tell(store)
    move(three.one, lodge.desk.ann, this(mine), evening(lodge, "06-05"), lodge.act())
    move(three.two, lodge.desk.ben, this(others), evening(lodge, "06-05"), lodge.act())
    assert booking_answers(three.one, lodge.desk.ann.id) == ()
    three.converge()
    assert said(booking_answers(three.one, lodge.desk.ann.id)) == [(mine.id, Answered.CHANGED, "")]
    assert said(booking_answers(three.two, lodge.desk.ben.id)) == [(others.id, Answered.STAYS, Why.TAKEN)]


def test_who_asked_elsewhere_to_cancel_reads_that_it_is_cancelled(three: Three) -> None:
    lodge = three.lodge
    mine = lodge.book("a", "06-02 18:00")
    three.tell(three.one)
    cancel(three.one, lodge.desk.ann, this(mine), lodge.act())
    three.converge()
    found = booking_answers(three.one, lodge.desk.ann.id)
    assert said(found) == [(mine.id, Answered.CANCELLED, Why.BY_ASKER)]


def test_what_is_over_is_not_told_any_more(three: Three) -> None:
    lodge = three.lodge
    book(three.one, lodge.ask(), lodge.act())
    three.converge()
    three.one.clock.forward(days=3)  # type: ignore[attr-defined]  # a FakeClock
    assert booking_answers(three.one, lodge.desk.ann.id) == ()

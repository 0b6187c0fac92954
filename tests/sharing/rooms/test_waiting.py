"""Several machines: what is asked elsewhere is provisional until the home answers, in order of arrival."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sharing.cases.actions import open_cases
from sharing.errors import DoesNotExist, NotFree, NotHome
from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.people import actions as people
from sharing.rooms.actions import (
    approve,
    arrive,
    book,
    booking,
    call_list,
    cancel,
    displace,
    end,
    move,
)
from sharing.rooms.entries import BookingDecided, Place
from sharing.rooms.rules import Alternative, Frequency, Part, Rule, State, Why
from sharing.waiting import decide_waiting
from tests.sharing.rooms.lodge import span, this
from tests.sharing.rooms.nodes import Three


def test_what_is_asked_elsewhere_is_provisional_until_the_home_has_answered(three: Three) -> None:
    lodge = three.lodge
    made = book(three.one, lodge.ask(), lodge.act())
    assert (made.occurrences[0].state, made.occurrences[0].certain) == (State.PROVISIONAL, True)
    three.converge()
    assert {three.state(store, made.id) for store in (three.home, three.one, three.two)} == {State.CONFIRMED}
    assert decide_waiting(three.home) == 0


def test_of_two_who_ask_elsewhere_the_first_to_arrive_has_it_whatever_the_clocks_say(three: Three) -> None:
    lodge = three.lodge
    early = book(three.one, lodge.ask(), lodge.act())
    late = book(three.two, lodge.ask("a", "06-02 19:00", who="ben"), lodge.act())
    three.hear(three.two)
    three.hear(three.one)
    assert decide_waiting(three.home) == 2
    three.converge()
    assert three.state(three.one, late.id) is State.CONFIRMED
    lost = booking(three.one, early.id).occurrences[0]
    assert (lost.state, lost.why) == (State.DECLINED, Why.TAKEN)
    assert [case.kind for case in open_cases(three.two)] == ["booking_declined"]
    assert [call.occurrence.booking for call in call_list(three.home)] == [early.id]


def test_elsewhere_too_nothing_is_promised_that_is_known_to_be_taken(three: Three) -> None:
    lodge = three.lodge
    lodge.book("a", "06-02 18:00", who="ben")
    three.tell(three.one)
    with pytest.raises(NotFree):
        book(three.one, lodge.ask("a", "06-02 19:00"), lodge.act())


def test_what_overlaps_a_wish_is_not_certain(three: Three) -> None:
    lodge = three.lodge
    first = book(three.one, lodge.ask(), lodge.act())
    second = book(three.one, lodge.ask("a", "06-02 19:00", who="ben"), lodge.act())
    assert (first.occurrences[0].certain, second.occurrences[0].certain) == (True, False)
    three.converge()
    assert three.state(three.one, second.id) is State.DECLINED


def test_a_slot_that_somebody_asked_to_give_up_counts_as_a_wish_elsewhere(three: Three) -> None:
    lodge = three.lodge
    made = lodge.book("a", "06-02 18:00", who="ben")
    three.tell(three.one)
    asked = cancel(three.one, None, this(made), lodge.act()).occurrences[0]
    assert (asked.state, asked.asked_off) == (State.CONFIRMED, True)
    next_ = book(three.one, lodge.ask(), lodge.act())
    assert not next_.occurrences[0].certain
    with pytest.raises(NotFree):
        lodge.book("a", "06-02 19:00")
    three.converge()
    assert three.state(three.two, made.id) is State.CANCELLED
    assert three.state(three.two, next_.id) is State.CONFIRMED


def test_a_move_that_cannot_be_leaves_the_date_where_it_was(three: Three) -> None:
    lodge = three.lodge
    made = lodge.book("a", "06-02 18:00", rule=Rule(freq=Frequency.WEEKLY, count=2))
    three.tell(three.one)
    to = Alternative((lodge.rooms["b"],), span("06-02 18:00", "06-02 20:00"))
    moved = move(three.one, None, this(made), to, lodge.act()).occurrences[0]
    assert (moved.asked, moved.asked_rooms) == (to.span, to.rooms)
    lodge.book("b", "06-02 19:00", who="ben")
    three.converge()
    stays = booking(three.one, made.id).occurrences[0]
    assert (stays.state, stays.rooms, stays.asked) == (State.CONFIRMED, (lodge.rooms["a"],), None)
    again = move(three.one, None, this(made), timedelta(days=1), lodge.act())
    three.converge()
    assert booking(three.home, again.id).occurrences[0].span == span("06-03 18:00", "06-03 20:00")


def test_who_is_cancelled_by_staff_elsewhere_is_told_why(three: Three) -> None:
    made = three.lodge.book("a", "06-02 18:00")
    three.tell(three.one)
    cancel(three.one, three.lodge.staff, this(made), three.lodge.act(), reason="Wasser")
    three.converge()
    (call,) = call_list(three.one)
    assert (call.occurrence.why, call.reason) == (Why.BY_STAFF, "Wasser")


@pytest.mark.parametrize("count", [3, 12])
def test_of_a_moved_series_no_date_gets_the_place_where_another_stays(three: Three, count: int) -> None:
    lodge = three.lodge
    made = lodge.book("a", "06-02 18:00", rule=Rule(freq=Frequency.DAILY, count=count))
    three.tell(three.one)
    move(three.one, None, this(made, 0, Part.ALL), timedelta(days=1), lodge.act())
    lodge.book("a", f"06-{2 + count:02} 19:00", who="ben")
    three.converge()
    stay = [(one.span, one.asked) for one in booking(three.one, made.id).occurrences]
    assert stay == [(one.span, None) for one in made.occurrences]


def test_who_arrives_and_leaves_elsewhere_has_been_there(three: Three) -> None:
    lodge = three.lodge
    made = lodge.book("a", "06-01 11:30", 4)
    three.tell(three.one)
    for store in (three.one, three.home):
        store.clock.forward(minutes=60)  # type: ignore[attr-defined]  # a FakeClock
    arrive(three.one, None, this(made), lodge.act())
    three.one.clock.forward(minutes=30)  # type: ignore[attr-defined]  # a FakeClock
    left = end(three.one, None, this(made), {"Fenster": True}, lodge.act()).occurrence
    assert (left.state, left.asked is not None) == (State.ENDED, True)
    three.converge()
    ended = booking(three.home, made.id).occurrences[0]
    assert (ended.state, ended.asked) == (State.ENDED, None)
    assert ended.span.ends < made.occurrences[0].span.ends
    assert open_cases(three.home) == ()


def test_who_arrives_where_the_room_was_given_away_is_a_case(three: Three) -> None:
    lodge = three.lodge
    made = lodge.book("c", "06-01 11:30", 2)
    three.tell(three.one)
    for store in (three.one, three.home):
        store.clock.forward(minutes=60)  # type: ignore[attr-defined]  # a FakeClock
    lodge.clock.at = three.home.clock.read().at
    taken = lodge.book("c", "06-01 12:30", 1, who="ben")
    arrive(three.one, None, this(made), lodge.act())
    three.converge()
    assert three.state(three.one, taken.id) is State.CONFIRMED
    assert three.state(three.one, made.id) is State.NO_SHOW
    assert [case.kind for case in open_cases(three.home)] == ["arrived_too_late"]


def test_what_staff_have_to_approve_waits_for_them_wherever_it_was_asked(three: Three) -> None:
    lodge = three.lodge
    made = book(three.one, lodge.ask("d"), lodge.act())
    three.converge()
    assert three.state(three.home, made.id) is State.PROVISIONAL
    with pytest.raises(NotHome):
        displace(three.one, None, this(made), lodge.ask("d", who="ben"), lodge.act(), reason="x")
    approve(three.home, None, made.id, lodge.act())
    three.converge()
    assert three.state(three.two, made.id) is State.CONFIRMED


def test_of_two_verdicts_that_overlap_one_stands_alike_on_every_machine_and_staff_are_told(
    three: Three,
) -> None:
    """A machine that decided without being the home: no check of ours can see it, the database does."""
    lodge = three.lodge
    made = lodge.book("a", "06-02 18:00", who="ben")
    forged = book(three.one, lodge.ask("a", "06-02 19:00"), lodge.act())
    start = span("06-02 19:00", "06-02 21:00").begins // 60_000
    hall = (lodge.rooms["a"],)
    with three.home.begin() as work:
        epoch, n = work.verdict_stamp()
    said = BookingDecided(
        group="house", home_epoch=epoch, n=n, places=(Place(hall, hall),), set=((0, 0, start, start + 120),)
    )
    with three.one.begin() as work:
        work.append(work.new_id(), [Draft(f"booking:{forged.id}", said, nature="verdict")])
    three.hear(three.one)
    three.tell(three.one)
    first, second = sorted([made.id, forged.id])
    for store in (three.home, three.one):
        assert three.state(store, first) is State.CONFIRMED
        with pytest.raises(DoesNotExist):
            booking(store, second)
        assert [case.kind for case in open_cases(store)] == ["broken_subject"]
        assert differences(store) == []
    decide_waiting(three.home)


def test_what_is_held_is_taken_from_elsewhere_by_those_it_is_held_for(three: Three) -> None:
    lodge = three.lodge
    made = lodge.book("a", "06-10 18:00")
    ask = lodge.ask("a", "06-10 18:00", who="ben")
    done = displace(three.home, None, this(made), ask, lodge.act(), reason="Wahl")
    three.tell(three.one)
    taken = book(three.two, lodge.ask("c", "06-11 18:00", who="ben"), lodge.act())
    onto = Alternative((lodge.rooms["c"],), span("06-11 18:00", "06-11 20:00"))
    move(three.one, None, this(made), onto, lodge.act())
    three.hear(three.two)
    three.converge()
    lost = booking(three.one, made.id).occurrences[0]
    assert (lost.state, lost.why, lost.asked) == (State.CANCELLED, Why.DISPLACED, None)
    assert three.state(three.one, taken.id) is State.CONFIRMED
    move(three.one, None, this(made), done.held[0], lodge.act())
    three.converge()
    assert booking(three.two, made.id).occurrences[0].span == done.held[0].span
    with three.home.reader() as read:
        holds = [row[0] for row in read.rows("SELECT id FROM booking WHERE held_for <> ''")]
    assert {three.state(three.home, key) for key in holds} == {State.CANCELLED}


def test_a_person_who_is_unknown_at_the_home_does_not_stop_the_others(three: Three) -> None:
    lodge = three.lodge
    new = people.register_person(
        three.one, people.RegisterPerson(act=lodge.act(), name="Neu Hier", terms_version=1, privacy_version=1)
    )
    made = book(three.one, lodge.ask(), lodge.act())
    assert new.id != made.person
    three.converge()
    assert three.state(three.home, made.id) is State.CONFIRMED

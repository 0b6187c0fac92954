"""Moving, cancelling, extending, coming and going."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sharing.errors import BadTime, BookingOver, NotFree, NotYours, PersonSuspended
from sharing.journal.rebuild import differences
from sharing.people.actions import add_member, suspend
from sharing.people.actions import person as person_of
from sharing.people.rules import Person
from sharing.rooms.actions import (
    approve,
    arrive,
    arriving,
    book_now,
    bookings_of,
    call_list,
    cancel,
    decline,
    end,
    extend,
    move,
    preview_move,
    told,
)
from sharing.rooms.rules import Alternative, Booking, ChangeOf, Frequency, Part, Rule, State, Why
from tests.sharing.rooms.lodge import Lodge, span, this

WEEKLY = Rule(freq=Frequency.WEEKLY, count=4)


def states(booking: Booking) -> list[State]:
    return [one.state for one in booking.occurrences]


def ann(lodge: Lodge) -> Person:
    with lodge.house.store.reader() as read:
        return person_of(read, lodge.desk.ann.id)


def test_a_date_moves_to_another_room_and_time_and_frees_its_own(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("a", "06-02 18:00")
    to = Alternative((lodge.rooms["b"],), span("06-03 09:00", "06-03 10:00"))
    moved = move(store, ann(lodge), this(made), to, lodge.act())
    one = moved.occurrences[0]
    assert (one.rooms, one.span, one.sequence, one.state) == (to.rooms, to.span, 1, State.CONFIRMED)
    lodge.book("a", "06-02 18:00", who="ben")
    assert differences(store) == []


def test_a_date_may_overlap_where_it_was(any_lodge: Lodge) -> None:
    lodge = any_lodge
    made = lodge.book("a", "06-02 18:00")
    to = Alternative((lodge.rooms["a"],), span("06-02 19:00", "06-02 21:00"))
    moved = move(lodge.house.store, ann(lodge), this(made), to, lodge.act())
    assert moved.occurrences[0].span == to.span


def test_this_and_following_dates_move_by_the_wall_clock_over_the_change(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("a", "10-12 18:00", rule=WEEKLY)
    to = Alternative((lodge.rooms["a"],), span("10-20 17:00", "10-20 19:30"))
    moved = move(store, ann(lodge), this(made, 1, Part.FOLLOWING), to, lodge.act())
    assert [one.span for one in moved.occurrences] == [
        span("10-12 18:00", "10-12 20:00"), span("10-20 17:00", "10-20 19:30"),
        span("10-27 17:00", "10-27 19:30"), span("11-03 17:00", "11-03 19:30"),
    ]  # fmt: skip
    all_ = move(store, ann(lodge), this(moved, 0, Part.ALL), timedelta(hours=1), lodge.act())
    assert all_.occurrences[3].span == span("11-03 18:00", "11-03 20:30")
    assert differences(store) == []


def test_conflicts_of_a_moved_series_are_named_and_can_be_left_where_they_are(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    lodge.book("a", "06-16 20:00", who="ben")
    made = lodge.book("a", "06-02 18:00", rule=WEEKLY)
    change, by = this(made, 0, Part.ALL), timedelta(hours=2)
    assert [one.why for one in preview_move(store, change, by)] == [None, None, Why.TAKEN, None]
    with pytest.raises(NotFree):
        move(store, ann(lodge), change, by, lodge.act())
    moved = move(store, ann(lodge), change, by, lodge.act(), skip={2})
    assert moved.occurrences[2].span == span("06-16 18:00", "06-16 20:00")
    assert moved.occurrences[3].span == span("06-23 20:00", "06-23 22:00")


@pytest.mark.parametrize(
    ("part", "left"),
    [
        (Part.THIS, ["confirmed", "cancelled", "confirmed", "confirmed"]),
        (Part.FOLLOWING, ["confirmed", "cancelled", "cancelled", "cancelled"]),
        (Part.ALL, ["cancelled", "cancelled", "cancelled", "cancelled"]),
    ],
)
def test_one_date_the_following_or_all_are_given_up(any_lodge: Lodge, part: Part, left: list[str]) -> None:
    lodge = any_lodge
    made = lodge.book("a", "06-02 18:00", rule=WEEKLY)
    gone = cancel(lodge.house.store, ann(lodge), this(made, 1, part), lodge.act())
    assert states(gone) == left
    assert {one.why for one in gone.occurrences if one.state is State.CANCELLED} == {Why.BY_ASKER}
    lodge.book("a", "06-09 18:00", who="ben")
    assert differences(lodge.house.store) == []


def test_what_is_cancelled_cannot_change_any_more(lodge: Lodge) -> None:
    store, made = lodge.house.store, lodge.book()
    cancel(store, ann(lodge), this(made), lodge.act())
    for attempt in (
        lambda: cancel(store, ann(lodge), this(made), lodge.act()),
        lambda: move(store, ann(lodge), this(made), timedelta(hours=1), lodge.act()),
        lambda: extend(store, ann(lodge), this(made), span("06-02 18:00", "06-02 23:00").ends, lodge.act()),
        lambda: arrive(store, ann(lodge), this(made), lodge.act()),
        lambda: end(store, ann(lodge), this(made), {}, lodge.act()),
    ):
        with pytest.raises(BookingOver):
            attempt()


def test_only_whose_it_is_their_organisation_and_staff_change_a_booking(lodge: Lodge) -> None:
    store, ben = lodge.house.store, lodge.desk.ben
    own, of_choir = lodge.book("a"), lodge.book("b", org=lodge.desk.organisation)
    for made in (own, of_choir):
        with pytest.raises(NotYours):
            cancel(store, ben, this(made), lodge.act())
    cancel(store, ann(lodge), this(of_choir), lodge.act())
    gone = cancel(store, lodge.staff, this(own), lodge.act(), reason="Wasserschaden")
    assert gone.occurrences[0].why == Why.BY_STAFF
    (call,) = call_list(store)
    assert call.occurrence.booking == own.id
    told(store, lodge.staff, this(own), lodge.act())
    assert call_list(store) == ()


def test_a_date_is_extended_until_the_next_have_the_room(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("a", "06-01 10:00", 1)
    lodge.book("a", "06-01 12:00", who="ben")
    lodge.clock.forward(minutes=30)
    arrive(store, ann(lodge), this(made), lodge.act())
    longer = extend(store, ann(lodge), this(made), span("06-01 10:00", "06-01 12:00").ends, lodge.act())
    assert longer.occurrences[0].span == span("06-01 10:00", "06-01 12:00")
    assert longer.occurrences[0].state is State.ARRIVED
    with pytest.raises(NotFree):
        extend(store, ann(lodge), this(made), span("06-01 10:00", "06-01 12:30").ends, lodge.act())
    with pytest.raises(BadTime):
        extend(store, ann(lodge), this(made), span("06-01 10:00", "06-01 11:00").ends, lodge.act())
    assert differences(store) == []


def test_staying_longer_gets_nobody_past_those_who_approve(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made, until = lodge.book("d", "06-02 18:00"), span("06-02 18:00", "06-02 21:00")
    (one,) = extend(store, ann(lodge), this(made), until.ends, lodge.act()).occurrences
    assert (one.state, one.asked) == (State.PROVISIONAL, until)
    approve(store, lodge.staff, made.id, lodge.act())
    later = span("06-02 18:00", "06-02 22:00")
    (one,) = extend(store, ann(lodge), this(made), later.ends, lodge.act()).occurrences
    assert (one.span, one.asked) == (until, later)
    decline(store, lodge.staff, made.id, lodge.act())
    lodge.clock.forward(days=1, hours=9)
    (one,) = extend(store, ann(lodge), this(made), later.ends, lodge.act()).occurrences
    assert (one.state, one.span) == (State.CONFIRMED, later)
    assert differences(store) == []


def test_who_is_suspended_may_give_a_date_up_but_has_it_at_no_other_time(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made, to = lodge.book("a", "06-02 18:00"), span("06-02 18:00", "06-02 21:00")
    suspend(store, lodge.desk.ann.id, act=lodge.act(), until=lodge.clock.at + 10**9)
    with pytest.raises(BadTime):
        move(store, None, this(made), timedelta(days=3_285_000), lodge.act())
    with pytest.raises(PersonSuspended):
        extend(store, ann(lodge), this(made), to.ends, lodge.act())
    with pytest.raises(PersonSuspended):
        move(store, ann(lodge), this(made), Alternative((lodge.rooms["a"],), to), lodge.act())
    assert move(store, lodge.staff, this(made), timedelta(hours=1), lodge.act()).occurrences[0].sequence == 1
    assert states(cancel(store, ann(lodge), this(made), lodge.act())) == [State.CANCELLED]


def test_who_takes_a_room_that_has_begun_is_there_and_loses_it_to_nobody(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = book_now(store, lodge.rooms["c"], lodge.act(), person=lodge.desk.ann.id, minutes=60)
    lodge.clock.forward(minutes=25)
    (one,) = extend(
        store, ann(lodge), this(made), span("06-01 10:00", "06-01 11:30").ends, lodge.act()
    ).occurrences
    assert (one.state, one.span) == (State.CONFIRMED, span("06-01 10:00", "06-01 11:30"))
    with pytest.raises(NotFree):
        book_now(store, lodge.rooms["c"], lodge.act(), person=lodge.desk.ben.id)
    assert differences(store) == []


def test_who_leaves_early_gives_the_rest_of_the_time_to_others(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("a", "06-01 10:00", 4)
    assert arriving(store, lodge.desk.ann.id, "r-a") is not None
    assert arriving(store, lodge.desk.ben.id, "r-a") is None
    arrived = arrive(store, ann(lodge), this(made), lodge.act())
    assert (arrived.occurrence.state, arrived.key_needed) == (State.ARRIVED, False)
    lodge.clock.forward(minutes=60)
    left = end(store, ann(lodge), this(made), {"Fenster": True, "Garten": True}, lodge.act())
    assert left.occurrence.state is State.ENDED
    assert left.occurrence.span == span("06-01 10:00", "06-01 11:01")
    with store.reader() as read:
        assert read.rows("SELECT checklist FROM occurrence")[0][0] == '{"Fenster":true,"Heizung":false}'
    lodge.book("a", "06-01 11:30", who="ben")
    assert differences(store) == []


def test_a_key_is_lent_like_any_item_and_asked_back(lodge: Lodge) -> None:
    store = lodge.house.store
    lodge.room("a", key_item=lodge.desk.items["beamer1"].id)
    made = lodge.book("a", "06-01 10:00")
    assert arrive(store, ann(lodge), this(made), lodge.act()).key_needed
    lodge.desk.scan(lodge.desk.code("beamer1"), lodge.desk.visit())
    assert not arrive(store, ann(lodge), this(made), lodge.act()).key_needed
    assert end(store, ann(lodge), this(made), {}, lodge.act()).key_out


def test_nobody_arrives_long_before_it_begins_or_after_it_ended(lodge: Lodge) -> None:
    store = lodge.house.store
    made, wished = lodge.book("a", "06-01 12:00", 1), lodge.book("d", "06-01 10:00", 1)
    with pytest.raises(BadTime):
        arrive(store, ann(lodge), this(made), lodge.act())
    with pytest.raises(BadTime):
        end(store, ann(lodge), this(made), {}, lodge.act())
    with pytest.raises(NotFree) as refused:
        arrive(store, ann(lodge), this(wished), lodge.act())
    assert refused.value.details["why"] == Why.NOT_CONFIRMED
    lodge.clock.forward(hours=4)
    with pytest.raises(BookingOver):
        arrive(store, ann(lodge), this(made), lodge.act())


def test_nobody_coming_gives_the_room_away_when_somebody_wants_it(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("c", "06-01 10:30", 2)
    lodge.clock.forward(minutes=45)
    with pytest.raises(NotFree):
        lodge.book("c", "06-01 11:00", 1, who="ben")
    lodge.clock.forward(minutes=6)
    assert states(bookings_of(store, lodge.desk.ann.id)[0]) == [State.NO_SHOW]
    lodge.book("c", "06-01 11:00", 1, who="ben")
    with store.reader() as read:
        assert read.rows("SELECT state FROM occurrence WHERE booking = ?", (made.id,)) == [("no_show",)]
    with pytest.raises(BookingOver):
        arrive(store, ann(lodge), this(made), lodge.act())
    assert differences(store) == []


def test_who_comes_late_but_before_anybody_else_wants_it_still_has_the_room(lodge: Lodge) -> None:
    store, made = lodge.house.store, lodge.book("c", "06-01 10:30", 2)
    lodge.clock.forward(minutes=55)
    assert arrive(store, ann(lodge), this(made), lodge.act()).occurrence.state is State.ARRIVED
    with pytest.raises(NotFree):
        lodge.book("c", "06-01 11:00", 1, who="ben")


def test_a_thousand_dates_move_and_are_given_up_in_one_act(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    lodge.room("a", ahead_days=3 * 366)
    made = lodge.book("a", "06-02 08:00", 1, rule=Rule(freq=Frequency.DAILY, count=1000))
    moved = move(store, None, this(made, 0, Part.ALL), timedelta(hours=1), lodge.act())
    assert {one.sequence for one in moved.occurrences} == {1}
    gone = cancel(store, None, this(made, 500, Part.FOLLOWING), lodge.act())
    assert states(gone).count(State.CANCELLED) == 500
    assert differences(store) == []


def test_a_moved_series_keeps_its_hour_in_summer_and_winter(lodge: Lodge) -> None:
    made = lodge.book("a", "10-18 01:30", 2, rule=Rule(freq=Frequency.WEEKLY, count=3))
    with pytest.raises(NotFree) as refused:
        move(lodge.house.store, None, this(made, 0, Part.ALL), timedelta(hours=1), lodge.act())
    assert [one.why for one in refused.value.offered] == [None, Why.TWICE, None]
    moved = move(lodge.house.store, None, this(made, 0, Part.ALL), timedelta(hours=2), lodge.act())
    assert [one.span for one in moved.occurrences] == [
        span("10-18 03:30", "10-18 05:30"), span("10-25 03:30", "10-25 05:30"),
        span("11-01 03:30", "11-01 05:30"),
    ]  # fmt: skip


def test_a_card_of_whoever_acts_for_the_organisation_opens_its_date(lodge: Lodge) -> None:
    store, org = lodge.house.store, lodge.desk.organisation
    lodge.book("ab", "06-01 10:10", 1, org=org)
    assert arriving(store, lodge.desk.ben.id, "r-b") is None
    ben = add_member(store, org, lodge.desk.ben.id, act=lodge.act())
    found = arriving(store, ben.id, "r-b")
    assert found is not None
    arrive(store, ben, ChangeOf(booking=found.booking, n=found.n), lodge.act())
    again = arriving(store, ben.id, "r-ab")
    assert again is not None
    assert again.state is State.ARRIVED
    lodge.clock.forward(hours=2)
    assert arriving(store, ben.id, "r-b") is None

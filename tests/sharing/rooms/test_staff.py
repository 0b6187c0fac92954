"""What staff do: approve and decline, displace, close, block; and what rooms are like."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sharing.errors import BadInput, BadValue, BookingOver, DoesNotExist, NotAllowed, NotFree
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.people.actions import person as person_of
from sharing.rooms.actions import (
    Mark,
    approvals,
    approve,
    arrive,
    booking,
    call_list,
    cancel,
    change_room,
    close_rooms,
    day,
    decline,
    displace,
    find,
    maintain,
    move,
    room,
    rooms,
    told,
    touched_by,
    week,
)
from sharing.rooms.rules import Alternative, Frequency, Part, Rule, State, Use, Wanted, Why
from sharing.terms.actions import read_terms
from tests.sharing.rooms.lodge import Lodge, at, span, this


def whole(lodge: Lodge) -> None:
    assert differences(lodge.house.store) == []
    assert verify(lodge.house.store).faults == ()


def test_staff_confirm_what_waits_and_the_second_to_ask_loses(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    first, second = lodge.book("d"), lodge.book("d", "06-02 19:00", who="ben")
    assert [one.id for one in approvals(store)] == [first.id, second.id]
    assert approve(store, lodge.staff, first.id, lodge.act()).occurrences[0].state is State.CONFIRMED
    with pytest.raises(NotFree):
        approve(store, lodge.staff, second.id, lodge.act())
    gone = decline(store, lodge.staff, second.id, lodge.act(), reason="Belegt")
    assert (gone.occurrences[0].state, gone.occurrences[0].why) == (State.DECLINED, Why.BY_STAFF)
    assert approvals(store) == ()
    assert [call.occurrence.booking for call in call_list(store)] == [second.id]
    with pytest.raises(BookingOver):
        approve(store, lodge.staff, first.id, lodge.act())
    whole(lodge)


def test_a_moved_date_of_an_approved_room_keeps_its_slot_until_staff_say_yes(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("d")
    approve(store, lodge.staff, made.id, lodge.act())
    with store.reader() as read:
        ann = person_of(read, lodge.desk.ann.id)
    to = Alternative((lodge.rooms["d"],), span("06-03 18:00", "06-03 20:00"))
    asked = move(store, ann, this(made), to, lodge.act()).occurrences[0]
    assert (asked.state, asked.span, asked.asked) == (State.CONFIRMED, made.occurrences[0].span, to.span)
    with pytest.raises(NotFree):
        lodge.book("d", "06-02 19:00", who="ben")
    said_no = decline(store, lodge.staff, made.id, lodge.act())
    assert (said_no.occurrences[0].asked, said_no.occurrences[0].state) == (None, State.CONFIRMED)
    move(store, ann, this(made), to, lodge.act())
    moved = approve(store, lodge.staff, made.id, lodge.act()).occurrences[0]
    assert (moved.span, moved.asked) == (to.span, None)
    whole(lodge)


def test_of_a_series_some_dates_are_confirmed_and_some_declined(lodge: Lodge) -> None:
    store = lodge.house.store
    made = lodge.book("d", rule=Rule(freq=Frequency.WEEKLY, count=3))
    said = approve(store, lodge.staff, made.id, lodge.act(), skip={1})
    assert [one.state for one in said.occurrences] == [State.CONFIRMED, State.DECLINED, State.CONFIRMED]


def test_staff_displace_a_date_and_keep_something_else_for_two_days(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("a", "06-10 18:00", rule=Rule(freq=Frequency.WEEKLY, count=2))
    ask, act = lodge.ask("a", "06-10 17:00", 4, who="ben", title="Wahl"), lodge.act()
    done = displace(store, lodge.staff, this(made), ask, act, reason="Wahllokal")
    assert displace(store, lodge.staff, this(made), ask, act, reason="Wahllokal") == done
    assert (done.displaced.state, done.displaced.why) == (State.CANCELLED, Why.DISPLACED)
    assert done.placed.occurrences[0].state is State.CONFIRMED
    assert 1 <= len(done.held) <= 3
    (call,) = call_list(store)
    assert (call.held, call.reason) == (done.held, "Wahllokal")
    assert "Wahllokal" not in repr(call)
    with pytest.raises(NotFree):
        move(store, None, this(done.placed), done.held[0], lodge.act())
    moved = move(store, None, this(made), done.held[0], lodge.act())
    assert moved.occurrences[0].span == done.held[0].span
    assert moved.occurrences[0].state is State.CONFIRMED
    told(store, lodge.staff, this(made), lodge.act())
    assert call_list(store) == ()
    holds = [one for _, dates in day(store, at("06-10 12:00").date()) for one in dates if one.use is Use.HOLD]
    assert holds == []
    whole(lodge)


def test_what_is_held_lapses_after_two_days_without_anybody_doing_anything(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("a", "06-10 18:00")
    done = displace(
        store, lodge.staff, this(made), lodge.ask("a", "06-10 18:00", who="ben"), lodge.act(), reason="x"
    )
    kept = next(one for one in done.held if one.rooms == (lodge.rooms["b"],))
    with pytest.raises(NotFree):
        lodge.book("b", "06-10 18:00", who="ben")
    lodge.clock.forward(hours=48, minutes=1)
    assert call_list(store)[0].held == ()
    lodge.book("b", "06-10 18:00", who="ben")
    assert kept.span == span("06-10 18:00", "06-10 20:00")
    whole(lodge)


def test_nobody_is_displaced_while_they_are_there_nor_without_a_reason(lodge: Lodge) -> None:
    store, made = lodge.house.store, lodge.book("a", "06-01 10:00", 4)
    ask = lodge.ask("a", "06-01 12:00", who="ben")
    with pytest.raises(BadValue):
        displace(store, lodge.staff, this(made), ask, lodge.act(), reason=" ")
    with pytest.raises(NotAllowed):
        displace(store, lodge.desk.ann, this(made), ask, lodge.act(), reason="x")
    arrive(store, None, this(made), lodge.act())
    with pytest.raises(BookingOver):
        displace(store, lodge.staff, this(made), ask, lodge.act(), reason="x")


def test_a_closing_day_lists_what_it_touches_and_each_is_kept_moved_or_cancelled(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    keep, shift, drop = (
        lodge.book("a", "06-05 10:00"),
        lodge.book("b", "06-05 10:00"),
        lodge.book("c", "06-05 10:00"),
    )
    lodge.book("a", "06-06 10:00")
    days = {"2026-06-05": "Brückentag"}
    touched = touched_by(store, days)
    assert {one.id for one in touched.bookings} == {keep.id, shift.id, drop.id}
    to = Alternative((lodge.rooms["b"],), span("06-07 10:00", "06-07 12:00"))
    marks = (Mark(booking=shift.id, n=0, to=to), Mark(booking=drop.id, n=0))
    left = close_rooms(store, lodge.staff, days, lodge.act(), marks=marks)
    assert [one.id for one in left.bookings] == [keep.id]
    assert booking(store, shift.id).occurrences[0].span == to.span
    assert booking(store, drop.id).occurrences[0].why == Why.CLOSED
    assert {call.occurrence.booking for call in call_list(store)} == {shift.id, drop.id}
    assert read_terms(store).room_closing_days == days
    with pytest.raises(NotFree) as refused:
        lodge.book("d", "06-05 10:00")
    assert refused.value.details["why"] == Why.CLOSED
    whole(lodge)


def test_closing_is_all_or_nothing(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    one, other = lodge.book("a", "06-05 10:00"), lodge.book("b", "06-06 10:00")
    onto = Alternative((lodge.rooms["b"],), other.occurrences[0].span)
    with pytest.raises(NotFree):
        close_rooms(
            store, None, {"2026-06-05": "x"}, lodge.act(), marks=(Mark(booking=one.id, n=0, to=onto),)
        )
    assert read_terms(store).room_closing_days == {}
    close_rooms(store, None, {"2026-06-05": "Putztag"}, lodge.act(), rooms=("r-a",))
    assert room(store, "r-a").closing_days == {"2026-06-05": "Putztag"}
    lodge.book("b", "06-05 10:00")


def test_what_has_lapsed_and_nobody_took_is_still_had_by_those_it_was_held_for(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("a", "06-09 18:00")
    ask = lodge.ask("a", "06-09 18:00", who="ben")
    (held, *_) = displace(store, None, this(made), ask, lodge.act(), reason="Wahl").held
    lodge.clock.forward(hours=49)
    moved = move(store, None, this(made), held, lodge.act()).occurrences[0]
    assert (moved.state, moved.span) == (State.CONFIRMED, held.span)
    whole(lodge)


def test_no_date_is_moved_to_where_another_of_its_series_stays(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("d", rule=Rule(freq=Frequency.DAILY, count=3))
    approve(store, None, made.id, lodge.act())
    move(store, lodge.desk.ann, this(made, 0, Part.ALL), timedelta(days=1), lodge.act())
    with pytest.raises(NotFree):
        approve(store, lodge.staff, made.id, lodge.act(), skip={1})
    had = [one.span for one in approve(store, lodge.staff, made.id, lodge.act(), skip={0, 1}).occurrences]
    assert had == [span(f"06-0{day} 18:00", f"06-0{day} 20:00") for day in (2, 3, 5)]
    whole(lodge)


def test_who_is_cancelled_by_others_is_told_why_and_who_cancels_is_not(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    for actor, reason in ((lodge.staff, "Wasser"), (None, "Strom"), (lodge.desk.ann, "krank")):
        made = lodge.book("a", "06-02 18:00")
        cancel(store, actor, this(made), lodge.act(), reason=reason)
    assert [call.reason for call in call_list(store)] == ["Wasser", "Strom"]
    assert {call.occurrence.why for call in call_list(store)} == {Why.BY_STAFF}


def test_a_mistaken_number_settles_nothing(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    rule = Rule(freq=Frequency.WEEKLY, count=3)
    asked, series = lodge.book("d", rule=rule), lodge.book("a", "06-05 10:00", rule=rule)
    with pytest.raises(BadValue):
        approve(store, lodge.staff, asked.id, lodge.act(), skip={3})
    with pytest.raises(BadValue):
        close_rooms(store, None, {"2026-06-12": "x"}, lodge.act(), marks=(Mark(booking=series.id, n=0),))
    assert read_terms(store).room_closing_days == {}
    assert {one.state for one in booking(store, series.id).occurrences} == {State.CONFIRMED}
    assert {one.state for one in booking(store, asked.id).occurrences} == {State.PROVISIONAL}


def test_a_room_under_repair_is_kept_free(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    lodge.book("a", "06-05 10:00")
    with pytest.raises(NotFree):
        maintain(store, lodge.staff, lodge.ask("a", "06-05 00:00", 24), lodge.act(), reason="Boden")
    block = maintain(store, lodge.staff, lodge.ask("a", "06-08 00:00", 24 * 5), lodge.act(), reason="Boden")
    assert (block.use, block.person, block.occurrences[0].state) == (Use.MAINTENANCE, "", State.CONFIRMED)
    with pytest.raises(NotFree):
        lodge.book("ab", "06-11 10:00")
    assert [len(dates) for _, dates in week(store, "r-a", at("06-10 00:00").date())] == [1, 1, 1, 1, 1, 0, 0]
    with pytest.raises(NotAllowed):
        maintain(store, lodge.desk.ben, lodge.ask("b"), lodge.act(), reason="x")
    whole(lodge)


def test_a_day_shows_every_room_and_a_pair_shows_what_its_halves_have(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made, wished = lodge.book("a", "06-02 18:00"), lodge.book("d", "06-02 18:00")
    shown = {found.id: dates for found, dates in day(store, at("06-02 00:00").date())}
    ids = {name: [one.booking for one in shown[lodge.rooms[name]]] for name in lodge.rooms}
    assert ids == {"a": [made.id], "ab": [made.id], "b": [], "c": [], "d": [wished.id]}


def test_a_room_is_found_by_how_many_come_and_what_they_need(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    lodge.book("a", "06-02 18:00")
    wanted = Wanted(span=span("06-02 18:00", "06-02 20:00"), capacity=20)
    found = [(one.room.id, one.why) for one in find(store, wanted)]
    names = {key: name for name, key in lodge.rooms.items()}
    assert [(names[key], why) for key, why in found] == [("b", None), ("a", Why.TAKEN), ("ab", Why.TAKEN)]


def test_a_room_is_named_by_id_key_or_label(lodge: Lodge) -> None:
    store = lodge.house.store
    one = room(store, "r-a")
    assert room(store, one.id) == room(store, one.code or "") == one
    assert (one.floor.best("de"), one.name("de")) == ("Obergeschoss", "Saal A")
    assert next(found.name("de") for found in rooms(store)) == "Saal A"
    with pytest.raises(DoesNotExist):
        room(store, "nothing")
    with pytest.raises(DoesNotExist):
        change_room(store, None, lodge.desk.shelf, lodge.act(), capacity=3)


@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": -1}, {"longest_min": 0}, {"shortest_min": 900}, {"features": frozenset({"\x1b[2J"})},
        {"hours": {0: ((900, 600),)}}, {"closing_days": {"2026-02-30": ""}}, {"parts": ("nothing",)},
        {"key_item": "nothing"}, {"colour": "red"}, {"approval": 1},
    ],
)  # fmt: skip
def test_what_a_room_cannot_be_is_refused(lodge: Lodge, fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        change_room(lodge.house.store, lodge.staff, "r-a", lodge.act(), **fields)


def test_only_staff_say_what_rooms_are_like(lodge: Lodge) -> None:
    with pytest.raises(NotAllowed):
        change_room(lodge.house.store, lodge.desk.ben, "r-a", lodge.act(), capacity=3)


def test_what_is_held_in_a_room_that_staff_approve_is_had_when_they_say_yes(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    made = lodge.book("d")
    approve(store, None, made.id, lodge.act())
    done = displace(store, None, this(made), lodge.ask("d", who="ben"), lodge.act(), reason="Wahl")
    held = next(one for one in done.held if one.rooms == (lodge.rooms["d"],))
    assert move(store, lodge.desk.ann, this(made), held, lodge.act()).occurrences[0].state is State.CANCELLED
    again = approve(store, lodge.staff, made.id, lodge.act()).occurrences[0]
    assert (again.state, again.span) == (State.CONFIRMED, held.span)
    with store.reader() as read:
        holds = read.rows("SELECT b.id FROM booking b JOIN slot s ON s.booking = b.id WHERE b.use = 'hold'")
    assert holds == []
    whole(lodge)

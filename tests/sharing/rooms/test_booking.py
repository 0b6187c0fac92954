"""Asking for rooms: what is had, what is refused, and what is offered instead."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from sharing.errors import (
    BadTime,
    BadValue,
    DoesNotExist,
    NotAllowed,
    NotFree,
    PersonSuspended,
    PersonUnknown,
)
from sharing.journal.rebuild import differences
from sharing.people import actions as people
from sharing.rooms.actions import book, book_now, preview
from sharing.rooms.rules import Alternative, Frequency, Quota, Rule, State, Use, Why
from sharing.terms.actions import set_terms
from tests.sharing.rooms.lodge import Lodge, at, span

WEEKLY = Rule(freq=Frequency.WEEKLY, count=10)


def test_a_room_is_booked_at_once_where_it_is_decided(any_lodge: Lodge) -> None:
    lodge = any_lodge
    made = lodge.book("a", "06-02 18:00", 2)
    (date_,) = made.occurrences
    assert (date_.state, date_.span, date_.certain) == (
        State.CONFIRMED,
        span("06-02 18:00", "06-02 20:00"),
        True,
    )
    assert date_.rooms == (lodge.rooms["a"],)
    assert (made.title, made.person) == ("Chorprobe", lodge.desk.ann.id)
    assert differences(lodge.house.store) == []


def test_a_command_that_is_sent_twice_books_once(any_lodge: Lodge) -> None:
    lodge, act = any_lodge, any_lodge.act()
    first = book(lodge.house.store, lodge.ask(), act)
    assert book(lodge.house.store, lodge.ask(), act) == first


def test_what_is_taken_is_refused_with_other_times_and_rooms(any_lodge: Lodge) -> None:
    lodge = any_lodge
    lodge.book("a", "06-02 18:00", 2)
    with pytest.raises(NotFree) as refused:
        lodge.book("a", "06-02 19:00", 2, who="ben")
    assert refused.value.details == {
        "room": "Saal A", "why": "taken", "begins": span("06-02 19:00", "06-02 20:00").begins
    }  # fmt: skip
    offers = refused.value.alternatives
    assert Alternative((lodge.rooms["a"],), span("06-02 20:00", "06-02 22:00")) in offers
    assert Alternative((lodge.rooms["b"],), span("06-02 19:00", "06-02 21:00")) in offers


def test_a_pair_of_halls_is_taken_when_one_of_them_is(any_lodge: Lodge) -> None:
    lodge = any_lodge
    lodge.book("b", "06-02 18:00")
    with pytest.raises(NotFree):
        lodge.book("ab", "06-02 19:00")
    lodge.book("ab", "06-02 20:00")
    with pytest.raises(NotFree):
        lodge.book("a", "06-02 21:00")


def test_buffers_keep_the_time_around_a_booking_free(lodge: Lodge) -> None:
    lodge.book("c", "06-02 18:00", 2)
    for begins in ("06-02 20:15", "06-02 20:30", "06-02 16:00"):
        with pytest.raises(NotFree):
            lodge.book("c", begins, 2)
    lodge.book("c", "06-02 20:45", 2)


def test_several_rooms_are_booked_in_one_act_or_not_at_all(any_lodge: Lodge) -> None:
    lodge = any_lodge
    made = lodge.book("a+c", "06-02 18:00")
    assert set(made.occurrences[0].parts) == {lodge.rooms["a"], lodge.rooms["c"]}
    with pytest.raises(NotFree):
        lodge.book("b+c", "06-02 18:00")
    lodge.book("b", "06-02 18:00")


def test_a_series_names_each_conflict_and_is_saved_without_or_with_them_moved(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    lodge.book("a", "06-16 18:00", who="ben")
    ask = lodge.ask("a", "06-02 18:00", rule=WEEKLY)
    offered = preview(store, ask)
    assert [one.why for one in offered] == [None, None, Why.TAKEN, *[None] * 7]
    assert offered[2].alternatives
    with pytest.raises(NotFree) as refused:
        book(store, ask, lodge.act())
    assert len(refused.value.offered) == 10
    skipped = book(store, ask, lodge.act(), skip={2})
    assert [one.n for one in skipped.occurrences] == [0, 1, 3, 4, 5, 6, 7, 8, 9]
    other = replace(ask, rooms=(lodge.rooms["b"],))
    lodge.book("b", "06-16 18:00", who="ben")
    to = Alternative((lodge.rooms["c"],), span("06-17 10:00", "06-17 12:00"))
    moved = book(store, other, lodge.act(), moved={2: to})
    assert moved.occurrences[2].rooms == to.rooms
    assert moved.occurrences[2].span == to.span
    assert differences(store) == []


def test_a_thousand_dates_fit_into_one_act(any_lodge: Lodge) -> None:
    lodge = any_lodge
    lodge.room("a", ahead_days=3 * 366)
    made = lodge.book("a", "06-02 08:00", 1, rule=Rule(freq=Frequency.DAILY, count=1000))
    assert len(made.occurrences) == 1000
    assert {one.state for one in made.occurrences} == {State.CONFIRMED}


def test_a_series_keeps_its_wall_time_over_both_changes_of_clocks(lodge: Lodge) -> None:
    made = lodge.book("a", "10-19 18:00", rule=Rule(freq=Frequency.WEEKLY, count=25))
    hours = {(one.span.begins // 3_600_000) % 24 for one in made.occurrences}
    assert hours == {16, 17}


def test_an_hour_that_the_clocks_skip_or_show_twice_says_so(lodge: Lodge) -> None:
    lodge.room("a", ahead_days=3 * 366)
    twice = preview(lodge.house.store, lodge.ask("a", "10-25 02:30", 0.25))
    assert [one.why for one in twice] == [Why.TWICE]
    assert len(twice[0].alternatives) == 2
    gap = replace(lodge.ask("a"), begins=at("03-29 02:15").replace(year=2027),
                  ends=at("03-29 02:45").replace(year=2027))  # fmt: skip
    gap = replace(gap, begins=gap.begins.replace(day=28), ends=gap.ends.replace(day=28))
    assert [one.why for one in preview(lodge.house.store, gap)] == [Why.GAP]


@pytest.mark.parametrize(
    ("room", "begins", "hours", "heads", "why"),
    [
        ("a", "06-01 08:00", 1, 0, Why.PAST),
        ("a", "06-02 18:00", 0.1, 0, Why.TOO_SHORT),
        ("a", "06-02 08:00", 13, 0, Why.TOO_LONG),
        ("a", "06-02 18:00", 2, 21, Why.TOO_MANY_PEOPLE),
        ("a", "06-06 18:00", 2, 0, Why.CLOSED),
        ("a", "06-07 18:00", 2, 0, Why.OUTSIDE_HOURS),
        ("b", "06-02 18:00", 2, 0, Why.NOT_BOOKABLE),
        ("c", "06-20 18:00", 2, 0, Why.TOO_FAR),
    ],
)  # fmt: skip
def test_each_rule_of_a_room_refuses_by_its_name(
    lodge: Lodge, room: str, begins: str, hours: float, heads: int, why: Why
) -> None:
    store = lodge.house.store
    hours_of_week = dict.fromkeys(range(6), ((6 * 60, 24 * 60),))
    set_terms(
        store,
        {"room_hours": hours_of_week, "room_closing_days": {"2026-06-06": "Fest"}},
        act=lodge.act(),
        by=None,
    )
    lodge.room("b", bookable=False)
    lodge.room("c", ahead_days=7)
    with pytest.raises(NotFree) as refused:
        lodge.book(room, begins, hours, heads=heads)
    assert refused.value.details["why"] == why
    assert differences(store) == []


def test_a_quota_counts_what_the_organisation_has_and_what_it_asks_for(any_lodge: Lodge) -> None:
    lodge = any_lodge
    org = lodge.desk.organisation
    lodge.room("a", quota=Quota(week_count=2))
    lodge.book("a", "06-02 18:00", org=org)
    daily = Rule(freq=Frequency.DAILY, count=2)
    offered = preview(lodge.house.store, lodge.ask("a", "06-03 18:00", org=org, rule=daily))
    assert [one.why for one in offered] == [None, Why.QUOTA]
    lodge.book("a", "06-03 18:00", rule=daily)
    lodge.book("a", "06-09 18:00", org=org, rule=daily)


def test_who_asks_must_be_somebody_who_may(lodge: Lodge) -> None:
    store = lodge.house.store
    with pytest.raises(PersonUnknown):
        book(store, replace(lodge.ask(), person="nobody"), lodge.act())
    with pytest.raises(NotAllowed):
        book(store, lodge.ask(who="ben", org=lodge.desk.organisation), lodge.act())
    people.suspend(store, lodge.desk.ben.id, act=lodge.act(), until=lodge.clock.at + 10**9)
    with pytest.raises(PersonSuspended):
        lodge.book(who="ben")


def test_who_signed_for_a_child_is_in_charge_if_nobody_else_is_named(lodge: Lodge) -> None:
    store = lodge.house.store
    child = people.RegisterPerson(act=lodge.act(), name="Kim", adult=False, guardian="Ines Muster")
    kim = people.register_person(store, child)
    made = book(store, replace(lodge.ask(), person=kim.id), lodge.act())
    other = book(store, replace(lodge.ask("b"), person=kim.id, adult="Ben Probe"), lodge.act())
    assert (made.adult, other.adult, lodge.book("c").adult) == ("Ines Muster", "Ben Probe", "")


def test_what_makes_no_sense_is_refused(lodge: Lodge) -> None:
    store, ask = lodge.house.store, lodge.ask()
    for bad in (
        replace(ask, ends=ask.begins), replace(ask, ends=at("06-01 10:00")),
        replace(ask, begins=ask.begins.replace(year=9999), ends=ask.ends.replace(year=9999)),
    ):  # fmt: skip
        with pytest.raises(BadTime):
            book(store, bad, lodge.act())
    for bad in (
        replace(ask, rooms=()), replace(ask, heads=-1), replace(ask, use=Use.MAINTENANCE),
        replace(ask, rule=Rule(freq=Frequency.WEEKLY, interval=0, count=3)),
        replace(ask, rule=Rule(freq=Frequency.WEEKLY, count=10**9)),
        replace(ask, rule=Rule(freq=Frequency.WEEKLY, until=date(2050, 1, 1))),
    ):  # fmt: skip
        with pytest.raises(BadValue):
            book(store, bad, lodge.act())
    with pytest.raises(DoesNotExist):
        book(store, replace(ask, rooms=("nothing",)), lodge.act())


def test_a_room_is_taken_on_the_spot_until_the_next_have_it(any_lodge: Lodge) -> None:
    lodge, store = any_lodge, any_lodge.house.store
    lodge.book("a", "06-01 12:00")
    made = book_now(store, lodge.rooms["a"], lodge.act(), person=lodge.desk.ben.id)
    assert made.occurrences[0].span == span("06-01 10:00", "06-01 12:00")
    with pytest.raises(NotFree) as refused:
        book_now(store, lodge.rooms["a"], lodge.act(), person=lodge.desk.ann.id)
    assert refused.value.alternatives
    short = book_now(store, lodge.rooms["b"], lodge.act(), person=lodge.desk.ann.id, minutes=30)
    assert short.occurrences[0].span == span("06-01 10:00", "06-01 10:30")


def test_what_staff_approve_is_provisional_and_may_be_asked_for_twice(any_lodge: Lodge) -> None:
    lodge = any_lodge
    first, second = lodge.book("d"), lodge.book("d", who="ben")
    assert (first.occurrences[0].state, first.occurrences[0].certain) == (State.PROVISIONAL, True)
    assert (second.occurrences[0].state, second.occurrences[0].certain) == (State.PROVISIONAL, False)
    assert differences(lodge.house.store) == []


def test_a_refusal_says_neither_who_has_the_room_nor_what_for(lodge: Lodge) -> None:
    book(lodge.house.store, replace(lodge.ask(), title="Geheim", adult="Mia Kern"), lodge.act())
    with pytest.raises(NotFree) as refused:
        lodge.book("a", "06-02 19:00", who="ben")
    said = f"{refused.value!r} {refused.value.details} {refused.value.offered} {refused.value.alternatives}"
    assert not any(word in said for word in ("Geheim", "Mia", "Ann", lodge.desk.ann.id))
    assert "Geheim" not in repr(lodge.book("b"))

"""The hour that comes twice in autumn: its readings are offered where they are free, and can be booked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sharing.errors import NotFree
from sharing.rooms.actions import book, preview
from sharing.rooms.rules import Why
from tests.sharing.rooms.lodge import Lodge


def test_of_a_doubled_hour_the_readings_that_are_free_are_offered_and_can_be_booked(any_lodge: Lodge) -> None:
    any_lodge.clock.forward(days=100)
    ask = any_lodge.ask("a", "10-25 02:15", 0.5)
    store = any_lodge.house.store

    (seen,) = preview(store, ask)
    assert seen.why is Why.TWICE
    first, second = seen.alternatives
    assert second.span.begins - first.span.begins == timedelta(hours=1) // timedelta(milliseconds=1)

    with pytest.raises(NotFree) as refused:
        book(store, ask, any_lodge.act())
    assert refused.value.alternatives == (first, second)

    done = book(store, ask, any_lodge.act(), moved={0: first})
    assert done.occurrences[0].span == first.span
    (again,) = preview(store, ask)
    assert again.alternatives == (second,)
    book(store, ask, any_lodge.act(), moved={0: second})
    assert preview(store, ask)[0].alternatives == ()


def test_fold_says_which_of_a_doubled_hour_is_meant(lodge: Lodge) -> None:
    lodge.clock.forward(days=100)
    ask = lodge.ask("a", "10-25 02:15", 0.5)
    later = type(ask)(rooms=ask.rooms, begins=ask.begins.replace(fold=1), ends=ask.ends, person=ask.person)

    (seen,) = preview(lodge.house.store, later)

    assert seen.why is None
    assert seen.span == preview(lodge.house.store, ask)[0].alternatives[1].span

"""When rooms are free over days, on both databases."""

from __future__ import annotations

import pytest

from sharing.errors import BadTime
from sharing.rooms.rules import Span
from sharing.rooms.vacancies import vacancies
from sharing.terms.actions import set_terms
from tests.sharing.rooms.lodge import Lodge, span

TWO_DAYS = span("06-02 00:00", "06-04 00:00")
HOURS = dict.fromkeys(range(7), ((8 * 60, 22 * 60),))


def opened(lodge: Lodge) -> Lodge:
    store = lodge.house.store
    set_terms(store, {"room_hours": HOURS}, act=store.new_act(), by=None)
    return lodge


def found(lodge: Lodge, window: Span = TWO_DAYS, **wanted: object) -> dict[str, tuple[Span, ...]]:
    names = {key: name for name, key in lodge.rooms.items()}
    return {
        names[one.room.id]: one.free
        for one in vacancies(lodge.house.store, window, **wanted)  # type: ignore[arg-type]
    }


def test_rooms_are_free_while_they_are_open_and_nobody_has_them(any_lodge: Lodge) -> None:
    opened(any_lodge).book("a", "06-02 18:00", 2)
    free = found(any_lodge)

    evening = (span("06-02 08:00", "06-02 18:00"), span("06-02 20:00", "06-02 22:00"))
    whole = span("06-03 08:00", "06-03 22:00")
    assert free["a"] == free["ab"] == (*evening, whole)
    assert free["b"] == (span("06-02 08:00", "06-02 22:00"), whole)


def test_buffers_are_kept_on_both_sides(lodge: Lodge) -> None:
    opened(lodge).book("c", "06-02 12:00", 2)

    assert found(lodge)["c"][:2] == (
        span("06-02 08:00", "06-02 11:15"),
        span("06-02 14:45", "06-02 22:00"),
    )


def test_the_smallest_that_is_enough_comes_first_and_stretches_that_are_too_short_go(lodge: Lodge) -> None:
    opened(lodge).book("a", "06-02 18:00", 3)

    free = found(lodge, capacity=10, minutes=90)

    assert list(free) == ["d", "a", "b", "ab"]
    assert free["a"][0] == span("06-02 08:00", "06-02 18:00")
    assert len(free["a"]) == 2
    assert list(found(lodge, features=frozenset({"projector"}))) == ["a"]


def test_nothing_that_is_over_is_free(lodge: Lodge) -> None:
    today = found(opened(lodge), span("06-01 00:00", "06-02 00:00"))["b"]

    assert today == (
        Span(span("06-01 10:01", "06-01 10:01").begins, span("06-01 22:00", "06-01 22:00").ends),
    )
    assert found(lodge, span("05-30 00:00", "06-01 09:00"))["b"] == ()


@pytest.mark.parametrize("window", [span("06-02 12:00", "06-02 12:00"), span("06-02 12:00", "12-02 12:00")])
def test_a_window_is_no_longer_than_two_months_and_not_empty(lodge: Lodge, window: Span) -> None:
    with pytest.raises(BadTime):
        vacancies(lodge.house.store, window)

"""What holds for every room and every moment."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from devices.panels import state as panels
from devices.panels.state import Known, next_boundary, rolled
from sharing.rooms.rules import MINUTE, Span, State
from sharing.rooms.seen import Seen
from sharing.terms.rules import Terms
from tests.devices.panels.known import known, seen
from tests.sharing.rooms.values import HOUSE, at

HOUR = 60 * MINUTE
FIRST_DAYS = [at(f"{day} 00:00") for day in ("2026-06-02", "2026-03-28", "2026-10-24", "2026-06-03")]
STATES = [State.PROVISIONAL, State.CONFIRMED, State.ARRIVED, State.ENDED, State.CANCELLED]
TERMS = [HOUSE, Terms(), Terms(room_hours=dict.fromkeys((0, 2, 5, 6), ((0, 120), (540, 1440))))]


@st.composite
def dates(draw: st.DrawFn, first: int, n: int) -> Seen:
    begins = first + draw(st.integers(-2 * 24 * 4, 10 * 24 * 4)) * 15 * MINUTE
    ends = begins + draw(st.integers(1, 40)) * 15 * MINUTE
    stands = draw(st.sampled_from(STATES))
    buffers = (draw(st.integers(0, 60)), draw(st.integers(0, 60)))
    more: dict[str, Any] = {}
    if stands is State.CONFIRMED and draw(st.booleans()):
        more["gone_at"] = begins + draw(st.integers(-60, 60)) * MINUTE
    if stands in {State.ARRIVED, State.ENDED}:
        more["arrived_at"] = begins + draw(st.integers(-15, 10)) * MINUTE
    if stands is State.ENDED:
        more["left_at"] = begins + draw(st.integers(-5, 800)) * MINUTE + 1234
    return seen(Span(begins, ends), n=n, state=stands, buffers=buffers, **more)


@st.composite
def houses(draw: st.DrawFn) -> tuple[Known, Terms, int]:
    first = draw(st.sampled_from(FIRST_DAYS))
    some = [draw(dates(first, n)) for n in range(draw(st.integers(0, 8)))]
    return known(*some), draw(st.sampled_from(TERMS)), first + draw(st.integers(0, 30 * 60)) * MINUTE


@given(houses(), st.floats(0, 1, exclude_max=True))
def test_a_state_is_constant_between_its_boundaries(drawn: tuple[Known, Terms, int], part: float) -> None:
    what, terms, now = drawn
    first = panels.room_state(what, terms, now)
    boundary = next_boundary(first, now)
    assert boundary > now

    between = now + int((boundary - now) * part)
    for moment in (between, boundary - 1):
        assert panels.content(panels.room_state(what, terms, moment)) == panels.content(first)
        assert panels.agenda(what, terms, moment) == panels.agenda(what, terms, now)


@given(houses(), st.randoms(use_true_random=False))
def test_the_state_does_not_depend_on_how_its_dates_came(
    drawn: tuple[Known, Terms, int], lot: object
) -> None:
    what, terms, now = drawn
    mixed = list(what.dates)
    lot.shuffle(mixed)  # type: ignore[attr-defined]
    again = known(*mixed, *(one for one in mixed if one.date.state is State.CANCELLED))

    assert panels.room_state(again, terms, now) == panels.room_state(what, terms, now)


@given(houses())
def test_times_of_a_state_lie_around_it(drawn: tuple[Known, Terms, int]) -> None:
    what, terms, now = drawn
    found = panels.room_state(what, terms, now)

    assert found.since is None or found.since <= now
    assert found.until is None or found.until > now
    assert found.today[0] <= now < found.today[1]
    assert len(found.next) <= 2
    is_on = found.now is not None and not found.now.asked
    assert is_on == (found.status is panels.Status.BUSY)
    assert found.free_until is None or found.status is panels.Status.FREE


@given(houses(), st.integers(0, 10 * 60))
def test_a_door_that_hears_nothing_shows_the_same_word_until_midnight(
    drawn: tuple[Known, Terms, int], minutes: int
) -> None:
    what, terms, now = drawn
    first = panels.room_state(what, terms, now)
    later = min(now + minutes * MINUTE, first.today[1] - 1)
    alone, told = rolled(first, later), panels.room_state(what, terms, later)

    assert (alone.day, alone.today) == (told.day, told.today)
    if not any(
        one.before or one.after for one in told.next
    ):  # a buffer of what it was never told may reach in
        assert (alone.status, alone.now) == (told.status, told.now)

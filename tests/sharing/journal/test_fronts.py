from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sharing.journal.fronts import NONE, Numbered, Uncounted, front, is_beyond, last_without_gap, uncounted

PLACES = st.tuples(st.integers(1, 4), st.integers(1, 5))
THROUGHS = st.dictionaries(st.integers(1, 4), st.integers(0, 5))
VERDICTS = st.lists(
    st.builds(lambda place, n: Numbered(place[0], place[1], bytes([n])), PLACES, st.integers(0, 40)),
    max_size=20,
    unique_by=lambda one: one.entry,
)


def named(*places: tuple[int, int, str]) -> list[Numbered]:
    return [Numbered(epoch, n, entry.encode()) for epoch, n, entry in places]


def test_verdicts_in_a_row_of_the_first_reign_count() -> None:
    assert uncounted({1: 0}, named((1, 1, "a"), (1, 2, "b"))) == NONE


def test_a_verdict_after_a_gap_is_held_and_so_are_all_after_it() -> None:
    found = uncounted({1: 0, 2: 3}, named((1, 1, "a"), (1, 3, "b"), (2, 1, "c")))
    assert found == Uncounted(frozenset(), frozenset({b"b", b"c"}))


def test_what_a_home_wrote_beyond_its_end_is_void_and_holds_up_nobody() -> None:
    found = uncounted({1: 0, 2: 1}, named((1, 1, "a"), (1, 2, "b"), (1, 4, "d"), (2, 1, "c")))
    assert found == Uncounted(frozenset({b"b", b"d"}), frozenset())


def test_verdicts_of_a_reign_that_nobody_has_heard_of_are_held() -> None:
    assert uncounted({}, named((1, 1, "a"))).held == {b"a"}
    assert uncounted({1: 0}, named((2, 1, "a"))).held == {b"a"}
    assert uncounted({1: 0, 3: 0}, named((3, 1, "a"))).held == {b"a"}


def test_of_two_with_one_number_the_smaller_id_holds() -> None:
    found = uncounted({1: 0}, named((1, 1, "b"), (1, 1, "a"), (1, 1, "c"), (1, 2, "d")))
    assert found == Uncounted(frozenset({b"b", b"c"}), frozenset())


def test_a_reign_that_ended_with_nothing_holds_up_nobody() -> None:
    assert uncounted({1: 0, 2: 0, 3: 0}, named((3, 1, "a"))) == NONE


@given(THROUGHS, VERDICTS, st.randoms())
def test_the_order_of_arrival_changes_nothing(
    throughs: dict[int, int], verdicts: list[Numbered], random: Random
) -> None:
    shuffled = list(verdicts)
    random.shuffle(shuffled)
    assert uncounted(throughs, shuffled) == uncounted(throughs, verdicts)


@given(THROUGHS, VERDICTS)
def test_what_counts_has_all_before_it_and_a_number_of_its_own(
    throughs: dict[int, int], verdicts: list[Numbered]
) -> None:
    void, held = uncounted(throughs, verdicts)
    counting = [one for one in verdicts if one.entry not in void | held]
    places = {(one.epoch, one.n) for one in counting}
    here = {(one.epoch, one.n) for one in verdicts}
    assert not void & held
    assert len(places) == len(counting)
    for epoch, n in places:
        assert not is_beyond(throughs, (epoch, n))
        assert all(one in throughs for one in range(1, epoch + 1))
        assert {(epoch, one) for one in range(1, n)} <= here
        for earlier in range(1, epoch):
            assert {(earlier, one) for one in range(1, throughs[earlier + 1] + 1)} <= here


@given(THROUGHS, VERDICTS)
def test_nothing_is_held_that_could_count(throughs: dict[int, int], verdicts: list[Numbered]) -> None:
    numbers: dict[int, set[int]] = {}
    for one in verdicts:
        numbers.setdefault(one.epoch, set()).add(one.n)
    until = front(throughs, lambda epoch: last_without_gap(numbers.get(epoch, set())))
    held = uncounted(throughs, verdicts).held
    assert all((one.epoch, one.n) > until for one in verdicts if one.entry in held)


@given(st.dictionaries(st.integers(1, 4), st.integers(0, 5)), VERDICTS, st.data())
def test_more_verdicts_never_hold_up_what_counted(
    throughs: dict[int, int], verdicts: list[Numbered], data: st.DataObject
) -> None:
    fewer = data.draw(st.lists(st.sampled_from(verdicts), unique=True)) if verdicts else []
    void, held = uncounted(throughs, verdicts)
    counted_before = {one.entry for one in fewer} - uncounted(throughs, fewer).void
    assert not (counted_before - uncounted(throughs, fewer).held) & held
    assert uncounted(throughs, fewer).void <= void

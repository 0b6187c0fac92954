from __future__ import annotations

from collections.abc import Sequence

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sharing.journal.entry import Entry
from sharing.journal.order import UNDONE, corrected_at, effective, heads_after, heads_of, in_order, key_times
from tests.sharing.journal.toys import bare_entry


def graph(draw: st.DrawFn) -> list[Entry]:
    """Entries of one subject, each naming some that were written before it; their clocks say anything."""
    made: list[Entry] = []
    for n in range(draw(st.integers(1, 12))):
        before = (
            draw(st.lists(st.sampled_from(made), max_size=3, unique_by=lambda one: one.id)) if made else []
        )
        made.append(
            bare_entry(
                draw(st.integers(0, 255)) * 1000 + n,
                at=draw(st.integers(0, 20)),
                after=b"".join(one.id for one in before),
                clock=draw(st.sampled_from(["ntp", "untrusted"])),
                uptime=draw(st.integers(0, 20)),
            )
        )
    return made


entries_of_a_subject = st.composite(graph)()


@given(entries_of_a_subject, st.randoms())
def test_the_order_does_not_depend_on_arrival(entries: list[Entry], random: st.Random) -> None:  # type: ignore[name-defined]
    shuffled = list(entries)
    random.shuffle(shuffled)
    began = {"boot-1": 7}
    assert in_order(shuffled, began) == in_order(entries, began)
    ordered = [entry for _, entry in in_order(entries, began)]
    again = [entry for _, entry in in_order(shuffled, began)]
    assert heads_of(ordered) == heads_of(again)


@given(entries_of_a_subject)
def test_causes_come_before_effects_whatever_the_clocks_say(entries: list[Entry]) -> None:
    place = {entry.id: n for n, (_, entry) in enumerate(in_order(entries, {"boot-1": 3}))}
    for entry in entries:
        for before in entry.predecessors:
            assert place[before] < place[entry.id]


@given(entries_of_a_subject, st.data())
def test_a_missing_predecessor_is_ignored_until_it_comes(entries: list[Entry], data: st.DataObject) -> None:
    missing = data.draw(st.sampled_from(entries))
    rest = [entry for entry in entries if entry.id != missing.id]
    forgotten = [
        msgspec.structs.replace(one, after=b"".join(two for two in one.predecessors if two != missing.id))
        for one in rest
    ]
    assert list(key_times(rest, {}).values()) == list(key_times(forgotten, {}).values())


@given(entries_of_a_subject)
def test_heads_are_those_that_nobody_names_however_they_are_found(entries: list[Entry]) -> None:
    one_by_one = b""
    for entry in entries:
        one_by_one = heads_after(one_by_one, entry)
    found = heads_of([entry for _, entry in in_order(entries, {})])
    assert {one_by_one[i : i + 16] for i in range(0, len(one_by_one), 16)} == {
        found[i : i + 16] for i in range(0, len(found), 16)
    }


def test_without_causes_the_clock_decides_and_then_the_id() -> None:
    late, early, same = bare_entry(1, at=20), bare_entry(2, at=10), bare_entry(3, at=20)
    assert [entry for _, entry in in_order([late, early, same], {})] == [early, late, same]


def test_an_effect_of_a_slow_clock_comes_one_millisecond_after_its_cause() -> None:
    cause = bare_entry(9, at=1000)
    effect = bare_entry(1, at=5, after=cause.id)
    assert in_order([effect, cause], {}) == [(1000, cause), (1001, effect)]


def test_only_an_untrusted_clock_is_corrected() -> None:
    began = {"boot-1": 5000}
    assert corrected_at(bare_entry(1, at=1, uptime=10, clock="untrusted"), began) == 5010
    assert corrected_at(bare_entry(1, at=1, uptime=10, clock="ntp"), began) == 1
    assert corrected_at(bare_entry(1, at=1, uptime=10, clock="untrusted", boot="other"), began) == 1


def test_a_forged_circle_comes_out_the_same_from_either_end() -> None:
    one, two = bare_entry(1, at=3), bare_entry(2, at=8)
    one = msgspec.structs.replace(one, after=two.id)
    two = msgspec.structs.replace(two, after=one.id)
    itself = bare_entry(3, at=1, after=bare_entry(3).id)
    assert in_order([one, two, itself], {}) == in_order([itself, two, one], {})


def undo(n: int, of: Entry) -> tuple[Entry, Entry]:
    return bare_entry(n, kind=UNDONE, after=of.id), of


def counts(ordered: Sequence[Entry], *undone: tuple[Entry, Entry]) -> tuple[list[Entry], list[Entry]]:
    return effective(ordered, {one.id: of.id for one, of in undone})


def test_undoing_the_newest_entry_takes_it_back() -> None:
    one, two = bare_entry(1), bare_entry(2)
    undoing = undo(3, two)
    assert counts([one, two, undoing[0]], undoing) == ([one], [])


def test_undoing_twice_in_a_row_takes_back_two() -> None:
    one, two = bare_entry(1), bare_entry(2)
    first, second = undo(3, two), undo(4, one)
    assert counts([one, two, first[0], second[0]], first, second) == ([], [])


def test_undoing_what_something_else_stands_on_changes_nothing_and_is_a_contradiction() -> None:
    one, two = bare_entry(1), bare_entry(2)
    undoing = undo(3, one)
    assert counts([one, two, undoing[0]], undoing) == ([one, two], [undoing[0]])


def test_the_same_entry_is_undone_only_once() -> None:
    one, two = bare_entry(1), bare_entry(2)
    first, second = undo(3, two), undo(4, two)
    assert counts([one, two, first[0], second[0]], first, second) == ([one], [second[0]])


def test_a_request_or_a_verdict_cannot_be_undone() -> None:
    for nature in ("request", "verdict"):
        one = bare_entry(1, nature=nature)
        undoing = undo(2, one)
        assert counts([one, undoing[0]], undoing) == ([one], [undoing[0]])

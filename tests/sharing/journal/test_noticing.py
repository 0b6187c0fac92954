from __future__ import annotations

from typing import ClassVar

import pytest

from sharing.errors import Damaged
from sharing.journal.entry import Draft, Entry, Shape
from sharing.journal.folding import JOURNAL_FOLDS, Folder, Rows
from sharing.journal.noticing import MOST_A_DAY
from sharing.journal.rebuild import differences
from sharing.journal.shapes import NOTICED, NodeNoticed
from sharing.journal.store import Store
from sharing.journal.tables import TABLES, Boot
from sharing.journal.verify import table_hash
from tests.fakes import MONDAY_10, FakeClock
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.test_absorb import append, assert_whole, cases, fill, hand_on
from tests.sharing.journal.toys import Box, Taken, bare_entry

_FLAT = 86_400_000
"""A clock whose battery is flat: the second day of 1970."""


def learn(store: Store, at: int) -> Entry | None:
    with store.begin() as work:
        return work.learn_time(at)


def notice(store: Store, what: str = "forked", **fields: str) -> Entry | None:
    with store.begin() as work:
        return work.notice(what, **fields)  # type: ignore[arg-type]  # only texts are given here


def test_a_clock_that_nothing_set_is_put_right_once_the_central_said_the_time(make: MakeStore) -> None:
    flat = FakeClock(_FLAT, clock="untrusted")
    store = make("one", clock=flat)
    early = fill(store, "a", "x")
    corrected = learn(store, MONDAY_10)
    assert corrected is not None
    assert (corrected.kind, corrected.clock) == ("clock.corrected", "untrusted")
    later = fill(store, "a", "y")
    assert early.clock == "untrusted"
    assert (later.clock, later.at) == ("central", MONDAY_10 + later.uptime - corrected.uptime)
    with store.reader() as read:
        assert MONDAY_10 < read.now < MONDAY_10 + 1000
        assert (read.one(Boot, "node:one/boot-1") or {})["began_at"] == MONDAY_10 - corrected.uptime
    assert learn(store, MONDAY_10 + 60_000) is None
    assert_whole(store)


def test_a_time_that_cannot_be_is_not_learned_and_a_set_clock_learns_nothing(make: MakeStore) -> None:
    assert learn(make("one", clock=FakeClock(_FLAT, clock="untrusted")), _FLAT) is None
    assert learn(make("two"), MONDAY_10 + 60_000) is None


def test_each_boot_is_put_right_by_itself(make: MakeStore) -> None:
    clock = FakeClock(_FLAT, clock="untrusted")
    store = make("one", clock=clock)
    learn(store, MONDAY_10)
    clock.boot, clock.uptime = "boot-2", 5_000
    assert fill(store, "a", "x").clock == "untrusted"
    assert learn(store, MONDAY_10 + 3_600_000) is not None
    assert fill(store, "a", "x").at > MONDAY_10 + 3_600_000
    assert not [kind for kind, _, _ in cases(store) if kind == "clock_unknown"]


def test_a_boot_that_nobody_can_put_right_any_more_is_a_case_once(make: MakeStore) -> None:
    clock = FakeClock(MONDAY_10)
    store = make("one", clock=clock)
    fill(store, "a", "x")
    for boot in ("boot-2", "boot-3"):
        clock.boot, clock.at, clock.clock, clock.uptime = boot, _FLAT, "untrusted", 1_000
        fill(store, "a", boot)
    for _ in range(2):
        learn(store, MONDAY_10 + 3_600_000)
        store.boots_seen.clear()
    with store.reader() as read:
        found = read.rows("SELECT subject, about FROM matter WHERE kind = 'clock_unknown'")
    assert found == [("node:one", "boot-2")]
    assert_whole(store)


def test_what_is_noticed_is_a_case_on_every_machine(make: MakeStore) -> None:
    one, two = make("one"), make("two", founded=False)
    noticed = notice(one, "quarantined", detail="box.sung", node="two")
    assert noticed is not None
    hand_on(one, two)
    assert ("quarantined", "node:two", noticed.hex) in cases(two)
    elsewhere = append(one, Draft("box:a", NodeNoticed(what="forked")))[0]
    assert ("forked", "box:a", elsewhere.hex) not in cases(one)


def test_the_same_is_noticed_once_a_day_and_too_much_not_at_all(make: MakeStore) -> None:
    clock = FakeClock()
    store = make("one", clock=clock)
    assert notice(store) is not None
    assert notice(store) is None
    assert notice(store, detail="other") is not None
    assert notice(store, node="two") is not None
    for n in range(MOST_A_DAY + 1):
        notice(store, "quarantined", detail=str(n))
    assert notice(store, "quarantined", detail="one more") is None
    clock.forward(days=1, minutes=1)
    assert notice(store) is not None
    with store.reader() as read:
        said = "SELECT COUNT(*) FROM matter WHERE subject = 'node:one' AND kind = 'quarantined'"
        assert read.rows(said) == [(MOST_A_DAY,)]


def test_much_of_one_kind_does_not_keep_another_kind_from_being_noticed(make: MakeStore) -> None:
    store = make("one")
    for n in range(MOST_A_DAY):
        notice(store, "quarantined", detail=str(n))
    assert notice(store, "request_failed", detail="booking.asked") is not None


def test_what_was_noticed_while_the_clock_stood_in_2099_hides_nothing_later(make: MakeStore) -> None:
    clock = FakeClock(4_070_908_800_000, clock="untrusted")
    store = make("one", clock=clock)
    for n in range(MOST_A_DAY):
        assert notice(store, "quarantined", detail=str(n), node="two") is not None
    clock.at, clock.clock = MONDAY_10, "ntp"
    assert notice(store, "quarantined", detail="0", node="two") is not None
    assert notice(store, "quarantined", detail="0", node="two") is None


def test_a_word_that_nobody_knows_is_a_fault_of_the_caller(store: Store) -> None:
    with pytest.raises(ValueError, match="odd"):
        notice(store, "odd")
    assert len(set(NOTICED)) == len(NOTICED)


class Weighed(Shape, frozen=True, kw_only=True):
    """A third version: grams, and who says so."""

    KIND: ClassVar[str] = "box.weighed"
    VERSION: ClassVar[int] = 3
    grams: int
    by: str


def _weighed(rows: Rows, entry: Entry, data: Weighed) -> None:
    rows.put(Box, entry.subject, what=f"{data.grams} {data.by}", times=0)


UPCASTS = {
    ("box.weighed", 1): lambda old: {"grams": old["kilos"] * 1000},
    ("box.weighed", 2): lambda old: {**old, "by": "nobody"},
}


@pytest.mark.parametrize(
    ("version", "data", "said"),
    [
        (1, b'{"kilos":2}', "2000 nobody"),
        (2, b'{"grams":5}', "5 nobody"),
        (3, b'{"by":"Ann","grams":7}', "7 Ann"),
    ],
)
def test_older_data_is_brought_up_step_by_step(version: int, data: bytes, said: str) -> None:
    folder = Folder.of((*TABLES, Box), (JOURNAL_FOLDS, {Weighed: _weighed}), UPCASTS)
    rows = Rows("box:a", None)
    entry = bare_entry(1, kind="box.weighed", version=version, data=data)
    assert folder.fold_all(rows, [entry]) == 0
    assert (rows.get(Box, "box:a") or {})["what"] == said
    assert folder.read(bare_entry(1, kind="box.weighed", version=4)) is None


def test_what_is_no_older_data_is_damaged() -> None:
    folder = Folder.of((*TABLES, Box), (JOURNAL_FOLDS, {Weighed: _weighed}), UPCASTS)
    with pytest.raises(Damaged):
        folder.read(bare_entry(1, kind="box.weighed", version=1, data=b"no json"))


@pytest.mark.parametrize("step", [("box.none", 1), ("box.weighed", 3), ("box.weighed", 0)])
def test_a_step_from_a_version_that_has_no_next_is_refused(step: tuple[str, int]) -> None:
    with pytest.raises(ValueError, match="no version follows"):
        Folder.of((*TABLES, Box), (JOURNAL_FOLDS, {Weighed: _weighed}), {step: lambda old: old})


def test_two_machines_with_learned_times_agree(make: MakeStore) -> None:
    one, two = make("one"), make("two", founded=False, clock=FakeClock(_FLAT, clock="untrusted", boot="b"))
    hand_on(one, two)
    fill(two, "a", "before")
    learn(two, MONDAY_10 + 5_000)
    append(two, Draft("box:a", Taken()))
    hand_on(two, one)
    assert table_hash(one) == table_hash(two)
    assert differences(one) == []

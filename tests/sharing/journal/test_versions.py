from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from sharing.journal.entry import Draft, Entry, Shape
from sharing.journal.folding import JOURNAL_FOLDS, Fold, Folder, Rows
from sharing.journal.rebuild import differences, fold_everything
from sharing.journal.shapes import ClockCorrected
from sharing.journal.store import Store
from sharing.journal.tables import BROKEN, TABLES
from sharing.journal.verify import table_hash, verify
from tests.fakes import MONDAY_10, FakeClock
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.exchange import Sung
from tests.sharing.journal.test_absorb import append, box, cases, fill, hand_on, waiting
from tests.sharing.journal.toys import BOX_FOLDS, Box, Burst, Filled


def _filled_loudly(rows: Rows, entry: Entry, data: Filled) -> None:
    key = entry.subject.removeprefix("box:")
    row = rows.get(Box, key)
    rows.put(Box, key, what=data.what.upper(), times=(row["times"] if row else 0) + 10)


def _sung(rows: Rows, entry: Entry, _data: Sung) -> None:
    rows.put(Box, entry.subject.removeprefix("box:"), what="la la", times=0)


LOUD: Mapping[type[Shape], Fold] = {**BOX_FOLDS, Filled: _filled_loudly, Sung: _sung}


def update(store: Store, folds: Mapping[type[Shape], Fold] = LOUD, version: int = 2) -> Store:
    """Open the same database with newer folds."""
    newer = Store(
        store.db, Folder.of((*TABLES, Box), (JOURNAL_FOLDS, folds)), store.clock, randomness=store.randomness,
        fold_version=version,
    )  # fmt: skip
    newer.open()
    return newer


def test_a_new_fold_version_folds_everything_again_and_older_entries_say_more(store: Store) -> None:
    fill(store, "a", "x")
    fill(store, "a", "y")
    append(store, Draft("box:b", Sung()))
    assert box(store, "b") is None
    newer = update(store)
    assert box(newer, "a") == {
        "id": "a", "subject": "box:a", "what": "Y", "owner": None, "times": 20, "name": None,
    }  # fmt: skip
    assert (box(newer, "b") or {})["what"] == "la la"
    assert waiting(newer, "box:b") == 0
    assert cases(newer) == []
    assert differences(newer) == []
    fill(newer, "a", "z")
    assert (box(newer, "a") or {})["times"] == 30
    assert verify(newer).faults == ()


def test_the_same_fold_version_folds_nothing_again(store: Store) -> None:
    fill(store, "a", "x")
    same = update(store, version=1)
    assert (box(same, "a") or {})["what"] == "x"


def test_a_fold_that_breaks_off_leaves_the_old_rows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, "a", "x")
    before = table_hash(store)

    def breaks_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sharing.journal.rebuild.Rebuild._insert", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        update(store)
    monkeypatch.undo()
    assert table_hash(store) == before
    fill(store, "a", "y")
    assert differences(store) == []


def test_folding_everything_agrees_with_appending_when_a_clock_was_corrected(make: MakeStore) -> None:
    one = make("one", clock=FakeClock(MONDAY_10, clock="untrusted"))
    two = make("two", clock=FakeClock(MONDAY_10 + 5_000))
    fill(one, "a", "first")
    fill(two, "a", "second")
    hand_on(two, one)
    append(one, Draft("node:one", ClockCorrected(boot="boot-1", began_at=MONDAY_10 + 86_400_000)))
    assert differences(one) == []
    fold_everything(one, 2)
    assert (box(one, "a") or {})["what"] == "first"
    assert differences(one) == []


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_of_three_subjects_that_contradict_each_other_the_first_by_name_stands(
    make: MakeStore, order: str
) -> None:
    stores = {key: make(key) for key in order}
    for key, store in stores.items():
        append(store, Draft(f"box:{key}", Burst(name="Red")))
        fill(store, f"{key}{key}", "whole")
    last = stores[order[-1]]
    for key in order[:-1]:
        hand_on(stores[key], last)
    for _ in range(3):
        assert differences(last) == []
    assert [waiting(last, f"box:{key}") for key in "abc"] == [0, BROKEN, BROKEN]
    before = table_hash(last)
    fold_everything(last, 2)
    assert table_hash(last) == before
    assert [box(last, key * 2) is not None for key in "abc"] == [True, True, True]
    append(last, Draft("box:a", Burst(name="Blue")))
    assert [waiting(last, f"box:{key}") for key in "abc"] == [0, 0, BROKEN]
    assert differences(last) == []


def test_a_subject_that_cannot_be_folded_is_broken_in_a_rebuild_too(store: Store) -> None:
    fill(store, "a", "x")
    append(store, Draft("box:b", Burst(name="quiet")))

    def fails(rows: Rows, entry: Entry, _data: Burst) -> None:
        raise LookupError(entry.hex)

    newer = update(store, {**BOX_FOLDS, Burst: fails})
    assert waiting(newer, "box:b") == BROKEN
    assert [kind for kind, _, _ in cases(newer)] == ["broken_subject"]
    assert (box(newer, "a") or {})["what"] == "x"
    assert differences(newer) == []


def test_a_fold_that_forgets_is_seen_by_comparing(store: Store, tmp_path: Path) -> None:
    fill(store, "a", "x")
    kinds = dict(store.folder.kinds)
    kinds["box.filled"] = replace(kinds["box.filled"], fold=_filled_loudly)
    changed = Store(store.db, Folder(store.folder.tables, kinds), store.clock, randomness=store.randomness)
    changed.open()
    assert any(line.startswith("box: ") for line in differences(changed))

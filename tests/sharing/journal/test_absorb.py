from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from sharing.errors import BadValue, Damaged
from sharing.journal.entry import Draft, Entry, private_digest
from sharing.journal.ids import uuid5
from sharing.journal.rebuild import differences
from sharing.journal.shapes import ClockCorrected, PrivateEmptied, Undone
from sharing.journal.store import Store
from sharing.journal.tables import BROKEN, WAITS, Boot, Matter
from sharing.journal.verify import table_hash, verify
from tests.fakes import MONDAY_10, FakeClock
from tests.sharing.journal.conftest import MakeStore
from tests.sharing.journal.exchange import Sung, stream_of
from tests.sharing.journal.toys import Box, Burst, Filled, Named, Owner, Taken


def append(store: Store, *drafts: Draft) -> tuple[Entry, ...]:
    with store.begin() as work:
        return work.append(work.new_id(), drafts)


def fill(store: Store, box: str, what: str) -> Entry:
    return append(store, Draft(f"box:{box}", Filled(what=what), Owner(name=f"owner of {what}")))[0]


def name(store: Store, box: str, called: str) -> Entry:
    with store.begin() as work:
        epoch, n = work.verdict_stamp()
        data = Named(group="house", home_epoch=epoch, n=n, name=called)
        return work.append(work.new_id(), [Draft(f"box:{box}", data)])[0]


def hand_on(source: Store, target: Store) -> None:
    epoch, acts = stream_of(source, source.node)
    known = len(stream_of(target, source.node)[1])
    first = sum(len(act) for act in acts[:known]) + 1
    entries = [entry for act in acts[known:] for entry in act]
    target.boldly(lambda work: work.absorb(entries, source.node, epoch, first))


def cases(store: Store) -> list[tuple[str, str, str]]:
    with store.reader() as read:
        return sorted(
            (row[0], row[1], row[2]) for row in read.rows("SELECT kind, subject, entry FROM matter")
        )


def is_home(store: Store) -> bool:
    with store.reader() as read:
        return read.is_home()


def box(store: Store, key: str) -> dict[str, object] | None:
    with store.reader() as read:
        return read.one(Box, key)


def waiting(store: Store, subject: str) -> int:
    with store.reader() as read:
        return int(read.rows("SELECT waiting FROM head WHERE subject = ?", (subject,))[0][0])


def assert_whole(*stores: Store) -> None:
    for store in stores:
        assert verify(store).faults == ()
        assert differences(store) == []
    if len(stores) > 1:
        assert len({table_hash(store) for store in stores}) == 1


def test_a_late_entry_of_an_earlier_time_is_folded_where_it_belongs(make: MakeStore) -> None:
    ahead = make("one", clock=FakeClock(MONDAY_10 + 60_000))
    behind = make("two", clock=FakeClock(MONDAY_10))
    fill(ahead, "a", "second")
    first = fill(behind, "a", "first")
    hand_on(behind, ahead)
    assert (box(ahead, "a") or {})["what"] == "second"
    assert (box(ahead, "a") or {})["times"] == 2
    assert [kind for kind, _, entry in cases(ahead) if entry == first.hex] == []
    assert [kind for kind, _, _ in cases(ahead) if kind == "filled_twice"] == ["filled_twice"]
    hand_on(ahead, behind)
    assert_whole(ahead, behind)


def test_absorbing_the_same_again_changes_nothing(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    fill(one, "a", "x")
    hand_on(one, two)
    before = table_hash(two)
    epoch, acts = stream_of(one, "one")
    with two.begin() as work:
        assert work.absorb([entry for act in acts for entry in act], "one", epoch, 1) == 0
    assert table_hash(two) == before
    assert_whole(two)


def test_positions_cannot_be_skipped(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    fill(one, "a", "x")
    epoch, acts = stream_of(one, "one")
    with pytest.raises(Damaged, match="missing"), two.begin() as work:
        work.absorb(acts[1], "one", epoch, 2)
    assert_whole(two)


def test_half_an_act_is_refused_whole(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    append(one, Draft("box:a", Filled(what="x")), Draft("box:b", Filled(what="y")))
    epoch, acts = stream_of(one, "one")
    with pytest.raises(BadValue), two.begin() as work:
        work.absorb([*acts[0], acts[1][0]], "one", epoch, 1)
    assert box(two, "a") is None


def test_another_entry_at_a_known_position_is_a_fork_and_is_refused(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    fill(one, "a", "x")
    hand_on(one, two)
    epoch, acts = stream_of(one, "one")
    forged = msgspec.structs.replace(acts[1][0], id=b"\x01" * 16, act=b"\x02" * 16)
    with pytest.raises(Damaged, match="another entry"), two.begin() as work:
        work.absorb([forged], "one", epoch, 2)


def test_an_entry_that_was_changed_on_the_way_is_refused(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    fill(one, "a", "x")
    hand_on(one, two)
    epoch, acts = stream_of(one, "one")
    other_words = msgspec.structs.replace(acts[1][0], data=b'{"what":"y"}')
    other_id = msgspec.structs.replace(acts[1][0], id=b"\x01" * 16)
    for forged in (other_words, other_id):
        with pytest.raises(Damaged, match="other entries"), two.begin() as work:
            work.absorb([forged], "one", epoch, 3)
    same_id = msgspec.structs.replace(acts[1][0], act=b"\x02" * 16)
    with pytest.raises(Damaged), two.begin() as work:
        work.absorb([same_id], "one", epoch, 3)
    assert_whole(two)


@pytest.mark.parametrize("data", [b'{"what":"a\\u0000"}', b'{"what":"\\\\\\u0000"}'])
def test_a_text_that_only_one_of_the_databases_could_hold_is_refused(make: MakeStore, data: bytes) -> None:
    one, two = make("one"), make("two")
    fill(one, "b", "y")
    epoch, acts = stream_of(one, "one")
    bad = msgspec.structs.replace(acts[1][0], data=data)
    with pytest.raises(BadValue), two.begin() as work:
        work.absorb([*acts[0], bad], "one", epoch, 1)


@pytest.mark.parametrize(
    "part",
    [
        {"data": b'{"what":9223372036854775808}'},
        {"data": b'{"what":[-9223372036854775808]}'},
        {"data": b'{"what": {"n" : 12345678901234567890}}'},
        {"private": b'{"heads":9223372036854775808}'},
        {"version": 2**31},
    ],
)
def test_a_number_that_only_one_of_the_databases_could_hold_is_refused(
    make: MakeStore, part: dict[str, Any]
) -> None:
    one, two = make("one"), make("two")
    fill(one, "b", "y")
    epoch, acts = stream_of(one, "one")
    if "private" in part:
        part = {**part, "salt": b"s" * 16, "private_digest": private_digest(b"s" * 16, part["private"])}
    bad = msgspec.structs.replace(acts[1][0], **part)
    with pytest.raises(BadValue), two.begin() as work:
        work.absorb([*acts[0], bad], "one", epoch, 1)


def test_a_number_in_a_text_is_a_text(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    fill(one, "b", "9223372036854775808")
    fill(one, "c", ":9223372036854775808, 1e5")
    hand_on(one, two)
    assert (box(two, "b") or {})["what"] == "9223372036854775808"
    assert (box(two, "c") or {})["what"] == ":9223372036854775808, 1e5"


def test_a_text_that_only_speaks_of_such_a_letter_is_taken(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    fill(one, "b", "\\u0000 and \\\\u0000")
    hand_on(one, two)
    assert (box(two, "b") or {})["what"] == "\\u0000 and \\\\u0000"


def test_an_unknown_kind_waits_with_a_case_and_so_does_what_follows_it(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    fill(one, "a", "x")
    sung = append(one, Draft("box:a", Sung()))[0]
    append(one, Draft("box:a", Taken()))
    fill(one, "b", "y")
    hand_on(one, two)
    assert waiting(two, "box:a") == WAITS
    assert (box(two, "a") or {})["what"] == "x"
    assert (box(two, "b") or {})["what"] == "y"
    assert ("newer_entry", "box:a", sung.hex) in cases(two)
    append(two, Draft("box:a", Filled(what="later")))
    assert (box(two, "a") or {})["what"] == "x"
    hand_on(two, one)
    assert_whole(one, two)


def test_a_newer_version_of_a_known_kind_waits_too(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    entry = fill(one, "a", "x")
    newer = msgspec.structs.replace(entry, version=2)
    epoch, acts = stream_of(one, "one")
    with two.begin() as work:
        work.absorb([*acts[0], newer], "one", epoch, 1)
    assert waiting(two, "box:a") == WAITS
    assert box(two, "a") is None


def test_an_undone_entry_does_not_count_and_an_undo_that_came_too_late_is_a_case(make: MakeStore) -> None:
    one, two = make("one"), make("two", clock=FakeClock(MONDAY_10 + 60_000))
    filled = fill(one, "a", "x")
    append(one, Draft("box:a", Undone(entry=filled.hex)))
    assert box(one, "a") is None
    again = fill(one, "a", "y")
    hand_on(one, two)
    fill(two, "a", "z")
    late = append(one, Draft("box:a", Undone(entry=again.hex)))[0]
    assert box(one, "a") is None
    hand_on(one, two)
    assert (box(two, "a") or {})["times"] == 1
    assert ("undo_too_late", "box:a", late.hex) not in cases(two)
    too_late = append(two, Draft("box:a", Undone(entry=filled.hex)))[0]
    assert ("undo_too_late", "box:a", too_late.hex) in cases(two)
    hand_on(two, one)
    assert_whole(one, two)


def test_two_subjects_that_contradict_each_other_end_alike_whichever_came_first(make: MakeStore) -> None:
    one, two, tre = make("one"), make("two"), make("tre")
    red_b = append(one, Draft("box:b", Burst(name="Red")))[0]
    append(two, Draft("box:a", Burst(name="Red")))
    red_c = append(tre, Draft("box:c", Burst(name="Red")), Draft("box:d", Filled(what="d")))[0]
    for source, target in ((one, two), (tre, two), (two, one), (tre, one), (one, tre), (two, tre)):
        hand_on(source, target)
    for store in (one, two, tre):
        assert (box(store, "a") or {})["name"] == "Red"
        assert box(store, "b") is None
        assert box(store, "c") is None
        assert (box(store, "d") or {})["what"] == "d"
        assert [one for one in cases(store) if one[0] == "broken_subject"] == [
            ("broken_subject", "box:b", red_b.hex), ("broken_subject", "box:c", red_c.hex),
        ]  # fmt: skip
    assert_whole(one, two, tre)


def test_a_broken_subject_stands_again_when_the_other_lets_go(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    append(one, Draft("box:a", Burst(name="Red")))
    append(two, Draft("box:b", Burst(name="Red")))
    hand_on(two, one)
    assert (box(one, "b"), waiting(one, "box:b")) == (None, BROKEN)
    append(one, Draft("box:a", Burst(name="Blue")))
    assert (box(one, "b") or {})["name"] == "Red"
    assert waiting(one, "box:b") == 0
    hand_on(one, two)
    assert_whole(one, two)


def test_own_facts_about_a_broken_subject_are_kept_and_it_stays_broken(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    append(one, Draft("box:a", Burst(name="Red")))
    append(two, Draft("box:b", Burst(name="Red")))
    hand_on(two, one)
    kept = fill(one, "b", "x")
    assert ("broken_subject", "box:b", kept.hex) in cases(one)
    hand_on(one, two)
    assert_whole(one, two)


def test_a_subject_whose_fold_fails_is_broken_with_a_case_and_all_else_goes_on(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    whole = fill(one, "b", "y")
    epoch, acts = stream_of(one, "one")
    template = acts[1][0]
    faults: list[dict[str, Any]] = [
        {"data": b'{"what":5}'},
        {"data": b"not json"},
        {"kind": "undone", "data": b'{"entry":"zz"}'},
        {"kind": "box.burst", "data": b'{"name":"boom"}'},
        {"kind": "box.burst", "data": b'{"name":"too often"}'},
        {"kind": "box.burst", "data": b'{"name":"endless"}'},
    ]
    bad = [
        msgspec.structs.replace(
            template, id=bytes([n]) * 16, act=bytes([n]) * 16, subject=f"box:bad{n}", private=None, salt=None,
            private_digest=None, **fields,
        )
        for n, fields in enumerate(faults)
    ]  # fmt: skip
    with two.begin() as work:
        work.absorb([*acts[0], *bad, template], "one", epoch, 1)
    assert (box(two, "b") or {})["what"] == "y"
    for entry in bad:
        assert ("broken_subject", entry.subject, entry.hex) in cases(two)
        assert waiting(two, entry.subject) == BROKEN
    assert whole.hex
    assert_whole(two)


def test_what_this_node_itself_may_not_do_raises_and_nothing_is_kept(store: Store) -> None:
    append(store, Draft("box:a", Burst(name="Red")))
    with pytest.raises(Exception, match=r"(?i)unique"):
        append(store, Draft("box:b", Burst(name="Red")))
    with pytest.raises(LookupError):
        append(store, Draft("box:c", Burst(name="boom")))
    assert waiting(store, "box:a") == 0
    with store.reader() as read:
        assert read.rows("SELECT COUNT(*) FROM entry WHERE subject LIKE 'box:%'") == [(1,)]
    assert_whole(store)


def test_learning_when_a_boot_began_moves_what_was_written_in_it(make: MakeStore) -> None:
    flat = FakeClock(5_000, clock="untrusted", boot="boot-flat")
    one, two = make("one"), make("two", clock=flat)
    early = fill(two, "a", "really later")
    assert (early.at, early.clock) == (flat.at, "untrusted")
    fill(one, "a", "really first")
    hand_on(two, one)
    assert (box(one, "a") or {})["what"] == "really first"
    began = MONDAY_10 + 10_000
    append(two, Draft("node:two", ClockCorrected(boot="boot-flat", began_at=began)))
    assert (box(two, "a") or {})["what"] == "really later"
    hand_on(two, one)
    assert (box(one, "a") or {})["what"] == "really later"
    with one.reader() as read:
        assert read.one(Boot, "node:two/boot-flat") is not None
    hand_on(one, two)
    assert_whole(one, two)
    append(two, Draft("box:a", Taken()))
    assert (box(two, "a") or {})["what"] is None


def test_a_correction_that_is_taken_back_moves_everything_back(make: MakeStore) -> None:
    one = make("one", clock=FakeClock(MONDAY_10, clock="untrusted"))
    two = make("two", clock=FakeClock(MONDAY_10 + 5_000))
    fill(one, "a", "first")
    fill(two, "a", "second")
    hand_on(two, one)
    assert (box(one, "a") or {})["what"] == "second"
    corrected = append(
        one, Draft("node:one", ClockCorrected(boot="boot-1", began_at=MONDAY_10 + 86_400_000))
    )[0]
    assert (box(one, "a") or {})["what"] == "first"
    append(one, Draft("node:one", Undone(entry=corrected.hex)))
    assert (box(one, "a") or {})["what"] == "second"
    hand_on(one, two)
    assert_whole(one, two)


def empty(store: Store, *entries: Entry) -> Entry:
    with store.begin() as work:
        data = PrivateEmptied(entries=tuple(one.hex for one in entries))
        return work.append(work.new_id(), [Draft(f"privacy:{work.new_hex()}", data)])[0]


def private_parts(store: Store, entry: Entry) -> list[tuple[object, ...]]:
    with store.reader() as read:
        return read.rows("SELECT private, salt FROM entry WHERE id = ?", (entry.id,))


def test_an_emptied_private_part_is_gone_from_entry_and_rows(store: Store) -> None:
    filled = fill(store, "a", "x")
    assert (box(store, "a") or {})["owner"] == "owner of x"
    empty(store, filled)
    assert private_parts(store, filled) == [(None, None)]
    assert (box(store, "a") or {})["owner"] is None
    assert_whole(store)


def test_a_private_part_that_arrives_after_it_was_emptied_is_stored_empty(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    filled = fill(two, "a", "x")
    empty(one, filled)
    hand_on(two, one)
    assert private_parts(one, filled) == [(None, None)]
    assert (box(one, "a") or {})["owner"] is None
    hand_on(one, two)
    assert private_parts(two, filled) == [(None, None)]
    assert_whole(one, two)


def test_a_private_part_may_be_emptied_twice(make: MakeStore) -> None:
    one, two = make("one"), make("two")
    filled = fill(one, "a", "x")
    empty(two, filled)
    empty(one, filled)
    empty(one, filled)
    hand_on(one, two)
    hand_on(two, one)
    assert private_parts(two, filled) == [(None, None)]
    assert_whole(one, two)


def test_of_two_verdicts_with_one_number_one_holds_on_every_node_and_the_other_is_a_case(
    make: MakeStore,
) -> None:
    one, two = make("one"), make("two")
    mine, theirs = name(one, "a", "Red"), name(two, "b", "Blue")
    hand_on(two, one)
    hand_on(one, two)
    valid, void = sorted([mine, theirs], key=lambda entry: entry.id)
    for store in (one, two):
        assert (box(store, valid.subject.removeprefix("box:")) or {})["name"] in {"Red", "Blue"}
        assert box(store, void.subject.removeprefix("box:")) is None
        assert ("verdict_void", void.subject, void.hex) in cases(store)
        with store.reader() as read:
            key = uuid5("verdict_void", void.id).hex()
            assert read.one(Matter, key) is not None
    assert_whole(one, two)
    home = next(store for store in (one, two) if is_home(store))
    name(home, "c", "Green")
    assert_whole(home)


def test_an_absorbed_entry_without_its_private_part_is_kept_as_it_is(make: MakeStore, tmp_path: Path) -> None:
    one, two = make("one"), make("two")
    fill(one, "a", "x")
    epoch, acts = stream_of(one, "one")
    emptied = msgspec.structs.replace(acts[1][0], private=None, salt=None)
    with two.begin() as work:
        work.absorb([*acts[0], emptied], "one", epoch, 1)
    assert (box(two, "a") or {})["owner"] is None
    (fault,) = verify(two).faults
    assert "private part is gone" in fault

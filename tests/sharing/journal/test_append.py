from __future__ import annotations

import pytest

from sharing.errors import BadValue, NotHome
from sharing.journal.entry import MOST_ENTRY_BYTES, Draft
from sharing.journal.ids import nth_act
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import verify
from tests.sharing.journal.toys import Box, Filled, Named, Owner, Taken


def fill(store: Store, box: str, what: str, *, act: bytes | None = None) -> bytes:
    act = act or store.new_act()
    with store.begin() as work:
        work.append(act, [Draft(f"box:{box}", Filled(what=what), Owner(name="Ada"))])
    return act


def test_what_is_appended_is_folded_in_the_same_transaction(store: Store) -> None:
    fill(store, "a", "chalk")
    with store.reader() as read:
        assert read.one(Box, "a") == {
            "id": "a", "subject": "box:a", "what": "chalk", "owner": "Ada", "times": 1, "name": None,
        }  # fmt: skip
    assert verify(store).faults == ()
    assert differences(store) == []


def test_an_act_sent_twice_is_applied_once_and_answers_with_the_same_entries(store: Store) -> None:
    act = store.new_act()
    with store.begin() as work:
        first = work.append(act, [Draft("box:a", Filled(what="x")), Draft("box:b", Filled(what="y"))])
    with store.begin() as work:
        second = work.append(act, [Draft("box:a", Filled(what="another"))])
    assert second == first
    with store.reader() as read:
        row = read.one(Box, "a")
        assert row is not None
        assert (row["what"], row["times"]) == ("x", 1)
        assert read.rows("SELECT COUNT(*) FROM entry WHERE act = ?", (act,)) == [(2,)]


def test_an_exception_leaves_everything_as_it_was(store: Store) -> None:
    fill(store, "a", "x")
    with pytest.raises(ZeroDivisionError), store.begin() as work:  # noqa: PT012 a transaction is a block
        work.append(work.new_id(), [Draft("box:a", Taken())])
        raise ZeroDivisionError
    with store.reader() as read:
        assert (read.one(Box, "a") or {})["what"] == "x"
        assert read.rows("SELECT MAX(seq) FROM position") == [(2,)]
    fill(store, "a", "y")
    assert verify(store).faults == ()


def test_positions_are_gapless_and_each_entry_names_the_newest_of_its_subject(store: Store) -> None:
    for n in range(5):
        fill(store, "a", str(n))
        fill(store, "b", str(n))
    with store.begin() as work:
        entries = work.entries_of("box:a")
        seqs = work.rows("SELECT seq FROM position WHERE node = 'one' ORDER BY seq")
    assert [one for (one,) in seqs] == list(range(1, 12))
    assert [entry.predecessors for entry in entries] == [(), *[(entry.id,) for entry in entries[:-1]]]


def test_parts_of_one_act_follow_each_other_on_one_subject(store: Store) -> None:
    with store.begin() as work:
        one, two = work.append(work.new_id(), [Draft("box:a", Filled(what="x")), Draft("box:a", Taken())])
    assert two.predecessors == (one.id,)
    assert [(one.part, one.parts), (two.part, two.parts)] == [(0, 2), (1, 2)]


def test_a_bulk_command_writes_whole_acts_whose_ids_follow_from_its_own(store: Store) -> None:
    act = store.new_act()
    drafts = [Draft(f"box:{n}", Filled(what=str(n))) for n in range(120)]
    with store.begin() as work:
        written = work.append_many(act, drafts)
    with store.begin() as work:
        assert work.append_many(act, drafts) == written
    assert len(written) == 120
    assert [written[0].act, written[50].act, written[100].act] == [act, nth_act(act, 1), nth_act(act, 2)]
    assert verify(store).faults == ()


def test_an_entry_that_no_frame_could_carry_is_refused_and_the_next_one_works(store: Store) -> None:
    with store.begin() as work:
        with pytest.raises(BadValue):
            work.append(work.new_id(), [Draft("box:a", Filled(what="x" * MOST_ENTRY_BYTES))])
        with pytest.raises(BadValue):
            work.append(work.new_id(), [Draft(f"box:{n}", Filled(what="x" * 60_000)) for n in range(3)])
        with pytest.raises(BadValue):
            work.append(work.new_id(), [Draft(f"box:{n}", Filled(what="x")) for n in range(201)])
        with pytest.raises(BadValue):
            work.append(work.new_id(), [Draft("box:\n", Filled(what="x"))])
        with pytest.raises(BadValue):
            work.append(b"short", [Draft("box:a", Filled(what="x"))])
        work.append(work.new_id(), [Draft("box:a", Filled(what="x"))])
    assert verify(store).faults == ()


def test_an_append_that_broke_off_cannot_be_committed_by_who_swallows_its_error(store: Store) -> None:
    with store.begin() as work:
        epoch, n = work.verdict_stamp()
        work.append(work.new_id(), [Draft("box:a", Named(group="house", home_epoch=epoch, n=n, name="Red"))])
    with pytest.raises(RuntimeError, match="cannot be committed"), store.begin() as work:  # noqa: PT012
        epoch, n = work.verdict_stamp()
        work.execute("SAVEPOINT caller")
        with pytest.raises(Exception, match=r"(?i)unique"):
            work.append(
                work.new_id(), [Draft("box:b", Named(group="house", home_epoch=epoch, n=n, name="Red"))]
            )
        work.execute("ROLLBACK TO SAVEPOINT caller")
    assert verify(store).faults == ()


def test_a_transaction_inside_a_transaction_is_refused_and_harms_the_outer_one_not(store: Store) -> None:
    with store.begin() as work:
        work.append(work.new_id(), [Draft("box:a", Filled(what="x"))])
        with pytest.raises(RuntimeError, match="already"), store.begin():
            pass
        with pytest.raises(RuntimeError, match="already"), store.reader():
            pass
    with store.reader() as read:
        assert read.one(Box, "a") is not None


def test_verdicts_are_numbered_without_a_gap_and_only_by_the_home(store: Store) -> None:
    for name in ("Red", "Blue"):
        with store.begin() as work:
            work.verdict_stamp()  # a number that is not used is given again
        with store.begin() as work:
            epoch, n = work.verdict_stamp()
            (entry,) = work.append(
                work.new_id(), [Draft(f"box:{name}", Named(group="house", home_epoch=epoch, n=n, name=name))]
            )
            assert entry.nature == "verdict"
    with store.reader() as read:
        assert read.rows("SELECT n FROM verdict ORDER BY n") == [(1,), (2,)]
    with store.begin() as work, pytest.raises(NotHome):
        work.verdict_stamp("another group")


def test_a_fact_cannot_pass_for_a_verdict(store: Store) -> None:
    with store.begin() as work, pytest.raises(BadValue):
        work.append(work.new_id(), [Draft("box:a", Taken(), nature="verdict")])

"""All requests in one order: what one means for the next, and one that cannot be answered stops nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pytest

import sharing.waiting
from sharing.cases.actions import open_cases
from sharing.errors import BadValue, Damaged, DiskFull
from sharing.journal.entry import Draft, Entry
from sharing.journal.rebuild import differences
from sharing.journal.savepoint import savepoint
from sharing.journal.shapes import HomeReleaseAsked
from sharing.journal.store import Work
from sharing.journal.verify import table_hash
from sharing.lending.actions import CheckOut, check_out, renew
from sharing.lending.answers import renewal_answers
from sharing.lending.entries import ItemLost, RenewalAsked
from sharing.lending.looking import line_of
from sharing.rooms.actions import arrive, book, book_now
from sharing.rooms.rules import State
from sharing.terms.actions import asked_rules, read_terms, set_terms
from sharing.terms.entries import HouseSetAsked
from sharing.waiting import ANSWERS, SOME, decide, decide_some, decide_waiting
from tests.sharing.rooms.lodge import this
from tests.sharing.rooms.nodes import Three, hand_on
from tests.sharing.waiting.test_renewals import later, lend


def renewals(three: Three, key: str) -> int:
    with three.two.reader() as read:
        return line_of(read, key).renewals


@pytest.mark.parametrize(("first", "granted"), [("rules", 0), ("renewal", 1)])
def test_requests_of_all_kinds_are_answered_in_the_one_order_in_which_they_came(
    three: Three, first: str, granted: int
) -> None:
    lent = lend(three)
    later(three)
    set_terms(three.one, {"renewals": 0}, act=three.lodge.act(), by=None)
    renew(three.two, lent.id, three.lodge.act())
    for store in (three.one, three.two) if first == "rules" else (three.two, three.one):
        three.hear(store)
    three.converge()
    assert renewals(three, lent.id) == granted
    assert read_terms(three.two).renewals == 0
    assert [one.kind for one in open_cases(three.two)] == ["renewal_declined"] * (1 - granted)


def test_a_kiosk_that_decides_beside_its_desk_answers_some_at_a_time(three: Three) -> None:
    for n in range(SOME + 3):
        set_terms(three.one, {"renewals": n}, act=three.lodge.act(), by=None)
    three.hear(three.one)
    counts = []
    for _ in range(3):
        with three.home.begin() as work:
            counts.append(decide_some(work))
    assert counts == [SOME, 3, 0]


class CutError(Exception):
    """The power goes."""


def _decide_and_cut(three: Three) -> None:
    with three.home.begin() as work:
        assert decide(work) == 1
        raise CutError


def test_what_is_decided_stands_with_what_arrived_or_not_at_all(three: Three) -> None:
    lent = lend(three)
    later(three)
    renew(three.one, lent.id, three.lodge.act())
    three.hear(three.one)

    with pytest.raises(CutError):
        _decide_and_cut(three)
    with three.home.begin() as work:
        assert decide(work) == 1
        assert decide(work) == 0


def test_more_than_one_transaction_holds_are_answered_one_after_the_other(three: Three) -> None:
    for n in range(sharing.waiting.AT_ONCE * 2):
        set_terms(three.one, {"loan_days": n}, act=three.lodge.act(), by=None)
    three.hear(three.one)
    assert decide_waiting(three.home) == sharing.waiting.AT_ONCE * 2
    assert read_terms(three.home).loan_days == sharing.waiting.AT_ONCE * 2 - 1


def test_a_machine_that_is_not_home_answers_nobody(three: Three) -> None:
    set_terms(three.one, {"loan_days": 3}, act=three.lodge.act(), by=None)
    three.hear(three.one)
    three.tell(three.two)
    assert decide_waiting(three.two) == 0
    assert read_terms(three.two).loan_days != 3


def _writes_then_fails(error: Exception) -> sharing.waiting.Answer:
    def answer(work: Work, entry: Entry) -> Sequence[Draft]:
        epoch, n = work.verdict_stamp()
        assert (epoch, n) > (0, 0)
        work.append(work.new_id(), [Draft("item:none", ItemLost())])
        raise error

    return answer


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), KeyError("x"), BadValue(field="f"), Damaged(what="x")]
)
def test_one_that_fails_leaves_one_case_and_nothing_else_and_the_others_go_on(
    three: Three, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    lent = lend(three)
    later(three)
    made = book(three.two, three.lodge.ask("a", "06-05 18:00"), three.lodge.act())
    renew(three.one, lent.id, three.lodge.act())
    set_terms(three.one, {"loan_days": 3}, act=three.lodge.act(), by=None)
    three.hear(three.two)
    three.hear(three.one)
    failing = {**ANSWERS, RenewalAsked.KIND: _writes_then_fails(error)}
    monkeypatch.setattr(sharing.waiting, "ANSWERS", failing)
    assert decide_waiting(three.home) == 3
    assert decide_waiting(three.home) == 0
    three.converge()
    assert three.state(three.one, made.id) is State.CONFIRMED
    assert read_terms(three.one).loan_days == 3
    with three.home.reader() as read:
        assert read.rows("SELECT 1 FROM entry WHERE subject = 'item:none'") == []
    assert [one.kind for one in open_cases(three.one)] == ["request_failed"]


def test_a_full_disk_is_no_fault_of_what_was_asked(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    set_terms(three.one, {"loan_days": 3}, act=three.lodge.act(), by=None)
    three.hear(three.one)
    failing = {**ANSWERS, HouseSetAsked.KIND: _writes_then_fails(full)}
    with monkeypatch.context() as patched:
        patched.setattr(sharing.waiting, "ANSWERS", failing)
        with pytest.raises(DiskFull):
            decide_waiting(three.home)
    assert decide_waiting(three.home) == 1
    three.converge()
    assert read_terms(three.one).loan_days == 3


def _lose(work: Work, subject: str) -> None:
    with savepoint(work):
        work.append(work.new_id(), [Draft(subject, ItemLost())])
        raise CutError


def _try(work: Work, act: bytes, subject: str, inside: str) -> None:
    with savepoint(work):
        work.append(act, [Draft(subject, ItemLost())])
        work.verdict_stamp()
        with pytest.raises(CutError):
            _lose(work, inside)
        raise CutError


def test_what_was_tried_inside_a_savepoint_leaves_no_trace_and_the_rest_is_kept(three: Three) -> None:
    desk = three.lodge.desk
    item, other = desk.items["beamer1"].id, desk.items["beamer2"].id
    with three.home.begin() as work:
        work.append(desk.act(), [Draft(f"item:{item}", ItemLost())])
        numbers = work.verdict_stamp()
        act = desk.act()
        with pytest.raises(CutError):
            _try(work, act, f"item:{other}", f"item:{item}")
        assert work.applied(act) == ()
        assert work.verdict_stamp() == (numbers[0], numbers[1] + 1)
        with savepoint(work):
            work.append(desk.act(), [Draft(f"item:{item}", ItemLost())])
    with three.home.reader() as read:
        count = "SELECT COUNT(*) FROM entry WHERE kind = 'item.lost' AND subject = ?"
        assert [read.rows(count, (f"item:{one}",)) for one in (item, other)] == [[(2,)], [(0,)]]
    assert differences(three.home) == []
    three.converge()


def test_an_append_that_broke_off_inside_a_savepoint_does_not_spoil_the_rest(three: Three) -> None:
    desk = three.lodge.desk
    order = CheckOut(desk.act(), desk.ann, (desk.items["beamer1"].id,))
    check_out(three.home, order)
    with three.home.begin() as work:
        with pytest.raises(BadValue), savepoint(work):
            work.append(desk.act(), [Draft("item:x", RenewalAsked(line="x" * 70_000, due=1))])
        work.append(desk.act(), [Draft("item:x", ItemLost())])
    three.converge()


def ask_to_let_go(three: Three, to: str) -> None:
    with three.one.begin() as work:
        asked = HomeReleaseAsked(group="house", to=to)
        work.append(work.new_id(), [Draft("group:house", asked, nature="request")])


def test_a_home_that_is_asked_to_let_go_answers_what_came_before_and_nothing_after(three: Three) -> None:
    set_terms(three.one, {"loan_days": 3}, act=three.lodge.act(), by=None)
    ask_to_let_go(three, "two")
    set_terms(three.one, {"loan_days": 4}, act=three.lodge.act(), by=None)
    three.hear(three.one)
    assert decide_waiting(three.home) == 2
    assert decide_waiting(three.home) == 0
    assert read_terms(three.home).loan_days == 3
    with three.home.reader() as read:
        assert read.rows("SELECT released IS NOT NULL FROM reign") == [(1,)]
    set_terms(three.home, {"renewals": 7}, act=three.lodge.act(), by=None)
    assert {key for one in asked_rules(three.home) for key in one.set} == {"loan_days", "renewals"}
    with three.home.begin() as work:
        work.move_home("house", "two")
    three.tell(three.two)
    assert decide_waiting(three.two) == 2
    hand_on(three.two, three.home, "two")
    three.tell(three.one)
    for store in (three.home, three.one, three.two):
        assert (read_terms(store).loan_days, read_terms(store).renewals) == (4, 7)
        assert (asked_rules(store), open_cases(store)) == ((), ())
        assert differences(store) == []
    assert len({table_hash(store) for store in (three.home, three.one, three.two)}) == 1


def test_a_machine_that_is_not_home_has_nothing_to_let_go_of(three: Three) -> None:
    ask_to_let_go(three, "two")
    three.hear(three.one)
    three.tell(three.two)
    assert decide_waiting(three.two) == 0
    assert decide_waiting(three.home) == 1
    assert decide_waiting(three.home) == 0


def test_what_a_home_decided_after_it_was_taken_over_is_decided_again_with_one_case_for_each(
    three: Three,
) -> None:
    """The home is cut off and decides on; staff make another the home by force."""
    lent = lend(three)
    later(three)
    asked = renew(three.one, lent.id, three.lodge.act())
    with three.two.begin() as work:
        work.move_home("house", "two")
    three.hear(three.one)
    assert decide_waiting(three.home) == 1
    hand_on(three.one, three.two, "one")
    set_terms(three.two, {"renewals": 0}, act=three.lodge.act(), by=None)
    assert decide_waiting(three.two) == 1
    for _ in range(2):
        three.hear(three.two)
        three.tell(three.two)
        three.tell(three.one)
    for store in (three.home, three.one, three.two):
        with store.reader() as read:
            found = line_of(read, lent.id)
        assert (found.due, found.renewals, found.asked_due) == (lent.due, 0, None)
        assert sorted(one.kind for one in open_cases(store)) == ["renewal_declined", "verdict_void"]
        assert [one.asked for one in renewal_answers(store, three.lodge.desk.ann.id)] != []
        assert differences(store) == []
    assert asked.asked_due is not None
    assert len({table_hash(store) for store in (three.home, three.one, three.two)}) == 1


def test_who_arrived_on_a_word_that_is_void_is_there_and_the_new_home_says_whose_the_room_is(
    three: Three,
) -> None:
    with three.two.begin() as work:
        work.move_home("house", "two")
    made = book_now(
        three.home, three.lodge.rooms["a"], three.lodge.act(), person=three.lodge.desk.ann.id, minutes=30
    )
    arrive(three.home, None, this(made), three.lodge.act())
    assert three.state(three.home, made.id) is State.ARRIVED
    hand_on(three.home, three.two, "home")
    assert three.state(three.two, made.id) is State.PROVISIONAL
    assert decide_waiting(three.two) == 1
    hand_on(three.two, three.home, "two")
    three.tell(three.one)
    for store in (three.home, three.one, three.two):
        with store.reader() as read:
            assert read.rows("SELECT booking, gone_at FROM slot") == [(made.id, None)]
        assert three.state(store, made.id) is State.ARRIVED
        assert [one.kind for one in open_cases(store)] == ["verdict_void"]
        assert differences(store) == []

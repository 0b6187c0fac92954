"""Who has a thing that was lent twice, on each database and after any history."""

from __future__ import annotations

from sharing.cases.actions import open_cases
from sharing.cases.rules import How
from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.lending.actions import CheckOut, check_out, loans_of, settle
from sharing.lending.entries import ItemIsWith, ItemOut, Out
from tests.sharing.desk import Desk


def lent_twice(desk: Desk) -> str:
    """Ann has it here, and another machine has just given it to Ben; gives Ben's line."""
    item = desk.items["beamer1"]
    check_out(desk.house.store, CheckOut(desk.act(), desk.ann, (item.id,)))
    desk.clock.forward(minutes=5)
    with desk.house.store.begin() as work:
        out = ItemOut(loan="visit-ben", model=item.model.id, due=work.now + 86_400_000)
        return work.append(work.new_id(), [Draft(item.subject, out, Out(borrower=desk.ben.id))])[0].hex


def test_the_thing_moves_to_whom_staff_name_and_folding_anew_comes_to_the_same(any_desk: Desk) -> None:
    lent_twice(any_desk)
    store = any_desk.house.store
    (case,) = open_cases(store)
    any_desk.clock.forward(minutes=5)
    settle(store, case.id, act=any_desk.act(), how=How.WITH_FIRST, by=any_desk.staff.id)
    assert [len(loans_of(store, one.id)) for one in (any_desk.ann, any_desk.ben)] == [1, 0]
    assert differences(store) == []


def test_what_is_folded_anew_lets_one_person_go_before_another_gets_it(any_desk: Desk) -> None:
    second = lent_twice(any_desk)
    store, item = any_desk.house.store, any_desk.items["beamer1"]
    first = next(one.about for one in open_cases(store))
    with store.begin() as work:
        for line, instead in ((first, second), (second, first), (first, second)):
            work.append(work.new_id(), [Draft(item.subject, ItemIsWith(line=line, instead=instead))])
            work.writer.subjects.refold([item.subject])
    assert [len(loans_of(store, one.id)) for one in (any_desk.ann, any_desk.ben)] == [1, 0]
    assert [one.kind for one in open_cases(store)] == ["out_while_out"]
    assert differences(store) == []

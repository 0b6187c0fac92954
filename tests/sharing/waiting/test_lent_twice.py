"""One thing lent on two machines that did not hear of each other, until staff have said who has it."""

from __future__ import annotations

import pytest

from sharing.cases.actions import one_case, open_cases
from sharing.cases.rules import How
from sharing.errors import DoesNotExist
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.lending.actions import CheckOut, Return, check_in, check_out, lent_twice, settle, unchecked
from sharing.lending.looking import loans_of
from sharing.people.rules import Person
from tests.sharing.rooms.nodes import Three

pytestmark = pytest.mark.parametrize("make_node", ["sqlite"], indirect=True)
"""What databases do differently is tried in `tests/sharing/lending/test_settling.py`."""


def lend(three: Three, store: Store, who: Person) -> str:
    order = CheckOut(three.lodge.act(), who, (three.lodge.desk.items["beamer1"].id,))
    return check_out(store, order).lines[0].id


def lend_twice(three: Three) -> str:
    """Ann takes it at the first kiosk, Ben a little later at the second; gives the case."""
    lend(three, three.one, three.lodge.desk.ann)
    three.two.clock.forward(minutes=5)  # type: ignore[attr-defined]  # a FakeClock
    lend(three, three.two, three.lodge.desk.ben)
    three.converge()
    (case,) = open_cases(three.home)
    assert case.kind == "out_while_out"
    return case.id


def later(three: Three, minutes: int = 60) -> None:
    for store in (three.home, three.one, three.two):
        store.clock.forward(minutes=minutes)  # type: ignore[attr-defined]  # a FakeClock


def holders(three: Three) -> set[tuple[int, int]]:
    """How much Ann and Ben have, as each machine says."""
    desk = three.lodge.desk
    stores = (three.home, three.one, three.two)
    return {(len(loans_of(one, desk.ann.id)), len(loans_of(one, desk.ben.id))) for one in stores}


def say(three: Three, store: Store, case: str, how: How) -> None:
    settle(store, case, act=three.lodge.act(), how=how, by=three.lodge.desk.staff.id)


def test_who_staff_say_has_it_has_it_on_every_machine(three: Three) -> None:
    case = lend_twice(three)
    assert holders(three) == {(0, 1)}
    later(three)
    say(three, three.one, case, How.WITH_FIRST)
    three.converge()
    assert holders(three) == {(1, 0)}
    assert [open_cases(store) for store in (three.home, three.one, three.two)] == [()] * 3


def test_the_second_person_keeps_it_if_staff_say_so(three: Three) -> None:
    case = lend_twice(three)
    later(three)
    say(three, three.home, case, How.WITH_SECOND)
    three.converge()
    assert holders(three) == {(0, 1)}


def test_what_is_in_the_house_is_with_nobody_and_waits_to_be_looked_at(three: Three) -> None:
    case = lend_twice(three)
    later(three)
    say(three, three.two, case, How.IN_HOUSE)
    three.converge()
    assert holders(three) == {(0, 0)}
    assert three.lodge.desk.items["beamer1"].id in {line.item.id for line in unchecked(three.home)}
    lend(three, three.home, three.lodge.desk.ben)


def test_what_staff_said_who_has_comes_back_from_that_person(three: Three) -> None:
    case = lend_twice(three)
    later(three)
    say(three, three.home, case, How.WITH_FIRST)
    three.converge()
    desk = three.lodge.desk
    (line,) = loans_of(three.two, desk.ann.id)
    (back,) = check_in(three.two, Return(desk.act(), (desk.items["beamer1"].id,)))
    assert (back.id, back.who and back.who.id) == (line.id, desk.ann.id)
    three.converge()
    assert holders(three) == {(0, 0)}
    assert open_cases(three.home) == ()


def test_of_two_who_settle_it_differently_the_later_word_holds(three: Three) -> None:
    case = lend_twice(three)
    later(three)
    say(three, three.one, case, How.WITH_FIRST)
    later(three)
    say(three, three.two, case, How.WITH_SECOND)
    three.converge()
    assert holders(three) == {(0, 1)}


def test_what_came_back_before_staff_spoke_stays_in_the_house(three: Three) -> None:
    case = lend_twice(three)
    later(three)
    check_in(three.home, Return(three.lodge.act(), (three.lodge.desk.items["beamer1"].id,)))
    three.converge()
    say(three, three.home, case, How.WITH_FIRST)
    three.converge()
    assert holders(three) == {(0, 0)}


def test_what_came_back_elsewhere_before_staff_spoke_is_a_case_again(three: Three) -> None:
    case = lend_twice(three)
    later(three)
    check_in(three.one, Return(three.lodge.act(), (three.lodge.desk.items["beamer1"].id,)))
    later(three)
    say(three, three.two, case, How.WITH_FIRST)
    three.converge()
    assert holders(three) == {(0, 0)}
    assert [one.kind for one in open_cases(three.home)] == ["named_too_late"]


def test_lent_three_times_each_word_of_staff_moves_it(three: Three) -> None:
    lend(three, three.one, three.lodge.desk.ann)
    three.two.clock.forward(minutes=5)  # type: ignore[attr-defined]  # a FakeClock
    lend(three, three.two, three.lodge.desk.ben)
    three.home.clock.forward(minutes=9)  # type: ignore[attr-defined]  # a FakeClock
    lend(three, three.home, three.lodge.desk.staff)
    three.converge()
    later(three)
    first, second = open_cases(three.home)
    say(three, three.home, first.id, How.WITH_FIRST)
    assert holders(three) == {(1, 0), (0, 0)}
    say(three, three.home, second.id, How.WITH_FIRST)
    three.converge()
    assert holders(three) == {(0, 1)}
    assert differences(three.home) == []


def test_a_case_of_another_kind_is_settled_as_ever_and_once_only(three: Three) -> None:
    case = lend_twice(three)
    act = three.lodge.act()
    for _ in range(2):
        settle(three.home, case, act=act, note="beide gefragt")
    assert holders(three) == {(0, 1)}
    with pytest.raises(DoesNotExist):
        one_case(three.home, case)


def test_whoever_is_not_listed_hears_of_it_until_staff_have_settled_it(three: Three) -> None:
    case = lend_twice(three)
    desk = three.lodge.desk
    for store in (three.home, three.one, three.two):
        assert [one.id for one in lent_twice(store, desk.ann.id)] == [desk.items["beamer1"].id]
        assert lent_twice(store, desk.ben.id) == ()
    later(three)
    say(three, three.home, case, How.WITH_SECOND)
    three.converge()
    assert lent_twice(three.one, desk.ann.id) == ()


def test_whoever_is_not_listed_hears_nothing_of_what_is_back(three: Three) -> None:
    lend_twice(three)
    desk = three.lodge.desk
    later(three)
    check_in(three.home, Return(desk.act(), (desk.items["beamer1"].id,)))
    assert lent_twice(three.home, desk.ann.id) == ()

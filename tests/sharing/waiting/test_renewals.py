"""Renewals asked on another machine: provisional there, answered at the home, and nobody is forgotten."""

from __future__ import annotations

import pytest

from sharing.cases.actions import open_cases
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import BlockReason
from sharing.errors import DoesNotExist
from sharing.journal.store import Store
from sharing.lending.actions import CheckOut, Return, check_in, check_out, renew
from sharing.lending.answers import renewal_answers, saw_renewal
from sharing.lending.looking import LoanLine, line_of, lines_of_item
from sharing.people import actions as people
from sharing.terms.actions import set_terms
from sharing.waiting import decide_waiting
from tests.sharing.rooms.nodes import Three, hand_on

DAY = 86_400_000

pytestmark = pytest.mark.parametrize("make_node", ["sqlite"], indirect=True)
"""What databases do differently is tried beside it (`test_deciding.py`)."""


def lend(three: Three, name: str = "beamer1", store: Store | None = None) -> LoanLine:
    """Let Ann take a thing at the home, or elsewhere."""
    desk = three.lodge.desk
    order = CheckOut(desk.act(), desk.ann, (desk.items[name].id,))
    return check_out(store or three.home, order).lines[0]


def later(three: Three, days: float = 2) -> None:
    """Let time pass everywhere, and bring everything the home knows to the others."""
    for store in (three.home, three.one, three.two):
        store.clock.forward(days=days)  # type: ignore[attr-defined]  # a FakeClock
    three.tell(three.one)
    three.tell(three.two)


def line(store: Store, key: str) -> LoanLine:
    with store.reader() as read:
        return line_of(read, key)


def kinds(store: Store) -> list[str]:
    return [case.kind for case in open_cases(store)]


def test_a_renewal_asked_elsewhere_is_provisional_until_the_home_has_answered(three: Three) -> None:
    lent = lend(three)
    later(three)
    asked = renew(three.one, lent.id, three.lodge.act())
    assert (asked.due, asked.renewals) == (lent.due, 0)
    assert asked.asked_due is not None
    three.converge()
    for store in (three.home, three.one, three.two):
        found = line(store, lent.id)
        assert (found.due, found.renewals, found.asked_due) == (asked.asked_due, 1, None)
        assert (kinds(store), renewal_answers(store, three.lodge.desk.ann.id)) == ([], ())
    assert decide_waiting(three.home) == 0


def _suspend(three: Three) -> None:
    until = three.home.clock.read().at + 30 * DAY
    people.suspend(three.home, three.lodge.desk.ann.id, until=until, act=three.lodge.act())


def _block(three: Three) -> None:
    item = three.lodge.desk.items["beamer1"].id
    catalogue.block(three.home, item, BlockReason.REPAIR, act=three.lodge.act())


def _forbid(three: Three) -> None:
    set_terms(three.home, {"renewals": 0}, act=three.lodge.act(), by=None)


def _shorten(three: Three) -> None:
    model = three.lodge.desk.items["beamer1"].model.id
    catalogue.change_model(three.home, model, act=three.lodge.act(), loan_days=1)


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (_suspend, "person_suspended"),
        (_block, "item_is_blocked"),
        (_forbid, "no_more_renewals"),
        (_shorten, "too_late"),
    ],
)
def test_who_is_told_no_stays_on_the_list_on_every_machine_until_they_have_seen_it(
    three: Three, meanwhile: object, why: str
) -> None:
    assert callable(meanwhile)
    lent, ann = lend(three), three.lodge.desk.ann.id
    later(three)
    asked = renew(three.one, lent.id, three.lodge.act())
    meanwhile(three)
    three.converge()
    for store in (three.home, three.one, three.two):
        found = line(store, lent.id)
        assert (found.due, found.renewals, found.asked_due) == (lent.due, 0, None)
        assert [(case.kind, case.about) for case in open_cases(store)] == [("renewal_declined", why)]
        (told,) = renewal_answers(store, ann)
        assert (told.declined, told.due, told.line.id) == (why, asked.asked_due, lent.id)
        assert renewal_answers(store, three.lodge.desk.ben.id) == ()
    (told,) = renewal_answers(three.two, ann)
    act = three.lodge.act()
    saw_renewal(three.two, told.asked, act)
    saw_renewal(three.two, told.asked, act)
    with pytest.raises(DoesNotExist):
        saw_renewal(three.two, told.asked, three.lodge.act())
    three.converge()
    for store in (three.home, three.one, three.two):
        assert renewal_answers(store, ann) == ()
        assert kinds(store) == ["renewal_declined"]


def test_of_two_who_renew_what_may_be_renewed_once_the_first_to_arrive_has_it(three: Three) -> None:
    lent = lend(three)
    later(three)
    early = renew(three.one, lent.id, three.lodge.act())
    later(three, days=1)
    late = renew(three.two, lent.id, three.lodge.act())
    assert early.asked_due is not None
    assert late.asked_due is not None
    assert early.asked_due < late.asked_due
    three.hear(three.two)
    three.hear(three.one)
    three.converge()
    found = line(three.one, lent.id)
    assert (found.due, found.renewals, found.asked_due) == (late.asked_due, 1, None)
    assert kinds(three.one) == []


def test_of_two_who_renew_the_second_to_arrive_is_told_that_it_was_once_too_often(three: Three) -> None:
    lent = lend(three)
    later(three)
    early = renew(three.one, lent.id, three.lodge.act())
    later(three, days=1)
    renew(three.two, lent.id, three.lodge.act())
    three.hear(three.one)
    three.converge()
    found = line(three.two, lent.id)
    assert (found.due, found.renewals) == (early.asked_due, 1)
    assert [one.declined for one in renewal_answers(three.two, three.lodge.desk.ann.id)] == [
        "no_more_renewals"
    ]
    assert kinds(three.two) == ["renewal_declined"]


def test_who_brings_it_back_before_the_home_has_answered_is_told_nothing(three: Three) -> None:
    lent = lend(three)
    later(three)
    renew(three.one, lent.id, three.lodge.act())
    check_in(three.two, Return(three.lodge.act(), (lent.item.id,)))
    _suspend(three)
    three.hear(three.two)
    three.converge()
    for store in (three.home, three.one, three.two):
        found = line(store, lent.id)
        assert (found.back_at is not None, found.due, found.asked_due) == (True, lent.due, None)
        assert (kinds(store), renewal_answers(store, three.lodge.desk.ann.id)) == ([], ())


def test_who_wants_to_bring_it_sooner_is_always_welcome_and_never_keeps_it_longer(three: Three) -> None:
    lent = lend(three)
    later(three)
    longer = renew(three.home, lent.id, three.lodge.act())
    sooner = renew(three.one, lent.id, three.lodge.act(), until=lent.due - 2 * DAY)
    _suspend(three)
    three.converge()
    assert longer.due > lent.due
    found = line(three.two, lent.id)
    assert (found.due, found.asked_due) == (sooner.asked_due, None)
    assert kinds(three.two) == []


def test_who_wanted_less_than_is_granted_already_keeps_it_as_long_as_was_granted(three: Three) -> None:
    lent = lend(three)
    later(three)
    less = renew(three.one, lent.id, three.lodge.act())
    three.home.clock.forward(days=1)  # type: ignore[attr-defined]  # a FakeClock
    more = renew(three.home, lent.id, three.lodge.act())
    assert less.asked_due is not None
    assert less.asked_due < more.due
    three.converge()
    found = line(three.one, lent.id)
    assert (found.due, found.renewals, found.asked_due) == (more.due, 1, None)
    assert kinds(three.one) == []


def test_what_the_home_has_not_heard_of_is_promised_to_nobody_and_staff_are_told_once(three: Three) -> None:
    lent = lend(three, store=three.one)
    for store in (three.one, three.two):
        store.clock.forward(days=2)  # type: ignore[attr-defined]  # a FakeClock
    hand_on(three.one, three.two, "one")
    renew(three.two, lent.id, three.lodge.act())
    three.hear(three.two)
    decide_waiting(three.home)
    assert kinds(three.home) == ["renewal_declined"]
    three.converge()
    for store in (three.home, three.one, three.two):
        assert [one.id for one in lines_of_item(store, lent.item.id)] == [lent.id]
        assert (line(store, lent.id).due, line(store, lent.id).asked_due) == (lent.due, None)
        assert kinds(store) == ["renewal_declined"]
        assert [one.declined for one in renewal_answers(store, three.lodge.desk.ann.id)] == ["not_out"]


def test_a_home_that_answers_itself_leaves_nothing_to_say(three: Three) -> None:
    lent = lend(three)
    later(three)
    renew(three.home, lent.id, three.lodge.act())
    three.converge()
    with three.one.reader() as read:
        assert read.rows("SELECT * FROM renewal") == []

"""What happens at a desk once it is in use: things change while people stand there or have things at home."""

from __future__ import annotations

from typing import Any

import pytest

from sharing.cases.actions import open_cases
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import BlockReason, Need
from sharing.errors import (
    BadTime,
    BadValue,
    DoesNotExist,
    ItemIsOut,
    NotAllowed,
    NotOut,
    StepMissing,
    TooManyForOrganisation,
)
from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.journal.shapes import PrivateEmptied
from sharing.lending.actions import (
    CheckOut,
    Return,
    assign,
    check_in,
    check_out,
    check_return,
    complete,
    last_noted,
    loans_of,
    open_loans,
    say_condition,
    set_aside_list,
    take_again,
    unchecked,
    undo,
)
from sharing.lending.rules import Condition, Visit
from sharing.lending.scan_table import Step
from sharing.people import actions as people
from sharing.people.rules import OrganisationKind, Role, Scope
from sharing.terms.actions import set_terms
from tests.sharing.desk import Desk

HOUR = 3_600_000


def order(desk: Desk, *names: str, **more: Any) -> CheckOut:
    return CheckOut(desk.act(), desk.ann, tuple(desk.items[name].id for name in names), **more)


def lent(desk: Desk, name: str, visit: Visit) -> Visit:
    scanned = desk.scan(desk.code(name), visit)
    assert scanned.step is Step.LENT
    assert scanned.visit is not None
    return scanned.visit


# People change while they stand there


def test_terms_that_staff_noted_hold_for_the_next_thing_of_the_same_visit(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    set_terms(store, {"terms_version": 2}, act=desk.act(), by=None)
    aside = desk.scan(desk.code("beamer1"), desk.visit())
    assert aside.step is Step.SET_ASIDE
    assert aside.visit is not None
    complete(store, desk.staff, desk.items["beamer1"].id, desk.act())
    after = lent(desk, "beamer2", aside.visit)
    assert after.person.terms_version == 2


def test_a_suspension_holds_for_the_visit_that_is_open(desk: Desk) -> None:
    visit = desk.visit()
    people.suspend(desk.house.store, desk.ann.id, until=desk.clock.at + HOUR, act=desk.act())
    refused = desk.scan(desk.code("beamer1"), visit).refusal
    assert refused is not None
    assert refused.key == "refusal.person_suspended"


def test_what_is_done_already_is_not_said_to_be_missing(desk: Desk) -> None:
    store = desk.house.store
    set_terms(store, {"terms_version": 2}, act=desk.act(), by=None)
    desk.scan(desk.code("sound"), desk.visit())
    people.accept_terms(store, desk.ann.id, terms_version=2, privacy_version=1, act=desk.act())
    assert [str(need) for need in desk.scan(desk.code("sound"), desk.visit()).missing] == ["deposit"]
    with pytest.raises(StepMissing) as refused:
        check_out(store, order(desk, "sound"))
    assert refused.value.details == {"missing": "deposit"}
    assert [one.missing for one in set_aside_list(store)] == [(Need.DEPOSIT,)]


def test_who_wants_what_is_out_is_told_until_when(desk: Desk) -> None:
    (line,) = check_out(desk.house.store, order(desk, "beamer1")).lines
    with pytest.raises(ItemIsOut) as refused:
        check_out(desk.house.store, order(desk, "beamer1"))
    assert refused.value.details == {"due": line.due}


def _group(desk: Desk) -> str:
    store = desk.house.store
    group = people.register_organisation(store, "Nähtreff", OrganisationKind.GROUP, act=desk.act())
    people.add_member(store, group.id, desk.ann.id, act=desk.act())
    return group.id


def test_who_is_no_member_any_more_gets_nothing_for_the_organisation(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    group = _group(desk)
    sound = desk.items["sound"].id
    check_out(store, CheckOut(desk.act(), desk.person("ann"), (sound,), org=group))
    people.remove_member(store, group, desk.ann.id, act=desk.act())
    with pytest.raises(NotAllowed):
        complete(store, desk.staff, sound, desk.act())
    line = complete(store, desk.staff, sound, desk.act(), reason="abgesprochen")
    assert (line.org, line.override) == (group, "not_allowed")
    with store.reader() as read:
        data = read.rows("SELECT data FROM entry WHERE kind = 'item.out'")
    assert group.encode() not in b"".join(bytes(row[0]) for row in data)


def test_a_member_who_left_still_brings_the_things_of_the_organisation_back(desk: Desk) -> None:
    store = desk.house.store
    check_out(store, order(desk, "beamer1", org=desk.organisation))
    people.remove_member(store, desk.organisation, desk.ann.id, act=desk.act())
    assert [line.org_name for line in open_loans(store)] == ["Chor Neckar e.V."]
    assert desk.scan(desk.code("beamer1")).step is Step.GIVEN_BACK


def test_saying_later_for_whom_does_not_lift_the_organisation_s_limit(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    set_terms(store, {"max_per_organisation": 1}, act=desk.act(), by=None)
    visit = lent(desk, "beamer2", lent(desk, "beamer1", desk.visit()))
    with pytest.raises(TooManyForOrganisation):
        assign(store, visit, desk.organisation, desk.act())
    assert {line.org for line in open_loans(store)} == {None}
    set_terms(store, {"max_per_organisation": 2}, act=desk.act(), by=None)
    act = desk.act()
    assert assign(store, visit, desk.organisation, act) == assign(store, visit, desk.organisation, act)
    assert {line.org for line in open_loans(store)} == {desk.organisation}


# Things change while they are out


def test_what_is_blocked_or_never_to_be_lent_again_while_it_is_out_still_comes_back(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    check_out(store, order(desk, "beamer1", "camera1"))
    catalogue.block(store, desk.items["beamer1"].id, BlockReason.RETIRED, act=desk.act())
    catalogue.change_model(store, desk.items["camera1"].model.id, act=desk.act(), lendable=False)
    for name in ("beamer1", "camera1"):
        assert desk.scan(desk.code(name)).step is Step.GIVEN_BACK
        desk.clock.forward(minutes=2)
        assert desk.scan(desk.code(name), desk.visit("ben")).step is Step.REFUSED
    assert differences(store) == []


def test_of_forty_things_the_two_that_stay_away_stay_on_the_list(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    set_terms(store, {"max_per_person": 50}, act=desk.act(), by=None)
    model = desk.items["beamer1"].model.id
    things = [
        catalogue.add_item(store, act=desk.act(), model=model, key=f"viel{n}", number=str(n))
        for n in range(40)
    ]
    check_out(store, CheckOut(desk.act(), desk.ann, tuple(one.id for one in things)))
    for one in things[:38]:
        desk.scan(one.code or "")
    assert {line.item.id for line in open_loans(store)} == {one.id for one in things[38:]}
    assert len(unchecked(store)) == 38


# Late paper


def test_nothing_comes_back_before_it_went_out(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    check_out(store, order(desk, "beamer1"))
    with pytest.raises(BadTime):
        check_in(store, Return(desk.act(), (desk.items["beamer1"].id,), at=desk.clock.at - HOUR))
    assert len(open_loans(store)) == 1


def test_paper_sets_nothing_aside_that_has_left_the_house(desk: Desk) -> None:
    with pytest.raises(StepMissing):
        check_out(desk.house.store, order(desk, "sound", at=desk.clock.at - HOUR))
    assert set_aside_list(desk.house.store) == []


# Cards for one purpose


def test_a_card_of_staff_for_something_else_does_not_open_the_desk(desk: Desk) -> None:
    store, keys = desk.house.store, desk.house.keys

    def card(*scope: Scope, person: str | None = None, role: Role | None = None) -> str:
        return people.issue_card(store, keys, act=desk.act(), person=person, role=role, scope=scope)

    assert desk.scan(card(Scope.LEND, person=desk.staff.id)).step is Step.VISIT_OPENED
    assert desk.scan(card(Scope.DESK, person=desk.staff.id)).step is Step.STAFF_PIN
    refused = desk.scan(card(Scope.AUDIT, role=Role.STAFF)).refusal
    assert refused is not None
    assert refused.key == "refusal.card_out_of_scope"


# The same label twice, the same command twice


def test_a_card_that_the_scanner_reads_twice_opens_the_visit_and_does_not_end_it(desk: Desk) -> None:
    opened = desk.scan(desk.cards["ann"])
    desk.clock.forward(seconds=-3)
    again = desk.scan(desk.cards["ann"], opened.visit)
    assert (again.step, again.visit) == (Step.SAME_AGAIN, opened.visit)
    assert opened.visit is not None
    assert desk.cards["ann"] not in repr(opened.visit)
    desk.clock.forward(seconds=3)
    assert desk.scan(desk.cards["ann"], opened.visit).step is Step.VISIT_ENDED


def test_a_barcode_that_the_scanner_reads_twice_is_one_scan(desk: Desk) -> None:
    catalogue.claim_code(
        desk.house.store, "4006381333931", f"item:{desk.items['beamer1'].id}", act=desk.act()
    )
    first = desk.scan("4006381333931", desk.visit())
    assert first.step is Step.LENT
    desk.clock.forward(seconds=-3)
    assert desk.scan("4006381333931", first.visit).step is Step.SAME_AGAIN


def test_a_return_sent_twice_names_the_same_line_even_after_the_next_loan(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    check_out(store, order(desk, "beamer1"))
    back = Return(desk.act(), (desk.items["beamer1"].id,))
    (first,) = check_in(store, back)
    check_out(store, CheckOut(desk.act(), desk.ben, back.items))
    assert check_in(store, back) == [first]
    said = desk.act()
    check_in(store, Return(desk.act(), back.items))
    line = say_condition(store, back.items[0], Condition.DIRTY, said)
    check_out(store, order(desk, "beamer1"))
    assert say_condition(store, back.items[0], Condition.DIRTY, said) == line


def test_a_check_out_that_was_undone_and_comes_again_does_nothing_and_says_so(desk: Desk) -> None:
    store, command = desk.house.store, order(desk, "beamer1")
    check_out(store, command)
    undo(store, command.act, desk.act())
    with pytest.raises(NotOut):
        check_out(store, command)
    assert open_loans(store) == []


def test_a_label_stands_on_things_and_places_only(desk: Desk) -> None:
    model = f"model:{desk.items['beamer1'].model.id}"
    for target, kind in ((model, BadValue), ("foo:1", BadValue), ("", BadValue), ("item:", DoesNotExist)):
        with pytest.raises(kind):
            catalogue.claim_code(desk.house.store, "4006381333931", target, act=desk.act())


# Undo


def test_what_was_said_about_a_thing_goes_with_the_undo_of_what_was_done_to_it(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    taken = desk.scan(desk.code("beamer1"), desk.visit())
    assert taken.visit is not None
    assign(store, taken.visit, desk.organisation, desk.act())
    undo(store, bytes.fromhex(taken.act), desk.act())
    assert open_loans(store) == []
    check_out(store, order(desk, "beamer1"))
    back = desk.scan(desk.code("beamer1"))
    say_condition(store, desk.items["beamer1"].id, Condition.BROKEN, desk.act())
    undo(store, bytes.fromhex(back.act), desk.act())
    assert len(open_loans(store)) == 1
    with store.reader() as read:
        assert read.rows("SELECT kind FROM matter") == []
    assert differences(store) == []


def test_home_does_not_name_what_was_undone_as_noted_last(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit())
    taken = desk.scan(desk.code("beamer2"), desk.visit())
    undo(desk.house.store, bytes.fromhex(taken.act), desk.act())
    noted = last_noted(desk.house.store)
    assert noted is not None
    assert noted.item == desk.items["beamer1"]


def test_taking_again_what_is_then_set_aside_does_not_count_as_taken(desk: Desk) -> None:
    store, item = desk.house.store, desk.items["beamer1"].id
    visit = desk.visit()
    check_out(store, CheckOut(desk.act(), desk.ben, (item,)))
    offered = desk.scan(desk.code("beamer1"), visit)
    assert offered.visit is not None
    set_terms(store, {"terms_version": 2}, act=desk.act(), by=None)
    taken, after = take_again(store, offered.visit, item, desk.act())
    assert [one.item.id for one in taken.set_aside] == [item]
    assert (after.taken, after.given_back) == (frozenset(), frozenset())


# People who want to be forgotten


def test_when_a_borrower_is_cut_from_a_loan_the_thing_still_comes_back(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    (line,) = check_out(store, order(desk, "beamer1")).lines
    desk.scan(desk.code("sound"), desk.visit())
    with store.begin() as work:
        private = work.rows("SELECT id FROM entry WHERE private IS NOT NULL AND subject LIKE 'item:%'")
        emptied = PrivateEmptied(entries=tuple(bytes(row[0]).hex() for row in private))
        work.append(desk.act(), [Draft("privacy:1", emptied)])
    assert loans_of(store, desk.ann.id) == []
    assert [(one.id, one.who) for one in open_loans(store)] == [(line.id, None)]
    assert [one.who for one in set_aside_list(store)] == [None]
    assert desk.scan(desk.code("sound"), desk.visit()).step is Step.KEPT_AT_DESK
    assert desk.scan(desk.code("beamer1")).step is Step.GIVEN_BACK
    assert differences(store) == []


def test_a_check_that_finds_nothing_settles_the_case_of_the_damage(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    item = desk.items["beamer1"].id
    check_out(store, CheckOut(desk.act(), desk.ann, (item,)))
    check_in(store, Return(desk.act(), (item,), Condition.INCOMPLETE))
    assert [case.kind for case in open_cases(store)] == ["damage"]
    check_return(store, desk.staff, item, Condition.BROKEN, desk.act())
    assert [case.kind for case in open_cases(store)] == ["damage"]
    check_return(store, desk.staff, item, Condition.GOOD, desk.act())
    assert open_cases(store) == ()
    assert differences(store) == []

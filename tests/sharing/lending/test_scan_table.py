"""Every cell of the scan table, through a real journal."""

from __future__ import annotations

from sharing import codes
from sharing.catalogue import actions as catalogue
from sharing.catalogue.look_up import location
from sharing.catalogue.rules import BlockReason, LocationKind, Need
from sharing.codes import CodeKind
from sharing.errors import (
    CardRevoked,
    CardUnknown,
    ItemIsBlocked,
    NoCode,
    NotLendable,
    NotReadable,
    TypedReturn,
    UnknownCode,
)
from sharing.lending.actions import (
    Scan,
    check_return,
    give_back,
    last_noted,
    mark_lost,
    say_condition,
    scan,
    take_again,
)
from sharing.lending.rules import Condition
from sharing.lending.scan_table import SCAN_TABLE, Seen, Step
from sharing.people import actions as people
from sharing.people.rules import Scope
from sharing.terms.actions import set_terms
from tests.sharing.desk import Desk, texts


def test_the_table_has_a_step_for_everything_that_can_be_scanned() -> None:
    only_in_a_visit = {
        Seen.BACK_IN_THIS_VISIT, Seen.OUT_MINE_BEFORE, Seen.OUT_MINE_NOW, Seen.RESERVED_FOR_ME,
        Seen.SET_ASIDE_MINE, Seen.OWN_CARD,
    }  # fmt: skip
    for seen in Seen:
        assert (seen, True) in SCAN_TABLE
        assert ((seen, False) in SCAN_TABLE) == (seen not in only_in_a_visit)


def test_a_free_thing_without_a_visit_is_shown(desk: Desk) -> None:
    scanned = desk.scan(desk.code("beamer1"))
    assert (scanned.step, scanned.act) == (Step.SHOWN, "")
    assert scanned.item == desk.items["beamer1"]


def test_a_card_after_a_shown_thing_lends_it(desk: Desk) -> None:
    scanned = desk.scan(desk.cards["ann"], shown=desk.items["beamer1"].id)
    assert scanned.step is Step.LENT
    assert scanned.visit is not None
    assert scanned.visit.taken == {desk.items["beamer1"].id}


def test_a_free_thing_in_a_visit_is_lent_at_once(any_desk: Desk) -> None:
    desk = any_desk
    scanned = desk.scan(desk.code("beamer1"), desk.visit())
    assert scanned.step is Step.LENT
    assert scanned.line is not None
    assert scanned.line.who == desk.ann


def test_a_thing_that_just_came_back_is_shown_and_no_card_lends_it(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit())
    assert desk.scan(desk.code("beamer1")).step is Step.GIVEN_BACK
    shown = desk.scan(desk.code("beamer1"))
    assert shown.step is Step.JUST_BACK
    assert desk.scan(desk.cards["ben"], shown=desk.items["beamer1"].id).step is Step.VISIT_OPENED
    desk.clock.forward(minutes=2)
    assert desk.scan(desk.code("beamer1")).step is Step.SHOWN


def test_a_thing_that_just_came_back_is_lent_in_a_visit(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit())
    desk.scan(desk.code("beamer1"))
    assert desk.scan(desk.code("beamer1"), desk.visit("ben")).step is Step.LENT


def test_given_back_in_this_visit_changes_nothing_until_take_again(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit())
    desk.clock.forward(days=1)
    visit = desk.visit()
    assert desk.scan(desk.code("beamer1"), visit).step is Step.ASK_BACK_OR_EXTEND
    _, after = give_back(desk.house.store, visit, desk.items["beamer1"].id, desk.act())
    again = desk.scan(desk.code("beamer1"), after)
    assert (again.step, again.act) == (Step.ALREADY_GIVEN_BACK, "")
    assert after is not None
    taken, last = take_again(desk.house.store, after, desk.items["beamer1"].id, desk.act())
    assert taken.lines[0].item == desk.items["beamer1"]
    assert desk.scan(desk.code("beamer1"), last).step is Step.ALREADY_YOURS


def test_mine_from_before_comes_back_without_a_visit_and_asks_in_one(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit())
    asked = desk.scan(desk.code("beamer1"), desk.visit())
    assert (asked.step, asked.act) == (Step.ASK_BACK_OR_EXTEND, "")
    back = desk.scan(desk.code("beamer1"))
    assert back.step is Step.GIVEN_BACK
    assert back.line is not None
    assert (back.line.checked_at, back.line.condition) == (None, Condition.NOT_SAID)


def test_taken_in_this_visit_is_already_yours(desk: Desk) -> None:
    lent = desk.scan(desk.code("beamer1"), desk.visit())
    again = desk.scan(desk.code("beamer1"), lent.visit)
    assert (again.step, again.act) == (Step.ALREADY_YOURS, "")


def test_another_s_thing_comes_back_and_is_offered(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit("ben"))
    offered = desk.scan(desk.code("beamer1"), desk.visit("ann"))
    assert offered.step is Step.GIVEN_BACK_OFFERED
    assert offered.visit is not None
    taken, _ = take_again(desk.house.store, offered.visit, desk.items["beamer1"].id, desk.act())
    assert taken.lines[0].who == desk.ann


def test_a_typed_code_gives_nothing_back_without_a_visit(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit())
    refused = desk.scan(desk.code("beamer1"), typed=True)
    assert isinstance(refused.refusal, TypedReturn)
    assert desk.scan(desk.code("beamer1"), desk.visit("ben"), typed=True).step is Step.GIVEN_BACK_OFFERED


def test_only_the_label_of_the_return_shelf_lets_typed_codes_count_as_given_back(desk: Desk) -> None:
    store = desk.house.store
    with store.reader() as read:
        shelf = location(read, desk.shelf)
    desk.scan(desk.code("beamer1"), desk.visit())
    assert not desk.scan(shelf.code or "").at_return_shelf

    set_terms(store, {"return_shelf": shelf.key}, act=desk.act(), by=None)
    assert not desk.scan(shelf.code or "", desk.visit("ben")).at_return_shelf
    assert desk.scan(shelf.code or "").at_return_shelf
    typed = Scan(desk.code("beamer1"), desk.act(), typed=True, at_return_shelf=True)
    assert scan(store, desk.house.keys, typed).step is Step.GIVEN_BACK


def test_a_thing_that_needs_a_deposit_is_set_aside_and_says_so(any_desk: Desk) -> None:
    desk = any_desk
    aside = desk.scan(desk.code("sound"), desk.visit())
    assert (aside.step, aside.missing) == (Step.SET_ASIDE, (Need.DEPOSIT,))
    assert aside.visit is not None
    assert not aside.visit.taken
    mine = desk.scan(desk.code("sound"), aside.visit)
    assert (mine.step, mine.missing) == (Step.MISSING, (Need.DEPOSIT,))
    assert desk.scan(desk.code("sound"), desk.visit("ben")).step is Step.KEPT_AT_DESK
    assert desk.scan(desk.code("sound")).step is Step.KEPT_AT_DESK


def test_what_was_missing_and_is_there_now_is_lent_by_the_next_scan(desk: Desk) -> None:
    people.change_person(
        desk.house.store, people.ChangePerson(act=desk.act(), person=desk.ben.id, terms_version=0)
    )
    aside = desk.scan(desk.code("beamer1"), desk.visit("ben"))
    assert aside.missing == (Need.TERMS,)
    people.accept_terms(desk.house.store, desk.ben.id, terms_version=1, privacy_version=1, act=desk.act())
    assert desk.scan(desk.code("beamer1"), desk.visit("ben")).step is Step.LENT


def test_a_blocked_thing_says_why_and_names_free_twins(desk: Desk) -> None:
    catalogue.block(desk.house.store, desk.items["beamer1"].id, reason=BlockReason.REPAIR, act=desk.act())
    for visit in (None, desk.visit()):
        refused = desk.scan(desk.code("beamer1"), visit)
        assert refused.step is Step.REFUSED
        assert isinstance(refused.refusal, ItemIsBlocked)
        assert {twin.key for twin in refused.twins} == {"b2", "b3", "b4"}


def test_a_damaged_thing_stays_until_staff_have_looked_at_it(any_desk: Desk) -> None:
    desk = any_desk
    store, item = desk.house.store, desk.items["beamer1"].id
    desk.scan(desk.code("beamer1"), desk.visit())
    desk.scan(desk.code("beamer1"))
    say_condition(store, item, Condition.BROKEN, desk.act(), note="Lampe")
    desk.clock.forward(minutes=5)
    assert isinstance(desk.scan(desk.code("beamer1"), desk.visit()).refusal, ItemIsBlocked)
    say_condition(store, item, Condition.GOOD, desk.act())
    assert isinstance(desk.scan(desk.code("beamer1"), desk.visit()).refusal, ItemIsBlocked)
    checked = check_return(store, desk.staff, item, Condition.GOOD, desk.act())
    assert checked.checked_at is not None
    assert desk.scan(desk.code("beamer1"), desk.visit()).step is Step.LENT


def test_a_thing_that_never_leaves_says_so(desk: Desk) -> None:
    for visit in (None, desk.visit()):
        assert isinstance(desk.scan(desk.code("printer"), visit).refusal, NotLendable)


def test_a_lost_thing_is_found(desk: Desk) -> None:
    mark_lost(desk.house.store, desk.staff, desk.items["beamer1"].id, desk.act())
    assert desk.scan(desk.code("beamer1")).step is Step.FOUND
    assert desk.scan(desk.code("beamer1")).step is Step.SHOWN


def test_a_lost_thing_that_was_lent_comes_back_when_it_is_found(desk: Desk) -> None:
    desk.scan(desk.code("beamer1"), desk.visit())
    mark_lost(desk.house.store, desk.staff, desk.items["beamer1"].id, desk.act())
    assert desk.scan(desk.code("beamer1")).step is Step.GIVEN_BACK
    desk.clock.forward(minutes=5)
    assert desk.scan(desk.code("beamer1")).step is Step.SHOWN


def test_places_and_rooms_are_shown(desk: Desk) -> None:
    store = desk.house.store
    room = catalogue.add_location(
        store, act=desk.act(), key="saal", kind=LocationKind.ROOM, names=texts("Saal A"), parent=""
    )
    with store.reader() as read:
        shelf = catalogue.location(read, desk.shelf)
    for visit in (None, desk.visit()):
        assert desk.scan(room.code or "", visit).step is Step.ROOM
        assert desk.scan(shelf.code or "", visit).step is Step.PLACE


def test_one_s_own_card_ends_the_visit_and_another_opens_theirs(desk: Desk) -> None:
    visit = desk.visit("ann")
    ended = desk.scan(desk.cards["ann"], visit)
    assert (ended.step, ended.visit) == (Step.VISIT_ENDED, None)
    changed = desk.scan(desk.cards["ben"], visit)
    assert changed.step is Step.VISIT_CHANGED
    assert changed.visit is not None
    assert changed.visit.person == desk.ben
    assert changed.visit.loan != visit.loan


def test_a_staff_card_asks_for_the_pin_and_leaves_the_visit(desk: Desk) -> None:
    visit = desk.visit("ann")
    for before in (None, visit):
        scanned = desk.scan(desk.cards["staff"], before)
        assert (scanned.step, scanned.visit) == (Step.STAFF_PIN, before)


def test_what_nobody_knows_says_so_and_the_visit_stays(desk: Desk) -> None:
    visit = desk.visit("ann")
    store = desk.house.store
    lost_card = people.issue_card(store, desk.house.keys, act=desk.act(), person=desk.ben.id)
    people.revoke_card(store, desk.house.keys.hash(lost_card), act=desk.act())
    good = desk.code("beamer1")
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    for text, kind in (
        (codes.make(CodeKind.ITEM, 4711), UnknownCode),
        ("4012345678901", NoCode),
        (wrong, NotReadable),
        (codes.make(CodeKind.PERSON_CARD, 4711), CardUnknown),
        (lost_card, CardRevoked),
    ):
        for before in (None, visit):
            scanned = desk.scan(text, before)
            assert scanned.step is Step.REFUSED
            assert type(scanned.refusal) is kind
            assert scanned.visit == before


def test_an_unknown_card_s_number_is_nowhere(desk: Desk) -> None:
    number = codes.make(CodeKind.PERSON_CARD, 4711)
    refused = desk.scan(number).refusal
    assert refused is not None
    assert number[:15] not in str(refused) + str(refused.details)


def test_the_same_label_within_three_seconds_is_one_scan(desk: Desk) -> None:
    lent = desk.scan(desk.code("beamer1"), desk.visit())
    desk.clock.forward(seconds=-3)
    again = desk.scan(desk.code("beamer1"), lent.visit)
    assert again.step is Step.SAME_AGAIN
    assert again.visit == lent.visit


def test_a_label_with_a_link_and_garbled_letters_is_the_same_thing(desk: Desk) -> None:
    code = desk.code("beamer1")
    for text in (f"https://haus.example/i/{code}", f"httpsÖ--haus.exampleäi-{code}", codes.grouped(code)):
        assert desk.scan(text).item == desk.items["beamer1"]


def test_home_can_say_what_was_noted_last_without_a_person(desk: Desk) -> None:
    assert last_noted(desk.house.store) is None
    desk.scan(desk.code("beamer1"), desk.visit())
    noted = last_noted(desk.house.store)
    assert noted is not None
    assert (noted.item, noted.kind) == (desk.items["beamer1"], "item.out")


def test_a_card_for_something_else_lends_nothing(desk: Desk) -> None:
    card = people.issue_card(
        desk.house.store, desk.house.keys, act=desk.act(), person=desk.ben.id, scope=(Scope.AUDIT,)
    )
    visit = desk.scan(card).visit
    refused = desk.scan(desk.code("beamer1"), visit)
    assert refused.step is Step.REFUSED
    assert refused.refusal is not None
    assert refused.refusal.key == "refusal.card_out_of_scope"

"""Going out, coming back, and all that can come between."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import BlockReason, Need
from sharing.errors import (
    BadTime,
    BadValue,
    ItemIsBlocked,
    ItemIsOut,
    KeptAtDesk,
    NoMoreRenewals,
    NotAllowed,
    NotLendable,
    NotOut,
    NotSetAside,
    NotUndoable,
    PersonSuspended,
    StepMissing,
    TooManyForOrganisation,
    TooManyForPerson,
    TooManyOfModel,
)
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.lending.actions import (
    CheckOut,
    Return,
    assign,
    check_in,
    check_out,
    complete,
    give_back,
    loans_of,
    open_loans,
    put_back,
    renew,
    set_aside_for,
    set_aside_list,
    today,
    unchecked,
    undo,
)
from sharing.lending.rules import Condition, Override
from sharing.lending.scan_table import Step
from sharing.people import actions as people
from sharing.terms.actions import set_terms
from sharing.terms.rules import local
from tests.sharing.desk import Desk

HOUR = 3_600_000
DAY = 24 * HOUR


def out(desk: Desk, *names: str, **more: Any) -> CheckOut:
    command = CheckOut(desk.act(), desk.ann, tuple(desk.items[name].id for name in names))
    return replace(command, **more)


def test_a_thing_is_due_when_the_desk_closes_on_its_last_day(desk: Desk) -> None:
    (line,) = check_out(desk.house.store, out(desk, "beamer1")).lines
    assert local(line.due, "Europe/Berlin").strftime("%a %d %H:%M") == "Mon 08 18:00"


def test_a_thing_due_on_a_closed_day_is_due_on_the_next_open_one(desk: Desk) -> None:
    set_terms(desk.house.store, {"closing_days": {"2026-06-08": "Betriebsausflug"}}, act=desk.act(), by=None)
    (line,) = check_out(desk.house.store, out(desk, "beamer1")).lines
    assert local(line.due, "Europe/Berlin").strftime("%a %d %H:%M") == "Tue 09 18:00"


def test_nothing_is_overdue_while_the_desk_has_stayed_closed(desk: Desk) -> None:
    check_out(desk.house.store, out(desk, "beamer1"))
    set_terms(desk.house.store, {"closing_days": {"2026-06-08": "Wasserschaden"}}, act=desk.act(), by=None)
    desk.clock.forward(days=7, hours=10)
    assert open_loans(desk.house.store, overdue=True) == []
    desk.clock.forward(days=1)
    assert len(open_loans(desk.house.store, overdue=True)) == 1


def test_an_earlier_end_may_be_chosen_and_a_later_one_not(desk: Desk) -> None:
    now = desk.clock.at
    (line,) = check_out(desk.house.store, out(desk, "beamer1", until=now + 2 * DAY)).lines
    assert line.due == now + 2 * DAY
    for wrong in (now - DAY, now + 20 * DAY):
        with pytest.raises(BadTime):
            check_out(desk.house.store, out(desk, "beamer2", until=wrong))


def test_a_command_sent_twice_does_nothing_twice(any_desk: Desk) -> None:
    command = out(any_desk, "beamer1", "beamer2")
    first = check_out(any_desk.house.store, command)
    assert check_out(any_desk.house.store, command) == first
    assert len(loans_of(any_desk.house.store, any_desk.ann.id)) == 2


def test_if_one_thing_is_refused_none_is_lent(any_desk: Desk) -> None:
    with pytest.raises(NotLendable):
        check_out(any_desk.house.store, out(any_desk, "beamer1", "printer"))
    assert open_loans(any_desk.house.store) == []


def test_what_is_out_cannot_be_lent_and_says_nothing_of_who_has_it(desk: Desk) -> None:
    check_out(desk.house.store, out(desk, "beamer1"))
    with pytest.raises(ItemIsOut) as refused:
        check_out(desk.house.store, out(desk, "beamer1", person=desk.ben))
    assert desk.ann.id not in str(refused.value.details)


def test_the_limits_of_person_model_and_organisation_hold(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    check_out(store, out(desk, "camera1"))
    with pytest.raises(TooManyOfModel):
        check_out(store, out(desk, "camera2"))
    check_out(store, out(desk, "beamer1", "beamer2", "beamer3"))
    with pytest.raises(TooManyForPerson):
        check_out(store, out(desk, "beamer4"))
    set_terms(store, {"max_per_organisation": 0}, act=desk.act(), by=None)
    people.add_member(store, desk.organisation, desk.ben.id, act=desk.act())
    with pytest.raises(TooManyForOrganisation):
        check_out(store, out(desk, "beamer4", person=desk.person("ben"), org=desk.organisation))


def test_what_is_taken_for_an_organisation_counts_as_its_own(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    check_out(store, out(desk, "beamer1", "beamer2", "beamer3", org=desk.organisation))
    check_out(store, out(desk, "beamer4", "beamer5", "camera1"))
    set_terms(store, {"max_per_person": 3}, act=desk.act(), by=None)
    with pytest.raises(TooManyForPerson):
        check_out(store, out(desk, "camera2"))


def test_private_things_cannot_pass_the_limit_by_way_of_an_organisation(desk: Desk) -> None:
    store = desk.house.store
    set_terms(store, {"max_per_person": 1}, act=desk.act(), by=None)
    visit = assign(store, desk.visit(), desk.organisation, desk.act())
    for name in ("beamer1", "beamer2"):
        after = desk.scan(desk.code(name), visit).visit
        assert after is not None
        visit = after
    with pytest.raises(TooManyForPerson):
        assign(store, visit, None, desk.act())


def test_what_must_come_back_is_not_kept_longer_but_may_come_sooner(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    (line,) = check_out(store, out(desk, "beamer1")).lines
    desk.clock.forward(days=2)
    people.suspend(store, desk.ann.id, until=desk.clock.at + 9 * DAY, act=desk.act())
    with pytest.raises(PersonSuspended):
        renew(store, line.id, desk.act())
    people.suspend(store, desk.ann.id, until=None, act=desk.act())
    catalogue.block(store, line.item.id, BlockReason.RETIRED, act=desk.act())
    with pytest.raises(ItemIsBlocked):
        renew(store, line.id, desk.act())
    assert renew(store, line.id, desk.act(), until=line.due - DAY).due == line.due - DAY


def test_only_members_take_things_for_an_organisation(desk: Desk) -> None:
    taken = check_out(desk.house.store, out(desk, "beamer1", org=desk.organisation))
    assert taken.lines[0].org_name == "Chor Neckar e.V."
    with pytest.raises(NotAllowed):
        check_out(desk.house.store, out(desk, "beamer2", person=desk.ben, org=desk.organisation))


def test_for_whom_can_be_said_after_the_first_things_were_taken(any_desk: Desk) -> None:
    desk = any_desk
    visit = desk.scan(desk.code("beamer1"), desk.visit()).visit
    assert visit is not None
    assert not visit.asked_for_whom
    visit = assign(desk.house.store, visit, desk.organisation, desk.act())
    desk.scan(desk.code("beamer2"), visit)
    assert {line.org for line in loans_of(desk.house.store, desk.ann.id)} == {desk.organisation}


def test_a_suspended_person_borrows_nothing_and_still_brings_things_back(desk: Desk) -> None:
    check_out(desk.house.store, out(desk, "beamer1"))
    people.suspend(desk.house.store, desk.ann.id, until=desk.clock.at + DAY, act=desk.act())
    with pytest.raises(PersonSuspended):
        check_out(desk.house.store, out(desk, "beamer2", person=desk.person("ann")))
    assert desk.scan(desk.code("beamer1"), desk.visit("ann")).step is Step.ASK_BACK_OR_EXTEND
    give_back(desk.house.store, None, desk.items["beamer1"].id, desk.act())
    desk.clock.forward(days=2)
    check_out(desk.house.store, out(desk, "beamer2", person=desk.person("ann")))


def test_staff_override_any_rule_with_a_reason_and_it_is_an_entry(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    with pytest.raises(NotAllowed):
        check_out(store, out(desk, "printer", override=Override(desk.ben, "bitte")))
    with pytest.raises(BadValue):
        check_out(store, out(desk, "printer", override=Override(desk.staff, " ")))
    taken = check_out(store, out(desk, "printer", "saw", override=Override(desk.staff, "Stadtfest")))
    assert [line.override for line in taken.lines] == [
        "not_lendable", "need:instruction,need:electrical_test",
    ]  # fmt: skip
    with store.begin() as work:
        entry = work.entry(bytes.fromhex(taken.lines[0].id))
    assert entry is not None
    assert b"Stadtfest" in (entry.private or b"")
    assert b"Stadtfest" not in entry.data


def test_set_aside_outlives_the_visit_and_staff_complete_it(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    visit = desk.scan(desk.code("sound"), desk.visit()).visit
    assert visit is not None
    (waiting,) = set_aside_for(store, desk.ann.id)
    assert waiting.missing == (Need.DEPOSIT,)
    with pytest.raises(KeptAtDesk):
        check_out(store, out(desk, "sound", person=desk.ben))
    with pytest.raises(StepMissing):
        check_out(store, out(desk, "sound"))
    with pytest.raises(NotAllowed):
        complete(store, desk.ben, desk.items["sound"].id, desk.act())
    gone = complete(store, desk.staff, desk.items["sound"].id, desk.act())
    assert gone.item == desk.items["sound"]
    assert set_aside_list(store) == []
    with pytest.raises(NotSetAside):
        complete(store, desk.staff, desk.items["sound"].id, desk.act())


def test_what_is_set_aside_can_be_put_back(desk: Desk) -> None:
    desk.scan(desk.code("sound"), desk.visit())
    put_back(desk.house.store, desk.items["sound"].id, desk.act())
    assert set_aside_list(desk.house.store) == []
    with pytest.raises(NotSetAside):
        put_back(desk.house.store, desk.items["sound"].id, desk.act())


def test_an_expired_electrical_test_needs_a_reason_and_an_instruction_is_remembered(desk: Desk) -> None:
    store, saw = desk.house.store, desk.items["saw"].id
    desk.scan(desk.code("saw"), desk.visit())
    with pytest.raises(StepMissing):
        complete(store, desk.staff, saw, desk.act())
    line = complete(store, desk.staff, saw, desk.act(), reason="neu geprüft, Plakette folgt")
    assert line.override == "need:electrical_test"
    assert desk.items["saw"].model.id in desk.person("ann").instructed


def test_a_return_counts_as_unchecked_until_staff_say_so(desk: Desk) -> None:
    check_out(desk.house.store, out(desk, "beamer1", "beamer2"))
    first, second = desk.items["beamer1"].id, desk.items["beamer2"].id
    check_in(desk.house.store, Return(desk.act(), (first,)))
    check_in(desk.house.store, Return(desk.act(), (second,), Condition.GOOD, actor=desk.staff))
    assert [line.item.id for line in unchecked(desk.house.store)] == [first]


def test_what_is_not_out_cannot_come_back(desk: Desk) -> None:
    with pytest.raises(NotOut):
        check_in(desk.house.store, Return(desk.act(), (desk.items["beamer1"].id,)))


def test_a_renewal_is_a_request_that_the_home_decides_in_the_same_act(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    (line,) = check_out(store, out(desk, "beamer1")).lines
    with pytest.raises(BadTime):
        renew(store, line.id, desk.act())
    desk.clock.forward(days=3)
    act = desk.act()
    longer = renew(store, line.id, act)
    assert local(longer.due, "Europe/Berlin").strftime("%a %d") == "Thu 11"
    assert renew(store, line.id, act) == longer
    with store.begin() as work:
        assert [one.nature for one in work.applied(act)] == ["request", "verdict"]
    desk.clock.forward(days=1)
    with pytest.raises(NoMoreRenewals):
        renew(store, line.id, desk.act())
    sooner = renew(store, line.id, desk.act(), until=longer.due - DAY)
    assert (sooner.due, sooner.renewals) == (longer.due - DAY, 1)


def test_an_undo_takes_back_the_newest_act_only(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    scanned = desk.scan(desk.code("beamer1"), desk.visit())
    assert [item.key for item in undo(store, bytes.fromhex(scanned.act), desk.act())] == ["b1"]
    assert open_loans(store) == []
    with pytest.raises(NotUndoable):
        undo(store, bytes.fromhex(scanned.act), desk.act())
    lent = desk.scan(desk.code("beamer1"), desk.visit())
    back = desk.scan(desk.code("beamer1"))
    with pytest.raises(NotUndoable):
        undo(store, bytes.fromhex(lent.act), desk.act())
    undo(store, bytes.fromhex(back.act), desk.act())
    (line,) = open_loans(store)
    assert line.id == (lent.line and lent.line.id)
    with pytest.raises(NotUndoable):
        undo(store, desk.act(), desk.act())
    assert differences(store) == []


def test_late_paper_is_marked_late_and_due_from_when_it_happened(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    at = desk.clock.at - 3 * HOUR
    (line,) = check_out(store, out(desk, "beamer1", at=at)).lines
    assert (line.out_at, line.late) == (at, True)
    check_in(store, Return(desk.act(), (desk.items["beamer1"].id,), at=at + HOUR))
    (back,) = unchecked(store)
    assert back.back_at == at + HOUR
    for wrong in (desk.clock.at + HOUR, desk.clock.at - 40 * DAY):
        with pytest.raises(BadTime):
            check_out(store, out(desk, "beamer2", at=wrong))


def test_the_day_in_numbers(desk: Desk) -> None:
    check_out(desk.house.store, out(desk, "beamer1", "beamer2", until=desk.clock.at + HOUR))
    check_in(desk.house.store, Return(desk.act(), (desk.items["beamer1"].id,)))
    desk.scan(desk.code("sound"), desk.visit())
    found = today(desk.house.store)
    assert (found.out_now, found.taken_today, found.back_today, found.due_today) == (1, 2, 1, 1)
    assert (found.overdue, found.unchecked, found.set_aside) == (0, 1, 1)


def test_with_a_clock_in_1970_things_still_go_out_and_come_back(desk: Desk) -> None:
    check_out(desk.house.store, out(desk, "beamer1"))
    sane = desk.clock.at
    desk.clock.at = 5_000
    (line,) = check_out(desk.house.store, out(desk, "beamer2")).lines
    assert line.due > sane
    assert line.out_at <= line.due
    check_in(desk.house.store, Return(desk.act(), (desk.items["beamer1"].id, desk.items["beamer2"].id)))
    assert open_loans(desk.house.store) == []
    assert differences(desk.house.store) == []
    assert verify(desk.house.store).faults == ()


def test_an_item_s_name_never_stands_in_the_open_data_of_a_loan(desk: Desk) -> None:
    check_out(desk.house.store, out(desk, "beamer1", org=desk.organisation))
    with desk.house.store.reader() as read:
        rows = read.rows("SELECT data FROM entry WHERE kind = 'item.out'")
    assert desk.ann.id.encode() not in bytes(rows[0][0])
    assert desk.organisation.encode() in bytes(rows[0][0])

"""Taking stock of a shelf: what was seen, what was not, and what follows with a yes."""

from __future__ import annotations

import csv
import io

import pytest

from sharing import codes
from sharing.audits.actions import (
    audits,
    close_audit,
    open_audit,
    report,
    report_csv,
    scan_audit,
    settle,
)
from sharing.audits.rules import Finding, Home, Sight, judge
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import LocationKind
from sharing.codes import CodeKind
from sharing.errors import (
    AuditClosedAlready,
    CardIsNoThing,
    DoesNotExist,
    NoCode,
    NotAllowed,
    NotReadable,
)
from sharing.house import open_house
from sharing.journal.rebuild import differences
from sharing.lending.actions import CheckOut, Return, check_in, check_out, open_loans
from sharing.lending.looking import standing_of
from tests.sharing.desk import Desk, texts


def test_each_finding_follows_from_what_was_seen_and_where_it_belongs() -> None:
    homes = {
        "here": Home("shelf", on_loan=False),
        "inside": Home("box", on_loan=False),
        "lent": Home("shelf", on_loan=True),
        "lent_and_seen": Home("shelf", on_loan=True),
        "stray": Home("cellar", on_loan=False),
        "homeless": Home(None, on_loan=False),
        "gone": Home("shelf", on_loan=False),
    }
    seen = ("here", "inside", "lent_and_seen", "stray", "homeless", "", "here")
    sights = [Sight(item or f"code-{n}", item, "shelf", n) for n, item in enumerate(seen)]
    found = judge(
        sights, homes, {"here", "inside", "lent", "lent_and_seen", "gone"}, {"shelf": {"shelf", "box"}}
    )
    assert [(one.finding, one.item) for one in found] == [
        (Finding.SEEN, "here"),
        (Finding.SEEN, "inside"),
        (Finding.ON_LOAN_BUT_HERE, "lent_and_seen"),
        (Finding.MISPLACED, "stray"),
        (Finding.SEEN, "homeless"),
        (Finding.UNKNOWN, ""),
        (Finding.DUPLICATE, "here"),
        (Finding.MISSING, "gone"),
    ]


def _stray(desk: Desk) -> str:
    """Give the code of a thing that belongs elsewhere."""
    store = desk.house.store
    cellar = catalogue.add_location(
        store, act=desk.act(), key="keller", kind=LocationKind.ROOM, names=texts("Keller"), parent=""
    )
    catalogue.change_item(store, desk.items["camera2"].id, act=desk.act(), home=cellar.id)
    return desk.code("camera2")


def test_a_shelf_is_counted_by_scans_alone_and_survives_a_restart(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    stray = _stray(desk)
    check_out(store, CheckOut(desk.act(), desk.ann, (desk.items["beamer5"].id,)))
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    with store.reader() as read:
        place = catalogue.location(read, desk.shelf)
    assert scan_audit(store, audit.id, place.code or "", desk.act()).place == place

    def seen(code: str) -> Finding | None:
        return scan_audit(store, audit.id, code, desk.act()).finding

    for name in ("beamer1", "beamer2", "sound", "saw", "camera1"):
        assert seen(desk.code(name)) is Finding.SEEN
    assert seen(desk.code("beamer1")) is Finding.DUPLICATE
    assert seen(stray) is Finding.MISPLACED
    assert seen(desk.code("beamer5")) is Finding.ON_LOAN_BUT_HERE
    assert seen(codes.make(CodeKind.ITEM, 4711)) is Finding.UNKNOWN
    store.close()
    (again,) = audits(store, still_open=True)
    assert (again.seen, again.place) == (8, place)
    found = close_audit(store, desk.staff, audit.id, desk.act())
    missing = {line.item.key for line in found.lines if line.finding is Finding.MISSING and line.item}
    assert missing == {"b3", "b4", "d1"}
    assert {one: found.count(one) for one in Finding} == {
        Finding.SEEN: 5, Finding.MISSING: 3, Finding.MISPLACED: 1, Finding.ON_LOAN_BUT_HERE: 1,
        Finding.UNKNOWN: 1, Finding.DUPLICATE: 1,
    }  # fmt: skip
    assert len(open_loans(store)) == 1
    assert differences(store) == []


def test_what_is_missing_is_listed_by_place_and_name_as_somebody_looks_for_it(desk: Desk) -> None:
    store = desk.house.store
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    found = close_audit(store, desk.staff, audit.id, desk.act())

    assert [line.item.name("de") for line in found.lines if line.item] == [
        "Beamer 1", "Beamer 2", "Beamer 3", "Beamer 4", "Beamer 5", "Drucker 1", "Kamera 1", "Kamera 2",
        "Säge 1", "Tonanlage 1",
    ]  # fmt: skip


def test_what_is_kept_at_the_desk_for_somebody_is_not_missing_from_its_shelf(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    desk.scan(desk.code("sound"), desk.visit())
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    found = close_audit(store, desk.staff, audit.id, desk.act())
    missing = {line.item.key for line in found.lines if line.finding is Finding.MISSING and line.item}
    assert desk.items["beamer1"].key in missing
    assert desk.items["sound"].key not in missing


def test_nothing_moves_without_a_yes_and_each_yes_settles_one_thing(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    stray = _stray(desk)
    check_out(store, CheckOut(desk.act(), desk.ann, (desk.items["beamer5"].id,)))
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    for code in (stray, desk.code("beamer5")):
        scan_audit(store, audit.id, code, desk.act())
    close_audit(store, desk.staff, audit.id, desk.act())
    for name in ("camera2", "beamer5", "beamer1"):
        assert settle(store, desk.staff, audit.id, desk.items[name].id, desk.act()).settled
        with pytest.raises(DoesNotExist):
            settle(store, desk.staff, audit.id, desk.items[name].id, desk.act())
    with store.reader() as read:
        assert catalogue.item(read, desk.items["camera2"].id).home == desk.shelf
        assert standing_of(read, desk.items["beamer1"].id).lost
    assert open_loans(store) == []


def test_what_an_audit_cannot_take_is_refused_and_not_noted(desk: Desk) -> None:
    store = desk.house.store
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    good = desk.code("beamer1")
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    for text, kind in ((desk.cards["ann"], CardIsNoThing), (wrong, NotReadable), ("", NoCode)):
        with pytest.raises(kind):
            scan_audit(store, audit.id, text, desk.act())
    assert report(store, audit.id).audit.seen == 0
    with pytest.raises(DoesNotExist):
        scan_audit(store, "0" * 32, good, desk.act())
    with pytest.raises(NotAllowed):
        open_audit(store, desk.ann, desk.shelf, desk.act())
    close_audit(store, desk.staff, audit.id, desk.act())
    with pytest.raises(AuditClosedAlready):
        scan_audit(store, audit.id, good, desk.act())


def test_commands_sent_twice_do_nothing_twice(desk: Desk) -> None:
    store, first, second = desk.house.store, desk.act(), desk.act()
    audit = open_audit(store, desk.staff, desk.shelf, first)
    assert open_audit(store, desk.staff, desk.shelf, first).id == audit.id
    scan_audit(store, audit.id, desk.code("beamer1"), second)
    scan_audit(store, audit.id, desk.code("beamer1"), second)
    assert report(store, audit.id).audit.seen == 1


def test_the_report_as_csv_is_harmless_in_a_spreadsheet(desk: Desk) -> None:
    store = desk.house.store
    evil = catalogue.add_item(
        store,
        act=desk.act(),
        model=desk.items["beamer1"].model.id,
        key="evil",
        number="=1+1",
        home=desk.shelf,
    )
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    scan_audit(store, audit.id, evil.code or "", desk.act())
    scan_audit(store, audit.id, "=cmd|calc", desk.act())
    rows = list(csv.reader(io.StringIO(report_csv(report(store, audit.id), "de"))))
    assert rows[0][0] == "finding"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_an_audit_opened_before_a_restart_goes_on_in_a_new_process(desk: Desk) -> None:
    audit = open_audit(desk.house.store, desk.staff, desk.shelf, desk.act())
    desk.house.close()
    again = open_house(desk.house.data, clock=desk.clock)
    try:
        assert scan_audit(again.store, audit.id, desk.code("beamer1"), desk.act()).finding is Finding.SEEN
    finally:
        again.close()


def _count_all(desk: Desk, *names: str) -> str:
    """Count these things on the shelf and close; gives the audit's id."""
    store = desk.house.store
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    for name in names:
        scan_audit(store, audit.id, desk.code(name), desk.act())
    close_audit(store, desk.staff, audit.id, desk.act())
    return audit.id


def _finding(desk: Desk, audit: str, name: str) -> tuple[Finding, bool]:
    lines, item = report(desk.house.store, audit).lines, desk.items[name].id
    return next((one.finding, one.settled) for one in lines if one.item and one.item.id == item)


def test_what_happens_to_a_thing_after_it_was_seen_does_not_change_what_was_found(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    check_out(store, CheckOut(desk.act(), desk.ann, (desk.items["beamer5"].id,)))
    audit = _count_all(desk, "beamer1", "beamer2", "beamer5")
    desk.clock.forward(days=1)
    check_out(store, CheckOut(desk.act(), desk.ben, (desk.items["beamer1"].id, desk.items["beamer3"].id)))
    attic = catalogue.add_location(
        store, act=desk.act(), key="dach", kind=LocationKind.ROOM, names=texts("Dachboden"), parent=""
    )
    catalogue.change_item(store, desk.items["beamer2"].id, act=desk.act(), home=attic.id)
    assert _finding(desk, audit, "beamer1") == (Finding.SEEN, True)
    assert _finding(desk, audit, "beamer2") == (Finding.SEEN, True)
    assert _finding(desk, audit, "beamer3") == (Finding.MISSING, True)
    assert _finding(desk, audit, "beamer4") == (Finding.MISSING, False)
    assert _finding(desk, audit, "beamer5") == (Finding.ON_LOAN_BUT_HERE, False)
    check_in(store, Return(desk.act(), (desk.items["beamer5"].id,)))
    assert _finding(desk, audit, "beamer5") == (Finding.ON_LOAN_BUT_HERE, True)
    check_out(store, CheckOut(desk.act(), desk.ann, (desk.items["beamer5"].id,)))
    with pytest.raises(DoesNotExist):
        settle(store, desk.staff, audit, desk.items["beamer5"].id, desk.act())
    assert len(open_loans(store)) == 3


def test_a_scan_and_a_yes_that_are_sent_twice_answer_twice_alike(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    audit = open_audit(store, desk.staff, desk.shelf, desk.act())
    for text in (desk.code("beamer1"), codes.make(CodeKind.ITEM, 4711), "4012345678901"):
        act = desk.act()
        assert scan_audit(store, audit.id, text, act) == scan_audit(store, audit.id, text, act)
    act = desk.act()
    first = scan_audit(store, audit.id, desk.code("beamer2"), act)
    close_audit(store, desk.staff, audit.id, desk.act())
    again = scan_audit(store, audit.id, desk.code("beamer2"), act)
    assert (again.item, again.finding, again.code) == (first.item, first.finding, first.code)
    yes, thing = desk.act(), desk.items["beamer3"].id
    assert settle(store, desk.staff, audit.id, thing, yes) == settle(store, desk.staff, audit.id, thing, yes)

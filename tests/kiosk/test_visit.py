"""Idle times, what the kiosk knows of who is there, and undo, without a screen."""

from __future__ import annotations

from kiosk.visit import Idle, Present, after_undo
from sharing.lending.rules import Visit
from sharing.lending.scan_table import Step
from sharing.lending.scanning import Scanned
from sharing.people.rules import Person

VISIT = Visit("loan", Person("p", "Jonas Weber"), 0)


def test_nothing_shows_for_45_seconds_then_20_are_counted() -> None:
    idle = Idle(100)
    assert idle.left(144.9) is None
    assert idle.left(145) == 20
    assert idle.left(164.5) == 1
    assert idle.left(165) == 0
    assert idle.left(999) == 0


def test_a_touch_starts_anew_and_tells_whether_it_was_counting() -> None:
    idle = Idle(0)
    assert idle.touched(10) is False
    assert idle.touched(60) is True
    assert idle.left(104) is None


def test_forgetting_leaves_nobody() -> None:
    present = Present()
    present.noted(Scanned(Step.VISIT_OPENED, VISIT), 5)
    present.forget()
    assert present == Present(last_at=5)


def test_undo_in_a_visit_is_its_newest_act() -> None:
    present = Present(visit=VISIT.noting("a1", "i1", taken=True).noting("a2", "i2", taken=True))
    assert present.undoable(0) == "a2"


def test_a_return_without_a_visit_can_be_undone_for_30_seconds() -> None:
    present = Present()
    present.noted(Scanned(Step.GIVEN_BACK, act="a1"), 100)
    assert present.undoable(130) == "a1"
    assert present.undoable(130.1) is None


def test_undoing_a_loan_takes_the_thing_out_of_the_visit() -> None:
    visit = VISIT.noting("a1", "i1", taken=True).noting("a2", "i2", taken=True)
    after = after_undo(visit, frozenset({"i1"}))
    assert after.taken == {"i1"}
    assert after.acts == (("a1", "i1"),)


def test_undoing_a_second_loan_of_a_thing_leaves_it_given_back() -> None:
    visit = VISIT.noting("a1", "i", taken=True).noting("a2", "i", taken=False).noting("a3", "i", taken=True)
    visit = after_undo(visit, frozenset())
    assert visit.given_back == frozenset()
    assert visit.acts[-1] == ("a2", "i")

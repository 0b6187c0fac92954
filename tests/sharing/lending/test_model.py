"""Any order of what people do at the desk comes to what a few dictionaries say, and folds to it again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sharing.errors import Refusal
from sharing.house import House, make_house, open_house
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.lending import actions
from sharing.lending.actions import CheckOut, Return, Scan
from sharing.lending.rules import Condition, Visit
from sharing.lending.scan_table import Step
from sharing.terms.actions import read_terms
from tests.fakes import FakeClock, FakeRandomness
from tests.sharing.desk import Desk, make_desk
from tests.sharing.lending.plain_desk import PlainDesk

NAMES = ("beamer1", "beamer2", "beamer3", "camera1", "camera2", "sound")
names = st.sampled_from(NAMES)
persons = st.sampled_from(("ann", "ben"))
LATE_MS = st.none() | st.sampled_from((60_000, 3_600_000, 20 * 86_400_000))


T = TypeVar("T")


def attempt(do: Callable[[], T]) -> tuple[T | None, str]:
    """Do it; gives what it returned, and the name of the refusal or nothing."""
    try:
        return do(), ""
    except Refusal as refusal:
        return None, type(refusal).__name__


class Template:
    """One filled house, made once; every run copies its folder."""

    made: tuple[Path, Desk, int] | None = None

    @classmethod
    def copy(cls) -> tuple[Desk, House, FakeClock, Path]:
        if cls.made is None:
            folder, clock = Path(tempfile.mkdtemp()), FakeClock()
            house = make_house(
                folder / "data", node="desk", name="T", clock=clock, randomness=FakeRandomness()
            )
            cls.made = folder, make_desk(house, clock), clock.at
            house.close()
        folder, desk, at = cls.made
        copied = Path(tempfile.mkdtemp())
        shutil.copytree(folder / "data", copied / "data")
        clock = FakeClock(at)
        clock.uptime += at - FakeClock().at
        return (
            desk,
            open_house(copied / "data", clock=clock, randomness=FakeRandomness("again")),
            clock,
            copied,
        )


class AnyDay(RuleBasedStateMachine):
    """A day at the desk, any day."""

    def __init__(self) -> None:
        super().__init__()
        self.desk, self.house, self.clock, self.folder = Template.copy()
        self.store = self.house.store
        self.items = {name: self.desk.items[name] for name in NAMES}
        self.plain = PlainDesk(self.items, read_terms(self.store))
        self.people = {"ann": self.desk.ann, "ben": self.desk.ben}
        self.visits: dict[str, Visit] = {}
        self.acts: list[bytes] = []

    def teardown(self) -> None:
        assert verify(self.store).faults == ()
        assert differences(self.store) == []
        self.house.close()
        shutil.rmtree(self.folder)

    # Helpers

    def act(self) -> bytes:
        self.acts.append(self.store.new_act())
        return self.acts[-1]

    def now(self) -> int:
        with self.store.begin() as work:
            return work.now

    def entry(self, act: bytes) -> tuple[str, int]:
        """Give id and time of what an act wrote."""
        with self.store.begin() as work:
            first = work.applied(act)[0]
            return first.hex, first.at

    def late(self, ms: int | None) -> int | None:
        return None if ms is None else self.now() - ms

    # What people do

    @rule(who=persons)
    def begin_a_visit(self, who: str) -> None:
        self.visits[who] = actions.visit_of(self.store, self.house.keys, self.desk.cards[who])

    @rule(name=names, who=st.none() | persons)
    def scan(self, name: str, who: str | None) -> None:
        self.clock.forward(seconds=4)
        visit, act = self.visits.get(who or ""), self.act()
        expected = self.plain.scanned(name, visit, self.now())
        code = self.items[name].code or ""
        scanned = actions.scan(self.store, self.house.keys, Scan(code, act, visit))
        assert (type(scanned.refusal).__name__ if scanned.refusal else scanned.step) == expected
        if who and scanned.visit is not None:
            self.visits[who] = scanned.visit
        if expected in {Step.LENT, Step.SET_ASIDE, Step.GIVEN_BACK, Step.GIVEN_BACK_OFFERED, Step.FOUND}:
            self._scanned(name, visit, act, expected)

    def _scanned(self, name: str, visit: Visit | None, act: bytes, step: Step | str) -> None:
        line, at = self.entry(act)
        if step is Step.LENT and visit is not None:
            self.plain.out(name, act, line, visit.person.id, visit.loan, at)
        elif step is Step.SET_ASIDE and visit is not None:
            self.plain.aside(name, act, visit.person.id, visit.loan)
        elif step is Step.FOUND:
            self.plain.lost(name, act, lost=False)
        else:
            self.plain.back(name, act, at)

    @rule(name=names, who=persons, ms=LATE_MS)
    def check_out(self, name: str, who: str, ms: int | None) -> None:
        act, person, at, loan = self.act(), self.people[who], self.late(ms), self.store.new_act().hex()
        expected = self.plain.taken(name, person.id, late=at is not None)
        command = CheckOut(act, person, (self.items[name].id,), loan=loan, at=at)
        taken, refused = attempt(lambda: actions.check_out(self.store, command))
        assert (refused or ("lent" if taken and taken.lines else "aside")) == expected
        if expected == "lent":
            line, now = self.entry(act)
            self.plain.out(name, act, line, person.id, loan, now if at is None else at, late=at is not None)
        elif expected == "aside":
            self.plain.aside(name, act, person.id, loan)

    @rule(name=names, ms=LATE_MS)
    def check_in(self, name: str, ms: int | None) -> None:
        act, at, thing = self.act(), self.late(ms), self.plain.things[name]
        expected = "" if thing.open else "NotOut"
        if thing.open and at is not None and at < thing.lines[thing.open].out_at:
            expected = "BadTime"
        command = Return(act, (self.items[name].id,), at=at)
        assert attempt(lambda: actions.check_in(self.store, command))[1] == expected
        if not expected:
            self.plain.back(name, act, self.entry(act)[1] if at is None else at)

    @rule()
    def complete(self) -> None:
        name, act = "sound", self.act()
        aside = self.plain.things[name].aside
        expected = self.plain.against(name, aside[1]) if aside else "NotSetAside"
        line, refused = attempt(
            lambda: actions.complete(self.store, self.desk.staff, self.items[name].id, act)
        )
        assert refused == expected
        if line and aside:
            self.plain.out(name, act, line.id, aside[1], aside[0], self.entry(act)[1])

    @rule(name=names)
    def put_back(self, name: str) -> None:
        act, aside = self.act(), self.plain.things[name].aside
        refused = attempt(lambda: actions.put_back(self.store, self.items[name].id, act))[1]
        assert refused == ("" if aside else "NotSetAside")
        if aside:
            self.plain.put_back(name, act)

    @rule(name=names)
    def renew(self, name: str) -> None:
        line = self.plain.things[name].open
        if line is not None:
            expected = self.plain.renewed(name, self.now())
            renewed, refused = attempt(lambda: actions.renew(self.store, line, self.act()))
            assert (renewed.due if renewed else refused) == expected
            if renewed:
                self.plain.renew(name, renewed.due)

    @rule(name=names, lost=st.booleans())
    def lose_or_find(self, name: str, *, lost: bool) -> None:
        act = self.act()
        if lost:
            actions.mark_lost(self.store, self.desk.staff, self.items[name].id, act)
        else:
            actions.find_again(self.store, self.items[name].id, act)
        self.plain.lost(name, act, lost=lost)

    @rule(name=names, said=st.sampled_from(Condition), checked=st.booleans())
    def say_how_it_came_back(self, name: str, said: Condition, *, checked: bool) -> None:
        act, thing = self.act(), self.plain.things[name]
        can = thing.open is None and thing.last is not None
        staff, item = self.desk.staff if checked else None, self.items[name].id
        refused = attempt(lambda: actions.say_condition(self.store, item, said, act, actor=staff))[1]
        assert refused == ("" if can else "NotOut")
        if can:
            self.plain.condition(name, act, said.value, self.entry(act)[1] if checked else None)

    @precondition(lambda self: self.acts)
    @rule(which=st.integers(1, 4))
    def undo(self, which: int) -> None:
        target = self.acts[-min(which, len(self.acts))]
        refused = attempt(lambda: actions.undo(self.store, target, self.store.new_act()))[1]
        assert refused in (("",) if self.plain.undo(target) else ("NotUndoable", "UndoneAlready"))

    @rule(minutes=st.sampled_from((1, 30, 60 * 24, 60 * 24 * 9)))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule(minutes=st.sampled_from((2, 60, 60 * 24 * 400)), reboot=st.booleans())
    def the_clock_jumps_back(self, minutes: int, *, reboot: bool) -> None:
        self.clock.at -= minutes * 60_000
        if reboot:
            self.clock.boot, self.clock.uptime = f"{self.clock.boot}+", 1

    # What is in the tables

    @invariant()
    def the_rows_say_what_the_dictionaries_say(self) -> None:
        with self.store.reader() as read:
            lines = read.rows(
                "SELECT id, item, borrower, loan, out_at, due, late, back_at, checked_at, condition, renewals"
                " FROM loan_line"
            )
            holdings = {
                row[0]: row[1:]
                for row in read.rows(
                    "SELECT id, line, last_line, back_at, loan, borrower, lost, damaged FROM holding"
                )
            }
        for name, thing in self.plain.things.items():
            key = self.items[name].id
            found = {
                row[0]: (*row[2:6], bool(row[6]), *row[7:]) for row in lines if row[1] == key
            }  # fmt: skip
            wanted = {
                line: (
                    one.borrower, one.loan, one.out_at, one.due, one.late, one.back_at, one.checked_at,
                    one.condition, one.renewals,
                )
                for line, one in thing.lines.items()
            }  # fmt: skip
            assert found == wanted
            loan, person = thing.aside or (None, None)
            held = (thing.open, thing.last, thing.back_at, loan, person, int(thing.lost), thing.damaged)
            assert holdings.get(key, (None, None, None, None, None, 0, "")) == held


AnyDay.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyDay = AnyDay.TestCase

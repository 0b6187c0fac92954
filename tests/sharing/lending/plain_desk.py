"""The desk as a few dictionaries: what lending should come to, written without a journal, folds or SQL."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from sharing.catalogue.rules import Item
from sharing.lending.rules import Visit, latest_due
from sharing.lending.scan_table import Step
from sharing.terms.rules import Terms

DAMAGED = {"broken", "incomplete"}
PERSON_LIMIT = 4
NEEDS_STAFF = {"sound"}
ONE_EACH = {"camera1", "camera2"}


@dataclass
class PlainLine:
    """One loan of one thing."""

    borrower: str
    loan: str
    out_at: int
    due: int
    late: bool
    back_at: int | None = None
    checked_at: int | None = None
    condition: str | None = None
    renewals: int = 0


@dataclass
class PlainThing:
    """Where one thing is."""

    lines: dict[str, PlainLine] = field(default_factory=dict)
    open: str | None = None
    last: str | None = None
    back_at: int | None = None
    aside: tuple[str, str] | None = None
    """(visit, person) it waits for."""
    lost: bool = False
    damaged: str = ""


class PlainDesk:
    """All things, and for each what can be undone."""

    def __init__(self, items: dict[str, Item], terms: Terms) -> None:
        self.items, self.terms = items, terms
        self.things = {name: PlainThing() for name in items}
        self.past: dict[str, list[tuple[bytes | None, PlainThing]]] = {name: [] for name in items}

    # What should be answered

    def scanned(self, name: str, visit: Visit | None, now: int) -> Step | str:
        """Give the step, or the name of the refusal."""
        thing = self.things[name]
        if thing.open:
            return self._scanned_out(thing.lines[thing.open], visit)
        if thing.lost:
            return Step.FOUND
        if thing.aside:
            mine = visit is not None and thing.aside[1] == visit.person.id
            return Step.MISSING if mine else Step.KEPT_AT_DESK
        if visit is not None and self.items[name].id in visit.given_back:
            return Step.ALREADY_GIVEN_BACK
        return self._scanned_in(name, visit, now)

    @staticmethod
    def _scanned_out(line: PlainLine, visit: Visit | None) -> Step:
        if visit is None:
            return Step.GIVEN_BACK
        if line.borrower != visit.person.id:
            return Step.GIVEN_BACK_OFFERED
        return Step.ALREADY_YOURS if line.loan == visit.loan else Step.ASK_BACK_OR_EXTEND

    def _scanned_in(self, name: str, visit: Visit | None, now: int) -> Step | str:
        thing = self.things[name]
        if thing.damaged:
            return "ItemIsBlocked"
        if visit is not None:
            return self.against(name, visit.person.id) or (
                Step.SET_ASIDE if name in NEEDS_STAFF else Step.LENT
            )
        just_back = thing.back_at is not None and 0 <= now - thing.back_at < 60_000
        return Step.JUST_BACK if just_back else Step.SHOWN

    def against(self, name: str, person: str) -> str:
        """Name the first rule against lending it to this person; empty if there is none."""
        mine = [
            other
            for other, thing in self.things.items()
            if thing.open and thing.lines[thing.open].borrower == person
        ]
        if self.things[name].damaged:
            return "ItemIsBlocked"
        if len(mine) >= PERSON_LIMIT:
            return "TooManyForPerson"
        return "TooManyOfModel" if name in ONE_EACH and ONE_EACH & set(mine) else ""

    def taken(self, name: str, person: str, *, late: bool) -> str:
        """Name what becomes of a check-out: "lent", "aside" or a refusal."""
        thing = self.things[name]
        if thing.open:
            return "ItemIsOut"
        if thing.lost:
            return "ItemIsLost"
        if thing.aside and thing.aside[1] != person:
            return "KeptAtDesk"
        refused = self.against(name, person)
        if refused:
            return refused
        if name not in NEEDS_STAFF:
            return "lent"
        return "StepMissing" if thing.aside or late else "aside"

    def renewed(self, name: str, now: int) -> int | str:
        """Give the new due time, or the refusal."""
        thing = self.things[name]
        line = thing.lines[thing.open or ""]
        latest = latest_due(self.items[name], self.terms, now)
        if line.renewals >= self.terms.renewals:
            return "NoMoreRenewals"
        return latest if latest > line.due else "BadTime"

    # What happens

    def _keep(self, name: str, act: bytes | None) -> PlainThing:
        self.past[name].append((act, deepcopy(self.things[name])))
        return self.things[name]

    def out(
        self, name: str, act: bytes, line: str, person: str, loan: str, at: int, *, late: bool = False
    ) -> None:
        """It goes out."""
        thing = self._keep(name, act)
        thing.lines[line] = PlainLine(person, loan, at, latest_due(self.items[name], self.terms, at), late)
        thing.open, thing.last, thing.back_at, thing.aside, thing.lost = line, None, None, None, False

    def back(self, name: str, act: bytes, at: int) -> None:
        """It comes back."""
        thing = self._keep(name, act)
        line = thing.lines[thing.open or ""]
        line.back_at, line.condition = max(at, line.out_at), "not_said"
        thing.open, thing.last, thing.back_at, thing.lost = None, thing.open, at, False

    def aside(self, name: str, act: bytes, person: str, loan: str) -> None:
        """It is kept at the desk."""
        self._keep(name, act).aside = loan, person

    def put_back(self, name: str, act: bytes) -> None:
        """Nobody waits for it any more."""
        self._keep(name, act).aside = None

    def lost(self, name: str, act: bytes, *, lost: bool) -> None:
        """It is given up, or found."""
        self._keep(name, act).lost = lost

    def condition(self, name: str, act: bytes, said: str, checked_at: int | None) -> None:
        """Somebody says how it came back; staff's word lifts a block."""
        thing = self._keep(name, act)
        line = thing.lines[thing.last or ""]
        line.condition = said
        if checked_at is not None:
            line.checked_at = max(checked_at, line.back_at or 0)
        if said in DAMAGED or checked_at is not None:
            thing.damaged = said if said in DAMAGED else ""

    def renew(self, name: str, due: int) -> None:
        """It stays longer; nothing before this can be undone."""
        thing = self._keep(name, None)
        line = thing.lines[thing.open or ""]
        line.due, line.renewals = due, line.renewals + 1

    def undo(self, act: bytes) -> bool:
        """Take back an act, if it is the last of its thing; says whether it was."""
        for name, past in self.past.items():
            if past and past[-1][0] == act:
                self.things[name] = past.pop()[1]
                return True
        return False

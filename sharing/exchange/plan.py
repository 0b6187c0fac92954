"""A file's lines on their way to entries: what each would do, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from sharing.catalogue.fields import clean_key
from sharing.codes import CodeKind
from sharing.errors import DoesNotExist, EmptyCell, MissingColumn, Refusal, TwiceInFile
from sharing.exchange.columns import What
from sharing.exchange.known import SUBJECTS, Known
from sharing.exchange.reading import Row
from sharing.exchange.report import Line, Problem, Status
from sharing.journal.entry import Draft

NewCode = Callable[[CodeKind], str]


class Planned(msgspec.Struct):
    """One line: the thing it speaks of, the entries it asks for, what it changes, and what is wrong."""

    what: What
    row: Row
    key: str = ""
    of: str = ""
    """Id of the thing, new or known."""
    before: dict[str, Any] | None = None
    """Its row as stored; None for something new."""
    drafts: list[Draft] = msgspec.field(default_factory=list)
    changed: list[str] = msgspec.field(default_factory=list)
    problems: list[Problem] = msgspec.field(default_factory=list)

    @property
    def subject(self) -> str:
        """The thing's subject in the journal."""
        return f"{SUBJECTS[self.what]}:{self.of}"

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the line, by field."""
        return self.row.values

    def say(self, draft: Draft, *changed: str) -> None:
        """Ask for one entry."""
        self.drafts.append(draft)
        self.changed.extend(changed)

    @contextmanager
    def column(self, field_name: str) -> Iterator[None]:
        """Note a refusal in here as a problem of this field's column, and go on."""
        try:
            yield
        except Refusal as refusal:
            self.problems.append(Problem(self.row.columns.get(field_name, field_name), refusal))

    def line(self) -> Line:
        """Say what this line would do."""
        if self.problems:
            status = Status.REFUSED
        elif self.before is None:
            status = Status.NEW
        else:
            status = Status.CHANGED if self.drafts else Status.UNCHANGED
        changed = () if self.problems else tuple(dict.fromkeys(self.changed))
        return Line(self.row.n, status, self.key, changed, tuple(self.problems))


class Plan(msgspec.Struct):
    """All lines of one file, and what they may refer to."""

    what: What
    known: Known
    new_id: Callable[[], str]
    new_code: NewCode
    zone: str
    lines: list[Planned] = msgspec.field(default_factory=list)
    keys: dict[str, int] = msgspec.field(default_factory=dict)
    """Keys that stand in this file, and in which line."""
    claimed: dict[str, int] = msgspec.field(default_factory=dict)
    """Codes that lines of this file ask for, and in which line."""

    def id_of(self, what: What, key: str) -> str:
        """Give the id of what a list calls `key`; empty for an empty key.

        Raises:
            DoesNotExist: nothing is called so.
        """
        if not key:
            return ""
        found = self.known.ids[what].get(key)
        if found is None:
            raise DoesNotExist(what=SUBJECTS[what], value=key[:80])
        return found


def begin(plan: Plan, row: Row, key: str, held_by: str | None = None) -> Planned:
    """Find the thing a line speaks of, or give it an id; a key may stand in one line only.

    Args:
        plan: the file's lines so far.
        row: the line.
        key: what the list calls the thing.
        held_by: id of the thing that bears the label of this line.
    """
    planned = Planned(plan.what, row, key, problems=list(row.problems))
    with planned.column("key"):
        planned.key = clean_key("key", key)
        if not planned.key and not row.problems:
            raise EmptyCell(column="key") if "key" in row.columns else MissingColumn(column="key")
        if planned.key in plan.keys:
            raise TwiceInFile(field="key", value=planned.key, line=plan.keys[planned.key])
        if planned.key:
            plan.keys[planned.key] = row.n
    plan.lines.append(planned)
    of = plan.known.ids[plan.what].get(planned.key) or held_by
    if of is None:
        planned.of = plan.new_id()
        if planned.key and not planned.problems:
            plan.known.add(plan.what, planned.key, planned.of)
    else:
        planned.of, planned.before = of, plan.known.rows[plan.what].get(of)
    return planned

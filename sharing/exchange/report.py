"""What an import says about every line of its file."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from sharing.errors import Refusal
from sharing.exchange.columns import What


class Status(StrEnum):
    """What a line would do, or did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Problem(msgspec.Struct, frozen=True):
    """Why a line is refused: the reason, and the column it stands in (empty: the whole line)."""

    column: str
    refusal: Refusal


class Line(msgspec.Struct, frozen=True):
    """One line of the file."""

    n: int
    """Its number in the file, from 1, which is the line with the columns' names."""
    status: Status
    key: str
    changed: tuple[str, ...] = ()
    """What it changes, or sets in something new."""
    problems: tuple[Problem, ...] = ()

    @property
    def details(self) -> tuple[dict[str, Any], ...]:
        """The problems as plain values: column, message key and its details."""
        return tuple(
            {"column": one.column, "refusal": one.refusal.key, **one.refusal.details} for one in self.problems
        )


class Report(msgspec.Struct, frozen=True):
    """What became of a file: all of it was imported, or nothing."""

    what: What
    lines: tuple[Line, ...]
    dry_run: bool

    @property
    def refused(self) -> bool:
        """Tell whether a single line was refused, and with it the whole file."""
        return any(line.status is Status.REFUSED for line in self.lines)

    @property
    def done(self) -> bool:
        """Tell whether the house now holds what the file says."""
        return not self.dry_run and not self.refused

    def count(self, status: Status) -> int:
        """Count the lines of one status."""
        return sum(line.status is status for line in self.lines)

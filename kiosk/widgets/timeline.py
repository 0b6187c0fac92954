"""A day as one line of marks: what is taken, what is free, and where now is; drawn, never measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MINUTE = 60_000
STEPS = (5, 10, 15, 20, 30, 60, 120)
"""Minutes that one cell may stand for."""
FREE, TAKEN, ASKED, BLOCKED, CLOSED, NOW = "·", "█", "▒", "╱", " ", "┃"
"""Marks; each also differs in shape, so that no colour is needed."""
ORDER = {CLOSED: 0, FREE: 1, ASKED: 2, BLOCKED: 3, TAKEN: 4}
"""What is shown of two marks that share a cell: the one that stands more in the way."""
CELLS_OF_A_LABEL = 4


class Axis(msgspec.Struct, frozen=True):
    """A stretch of time (instants, UTC ms) on a line of cells."""

    begins: int
    step: int
    """Milliseconds a cell."""
    cells: int

    @property
    def ends(self) -> int:
        """Where the line ends."""
        return self.begins + self.step * self.cells

    def cell(self, instant: int) -> int | None:
        """The cell that shows this moment, if it is on the line."""
        at = (instant - self.begins) // self.step
        return at if 0 <= at < self.cells else None


class Stretch(msgspec.Struct, frozen=True):
    """A piece of the line and its mark."""

    begins: int
    ends: int
    mark: str


def axis(begins: int, ends: int, width: int) -> Axis:
    """Lay a stretch of time on at most so many cells, as finely as it goes."""
    minutes = max(1, (ends - begins) // MINUTE)
    step = next((one for one in STEPS if -(-minutes // one) <= width), -(-minutes // max(width, 1)))
    return Axis(begins, step * MINUTE, -(-minutes // step))


def line(on: Axis, stretches: Iterable[Stretch], now: int | None = None) -> str:
    """Draw the line; a cell in which anything is taken is taken."""
    cells = [CLOSED] * on.cells
    for one in stretches:
        first = max(0, (one.begins - on.begins) // on.step)
        last = min(on.cells, -(-(one.ends - on.begins) // on.step))
        for at in range(first, last):
            cells[at] = max(cells[at], one.mark, key=lambda mark: ORDER[mark])
    at_now = on.cell(now) if now is not None else None
    if at_now is not None:
        cells[at_now] = NOW
    return "".join(cells)


def scale(on: Axis, hour_of: Callable[[int], str]) -> str:
    """Write the hours above the line, as many as there is room for.

    Args:
        on: the line.
        hour_of: says the hour of the wall clock at an instant.
    """
    hour = 60 * MINUTE
    every = next(n for n in (1, 2, 3, 4, 6, 12, 24) if n * hour // on.step >= CELLS_OF_A_LABEL or n == 24)  # noqa: PLR2004 - hours of a day
    cells = [" "] * (on.cells + 2)
    for at in range(on.begins, on.ends, every * hour):
        place = (at - on.begins) // on.step
        for n, char in enumerate(hour_of(at)[:2]):
            cells[place + n] = char
    return "".join(cells).rstrip()

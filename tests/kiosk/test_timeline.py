"""The line of a day: what shares a cell, where now is, and hours that do not run into each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.widgets.timeline import ASKED, FREE, MINUTE, NOW, STEPS, TAKEN, Stretch, axis, line, scale

HOUR = 60 * MINUTE
EIGHT = 8 * HOUR


@pytest.mark.parametrize(
    ("hours", "width", "step", "cells"),
    [(14, 65, 15, 56), (24, 65, 30, 48), (14, 109, 10, 84), (1, 10, 10, 6)],
)
def test_a_day_is_drawn_as_finely_as_it_goes(hours: int, width: int, step: int, cells: int) -> None:
    found = axis(EIGHT, EIGHT + hours * HOUR, width)
    assert (found.step, found.cells) == (step * MINUTE, cells)


def test_a_cell_in_which_anything_is_taken_is_taken() -> None:
    on = axis(EIGHT, EIGHT + HOUR, 4)
    free = Stretch(EIGHT, EIGHT + HOUR, FREE)
    asked = Stretch(EIGHT, EIGHT + 20 * MINUTE, ASKED)
    taken = Stretch(EIGHT + 16 * MINUTE, EIGHT + 17 * MINUTE, TAKEN)
    assert line(on, [free, asked, taken]) == f"{ASKED}{TAKEN}{FREE}{FREE}"
    assert line(on, [free], EIGHT + 50 * MINUTE) == f"{FREE * 3}{NOW}"
    assert line(on, [free], EIGHT - MINUTE) == FREE * 4
    assert line(on, []) == "    "


@given(
    begins=st.integers(0, 23), hours=st.integers(1, 25), width=st.integers(20, 300),
    stretches=st.lists(st.tuples(st.integers(-100, 2000), st.integers(1, 600))),
)  # fmt: skip
def test_a_line_is_never_wider_than_it_may_be(
    begins: int, hours: int, width: int, stretches: list[tuple[int, int]]
) -> None:
    on = axis(begins * HOUR, (begins + hours) * HOUR, width)
    found = [Stretch(a * MINUTE, (a + long) * MINUTE, TAKEN) for a, long in stretches]
    assert on.cells <= max(width, hours * 60 // STEPS[-1] + 1)
    assert len(line(on, found)) == on.cells
    names = scale(on, lambda at: f"{at // HOUR % 24}").split()
    assert names[0] == str(begins)
    assert all(0 <= int(name) < 24 for name in names)

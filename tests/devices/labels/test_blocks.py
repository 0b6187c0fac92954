"""QR codes as rectangles: every dark module once, and no light one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from devices.paper.page import blocks

rows = some.integers(1, 12).flatmap(
    lambda side: some.lists(
        some.lists(some.booleans(), min_size=side, max_size=side).map(tuple), min_size=1, max_size=12
    ).map(tuple)
)


@given(rows)
def test_rectangles_cover_each_dark_module_once(modules: tuple[tuple[bool, ...], ...]) -> None:
    covered = [
        (across, down)
        for left, top, right, bottom in blocks(modules)
        for down in range(top, bottom)
        for across in range(left, right)
    ]

    dark = [
        (across, down) for down, row in enumerate(modules) for across, is_dark in enumerate(row) if is_dark
    ]
    assert sorted(covered) == sorted(dark)

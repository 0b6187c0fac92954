"""All measurements of the desk, in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.bench import commits, screens
from kiosk.bench.figures import Figure
from kiosk.bench.houses import Filled, fill, grow, scratch

Say = Callable[[str], None]
"""Told the key of what is measured next."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    items: int = 10_000
    entries: int = 100_000
    lengths: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    rounds: int = 7
    each: int = 60
    visits: tuple[int, int] = (200, 2_000)


FULL: Final = Scale()
SHORT: Final = Scale(items=40, entries=300, lengths=(300, 600), rounds=2, each=3, visits=(2, 4))
_MOST_ITEMS: Final = 2_000
_ENTRIES_AN_ITEM: Final = 5


def measure(scale: Scale, within: Path, say: Say) -> list[Figure]:
    """Measure everything in a folder that is made in `within` and removed afterwards.

    Args:
        scale: how much.
        within: a folder on the disk that counts; a disk in memory makes every ratio to a commit meaningless.
        say: told what comes next.
    """
    with scratch(within) as folder:
        say("houses")
        with _house(folder / "desk", scale.items, scale.entries) as filled:
            found = _of_one_house(scale, filled, folder, say)
        say("growth")
        return found + _of_several(scale, folder)


def _of_one_house(scale: Scale, filled: Filled, folder: Path, say: Say) -> list[Figure]:
    say("check_outs")
    found = commits.check_outs(filled, folder, scale.rounds, scale.each)
    say("rebuild")
    found.append(commits.rebuild(filled, folder, min(3, scale.rounds)))
    filled.house.close()
    say("start")
    found.append(screens.starts(filled, scale.rounds))
    say("command")
    found.append(screens.commands(filled, scale.rounds))
    say("memory_growth")
    return found + screens.day(filled, *scale.visits, scale.rounds)


def _of_several(scale: Scale, folder: Path) -> list[Figure]:
    houses: list[tuple[int, Filled]] = []
    try:
        for length in scale.lengths:
            items = min(_MOST_ITEMS, length // _ENTRIES_AN_ITEM)
            filled = fill(folder / f"long-{length}", items)
            houses.append((length, filled))
            grow(filled, length)
        return commits.growth(houses, folder, scale.rounds, scale.each)
    finally:
        for _, filled in houses:
            filled.house.close()


@contextmanager
def _house(folder: Path, items: int, entries: int) -> Iterator[Filled]:
    filled = fill(folder, items)
    try:
        grow(filled, entries)
        yield filled
    finally:
        filled.house.close()

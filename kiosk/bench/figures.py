"""What a measurement says: a figure, what the plain way needs for the same, and what is aimed at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from statistics import median
from typing import Any


class Aim(StrEnum):
    """What a limit is about."""

    VALUE = "value"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one run."""

    key: str
    value: float
    unit: str
    beside: float
    """What the plain way needs for the same in the same run, in the same unit."""
    ratio: float
    """Ours to the plain way's: the median of the rounds, each measured side by side."""
    about: str = ""
    """What the figure was taken at, such as the number of entries."""
    aim: Aim | None = None
    limit: float = 0.0
    at_least: bool = False
    """The limit is the least, not the most."""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        if self.aim is None:
            return None
        found = self.value if self.aim is Aim.VALUE else self.ratio
        return found >= self.limit if self.at_least else found <= self.limit

    def as_json(self) -> dict[str, Any]:
        """Give what a script reads."""
        return asdict(self) | {"met": self.met}


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured side by side in one round: ours and the plain way, in seconds each."""

    ours: tuple[float, ...]
    plain: tuple[float, ...]


def share(samples: Iterable[float], part: float) -> float:
    """Give the value below which this part of the samples lies."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def compared(
    key: str, rounds: Sequence[Round], *, part: float = 0.5, unit: str = "ms", about: str = "",
    aim: Aim | None = None, limit: float = 0.0,
) -> Figure:  # fmt: skip
    """Make a figure of durations: the median over the rounds of a share of each round's samples."""
    scale = 1000 if unit == "ms" else 1
    ours = [share(one.ours, part) for one in rounds]
    plain = [share(one.plain, part) for one in rounds]
    ratio = median(mine / other for mine, other in zip(ours, plain, strict=True))
    return Figure(key, median(ours) * scale, unit, median(plain) * scale, ratio, about, aim, limit)

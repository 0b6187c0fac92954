"""The kinds of trouble that are simulated: how many of which faults, in which weather, on what clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.simulation import faults, staff
from tests.simulation.clocks import DAY, HOUR
from tests.simulation.faults import Fault
from tests.simulation.lending_people import LENDING
from tests.simulation.network import FAIR, Weather
from tests.simulation.people import UseCase
from tests.simulation.room_people import ROOMS
from tests.simulation.version_people import NEWER

STORMY = Weather(lost=120, twice=100, late=60)
ROUGH = Weather(lost=30, twice=60, late=30)
Weighed = tuple[tuple[Fault, int], ...]


@dataclass(frozen=True)
class Profile:
    """What a run is like."""

    name: str
    does: tuple[tuple[UseCase, int], ...]
    faults: Weighed
    trouble: tuple[int, int]
    """How many faults, from and to."""
    acts: tuple[int, int] = (35, 60)
    kiosks: tuple[int, ...] = (2, 2, 3)
    lasts: tuple[int, ...] = (2 * HOUR, 12 * HOUR, 3 * DAY)
    weather: tuple[Weather, ...] = (FAIR, ROUGH, STORMY)
    bad_clocks: bool = False
    mixed: bool = False


_LINES: Weighed = ((faults.line_breaks, 4), (faults.alone_for_a_while, 6), (faults.central_alone, 2),
    (faults.hears_nothing, 2),
)  # fmt: skip
_POWER: Weighed = (
    (faults.power_goes, 2), (faults.crash_at_a_commit, 5), (faults.crash_between_effects, 4),
)  # fmt: skip
_CLOCKS: Weighed = ((faults.clock_jumps, 1), (faults.boots_with_a_bad_clock, 1))
_DISKS: Weighed = (
    (faults.disk_dies, 4), (faults.old_image, 6), (faults.cloned_card, 3), (faults.central_from_a_backup, 4),
    (faults.disk_is_full, 2), (staff.impatient, 1),
)  # fmt: skip
_HOMES: Weighed = ((staff.ask_for_home, 4), (staff.take_over, 1), (staff.home_goes_astray, 4))
_PRIVACY: Weighed = ((staff.forget, 3),)


def _often(some: Weighed, times: int) -> Weighed:
    """Weigh some faults more against others."""
    return tuple((fault, weight * times) for fault, weight in some)


_USUAL = (*LENDING, *ROOMS)
PROFILES: Final = {
    one.name: one
    for one in (
        Profile(
            "uniform", _USUAL, (*_LINES, *_POWER, *_CLOCKS, *_DISKS[:3], *_HOMES, *_PRIVACY), (3, 8)
        ),
        Profile("disk", _USUAL, (*_LINES, *_POWER, *_often(_DISKS, 2), *_HOMES, *_PRIVACY), (3, 8)),
        Profile(
            "clock", _USUAL, (*_LINES, *_POWER, *_often(_CLOCKS, 8), *_HOMES[:1], *_PRIVACY), (4, 9),
            bad_clocks=True,
        ),
        Profile(
            "mixed-version", (*_USUAL, *NEWER),
            (*_LINES, *_POWER, (faults.upgrade, 4), (faults.old_image, 1), *_HOMES[:1], *_PRIVACY), (3, 8),
            mixed=True,
        ),
        Profile(
            "liveness", (*_USUAL, *ROOMS), (*_often(_LINES, 2), *_often(_HOMES, 3), *_POWER), (5, 10),
            weather=(ROUGH, STORMY), lasts=(3 * HOUR, DAY, 5 * DAY),
        ),
    )
}  # fmt: skip

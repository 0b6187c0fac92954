"""Wall times and instants of one zone, true on the two days a year that have a missing or a doubled hour.

An instant is an integer of UTC milliseconds everywhere; only here does it become what a clock on the wall
shows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from sharing.errors import BadTime, BadValue

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MINUTES_A_DAY: Final = 1440
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)

Existence = Literal["once", "twice", "never"]


@lru_cache(maxsize=32)
def zone_named(name: str) -> ZoneInfo:
    """Give the IANA zone (`Europe/Berlin`).

    Raises:
        BadValue: there is no such zone.
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 reads half of Python's build settings; many commands know no time

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadValue(field="zone", value=name[:60], expected="Europe/Berlin") from error


def local(instant: int, zone: str) -> datetime:
    """Give what the wall clock shows at an instant, aware of its zone.

    Raises:
        BadTime: the instant lies outside the years 1 to 9999.
    """
    try:
        return (_EPOCH + instant * _MS).astimezone(zone_named(zone))
    except OverflowError as error:
        raise BadTime(field="instant", value=instant) from error


def existence(wall: datetime, zone: str) -> Existence:
    """Say whether a naive wall time happens once, twice (autumn) or never (spring)."""
    here = zone_named(zone)
    early, late = wall.replace(tzinfo=here, fold=0), wall.replace(tzinfo=here, fold=1)
    if early.utcoffset() == late.utcoffset():
        return "once"
    came_back = early.astimezone(UTC).astimezone(here).replace(tzinfo=None)
    return "twice" if came_back == wall.replace(fold=0) else "never"


def instant_of(wall: datetime, zone: str, *, fold: int = 0) -> int:
    """Give the instant of a naive wall time; `fold` chooses the first (0) or second (1) of a doubled hour.

    A time in the spring gap is the moment the clocks jump: from then on they show something later.

    Raises:
        BadTime: the instant lies outside what a clock can show.
    """
    here = zone_named(zone)
    try:
        if existence(wall, zone) == "never":
            return _jump(wall, here)
        return _ms(wall.replace(tzinfo=here, fold=fold))
    except OverflowError as error:
        raise BadTime(field="time", value=wall.isoformat()) from error


def exact_instant(wall: datetime, zone: str) -> int:
    """Give the instant of a wall time that somebody named, which must exist exactly once.

    Raises:
        BadTime: it is skipped in spring or comes twice in autumn; `reason` is "gap" or "twice".
    """
    try:
        found = existence(wall, zone)
    except OverflowError as error:
        raise BadTime(field="time", value=wall.isoformat(), reason="range") from error
    if found != "once":
        raise BadTime(field="time", value=wall.isoformat(), reason="gap" if found == "never" else "twice")
    return instant_of(wall, zone)


def at_minute(day: date, minute: int, zone: str, *, fold: int = 0) -> int:
    """Give the instant at which a day's clock shows `minute` minutes since midnight (1440: the day's end)."""
    if minute == MINUTES_A_DAY:
        day, minute = day + timedelta(days=1), 0
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    return instant_of(wall, zone, fold=fold)


def _ms(aware: datetime) -> int:
    return (aware.astimezone(UTC) - _EPOCH) // _MS


def _jump(wall: datetime, here: ZoneInfo) -> int:
    """Find the change of clocks that skips `wall`: it lies between its two readings."""
    before, after = sorted(_ms(wall.replace(tzinfo=here, fold=fold)) for fold in (0, 1))
    old = (_EPOCH + before * _MS).astimezone(here).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if (_EPOCH + middle * _MS).astimezone(here).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after

"""Times of the house's clock as people type them for something to come: a day, an hour, and which of two.

`times.parse_when` gives moments; what is booked is a wall time, which a series keeps over a change of clocks.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec

from sharing.calendar_time import exact_instant, existence, instant_of, local
from sharing.errors import BadTime
from sharing.journal.entry import Instant
from sharing.terms.times import YEARS

_ENGLISH: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GERMAN: Final = ("mo", "di", "mi", "do", "fr", "sa", "so")
WEEKDAYS: Final = {name: n for names in (_ENGLISH, _GERMAN) for n, name in enumerate(names)}
_DAY: Final = re.compile(r"([a-z]{2,3})|\+([0-9]{1,4})d|([0-9]{4}-[0-9]{2}-[0-9]{2})")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?([ab]|z|[+-][0-9]{2}:[0-9]{2})?")
_STEP: Final = re.compile(r"\+([0-9]{1,5})([mh])")
_WEEK: Final = 7
_DAY_ENDS: Final = "24:00"


class Wall(msgspec.Struct, frozen=True):
    """What the wall clock shows."""

    at: datetime
    """Naive; `fold` says which of a doubled hour."""
    said: bool = False
    """Whether somebody said which of a doubled hour is meant."""

    def instant(self, zone: str) -> Instant:
        """Give the moment.

        Raises:
            BadTime: it is skipped in spring, or comes twice in autumn and nobody said which is meant.
        """
        if self.said and existence(self.at, zone) != "never":
            return instant_of(self.at, zone, fold=self.at.fold)
        return exact_instant(self.at, zone)


def parse_wall(text: str, zone: str, now: Instant, *, after: Wall | None = None) -> Wall:
    """Read a time of the house's clock as somebody types it.

    - `2026-12-01 18:00` or with `T`; `18:00`: today, or the day of `after`; `24:00` ends a day
    - `tue 18:00`, `di 18:00`: the next such day after today; `+3d 18:00`: three days from today
    - `2026-10-25 02:30A`, `02:30B`: the first or the second of a doubled hour
    - `2026-10-25 02:30+01:00`, `…Z`: with an offset
    - `+2h`, `+90m`: from now, or from `after`

    Args:
        text: what was typed.
        zone: of the house.
        now: the present.
        after: the begin, where this is an end.

    Raises:
        BadTime: none of these, or out of all years.
    """
    typed = " ".join(text.lower().split())
    try:
        found = _read(typed, zone, now, after)
    except (ValueError, OverflowError) as error:
        raise BadTime(field="time", value=text[:60], reason="junk") from error
    if found.at.year not in YEARS:
        raise BadTime(field="time", value=text[:60], reason="range")
    return found


def _read(typed: str, zone: str, now: Instant, after: Wall | None) -> Wall:
    if match := _STEP.fullmatch(typed):
        ahead = int(match[1]) * (3_600_000 if match[2] == "h" else 60_000)
        return _at((after.instant(zone) if after else now - now % 60_000) + ahead, zone)
    day, _, clock = typed.replace("t", " ", 1).rpartition(" ") if _has_t(typed) else typed.rpartition(" ")
    today = local(now, zone).date()
    return _shown(_day(day, today, after), clock, zone)


def _has_t(typed: str) -> bool:
    return typed[10:11] == "t"


def _day(typed: str, today: date, after: Wall | None) -> date:
    if not typed:
        return after.at.date() if after else today
    match = _DAY.fullmatch(typed)
    if match is None or (match[1] and match[1] not in WEEKDAYS):
        raise ValueError
    if match[1]:
        return today + timedelta(days=(WEEKDAYS[match[1]] - today.weekday() - 1) % _WEEK + 1)
    return today + timedelta(days=int(match[2])) if match[2] else date.fromisoformat(match[3])


def _shown(day: date, clock: str, zone: str) -> Wall:
    if clock == _DAY_ENDS:
        return Wall(datetime.combine(day + timedelta(days=1), time()))
    match = _CLOCK.fullmatch(clock)
    if match is None:
        raise ValueError
    wall = datetime.combine(day, time(int(match[1]), int(match[2])))
    which = match[3] or ""
    if which in {"", "a", "b"}:
        return Wall(wall.replace(fold=int(which == "b")), bool(which))
    ahead = datetime.strptime(which.upper(), "%z").utcoffset() or timedelta()
    return _at(instant_of(wall - ahead, "UTC"), zone)


def _at(instant: Instant, zone: str) -> Wall:
    return Wall(local(instant, zone).replace(tzinfo=None), said=True)

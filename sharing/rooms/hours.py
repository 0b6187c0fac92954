"""When a room is open, as one line of text: `mon-fri 08:00-22:00 | sat 09:00-13:00, 14:00-24:00`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import groupby, pairwise
from typing import Final

from sharing.calendar_time import MINUTES_A_DAY
from sharing.errors import BadValue
from sharing.terms.rules import Hours
from sharing.terms.walls import WEEKDAYS

CLOSED: Final = "closed"
"""Stands for a room that is never open; an empty text stands for the hours of the house."""
EXAMPLE: Final = "mon-fri 08:00-22:00 | sat 09:00-13:00"
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUP: Final = re.compile(r"([a-z]{2,3})(?:\s*[-–]\s*([a-z]{2,3}))?\s+([0-9].*)")
_STRETCH: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")
_LONGEST: Final = 500

Week = Mapping[int, tuple[Hours, ...]]


def _bad(field: str, text: str, expected: str = EXAMPLE) -> BadValue:
    return BadValue(field=field, value=text[:60], expected=expected)


def read_hours(field: str, text: str) -> dict[int, tuple[Hours, ...]] | None:
    """Read a week's openings; None: as the house.

    Raises:
        BadValue: it is no such line, or two openings overlap.
    """
    typed = text.strip().lower()
    if not typed:
        return None
    if typed == CLOSED:
        return {}
    if len(typed) > _LONGEST:
        raise _bad(field, text)
    week: dict[int, tuple[Hours, ...]] = {}
    for group in re.split(r"[|;\n]", typed):
        match = _GROUP.fullmatch(group.strip())
        if match is None or match[1] not in WEEKDAYS or (match[2] or "mon") not in WEEKDAYS:
            raise _bad(field, text)
        first = WEEKDAYS[match[1]]
        last = WEEKDAYS[match[2]] if match[2] else first
        stretches = _stretches(field, match[3])
        for day in range(first, last + 1 if last >= first else last + 8):
            if day % 7 in week:
                raise _bad(field, text)
            week[day % 7] = stretches
    return dict(sorted(week.items()))


def _stretches(field: str, text: str) -> tuple[Hours, ...]:
    found: list[Hours] = []
    for one in text.split(","):
        match = _STRETCH.fullmatch(one.strip())
        if match is None:
            raise _bad(field, text)
        hour, minute, to_hour, to_minute = (int(part) for part in match.groups())
        begins, ends = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) >= 60 or not begins < ends <= MINUTES_A_DAY:  # noqa: PLR2004 minutes of an hour
            raise _bad(field, text)
        found.append((begins, ends))
    found.sort()
    if any(one[1] > other[0] for one, other in pairwise(found)):
        raise _bad(field, text)
    return tuple(found)


def hours_text(week: Week | None) -> str:
    """Write a week's openings as `read_hours` reads them."""
    if week is None:
        return ""
    days = [(day, week[day]) for day in sorted(week) if week[day]]
    groups = groupby(enumerate(days), key=lambda one: (one[1][0] - one[0], one[1][1]))
    said = []
    for (_, hours), those in groups:
        found = [day for _, (day, _) in those]
        names = _NAMES[found[0]] if len(found) == 1 else f"{_NAMES[found[0]]}-{_NAMES[found[-1]]}"
        said.append(f"{names} {', '.join(f'{_clock(a)}-{_clock(b)}' for a, b in hours)}")
    return " | ".join(said) or CLOSED


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def read_days(field: str, lines: tuple[str, ...]) -> dict[str, str]:
    """Read closing days: `2026-12-24 why`, one each.

    Raises:
        BadValue: there is no such day.
    """
    found: dict[str, str] = {}
    for line in lines:
        day, _, why = line.strip().partition(" ")
        try:
            found[date.fromisoformat(day).isoformat()] = why.strip()
        except ValueError:
            raise _bad(field, line, "2026-12-24 …") from None
    return dict(sorted(found.items()))


def days_text(days: Mapping[str, str]) -> tuple[str, ...]:
    """Write closing days as `read_days` reads them."""
    return tuple(f"{day} {why}".strip() for day, why in sorted(days.items()))

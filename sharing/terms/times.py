"""Times as people type them on the command line."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from sharing.calendar_time import MINUTES_A_DAY, at_minute, exact_instant, instant_of, local
from sharing.errors import BadTime
from sharing.journal.entry import Instant
from sharing.terms.rules import Terms, opening_on

YEARS: Final = range(2000, 2100)
"""Years that a loan can have; a slip of the hand like 9999 is refused."""

_DAYS: Final = re.compile(r"\+([0-9]{1,4})d")
_STEP: Final = re.compile(r"([+-])([0-9]{1,5})([mh])")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_BOTH: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_MINUTE_MS: Final = 60_000


def parse_when(text: str, terms: Terms, now: Instant) -> Instant:
    """Read a point in time as somebody types it; wall times are those of the house.

    - `2026-12-01`: the desk's last closing time that day, or the day's end if it is closed
    - `+3d`: the same, three days from today
    - `2026-12-01 18:00`, with `T`, seconds or an offset (`+01:00`, `Z`) if wanted
    - `18:00`: today
    - `+2h`, `-30m`: from now

    Raises:
        BadTime: none of these, skipped in spring, doubled in autumn without an offset, or out of all years.
    """
    text = text.strip()
    try:
        found = _read(text, terms, now)
        sane = local(found, terms.zone).year in YEARS
    except ValueError as error:
        raise BadTime(field="time", value=text[:60], reason="junk") from error
    except OverflowError as error:
        raise BadTime(field="time", value=text[:60], reason="range") from error
    if not sane:
        raise BadTime(field="time", value=text[:60], reason="range")
    return found


def _read(text: str, terms: Terms, now: Instant) -> Instant:
    today = local(now, terms.zone).date()
    if match := _DAYS.fullmatch(text):
        return _closing(terms, today + timedelta(days=int(match[1])))
    if match := _STEP.fullmatch(text):
        minutes = int(match[2]) * (60 if match[3] == "h" else 1)
        return now + (minutes if match[1] == "+" else -minutes) * _MINUTE_MS
    if _DATE.fullmatch(text):
        return _closing(terms, date.fromisoformat(text))
    if match := _CLOCK.fullmatch(text):
        return exact_instant(datetime.combine(today, time(int(match[1]), int(match[2]))), terms.zone)
    if _BOTH.fullmatch(text):
        wall = datetime.fromisoformat(text)
        if wall.tzinfo is not None:
            return instant_of((wall - (wall.utcoffset() or timedelta())).replace(tzinfo=None), "UTC")
        return exact_instant(wall, terms.zone)
    raise ValueError


def _closing(terms: Terms, day: date) -> Instant:
    end = at_minute(day, MINUTES_A_DAY, terms.zone)
    return max((one.ends for one in opening_on(terms, day)), default=end)

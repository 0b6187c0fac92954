"""The dates of a foreign series: the part of RFC 5545, 3.3.10 that comes to an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import msgspec
from dateutil import rrule

from sharing.calendar_time import local
from sharing.rooms.calendars.foreign import DAY, MOST_OF_ONE, Flaw, Flawed, Window
from sharing.rooms.calendars.times import Moment

_FREQ: Final = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
_STEP: Final = {rrule.DAILY: timedelta(days=1), rrule.WEEKLY: timedelta(weeks=1)}
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY: Final = re.compile(r"([+-]?[1-9][0-9]?)?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL: Final = re.compile(r"([0-9]{8})(T[0-9]{6})?(Z?)")
_LISTS: Final = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYSETPOS": (-366, 366)}
_KNOWN: Final = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_LISTS}
_MOST_INTERVAL: Final = 1000


class Repeat(msgspec.Struct, frozen=True):
    """A rule that was checked."""

    freq: int
    interval: int
    count: int | None
    until: datetime | None
    """The last moment a date may begin, by the clock of the series."""
    by: dict[str, object]


def repeat_of(text: str, first: Moment) -> Repeat:
    """Read an RRULE, before anything is expanded: some rules of 20 letters never end.

    Raises:
        Flawed: it is none, or not one that we allow.
    """
    pairs = [part.partition("=") for part in text.strip().upper().split(";") if part]
    said = {name: value for name, _, value in pairs}
    if len(said) != len(pairs) or not said.keys() <= _KNOWN or said.get("FREQ") not in _FREQ:
        raise Flawed(Flaw.RULE)
    freq = _FREQ[said["FREQ"]]
    interval = _number(said.get("INTERVAL", "1"), 1, _MOST_INTERVAL)
    count = _number(said["COUNT"], 1, 10**9) if "COUNT" in said else None
    if count is not None and count > MOST_OF_ONE:
        raise Flawed(Flaw.TOO_MANY_DATES)
    if count is not None and "UNTIL" in said:
        raise Flawed(Flaw.RULE)
    by: dict[str, object] = {
        name.lower(): [_number(one, *_LISTS[name]) for one in said[name].split(",")]
        for name in _LISTS.keys() & said.keys()
    }
    if "BYDAY" in said:
        by["byweekday"] = [_weekday(one, freq) for one in said["BYDAY"].split(",")]
    if "WKST" in said:
        by["wkst"] = _weekday(said["WKST"], rrule.DAILY)
    return Repeat(freq, interval, count, _until(said["UNTIL"], first) if "UNTIL" in said else None, by)


def walls(repeat: Repeat, first: Moment, window: Window) -> Iterator[datetime]:
    """Give when the dates of a series begin by its clock, from the day before the window to its end."""
    begins, ends = (
        local(at, first.zone).replace(tzinfo=None, fold=0) for at in (window.since - 40 * DAY, window.until)
    )
    until = ends if repeat.until is None else min(ends, repeat.until)
    start = first.wall
    if repeat.count is None and repeat.freq in _STEP and start < begins:
        # Daily and weekly rules have no memory: whole steps can be left out, and old series have many.
        step = repeat.interval * _STEP[repeat.freq]
        start += (begins - start) // step * step
    found = rrule.rrule(repeat.freq, dtstart=start, interval=repeat.interval, until=until, **repeat.by)
    for wall in islice(found, repeat.count):
        if wall >= begins:
            yield wall


def _number(text: str, lowest: int, highest: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text) or not lowest <= int(text) <= highest or int(text) == 0:
        raise Flawed(Flaw.RULE)
    return int(text)


def _weekday(text: str, freq: int) -> rrule.weekday:
    found = _BYDAY.fullmatch(text)
    if found is None or (found[1] and freq not in {rrule.MONTHLY, rrule.YEARLY}):
        raise Flawed(Flaw.RULE)
    return rrule.weekday(_DAYS.index(found[2]), int(found[1]) if found[1] else None)


def _until(text: str, first: Moment) -> datetime:
    """Read UNTIL. A date where DTSTART is a time is refused: programs disagree whether that day counts."""
    found = _UNTIL.fullmatch(text)
    if found is None:
        raise Flawed(Flaw.RULE)
    try:
        wall = datetime.strptime(found[1] + (found[2] or "T000000"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 by a wall clock
    except ValueError as error:
        raise Flawed(Flaw.RULE) from error
    if found[2] is None and not first.whole_day:
        raise Flawed(Flaw.UNTIL)
    seen = Moment(wall, "UTC").seen_by(first) if found[3] else None
    last = wall if seen is None else seen
    if last < first.wall:
        raise Flawed(Flaw.RULE)
    return last

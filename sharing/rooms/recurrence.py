"""Series: which dates a rule gives, and when those are, over both days on which the clocks change.

A rule is the allowed subset of an RRULE (RFC 5545, 3.3.10). It is checked before anything is expanded.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count, islice, product
from typing import Final

from msgspec.structs import replace

from sharing.calendar_time import existence, instant_of
from sharing.errors import BadTime, BadValue
from sharing.rooms.rules import (
    HORIZON_DAYS,
    MOST_OCCURRENCES,
    Alternative,
    Ask,
    Frequency,
    Offered,
    Rule,
    Span,
    Why,
)
from sharing.terms.times import YEARS

LONGEST_DAYS: Final = 366
"""How long one booking may be; rooms say less, staff's blocks may take this."""

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NTH: Final = (1, 2, 3, 4, -1)
_LAST: Final = -1
_HORIZON_MONTHS: Final = HORIZON_DAYS // 28 + 1


def checked_time(field: str, wall: datetime) -> datetime:
    """Give a wall time as it is, if it is one: of this century, of whole minutes, and of no zone.

    Raises:
        BadTime: it is not.
    """
    if wall.year not in YEARS:
        raise BadTime(field=field, value=str(wall.date()), reason="range")
    if wall.tzinfo is not None or wall.second or wall.microsecond:
        raise BadTime(field=field, value=wall.isoformat(), reason="junk")
    return wall


def _bad(field: str, value: object, expected: str) -> BadValue:
    return BadValue(field=field, value=str(value)[:60], expected=expected)


def check(rule: Rule, first: datetime) -> None:
    """Look at a rule before it is expanded.

    Raises:
        BadValue: it is none of those that are allowed; the first thing found.
        BadTime: the first date is none.
    """
    checked_time("begins", first)
    if not 1 <= rule.interval <= HORIZON_DAYS:
        raise _bad("interval", rule.interval, f"1–{HORIZON_DAYS}")
    if (rule.count is None) == (rule.until is None):
        raise _bad("count", rule.count, "count / until")
    if rule.count is not None and not 1 <= rule.count <= MOST_OCCURRENCES:
        raise _bad("count", rule.count, f"1–{MOST_OCCURRENCES}")
    last = _horizon(first)
    if rule.until is not None and not first.date() <= rule.until <= last:
        raise _bad("until", rule.until, f"{first.date()} – {last}")
    _check_weekdays(rule)


def _check_weekdays(rule: Rule) -> None:
    days = rule.weekdays
    if len(set(days)) != len(days) or not set(days) <= set(range(7)):
        raise _bad("weekdays", days, "0–6")
    if rule.nth is not None and (rule.freq is not Frequency.MONTHLY or rule.nth not in _NTH):
        raise _bad("nth", rule.nth, "monthly: 1, 2, 3, 4, -1")
    if rule.freq is Frequency.DAILY and days:
        raise _bad("weekdays", days, "weekly, monthly")
    if rule.freq is Frequency.MONTHLY and len(days) != (0 if rule.nth is None else 1):
        raise _bad("weekdays", days, "nth + 1")


def _horizon(first: datetime) -> date:
    return first.date() + timedelta(days=HORIZON_DAYS)


def _daily(rule: Rule, first: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in count(0, rule.interval))


def _weekly(rule: Rule, first: date) -> Iterator[date]:
    """Weeks begin on Monday, as WKST says where nobody says it."""
    days = sorted(rule.weekdays) or [first.weekday()]
    monday = first - timedelta(days=first.weekday())
    return (
        monday + timedelta(weeks=step, days=day)
        for step in count(0, rule.interval)
        for day in days
        if step or day >= first.weekday()
    )


def _monthly(rule: Rule, first: date) -> Iterator[date]:
    """A month without that day has no date (RFC 5545: invalid dates are ignored)."""
    begins = first.year * 12 + first.month - 1
    for step in range(begins, begins + _HORIZON_MONTHS, rule.interval):
        year, month = step // 12, step % 12 + 1
        day = first.day if rule.nth is None else _nth(year, month, rule.weekdays[0], rule.nth)
        if day <= calendar.monthrange(year, month)[1] and date(year, month, day) >= first:
            yield date(year, month, day)


def _nth(year: int, month: int, weekday: int, nth: int) -> int:
    begins_on, length = calendar.monthrange(year, month)
    first = 1 + (weekday - begins_on) % 7
    return first + 7 * ((length - first) // 7) if nth == _LAST else first + 7 * (nth - 1)


_DATES: Final = {Frequency.DAILY: _daily, Frequency.WEEKLY: _weekly, Frequency.MONTHLY: _monthly}


def starts(rule: Rule, first: datetime) -> tuple[datetime, ...]:
    """Give the wall times at which a series begins, in order.

    They begin with the first date the rule gives on or after `first`, which need not be that day itself.

    Raises:
        BadValue: a rule that is not allowed, gives no date, or reaches beyond the horizon.
        BadTime: `first` is no time of this century.
    """
    check(rule, first)
    days: list[date] = []
    last = rule.until or _horizon(first)
    for day in islice(_DATES[rule.freq](rule, first.date()), rule.count or MOST_OCCURRENCES + 1):
        if day > last:
            break
        days.append(day)
    if rule.count is not None and len(days) < rule.count:
        raise _bad("count", rule.count, f"1–{len(days)}, {last}")
    if not days or len(days) > MOST_OCCURRENCES:
        raise _bad("until", rule.until, f"1–{MOST_OCCURRENCES}")
    return tuple(datetime.combine(day, first.time()) for day in days)


def readings(begins: datetime, ends: datetime, zone: str) -> tuple[Span, ...]:
    """Give what two wall times can mean: nothing in the spring gap, two spans over autumn's doubled hour.

    `fold=1` says that the second of a doubled hour is meant. Begin and end both in it are meant alike.
    """
    found = (Span(one, other) for one, other in product(_instants(begins, zone), _instants(ends, zone)))
    spans = tuple(span for span in found if span.begins < span.ends)
    if len(spans) <= 1:
        return spans
    as_shown = (ends - begins) // timedelta(milliseconds=1)
    both = existence(begins, zone) == existence(ends, zone) == "twice"
    alike = tuple(span for span in spans if both and span.ends - span.begins == as_shown)
    return alike or spans


def _instants(wall: datetime, zone: str) -> tuple[int, ...]:
    found = existence(wall, zone)
    if found == "never":
        return ()
    folds = (0, 1) if found == "twice" and not wall.fold else (wall.fold,)
    return tuple(instant_of(wall, zone, fold=fold) for fold in folds)


def spans_of(ask: Ask, zone: str) -> tuple[Offered, ...]:
    """Give the dates of what was asked for; what the clocks never show or show twice says so.

    Every date is as long as the first by the wall clock. A time that comes twice has the first of its two
    readings as its span, and both as alternatives, which nobody has looked at yet.

    Raises:
        BadTime: begin or end are no times, or the end is not after the begin.
        BadValue: the rule is not allowed.
    """
    first = checked_time("begins", ask.begins)
    length = checked_time("ends", ask.ends).replace(fold=0) - first.replace(fold=0)
    if length <= timedelta():
        raise BadTime(field="ends", value=ask.ends.isoformat(), reason="order")
    if length > timedelta(days=LONGEST_DAYS):
        raise BadTime(field="ends", value=ask.ends.isoformat(), reason="range")
    walls = (first,) if ask.rule is None else starts(ask.rule, first)
    return tuple(
        _offered(ask, n, wall.replace(fold=first.fold), (wall + length).replace(fold=ask.ends.fold), zone)
        for n, wall in enumerate(walls)
    )


def _offered(ask: Ask, n: int, begins: datetime, ends: datetime, zone: str) -> Offered:
    spans = readings(begins, ends, zone)
    made = Offered(n=n, rooms=ask.rooms, local=begins, span=spans[0] if spans else None)
    if not spans:
        return replace(made, why=Why.GAP)
    if len(spans) == 1:
        return made
    return replace(made, why=Why.TWICE, alternatives=tuple(Alternative(ask.rooms, span) for span in spans))


def rrule_text(rule: Rule, first: datetime) -> str:
    """Write the RRULE for a DTSTART of `starts(rule, first)[0]`, always with COUNT.

    UNTIL would have to be in UTC beside a local DTSTART, and calendars read it differently.
    """
    parts = [f"FREQ={rule.freq.upper()}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.freq is Frequency.WEEKLY:
        days = sorted(rule.weekdays) or [first.weekday()]
        parts.append("BYDAY=" + ",".join(_DAYS[day] for day in days))
    elif rule.nth is not None:
        parts.append(f"BYDAY={rule.nth}{_DAYS[rule.weekdays[0]]}")
    elif rule.freq is Frequency.MONTHLY:
        parts.append(f"BYMONTHDAY={first.day}")
    return ";".join([*parts, f"COUNT={len(starts(rule, first))}"])

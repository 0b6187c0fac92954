"""Times of foreign events (RFC 5545, 3.3.4 to 3.3.6), read strictly: what could be two moments is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from sharing.calendar_time import existence, instant_of, local, zone_named
from sharing.errors import BadValue
from sharing.journal.entry import Instant
from sharing.rooms.calendars.foreign import Flaw, Flawed

_DURATION: Final = re.compile(
    r"([+-]?)P(?:([0-9]{1,4})W|(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,8})S)?)?)"
)
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9000
_LONGEST_NAME: Final = 80


class Moment(msgspec.Struct, frozen=True):
    """A time by somebody's wall clock, or a whole day."""

    wall: datetime
    zone: str
    whole_day: bool = False

    def at(self, wall: datetime) -> Moment:
        """Give another time by the same clock."""
        return Moment(wall, self.zone, self.whole_day)

    def instant(self) -> Instant:
        """Give the one moment this is.

        Raises:
            Flawed: the clock skips it, or shows it twice.
        """
        if not self.whole_day and (found := existence(self.wall, self.zone)) != "once":
            raise Flawed(Flaw.GAP if found == "never" else Flaw.TWICE)
        return instant_of(self.wall, self.zone)

    def seen_by(self, other: Moment) -> datetime | None:
        """Give what the other's clock shows at this moment; None where one is a day and the other a time."""
        if self.whole_day or other.whole_day:
            return self.wall if self.whole_day and other.whole_day else None
        if self.zone == other.zone:
            return self.wall
        return local(instant_of(self.wall, self.zone), other.zone).replace(tzinfo=None, fold=0)


class Length(msgspec.Struct, frozen=True):
    """How long an event is: days by the wall clock, and then milliseconds that pass."""

    days: int = 0
    ms: int = 0

    def end(self, begins: Moment, instant: Instant) -> Instant:
        """Give when what begins then is over."""
        if not self.days:
            return instant + self.ms
        return begins.at(begins.wall + timedelta(days=self.days)).instant() + self.ms


def moment(found: date | datetime, tzid: str | None, house: str) -> Moment:
    """Make of a value as `icalendar` reads it, and its TZID, a time by a clock that we know.

    Raises:
        Flawed: no zone, one that nobody knows, or a year outside all calendars.
    """
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Flawed(Flaw.TOO_FAR)
    if not isinstance(found, datetime):
        return Moment(datetime(found.year, found.month, found.day), house, whole_day=True)  # noqa: DTZ001 by a wall clock
    wall = found.replace(tzinfo=None, fold=0)
    if tzid is not None:
        return Moment(wall, zone_of(tzid))
    if found.tzinfo is None:
        raise Flawed(Flaw.FLOATING)
    return Moment(found.astimezone(UTC).replace(tzinfo=None), "UTC")


@lru_cache(maxsize=256)
def zone_of(tzid: str) -> str:
    """Give the IANA name of a zone: as it is, by its name in Windows, or at the end of a path.

    Raises:
        Flawed: nobody knows it; taking the house's would only look right.
    """
    name = tzid.strip().strip('"')[:_LONGEST_NAME]
    parts = name.strip("/").split("/")
    for one in (name, WINDOWS_TO_OLSON.get(name, ""), "/".join(parts[-2:]), "/".join(parts[-3:])):
        try:
            if one:
                zone_named(one)
                return one
        except BadValue:
            continue
    raise Flawed(Flaw.ZONE)


def length_of(text: str) -> Length:
    """Read a DURATION; days and weeks are by the wall clock, hours are hours.

    Raises:
        Flawed: it is none, nothing, or less than nothing.
    """
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None or not any(found.groups()[1:]):
        raise Flawed(Flaw.UNREADABLE)
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    made = Length(weeks * 7 + days, ((hours * 60 + minutes) * 60 + seconds) * 1000)
    if made == Length():
        raise Flawed(Flaw.NO_LENGTH)
    if found[1] == "-":
        raise Flawed(Flaw.ENDS_FIRST)
    return made


def length_between(begins: Moment, ends: Moment) -> Length:
    """Give how long an event with a DTEND is; each date of a series is exactly as long (RFC 5545, 3.8.5.3).

    Raises:
        Flawed: it ends before it begins, or with it.
    """
    if begins.whole_day is not ends.whole_day:
        raise Flawed(Flaw.UNREADABLE)
    days = (ends.wall - begins.wall).days if begins.whole_day else 0
    made = Length(days) if begins.whole_day else Length(0, ends.instant() - begins.instant())
    if made.days < 0 or made.ms < 0:
        raise Flawed(Flaw.ENDS_FIRST)
    if made == Length():
        raise Flawed(Flaw.NO_LENGTH)
    return made

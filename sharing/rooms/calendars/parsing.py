"""A foreign calendar to its dates: pure, and only ever run where it can be stopped (`sandbox.py`)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import datetime

from sharing.calendar_time import instant_of
from sharing.errors import BadTime
from sharing.rooms.calendars.foreign import (
    DAY,
    MOST_DATES,
    MOST_DAYS,
    MOST_OF_ONE,
    Date,
    Flaw,
    Flawed,
    Parsed,
    Refused,
    Window,
    Wrong,
    WrongFile,
)
from sharing.rooms.calendars.repeating import walls
from sharing.rooms.calendars.splitting import Raw, split
from sharing.rooms.calendars.times import Moment
from sharing.rooms.calendars.understanding import BROKEN, MOST_UID, Known, Name, understood
from sharing.rooms.rules import MINUTE


def parse(data: bytes, window: Window) -> Parsed:
    """Give the dates of a calendar that are not over and lie within the horizon.

    Raises:
        WrongFile: it is no calendar, or too much of one.
    """
    reading = _Reading(window)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library guesses at zones; `zone_of` does not go by its guess
        for raw in split(data):
            reading.read(raw)
    for uid in dict.fromkeys([*reading.masters, *reading.changes]):
        reading.expand(uid)
    return Parsed(tuple(reading.dates), tuple(reading.refused), reading.over)


def _uid_in(raw: Raw) -> str:
    """Give the name of an event that cannot be read: what was taken in of it before stays as it was."""
    found = (line[4:] for line in raw.lines if line[:4].upper() == b"UID:")
    return next(found, b"").decode("utf-8", "replace")[:MOST_UID]


class _Reading:
    def __init__(self, window: Window) -> None:
        self.window = window
        self.masters: dict[str, Known] = {}
        self.changes: dict[str, list[Known]] = {}
        self.dates: list[Date] = []
        self.refused: list[Refused] = []
        self.over = 0

    def read(self, raw: Raw) -> None:
        """Understand one event, or refuse it."""
        name = Name()
        try:
            self.sort_in(understood(raw, self.window.zone, name))
        except Flawed as error:
            self.refused.append(Refused(error.flaw, name.uid or _uid_in(raw), name.title, line=raw.line))
        except BROKEN:
            self.refused.append(Refused(Flaw.UNREADABLE, name.uid or _uid_in(raw), name.title, line=raw.line))

    def sort_in(self, one: Known) -> None:
        """Note an event or a changed date; of two with one name the newer stands."""
        if one.of is not None:
            self.changes.setdefault(one.uid, []).append(one)
            return
        other = self.masters.get(one.uid)
        if other is None or one.sequence >= other.sequence:
            self.masters[one.uid] = one
        if other is not None:
            older = other if one.sequence >= other.sequence else one
            self.refused.append(Refused(Flaw.REPEATED, older.uid, older.title, line=older.line))

    def expand(self, uid: str) -> None:
        """Give every date of one series, or the one date of an event."""
        master, changes = self.masters.get(uid), self.changes.get(uid, [])
        if master is None:
            self.refused += [_refused(one, Flaw.NOTHING, _at(one)) for one in changes]
            return
        series = master.repeat is not None or bool(master.more)
        try:
            found = _starts(master, self.window)
        except Flawed as error:
            self.refused.append(_refused(master, error.flaw, None))
            return
        instead = self._instead(master, changes, found)
        if master.off:
            self.over += 1
            found = [wall for wall in found if wall in instead]
        for wall in found:
            one = instead.get(wall, master)
            begins = one.begins if wall in instead or not series else master.begins.at(wall)
            self._add(one, begins, instant_of(wall, master.begins.zone) if series else 0)

    def _instead(
        self, master: Known, changes: Iterable[Known], found: list[datetime]
    ) -> dict[datetime, Known]:
        """Say which changed date stands for which of the series; a change of nothing is refused."""
        made: dict[datetime, Known] = {}
        known = set(found)
        for one in changes:
            wall = one.of.seen_by(master.begins) if one.of is not None else None
            if wall is None or (wall not in known and self._shows(master.begins.at(wall))):
                self.refused.append(_refused(one, Flaw.NOTHING, _at(one)))
            elif wall in known and (wall not in made or one.sequence >= made[wall].sequence):
                made[wall] = one
        return made

    def _shows(self, moment: Moment) -> bool:
        """Tell whether the dates of a series are known at this time, or it is too long ago or too far."""
        return self.window.since - 39 * DAY <= instant_of(moment.wall, moment.zone) <= self.window.until

    def _add(self, one: Known, begins: Moment, at: int) -> None:
        try:
            date = _date(one, begins, at)
        except Flawed as error:
            self.refused.append(
                _refused(one, error.flaw, instant_of(begins.wall, begins.zone) if at else None)
            )
            return
        if one.off or date.ends <= self.window.since:
            self.over += 1
        elif date.begins > self.window.until:
            self.refused.append(_refused(one, Flaw.TOO_FAR, at or None))
        else:
            self.dates.append(date)
            if len(self.dates) > MOST_DATES:
                raise WrongFile(Wrong.TOO_MANY)


def _starts(master: Known, window: Window) -> list[datetime]:
    """Give when the dates of a series begin by its own clock; the first is always one of them."""
    first = master.begins
    found: set[datetime] = {first.wall}
    try:
        if master.repeat is not None:
            for wall in walls(master.repeat, first, window):
                found.add(wall)
                if len(found) > MOST_OF_ONE + len(master.less) + 1:
                    raise Flawed(Flaw.TOO_MANY_DATES)
        more = {one.seen_by(first) for one in master.more}
        less = {one.seen_by(first) for one in master.less}
    except (*BROKEN, BadTime) as error:
        raise Flawed(Flaw.RULE) from error
    starts = sorted(one for one in found | more if one is not None and one not in less)
    if len(starts) > MOST_OF_ONE:
        raise Flawed(Flaw.TOO_MANY_DATES)
    return starts


def _date(one: Known, begins: Moment, at: int) -> Date:
    """Give one date in whole minutes, never shorter than it is."""
    try:
        start = begins.instant()
        end = one.length.end(begins, start)
    except (OverflowError, BadTime) as error:
        raise Flawed(Flaw.TOO_FAR) from error
    if end - start > MOST_DAYS * DAY:
        raise Flawed(Flaw.TOO_LONG)
    if end <= start:
        raise Flawed(Flaw.NO_LENGTH)
    return Date(one.uid, at, start // MINUTE * MINUTE, -(-end // MINUTE) * MINUTE, one.title)


def _at(one: Known) -> int | None:
    return instant_of(one.of.wall, one.of.zone) if one.of is not None else None


def _refused(one: Known, flaw: Flaw, at: int | None) -> Refused:
    return Refused(flaw, one.uid, one.title, at, one.line)

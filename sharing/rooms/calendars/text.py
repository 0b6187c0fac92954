"""Bookings written as iCalendar (RFC 5545, 7986): what one date says, and what stands around all of them.

`icalendar` writes what stands once in a file and folds long lines. An event is put together from a template:
the library takes 30 times as long for it, and tests hold the result against the library's, byte for byte.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec
from icalendar import Calendar, Timezone
from icalendar.parser import Contentline

from sharing.calendar_time import local
from sharing.journal.entry import Instant
from sharing.rooms.rules import Occurrence
from sharing.texts import shown

PRODUCT: Final = "-//Teilhaus//Teilhaus//DE"
DOMAIN: Final = "teilhaus"
END: Final = "END:VCALENDAR\r\n"
_FOLDED: Final = 74
"""Octets; longer lines are folded (RFC 5545, 3.1: 75, and the library breaks before that)."""
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})
_PHONE_NAME: Final = 22
"""Octets of a room's name, so that an event is at most 106: a QR code of version 5 with level L."""
_HOUR_MS: Final = 3_600_000

_CENTRAL: Final = frozenset({"Europe/Berlin", "Europe/Vienna", "Europe/Zurich"})
"""Zones that these two rules describe, from 1996 on. Times in any other zone are written in UTC."""
_ZONE: Final = """BEGIN:VTIMEZONE
TZID:{zone}
BEGIN:DAYLIGHT
DTSTART:19960331T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


class Status(StrEnum):
    """RFC 5545, 3.8.1.11."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Event(msgspec.Struct, frozen=True):
    """One date as a calendar shows it. `summary` and `place` are anything that people typed."""

    uid: str
    begins: Instant
    ends: Instant
    changed_at: Instant
    sequence: int
    status: Status
    summary: str
    place: str
    public: bool = False


def uid_of(booking: str, n: int) -> str:
    """Give the name under which calendars know a date, for ever."""
    return f"{booking}-{n}@{DOMAIN}"


def event_text(event: Event, zone: str) -> str:
    """Write one VEVENT, in the order in which `icalendar` writes it."""
    changed = utc(event.changed_at)
    gone = event.status is Status.CANCELLED
    return (
        f"BEGIN:VEVENT\r\n{_text('SUMMARY', event.summary)}"
        f"DTSTART{_when(event.begins, zone)}DTEND{_when(event.ends, zone)}"
        f"DTSTAMP:{changed}\r\nUID:{event.uid}\r\nSEQUENCE:{event.sequence}\r\n"
        f"CLASS:{'PUBLIC' if event.public else 'PRIVATE'}\r\nLAST-MODIFIED:{changed}\r\n"
        f"{_text('LOCATION', event.place)}STATUS:{event.status}\r\n"
        f"TRANSP:{'TRANSPARENT' if gone else 'OPAQUE'}\r\nEND:VEVENT\r\n"
    )


@lru_cache(maxsize=64)
def opening(name: str, zone: str) -> str:
    """Write what stands before the first event of a feed, `name` being anything that people typed."""
    made = Calendar()
    called = shown(name)
    for key, value in (
        ("version", "2.0"), ("prodid", PRODUCT), ("calscale", "GREGORIAN"), ("name", called),
        ("x-wr-calname", called), ("x-wr-timezone", zone), ("x-published-ttl", "PT15M"),
    ):  # fmt: skip
        made.add(key, value)
    made.add("refresh-interval", timedelta(minutes=15), parameters={"value": "DURATION"})
    return _with_zone(made, zone)


@lru_cache(maxsize=8)
def object_opening(zone: str) -> str:
    """Write what stands before the only event of a calendar object (RFC 4791, 4.1)."""
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", PRODUCT)
    return _with_zone(made, zone)


def event_for_phone(occurrence: Occurrence, room: str) -> bytes:
    """Write a bare VEVENT that phones take from a QR code: in UTC, so that it needs no zone, and short."""
    return _for_phone(room, occurrence.span.begins, occurrence.span.ends)


def due_for_phone(due: Instant, name: str) -> bytes:
    """Write the hour before something is due, in the same way."""
    return _for_phone(name, due - _HOUR_MS, due)


def _for_phone(name: str, begins: Instant, ends: Instant) -> bytes:
    name = shown(name)
    while len(name.translate(_ESCAPES).encode()) > _PHONE_NAME:
        name = f"{name.removesuffix('…')[:-1].rstrip()}…"
    said = f"SUMMARY:{name.translate(_ESCAPES)}\r\nDTSTART:{utc(begins)}\r\nDTEND:{utc(ends)}"
    return f"BEGIN:VEVENT\r\n{said}\r\nEND:VEVENT".encode()


def _with_zone(made: Calendar, zone: str) -> str:
    if zone in _CENTRAL:
        text = _ZONE.format(zone=zone).replace("\n", "\r\n").encode()
        made.add_component(Timezone.from_ical(text))
    written: bytes = made.to_ical()
    return written.decode().removesuffix(END)


@lru_cache(maxsize=65536)
def utc(instant: Instant) -> str:
    """Write an instant as RFC 5545, 3.3.5 form 2; parts of a second are dropped."""
    return f"{_basic(local(instant, 'UTC'))}Z"


@lru_cache(maxsize=65536)
def _when(instant: Instant, zone: str) -> str:
    """Write a time by the wall clock; the doubled hour in UTC, for a local time could only mean its first."""
    if zone not in _CENTRAL:
        return f":{utc(instant)}\r\n"
    wall = local(instant, zone)
    if wall.replace(fold=1 - wall.fold).utcoffset() != wall.utcoffset():
        return f":{utc(instant)}\r\n"
    return f";TZID={zone}:{_basic(wall)}\r\n"


def _basic(wall: datetime) -> str:
    """Write a wall time as ISO 8601 does without separators; `strftime` takes five times as long."""
    return wall.isoformat()[:19].replace("-", "").replace(":", "")


@lru_cache(maxsize=65536)
def _text(name: str, said: str) -> str:
    """Write a property that people typed: one line whatever they typed, its separators escaped."""
    line = f"{name}:{shown(said).translate(_ESCAPES)}"
    if len(line) > _FOLDED or (not line.isascii() and len(line.encode()) > _FOLDED):
        folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]  # it says nothing of types
        line = folded.decode()
    return f"{line}\r\n"

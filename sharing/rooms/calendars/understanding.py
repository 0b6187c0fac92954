"""From the lines of one event to what it says; what cannot be taken in is refused with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from icalendar import Event

from sharing.rooms.calendars.foreign import Flaw, Flawed
from sharing.rooms.calendars.repeating import Repeat, repeat_of
from sharing.rooms.calendars.splitting import Raw
from sharing.rooms.calendars.times import Length, Moment, length_between, length_of, moment
from sharing.texts import shown

_READ: Final = frozenset({
    b"UID", b"DTSTART", b"DTEND", b"RDATE", b"EXDATE", b"RECURRENCE-ID", b"SEQUENCE", b"STATUS", b"SUMMARY",
    b"TRANSP",
})  # fmt: skip
"""Properties that `icalendar` reads for us; RRULE and DURATION are checked as text, before it sees them."""
_ONCE: Final = _READ - {b"RDATE", b"EXDATE"} | {b"RRULE", b"DURATION"}
BROKEN: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)
"""What the library raises, now or on a later touch, at what it has read as something else than was meant."""
_MOST_TITLE: Final = 120
MOST_UID: Final = 1000
_MOST_SEQUENCE: Final = 2**31


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it was understood."""

    uid: str
    title: str
    line: int
    begins: Moment
    length: Length
    repeat: Repeat | None
    more: tuple[Moment, ...]
    """RDATE"""
    less: tuple[Moment, ...]
    """EXDATE"""
    of: Moment | None
    """RECURRENCE-ID: the date of its series that this one stands for."""
    sequence: int
    off: bool
    """Called off, or it blocks nothing."""


class Name(msgspec.Struct):
    """What an event is called, as far as that is known when it is refused."""

    uid: str = ""
    title: str = ""


def understood(raw: Raw, house: str, name: Name) -> Known:
    """Read one event.

    Args:
        raw: its lines.
        house: the zone that whole days are of.
        name: filled in as soon as it is known, for a refusal.

    Raises:
        Flawed: it is not taken in.
    """
    if raw.flaw is not None:
        raise Flawed(raw.flaw)
    event, texts = _event(raw.lines)
    name.uid, name.title = str(event.get("UID", ""))[:MOST_UID], _title(event)
    if event.errors:
        raise Flawed(Flaw.UNREADABLE)
    if not name.uid.strip():
        raise Flawed(Flaw.NO_UID)
    if "DTSTART" not in event:
        raise Flawed(Flaw.NO_START)
    begins = _moment(event["DTSTART"], house)
    of = event.get("RECURRENCE-ID")
    if of is not None and "RANGE" in of.params:
        raise Flawed(Flaw.UNSUPPORTED)
    off = _word(event, "STATUS") == "CANCELLED" or _word(event, "TRANSP") == "TRANSPARENT"
    return Known(
        uid=name.uid, title=name.title, line=raw.line, begins=begins,
        length=Length(1) if off else _length(event, texts, begins, house),
        repeat=repeat_of(texts["RRULE"], begins) if "RRULE" in texts else None,
        more=_moments(event.get("RDATE"), house), less=_moments(event.get("EXDATE"), house),
        of=None if of is None else _moment(of, house), sequence=_sequence(event),
        off=off,
    )  # fmt: skip


def _event(lines: Sequence[bytes]) -> tuple[Event, dict[str, str]]:
    """Let the library read the properties that it may, and give the others as text."""
    kept, texts, seen = [], dict[str, str](), set[bytes]()
    for line in lines:
        head, _, value = line.partition(b":")
        name = head.partition(b";")[0].strip().upper()
        if name in _ONCE:
            if name in seen:
                raise Flawed(Flaw.UNREADABLE)
            seen.add(name)
        if name in _READ:
            kept.append(line)
        elif name in _ONCE:
            texts[name.decode()] = value.decode("ascii", "replace")
    data = b"\r\n".join([b"BEGIN:VEVENT", *kept, b"END:VEVENT", b""])
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise Flawed(Flaw.ENCODING) from error
    try:
        found = Event.from_ical(data)
    except OSError as error:  # a zone called like a folder of zones, such as "Europe"
        raise Flawed(Flaw.ZONE) from error
    except BROKEN as error:
        raise Flawed(Flaw.UNREADABLE) from error
    if not isinstance(found, Event):
        raise Flawed(Flaw.UNREADABLE)
    return found, texts


def _title(event: Event) -> str:
    return shown(str(event.get("SUMMARY", ""))[: 8 * _MOST_TITLE], limit=_MOST_TITLE)


def _word(event: Event, name: str) -> str:
    return str(event.get(name, "")).strip().upper()


def _sequence(event: Event) -> int:
    found = event.get("SEQUENCE", 0)
    return min(max(int(found), 0), _MOST_SEQUENCE)


def _moment(found: Any, house: str) -> Moment:
    """Give the time of a property, by its own TZID: what the library made of that may be another zone."""
    return moment(found.dt, found.params.get("TZID"), house)


def _moments(found: Any, house: str) -> tuple[Moment, ...]:
    lists: Iterable[Any] = found if isinstance(found, list) else [found] if found is not None else []
    made = []
    for one in lists:
        for each in one.dts:
            if isinstance(each.dt, tuple):
                raise Flawed(Flaw.UNSUPPORTED)
            made.append(moment(each.dt, one.params.get("TZID"), house))
    return tuple(made)


def _length(event: Event, texts: dict[str, str], begins: Moment, house: str) -> Length:
    if "DTEND" in event:
        if "DURATION" in texts:
            raise Flawed(Flaw.UNREADABLE)
        return length_between(begins, _moment(event["DTEND"], house))
    if "DURATION" in texts:
        return length_of(texts["DURATION"])
    if begins.whole_day:
        return Length(1)
    raise Flawed(Flaw.NO_LENGTH)

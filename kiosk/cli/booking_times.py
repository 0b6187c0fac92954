"""Times, series and dates of bookings as they are typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.cli.session import Session
    from sharing.rooms.rules import Alternative, Ask, Offered, Rule, Span
    from sharing.terms.walls import Wall

_EVERY: Final = re.compile(r"([0-9]{1,4})?(day|week|month)s?")
_WHICH: Final = re.compile(r"([0-9a-f]{8}|[0-9a-f]{32})(?:/([0-9]{1,4}))?")
_ON_SLIP: Final = 8
CONFLICTS: Final = "conflicts"
LAST: Final = "last"


def wall(session: Session, text: str, after: Wall | None = None) -> Wall:
    """Read a wall time.

    Raises:
        BadTime: it is none.
    """
    from sharing.terms.walls import parse_wall

    return parse_wall(text, session.terms.zone, session.store.clock.read().at, after=after)


def walls(session: Session, begins: str, ends: str) -> tuple[Wall, Wall]:
    """Read begin and end; an end without a day is on the day of the begin.

    Raises:
        BadTime: one of them is none.
    """
    first = wall(session, begins)
    return first, wall(session, ends, first)


def span(session: Session, begins: str, ends: str) -> Span:
    """Read begin and end as moments.

    Raises:
        BadTime: one of them is none, or the end is not after the begin.
    """
    from sharing.errors import BadTime
    from sharing.rooms.rules import Span

    first, last = walls(session, begins, ends)
    found = Span(first.instant(session.terms.zone), last.instant(session.terms.zone))
    if found.ends <= found.begins:
        raise BadTime(field="to", value=last.at.isoformat(" ", "minutes"), reason="order")
    return found


def rule(
    *, every: str | None, on: str | None, nth: str | None, count: int | None, until: str | None, begins: Wall
) -> Rule | None:
    """Read a series: `--every 2weeks --on tue,thu --count 10`.

    Raises:
        BadValue: there is no such series.
    """
    from sharing.rooms.rules import Frequency, Rule

    if every is None:
        for name, value in (("--on", on), ("--nth", nth), ("--count", count), ("--until", until)):
            if value is not None:
                raise _bad(name, str(value), "--every week")
        return None
    match = _EVERY.fullmatch(every.strip().lower())
    if match is None:
        raise _bad("--every", every, "day, week, 2weeks, month")
    freq = {"day": Frequency.DAILY, "week": Frequency.WEEKLY, "month": Frequency.MONTHLY}[match[2]]
    days = _weekdays(on)
    if nth is not None and not days:
        days = (begins.at.weekday(),)
    return Rule(
        freq=freq,
        interval=int(match[1] or 1),
        weekdays=days,
        nth=_nth(nth),
        count=count,
        until=_day(until),
    )


def _bad(field: str, value: str, expected: str) -> Exception:
    from sharing.errors import BadValue
    from sharing.texts import shown

    return BadValue(field=field, value=shown(value, limit=60), expected=expected)


def _weekdays(text: str | None) -> tuple[int, ...]:
    from sharing.terms.walls import WEEKDAYS

    names = [one.strip() for one in (text or "").lower().split(",") if one.strip()]
    for one in names:
        if one not in WEEKDAYS:
            raise _bad("--on", one, "mon, tue, wed, thu, fri, sat, sun")
    return tuple(sorted({WEEKDAYS[one] for one in names}))


def _nth(text: str | None) -> int | None:
    if text is None:
        return None
    if text == LAST:
        return -1
    if text not in {"1", "2", "3", "4"}:
        raise _bad("--nth", text, "1, 2, 3, 4, last")
    return int(text)


def _day(text: str | None) -> Any:
    return None if text is None else day("--until", text)


def day(field: str, text: str) -> Any:
    """Read a day.

    Raises:
        BadTime: it is none.
    """
    from datetime import date

    from sharing.errors import BadTime
    from sharing.terms.times import YEARS

    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise BadTime(field=field, value=text[:60], reason="junk") from None
    if found.year not in YEARS:
        raise BadTime(field=field, value=text[:60], reason="range")
    return found


def which(session: Session, text: str) -> tuple[str, int | None]:
    """Read what names a booking, and which of its dates: `ID` or `ID/3`, or the short number on its slip.

    Raises:
        DoesNotExist: it cannot name one.
    """
    from sharing.errors import DoesNotExist
    from sharing.rooms.looking import booking_on_slip
    from sharing.texts import shown

    match = _WHICH.fullmatch(text.strip().lower())
    if match is None:
        raise DoesNotExist(what="booking", value=shown(text, limit=40))
    key = booking_on_slip(session.store, match[1]) if len(match[1]) == _ON_SLIP else match[1]
    return key, None if match[2] is None else int(match[2])


class Sorted:
    """The dates of a request that are left out, and those that are had otherwise."""

    def __init__(self, skip: set[int], moved: dict[int, Alternative]) -> None:
        self.skip, self.moved = skip, moved


def sort_dates(
    session: Session, offered: Sequence[Offered], skip: Sequence[str], move: Sequence[str]
) -> Sorted:
    """Read `--skip 3`, `--skip conflicts`, `--move 3=1`, `--move conflicts`, `--move "3=saal-b"`.

    Raises:
        BadValue: there is no such date, or nothing free instead.
        BadTime, DoesNotExist: no such time or room.
    """
    by_n = {one.n: one for one in offered}
    refused = {one.n for one in offered if one.why is not None}
    moved: dict[int, Alternative] = {}
    for text in move:
        if text == CONFLICTS:
            moved |= {n: by_n[n].alternatives[0] for n in sorted(refused) if by_n[n].alternatives}
            continue
        number, _, target = text.partition("=")
        if not target.strip():
            raise _bad("--move", text, "3=1, 3=saal-b, 3=2026-06-16 20:00")
        one = by_n[_number("--move", number, by_n)]
        moved[one.n] = _target(session, one, target.strip())
    left = {_number("--skip", text, by_n) for text in skip if text != CONFLICTS}
    if CONFLICTS in skip:
        left |= refused - set(moved)
    return Sorted(left, moved)


def _number(field: str, text: str, known: Mapping[int, Offered]) -> int:
    number = text.strip()
    if not (number.isascii() and number.isdigit()) or len(number) > 4 or int(number) not in known:  # noqa: PLR2004 digits of 1000
        raise _bad(field, text, f"0–{max(known, default=0)}, {CONFLICTS}")
    return int(number)


def _target(session: Session, one: Offered, text: str) -> Alternative:
    """Read where a date goes: the number of what is offered, a room, a time, or a room and a time."""
    if text.isascii() and text.isdigit() and len(text) <= 2:  # noqa: PLR2004 few are offered
        if not 1 <= int(text) <= len(one.alternatives):
            raise _bad("--move", f"{one.n}={text}", f"{one.n}=1–{len(one.alternatives)}")
        return one.alternatives[int(text) - 1]
    length = one.span.ends - one.span.begins if one.span else None
    return elsewhere(session, text, one.rooms, one.span.begins if one.span else None, length)


def elsewhere(
    session: Session, text: str, rooms: tuple[str, ...], begins: int | None, length: int | None
) -> Alternative:
    """Read `saal-b`, `2026-06-16 20:00` or `saal-b 2026-06-16 20:00`; what is not said stays.

    Raises:
        BadTime, DoesNotExist: no such time or room.
    """
    from sharing.errors import BadTime, DoesNotExist
    from sharing.rooms.reading import room_by
    from sharing.rooms.rules import Alternative, Span

    first, _, rest = text.partition(" ")
    try:
        with session.store.reader() as read:
            rooms = (room_by(read, first).id,)
        typed = rest.strip()
    except DoesNotExist:
        if not re.match(r"[0-9+]|[A-Za-z]{2,3} +[0-9]", text):
            raise
        typed = text
    at = wall(session, typed).instant(session.terms.zone) if typed else begins
    if at is None or length is None:
        raise BadTime(field="--move", value=text[:60], reason="gap")
    return Alternative(rooms, Span(at, at + length))


def said_of_two(ask: Ask, begins: Wall, ends: Wall, zone: str) -> dict[int, Alternative]:
    """Give the dates on which the clocks show the time twice and somebody said which is meant."""
    from sharing.calendar_time import existence
    from sharing.rooms.recurrence import spans_of
    from sharing.rooms.rules import Alternative, Span, Why

    if not (begins.said or ends.said):
        return {}
    offered = spans_of(ask, zone)
    if ask.rule is not None:
        twice = (one for one in offered if one.why is Why.TWICE)
        return {one.n: one.alternatives[begins.at.fold and -1] for one in twice}
    if "twice" not in {existence(one.at, zone) for one in (begins, ends)}:
        return {}
    return {0: Alternative(ask.rooms, Span(begins.instant(zone), ends.instant(zone)))}

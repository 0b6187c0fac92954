"""Taking in somebody else's calendar by command: its dates keep a room free."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.cli import book, finding, room_values, values
from kiosk.cli.answer import Answer, table
from kiosk.cli.doors import refused as no
from kiosk.cli.frame import Session, argument, command, option

if TYPE_CHECKING:
    from sharing.rooms.calendars.foreign import Refused
    from sharing.rooms.calendars.incoming import Report

MOST_LINES: Final = 40
"""Events of a report on a terminal; JSON has all."""
_COUNTS: Final = ("new", "moved", "renamed", "same", "gone", "over")


@command("import", writes=True)
@option("--room", required=True)
@option("--source", required=True, metavar="name")
@option("--by", metavar="card")
@argument("file", metavar="FILE")
def import_(session: Session, file: str, room: str, source: str, by: str | None) -> Answer:
    """Block a room where a calendar says so: a file or a vdir folder, refreshed without doubles."""
    from sharing.rooms.calendars.incoming import import_calendar

    staff, of = book.manager(session, by), finding.room(session, room).id
    act = session.act()
    report = import_calendar(session.store, staff, of, source, _content(file), act)
    return _told(session, report, act)


def _content(file: str) -> bytes:
    """Read the file or folder, or standard input for "-"; never more than an import takes.

    Raises:
        CalendarRefused: it cannot be read.
    """
    from sharing.rooms.calendars.folder import calendar_at
    from sharing.rooms.calendars.foreign import MOST_BYTES

    return sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else calendar_at(Path(file))


def _told(session: Session, report: Report, act: bytes) -> Answer:
    from sharing.errors import CalendarRefused
    from sharing.rooms.calendars.foreign import Wrong

    words, known = session.dated, room_values.every_room(session)
    counts = {name: getattr(report, name) for name in _COUNTS} | {"refused": len(report.refused)}
    data: dict[str, Any] = {
        "act": act.hex() if report.imported else None,
        "room": known.short(words, report.room),
        "source": report.source,
        "imported": report.imported,
        "counts": counts,
        "events": [_event(session, one) for one in report.refused],
    }
    rows = [
        (
            words.short_moment(one.at) if one.at else "",
            one.title or one.uid,
            words(f"calendar.flaw.{one.flaw}"),
            str(one.line or ""),
        )
        for one in report.refused[:MOST_LINES]
    ]
    lines = table(session, ("at", "title", "why", "line"), rows) if rows else []
    if len(report.refused) > MOST_LINES:
        lines.append(words("cli.import.more", n=len(report.refused) - MOST_LINES))
    if report.imported:
        return Answer(data, [words("cli.calendar.imported", **counts), *lines])
    answer = no(session, CalendarRefused(reason=Wrong.NOTHING_USABLE.value), **data)
    answer.lines = [*answer.lines, *lines]
    return answer


def _event(session: Session, one: Refused) -> dict[str, Any]:
    from kiosk.cli.doors import harmless

    words = session.dated
    return {
        "flaw": one.flaw,
        "message": words(f"calendar.flaw.{one.flaw}"),
        "uid": harmless(one.uid),
        "title": harmless(one.title),
        "at": values.moment(words, one.at),
        "line": one.line or None,
    }

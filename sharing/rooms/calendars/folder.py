"""Reading a calendar from a file or a vdir folder: only what is a file, and only so much of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from sharing.errors import CalendarRefused
from sharing.rooms.calendars.foreign import MOST_BYTES, MOST_COMPONENTS, Wrong

_BEGIN: Final = b"BEGIN:VEVENT"
_END: Final = b"END:VEVENT"


def calendar_at(path: Path) -> bytes:
    """Give the calendar in a file, or all events of a vdir folder as one calendar.

    Raises:
        CalendarRefused: there is none, it is no file, or it is too large; `reason`.
    """
    try:
        if not path.is_dir():
            return _file(path)
        names = sorted(one.name for one in path.glob("*.ics") if not one.name.startswith("."))
        if len(names) > MOST_COMPONENTS:
            raise CalendarRefused(reason=Wrong.TOO_MANY.value)
        return _joined(path, names)
    except FileNotFoundError as error:
        raise CalendarRefused(reason=Wrong.NOT_FOUND.value) from error
    except (OSError, ValueError) as error:
        raise CalendarRefused(reason=Wrong.NO_FILE.value) from error


def _file(path: Path) -> bytes:
    # Not waiting: a pipe without a writer would hold the door for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise CalendarRefused(reason=Wrong.NO_FILE.value)
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise CalendarRefused(reason=Wrong.TOO_LARGE.value)
    return data


def _joined(folder: Path, names: list[str]) -> bytes:
    """Put the events of all files behind one another; of a file that is no calendar only its name is left.

    If one of them stops before its end, so does what is put together.
    """
    parts, size, whole = [b"BEGIN:VCALENDAR"], 0, True
    for name in names:
        data = _file(folder / name)
        whole = whole and (b"BEGIN:VCALENDAR" in data) == (b"END:VCALENDAR" in data)
        begins, ends = data.find(_BEGIN), data.rfind(_END)
        if begins >= 0:
            parts.append(data[begins : ends + len(_END) if ends > begins else len(data)].rstrip())
        elif b"BEGIN:VCALENDAR" not in data:
            parts.append(b"\r\n".join([_BEGIN, b"UID:" + os.fsencode(name), _END]))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise CalendarRefused(reason=Wrong.TOO_LARGE.value)
    return b"\r\n".join([*parts, b"END:VCALENDAR" if whole else b"", b""])

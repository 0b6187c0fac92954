"""Reading a foreign calendar where it can do no harm: in a process of its own, killed when it takes long.

Twenty letters of a recurrence can keep a library busy for ever, and a library has faults of its own.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import msgspec

from sharing.errors import CalendarRefused
from sharing.rooms.calendars.child import Answer, Job
from sharing.rooms.calendars.foreign import MOST_BYTES, Parsed, Window, Wrong

SECONDS: Final = 2.0
_CHILD: Final = "sharing.rooms.calendars.child"


def read_calendar(data: bytes, window: Window, *, seconds: float = SECONDS, module: str = _CHILD) -> Parsed:
    """Read a calendar: never longer than `seconds`, whatever is in it.

    Args:
        data: the file.
        window: which dates are of interest.
        seconds: by the clock on the wall, the process's start included.
        module: what is run; tests hand in one that never answers.

    Raises:
        CalendarRefused: it is no calendar, or too much of one; `reason`.
    """
    if len(data) > MOST_BYTES:
        raise CalendarRefused(reason=Wrong.TOO_LARGE.value)
    job = msgspec.msgpack.encode(Job(data, window))
    # Without the environment and the user's own packages; what is in the file is never part of the command.
    command = (sys.executable, "-I", "-m", module)
    with subprocess.Popen(  # noqa: S603 the command is ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as child:
        try:
            said, _ = child.communicate(job, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise CalendarRefused(reason=Wrong.TOO_SLOW.value) from error
        finally:
            child.kill()
    return _read(said, child.returncode)


def _read(said: bytes, code: int) -> Parsed:
    try:
        found = msgspec.msgpack.decode(said, type=Answer)
    except msgspec.MsgspecError as error:
        # The system's own limit ends it by a signal: out of time.
        slow = code < 0
        raise CalendarRefused(reason=(Wrong.TOO_SLOW if slow else Wrong.BROKEN).value) from error
    if found.parsed is None:
        raise CalendarRefused(reason=(found.wrong or Wrong.BROKEN).value)
    return found.parsed

"""The other side of the sandbox: reads one calendar from its input, with limits that the system keeps."""

from __future__ import annotations

import resource
import sys
from typing import Final

import msgspec

from sharing.rooms.calendars.foreign import Parsed, Window, Wrong, WrongFile
from sharing.rooms.calendars.parsing import parse

MOST_MEMORY: Final = 200 * 1024 * 1024
MOST_SECONDS = 10
"""Of the processor, for the case that nobody is left who watches the clock on the wall."""


class Job(msgspec.Struct, frozen=True):
    """What is to be read."""

    data: bytes
    window: Window


class Answer(msgspec.Struct, frozen=True):
    """What came of it: one of the two."""

    parsed: Parsed | None = None
    wrong: Wrong | None = None


def limit() -> None:
    """Take no more memory and time than a calendar needs, write no file, leave no core."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def answer(job: Job) -> Answer:
    """Read a calendar."""
    try:
        return Answer(parsed=parse(job.data, job.window))
    except WrongFile as error:
        return Answer(wrong=error.wrong)
    except MemoryError:
        return Answer(wrong=Wrong.TOO_MUCH_MEMORY)


if __name__ == "__main__":
    limit()
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer(job)))

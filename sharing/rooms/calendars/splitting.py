"""A file into its events, before anything of them is understood: a broken one takes no other with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from sharing.rooms.calendars.foreign import (
    MOST_BYTES,
    MOST_COMPONENTS,
    MOST_DEPTH,
    MOST_LINES,
    Flaw,
    Wrong,
    WrongFile,
)

_CALENDAR: Final = b"VCALENDAR"
_EVENT: Final = b"VEVENT"


class Raw(msgspec.Struct):
    """The lines of one event without those of what it contains, such as alarms."""

    line: int
    lines: list[bytes] = msgspec.field(default_factory=list)
    flaw: Flaw | None = None


def split(data: bytes) -> list[Raw]:
    """Give the events of a file.

    Raises:
        WrongFile: it is no calendar, or too much of one.
    """
    if len(data) > MOST_BYTES:
        raise WrongFile(Wrong.TOO_LARGE)
    if b"BEGIN:VCALENDAR" not in data[:4096].upper():
        raise WrongFile(Wrong.NOT_CALENDAR)
    return _Splitter().run(data)


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give unfolded lines (RFC 5545, 3.1), each with the number of its first."""
    begins, parts = 0, list[bytes]()
    for n, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        text = line.removesuffix(b"\r")
        if text[:1] in {b" ", b"\t"} and parts:
            parts.append(text[1:])
            continue
        if parts:
            yield begins, b"".join(parts)
        begins, parts = n, [text]
    yield begins, b"".join(parts)


class _Splitter:
    def __init__(self) -> None:
        self.found: list[Raw] = []
        self.open: list[bytes] = []
        self.components = 0
        self.event: Raw | None = None
        self.inside = 0
        """How deep the open event stands."""
        self.whole: bool | None = None
        """Whether the last calendar has ended; None: no line begins one."""

    def run(self, data: bytes) -> list[Raw]:
        n = 0
        for n, line in _lines(data):
            head = line[:6].upper()
            if head == b"BEGIN:":
                self._begin(n, line[6:].strip().upper())
            elif head[:4] == b"END:":
                self._end(line[4:].strip().upper())
            elif self.event is not None and len(self.open) == self.inside and line:
                self._keep(line)
        self._break_off()
        if self.whole is None:
            raise WrongFile(Wrong.NOT_CALENDAR)
        return self.found if self.whole else [*self.found, Raw(n, flaw=Flaw.CUT_OFF)]

    def _begin(self, n: int, name: bytes) -> None:
        self.components += 1
        if self.components > MOST_COMPONENTS:
            raise WrongFile(Wrong.TOO_MANY)
        if name in {_CALENDAR, _EVENT} and self.event is not None:
            self._break_off()
            del self.open[self.inside - 1 :]
        if name == _CALENDAR:
            self.open.clear()
            self.whole = False
        self.open.append(name)
        if len(self.open) > MOST_DEPTH:
            if self.event is None:
                raise WrongFile(Wrong.NESTING)
            self.event.flaw = Flaw.NESTED
            self.open.pop()
            return
        if name == _EVENT:
            self.event, self.inside = Raw(n), len(self.open)
            self.found.append(self.event)

    def _end(self, name: bytes) -> None:
        if self.event is not None and name in {_CALENDAR, _EVENT}:
            if self.open[-1] != _EVENT or name != _EVENT:
                self.event.flaw = self.event.flaw or Flaw.NESTED
            del self.open[self.inside - 1 :]
            self.event, self.inside = None, 0
        elif self.open and self.open[-1] == name:
            self.open.pop()
        elif self.event is not None:
            self.event.flaw = self.event.flaw or Flaw.NESTED
        if name == _CALENDAR:
            self.open.clear()
            self.whole = None if self.whole is None else True

    def _keep(self, line: bytes) -> None:
        if self.event is None:
            return
        if len(self.event.lines) >= MOST_LINES:
            self.event.flaw = Flaw.TOO_LARGE
        else:
            self.event.lines.append(line)

    def _break_off(self) -> None:
        """Leave an event that never ended."""
        if self.event is not None:
            self.event.flaw = self.event.flaw or Flaw.NESTED
        self.event = None

"""The plain way to do what rooms do: SQL text on the same rows, icalendar on the same events."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from icalendar import Calendar

from sharing.journal.store import Reader
from sharing.rooms.rules import Span

_WRITTEN: Final = ("entry", "position", "head", "booking", "occurrence", "slot")
"""Tables that a booking writes to."""
_COPIED: Final = ("booking", "occurrence", "slot")
_SCHEMA: Final = (
    "SELECT sql FROM h.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type <> 'trigger'"
)
_TAKEN: Final = "SELECT 1 FROM slot WHERE part = ? AND begins < ? AND ends > ? AND begins >= ? LIMIT 1"
_WEEK: Final = (
    "SELECT s.part, s.begins, s.ends FROM room r CROSS JOIN slot s"
    " WHERE s.part = r.id AND s.begins >= ? AND s.begins < ? AND s.ends > ? ORDER BY s.part, s.begins"
)
_DAY: Final = "SELECT * FROM occurrence WHERE begins >= ? AND begins < ? AND ends > ? ORDER BY begins"
_DAY_MS: Final = 86_400_000

Row = tuple[Any, ...]


def rows_of(read: Reader, booking: str) -> dict[str, list[Row]]:
    """Give what our booking of one date wrote, table by table."""
    subject = f"booking:{booking}"
    own = {
        name: read.rows(f"SELECT * FROM {name} WHERE subject = ?", (subject,))  # noqa: S608 tables of ours
        for name in _WRITTEN
        if name != "position"
    }
    own["position"] = read.rows(
        "SELECT * FROM position WHERE entry IN (SELECT id FROM entry WHERE subject = ?)", (subject,)
    )
    return own


class Plain:
    """One database that holds the bookings of a house, and nothing that guards them."""

    def __init__(self, house: Path, file: Path) -> None:
        """Copy what a booking is compared with; the journal's tables begin empty."""
        self._link = sqlite3.connect(file, isolation_level=None)
        self._house = sqlite3.connect(house, isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
            self._link.execute(f"PRAGMA {pragma}")
        self._link.execute("ATTACH ? AS h", (str(house),))
        self._link.execute("BEGIN")
        for name in _WRITTEN:
            for (statement,) in self._link.execute(_SCHEMA, (name,)).fetchall():
                self._link.execute(statement)
        for name in _COPIED:
            self._link.execute(f"INSERT INTO main.{name} SELECT * FROM h.{name}")  # noqa: S608 tables of ours
        self._link.execute("COMMIT")
        self._link.execute("DETACH h")

    def book(self, rows: dict[str, list[Row]], parts: Sequence[str], blocked: Span) -> float:
        """Look whether it is free, and write the same rows durably; gives the seconds."""
        began = perf_counter()
        run = self._link.execute
        run("BEGIN IMMEDIATE")
        self._look(parts, blocked)
        for name in _WRITTEN:
            marks = ", ".join("?" * len(rows[name][0]))
            self._link.executemany(f"INSERT INTO {name} VALUES ({marks})", rows[name])  # noqa: S608 tables of ours
        run("COMMIT")
        return perf_counter() - began

    def look(self, parts: Sequence[str], blocked: Span) -> float:
        """Look whether it is free; gives the seconds."""
        began = perf_counter()
        self._look(parts, blocked)
        return perf_counter() - began

    def _look(self, parts: Sequence[str], blocked: Span) -> None:
        for part in parts:
            values = (part, blocked.ends, blocked.begins, blocked.begins - _DAY_MS)
            self._link.execute(_TAKEN, values).fetchall()

    def slots(self, window: Span) -> float:
        """Read all slots of all rooms in a window from the house itself; gives the seconds."""
        return self._read(_WEEK, window)

    def dates(self, day: Span) -> float:
        """Read all dates of a day; gives the seconds."""
        return self._read(_DAY, day)

    def _read(self, sql: str, window: Span) -> float:
        began = perf_counter()
        self._house.execute(sql, (window.begins - _DAY_MS, window.ends, window.begins)).fetchall()
        return perf_counter() - began

    def close(self) -> None:
        """Close both databases."""
        self._link.close()
        self._house.close()


class PlainCalendar:
    """The same events as components of icalendar."""

    def __init__(self, data: bytes) -> None:
        """Read them from ours."""
        self._calendar = Calendar.from_ical(data)

    def write(self) -> float:
        """Serialise them all; gives the seconds."""
        began = perf_counter()
        self._calendar.to_ical()
        return perf_counter() - began

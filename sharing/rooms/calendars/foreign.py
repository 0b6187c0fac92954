"""What is read from somebody else's calendar, and what can be wrong with it: values only."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from sharing.journal.entry import Instant
from sharing.rooms.rules import HORIZON_DAYS

MOST_BYTES: Final = 1024 * 1024
MOST_COMPONENTS: Final = 5000
MOST_LINES: Final = 1000
"""Properties of one event."""
MOST_DEPTH: Final = 6
MOST_DATES: Final = 5000
"""Dates of one calendar within the horizon."""
MOST_OF_ONE: Final = 1000
"""Dates of one series within the horizon, and the highest COUNT."""
MOST_DAYS: Final = 31
"""How long one date may be."""
DAY: Final = 86_400_000
HORIZON: Final = HORIZON_DAYS * DAY


class Flaw(StrEnum):
    """Why an event, or one date of it, is not taken in; message key "calendar.flaw.<flaw>"."""

    UNREADABLE = "unreadable"
    """A property of it is no iCalendar."""
    ENCODING = "encoding"
    TOO_LARGE = "too_large"
    """It has too many properties."""
    NESTED = "nested"
    """It holds what no event holds, or never ends."""
    CUT_OFF = "cut_off"
    """The file stops before its end: what is missing may stand in the rest."""
    NO_UID = "no_uid"
    REPEATED = "repeated"
    """Another event of the file has the same name."""
    NO_START = "no_start"
    ENDS_FIRST = "ends_first"
    NO_LENGTH = "no_length"
    TOO_LONG = "too_long"
    GAP = "gap"
    """The clocks skip this time in spring."""
    TWICE = "twice"
    """The clocks show this time twice in autumn."""
    FLOATING = "floating"
    """A time without a zone: it is another moment wherever it is read."""
    ZONE = "zone"
    """Nobody knows its zone."""
    TOO_FAR = "too_far"
    RULE = "rule"
    """A recurrence that is not allowed, or none at all."""
    UNTIL = "until"
    """A recurrence of times that ends on a date: whether that day counts is not said."""
    TOO_MANY_DATES = "too_many_dates"
    NOTHING = "nothing"
    """It changes a date that its series does not have."""
    UNSUPPORTED = "unsupported"
    """It changes all following dates at once, or gives periods."""
    TAKEN = "taken"
    """The room is booked then, and stays so."""


class Wrong(StrEnum):
    """Why a whole file is not taken in; message key "refusal.calendar_refused.<wrong>"."""

    NOT_FOUND = "not_found"
    NO_FILE = "no_file"
    """A device, a socket, or not to be read."""
    TOO_LARGE = "too_large"
    NOT_CALENDAR = "not_calendar"
    TOO_MANY = "too_many"
    """Components, files or dates."""
    NESTING = "nesting"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    BROKEN = "broken"
    """The reader broke off."""
    NOTHING_USABLE = "nothing_usable"
    """Every event of it was refused."""


class Flawed(Exception):
    """Something that is not taken in."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


class WrongFile(Exception):
    """A file that is no calendar we read."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


class Window(msgspec.Struct, frozen=True):
    """From when on dates are of interest, and the zone that whole days are of."""

    now: Instant
    zone: str

    @property
    def since(self) -> Instant:
        """The day before now: what is over by then is not taken in."""
        return self.now - DAY

    @property
    def until(self) -> Instant:
        """The horizon."""
        return self.now + HORIZON


class Date(msgspec.Struct, frozen=True):
    """One date of a foreign event."""

    uid: str
    at: Instant
    """Which date of its series: when it was to begin (RECURRENCE-ID); 0 where there is no series."""
    begins: Instant
    ends: Instant
    title: str


class Refused(msgspec.Struct, frozen=True):
    """An event that is not taken in, or one date of it."""

    flaw: Flaw
    uid: str = ""
    title: str = ""
    at: Instant | None = None
    """The date that is meant; None: all of it."""
    line: int = 0
    """Where it begins in the file; 0 where that is not known."""


class Parsed(msgspec.Struct, frozen=True):
    """A file that was read."""

    dates: tuple[Date, ...] = ()
    refused: tuple[Refused, ...] = ()
    over: int = 0
    """Events that are over, called off, or block nothing (TRANSPARENT)."""

"""Rooms and bookings as values; what may be booked is decided in `deciding.py`, series in `recurrence.py`.

Times: instants are UTC milliseconds; wall times are naive datetimes of the house's zone, as people say them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from sharing.journal.entry import Instant
from sharing.people.rules import Discreet
from sharing.terms.rules import Hours
from sharing.texts import Texts

MINUTE: Final = 60_000
"""Milliseconds; bookings begin and end on whole minutes."""

MOST_OCCURRENCES: Final = 1000
HORIZON_DAYS: Final = 3 * 366
"""How far ahead a series may reach, whatever the room allows."""


class Use(StrEnum):
    """What a booking is for."""

    BOOKING = "booking"
    MAINTENANCE = "maintenance"
    """Staff block the room."""
    EXTERNAL = "external"
    """From a calendar of somebody else, only shown and kept free."""
    HOLD = "hold"
    """Kept for somebody who was displaced, until it lapses."""


class State(StrEnum):
    """Where one occurrence stands."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ARRIVED = "arrived"
    ENDED = "ended"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


LIVE: Final = frozenset({State.PROVISIONAL, State.CONFIRMED, State.ARRIVED})


class Why(StrEnum):
    """Why a date cannot be, or is no more; message key "room.why.<why>". Never by whom or for what."""

    TAKEN = "taken"
    CLOSED = "closed"
    OUTSIDE_HOURS = "outside_hours"
    PAST = "past"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"
    QUOTA = "quota"
    TOO_MANY_PEOPLE = "too_many_people"
    NOT_BOOKABLE = "not_bookable"
    GAP = "gap"
    """The clocks skip this time in spring."""
    TWICE = "twice"
    """The clocks show this time twice in autumn; say which."""
    BY_STAFF = "by_staff"
    """Declined or cancelled by staff."""
    BY_ASKER = "by_asker"
    DISPLACED = "displaced"
    LAPSED = "lapsed"
    """A hold that nobody took."""
    NOT_CONFIRMED = "not_confirmed"


class Frequency(StrEnum):
    """How often a series comes (RFC 5545 FREQ)."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A series: the allowed subset of an RRULE (RFC 5545, 3.3.10). `count` or `until`, one of the two."""

    freq: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    """Monday is 0. Weekly: on these days; empty: on that of the first. Monthly: exactly one, with `nth`."""
    nth: int | None = None
    """Monthly by weekday: 1 to 4, or -1 for the last. None: by the first one's day of the month."""
    count: int | None = None
    until: date | None = None
    """The last day it may begin on, by the wall clock; this day included."""


class Quota(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one organisation may have in this room; None: no limit."""

    week_count: int | None = None
    week_minutes: int | None = None
    month_count: int | None = None
    month_minutes: int | None = None


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What can be booked: a location of kind room, or a pairing of several."""

    id: str
    """Of its location."""
    code: str | None
    names: Texts
    floor: Texts
    parts: tuple[str, ...]
    """Ids of the rooms it physically consists of; its own where it is one."""
    capacity: int = 0
    """Persons; 0: nobody said."""
    features: frozenset[str] = frozenset()
    """Words like "projector", "kitchen", "step_free", "piano"."""
    hours: Mapping[int, tuple[Hours, ...]] | None = None
    """Weekday to openings; None: the room hours of the house."""
    closing_days: Mapping[str, str] = msgspec.field(default_factory=dict)
    """ISO date to why; those of the house's rooms come on top."""
    before_min: int = 0
    after_min: int = 0
    """Buffers: minutes kept free around each booking."""
    shortest_min: int = 15
    longest_min: int = 12 * 60
    ahead_days: int = 366
    approval: bool = False
    """Staff confirm each booking."""
    no_show_min: int | None = None
    """Minutes after the start at which nobody's arrival gives the room away; None: never."""
    quota: Quota = Quota()
    price: Texts = msgspec.field(default_factory=Texts)
    """What it costs, as text."""
    checklist: tuple[str, ...] = ()
    """What to look at when leaving."""
    key_item: str | None = None
    """Item that opens it; it is lent like any other."""
    bookable: bool = True

    def name(self, language: str) -> str:
        """Its name in this language, or the next best."""
        return self.names.best(language)


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of time; begins ≤ t < ends."""

    begins: Instant
    ends: Instant

    def meets(self, other: Span) -> bool:
        """Tell whether the two share a moment."""
        return self.begins < other.ends and other.begins < self.ends


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One date of a booking."""

    booking: str
    n: int
    """From 0; stays its own for ever."""
    rooms: tuple[str, ...]
    parts: tuple[str, ...]
    span: Span
    blocked: Span
    """With buffers, as it was decided."""
    state: State
    why: str = ""
    """A `Why`, where it is declined, cancelled or no more."""
    use: Use = Use.BOOKING
    org: str | None = None
    changed_at: Instant = 0
    sequence: int = 0
    """How often its time, place or state truly changed (RFC 5545 SEQUENCE)."""
    arrived_at: Instant | None = None
    left_at: Instant | None = None
    asked: Span | None = None
    """A change that is not decided yet; `asked_off`: cancelling it is."""
    asked_rooms: tuple[str, ...] = ()
    asked_off: bool = False
    certain: bool = True
    """False: somebody asked before, so this may still be declined."""
    gone_at: Instant | None = None
    """When it is given away, if nobody comes by then."""

    @property
    def id(self) -> str:
        """Booking and n."""
        return f"{self.booking}/{self.n}"


class Booking(Discreet, frozen=True, kw_only=True):
    """What somebody booked: one date, or a series. A log or traceback shows the id only."""

    TOLD: ClassVar = ("id",)
    id: str
    use: Use
    rooms: tuple[str, ...]
    occurrences: tuple[Occurrence, ...]
    zone: str
    rule: Rule | None = None
    org: str | None = None
    person: str = ""
    """Person id; empty once cut, and for maintenance, external events and holds."""
    title: str = ""
    adult: str = ""
    """The adult in charge, as text."""
    heads: int = 0
    """How many people come; 0: not said."""
    asked_at: Instant = 0
    announce: bool = False
    source: str = ""
    """External: the calendar it came from."""


class Ask(Discreet, frozen=True, kw_only=True):
    """What somebody wants to book, as they say it."""

    TOLD: ClassVar = ("rooms", "begins", "ends", "rule", "use")
    rooms: tuple[str, ...]
    begins: datetime
    """Naive, by the house's wall clock; `fold` says which of a doubled hour."""
    ends: datetime
    rule: Rule | None = None
    person: str = ""
    org: str | None = None
    title: str = ""
    adult: str = ""
    heads: int = 0
    announce: bool = False
    use: Use = Use.BOOKING


class Alternative(msgspec.Struct, frozen=True):
    """A time and rooms that are free instead."""

    rooms: tuple[str, ...]
    span: Span


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """One date of what was asked for, before anything is saved."""

    n: int
    rooms: tuple[str, ...]
    local: datetime
    span: Span | None
    """None: the wall clock never shows this time."""
    why: Why | None = None
    """What stands against it; None: it can be."""
    certain: bool = True
    """False: somebody else asked before and is not answered yet."""
    alternatives: tuple[Alternative, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a room is looked for by."""

    span: Span
    capacity: int = 0
    features: frozenset[str] = frozenset()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A room that was looked at, with what stands against it and what is free instead."""

    room: Room
    why: Why | None = None
    certain: bool = True
    alternatives: tuple[Alternative, ...] = ()


class Part(StrEnum):
    """How much of a series a change is about."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


class ChangeOf(msgspec.Struct, frozen=True, kw_only=True):
    """Which dates of a booking are meant."""

    booking: str
    n: int = 0
    part: Part = Part.THIS

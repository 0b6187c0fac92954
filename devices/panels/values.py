"""What is said of a room at its door, as values; `state.py` says what is true.

Instants are UTC milliseconds; days are those of the house's wall clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

import msgspec

from sharing.journal.entry import Instant
from sharing.rooms.rules import MINUTE, Room, Use
from sharing.rooms.seen import Seen

AHEAD_DAYS: Final = 8
"""How many days are looked at, today included; what comes later, nobody says at a door."""
VALID_MS: Final = 15 * MINUTE
"""So long a state may be shown without news before it is called stale."""
HEARTBEAT_MS: Final = 5 * MINUTE
ENDS_SOON_MS: Final = 10 * MINUTE
CLOSES_SOON_MS: Final = 15 * MINUTE
MOST_NEXT: Final = 2
LONGEST_NAME: Final = 200
VERSION: Final = 1


class Status(StrEnum):
    """What is said in one word."""

    FREE = "free"
    BUSY = "busy"
    BUFFER = "buffer"
    """Kept free before or after a booking."""
    CLOSED = "closed"
    UNKNOWN = "unknown"
    """Nobody can say: the machine does not know the time, or cannot read."""


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One booking of a room, as anybody may see it."""

    begins: Instant
    ends: Instant
    """As it was booked; earlier if they have left."""
    title: str = ""
    """Empty, unless the house lets it be shown to all."""
    org: str = ""
    """The organisation, if it may be named."""
    asked: bool = False
    """Nobody has said yes to it; others may still have the room."""
    use: str = str(Use.BOOKING)
    """A `Use`: booking, maintenance, external, hold."""
    before: int = 0
    """Milliseconds that are kept free before it, and after it."""
    after: int = 0
    arrived_at: Instant | None = None
    """When somebody came, possibly before the beginning."""
    lapses: Instant | None = None
    """When it is given away, if nobody comes."""


class Fresh(msgspec.Struct, frozen=True, kw_only=True):
    """How far the machine that says this is together with the one that decides."""

    provisional: bool = False
    """Another machine decides, and may not have been heard of."""
    at: Instant | None = None
    """When it was heard last."""


class RoomState(msgspec.Struct, frozen=True, kw_only=True):
    """How a room stands."""

    v: int = VERSION
    room: str
    """Its id, as in topics."""
    key: str
    """What staff call it in lists."""
    name: str
    names: dict[str, str]
    """By language; `name` in the first language of the house."""
    status: Status
    since: Instant | None
    until: Instant | None
    """From when until when the status is what it is; None: longer than anybody looks."""
    free_until: Instant | None
    """If it is free: until when, or until somebody asked for it; None: nothing comes."""
    now: Slot | None
    """The booking that is on, or else what somebody asked for at this time: that takes nothing."""
    next: tuple[Slot, ...]
    """At most two, by beginning."""
    day: tuple[Slot, ...]
    """All that touch today."""
    today: tuple[Instant, Instant]
    """From midnight to midnight."""
    opens: tuple[tuple[Instant, Instant], ...]
    """When it is open, from yesterday to a week ahead."""
    zone: str
    closing_soon: bool
    """Its booking ends within 10 minutes, or it closes within 15."""
    book: str
    """What the code on the panel holds: a link, or the digits of the room's label."""
    seq: int
    sync: Fresh
    generated_at: Instant
    valid_until: Instant
    changes_at: Instant
    """When it changes by itself."""
    languages: tuple[str, ...]
    """Of the house, the first one first."""


class AgendaDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a room."""

    day: date
    slots: tuple[Slot, ...]


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """Today and tomorrow."""

    v: int = VERSION
    room: str
    days: tuple[AgendaDay, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one room."""

    room: Room
    key: str
    dates: tuple[Seen, ...]
    """Those that touch `looked_at`, in any order; others may be among them."""
    consists_of: tuple[Room, ...] = ()
    """The rooms of a pairing, whose hours count as well."""
    book: str = ""


def is_stale(state: RoomState, now: Instant) -> bool:
    """Tell whether a state is older than it should be."""
    return now >= state.valid_until


def encoded(value: RoomState | Agenda) -> bytes:
    """Write it as it goes over the line: JSON, instants as integers of milliseconds."""
    return msgspec.json.encode(value)


def content(state: RoomState) -> Mapping[str, Any]:
    """Give what a state says apart from when it was said: equal contents need not be sent twice."""
    said = msgspec.structs.asdict(state)
    for name in ("seq", "generated_at", "valid_until", "sync"):
        del said[name]
    said["provisional"] = state.sync.provisional
    return said


def decoded(payload: bytes) -> RoomState:
    """Read what `encoded` wrote; newer fields are passed over.

    Raises:
        msgspec.DecodeError: it is something else (a ValueError).
    """
    return _DECODER.decode(payload)


_DECODER: Final = msgspec.json.Decoder(RoomState)

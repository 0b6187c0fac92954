"""What a case is: something staff must look at. Which kinds there are, and how each can be settled."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final

import msgspec

from sharing.journal.entry import Instant


class Area(StrEnum):
    """What a case is about; in this order they are listed, those that somebody waits for first."""

    ROOMS = "rooms"
    LENDING = "lending"
    RECORDS = "records"
    DEVICES = "devices"


class How(StrEnum):
    """How staff say that they settled a case; a note can say more."""

    WITH_FIRST = "with_first"
    WITH_SECOND = "with_second"
    IN_HOUSE = "in_house"
    CALLED = "called"
    BOOKED_ELSEWHERE = "booked_elsewhere"
    MENDED = "mended"
    LOOKED = "looked"
    NOTHING = "nothing"
    TECHNICIAN = "technician"


class Kind(msgspec.Struct, frozen=True):
    """What one kind of case is about, and how it is mostly settled: at most three, then a note."""

    area: Area
    how: tuple[How, ...]


_WHERE: Final = (How.WITH_FIRST, How.WITH_SECOND, How.IN_HOUSE)
_SHELF: Final = (How.IN_HOUSE, How.LOOKED)
_TELL: Final = (How.CALLED, How.BOOKED_ELSEWHERE, How.NOTHING)
_LOOK: Final = (How.LOOKED, How.NOTHING)
_MACHINE: Final = (How.LOOKED, How.MENDED, How.TECHNICIAN)

KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("out_while_out", "out_while_set_aside"), Kind(Area.LENDING, _WHERE)),
    **dict.fromkeys(("set_aside_while_out", "set_aside_twice"), Kind(Area.LENDING, _WHERE)),
    **dict.fromkeys(("back_while_in", "back_of_an_earlier_line"), Kind(Area.LENDING, _SHELF)),
    "named_too_late": Kind(Area.LENDING, _SHELF),
    "undo_too_late": Kind(Area.LENDING, _LOOK),
    "damage": Kind(Area.LENDING, (How.MENDED, How.CALLED, How.NOTHING)),
    "condition_of_nothing": Kind(Area.LENDING, _LOOK),
    "assigned_nothing": Kind(Area.LENDING, _LOOK),
    "renewal_of_nothing": Kind(Area.LENDING, _LOOK),
    "renewal_declined": Kind(Area.LENDING, (How.CALLED, How.IN_HOUSE, How.NOTHING)),
    "booking_declined": Kind(Area.ROOMS, _TELL),
    "booking_asked_twice": Kind(Area.ROOMS, _TELL),
    "approval_failed": Kind(Area.ROOMS, (How.MENDED, How.CALLED, How.NOTHING)),
    "arrived_too_late": Kind(Area.ROOMS, _TELL),
    "both_edited": Kind(Area.RECORDS, _LOOK),
    "code_claimed_twice": Kind(Area.RECORDS, (How.MENDED, How.LOOKED)),
    "card_issued_twice": Kind(Area.RECORDS, (How.CALLED, How.MENDED)),
    "seen_after_close": Kind(Area.RECORDS, _LOOK),
    "broken_subject": Kind(Area.RECORDS, (How.LOOKED, How.TECHNICIAN)),
    "newer_entry": Kind(Area.DEVICES, (How.MENDED, How.TECHNICIAN)),
    "verdict_void": Kind(Area.RECORDS, _TELL),
    "house_set_declined": Kind(Area.RECORDS, (How.MENDED, How.CALLED, How.NOTHING)),
    "request_failed": Kind(Area.RECORDS, (How.CALLED, How.TECHNICIAN)),
    **dict.fromkeys(
        (
            "home_moved_twice", "home_stopped", "verdict_stalled", "quarantined", "forked", "cloned",
            "clock_off", "clock_unknown", "restored", "refused_frames", "cannot_take",
        ),
        Kind(Area.DEVICES, _MACHINE),
    ),
}  # fmt: skip
"""Every kind that this version writes; one of a newer version is `UNKNOWN`."""
UNKNOWN: Final = Kind(Area.DEVICES, (How.LOOKED, How.TECHNICIAN))


def kind_of(kind: str) -> Kind:
    """Give what is known about a kind of case."""
    return KINDS.get(kind, UNKNOWN)


class Case(msgspec.Struct, frozen=True):
    """A contradiction, damage, loss, conflict or clock trouble, until staff have handled it."""

    id: str
    kind: str
    """Message key "case.<kind>"."""
    subject: str
    """What it is about, like `item:I`; empty if that was private and is emptied."""
    about: str
    since: Instant
    seen_at: Instant | None
    settled: bool
    """Seen once, and since then explained by an entry that came late: nothing contradicts any more."""

    @property
    def area(self) -> Area:
        """Where it is listed."""
        return kind_of(self.kind).area

    @property
    def choices(self) -> tuple[How, ...]:
        """How it is mostly settled."""
        return kind_of(self.kind).how


class Happened(msgspec.Struct, frozen=True):
    """One entry of what happened around a case; who it names is for staff only."""

    TOLD: ClassVar = ("entry", "kind", "at", "node")
    entry: str
    kind: str
    at: Instant
    """When, by the writer's clock; mended if that became known."""
    sure: bool
    """Whether that clock is to be believed."""
    node: str
    """The machine that wrote it; empty if this one was not told which."""
    is_cause: bool = False
    """With this one the case began."""
    unaware: bool = False
    """Whoever wrote it did not know of the one before."""
    undone: bool = False
    said: Mapping[str, Any] = {}
    """Its data, by field."""
    secret: Mapping[str, Any] = {}
    """Its private part, by field; empty once it was emptied."""

    def __repr__(self) -> str:
        """Name no person in a log."""
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.TOLD)
        return f"{type(self).__name__}({told})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Textual writes its tracebacks by this."""
        return [(name, getattr(self, name)) for name in self.TOLD]

    @property
    def person(self) -> str:
        """The person it is about; empty if it names none any more."""
        return str(self.secret.get("borrower") or self.secret.get("person") or "")

    @property
    def actor(self) -> str:
        """Who did it, if that was noted."""
        return str(self.secret.get("actor") or "")


def listed(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Sort cases as they are listed: by what they are about, the oldest first."""
    order = {area: place for place, area in enumerate(Area)}
    return tuple(sorted(cases, key=lambda one: (order[one.area], one.since, one.id)))

"""What is said about rooms and bookings, as entries.

A series is one subject with up to a thousand dates, so dates stand in short arrays: minutes since 1970 in
UTC, beside the wall time that was meant and the zone it was meant in.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from sharing.catalogue.entries import Changed
from sharing.journal.entry import Instant, Secret, Shape, Verdict
from sharing.rooms.rules import Quota, Rule
from sharing.texts import Text


class RoomChanged(Changed, frozen=True, kw_only=True):
    """What makes a location of kind room one that is booked: fields that are new or changed."""

    KIND: ClassVar[str] = "room.changed"
    parts: tuple[str, ...] | UnsetType = UNSET
    capacity: int | UnsetType = UNSET
    features: tuple[str, ...] | UnsetType = UNSET
    hours: dict[str, tuple[tuple[int, int], ...]] | UnsetType | None = UNSET
    closing_days: dict[str, str] | UnsetType = UNSET
    before_min: int | UnsetType = UNSET
    after_min: int | UnsetType = UNSET
    shortest_min: int | UnsetType = UNSET
    longest_min: int | UnsetType = UNSET
    ahead_days: int | UnsetType = UNSET
    approval: bool | UnsetType = UNSET
    no_show_min: int | UnsetType | None = UNSET
    quota: Quota | UnsetType = UNSET
    price: dict[str, Text] | UnsetType = UNSET
    checklist: tuple[str, ...] | UnsetType = UNSET
    key_item: str | UnsetType | None = UNSET
    bookable: bool | UnsetType = UNSET


class Place(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """Where dates take place, with the rules of its rooms as they were when this was written."""

    rooms: tuple[str, ...]
    parts: tuple[str, ...]
    before: int = 0
    """Minutes kept free before."""
    after: int = 0
    no_show: int | None = None
    """Minutes after the start at which nobody's arrival gives it away."""


Date: TypeAlias = tuple[int, int, str, int, int]
"""n, place (its index in `places`), wall time ("2026-06-01T18:00"), start and end in minutes since 1970."""
Decided: TypeAlias = tuple[int, int, int, int]
"""n, place, start and end in minutes since 1970."""
Gone: TypeAlias = tuple[int, str]
"""n, and a `Why` or "no_show"."""


class BookingAsked(Shape, frozen=True, kw_only=True):
    """Request: these dates, one or a series."""

    KIND: ClassVar[str] = "booking.asked"
    use: str
    rooms: tuple[str, ...]
    places: tuple[Place, ...]
    occ: tuple[Date, ...]
    zone: str
    rule: Rule | None = None
    org: str | None = None
    """A registered association or institution; any other stands in the private part."""
    announce: bool = False
    source: str = ""
    """External: the calendar it came from."""
    lapses: Instant | None = None
    """A hold: until when it is kept."""
    held_for: str = ""
    """A hold: the date ("booking/n") that was displaced."""
    unsure: tuple[int, ...] = ()
    """Dates that somebody else had asked for before."""


class BookingPrivate(Secret, frozen=True, kw_only=True):
    """Who comes, and what for."""

    person: str = ""
    title: str = ""
    adult: str = ""
    heads: int = 0
    org: str | None = None
    actor: str = ""


class BookingChangeAsked(Shape, frozen=True, kw_only=True):
    """Request: other times or places for some dates, or none any more."""

    KIND: ClassVar[str] = "booking.change_asked"
    places: tuple[Place, ...] = ()
    set: tuple[Date, ...] = ()
    off: tuple[int, ...] = ()
    """Dates to cancel."""
    why: str = ""
    part: str = "this"
    """How much of the series the asker meant."""
    unsure: tuple[int, ...] = ()


class ChangedBy(Secret, frozen=True, kw_only=True):
    """Who asked or decided, and what was said about it."""

    actor: str = ""
    reason: str = ""


Looked: TypeAlias = tuple[int, int, int]
"""n, start and end in minutes since 1970, as staff saw them when they answered."""


class BookingAnswerAsked(Shape, frozen=True, kw_only=True):
    """Request: what staff say to dates that wait for them, where the home is another machine."""

    KIND: ClassVar[str] = "booking.answer_asked"
    yes: tuple[Looked, ...] = ()
    no: tuple[Looked, ...] = ()


class BookingDecided(Verdict, frozen=True, kw_only=True):
    """The home's answer, or its own word: how these dates stand from now on."""

    KIND: ClassVar[str] = "booking.decided"
    places: tuple[Place, ...] = ()
    set: tuple[Decided, ...] = ()
    off: tuple[Gone, ...] = ()
    refused: tuple[Gone, ...] = ()
    """Changes that cannot be; those dates stay as they are."""
    tell: tuple[int, ...] = ()
    """Dates whose asker does not know it yet: somebody has to call."""
    late: bool = False
    """The asker went away with a promise that is not kept: a case for staff."""
    failed: str = ""
    """Why what staff said elsewhere, or some of it, could not be; those dates still wait."""


class BookingArrived(Shape, frozen=True, kw_only=True):
    """Somebody is there."""

    KIND: ClassVar[str] = "booking.arrived"
    n: int


class BookingLeft(Shape, frozen=True, kw_only=True):
    """They have left, and this is what they looked at."""

    KIND: ClassVar[str] = "booking.left"
    n: int
    checklist: dict[str, bool] = {}


class BookingTold(Shape, frozen=True, kw_only=True):
    """The asker was told what became of this date."""

    KIND: ClassVar[str] = "booking.told"
    n: int


class FeedOpened(Shape, frozen=True, kw_only=True):
    """A calendar can be read by whoever has the token whose hash is in the subject."""

    KIND: ClassVar[str] = "feed.opened"
    scope: str
    """"room", "organisation", "person" or "house"."""
    target: str = ""
    """Of a room; what may be a person stands in the private part."""
    public: bool = False
    """Says "taken" and nothing else."""


class FeedOf(Secret, frozen=True, kw_only=True):
    """Whose feed it is, and who opened or closed it."""

    target: str = ""
    actor: str = ""


class FeedRevoked(Shape, frozen=True, kw_only=True):
    """The token opens nothing any more, for ever."""

    KIND: ClassVar[str] = "feed.revoked"

"""From weighed dates to the entries that say them: requests, and beside them the verdicts of the home."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final

from sharing.calendar_time import local
from sharing.errors import NotFree
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import HOUSE_GROUP, Reader, Work
from sharing.rooms.entries import (
    BookingAsked,
    BookingChangeAsked,
    BookingDecided,
    BookingPrivate,
    ChangedBy,
    Date,
    Decided,
    Gone,
    Place,
)
from sharing.rooms.reading import booking_of, names_of
from sharing.rooms.rows import NO_SHOW
from sharing.rooms.rules import MINUTE, Offered, Room, Rule, Span, Use, Why
from sharing.rooms.weighing import Weighed, place_of

_HELD_FOR: Final = "SELECT id, held_for FROM booking WHERE held_for <> '' AND held_for = ?"
_LOCAL: Final = "%Y-%m-%dT%H:%M"


class Dates:
    """Dates as arrays, with the places that they name by number."""

    def __init__(self, rooms: Mapping[str, Room], use: Use, zone: str) -> None:
        """Start with none."""
        self.rooms, self.use, self.zone = rooms, use, zone
        self.places: list[Place] = []
        self.asked: list[Date] = []
        self.unsure: list[int] = []
        self._known: dict[tuple[str, ...], Place] = {}
        self._numbers: dict[Place, int] = {}

    def add(
        self, n: int, ids: Sequence[str], span: Span, wall: datetime | None = None, *, sure: bool = True
    ) -> None:
        """Note a date; one that is not `sure` was asked for by somebody else before."""
        key = tuple(ids)
        if key not in self._known:
            self._known[key] = place_of(self.rooms, key, self.use)
        self.add_at(n, self._known[key], span, wall)
        if not sure:
            self.unsure.append(n)

    def add_at(self, n: int, place: Place, span: Span, wall: datetime | None = None) -> None:
        """Note a date at a place."""
        if place not in self._numbers:
            self._numbers[place] = len(self.places)
            self.places.append(place)
        shown = (wall or local(span.begins, self.zone)).strftime(_LOCAL)
        self.asked.append((n, self._numbers[place], shown, span.begins // MINUTE, span.ends // MINUTE))

    @property
    def decided(self) -> tuple[Decided, ...]:
        """The same dates, as a verdict names them."""
        return tuple((n, place, start, end) for n, place, _, start, end in self.asked)


def verdict(
    work: Work, booking: str, *, dates: Dates | None = None, off: Iterable[Gone] = (),
    refused: Iterable[Gone] = (), tell: Iterable[int] = (), decides: str = "", late: bool = False,
    by: ChangedBy | None = None, failed: str = "",
) -> Draft:  # fmt: skip
    """Say how dates stand from now on.

    Raises:
        NotHome: another node decides.
    """
    epoch, n = work.verdict_stamp()
    data = BookingDecided(
        group=HOUSE_GROUP, home_epoch=epoch, n=n, decides=decides, off=tuple(off), refused=tuple(refused),
        places=tuple(dates.places) if dates else (), set=dates.decided if dates else (), tell=tuple(tell),
        late=late, failed=failed,
    )  # fmt: skip
    return Draft(f"booking:{booking}", data, by, nature="verdict")


def given_away(work: Work, given: Mapping[str, Sequence[int]]) -> list[Draft]:
    """Say of dates nobody came to, and of holds nobody took, that they are gone: others get them now."""
    drafts = []
    for key, numbers in sorted(given.items()):
        why = str(Why.LAPSED) if booking_of(work, key).use is Use.HOLD else NO_SHOW
        drafts.append(verdict(work, key, off=[(n, why) for n in numbers]))
    return drafts


def asked(
    booking: str, use: Use, rooms: Sequence[str], dates: Dates, private: BookingPrivate, *,
    rule: Rule | None = None, org: str | None = None, announce: bool = False, source: str = "",
    lapses: Instant | None = None, held_for: str = "",
) -> Draft:  # fmt: skip
    """Ask for dates."""
    data = BookingAsked(
        use=str(use), rooms=tuple(rooms), places=tuple(dates.places), occ=tuple(dates.asked), zone=dates.zone,
        rule=rule, org=org, announce=announce, source=source, lapses=lapses, held_for=held_for,
        unsure=tuple(dates.unsure),
    )  # fmt: skip
    return Draft(f"booking:{booking}", data, private, nature="request")


def change_asked(
    booking: str, by: ChangedBy, *, dates: Dates | None = None, off: Iterable[int] = (), why: str = "",
    part: str = "this",
) -> Draft:  # fmt: skip
    """Ask for other times or places, or for none any more."""
    data = BookingChangeAsked(
        places=tuple(dates.places) if dates else (), set=tuple(dates.asked) if dates else (), off=tuple(off),
        why=why, part=part, unsure=tuple(dates.unsure) if dates else (),
    )  # fmt: skip
    return Draft(f"booking:{booking}", data, by, nature="request")


def check_free(weighed: Weighed) -> None:
    """See that nothing stands against any of the dates.

    Raises:
        NotFree: something does; with each date, and what is free instead of the first.
    """
    for one in weighed.refused:
        raise not_free(one, weighed.rooms, weighed.offered)


def not_free(one: Offered, rooms: Mapping[str, Room], offered: Sequence[Offered]) -> NotFree:
    """Say that a date cannot be; never by whom it is taken, nor for what."""
    return NotFree(
        alternatives=one.alternatives, offered=tuple(offered), room=names_of(rooms, one.rooms),
        why=str(one.why or Why.TAKEN), begins=one.span.begins if one.span else None,
    )  # fmt: skip


def held_for(read: Reader, booking: str, numbers: Iterable[int]) -> frozenset[str]:
    """Give the holds that are kept for some dates of a booking."""
    return frozenset(row[0] for n in numbers for row in read.rows(_HELD_FOR, (f"{booking}/{n}",)))


def read_holds_ahead(read: Reader, dates: Iterable[tuple[str, int]]) -> None:
    """Read at once what `held_for` will ask for; dates as (booking, n)."""
    read.read_ahead(_HELD_FOR, [f"{booking}/{n}" for booking, n in dates], itemgetter(1))

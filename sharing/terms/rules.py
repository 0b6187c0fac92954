"""House rules: when the desk is open, what is due and overdue, whom to ask; by the house's wall clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from sharing.calendar_time import MINUTES_A_DAY, at_minute, exact_instant, instant_of, local
from sharing.journal.entry import Instant

__all__ = [
    "Ask", "Contact", "Hours", "Opening", "Terms", "due_on", "end_of_desk_day", "exact_instant", "instant_of",
    "is_open", "is_overdue", "local", "next_opening", "opening_on", "who_to_ask",
]  # fmt: skip

HORIZON_DAYS: Final = 400
"""How far ahead an open day is looked for: a house closed for longer has no desk."""

Hours = tuple[int, int]
"""From and to, in minutes since midnight of the wall clock; 0 ≤ from < to ≤ 1440."""


class Contact(msgspec.Struct, frozen=True):
    """A function one can ask, never a person: "Ausleihe", with a number and the hours somebody is there."""

    function: str
    phone: str = ""
    days: tuple[int, ...] = ()
    """Weekdays, Monday is 0."""
    from_min: int = 0
    to_min: int = MINUTES_A_DAY
    on_closing_days: bool = False
    """There also when the house is closed, like an emergency number."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The house rules that hold now. Each field is one key of `house.set`."""

    name: str = ""
    zone: str = "Europe/Berlin"
    region: str = "DE-BW"
    """ISO 3166-2, whose public holidays are written into the closing days."""
    desk_hours: Mapping[int, tuple[Hours, ...]] = msgspec.field(default_factory=dict)
    """Weekday (Monday is 0) to its openings; an absent day is closed."""
    closing_days: Mapping[str, str] = msgspec.field(default_factory=dict)
    """ISO date to why the desk is closed."""
    room_hours: Mapping[int, tuple[Hours, ...]] = msgspec.field(default_factory=dict)
    """Weekday to when rooms may be used; an absent day is closed. Nobody said anything: always."""
    room_closing_days: Mapping[str, str] = msgspec.field(default_factory=dict)
    """ISO date to why no room is to be had; the desk's closing days are another calendar."""
    loan_days: int = 14
    max_per_person: int = 10
    max_per_organisation: int = 30
    renewals: int = 2
    terms_version: int = 1
    privacy_version: int = 1
    signature_above_cents: int | None = None
    """A loan of a thing worth more needs a signature; None: never."""
    contacts: tuple[Contact, ...] = ()
    languages: tuple[str, ...] = ("de", "en")
    label_link: str | None = None
    """What stands before the code on a label; None: labels carry digits only."""
    return_shelf: str | None = None
    """Key of the place whose label lets typed numbers count as given back; None: none does."""


class Opening(msgspec.Struct, frozen=True, order=True):
    """One stretch of desk hours, as instants: begins ≤ t < ends."""

    begins: Instant
    ends: Instant


class Ask(msgspec.Struct, frozen=True):
    """Whom to ask: somebody who is there now, or a number and when somebody will be."""

    function: str
    phone: str
    here_now: bool
    from_instant: Instant | None = None
    """When somebody is there next; None if it is now, or nobody knows."""
    asked_at: Instant | None = None
    """When this was asked, so that the next day can be called tomorrow."""


@lru_cache(maxsize=2048)
def _stretches(day: date, hours: tuple[Hours, ...], zone: str) -> tuple[Opening, ...]:
    """Give the instants of one day's hours; what lies wholly in the spring gap does not happen."""
    found = (Opening(at_minute(day, a, zone), at_minute(day, b, zone, fold=1)) for a, b in sorted(hours))
    return tuple(one for one in found if one.begins < one.ends)


def opening_on(terms: Terms, day: date) -> tuple[Opening, ...]:
    """Give the desk's openings on a day, in order; none on closing days."""
    if day.isoformat() in terms.closing_days:
        return ()
    return _stretches(day, terms.desk_hours.get(day.weekday(), ()), terms.zone)


def _openings(terms: Terms, day: date) -> Iterator[Opening]:
    """Give all openings from a day on, in order, as far as the horizon."""
    if any(terms.desk_hours.values()):
        for ahead in range(HORIZON_DAYS):
            yield from opening_on(terms, day + timedelta(days=ahead))


def _today(terms: Terms, instant: Instant) -> date:
    return local(instant, terms.zone).date()


def _yesterday(terms: Terms, instant: Instant) -> date:
    """Where a search begins: an opening of the day before may reach over midnight when the clocks change."""
    return _today(terms, instant) - timedelta(days=1)


def is_open(terms: Terms, instant: Instant) -> bool:
    """Tell whether the desk is open."""
    today = _today(terms, instant)
    near = (one for day in (today - timedelta(days=1), today) for one in opening_on(terms, day))
    return any(one.begins <= instant < one.ends for one in near)


def next_opening(terms: Terms, instant: Instant) -> Opening | None:
    """Give the first opening that begins at `instant` or later; None if there is none within the horizon."""
    return next((one for one in _openings(terms, _yesterday(terms, instant)) if one.begins >= instant), None)


def end_of_desk_day(terms: Terms, now: Instant) -> Instant:
    """Give the desk's last closing time today, or midnight if that is over or the desk stays closed."""
    today = _today(terms, now)
    midnight = at_minute(today, MINUTES_A_DAY, terms.zone)
    return max((one.ends for one in opening_on(terms, today) if one.ends > now), default=midnight)


def due_on(terms: Terms, now: Instant, days: int) -> Instant:
    """Give the closing time of the desk `days` days from today, or of the next day it is open.

    A house without desk hours gets the end of that day. A closing time that is over today moves on as well.
    """
    first = _today(terms, now) + timedelta(days=max(days, 0))
    if any(terms.desk_hours.values()):
        for ahead in range(HORIZON_DAYS):
            closing = max((one.ends for one in opening_on(terms, first + timedelta(days=ahead))), default=0)
            if closing > now:
                return closing
    return at_minute(first, MINUTES_A_DAY, terms.zone)


def is_overdue(terms: Terms, due: Instant, now: Instant) -> bool:
    """Tell whether a line is late: only once the desk has been open, to its end, at or after the due time.

    In a house without desk hours, whatever is past its due time is late.
    """
    if now <= due:
        return False
    if not any(terms.desk_hours.values()):
        return True
    chance = next((one for one in _openings(terms, _yesterday(terms, due)) if one.ends >= due), None)
    return chance is not None and now > chance.ends


def _there(terms: Terms, contact: Contact, day: date) -> tuple[Opening, ...]:
    closed = day.isoformat() in terms.closing_days and not contact.on_closing_days
    if closed or day.weekday() not in contact.days:
        return ()
    return _stretches(day, ((contact.from_min, contact.to_min),), terms.zone)


def who_to_ask(terms: Terms, now: Instant) -> Ask | None:
    """Give the first contact that is there now, else whoever is there soonest; None if there is none."""
    today = _today(terms, now)
    soonest: tuple[Instant, Contact] | None = None
    for contact in terms.contacts:
        days = (today + timedelta(days=ahead) for ahead in range(-1, HORIZON_DAYS))
        coming = (one for day in days if contact.days for one in _there(terms, contact, day))
        one = next((one for one in coming if one.ends > now), None)
        if one is not None and one.begins <= now:
            return Ask(contact.function, contact.phone, here_now=True)
        if one is not None and (soonest is None or one.begins < soonest[0]):
            soonest = (one.begins, contact)
    if soonest is not None:
        return Ask(
            soonest[1].function, soonest[1].phone, here_now=False, from_instant=soonest[0], asked_at=now
        )
    return next((Ask(one.function, one.phone, here_now=False) for one in terms.contacts), None)

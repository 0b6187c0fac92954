"""What staff do about a person at the desk, for the store: cards, and how long a suspension lasts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sharing.calendar_time import MINUTES_A_DAY, at_minute, local
from sharing.errors import BadTime
from sharing.people import actions as people
from sharing.people.rules import Right, Scope, to_replace
from sharing.terms.actions import terms_of
from sharing.terms.rules import end_of_desk_day
from sharing.texts import shown

if TYPE_CHECKING:
    from sharing.journal.entry import Instant
    from sharing.journal.store import Store
    from sharing.people.cards import CardKeys
    from sharing.people.rules import Card, Person

SUSPENSION_DAYS: Final = (7, 28, 91)
"""How long a suspension usually is, in days; staff can name another day."""
_TYPED: Final = (
    re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A card that was just issued: its number is shown once."""

    code: str
    ends: Instant | None
    scope: frozenset[str]
    modules: tuple[tuple[bool, ...], ...]
    """Its QR code, dark modules true."""
    revoked: int | None = None
    """How many cards it replaces; None if it replaces none."""


def issue(
    store: Store, keys: CardKeys, deed: str, person: str, scope: Scope | None, *, act: bytes, by: Person
) -> Issued:
    """Issue a card: `deed` is "replace", "day", or anything else for one that lasts.

    Raises:
        PersonUnknown, NotAllowed: there is no such person, or `by` may not.
        NoCardToReplace, LostCardEnded: there is nothing to replace any more.
    """
    narrowed, revoked = () if scope is None else (scope,), None
    if deed == "replace":
        done = people.replace_cards(store, keys, act=act, person=person, by=by)
        code, revoked = done.number, done.revoked
    elif deed == "day":
        code = people.issue_day_card(store, keys, act=act, person=person, scope=narrowed, by=by)
    else:
        code = people.issue_card(store, keys, act=act, person=person, scope=narrowed, by=by)
    with store.reader() as read:
        holder = people.holder_of(read, keys, code)
    from devices.labels.qr import modules, payload  # noqa: PLC0415 - loads Pillow; rarely needed

    return Issued(code, holder.ends, holder.scope, modules(payload(code)), revoked)


def scopes_for(person: Person) -> tuple[Scope | None, ...]:
    """What a card of this person can be narrowed to; None is everything, and all there is for visitors."""
    narrower = [
        scope
        for scope, right in ((Scope.DESK, Right.OPEN_DESK), (Scope.AUDIT, Right.AUDIT))
        if person.may(right)
    ]
    return (None, Scope.LEND, *narrower) if narrower else (None,)


def lost_card(store: Store, person: str) -> Card:
    """Say after which of a person's cards the one would be made that replaces them.

    Raises:
        NoCardToReplace, LostCardEnded: there is nothing to replace.
    """
    with store.reader() as read:
        return to_replace(people.in_use(read, person), read.now)


def day_card_ends(store: Store) -> Instant:
    """Until when a day card would work that is issued now."""
    with store.reader() as read:
        return end_of_desk_day(terms_of(read), read.now)


def suspension_ends(store: Store) -> tuple[Instant, ...]:
    """The ends that are offered: the last minute of a day in one, four and thirteen weeks."""
    with store.reader() as read:
        zone = terms_of(read).zone
        today = local(read.now, zone).date()
    return tuple(at_minute(today + timedelta(days), MINUTES_A_DAY, zone) for days in SUSPENSION_DAYS)


def end_of_typed_day(store: Store, text: str) -> Instant:
    """Give the end of a day as staff type it: 31.12.2026 or 2026-12-31.

    Raises:
        BadTime: it is no day, or over already.
    """
    typed = shown(text, limit=40)
    match = next((found for form in _TYPED if (found := form.fullmatch(text.strip()))), None)
    if match is None:
        raise BadTime(field="until", value=typed, reason="no_day")
    with store.reader() as read:
        zone, now = terms_of(read).zone, read.now
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        end = at_minute(day, MINUTES_A_DAY, zone)
    except (ValueError, OverflowError) as error:
        raise BadTime(field="until", value=typed, reason="no_day") from error
    if end <= now:
        raise BadTime(field="until", value=typed, reason="past")
    return end

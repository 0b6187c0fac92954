"""When a thing may leave the house, when not, and until when: pure, `now` is handed in like all else."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from sharing.catalogue.rules import Item, Need
from sharing.errors import BadTime, NoMoreRenewals, NotOut
from sharing.journal.entry import Instant
from sharing.lending.scan_table import Seen
from sharing.people.rules import Person
from sharing.terms.rules import Terms, due_on

JUST_BACK_MS: Final = 60_000
SAME_SCAN_MS: Final = 3_000
MINUTE_MS: Final = 60_000


class Condition(StrEnum):
    """How a thing came back, as somebody said."""

    NOT_SAID = "not_said"
    GOOD = "good"
    DIRTY = "dirty"
    INCOMPLETE = "incomplete"
    BROKEN = "broken"


class Visit(msgspec.Struct, frozen=True):
    """One person at the kiosk, from card to card; nothing of it is stored but what they take and bring."""

    loan: str
    """Id (hex) made at the card scan; the lines of this visit bear it."""
    person: Person
    began: Instant
    scope: frozenset[str] = frozenset()
    org: str | None = None
    """For whom; None is for themselves."""
    asked_for_whom: bool = False
    taken: frozenset[str] = frozenset()
    given_back: frozenset[str] = frozenset()
    acts: tuple[tuple[str, str], ...] = ()
    """(act, item) of what can be undone, newest last; ids in hex."""
    last_code: str = ""
    """The label that was scanned last; of a card its hash."""
    last_at: Instant = 0

    def noting(self, act: str, item: str, *, taken: bool) -> Visit:
        """Give the visit after a thing was taken or given back."""
        return replace(
            self,
            taken=self.taken | {item} if taken else self.taken - {item},
            given_back=self.given_back - {item} if taken else self.given_back | {item},
            acts=(*self.acts, (act, item)),
        )

    def keeping(self, act: str, item: str) -> Visit:
        """Give the visit after a thing was set aside: it is neither taken nor given back."""
        return replace(self, given_back=self.given_back - {item}, acts=(*self.acts, (act, item)))


class Standing(msgspec.Struct, frozen=True):
    """How an item stands now."""

    line: str | None = None
    """The open line, if it is out."""
    loan: str | None = None
    """The visit of the open line."""
    borrower: str | None = None
    """Who has it, or for whom it is set aside; None also once the private part is emptied."""
    back_at: Instant | None = None
    set_aside: bool = False
    missing: tuple[Need, ...] = ()
    lost: bool = False
    damaged: str = ""


class Held(msgspec.Struct, frozen=True):
    """How many things are out already, for the limits."""

    by_person: int = 0
    by_organisation: int = 0
    of_model: int = 0


class Override(msgspec.Struct, frozen=True):
    """Staff set rules aside, with a reason that is kept."""

    actor: Person | None
    """None is the machine's operator, on the command line."""
    reason: str


def kind_of_scan(item: Item, standing: Standing, visit: Visit | None, now: Instant) -> Seen:
    """Say what a scanned item is to this visit; the first that holds."""
    mine = visit is not None and standing.borrower == visit.person.id
    visit_loan = visit.loan if visit else None
    just_back = standing.back_at is not None and 0 <= now - standing.back_at < JUST_BACK_MS
    held: tuple[tuple[bool, Seen], ...] = (
        (mine and standing.line is not None and standing.loan == visit_loan, Seen.OUT_MINE_NOW),
        (standing.line is not None and mine, Seen.OUT_MINE_BEFORE),
        (standing.line is not None, Seen.OUT),
        (standing.lost, Seen.LOST),
        (standing.set_aside and mine, Seen.SET_ASIDE_MINE),
        (standing.set_aside, Seen.SET_ASIDE),
        (visit is not None and item.id in visit.given_back, Seen.BACK_IN_THIS_VISIT),
        (not item.lendable or bool(item.blocked or standing.damaged), Seen.CANNOT_LEAVE),
        (just_back, Seen.JUST_BACK),
    )
    return next((seen for holds, seen in held if holds), Seen.FREE)


def is_same_again(visit: Visit, code: str, now: Instant) -> bool:
    """Tell whether the scanner read one label twice."""
    return visit.last_code == code and 0 <= now - visit.last_at < SAME_SCAN_MS


def latest_due(item: Item, terms: Terms, now: Instant) -> Instant:
    """Until when this thing may be lent if it leaves now: a closing time of the desk."""
    return due_on(terms, now, item.model.loan_days or terms.loan_days)


def due_for(
    item: Item, terms: Terms, until: Instant | None, out_at: Instant, *, free: bool = False
) -> Instant:
    """Give the due time: the latest there is, or the earlier one that was asked for.

    Args:
        item: what leaves.
        terms: the house rules.
        until: what was asked for; None for the latest.
        out_at: when it leaves.
        free: staff may go beyond the latest.

    Raises:
        BadTime: not after `out_at`, or later than the rules allow.
    """
    latest = latest_due(item, terms, out_at)
    if until is None:
        return latest
    if until <= out_at:
        raise BadTime(field="until", value=until, reason="past")
    if until > latest and not free:
        raise BadTime(field="until", value=until, reason="too_late", latest=latest)
    return until


def earlier_choices(terms: Terms, now: Instant, latest: Instant) -> tuple[Instant, ...]:
    """Offer earlier ends: today, tomorrow, in three days, in a week; closing times before the latest."""
    offered = (due_on(terms, now, days) for days in (0, 1, 3, 7))
    return tuple(sorted({one for one in offered if now < one < latest}))


def renewed_due(
    item: Item, terms: Terms, due: Instant, renewals: int, until: Instant | None, now: Instant
) -> Instant:
    """Give the new due time of a renewal, or of bringing a thing back sooner.

    Raises:
        NoMoreRenewals: it was renewed as often as the house allows.
        BadTime: not later than now, or beyond what the rules allow.
    """
    latest = latest_due(item, terms, now)
    if until is not None and until <= due:
        if until <= now:
            raise BadTime(field="until", value=until, reason="past")
        return until
    if renewals >= terms.renewals:
        raise NoMoreRenewals(limit=terms.renewals)
    wanted = latest if until is None else until
    if wanted > latest:
        raise BadTime(field="until", value=wanted, reason="too_late", latest=latest)
    if wanted <= due:
        raise BadTime(field="until", value=wanted, reason="no_gain", latest=due)
    return wanted


def happened_at(at: Instant | None, now: Instant, since: Instant | None = None) -> Instant | None:
    """Check a time that is entered late, from paper: the past month, never the future.

    Args:
        at: the time; None if it happens now.
        now: the time it is entered.
        since: what it cannot have come before: a return comes after the loan.

    Raises:
        BadTime: it is in the future, older than 31 days or before `since`.
    """
    if at is None:
        return None
    if since is not None and at < since:
        raise BadTime(field="at", value=at, reason="past")
    if at > now + MINUTE_MS:
        raise BadTime(field="at", value=at, reason="future")
    if at < now - 31 * timedelta(days=1) // timedelta(milliseconds=1):
        raise BadTime(field="at", value=at, reason="too_old")
    return min(at, now)


def need_line(line: str | None) -> str:
    """Give the open line of an item.

    Raises:
        NotOut: it is not out.
    """
    if line is None:
        raise NotOut
    return line

"""What is done with the house rules: read and set them, write a year's holidays, find somebody to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from sharing.errors import BadValue, NotAllowed
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import HOUSE_GROUP, Reader, Store, Work
from sharing.terms.entries import SETTINGS, HouseSet, HouseSetAsked, HouseSetBy
from sharing.terms.rules import Ask, Terms, who_to_ask
from sharing.terms.settings import checked, terms_from
from sharing.terms.times import YEARS

MANAGE_HOUSE = "manage_house"
"""The right that setting house rules needs; `people` has the table of rights and stands above."""


class Actor(Protocol):
    """Whoever acts, as far as it matters here: a `Person` is one."""

    @property
    def id(self) -> str:
        """Person id (hex)."""
        ...

    def may(self, right: str, /) -> bool:
        """Say whether one of the person's roles has the right."""
        ...


def terms_of(reader: Reader) -> Terms:
    """Give the house rules that hold now, inside a transaction that is open."""
    return terms_from(tuple(reader.rows("SELECT id, value FROM setting ORDER BY id")))


def read_terms(store: Store) -> Terms:
    """Give the house rules that hold now."""
    with store.reader() as read:
        return terms_of(read)


def set_terms(store: Store, changes: Mapping[str, Any], *, act: bytes, by: Actor | None) -> Terms:
    """Let house rules hold from now on; the others stay as they are.

    Where another node decides for the house, they are asked for and do not hold yet (`asked_rules`).

    Args:
        store: the house.
        changes: key to value, as in `settings.CHECKS`.
        act: id of this command.
        by: who decides; None for the machine's operator at set-up and on the command line.

    Raises:
        NotAllowed: the person may not manage the house.
        BadValue: an unknown key, or a value that cannot be.
    """
    _permit(by)
    values = checked(changes)
    with store.begin() as work:
        if values and not work.applied(act):
            work.append(act, [_set(work, values, by) if work.is_home() else _ask(values, {}, by)])
        return terms_of(work)


class AskedRules(msgspec.Struct, frozen=True, kw_only=True):
    """House rules that were asked for where the house does not decide, and that do not hold yet."""

    id: str
    """The request (hex)."""
    asked_at: Instant
    set: dict[str, Any]
    """Key to JSON value."""
    fill: dict[str, dict[str, str]]
    """A calendar of the house to the days that are to come into it."""


def asked_rules(store: Store) -> tuple[AskedRules, ...]:
    """Give the house rules that wait for an answer, the oldest first."""
    with store.reader() as read:
        rows = read.rows("SELECT id, asked_at, value FROM setting_asked ORDER BY asked_at, id")
    return tuple(AskedRules(id=key, asked_at=at, **msgspec.json.decode(value)) for key, at, value in rows)


def write_closing_days(store: Store, year: int, *, act: bytes, by: Actor | None) -> Terms:
    """Write the public holidays of the house's region for one year into the closing days.

    Done once a year, because working them out costs a tenth of a second. What staff wrote for a day stays.
    Where another node decides for the house, it is asked for.

    Raises:
        BadValue: the year is out of range, or nobody knows the region's holidays.
        NotAllowed: as `set_terms`.
    """
    _permit(by)
    found = public_holidays(read_terms(store).region, year)
    with store.begin() as work:
        terms = terms_of(work)
        values = checked({"closing_days": {**found, **terms.closing_days}})
        new = {day: why for day, why in found.items() if day not in terms.closing_days}
        if not work.applied(act) and new:
            asked = _set(work, values, by) if work.is_home() else _ask({}, {"closing_days": new}, by)
            work.append(act, [asked])
        return terms_of(work)


def public_holidays(region: str, year: int) -> dict[str, str]:
    """Give ISO date to name, in the region's own language.

    Raises:
        BadValue: the year is out of range, or nobody knows the region's holidays.
    """
    import holidays  # noqa: PLC0415 costs 110 ms, needed once a year

    if year not in YEARS:
        raise BadValue(field="year", value=year, expected="2000–2099")
    country, _, subdivision = region.partition("-")
    try:
        # Its own language, or the words follow the locale of whoever runs this.
        own = holidays.country_holidays(country).default_language
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=own)
    except NotImplementedError as error:
        raise BadValue(field="region", value=region, expected="DE-BW") from error
    return {day.isoformat(): name[:80] for day, name in sorted(found.items())}


def somebody_to_ask(store: Store) -> Ask | None:
    """Give who is there now, or a number and when somebody is; None if the house named no contact."""
    with store.reader() as read:
        return who_to_ask(terms_of(read), read.now)


def _permit(by: Actor | None) -> None:
    if by is not None and not by.may(MANAGE_HOUSE):
        raise NotAllowed(right=MANAGE_HOUSE)


def _set(work: Work, values: Mapping[str, Any], by: Actor | None) -> Draft:
    epoch, n = work.verdict_stamp()
    decided = HouseSet(group=HOUSE_GROUP, home_epoch=epoch, n=n, set=dict(values))
    return Draft(SETTINGS, decided, _said_by(by), nature="verdict")


def _ask(values: Mapping[str, Any], fill: Mapping[str, Mapping[str, str]], by: Actor | None) -> Draft:
    days = {calendar: dict(said) for calendar, said in fill.items()}
    return Draft(SETTINGS, HouseSetAsked(set=dict(values), fill=days), _said_by(by), nature="request")


def _said_by(by: Actor | None) -> HouseSetBy | None:
    return HouseSetBy(actor=by.id) if by is not None else None

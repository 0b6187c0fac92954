"""The fields of a room: what may stand in them, used by forms, the command line and lists alike. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypedDict

from msgspec.structs import asdict

from sharing.calendar_time import MINUTES_A_DAY
from sharing.catalogue.fields import MOST_CHECKS, clean_text, clean_texts
from sharing.errors import BadValue, TooLong
from sharing.rooms.hours import Week, days_text, hours_text, read_days, read_hours
from sharing.rooms.rules import HORIZON_DAYS, Quota
from sharing.terms.rules import Hours
from sharing.texts import Texts

MOST_PEOPLE: Final = 100_000
MOST_PARTS: Final = 20
MOST_FEATURES: Final = 40
MOST_CLOSING_DAYS: Final = 600
MOST_QUOTA: Final = 100_000
LONGEST_MIN: Final = 14 * MINUTES_A_DAY
_FEATURE: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")

Check = Callable[[str, Any], Any]


class RoomFields(TypedDict, total=False):
    """What can be said about a room; what is left out stays."""

    parts: tuple[str, ...]
    """Ids of the rooms it consists of; empty: itself."""
    capacity: int
    features: frozenset[str]
    hours: Mapping[int, tuple[Hours, ...]] | None
    closing_days: Mapping[str, str]
    before_min: int
    after_min: int
    shortest_min: int
    longest_min: int
    ahead_days: int
    approval: bool
    no_show_min: int | None
    quota: Quota
    price: Texts
    checklist: tuple[str, ...]
    key_item: str | None
    bookable: bool


def _number(least: int, most: int, *, empty: bool = False) -> Check:
    def check(field: str, value: int | None) -> int | None:
        if value is None and empty:
            return None
        if type(value) is not int or not least <= value <= most:
            raise BadValue(field=field, value=str(value)[:40], expected=f"{least} – {most}")
        return value

    return check


def _few(field: str, values: Iterable[Any], most: int) -> tuple[Any, ...]:
    found = tuple(values)
    if len(found) > most:
        raise TooLong(field=field, limit=most, length=len(found))
    return found


def _parts(field: str, parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(_few(field, parts, MOST_PARTS))))


def _features(field: str, words: Iterable[str]) -> frozenset[str]:
    found = {one.strip().casefold().replace("-", "_") for one in _few(field, words, MOST_FEATURES)}
    for one in found:
        if not _FEATURE.fullmatch(one):
            raise BadValue(field=field, value=one[:40], expected="projector, step_free, piano")
    return frozenset(found)


def _hours(field: str, hours: Week | None) -> Week | None:
    return None if hours is None else read_hours(field, hours_text(hours))


def _closing_days(field: str, days: Mapping[str, str]) -> dict[str, str]:
    _few(field, days, MOST_CLOSING_DAYS)
    said = {day: clean_text(field, why) for day, why in days.items()}
    return read_days(field, days_text(said))


def _quota(field: str, quota: Quota) -> Quota:
    check = _number(0, MOST_QUOTA, empty=True)
    return Quota(**{name: check(f"{field}.{name}", value) for name, value in asdict(quota).items()})


def _checklist(field: str, lines: Iterable[str]) -> tuple[str, ...]:
    cleaned = [clean_text(field, one) for one in _few(field, lines, MOST_CHECKS)]
    return tuple(dict.fromkeys(one for one in cleaned if one))


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadValue(field=field, value=str(value)[:40], expected="yes, no")
    return value


CHECKS: Final[Mapping[str, Check]] = {
    "parts": _parts,
    "capacity": _number(0, MOST_PEOPLE),
    "features": _features,
    "hours": _hours,
    "closing_days": _closing_days,
    "before_min": _number(0, MINUTES_A_DAY),
    "after_min": _number(0, MINUTES_A_DAY),
    "shortest_min": _number(1, LONGEST_MIN),
    "longest_min": _number(1, LONGEST_MIN),
    "ahead_days": _number(0, HORIZON_DAYS),
    "approval": _flag,
    "no_show_min": _number(0, MINUTES_A_DAY, empty=True),
    "quota": _quota,
    "price": clean_texts,
    "checklist": _checklist,
    "key_item": lambda _field, value: value or None,
    "bookable": _flag,
}
"""How each field is cleaned and refused; what there is, only the tables can tell."""


def clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Clean fields of a room.

    Raises:
        BadInput: the first field that cannot be so, or that a room does not have.
    """
    unknown = next((one for one in fields if one not in CHECKS), None)
    if unknown is not None:
        raise BadValue(field=unknown[:40], value="", expected=", ".join(CHECKS))
    found = {field: CHECKS[field](field, value) for field, value in fields.items()}
    if "shortest_min" in found and "longest_min" in found:
        check_lengths(found["shortest_min"], found["longest_min"])
    return found


def check_lengths(shortest: int, longest: int) -> None:
    """Refuse a room that no booking is long enough for.

    Raises:
        BadValue: the shortest booking is longer than the longest.
    """
    if shortest > longest:
        raise BadValue(field="shortest_min", value=shortest, expected=f"1 – {longest}")

"""The house rules one by one: what each may be, and how they are written into an entry and read back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

import msgspec

from sharing.calendar_time import MINUTES_A_DAY, zone_named
from sharing.errors import BadValue, Damaged
from sharing.terms.rules import Contact, Hours, Terms
from sharing.texts import shown

_DAYS: Final = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_HOURS: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_REGION: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LINK: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/([A-Za-z0-9._~/?=-]*[A-Za-z._~/?=-])?")
_MOST_TEXT: Final = 80
_MOST_CLOSING_DAYS: Final = 600
_MOST_CONTACTS: Final = 20

Check = Callable[[str, Any], Any]


def _bad(key: str, value: object, expected: str) -> BadValue:
    return BadValue(field=key, value=shown(str(value), limit=60), expected=expected)


def _number(lowest: int, highest: int) -> Check:
    def check(key: str, value: Any) -> int:
        if type(value) is not int or not lowest <= value <= highest:
            raise _bad(key, value, f"{lowest}–{highest}")
        return value

    return check


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or shown(value) != value.strip() or len(value) > _MOST_TEXT:
        raise _bad(key, value, f"text, 0–{_MOST_TEXT}")
    return value.strip()


def _some_text(key: str, value: Any) -> str:
    if not (found := _text(key, value)):
        raise _bad(key, value, f"text, 1–{_MOST_TEXT}")
    return found


def _matching(pattern: re.Pattern[str], expected: str) -> Check:
    def check(key: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > _MOST_TEXT or not pattern.fullmatch(value):
            raise _bad(key, value, expected)
        return value

    return check


def _optional(check: Check) -> Check:
    return lambda key, value: None if value is None else check(key, value)


def _zone(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _bad(key, value, "Europe/Berlin")
    zone_named(value)
    return value


def _languages(key: str, value: Any) -> list[str]:
    check = _matching(_LANGUAGE, "de, en, pt-br")
    if not isinstance(value, list | tuple) or not value or len(set(map(str, value))) != len(value):
        raise _bad(key, value, "[de, en]")
    return [check(key, one) for one in value]


def _weekday(key: str, value: Any) -> int:
    name = str(value).lower()
    if name in _DAYS or name in map(str, range(7)):
        return _DAYS[name] if name in _DAYS else int(name)
    raise _bad(key, value, "mon … sun, 0–6")


def _stretch(key: str, value: Any) -> Hours:
    """Read "10:00-18:00" or [600, 1080]."""
    if isinstance(value, str) and (match := _HOURS.fullmatch(value.strip())):
        hour, minute, to_hour, to_minute = (int(one) for one in match.groups())
        if max(minute, to_minute) < 60:  # noqa: PLR2004 minutes of an hour
            value = (hour * 60 + minute, to_hour * 60 + to_minute)
    match value:
        case [int() as begins, int() as ends] if 0 <= begins < ends <= MINUTES_A_DAY:
            return begins, ends
        case _:
            raise _bad(key, value, "10:00-18:00")


def _hours(key: str, value: Any) -> dict[str, list[Hours]]:
    if not isinstance(value, Mapping):
        raise _bad(key, value, '{"mon": ["10:00-18:00"]}')
    found: dict[str, list[Hours]] = {}
    for day, hours in value.items():
        pieces = hours.split(",") if isinstance(hours, str) else hours
        if not isinstance(pieces, list | tuple):
            raise _bad(key, hours, '["10:00-13:00", "14:00-18:00"]')
        stretches = sorted(_stretch(key, piece) for piece in pieces)
        if any(one[1] > other[0] for one, other in itertools.pairwise(stretches)):
            raise _bad(key, hours, "no overlap")
        if stretches:
            found[str(_weekday(key, day))] = stretches
    return found


def _closing_days(key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > _MOST_CLOSING_DAYS:
        raise _bad(key, value, f'{{"2026-12-24": "…"}}, 0–{_MOST_CLOSING_DAYS}')
    found = {}
    for day, why in value.items():
        try:
            found[date.fromisoformat(day).isoformat()] = _text(key, why)
        except (TypeError, ValueError) as error:
            raise _bad(key, day, "2026-12-24") from error
    return dict(sorted(found.items()))


def _contact(key: str, value: Any) -> dict[str, Any]:
    known = {"function", "phone", "days", "from_min", "to_min", "hours", "on_closing_days"}
    if not isinstance(value, Mapping) or set(value) - known:
        raise _bad(key, value, ", ".join(sorted(known)))
    begins, ends = _stretch(
        key, value.get("hours") or [value.get("from_min", 0), value.get("to_min", MINUTES_A_DAY)]
    )
    days = value.get("days", ())
    always = value.get("on_closing_days", False)
    if not isinstance(days, list | tuple) or not isinstance(always, bool):
        raise _bad(key, value, "days: [mon, tue], on_closing_days: true")
    return {
        "function": _some_text(key, value.get("function")),
        "phone": _text(key, value.get("phone", "")),
        "days": sorted({_weekday(key, day) for day in days}),
        "from_min": begins,
        "to_min": ends,
        "on_closing_days": always,
    }


def _contacts(key: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple) or len(value) > _MOST_CONTACTS:
        raise _bad(key, value, f"0–{_MOST_CONTACTS}")
    return [_contact(key, msgspec.to_builtins(one) if isinstance(one, Contact) else one) for one in value]


CHECKS: Final[Mapping[str, Check]] = {
    "name": _some_text,
    "zone": _zone,
    "region": _matching(_REGION, "DE-BW"),
    "desk_hours": _hours,
    "closing_days": _closing_days,
    "room_hours": _hours,
    "room_closing_days": _closing_days,
    "loan_days": _number(0, 366),
    "max_per_person": _number(0, 1000),
    "max_per_organisation": _number(0, 10_000),
    "renewals": _number(0, 100),
    "terms_version": _number(1, 10_000),
    "privacy_version": _number(1, 10_000),
    "signature_above_cents": _optional(_number(0, 10**9)),
    "contacts": _contacts,
    "languages": _languages,
    "return_shelf": _optional(_some_text),
    "label_link": _optional(_matching(_LINK, "https://…/")),
}
"""Every key of `house.set`, and what gives its value as it is stored."""


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give the changes as JSON values for `house.set`, each checked.

    Raises:
        BadValue: an unknown key or a value that cannot be; the first one found.
    """
    for key in changes:
        if key not in CHECKS:
            raise _bad("setting", key, ", ".join(CHECKS))
    return {key: CHECKS[key](key, value) for key, value in changes.items()}


@lru_cache(maxsize=8)
def terms_from(stored: tuple[tuple[str, str], ...]) -> Terms:
    """Build the terms from (key, JSON text) pairs; keys of a newer version are left alone.

    Raises:
        Damaged: a stored value is not what `checked` lets through.
    """
    values: dict[str, Any] = {key: msgspec.json.decode(value) for key, value in stored if key in CHECKS}
    try:
        return msgspec.convert(values, Terms, str_keys=True)
    except msgspec.ValidationError as error:
        raise Damaged(what=f"house settings: {error}") from error


def stored_form(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Give (key, JSON text) pairs, equal for equal values."""
    return ((key, msgspec.json.encode(value, order="sorted").decode()) for key, value in values.items())

"""The fields of models, items and locations: what may stand in them, and what a change changes.

Pure, and used by staff's forms, the command line and the import alike, so that all refuse the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypedDict

from sharing.catalogue.rules import LocationKind, Need
from sharing.errors import BadCharacters, BadValue, TooLong
from sharing.texts import Text, Texts

NAME_LIMIT: Final = 200
LONG_LIMIT: Final = 4000
KEY_LIMIT: Final = 64
MOST_CENTS: Final = 100_000_000
MOST_DAYS: Final = 366
MOST_CHECKS: Final = 40

_FORBIDDEN: Final = frozenset({"Cc", "Cs", "Co"})
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NEEDS: Final = tuple(str(need) for need in Need)
_KINDS: Final = tuple(str(kind) for kind in LocationKind)
_NOT_IN_KEYS: Final = re.compile(r"[\s,|]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


class ModelFields(TypedDict, total=False):
    """What can be said about a model; what is left out stays."""

    key: str
    names: Texts
    category: str
    value_cents: int | None
    deposit_cents: int
    loan_days: int | None
    limit: int | None
    needs: tuple[str, ...]
    checklist: tuple[str, ...]
    how_to: Texts
    lendable: bool


class ItemFields(TypedDict, total=False):
    """What can be said about an item; what is left out stays."""

    key: str
    number: str
    home: str
    owner: str
    funder: str
    earmarked_until: str | None
    bought_on: str | None
    price_cents: int | None
    tested_until: str | None
    serial: str
    note: str
    lendable: bool


class LocationFields(TypedDict, total=False):
    """What can be said about a location; what is left out stays."""

    key: str
    kind: LocationKind
    names: Texts
    parent: str


def clean_text(field: str, text: str, *, limit: int = NAME_LIMIT, lines: bool = False) -> str:
    """Give a typed or imported text as it is kept: NFC, without blanks around it.

    Letters of every script and marks of direction may stay; what steers a terminal or reorders its neighbours
    may not.

    Raises:
        TooLong: more than `limit` characters.
        BadCharacters: control characters, surrogates or bidi overrides (line feeds too, unless `lines`).
    """
    if len(text) > limit:
        raise TooLong(field=field, limit=limit, length=len(text))
    allowed = "\n" if lines else ""
    for one in text:
        if one not in allowed and (unicodedata.category(one) in _FORBIDDEN or one in _REORDERING):
            raise BadCharacters(field=field, character=f"U+{ord(one):04X}")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > limit:
        raise TooLong(field=field, limit=limit, length=len(text))
    return text


def clean_key(field: str, key: str) -> str:
    """Give a key of the house's own lists: no blanks, commas or bars, so that a cell can hold several.

    Raises:
        BadValue, BadInput: something else stands in it.
    """
    key = clean_text(field, key, limit=KEY_LIMIT)
    if _NOT_IN_KEYS.search(key):
        raise BadValue(field=field, value=key, expected="beamer-1")
    return key


def clean_texts(field: str, texts: Texts, *, limit: int = NAME_LIMIT, lines: bool = False) -> Texts:
    """Clean every language of a text; an empty one is not there."""
    said = {}
    for language, one in texts.said.items():
        if not _LANGUAGE.fullmatch(language):
            raise BadValue(field=field, value=language[:20], expected="de, en, tr …")
        text = clean_text(f"{field}_{language}", one.text, limit=limit, lines=lines)
        if text:
            said[language] = Text(text, one.state)
    return Texts(said)


def clean_names(field: str, texts: Texts) -> Texts:
    """Clean a name, which must be said in at least one language."""
    cleaned = clean_texts(field, texts)
    if not cleaned:
        raise BadValue(field=field, value="", expected=f"{field}_de")
    return cleaned


def clean_day(field: str, day: str | None) -> str | None:
    """Give an ISO date that exists, or None for none."""
    if not day:
        return None
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise BadValue(field=field, value=day[:40], expected="2026-12-31") from None


def _amount(least: int, most: int) -> Callable[[str, Any], Any]:
    def clean(field: str, value: int | None) -> int | None:
        if value is not None and not least <= value <= most:
            raise BadValue(field=field, value=value, expected=f"{least} – {most}")
        return value

    return clean


def _text(limit: int, *, lines: bool = False) -> Callable[[str, Any], Any]:
    def clean(field: str, value: str) -> str:
        return clean_text(field, value, limit=limit, lines=lines)

    return clean


def _needs(field: str, needs: tuple[str, ...]) -> tuple[str, ...]:
    for one in needs:
        if one not in _NEEDS:
            raise BadValue(field=field, value=one[:40], expected=", ".join(_NEEDS))
    return tuple(sorted({str(one) for one in needs}))


def _checklist(field: str, checks: tuple[str, ...]) -> tuple[str, ...]:
    if len(checks) > MOST_CHECKS:
        raise TooLong(field=field, limit=MOST_CHECKS, length=len(checks))
    return tuple(one for one in (clean_text(field, check) for check in checks) if one)


def _kind(field: str, kind: str) -> LocationKind:
    if kind not in _KINDS:
        raise BadValue(field=field, value=kind[:40], expected=", ".join(_KINDS))
    return LocationKind(kind)


def _same(_field: str, value: object) -> object:
    return value


CHECKS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "key": clean_key,
    "names": clean_names,
    "category": _text(60),
    "value_cents": _amount(0, MOST_CENTS),
    "deposit_cents": _amount(0, MOST_CENTS),
    "loan_days": _amount(1, MOST_DAYS),
    "limit": _amount(1, 1000),
    "needs": _needs,
    "checklist": _checklist,
    "how_to": lambda field, value: clean_texts(field, value, limit=LONG_LIMIT, lines=True),
    "lendable": _same,
    "model": _same,
    "number": _text(40),
    "home": _same,
    "owner": _text(NAME_LIMIT),
    "funder": _text(NAME_LIMIT),
    "earmarked_until": clean_day,
    "bought_on": clean_day,
    "price_cents": _amount(0, MOST_CENTS),
    "tested_until": clean_day,
    "serial": _text(100),
    "note": _text(LONG_LIMIT, lines=True),
    "kind": _kind,
    "parent": _same,
}
"""How each field is cleaned and refused; whether a model or location is there, only the tables can tell."""


def clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Clean all fields of a model, item or location.

    Raises:
        BadInput: the first field that cannot be so.
    """
    return {field: CHECKS[field](field, value) for field, value in fields.items()}


def changes(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Give what `wanted` changes; for texts a dict of the languages that change, None for one taken away."""
    changed: dict[str, Any] = {}
    for field, value in wanted.items():
        before = current[field]
        if isinstance(value, Texts):
            tags = sorted({*before.said, *value.said})
            said = {tag: value.said.get(tag) for tag in tags if before.said.get(tag) != value.said.get(tag)}
            if said:
                changed[field] = said
        elif value != before:
            changed[field] = value
    return changed


def edited(changed: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what a change touches, each language of a text by itself."""
    names: list[str] = []
    for field, value in changed.items():
        names.extend(f"{field}.{tag}" for tag in value) if isinstance(value, dict) else names.append(field)
    return tuple(names)

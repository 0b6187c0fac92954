"""The kinds of value a setting can have: how each is read, from the file or from the environment.

A kind answers with the value, or with `None` when what it was given will not do; it never raises, whatever
TOML holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

Value = str | int | bool | Path | tuple[str, ...]

LONGEST = 1000
"""Characters of a text setting; nothing on a machine is longer."""


def _as_it_is(text: str) -> object:
    return text


class Kind(msgspec.Struct, frozen=True):
    """One kind of value."""

    expected: str
    """What would have done, for the person who wrote something else."""
    read: Callable[[object, Path], Value | None]
    """The value of what TOML held; the path is the data folder, where relative paths begin."""
    choices: tuple[str, ...] = ()
    """All words there are, where they can be listed."""
    from_text: Callable[[str], object] = _as_it_is
    """What TOML would have held, from the text of an environment variable."""


def whole(least: int, most: int) -> Kind:
    """Take a whole number from `least` to `most`, both included."""

    def read(raw: object, _home: Path) -> Value | None:
        fits = isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= most
        return raw if fits and isinstance(raw, int) else None

    def from_text(text: str) -> object:
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text

    return Kind(f"a whole number from {least} to {most}", read, from_text=from_text)


def switch() -> Kind:
    """Take true or false; the environment may say 1 and 0."""

    def read(raw: object, _home: Path) -> Value | None:
        return raw if isinstance(raw, bool) else None

    def from_text(text: str) -> object:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower(), text)

    return Kind("true or false", read, ("true", "false"), from_text)


def text(expected: str, pattern: str) -> Kind:
    """Take text that matches `pattern` as a whole."""

    def read(raw: object, _home: Path) -> Value | None:
        fits = isinstance(raw, str) and len(raw) <= LONGEST and re.fullmatch(pattern, raw)
        return raw if fits and isinstance(raw, str) else None

    return Kind(expected, read)


def word(*choices: str) -> Kind:
    """Take one of a few words."""

    def read(raw: object, _home: Path) -> Value | None:
        return raw if isinstance(raw, str) and raw in choices else None

    return Kind("one of " + ", ".join(choices), read, choices)


def words(*choices: str) -> Kind:
    """Take at least one of a few words, each once; the environment has commas between them."""

    def read(raw: object, _home: Path) -> Value | None:
        if not isinstance(raw, list) or not raw:
            return None
        known = tuple(one for one in raw if isinstance(one, str) and one in choices)
        return known if len(raw) == len(known) == len(set(known)) else None

    def from_text(text: str) -> object:
        return [one.strip() for one in text.split(",")]

    return Kind("a list with at least one of " + ", ".join(choices), read, choices, from_text)


def folder() -> Kind:
    """Take a folder, which need not exist yet."""

    def read(raw: object, home: Path) -> Value | None:
        if not isinstance(raw, str) or not raw or len(raw) > LONGEST or raw.startswith("~"):
            return None
        return home / raw if raw.isprintable() else None

    return Kind("a folder, absolute or from the data folder on (no ~)", read)


def path() -> Kind:
    """Take a file or a folder as text, or nothing; what is relative begins in the data folder."""

    def read(raw: object, home: Path) -> Value | None:
        if not isinstance(raw, str) or len(raw) > LONGEST or raw.startswith("~") or not raw.isprintable():
            return None
        return str(home / raw) if raw else ""

    return Kind("empty, or a path, absolute or from the data folder on (no ~)", read)

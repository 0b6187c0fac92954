"""The columns of every list, and how a cell is read and written. The one place that names them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

import msgspec

from sharing.errors import BadValue
from sharing.texts import guarded, unguarded


class What(StrEnum):
    """The lists that can be imported and exported, in the order in which they build on each other."""

    LOCATIONS = "locations"
    MODELS = "models"
    ORGANISATIONS = "organisations"
    PERSONS = "persons"
    ITEMS = "items"
    ROOMS = "rooms"


class Cell(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    TEXTS = "texts"
    """A text with one column for each language: `name_de`, `name_en` …"""
    MONEY = "money"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"
    KEYS = "keys"
    """Several keys, with commas between them."""
    CHECKS = "checks"
    """Several short texts, with bars between them."""


class Column(msgspec.Struct, frozen=True):
    """One column of a list."""

    name: str
    cell: Cell = Cell.TEXT
    field: str = ""
    """What the value is called inside, if that is not the column's name."""
    empty: Any = None
    """What an empty cell means; None: nothing, or an empty text."""


_MONEY, _NUMBER, _DAY, _KEYS, _FLAG = Cell.MONEY, Cell.NUMBER, Cell.DAY, Cell.KEYS, Cell.FLAG

COLUMNS: Final[Mapping[What, tuple[Column, ...]]] = {
    What.LOCATIONS: (
        Column("key"), Column("kind"), Column("name", Cell.TEXTS, "names"), Column("parent"), Column("code"),
    ),
    What.MODELS: (
        Column("key"), Column("name", Cell.TEXTS, "names"), Column("category"),
        Column("value", _MONEY, "value_cents"), Column("deposit", _MONEY, "deposit_cents", 0),
        Column("loan_days", _NUMBER), Column("limit", _NUMBER), Column("needs", _KEYS),
        Column("checklist", Cell.CHECKS), Column("how_to", Cell.TEXTS),
        Column("lendable", _FLAG, empty=True),
    ),
    What.ITEMS: (
        Column("key"), Column("model"), Column("number"), Column("code"), Column("barcode"), Column("home"),
        Column("owner"), Column("funder"), Column("earmarked_until", _DAY), Column("bought_on", _DAY),
        Column("price", _MONEY, "price_cents"), Column("tested_until", _DAY), Column("serial"),
        Column("note"), Column("lendable", _FLAG, empty=True), Column("blocked"), Column("blocked_note"),
    ),
    What.ORGANISATIONS: (Column("key"), Column("name"), Column("kind"), Column("contact")),
    What.PERSONS: (
        Column("key"), Column("name"), Column("contact"), Column("language", empty="de"),
        Column("adult", _FLAG), Column("guardian"), Column("identity_checked", _FLAG),
        Column("terms_version", _NUMBER, empty=0), Column("privacy_version", _NUMBER, empty=0),
        Column("roles", _KEYS), Column("instructed", _KEYS), Column("organisations", _KEYS),
        Column("responsible_for", _KEYS), Column("suspended_until", _DAY),
    ),
    What.ROOMS: (
        Column("key"), Column("parts", _KEYS), Column("capacity", _NUMBER, empty=0),
        Column("features", _KEYS), Column("hours"), Column("closing_days", Cell.CHECKS),
        Column("before_minutes", _NUMBER, "before_min", 0), Column("after_minutes", _NUMBER, "after_min", 0),
        Column("shortest_minutes", _NUMBER, "shortest_min", 15),
        Column("longest_minutes", _NUMBER, "longest_min", 720), Column("ahead_days", _NUMBER, empty=366),
        Column("approval", _FLAG), Column("no_show_minutes", _NUMBER, "no_show_min"),
        Column("week_count", _NUMBER), Column("week_minutes", _NUMBER), Column("month_count", _NUMBER),
        Column("month_minutes", _NUMBER), Column("price", Cell.TEXTS), Column("checklist", Cell.CHECKS),
        Column("key_item"), Column("bookable", _FLAG, empty=True),
    ),
}  # fmt: skip
"""Every list's columns, in the order of an export."""

REQUIRED: Final[Mapping[What, tuple[str, ...]]] = {
    What.LOCATIONS: ("key",),
    What.MODELS: ("key",),
    What.ITEMS: ("key", "code"),
    What.ORGANISATIONS: ("key",),
    What.PERSONS: ("key",),
    What.ROOMS: ("key",),
}
"""One of these columns must be there: it tells which line is which thing."""

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_PLAIN_MONEY: Final = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_GROUPED_MONEY: Final = re.compile(r"([0-9]{1,3}(?:([.,])[0-9]{3})+)(?:(?!\2)[.,]([0-9]{2}))")
_GERMAN_DAY: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YES: Final = frozenset({"yes", "ja", "true", "wahr", "1", "x"})
_NO: Final = frozenset({"no", "nein", "false", "falsch", "0"})
_LONGEST_NUMBER: Final = 9


def column_named(what: What, header: str) -> tuple[Column, str] | None:
    """Give the column that a header means, and its language ("" if it has none); None if there is none."""
    for column in COLUMNS[what]:
        if column.cell is not Cell.TEXTS:
            if header == column.name:
                return column, ""
        elif header.startswith(f"{column.name}_") and _LANGUAGE.fullmatch(header[len(column.name) + 1 :]):
            return column, header[len(column.name) + 1 :]
    return None


def headers_of(what: What, languages: tuple[str, ...] = ("de", "en")) -> tuple[str, ...]:
    """Give the headers of a list, with a column for each of these languages where there are texts."""
    return tuple(
        header
        for column in COLUMNS[what]
        for header in (
            [f"{column.name}_{one}" for one in languages] if column.cell is Cell.TEXTS else [column.name]
        )
    )


def meant(what: What, header: str) -> str:
    """Give the nearest header there is ("did you mean"), or an empty text."""
    return next(iter(difflib.get_close_matches(header, headers_of(what), 1)), "")


def _bad(column: Column, cell: str, expected: str) -> BadValue:
    return BadValue(field=column.name, value=cell[:40], expected=expected)


def _money(column: Column, cell: str) -> int:
    bare = cell.removesuffix("€").strip()
    plain = _PLAIN_MONEY.fullmatch(bare)
    if plain:
        return int(plain[1]) * 100 + int((plain[2] or "").ljust(2, "0"))
    grouped = _GROUPED_MONEY.fullmatch(bare)
    if grouped:
        return int(re.sub("[.,]", "", grouped[1])) * 100 + int(grouped[3])
    raise _bad(column, cell, "249,90")


def _number(column: Column, cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= _LONGEST_NUMBER):
        raise _bad(column, cell, "14")
    return int(cell)


def _day(column: Column, cell: str) -> str:
    german = _GERMAN_DAY.fullmatch(cell)
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1])).isoformat()
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        raise _bad(column, cell, "2026-12-31") from None


def _flag(column: Column, cell: str) -> bool:
    if cell.casefold() in _YES:
        return True
    if cell.casefold() in _NO:
        return False
    raise _bad(column, cell, "yes, no")


def _checks(_column: Column, cell: str) -> tuple[str, ...]:
    parts = re.findall(r"(?:[^|\\]|\\.|\\$)+", cell)
    return tuple(one for one in (re.sub(r"\\(.)", r"\1", part).strip() for part in parts) if one)


def _keys(_column: Column, cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (part.strip() for part in cell.split(",")) if one))


def _text(_column: Column, cell: str) -> str:
    return cell


_READ: Final[Mapping[Cell, tuple[Callable[[Column, str], Any], Any]]] = {
    Cell.TEXT: (_text, ""),
    Cell.TEXTS: (_text, ""),
    Cell.MONEY: (_money, None),
    Cell.NUMBER: (_number, None),
    Cell.DAY: (_day, None),
    Cell.FLAG: (_flag, False),
    Cell.KEYS: (_keys, ()),
    Cell.CHECKS: (_checks, ()),
}


def read_cell(column: Column, cell: str) -> Any:
    """Give a cell's value.

    Raises:
        BadValue: it cannot stand in this column.
    """
    bare = unguarded(cell.strip())
    reader, nothing = _READ[column.cell]
    if not bare:
        return nothing if column.empty is None else column.empty
    return reader(column, bare)


def write_cell(column: Column, value: Any) -> str:
    """Write a value so that `read_cell` gives it back."""
    if value is None:
        return ""
    if column.cell is Cell.MONEY:
        return f"{value // 100},{value % 100:02d}"
    if column.cell is Cell.FLAG:
        return "yes" if value else "no"
    if column.cell is Cell.KEYS:
        return ",".join(value)
    if column.cell is Cell.CHECKS:
        return guarded(" | ".join(re.sub(r"([|\\])", r"\\\1", one) for one in value))
    return guarded(str(value))

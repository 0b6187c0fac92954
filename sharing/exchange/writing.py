"""Lists of what the house holds, in the shape in which they are imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any, Final

from sharing import codes
from sharing.catalogue.drafts import fields_of
from sharing.exchange.belonging import last_day, listed_in
from sharing.exchange.columns import COLUMNS, Cell, Column, What, headers_of, write_cell
from sharing.exchange.known import SUBJECTS, Known
from sharing.exchange.rooms import room_values
from sharing.texts import Texts

_BOM: Final = "\ufeff"
"""Spreadsheets take a file without it for Windows-1252."""
Values = Mapping[str, Any]


def written(what: What, known: Known, zone: str) -> bytes:
    """Write one list: UTF-8 with mark, semicolons, sorted by key."""
    give = _GIVERS[what]
    lines = sorted((known.keys[of], give(known, of, row, zone)) for of, row in known.rows[what].items())
    languages = _languages(what, [values for _, values in lines])
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers_of(what, languages))
    for key, values in lines:
        writer.writerow(
            cell
            for column in COLUMNS[what]
            for cell in _cells(column, {**values, "key": key}.get(column.field or column.name), languages)
        )
    return (_BOM + out.getvalue()).encode()


def _cells(column: Column, value: Any, languages: tuple[str, ...]) -> list[str]:
    if column.cell is not Cell.TEXTS:
        return [write_cell(column, value)]
    said = value.said if isinstance(value, Texts) else {}
    return [write_cell(column, said[one].text if one in said else "") for one in languages]


def _languages(what: What, lines: list[Values]) -> tuple[str, ...]:
    """Give every language of this list, German and English first."""
    fields = [column.field or column.name for column in COLUMNS[what] if column.cell is Cell.TEXTS]
    found = {tag for values in lines for field in fields for tag in values[field].said}
    return tuple(sorted({"de", "en", *found}, key=lambda tag: ({"de": 0, "en": 1}.get(tag, 2), tag)))


def _label(known: Known, what: What, of: str, *, barcode: bool = False) -> str:
    found = known.labels.get(f"{SUBJECTS[what]}:{of}", {}).get(int(barcode), "")
    return found[1:] if barcode else codes.grouped(found)


def _location(known: Known, of: str, row: Values, _zone: str) -> Values:
    parent = row["parent"]
    said = {"parent": known.keys.get(parent, parent), "code": _label(known, What.LOCATIONS, of)}
    return {**fields_of("location", row), **said}


def _model(_known: Known, _of: str, row: Values, _zone: str) -> Values:
    return fields_of("model", row)


def _item(known: Known, of: str, row: Values, _zone: str) -> Values:
    return {
        **fields_of("item", row),
        "model": known.keys.get(row["model"], row["model"]),
        "home": known.keys.get(row["home"], row["home"]),
        "code": _label(known, What.ITEMS, of),
        "barcode": _label(known, What.ITEMS, of, barcode=True),
        "blocked": row["blocked"],
        "blocked_note": row["blocked_note"],
    }


def _organisation(_known: Known, _of: str, row: Values, _zone: str) -> Values:
    return row


def _person(known: Known, of: str, row: Values, zone: str) -> Values:
    members = known.members.get(of, [])
    speaks_for = [one["organisation"] for one in members if one["responsible"]]

    def keys(ids: list[str]) -> list[str]:
        return sorted(known.keys[one] for one in ids if one in known.keys)

    return {
        **row,
        "adult": bool(row["adult"]),
        "identity_checked": bool(row["identity_checked"]),
        "terms_version": row["terms_version"] or 0,
        "privacy_version": row["privacy_version"] or 0,
        "roles": [role for role in listed_in(row, "roles") if role != "visitor"],
        "instructed": keys(list(listed_in(row, "instructed"))),
        "organisations": keys([one["organisation"] for one in members]),
        "responsible_for": keys(speaks_for),
        "suspended_until": last_day(row["suspended_until"], zone),
    }


def _room(known: Known, _of: str, row: Values, _zone: str) -> Values:
    return room_values(known, row)


_GIVERS: Final[Mapping[What, Callable[[Known, str, Values, str], Values]]] = {
    What.LOCATIONS: _location,
    What.MODELS: _model,
    What.ITEMS: _item,
    What.ORGANISATIONS: _organisation,
    What.PERSONS: _person,
    What.ROOMS: _room,
}

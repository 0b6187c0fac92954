"""Looking things up by code, barcode or id: what each scan asks, so it is SQL text by primary key."""

# ruff: noqa: S608 every SQL text is put together from the constants of this file; values are parameters
from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import msgspec

from sharing.catalogue.rules import Item, Location, LocationKind, Model, Need, Thing, barcode_key
from sharing.errors import DoesNotExist
from sharing.journal.store import Reader
from sharing.texts import Texts

_MODEL_COLUMNS: Final = (
    "m.id, m.key, m.names, m.category, m.value_cents, m.deposit_cents, m.loan_days, m.per_person, m.needs,"
    " m.checklist, m.how_to, m.lendable"
)
_CODE_OF: Final = (
    "(SELECT c.id FROM code c WHERE c.target = {}.subject AND c.barcode = {}"
    " ORDER BY c.claimed_at, c.id LIMIT 1)"
)
_ITEM: Final = (
    f"SELECT i.id, i.key, i.number, {_CODE_OF.format('i', 0)}, {_CODE_OF.format('i', 1)}, i.home, i.owner,"
    " i.funder, i.earmarked_until, i.bought_on, i.price_cents, i.tested_until, i.serial, i.note, i.blocked,"
    f" i.blocked_note, i.lendable, i.model, {_MODEL_COLUMNS} FROM item i LEFT JOIN model m ON m.id = i.model"
)
_BY_CODE: Final = f"{_ITEM} JOIN code k ON k.target = i.subject WHERE k.id = ?"
_BY_ID: Final = f"{_ITEM} WHERE i.id = ?"
_OF_MODEL: Final = f"{_ITEM} WHERE i.model = ? ORDER BY i.number, i.id"
_MODEL: Final = f"SELECT {_MODEL_COLUMNS} FROM model m WHERE m.id = ?"
_MODELS: Final = f"SELECT {_MODEL_COLUMNS} FROM model m ORDER BY m.category, m.key, m.id"
_DEEPEST: Final = 8
"""Two nodes can each move a place into the other; no path is followed further than this."""
_UP: Final = (
    "WITH RECURSIVE up(id, parent, names, kind, key, subject, depth) AS ("
    " SELECT id, parent, names, kind, key, subject, 0 FROM location WHERE id = ?"
    " UNION ALL SELECT l.id, l.parent, l.names, l.kind, l.key, l.subject, up.depth + 1"
    f" FROM location l JOIN up ON l.id = up.parent WHERE up.depth < {_DEEPEST})"
    f" SELECT id, kind, key, names, parent, {_CODE_OF.format('up', 0)} FROM up ORDER BY depth"
)
_DOWN: Final = (
    "WITH RECURSIVE down(id, depth) AS (SELECT id, 0 FROM location WHERE id = ?"
    " UNION SELECT l.id, down.depth + 1 FROM location l JOIN down ON l.parent = down.id"
    f" WHERE down.depth < {_DEEPEST})"
)
_AT: Final = f"{_DOWN} {_ITEM} WHERE i.home IN (SELECT id FROM down) ORDER BY i.home, i.number, i.id"
_PLACE_BY_CODE: Final = "SELECT l.id FROM code c JOIN location l ON l.subject = c.target WHERE c.id = ?"
_ITEM_WIDTH: Final = 18

_as_strings = msgspec.json.Decoder(tuple[str, ...]).decode
_NEEDS: Final = {str(need): need for need in Need}


def _needs(column: str) -> frozenset[Need]:
    """Read the needs this version knows; one that a newer node added must not break a scan here."""
    return frozenset(_NEEDS[one] for one in _as_strings(column) if one in _NEEDS)


@lru_cache(maxsize=2048)
def _model(row: tuple[Any, ...]) -> Model:
    """Build a model from its row, once for equal rows: decoding it is half the cost of a scan."""
    return Model(
        id=row[0], key=row[1], names=Texts.from_json(row[2]), category=row[3], value_cents=row[4],
        deposit_cents=row[5], loan_days=row[6], limit=row[7], needs=_needs(row[8]),
        checklist=_as_strings(row[9]), how_to=Texts.from_json(row[10]), lendable=bool(row[11]),
    )  # fmt: skip


def _unknown_model(model_id: str) -> Model:
    """Stand in for a model whose entries have not arrived: nothing of it is lent until they have."""
    return Model(
        id=model_id, key="", names=Texts(), category="", value_cents=None, deposit_cents=0, loan_days=None,
        limit=None, needs=frozenset(), checklist=(), how_to=Texts(), lendable=False,
    )  # fmt: skip


def _item(row: tuple[Any, ...]) -> Item:
    joined = row[_ITEM_WIDTH:]
    return Item(
        id=row[0], key=row[1], number=row[2], code=row[3], barcode=row[4] and row[4][1:], home=row[5] or None,
        owner=row[6], funder=row[7], earmarked_until=row[8], bought_on=row[9], price_cents=row[10],
        tested_until=row[11], serial=row[12], note=row[13], blocked=row[14], blocked_note=row[15],
        kept_in_house=not row[16], model=_model(joined) if joined[0] else _unknown_model(row[17]),
    )  # fmt: skip


def item(read: Reader, item_id: str) -> Item:
    """Give an item with its model.

    Raises:
        DoesNotExist: no such item.
    """
    found = read.rows(_BY_ID, (item_id,))
    if not found:
        raise DoesNotExist(what="item", value=item_id)
    return _item(found[0])


def read_items_ahead(read: Reader, ids: Iterable[str]) -> None:
    """Read at once what `item` will ask for."""
    read.read_ahead(_BY_ID, ids)


def model(read: Reader, model_id: str) -> Model:
    """Give a model.

    Raises:
        DoesNotExist: no such model.
    """
    found = read.rows(_MODEL, (model_id,))
    if not found:
        raise DoesNotExist(what="model", value=model_id)
    return _model(found[0])


def models(read: Reader) -> tuple[Model, ...]:
    """Give all models, by category."""
    return tuple(_model(row) for row in read.rows(_MODELS))


def location(read: Reader, location_id: str) -> Location:
    """Give a location with the way to it.

    Raises:
        DoesNotExist: no such location.
    """
    way = read.rows(_UP, (location_id,))
    if not way:
        raise DoesNotExist(what="location", value=location_id)
    own = way[0]
    path = tuple(Texts.from_json(row[3]) for row in reversed(way))
    return Location(own[0], LocationKind(own[1]), own[2], path[-1], own[4] or None, own[5], path)


def _holding(read: Reader, key: str) -> Thing | None:
    """Give what holds this code: one statement for an item, two for a location."""
    found = read.rows(_BY_CODE, (key,))
    if found:
        return _item(found[0])
    place = read.rows(_PLACE_BY_CODE, (key,))
    return location(read, place[0][0]) if place else None


def thing_by_code(read: Reader, code: str) -> Thing | None:
    """Give the item or location whose label bears these 16 digits, or None."""
    return _holding(read, code)


def thing_by_barcode(read: Reader, barcode: str) -> Thing | None:
    """Give the thing that bore this foreign barcode before it came here, or None."""
    key = barcode_key(barcode)
    return _holding(read, f"x{key}") if key else None


def items_of_model(read: Reader, model_id: str) -> tuple[Item, ...]:
    """Give all items of a model: the twins of each other."""
    return tuple(_item(row) for row in read.rows(_OF_MODEL, (model_id,)))


def items_at(read: Reader, location_id: str) -> tuple[Item, ...]:
    """Give the items whose home is this location or a place inside it."""
    return tuple(_item(row) for row in read.rows(_AT, (location_id,)))


def places_in(read: Reader, location_id: str) -> frozenset[str]:
    """Give the ids of a location and of every place inside it."""
    return frozenset(row[0] for row in read.rows(f"{_DOWN} SELECT id FROM down", (location_id,)))


def locations(read: Reader) -> tuple[Location, ...]:
    """Give all locations, each after the one it lies in."""
    ids = [row[0] for row in read.rows("SELECT id FROM location ORDER BY key, id")]
    every = [location(read, one) for one in ids]
    return tuple(sorted(every, key=lambda one: (len(one.path), one.where("de"))))

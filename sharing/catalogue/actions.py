"""What staff do in the catalogue: add, change, label, block. Each is one transaction and one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from sharing import codes
from sharing.catalogue.drafts import change, claim
from sharing.catalogue.entries import BlockedPrivate, ItemBlocked, ItemUnblocked
from sharing.catalogue.fields import LONG_LIMIT, ItemFields, LocationFields, ModelFields, clean, clean_text
from sharing.catalogue.look_up import (
    item,
    items_at,
    items_of_model,
    location,
    locations,
    model,
    models,
    places_in,
    read_items_ahead,
    thing_by_barcode,
    thing_by_code,
)
from sharing.catalogue.rows import CodeRow, ItemRow, LocationRow, ModelRow
from sharing.catalogue.rules import BlockReason, Item, Location, Model, code_kind
from sharing.catalogue.search import find, search, search_items
from sharing.codes import CodeKind
from sharing.errors import BadValue, DoesNotExist, Taken
from sharing.journal.entry import Draft
from sharing.journal.store import Reader, Store, Work
from sharing.journal.tables import Folded
from sharing.texts import Texts

__all__ = [
    "add_item", "add_location", "add_model", "block", "change_item", "change_location", "change_model",
    "claim_code", "find", "item", "items_at", "items_of_model", "location", "locations", "model", "models",
    "new_code", "places_in", "read_items_ahead", "search", "search_items", "thing_by_barcode",
    "thing_by_code", "unblock",
]  # fmt: skip

_TABLES: Final[Mapping[str, type[Folded]]] = {"model": ModelRow, "item": ItemRow, "location": LocationRow}


def new_code(work: Work, kind: CodeKind) -> str:
    """Make a code that nothing here holds, from the store's randomness."""
    while True:
        code = codes.make(kind, int.from_bytes(work.random(8), "big") % 10**13)
        if work.one(CodeRow, code) is None:
            return code


def _free(read: Reader, draft: Draft) -> Draft:
    """Refuse to claim what this node knows to be taken; elsewhere it may still be a contradiction."""
    digits = draft.subject.partition(":")[2]
    row = read.one(CodeRow, digits)
    if row is not None:
        raise Taken(what="code", value=digits)
    return draft


def _there(read: Reader, what: str, key: str) -> None:
    if key and read.one(_TABLES[what], key) is None:
        raise DoesNotExist(what=what, value=key)


def _refer(read: Reader, what: str, key: str, fields: Mapping[str, Any]) -> None:
    """Check that what the fields name is there, and that no place comes to lie in itself."""
    for field, target in (("model", "model"), ("home", "location"), ("parent", "location")):
        _there(read, target, fields.get(field, ""))
    if what == "location" and fields.get("parent") and fields["parent"] in places_in(read, key) | {key}:
        raise BadValue(field="parent", value=key, expected="another location")


def _add(work: Work, what: str, fields: Mapping[str, Any], labels: tuple[str, ...], act: bytes) -> str:
    key = work.new_hex()
    _refer(work, what, key, fields)
    made = change(what, key, clean(fields))
    if made is None:
        raise BadValue(field=what, value="", expected="names")
    claims = [_free(work, claim(label, f"{what}:{key}")) for label in labels if label]
    work.append(act, [made[0], *claims])
    return key


def _alter(store: Store, what: str, key: str, fields: Mapping[str, Any], act: bytes) -> None:
    with store.begin() as work:
        if work.applied(act):
            return
        row = work.one(_TABLES[what], key)
        if row is None:
            raise DoesNotExist(what=what, value=key)
        _refer(work, what, key, fields)
        made = change(what, key, clean(fields), row)
        if made is not None:
            work.append(act, [made[0]])


def _made(work: Work, act: bytes) -> str:
    """Give the id that an act made when it was applied before; empty if it is new."""
    known = work.applied(act)
    return known[0].subject.partition(":")[2] if known else ""


def add_model(store: Store, *, act: bytes, **fields: Unpack[ModelFields]) -> Model:
    """Say what a thing is, before there are items of it.

    Raises:
        BadInput: a field that cannot be so.
    """
    with store.begin() as work:
        return model(work, _made(work, act) or _add(work, "model", {"names": Texts(), **fields}, (), act))


def change_model(store: Store, model_id: str, *, act: bytes, **fields: Unpack[ModelFields]) -> Model:
    """Change some fields of a model; what is so already writes nothing.

    Raises:
        DoesNotExist, BadInput: no such model, or a field that cannot be so.
    """
    _alter(store, "model", model_id, fields, act)
    with store.reader() as read:
        return model(read, model_id)


def add_item(
    store: Store, *, act: bytes, model: str, code: str | None = None, barcode: str | None = None,
    **fields: Unpack[ItemFields],
) -> Item:  # fmt: skip
    """Add one labelled thing of a model; without `code` it gets a new one.

    Raises:
        DoesNotExist: no such model or home.
        Taken: the code or barcode belongs to another thing.
        BadInput: a field that cannot be so.
    """
    with store.begin() as work:
        key = _made(work, act)
        if not key:
            labels = (code or new_code(work, CodeKind.ITEM), barcode or "")
            key = _add(work, "item", {**fields, "model": model}, labels, act)
        return item(work, key)


def change_item(
    store: Store, item_id: str, *, act: bytes, model: str | None = None, **fields: Unpack[ItemFields]
) -> Item:
    """Change some fields of an item; what is so already writes nothing.

    Raises:
        DoesNotExist, BadInput: no such item, or a field that cannot be so.
    """
    _alter(store, "item", item_id, {**fields, **({"model": model} if model else {})}, act)
    with store.reader() as read:
        return item(read, item_id)


def add_location(
    store: Store, *, act: bytes, code: str | None = None, **fields: Unpack[LocationFields]
) -> Location:
    """Add a place; without `code` it gets a new one, a room's of its own kind.

    Raises:
        DoesNotExist: no such parent.
        Taken: the code belongs to something else.
        BadInput: a field that cannot be so.
    """
    with store.begin() as work:
        key = _made(work, act)
        if not key:
            wanted = clean({"kind": "", "names": Texts(), **fields})
            label = code or new_code(work, code_kind(wanted["kind"]))
            key = _add(work, "location", wanted, (label,), act)
        return location(work, key)


def change_location(
    store: Store, location_id: str, *, act: bytes, **fields: Unpack[LocationFields]
) -> Location:
    """Change some fields of a location; what is so already writes nothing.

    Raises:
        DoesNotExist, BadInput: no such location, or a field that cannot be so.
    """
    _alter(store, "location", location_id, fields, act)
    with store.reader() as read:
        return location(read, location_id)


def claim_code(store: Store, code: str, target: str, *, act: bytes) -> None:
    """Put a pre-printed label or a foreign barcode on a thing ("item:I", "location:L"), for ever.

    Raises:
        Taken: it belongs to another thing.
        DoesNotExist: no such thing.
        NotReadable, BadValue: it cannot stand on such a thing.
    """
    what, _, key = target.partition(":")
    with store.begin() as work:
        if work.applied(act):
            return
        draft = claim(code, target)
        _there(work, what, key or "?")
        row = work.one(CodeRow, draft.subject.partition(":")[2])
        if row is None or row["target"] != target:
            work.append(act, [_free(work, draft)])


def block(store: Store, item_id: str, reason: BlockReason, *, act: bytes, note: str = "") -> Item:
    """Keep an item in the house, with the reason why.

    Raises:
        DoesNotExist, BadInput: no such item, or a note that cannot be so.
    """
    said = clean_text("note", note, limit=LONG_LIMIT, lines=True)
    return _say(store, item_id, ItemBlocked(reason=reason), said, act)


def unblock(store: Store, item_id: str, *, act: bytes) -> Item:
    """Let an item leave the house again; one that is not blocked stays as it is.

    Raises:
        DoesNotExist: no such item.
    """
    return _say(store, item_id, ItemUnblocked(), "", act)


def _say(store: Store, item_id: str, data: ItemBlocked | ItemUnblocked, note: str, act: bytes) -> Item:
    with store.begin() as work:
        before = item(work, item_id)
        idle = isinstance(data, ItemUnblocked) and not before.blocked
        if not idle and not work.applied(act):
            work.append(act, [Draft(before.subject, data, BlockedPrivate(note=note) if note else None)])
        return item(work, item_id)

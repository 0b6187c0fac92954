"""The entries of the catalogue: what they say about models, items, locations and codes.

A `changed` entry carries only the fields it changes, and for each one the entry that its writer saw there
last (`seen`). So a fold can tell a correction from two people who changed one field without knowing of each
other.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET, UnsetType

from sharing.journal.entry import Secret, Shape
from sharing.texts import Text

Languages = dict[str, Text | None]
"""The languages that change; None takes one away. Each counts as a field of its own ("names.de")."""


class Changed(Shape, frozen=True, kw_only=True):
    """What all three have in common."""

    seen: dict[str, str] = {}
    """Field to the id (hex) of the entry its writer saw there last; left out where nobody had written."""
    hidden: tuple[str, ...] = ()
    """Changed fields that stand in `private`, so that emptying it leaves no false contradiction."""
    key: str | UnsetType = UNSET
    """What the house calls it in its own lists; stays when the name changes."""


class ModelChanged(Changed, frozen=True, kw_only=True):
    """What a thing is: fields of a model that are new or changed."""

    KIND: ClassVar[str] = "model.changed"
    names: Languages | UnsetType = UNSET
    category: str | UnsetType = UNSET
    value_cents: int | UnsetType | None = UNSET
    deposit_cents: int | UnsetType = UNSET
    loan_days: int | UnsetType | None = UNSET
    limit: int | UnsetType | None = UNSET
    needs: tuple[str, ...] | UnsetType = UNSET
    checklist: tuple[str, ...] | UnsetType = UNSET
    how_to: Languages | UnsetType = UNSET
    lendable: bool | UnsetType = UNSET


class ItemChanged(Changed, frozen=True, kw_only=True):
    """One labelled thing: fields that are new or changed."""

    KIND: ClassVar[str] = "item.changed"
    model: str | UnsetType = UNSET
    number: str | UnsetType = UNSET
    home: str | UnsetType = UNSET
    funder: str | UnsetType = UNSET
    earmarked_until: str | UnsetType | None = UNSET
    bought_on: str | UnsetType | None = UNSET
    price_cents: int | UnsetType | None = UNSET
    tested_until: str | UnsetType | None = UNSET
    serial: str | UnsetType = UNSET
    lendable: bool | UnsetType = UNSET


class ItemPrivate(Secret, frozen=True, kw_only=True):
    """An owner may be a person, and a note may name one."""

    owner: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


class LocationChanged(Changed, frozen=True, kw_only=True):
    """A place in the tree of house, floors, rooms and shelves: fields that are new or changed."""

    KIND: ClassVar[str] = "location.changed"
    kind: str | UnsetType = UNSET
    names: Languages | UnsetType = UNSET
    parent: str | UnsetType = UNSET


class CodeClaimed(Shape, frozen=True, kw_only=True):
    """The code or barcode of the subject belongs to this thing from now on, for ever."""

    KIND: ClassVar[str] = "code.claimed"
    target: str
    """Subject of the thing ("item:I", "location:L")."""


class ItemBlocked(Shape, frozen=True, kw_only=True):
    """The item must not leave the house."""

    KIND: ClassVar[str] = "item.blocked"
    reason: str


class BlockedPrivate(Secret, frozen=True, kw_only=True):
    """What staff noted about it."""

    note: str = ""


class ItemUnblocked(Shape, frozen=True, kw_only=True):
    """The item may leave the house again."""

    KIND: ClassVar[str] = "item.unblocked"

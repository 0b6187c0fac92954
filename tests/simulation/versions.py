"""Two versions of the software: today's, and the next one, with a new kind and a new version of another."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sharing.house import FOLD_VERSION, FOLDS, TABLES
from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Folder, Rows
from sharing.lending.entries import ItemCondition
from sharing.lending.rows import FOLDS as LENDING

TODAY: Final = "today"
NEXT: Final = "next"
CLEANED: Final = "cleaned"
"""The case that the new kind leaves."""


class ItemCleaned(Shape, frozen=True, kw_only=True):
    """A kind of entry that today's version does not know."""

    KIND = "item.cleaned"
    soap: int = 0


class ItemConditionNext(Shape, frozen=True, kw_only=True):
    """The second version of `item.condition`: one field has another name."""

    KIND = ItemCondition.KIND
    VERSION = 2
    line: str
    said: str
    checked: bool = False


def _cleaned(rows: Rows, entry: Entry, data: ItemCleaned) -> None:
    rows.case(CLEANED, entry, about=str(data.soap))


def _condition(rows: Rows, entry: Entry, data: ItemConditionNext) -> None:
    before = ItemCondition(line=data.line, condition=data.said, checked=data.checked)
    LENDING[ItemCondition](rows, entry, before)


def _renamed(data: dict[str, Any]) -> dict[str, Any]:
    return {"said" if key == "condition" else key: value for key, value in data.items()}


def fold_version_of(version: str) -> int:
    """Give the number by which a store sees that it must fold everything anew."""
    return FOLD_VERSION + (1 if version == NEXT else 0)


@cache
def folder_of(version: str) -> Folder:
    """Give the folds of a version."""
    if version == TODAY:
        return Folder.of(TABLES, FOLDS)
    folds = [{shape: fold for shape, fold in one.items() if shape is not ItemCondition} for one in FOLDS]
    new: dict[type[Shape], Fold] = {ItemCleaned: _cleaned, ItemConditionNext: _condition}
    return Folder.of(TABLES, [*folds, new], {(ItemCondition.KIND, 1): _renamed})

"""The table of house rules, and the fold of `house.set` into it."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import TextField

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.tables import Folded
from sharing.terms.entries import HouseSet
from sharing.terms.settings import stored_form


class Setting(Folded):
    """One house rule: its key is the row's id, its value JSON text."""

    value = TextField()


def house_set(rows: Rows, _entry: Entry, data: HouseSet) -> None:
    """Each named rule holds from now on; keys this version does not know are kept for the one that does."""
    for key, value in stored_form(data.set):
        rows.put(Setting, key, value=value)


TABLES: tuple[type[Folded], ...] = (Setting,)
FOLDS: Mapping[type[Shape], Fold] = {HouseSet: house_set}

"""The table of house rules, what was asked to be one, and the fold of both."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from peewee import BigIntegerField, TextField

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.tables import Folded
from sharing.terms.entries import HouseSet, HouseSetAsked
from sharing.terms.settings import stored_form


class Setting(Folded):
    """One house rule: its key is the row's id, its value JSON text."""

    value = TextField()


class SettingAsked(Folded):
    """House rules that somebody asked for and nobody has decided yet; the id is the request's (hex)."""

    asked_at = BigIntegerField()
    value = TextField()
    """JSON of what was asked."""

    class Meta:
        table_name = "setting_asked"
        since = 3


def house_set_asked(rows: Rows, entry: Entry, data: HouseSetAsked) -> None:
    """Nothing holds yet, but whoever looks sees that it was asked."""
    value = msgspec.json.encode({"set": data.set, "fill": data.fill}, order="sorted").decode()
    rows.put(SettingAsked, entry.hex, asked_at=entry.at, value=value)


def house_set(rows: Rows, entry: Entry, data: HouseSet) -> None:
    """Each named rule holds from now on; keys this version does not know are kept for the one that does."""
    if data.decides:
        rows.drop(SettingAsked, data.decides)
    if data.declined:
        rows.case("house_set_declined", entry, about=data.declined)
        return
    for key, value in stored_form(data.set):
        rows.put(Setting, key, value=value)


TABLES: tuple[type[Folded], ...] = (Setting, SettingAsked)
FOLDS: Mapping[type[Shape], Fold] = {HouseSetAsked: house_set_asked, HouseSet: house_set}

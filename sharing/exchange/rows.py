"""The table of keys under which lists know persons and organisations, and its folds."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import TextField

from sharing.exchange.entries import ListedAs, OrganisationListed, PersonListed
from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.tables import Folded


class ListedRow(Folded):
    """A key; `id` is the person's or organisation's."""

    key = TextField(index=True)

    class Meta:
        table_name = "listed"


def listed(rows: Rows, entry: Entry, _data: Shape) -> None:
    """The last key holds; an emptied one is no key."""
    private = entry.secret(ListedAs)
    of = rows.subject.partition(":")[2]
    if private:
        rows.put(ListedRow, of, key=private.key)
    else:
        rows.drop(ListedRow, of)


TABLES: tuple[type[Folded], ...] = (ListedRow,)
FOLDS: Mapping[type[Shape], Fold] = {PersonListed: listed, OrganisationListed: listed}

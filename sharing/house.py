"""Opens one house: database, journal and features, put together in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import peewee

from sharing.audits import rows as audits
from sharing.cases import rows as cases
from sharing.catalogue import rows as catalogue
from sharing.errors import BadValue, NoHouse
from sharing.exchange import rows as exchange
from sharing.journal import tables as journal
from sharing.journal.clock import Clock, SystemClock
from sharing.journal.database import make_folder, postgres, sqlite, translated
from sharing.journal.entry import Shape
from sharing.journal.folding import JOURNAL_FOLDS, Expect, Fold, Folder
from sharing.journal.ids import Randomness, system_randomness
from sharing.journal.store import Store
from sharing.journal.stream import Role
from sharing.journal.tables import Folded
from sharing.lending import expecting as lending_expects
from sharing.lending import rows as lending
from sharing.people import rows as people
from sharing.people.cards import CardKeys
from sharing.rooms import expecting as room_expects
from sharing.rooms import rows as rooms
from sharing.terms import rows as terms

FOLD_VERSION = 9
"""Raise it with every change of a fold: the next opening folds everything again."""

TABLES: tuple[type[Folded], ...] = (
    *journal.TABLES, *terms.TABLES, *cases.TABLES, *people.TABLES, *catalogue.TABLES, *lending.TABLES,
    *exchange.TABLES,
    *audits.TABLES,
    *rooms.TABLES,
)  # fmt: skip
FOLDS: Sequence[Mapping[type[Shape], Fold]] = (
    JOURNAL_FOLDS, terms.FOLDS, cases.FOLDS, people.FOLDS, catalogue.FOLDS, lending.FOLDS,
    exchange.FOLDS,
    audits.FOLDS,
    rooms.FOLDS,
)  # fmt: skip
EXPECTS: Mapping[type[Shape], Expect] = {**lending_expects.EXPECTS, **room_expects.EXPECTS}
LOCAL_TABLES: tuple[type[Any], ...] = (*people.LOCAL_TABLES,)

DATABASE = "teilhaus.db"
CARD_KEY = "card.key"
LOCK = "open.lock"


class House(msgspec.Struct, frozen=True):
    """An open house: its journal, and the keys that make its cards readable."""

    store: Store
    keys: CardKeys
    data: Path

    def close(self) -> None:
        """Close this thread's connection."""
        self.store.close()


def make_house(
    data: Path, *, node: str, name: str, url: str = "", clock: Clock | None = None,
    randomness: Randomness = system_randomness, founded: bool = True, role: Role = "alone",
    key: bytes | None = None,
) -> House:  # fmt: skip
    """Make an empty house in `data` (0700), or open the one that is there.

    Args:
        data: the data folder of this machine.
        node: what this machine is called in the house.
        name: the house.
        url: a PostgreSQL database; SQLite in the folder if empty.
        clock: the machine's own if not given.
        randomness: the system's if not given.
        founded: this node is the first of its house; a node that joins one is not.
        role: what this node is among the others.
        key: what stands in the card key file of the house that is joined; a new key if not given.

    Raises:
        BadValue: node or house have no usable name.
        Damaged: the house is there and its card key is not.
        Storage: the folder cannot be written, the database not opened.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", node):
        raise BadValue(field="node", value=node, expected="a-z, 0-9, -")
    with translated():
        make_folder(data)
    with _store(data, url, clock, randomness) as store:
        # The key first, and never a new one for a house that is there: all its cards would open nothing.
        new = not store.exists()
        if new and key is not None:
            CardKeys.keep(data / CARD_KEY, key, randomness)
        read = (lambda path: CardKeys.load_or_create(path, randomness)) if new else CardKeys.load
        keys = read(data / CARD_KEY)
        store.create(node, name, founded=founded, role=role)
    return House(store, keys, data)


def open_house(
    data: Path, *, url: str = "", clock: Clock | None = None, randomness: Randomness = system_randomness
) -> House:
    """Open the house in `data`.

    Raises:
        NoHouse: there is none yet.
        Damaged: the database or the card key cannot be trusted.
        Storage: the database cannot be opened.
    """
    store = open_store(data, url=url, clock=clock, randomness=randomness)
    try:
        return House(store, CardKeys.load(data / CARD_KEY), data)
    except BaseException:
        store.close()
        raise


def open_store(
    data: Path, *, url: str = "", clock: Clock | None = None, randomness: Randomness = system_randomness
) -> Store:
    """Open the journal of a house alone, without the key of its cards: no backup has that.

    Raises:
        NoHouse, Damaged, Storage: as `open_house`.
    """
    if not url and not (data / DATABASE).exists():
        raise NoHouse(data=str(data))
    with _store(data, url, clock, randomness) as store:
        store.open()
    return store


@contextmanager
def _store(data: Path, url: str, clock: Clock | None, randomness: Randomness) -> Iterator[Store]:
    """Give the store of a data folder, and leave no connection behind if opening it fails."""
    db: peewee.Database = postgres(url) if url else sqlite(data / DATABASE)
    store = Store(
        db, Folder.of(TABLES, FOLDS, expects=EXPECTS), clock or SystemClock(), randomness=randomness,
        extra_tables=LOCAL_TABLES, lock=None if url else data / LOCK, fold_version=FOLD_VERSION,
    )  # fmt: skip
    try:
        yield store
    except BaseException:
        store.close()
        raise

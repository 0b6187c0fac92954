"""A small feature for tests of the journal: a box that is full or empty, and how often it was filled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import peewee
from peewee import SQL, IntegerField, TextField

from sharing.journal.database import postgres, sqlite
from sharing.journal.entry import Entry, Secret, Shape, Verdict
from sharing.journal.folding import JOURNAL_FOLDS, Fold, Folder, Rows
from sharing.journal.store import Store
from sharing.journal.stream import Role
from sharing.journal.tables import TABLES, Folded
from tests.fakes import FakeClock, FakeRandomness


class Filled(Shape, frozen=True, kw_only=True):
    """Something was put into the box."""

    KIND: ClassVar[str] = "box.filled"
    what: str


class Owner(Secret, frozen=True, kw_only=True):
    """Whose it is."""

    name: str


class Taken(Shape, frozen=True, kw_only=True):
    """The box was emptied."""

    KIND: ClassVar[str] = "box.taken"


class Named(Verdict, frozen=True, kw_only=True):
    """A decision about the box."""

    KIND: ClassVar[str] = "box.named"
    name: str


class Asked(Shape, frozen=True, kw_only=True):
    """Somebody asks for a name of the box."""

    KIND: ClassVar[str] = "box.asked"
    name: str


class Burst(Shape, frozen=True, kw_only=True):
    """A fold with faults: it takes a name without looking, and knows words that break it."""

    KIND: ClassVar[str] = "box.burst"
    name: str


class Box(Folded):
    """One box."""

    what = TextField(null=True)
    owner = TextField(null=True)
    times = IntegerField(constraints=[SQL("CHECK (times < 1000)")])
    name = TextField(null=True, unique=True)


def _filled(rows: Rows, entry: Entry, data: Filled) -> None:
    key = entry.subject.removeprefix("box:")
    row = rows.get(Box, key)
    if row and row["what"]:
        rows.case("filled_twice", entry)
    secret = entry.secret(Owner)
    rows.put(Box, key, what=data.what, owner=secret and secret.name, times=(row["times"] if row else 0) + 1)


def _taken(rows: Rows, entry: Entry, _data: Taken) -> None:
    key = entry.subject.removeprefix("box:")
    if not rows.get(Box, key):
        rows.case("taken_from_nothing", entry)
        return
    rows.put(Box, key, what=None, owner=None)


def _named(rows: Rows, entry: Entry, data: Named) -> None:
    key = entry.subject.removeprefix("box:")
    row = rows.get(Box, key)
    rows.put(Box, key, name=data.name, times=row["times"] if row else 0)


def _asked(rows: Rows, entry: Entry, data: Asked) -> None:
    rows.case("asked", entry, about=data.name)


def _burst(rows: Rows, entry: Entry, data: Burst) -> None:
    if data.name == "boom":
        raise LookupError(data.name)
    times = {"too often": 5000, "endless": 2**70}.get(data.name, 0)
    rows.put(Box, entry.subject.removeprefix("box:"), name=data.name, times=times)


BOX_FOLDS: Mapping[type[Shape], Fold] = {
    Filled: _filled,
    Taken: _taken,
    Asked: _asked,
    Named: _named,
    Burst: _burst,
}


def toy_store(
    folder: Path,
    clock: FakeClock,
    *,
    node: str = "one",
    url: str = "",
    seed: str = "toy",
    fold_version: int = 1,
    founded: bool = True,
    role: Role = "alone",
) -> Store:
    """Make or open a store with the toy feature."""
    db: peewee.Database = postgres(url) if url else sqlite(folder / f"{node}.db")
    store = Store(
        db, Folder.of((*TABLES, Box), (JOURNAL_FOLDS, BOX_FOLDS)), clock, randomness=FakeRandomness(seed),
        lock=folder / f"{node}.lock", fold_version=fold_version,
    )  # fmt: skip
    store.create(node, "Toy house", founded=founded, role=role)
    return store


def bare_entry(n: int, **fields: Any) -> Entry:
    """Make an entry from nothing, with the number `n` as its id; for tests of what is pure."""
    given = {
        "id": n.to_bytes(16, "big"), "act": n.to_bytes(16, "big"), "part": 0, "parts": 1, "kind": "box.taken",
        "version": 1, "nature": "fact", "subject": "box:a", "at": 0, "boot": "boot-1", "uptime": 0,
        "clock": "ntp", "after": b"", "data": b"{}", "private": None, "salt": None, "private_digest": None,
    }  # fmt: skip
    return Entry(**{**given, **fields})

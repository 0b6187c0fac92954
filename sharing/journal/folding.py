"""Folding: from the entries of one subject to the rows that this subject owns.

A fold function sees its subject's rows, the entry and the entry's data, nothing else: no clock, no settings,
no other subject. So appending on top, folding a late subject again and rebuilding everything give the same
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec

from sharing.errors import Damaged
from sharing.journal.entry import Entry, Shape
from sharing.journal.fronts import NONE, Uncounted
from sharing.journal.ids import uuid5
from sharing.journal.order import UNDONE, effective
from sharing.journal.shapes import (
    GROUP,
    NODE,
    ClockCorrected,
    HomeMoved,
    HomeReleaseAsked,
    HomeReleased,
    NodeNoticed,
    PrivateEmptied,
    Undone,
)
from sharing.journal.tables import WAITS, Boot, Folded, Home, Matter, Reign

RowDict: TypeAlias = dict[str, Any]
Table: TypeAlias = type[Folded]
Loader: TypeAlias = Callable[[Table, str], "RowDict | None"]


def columns_of(table: type[Any]) -> tuple[str, ...]:
    """Give the column names of a table, in order."""
    known = _COLUMNS.get(table)
    if known is None:
        fields = table._meta.sorted_fields  # noqa: SLF001 peewee documents it
        known = _COLUMNS[table] = tuple(one.column_name for one in fields)
    return known


_COLUMNS: dict[type[Any], tuple[str, ...]] = {}
"""Asked for each new row."""


class Rows:
    """The rows of one subject while it is folded, and what they were before."""

    __slots__ = ("_load", "before", "now", "subject")

    def __init__(self, subject: str, load: Loader | None) -> None:
        """Start from what is stored (`load`), or from nothing when the whole subject is folded again."""
        self.subject = subject
        self.now: dict[tuple[Table, str], RowDict | None] = {}
        self.before: dict[tuple[Table, str], RowDict | None] = {}
        self._load = load

    def get(self, table: Table, key: str) -> RowDict | None:
        """Give the row with this key, or None. Do not change the dict: `put` does."""
        place = (table, key)
        if place not in self.now:
            found = self._load(table, key) if self._load else None
            if found is not None and found["subject"] != self.subject:
                raise Damaged(what=f"{table.__name__} {key} is of {found['subject']}, not {self.subject}")
            self.now[place] = found
            self.before.setdefault(place, found)
        return self.now[place]

    def put(self, table: Table, key: str, /, **columns: object) -> None:
        """Insert the row, or change the named columns and keep the others; those of a new row are NULL."""
        row = self.get(table, key)
        base = dict(row) if row else dict.fromkeys(columns_of(table))
        base.update(columns)
        base["id"], base["subject"] = key, self.subject
        self.now[(table, key)] = base

    def drop(self, table: Table, key: str) -> None:
        """Remove the row, if it is there."""
        self.get(table, key)
        self.now[(table, key)] = None

    def case(self, kind: str, entry: Entry, /, about: str = "") -> str:
        """Leave something for staff to look at, and give its id: from kind and entry, alike on every node."""
        told = uuid5(kind, entry.id).hex()
        self.put(Matter, told, kind=kind, entry=entry.hex, at=entry.at, about=about)
        return told

    def changes(self) -> tuple[list[tuple[Table, str]], list[tuple[Table, RowDict]]]:
        """Give the difference: (rows to delete, rows to insert); a changed row is both."""
        deletes: list[tuple[Table, str]] = []
        inserts: list[tuple[Table, RowDict]] = []
        for place, row in self.now.items():
            old = self.before.get(place)
            if row == old:
                continue
            if old is not None:
                deletes.append(place)
            if row is not None:
                inserts.append((place[0], row))
        deletes.extend(
            place for place, old in self.before.items() if old is not None and place not in self.now
        )
        return deletes, inserts


Fold: TypeAlias = Callable[[Rows, Entry, Any], None]


def _clock_corrected(rows: Rows, _entry: Entry, data: ClockCorrected) -> None:
    if rows.subject.startswith(NODE):
        rows.put(Boot, f"{rows.subject}/{data.boot}", boot=data.boot, began_at=data.began_at)


def reign_key(group: str, epoch: int) -> str:
    """Give the key of a reign's row; those of a group sort as their epochs do."""
    return f"{group}/{epoch:010d}"


def _home_moved(rows: Rows, entry: Entry, data: HomeMoved) -> None:
    if rows.subject != GROUP + data.group:
        return
    now = rows.get(Home, data.group)
    if data.epoch <= (now["epoch"] if now else 0):
        rows.case("home_moved_twice", entry, about=f"{data.to} {data.epoch}")
        return
    rows.put(Home, data.group, node=data.to, epoch=data.epoch, through=data.through)
    rows.put(
        Reign, reign_key(data.group, data.epoch),
        grp=data.group, epoch=data.epoch, node=data.to, through=data.through,
    )  # fmt: skip


def _home_released(rows: Rows, _entry: Entry, data: HomeReleased) -> None:
    key = reign_key(data.group, data.epoch)
    row = rows.get(Reign, key) if rows.subject == GROUP + data.group else None
    if row and row["released"] is None:
        rows.put(Reign, key, released=data.through)


def _node_noticed(rows: Rows, entry: Entry, data: NodeNoticed) -> None:
    if rows.subject.startswith(NODE):
        rows.case(data.what, entry, about=data.detail)


def _home_release_asked(rows: Rows, entry: Entry, data: HomeReleaseAsked) -> None:
    """Nothing to fold: the home answers it, as any request (`requests.py`)."""


def _private_emptied(rows: Rows, entry: Entry, data: PrivateEmptied) -> None:
    """Nothing to fold: it acts on the entries themselves, on arrival (`arrivals.py`)."""


JOURNAL_FOLDS: Mapping[type[Shape], Fold] = {
    ClockCorrected: _clock_corrected,
    HomeMoved: _home_moved,
    HomeReleased: _home_released,
    HomeReleaseAsked: _home_release_asked,
    NodeNoticed: _node_noticed,
    PrivateEmptied: _private_emptied,
}


Expect: TypeAlias = Callable[[Entry, Any], Iterable[tuple[Table, str]]]
"""Gives the rows that a fold is most likely to ask for, as far as its entry tells: they are read together.

One too many costs little, and one that is missing is read when it is asked for.
"""
Upcast: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes data of one version of a kind into data of the next; pure."""


class Known(msgspec.Struct, frozen=True):
    """One kind of entry this version understands."""

    shape: type[Shape]
    fold: Fold
    expect: Expect | None = None


class Folder(msgspec.Struct, frozen=True):
    """All folds of a house, by kind, and the tables they own."""

    tables: tuple[Table, ...]
    kinds: dict[str, Known] = msgspec.field(default_factory=dict)
    upcasts: Mapping[tuple[str, int], Upcast] = msgspec.field(default_factory=dict)
    """By kind and the version that it starts from. A step that is not here changes nothing."""

    @classmethod
    def of(
        cls,
        tables: Iterable[Table],
        folds: Iterable[Mapping[type[Shape], Fold]],
        upcasts: Mapping[tuple[str, int], Upcast] | None = None,
        expects: Mapping[type[Shape], Expect] = MappingProxyType({}),
    ) -> Folder:
        """Join the features' tables and folds.

        Raises:
            ValueError: two features fold the same kind, or a step of a kind or version that is not known.
        """
        kinds: dict[str, Known] = {}
        for mapping in folds:
            for shape, fold in mapping.items():
                if shape.KIND in kinds or not shape.KIND:
                    raise ValueError(f"kind {shape.KIND!r} of {shape.__name__} is taken or empty")
                kinds[shape.KIND] = Known(shape, fold, expects.get(shape))
        for kind, version in upcasts or {}:
            if kind not in kinds or not 0 < version < kinds[kind].shape.VERSION:
                raise ValueError(f"no version follows {version} of {kind!r}")
        return cls(tuple(tables), kinds, dict(upcasts or {}))

    def read(self, entry: Entry) -> Shape | None:
        """Give what an entry says, as this version writes it; None if it does not know it.

        Raises:
            Damaged: the data does not have the shape of its kind.
        """
        known = self.kinds.get(entry.kind)
        if known is None or entry.version > known.shape.VERSION:
            return None
        written = entry.data
        try:
            for version in range(entry.version, known.shape.VERSION):
                step = self.upcasts.get((entry.kind, version))
                if step is not None:
                    written = msgspec.json.encode(step(msgspec.json.decode(written)))
            return msgspec.json.decode(written, type=known.shape)
        except msgspec.MsgspecError as error:
            raise Damaged(what=f"entry {entry.hex} ({entry.kind}): {error}") from error

    def expected(self, entry: Entry) -> Iterator[tuple[Table, str]]:
        """Give the rows that folding an entry is most likely to ask for.

        Raises:
            Exception: any, where the fold would raise one too: on the way, so hand out what came before it.
        """
        known = self.kinds.get(entry.kind)
        data = self.read(entry) if known is not None and known.expect is not None else None
        if known is not None and known.expect is not None and data is not None:
            yield from known.expect(entry, data)

    def apply(self, rows: Rows, entry: Entry) -> bool:
        """Fold one entry on top; False if this version does not know it, then the subject waits."""
        data = self.read(entry)
        if data is None:
            rows.case("newer_entry", entry, about=f"{entry.kind} {entry.version}")
            return False
        self.kinds[entry.kind].fold(rows, entry, data)
        return True

    def fold_all(self, rows: Rows, ordered: Sequence[Entry], without: Uncounted = NONE) -> int:
        """Fold a whole subject from nothing; gives `WAITS` if a newer version is needed to go on, else 0.

        Args:
            rows: empty, with what is stored as `before`, so that the difference can be written.
            ordered: all its entries in fold order.
            without: verdicts that fold nothing; those that are void leave a case.
        """
        void, held = without
        counting = [entry for entry in ordered if entry.id not in void and entry.id not in held]
        late: list[Entry] = []
        if any(entry.kind == UNDONE for entry in counting):
            targets = {one.id: bytes.fromhex(undone_target(one)) for one in counting if one.kind == UNDONE}
            counting, late = effective(counting, targets)
        stopped = not all(self.apply(rows, entry) for entry in counting)
        for entry in late:
            rows.case("undo_too_late", entry)
        for entry in ordered:
            if entry.id in void:
                rows.case("verdict_void", entry)
        return WAITS if stopped else 0


def undone_target(entry: Entry) -> str:
    """Give the id (hex) of the entry that an `undone` takes back."""
    return msgspec.json.decode(entry.data, type=Undone).entry

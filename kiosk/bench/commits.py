"""What a check-out costs on the disk, beside plain sqlite3 commits of the same bytes; and a rebuild."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from kiosk.bench.figures import Aim, Figure, Round, compared
from kiosk.bench.houses import Filled, visit
from sharing.journal.rebuild import differences
from sharing.journal.shadows import used_tables
from sharing.lending.actions import Scan, scan
from sharing.lending.scan_table import Step

_STRIDE: Final = 7919
"""A prime, so that things that follow each other do not lie beside each other."""


class Desk:
    """One visitor who takes things, and brings each back at once."""

    def __init__(self, filled: Filled) -> None:
        """Begin one visit that lasts."""
        self.filled, self.visit = filled, visit(filled)
        self._turns = count(1)

    def take(self) -> float:
        """Scan a thing; gives the seconds until it is on the disk as lent. Its return is not measured."""
        store, keys = self.filled.store, self.filled.house.keys
        thing = self.filled.things[next(self._turns) * _STRIDE % len(self.filled.things)]
        command = Scan(thing.code, store.new_act(), self.visit)
        began = perf_counter()
        scanned = scan(store, keys, command)
        took = perf_counter() - began
        back = scan(store, keys, Scan(thing.code, store.new_act()))
        if (scanned.step, back.step) != (Step.LENT, Step.GIVEN_BACK):
            raise RuntimeError(f"{scanned.step} {scanned.refusal!r}, then {back.step} {back.refusal!r}")
        return took

    def bytes_each(self) -> int:
        """Give how many bytes of values a check-out writes: entry, position, and the rows that follow."""
        store, keys, thing = self.filled.store, self.filled.house.keys, self.filled.things[0]
        scan(store, keys, Scan(thing.code, store.new_act(), self.visit))
        with store.reader() as read:
            rows = [
                *read.rows("SELECT * FROM entry ORDER BY rowid DESC LIMIT 1"),
                *read.rows("SELECT * FROM position ORDER BY seq DESC LIMIT 1"),
                *read.rows("SELECT * FROM head WHERE subject = ?", (f"item:{thing.id}",)),
                *read.rows("SELECT * FROM loan_line WHERE item = ? AND back_at IS NULL", (thing.id,)),
                *read.rows("SELECT * FROM holding WHERE id = ?", (thing.id,)),
            ]
        scan(store, keys, Scan(thing.code, store.new_act()))
        return sum(
            len(one) if isinstance(one, str | bytes) else 8 for row in rows for one in row if one is not None
        )


class Plain:
    """Plain sqlite3: one row of so many bytes, durably, as often as asked."""

    def __init__(self, file: Path, size: int) -> None:
        """Make a database with the pragmas of ours."""
        self._link = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
            self._link.execute(f"PRAGMA {pragma}")
        self._link.execute(
            "CREATE TABLE IF NOT EXISTS plain (id INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT"
        )
        self._value = bytes(range(256)) * (size // 256) + bytes(size % 256)

    def commit(self) -> float:
        """Write one row; gives the seconds until it is on the disk."""
        began = perf_counter()
        self._link.execute("BEGIN IMMEDIATE")
        self._link.execute("INSERT INTO plain (value) VALUES (?)", (self._value,))
        self._link.execute("COMMIT")
        return perf_counter() - began

    def close(self) -> None:
        """Close it."""
        self._link.close()


def check_outs(filled: Filled, folder: Path, rounds: int, each: int) -> list[Figure]:
    """Measure the check-out of one thing against a plain commit of as many bytes."""
    desk = Desk(filled)
    plain = Plain(folder / "plain.db", desk.bytes_each())
    for _ in range(each):
        desk.take(), plain.commit()
    found = [_round(desk, plain, each) for _ in range(rounds)]
    plain.close()
    half = compared("scan_p50", found)
    rate = 1000 / half.value, 1000 / half.beside
    return [
        half,
        compared("scan_p95", found, part=0.95),
        Figure(
            "check_outs", rate[0], "1/s", rate[1], 1 / half.ratio, aim=Aim.RATIO, limit=0.4, at_least=True
        ),
    ]


def _round(desk: Desk, plain: Plain, each: int) -> Round:
    """Take turns, so that whatever else the machine does meets both."""
    pairs = [(desk.take(), plain.commit()) for _ in range(each)]
    return Round(tuple(ours for ours, _ in pairs), tuple(other for _, other in pairs))


def growth(houses: Sequence[tuple[int, Filled]], folder: Path, rounds: int, each: int) -> list[Figure]:
    """Measure the same check-out in journals of several lengths, taking turns."""
    desks = [Desk(filled) for _, filled in houses]
    plain = Plain(folder / "plain.db", desks[0].bytes_each())
    found: list[list[Round]] = [[] for _ in desks]
    for lap in range(rounds + 1):
        for desk, mine in zip(desks, found, strict=True):
            measured = _round(desk, plain, each)
            if lap:  # the first fills the caches
                mine.append(measured)
    plain.close()
    figures = [
        compared("check_out_at", mine, about=f"{entries:,}")
        for (entries, _), mine in zip(houses, found, strict=True)
    ]
    first, dearest = figures[0], max(figures, key=lambda one: one.value)
    laps = [max(median(one.ours) for one in lap) / median(lap[0].ours) for lap in zip(*found, strict=True)]
    total = Figure(
        "growth",
        dearest.value,
        "ms",
        first.value,
        median(laps),
        f"{houses[0][0]:,} – {houses[-1][0]:,}",
        Aim.RATIO,
        1.5,
    )
    return [*figures, total]


def rebuild(filled: Filled, folder: Path, rounds: int) -> Figure:
    """Measure folding everything again and comparing, against copying the same rows by plain SQL."""
    found = []
    for lap in range(rounds):
        began = perf_counter()
        wrong = differences(filled.store)
        took = perf_counter() - began
        if wrong:
            raise RuntimeError(f"the rows differ from the entries: {wrong[:3]}")
        found.append(Round((took,), (_copy(filled, folder / f"copy{lap}.db"),)))
    with filled.store.reader() as read:
        entries = int(read.rows("SELECT COUNT(*) FROM entry")[0][0])
    return compared("rebuild", found, unit="s", about=f"{entries:,}", aim=Aim.VALUE, limit=3.0)


def _copy(filled: Filled, file: Path) -> float:
    """Read every entry and write every row that follows from them, without folding; gives the seconds."""
    source = sqlite3.connect(str(filled.store.db.database), isolation_level=None)
    names = [table._meta.table_name for table in used_tables(filled.store)]  # noqa: SLF001 peewee documents it
    schema = [
        row[0]
        for name in names
        for row in source.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type <> 'table'",
            (name,),
        )
    ]
    began = perf_counter()
    source.execute("SELECT * FROM entry ORDER BY subject").fetchall()
    target = sqlite3.connect(file, isolation_level=None)
    target.execute("PRAGMA journal_mode = off")
    target.execute("BEGIN")
    for statement in schema:
        target.execute(statement)
    for name in names:
        rows = source.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 a table of ours
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            target.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 a table of ours
    target.execute("COMMIT")
    took = perf_counter() - began
    source.close()
    target.close()
    return took

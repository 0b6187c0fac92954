"""Folding the subjects that a transaction made dirty into the stored rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sharing.journal.ahead import Ahead
from sharing.journal.clock import UNTRUSTED
from sharing.journal.counting import Counting
from sharing.journal.database import breaks_a_constraint
from sharing.journal.entry import Entry, Instant
from sharing.journal.folding import Folder, RowDict, Rows, Table
from sharing.journal.fronts import NONE
from sharing.journal.head import Head
from sharing.journal.order import UNDONE, corrected_at, heads_after, in_order
from sharing.journal.savepoint import FellBack
from sharing.journal.settling import Settling
from sharing.journal.shapes import CONTROL, GROUP, NODE
from sharing.journal.sql import Statements
from sharing.journal.standing import FOLD_FAILS, Standing
from sharing.journal.tables import BROKEN, WAITS, Boot

_MANY = 4
"""So many subjects have their rows read together, though their folds then run more than once."""


def entry_of(row: Sequence[Any]) -> Entry:
    """Make an entry from its row, the columns in their order."""
    return Entry(*row)


class Subjects:
    """Folds inside one open transaction; holds nothing beyond it."""

    def __init__(
        self, sql: Statements, folder: Folder, execute: Callable[..., Any],
        many: Callable[[str, Sequence[Sequence[object]]], None], *, any_broken: bool,
    ) -> None:  # fmt: skip
        """Take what the transaction is about; `any_broken` says whether a subject is broken before it."""
        self.sql, self.folder, self.execute, self._many = sql, folder, execute, many
        self.any_broken = any_broken
        self.bold = False
        """What cannot stand is not set aside: the whole transaction falls back (`savepoint.FellBack`)."""
        self.counting = Counting(sql, execute)
        self._began: dict[str, Instant] | None = None
        self._boots: set[str] = set()
        self._freed: set[str] = set()

    # Reading

    def head(self, subject: str) -> Head:
        """Give a subject's head as stored."""
        found = self.execute(self.sql.head, (subject,)).fetchone()
        return Head(found[0], bytes(found[1]), bytes(found[2]), found[3]) if found else Head(0, b"", b"", 0)

    def heads(self, subjects: Sequence[str]) -> dict[str, Head]:
        """Give the heads of some subjects as stored."""
        if len(subjects) == 1:
            return {subjects[0]: self.head(subjects[0])}
        found = {
            name: Head(time, bytes(entry), bytes(heads), waiting)
            for name, time, entry, heads, waiting in self.sql.among(self.execute, self.sql.heads, subjects)
        }
        return {name: found.get(name) or Head(0, b"", b"", 0) for name in subjects}

    def unordered(self, subjects: Sequence[str]) -> dict[str, list[Entry]]:
        """Give all entries of some subjects as they come."""
        found: dict[str, list[Entry]] = {name: [] for name in subjects}
        for row in self.sql.among(self.execute, self.sql.entries_of_subjects, subjects):
            entry = entry_of(row)
            found[entry.subject].append(entry)
        return found

    def entries_of(self, subject: str) -> list[Entry]:
        """Give all entries of a subject in fold order."""
        return [entry for _, entry in in_order(self.unordered([subject])[subject], self._beginnings(subject))]

    def stored(self, subjects: Sequence[str]) -> dict[str, Rows]:
        """Give the rows of subjects as before, and nothing as now: what a fold from nothing compares with."""
        found = {name: Rows(name, None) for name in subjects}
        tables = list(self.sql.tables.items())
        if len(found) == 1:
            places = self.execute(self.sql.tables_with, (subjects[0],) * len(tables)).fetchall()
            tables = [tables[place] for (place,) in places]
        for table, sql in tables:
            for values in self.sql.among(self.execute, sql.of_subjects, subjects):
                row = dict(zip(sql.columns, values, strict=True))
                found[row["subject"]].before[(table, row["id"])] = row
        return found

    def wholes(self, subjects: Sequence[str]) -> dict[str, Standing]:
        """Fold subjects from nothing."""
        if not subjects:
            return {}
        rows, entries = self.stored(subjects), self.unordered(subjects)
        made: dict[str, Standing] = {}
        for name in subjects:
            without = NONE if name.startswith(CONTROL) else self.counting.uncounted()
            made[name] = Standing.of(self.folder, rows[name], entries[name], self._beginnings(name), without)
        return made

    def _beginnings(self, subject: str) -> Mapping[str, Instant]:
        """Give when boots truly began; a node's own word on that is ordered without it, or it went round."""
        if subject.startswith(NODE):
            return {}
        if self._began is None:
            self._began = dict(self.execute(self.sql.began).fetchall())
        return self._began

    def _row(self, table: Table, key: str) -> RowDict | None:
        sql = self.sql.tables[table]
        found = self.execute(sql.one, (key,)).fetchone()
        return dict(zip(sql.columns, found, strict=True)) if found else None

    # Folding

    def place(self, head: Head, entry: Entry) -> None:
        """Note a new entry of the subject; only one that knows all before it sorts last and goes on top."""
        began = self._beginnings(entry.subject) if entry.clock == UNTRUSTED else {}
        own = corrected_at(entry, began)
        if entry.kind == UNDONE or entry.after != head.heads or head.waiting == BROKEN:
            head.again = True
        head.time = max(own, head.time + 1) if head.heads else own
        head.entry, head.heads = entry.id, heads_after(head.heads, entry)
        head.fresh.append(entry)

    def fold(self, heads: Mapping[str, Head], *, own: bool) -> None:
        """Fold each dirty subject once and write the difference; first those that change what others mean.

        What this node's own command does must not break anything: it raises. What came from elsewhere
        happened, so a subject that cannot stand is set aside, and all else goes on.
        """
        if self.counting.unsettled or any(subject.startswith(CONTROL) for subject in heads):
            heads, dirty = self._fold_control(dict(heads))
            own = own and not dirty
        if heads:
            self._fold(heads, own=own)

    def _fold_control(self, heads: dict[str, Head]) -> tuple[dict[str, Head], bool]:
        """Fold what says when boots began, then what says who decides.

        Gives what is left to be folded, and whether that is more than what was given.
        """
        given = len(heads)
        nodes = {name: heads.pop(name) for name in list(heads) if name.startswith(NODE)}
        if nodes:
            self._fold(nodes, own=False)
            boots, self._boots, self._began = self._boots, set(), None
            for boot in boots:
                found = self.execute(self.sql.subjects_of_boot, (boot,)).fetchall()
                self._dirty(heads, (name for (name,) in found if not name.startswith(NODE)))
        groups = {name: heads.pop(name) for name in list(heads) if name.startswith(GROUP)}
        for name in groups:
            self.counting.unsettle(name.removeprefix(GROUP))
        if groups:
            self._fold(groups, own=False)
        for entry in self.counting.settle():
            found = self.execute(self.sql.subject_of, (entry,)).fetchall()
            self._dirty(heads, (name for (name,) in found if not name.startswith(CONTROL)))
        return heads, len(heads) > given - len(nodes) - len(groups)

    def _dirty(self, heads: dict[str, Head], subjects: Iterable[str]) -> None:
        for subject in subjects:
            if subject not in heads:
                heads[subject] = self.head(subject)
            heads[subject].again = True

    def _fold(self, heads: Mapping[str, Head], *, own: bool) -> None:
        """Fold each subject once, all deletes before all inserts."""
        tolerant = not own or any(head.waiting == BROKEN for head in heads.values())
        falls_back = tolerant and not self.bold
        if falls_back:
            self.execute("SAVEPOINT dirty")
        try:
            self._write(self._folded(heads, tolerant=tolerant))
            ends = [(name, one.time, one.entry, one.heads, one.waiting) for name, one in heads.items()]
            self._run({self.sql.put_head: ends})
        except Exception as error:
            if not tolerant or not breaks_a_constraint(error):
                raise
            if self.bold:
                raise FellBack from error
            self.execute("ROLLBACK TO SAVEPOINT dirty")
            self._settle(self.wholes(list(heads)))
        if falls_back:
            self.execute("RELEASE SAVEPOINT dirty")
        if self.any_broken:
            if self.bold:
                raise FellBack
            self._revisit()

    def refold(self, subjects: Iterable[str]) -> None:
        """Fold subjects from nothing because something else changed what their entries mean."""
        heads: dict[str, Head] = {}
        self._dirty(heads, sorted(set(subjects)))
        if heads:
            self.fold(heads, own=False)

    def _folded(self, heads: Mapping[str, Head], *, tolerant: bool) -> list[Rows]:
        """Fold each subject: on top of what is stored where that is enough, or from nothing."""
        found = self._on_top(
            {name: head for name, head in heads.items() if not head.again}, tolerant=tolerant
        )
        for name, standing in self.wholes([name for name in heads if name not in found]).items():
            if standing.error is not None and not tolerant:
                raise standing.error
            head = heads[name]
            _, head.time, head.entry, head.heads, head.waiting = standing.head
            self.any_broken = self.any_broken or standing.waiting == BROKEN
            found[name] = standing.rows
        return list(found.values())

    def _on_top(self, heads: Mapping[str, Head], *, tolerant: bool) -> dict[str, Rows]:
        """Fold what is fresh; leaves out whose fold failed."""
        ahead = Ahead(self.sql, self.execute)
        load = ahead.get if len(heads) >= _MANY else self._row
        for head in heads.values() if len(heads) >= _MANY else ():
            for entry in head.fresh if not (head.is_new and tolerant) else ():
                ahead.expect(self.folder.expected(entry))

        def fold(name: str) -> tuple[Rows | None, int]:
            head = heads[name]
            rows, waiting = Rows(name, None if head.is_new and tolerant else load), head.waiting
            try:
                for entry in head.fresh:
                    if not waiting and not self.folder.apply(rows, entry):
                        waiting = WAITS
            except FOLD_FAILS:
                if not tolerant:
                    raise
                return None, 0
            return rows, waiting

        found: dict[str, Rows] = {}
        for name, (rows, waiting) in ahead.each(heads, fold).items():
            if rows is not None:
                found[name], heads[name].waiting = rows, waiting
        return found

    def _write(self, folded: Sequence[Rows]) -> None:
        deletes: dict[str, list[tuple[Any, ...]]] = {}
        puts: dict[str, list[tuple[Any, ...]]] = {}
        for rows in folded:
            gone, come = rows.changes()
            for table, key in gone:
                sql = self.sql.tables[table]
                if not (sql.change and rows.now.get((table, key))):
                    deletes.setdefault(sql.delete, []).append((key,))
                self._note(rows.subject, table, rows.before[(table, key)])
            for table, row in come:
                sql = self.sql.tables[table]
                if sql.change and rows.before.get((table, row["id"])):
                    changed = tuple([row[column] for column in sql.changing])
                    puts.setdefault(sql.change, []).append((*changed, row["id"]))
                else:
                    puts.setdefault(sql.insert, []).append(tuple([row[column] for column in sql.columns]))
                if table is Boot:
                    self._note(rows.subject, table, row)
        self._run(deletes)
        self._run(puts)

    def _run(self, statements: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        for sql, rows in statements.items():
            if len(rows) == 1:
                self.execute(sql, rows[0])
            else:
                self._many(sql, rows)

    def _note(self, subject: str, table: Table, row: RowDict | None) -> None:
        self._freed.add(subject)
        if table is Boot and row is not None:
            self._boots.add(row["boot"])

    # What a change of one subject means for others

    def _settle(self, suspects: dict[str, Standing]) -> None:
        broken = [name for (name,) in self.execute(self.sql.broken).fetchall()]
        suspects |= self.wholes([name for name in broken if name not in suspects])
        Settling(self.sql, self.execute).settle(suspects)
        self._boots.update(
            row["boot"]
            for one in suspects.values()
            for rows in (one.rows.before, one.rows.now)
            for (table, _), row in rows.items()
            if table is Boot and row is not None
        )
        self.any_broken, self._freed = True, set()

    def _revisit(self) -> None:
        """See whether a broken subject can stand now, because one before it gave something free."""
        freed, self._freed = self._freed, set()
        if not freed:
            return
        first = min(freed, key=str.encode)
        later = [
            name for (name,) in self.execute(self.sql.broken).fetchall() if name.encode() > first.encode()
        ]
        settling = Settling(self.sql, self.execute)
        suspects = self.wholes(later)
        if any(one.error is None and settling.could_stand(one) for one in suspects.values()):
            self._settle(suspects)

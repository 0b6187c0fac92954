"""Which verdicts count here and now: the rules of `fronts.py` over the tables, in one open transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from sharing.journal.entry import Verdict
from sharing.journal.fronts import Numbered, Place, Uncounted, front, is_beyond
from sharing.journal.shapes import GROUP
from sharing.journal.sql import Statements


class Chair(msgspec.Struct):
    """Who decides for a group, as far as this node knows."""

    node: str = ""
    epoch: int = 0
    last: int = 0
    """The last number of this reign that is here."""
    open: bool = False
    """Nothing keeps the home from deciding: it has not let go, and this node is not stopped."""
    straight: bool = False
    """All verdicts of the group that are here count, and none is missing: the next one is `last` + 1."""

    def decides(self, node: str) -> bool:
        """Say whether this node decides now: it is the home, has all before it, and nothing stops it."""
        return self.node == node and self.open and self.straight


class Counting:
    """Keeps the verdicts' numbers, and says which of them fold nothing."""

    def __init__(self, sql: Statements, execute: Callable[..., Any]) -> None:
        """Take the transaction's connection; nothing is read yet."""
        self._sql, self._execute = sql, execute
        self._chairs: dict[str, Chair] = {}
        self._before: dict[str, Chair] = {}
        self._was: Uncounted | None = None
        self._is: Uncounted | None = None
        self.settled: set[str] = set()
        """Groups in which was looked anew at what counts, and `requests.py` has not heard of it."""
        self.changed: set[bytes] = set()
        """Verdicts that came to count, or ceased to, in this transaction."""
        self.moved: set[str] = set()
        """Groups that have another home, or a new reign of the same."""

    # Reading

    def chair(self, group: str) -> Chair:
        """Say who decides; an empty node for an unknown group."""
        known = self._chairs.get(group)
        if known is None:
            known = self._chairs[group] = self._chair(group)
        return known

    def _chair(self, group: str) -> Chair:
        found = self._execute(self._sql.home, (group,)).fetchone()
        if found is None:
            return Chair()
        node, epoch, released, stopped, held, last = found
        # A first verdict that counts proves that all before its reign are here; before it, one has to look.
        straight = not held and (last is not None or self.front(group) == (epoch, 0))
        return Chair(node, epoch, last or 0, released is None and not stopped, straight)

    def front(self, group: str) -> Place:
        """Give the last place before which no verdict of the group is missing."""
        throughs = self._throughs(group)

        def last(epoch: int) -> int:
            through = throughs.get(epoch + 1)
            if through is not None:
                count = self._execute(self._sql.numbers_until, (group, epoch, through)).fetchone()[0]
                if count == through:
                    return through
            return self.last_without_gap(group, epoch)

        return front(throughs, last)

    def last_without_gap(self, group: str, epoch: int) -> int:
        """Give the last number of a reign before which none is missing."""
        count, newest, first = self._execute(self._sql.numbers, (group, epoch)).fetchone()
        if first != 1:
            return 0
        if count == newest:
            return int(newest)
        return int(self._execute(self._sql.before_gap, (group, epoch)).fetchone()[0])

    def _throughs(self, group: str) -> dict[int, int]:
        return dict(self._execute(self._sql.reigns, (GROUP + group,)).fetchall())

    def uncounted(self) -> Uncounted:
        """Give the verdicts that fold nothing, as they are noted."""
        if self._is is None:
            held = {bytes(row[0]) for row in self._execute(self._sql.held).fetchall()}
            self._is = self._with_void(held)
        return self._is

    def computed(self) -> tuple[Uncounted, list[tuple[bytes, str, int, int]]]:
        """Give the same from entries and reigns alone, and the rows that table `local_held` should have."""
        void = self._with_void(()).void
        rows = [
            (one.entry, group, one.epoch, one.n)
            for (group,) in self._execute(self._sql.verdict_groups).fetchall()
            for one in self._held(group, void)
        ]
        return Uncounted(void, frozenset(row[0] for row in rows)), rows

    def _with_void(self, held: Iterable[bytes]) -> Uncounted:
        """Add the void ones: of all with one number, only the smallest id holds; and none after its end."""
        numbers: dict[tuple[str, int, int], set[bytes]] = {}
        for group, epoch, n, one, other in self._execute(self._sql.rivals).fetchall():
            numbers.setdefault((group, epoch, n), set()).update((bytes(one), bytes(other)))
        void = {one for ids in numbers.values() for one in ids if one != min(ids)}
        void.update(bytes(row[0]) for row in self._execute(self._sql.beyond).fetchall())
        return Uncounted(frozenset(void), frozenset(held) - void)

    def _held(self, group: str, void: frozenset[bytes]) -> list[Numbered]:
        throughs, until = self._throughs(group), self.front(group)
        found = self._execute(self._sql.numbers_after, (group, *until, group, *until)).fetchall()
        after = [Numbered(epoch, n, bytes(entry)) for epoch, n, entry in found]
        return [one for one in after if one.entry not in void and not is_beyond(throughs, one[:2])]

    # Noting

    def number(self, stamp: Verdict, entry: bytes, *, own: bool) -> None:
        """Note a verdict's number; the next in a row costs nothing more.

        What this node writes itself must have a number of its own: the database refuses any other.
        """
        if self._is_next(stamp):
            self._execute(self._sql.insert_verdict, (*_place(stamp), entry))
            return
        place = _place(stamp)
        self.unsettle(stamp.group)
        if own or self._execute(self._sql.verdict_at, place).fetchone() is None:
            self._execute(self._sql.insert_verdict, (*place, entry))
        else:
            self._execute(self._sql.insert_rival, (entry, *place))

    def number_each(
        self, verdicts: Iterable[tuple[Verdict, bytes]], run: Callable[[str, list[tuple[Any, ...]]], None]
    ) -> None:
        """Note the numbers of this node's own verdicts; those next in a row with one statement (`run`)."""
        rows: list[tuple[Any, ...]] = []
        for stamp, entry in verdicts:
            if self._is_next(stamp):
                rows.append((*_place(stamp), entry))
            else:
                self.number(stamp, entry, own=True)
        run(self._sql.insert_verdict, rows)

    def _is_next(self, stamp: Verdict) -> bool:
        """Say whether a verdict is the next in a row, and then take it for the last."""
        chair = self.chair(stamp.group)
        if not chair.straight or (stamp.home_epoch, stamp.n) != (chair.epoch, chair.last + 1):
            return False
        chair.last += 1
        return True

    def unsettle(self, group: str) -> None:
        """Remember how a group's verdicts stand, before its numbers or reigns change."""
        if self._was is None:
            self._was = self.uncounted()
        self._before.setdefault(group, self.chair(group))

    @property
    def unsettled(self) -> bool:
        """Numbers or reigns changed, so that other verdicts may count."""
        return bool(self._before)

    def settle(self) -> set[bytes]:
        """Find out anew which verdicts fold nothing; gives those for which that changed."""
        if self._was is None:
            return set()
        was, groups = self._was, dict(self._before)
        self.settled |= groups.keys()
        void = self._with_void(()).void
        for group in groups:
            here = {bytes(row[0]) for row in self._execute(self._sql.held_of, (group,)).fetchall()}
            held = {one.entry: one for one in self._held(group, void)}
            for entry in here - held.keys():
                self._execute(self._sql.delete_held, (entry,))
            for entry in held.keys() - here:
                one = held[entry]
                self._execute(self._sql.insert_held, (entry, group, one.epoch, one.n))
        self.forget()
        now = self.uncounted()
        changed = set((was.void ^ now.void) | (was.held ^ now.held))
        self.changed |= changed
        self.moved |= {
            group
            for group, chair in groups.items()
            if (chair.node, chair.epoch) != (self.chair(group).node, self.chair(group).epoch)
        }
        return changed

    def forget(self) -> None:
        """Read everything anew, because something else changed what it says."""
        self._chairs.clear()
        self._before.clear()
        self._was = self._is = None


def _place(stamp: Verdict) -> tuple[str, int, int]:
    return stamp.group, stamp.home_epoch, stamp.n

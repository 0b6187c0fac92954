"""Several toy nodes that write, and hand their streams to each other in any order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import ClassVar

from sharing.journal.checks import acts_of
from sharing.journal.database import breaks_a_constraint
from sharing.journal.entry import Draft, Entry, Shape
from sharing.journal.shapes import ClockCorrected, PrivateEmptied, Undone
from sharing.journal.store import Store
from sharing.journal.subjects import entry_of
from tests.fakes import MONDAY_10, FakeClock
from tests.sharing.journal.toys import Asked, Burst, Filled, Named, Owner, Taken, toy_store

_DAY = 86_400_000


class Sung(Shape, frozen=True, kw_only=True):
    """Something that only a newer version understands."""

    KIND: ClassVar[str] = "box.sung"


class Nodes:
    """Three nodes, each believing another time: one right, one a day ahead, one in 1970 and not trusted."""

    def __init__(self, folder: Path, urls: dict[str, str] | None = None) -> None:
        self.clocks = {
            "one": FakeClock(),
            "two": FakeClock(MONDAY_10 + _DAY, boot="boot-two"),
            "tre": FakeClock(86_400_000, clock="untrusted", boot="boot-tre"),
        }
        self.stores = {
            node: toy_store(folder, clock, node=node, seed=node, url=(urls or {}).get(node, ""))
            for node, clock in self.clocks.items()
        }

    def close(self) -> None:
        for store in self.stores.values():
            store.close()

    def write(self, node: str, what: str, box: str, n: int) -> None:
        """Let a node do one thing, as far as it can; what breaks a constraint here is refused."""
        try:
            self._write(node, what, box, n)
        except Exception as error:
            if not breaks_a_constraint(error):
                raise

    def _write(self, node: str, what: str, box: str, n: int) -> None:
        with self.stores[node].begin() as work:
            known = work.rows("SELECT id FROM entry WHERE subject LIKE 'box:%' ORDER BY id")
            chosen = bytes(known[n % len(known)][0]) if known else b""
            drafts = self._facts(node, what, box, n)
            if what == "undo" and (entry := work.entry(chosen)):
                drafts = [Draft(entry.subject, Undone(entry=entry.hex))]
            elif what == "undo newest" and (mine := work.entries_of(f"box:{box}")):
                drafts = [Draft(f"box:{box}", Undone(entry=mine[-1].hex))]
            elif what == "empty":
                emptied = PrivateEmptied(entries=(chosen.hex() or f"{n:032x}", f"{n:032x}"))
                drafts = [Draft(f"privacy:{node}{n}", emptied)]
            elif what == "name" and work.is_home():
                epoch, number = work.verdict_stamp()
                named = Named(group="house", home_epoch=epoch, n=number, name=f"{node} {box}")
                drafts = [Draft(f"box:{box}", named)]
            elif what == "release" and work.is_home():
                work.release_home()
            elif what == "take over":
                work.move_home("house", node)
            if drafts:
                work.append(work.new_id(), drafts)

    def _facts(self, node: str, what: str, box: str, n: int) -> list[Draft]:
        here, there = f"box:{box}", f"box:{'abc'[('abc'.index(box) + 1) % 3]}"
        corrected = ClockCorrected(boot=self.clocks[node].boot, began_at=MONDAY_10 + n)
        facts = {
            "fill": [Draft(here, Filled(what=f"{node} {n}"), Owner(name=f"Ada {n}"))],
            "move": [Draft(here, Taken()), Draft(there, Filled(what=f"moved {n}"))],
            "burst": [Draft(here, Burst(name=f"Red {n % 2}"))],
            "ask": [Draft(here, Asked(name="Red"), nature="request")],
            "sing": [Draft(here, Sung())],
            "correct": [Draft(f"node:{node}", corrected)],
        }
        return facts.get(what, [])

    def hand_on(self, source: str, target: str, stream: str, acts: int, again: int) -> None:
        """Bring some acts of a stream from one node to another, the last few known ones once more."""
        epoch, sent = stream_of(self.stores[source], stream)
        known = len(stream_of(self.stores[target], stream)[1])
        start = max(0, known - again)
        batch = sent[start : start + again + acts]
        if not batch:
            return
        first = sum(len(act) for act in sent[:start]) + 1
        entries = [entry for act in batch for entry in act]
        if acts % 2:
            self.stores[target].boldly(lambda work: work.absorb(entries, stream, epoch, first))
            return
        with self.stores[target].begin() as work:
            work.absorb(entries, stream, epoch, first)

    def hand_on_everything(self, order: list[tuple[str, str]]) -> None:
        for source, target in itertools.chain(order, itertools.permutations(self.stores, 2)):
            self.hand_on(source, target, source, 10_000, 1)


def stream_of(store: Store, node: str) -> tuple[int, list[tuple[Entry, ...]]]:
    """Give the epoch and the acts of a node's stream as a store holds them."""
    columns = ", ".join(f"e.{column}" for column in store.statements.entry_columns)
    with store.reader() as read:
        rows = read.rows(
            f"SELECT p.epoch, {columns} FROM position p JOIN entry e ON e.id = p.entry"
            " WHERE p.node = ? ORDER BY p.seq",
            (node,),
        )
    return (rows[0][0] if rows else 0), [parts for _, parts in acts_of([entry_of(row[1:]) for row in rows])]

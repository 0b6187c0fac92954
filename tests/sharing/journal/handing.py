"""A central and nodes that hand their journals to each other by calls alone: no wire, no waiting."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import table_hash, verify
from sharing.journal.work import Work
from tests.fakes import FakeClock
from tests.sharing.journal.toys import Filled, Owner, Taken, toy_store


class Stumble(Exception):
    """The process ends before it could commit."""


def _stumble(*, stumbles: bool) -> None:
    if stumbles:
        raise Stumble


class House:
    """One central and its nodes; on SQLite the central can be put back to what it was."""

    def __init__(self, folder: Path, nodes: str = "ab", urls: dict[str, str] | None = None) -> None:
        self.folder, self.urls, self.clock = folder, urls or {}, FakeClock()
        self.central = self._open("central", role="central", founded=True)
        with self.central.begin() as work:
            work.new_term()
        self.nodes = {name: self._open(name, role="node", founded=False) for name in nodes}
        self.desks = {name: self._open(name, role="node", founded=False, seed="desk") for name in nodes}
        """Other processes that write into the same data folder."""
        self.backups = self.restores = 0
        self.written: set[bytes] = set()
        for name in nodes:
            self.welcome(name)

    def _open(self, name: str, *, role: str, founded: bool, seed: str = "") -> Store:
        return toy_store(
            self.folder, self.clock, node=name, seed=name + seed, url=self.urls.get(name, ""),
            founded=founded, role=role,  # type: ignore[arg-type]  # one of its three words
        )  # fmt: skip

    def close(self) -> None:
        for store in (self.central, *self.nodes.values(), *self.desks.values()):
            store.close()

    @contextmanager
    def begin(self, store: Store, *, stumbles: bool = False) -> Iterator[Work]:
        """Open a transaction that may end before its commit."""
        try:
            with store.begin() as work:
                yield work
                _stumble(stumbles=stumbles)
        except Stumble:
            pass

    def write(self, store: Store, box: str, parts: int, *, stumbles: bool = False) -> None:
        drafts = [
            Draft(f"box:{box}{n % 3}", Filled(what=f"{n}"), Owner(name="Ada")) if n % 4 else
            Draft(f"box:{box}{n % 3}", Taken())
            for n in range(parts)
        ]  # fmt: skip
        with self.begin(store, stumbles=stumbles) as work:
            new = work.append(work.new_id(), drafts)
        if not stumbles:
            self.written |= {one.id for one in new}

    def up(self, name: str, most: int, *, stumbles: bool = False, unheard: bool = False) -> None:
        """Bring what the central has not confirmed; its answer may get lost."""
        node = self.nodes[name]
        with self.central.reader() as read:
            term = read.sync().term
        with node.reader() as read:
            now, mine = read.sync(), read.tip()
            acts = read.own_acts(mine.epoch, now.acked if now.acked_epoch == mine.epoch else 0, most, 10**6)
        if now.term != term:
            self.welcome(name)
            return
        with self.begin(self.central, stumbles=stumbles) as work:
            mark = work.watermark(name, mine.epoch)
            fresh = [act for act in acts if act.first_seq > mark.seq]
            if fresh:
                entries = [one for act in fresh for one in act.entries]
                work.absorb(entries, name, mine.epoch, fresh[0].first_seq)
            work.hand_on()
            mark = work.watermark(name, mine.epoch)
        if stumbles or unheard:
            return
        with node.begin() as work:
            assert work.chain_at(name, mine.epoch, mark.seq) == mark.chain
            work.set_sync(acked_epoch=mine.epoch, acked=mark.seq, acked_chain=mark.chain)

    def down(self, name: str, most: int, size: int, *, stumbles: bool = False) -> bool:
        """Fetch the next piece of the stream; says whether there is more."""
        node = self.nodes[name]
        with node.reader() as read:
            now = read.sync()
        with self.central.reader() as read:
            part, term = read.handed(now.applied, most, size), read.sync().term
        if term != now.term:
            self.welcome(name)
            return True
        entries = [one for act in part.acts for one in act]
        assert len(part.acts) <= 1 or len(entries) <= most
        with self.begin(node, stumbles=stumbles) as work:
            work.receive(term, part.from_gsn, entries)
        return part.from_gsn + len(entries) <= part.tip_gsn

    def welcome(self, name: str) -> None:
        """Shake hands with a central that has a new term, and bring what it may lack."""
        node = self.nodes[name]
        with self.central.reader() as read:
            terms, term = read.terms(), read.sync().term
        with node.begin() as work:
            now, mine = work.sync(), work.tip()
            untils = dict(zip([one for one, _ in terms], [since for _, since in terms[1:]], strict=False))
            with self.central.reader() as read:
                mark = read.watermark(name, mine.epoch)
            if work.chain_at(name, mine.epoch, mark.seq) != mark.chain:
                work.new_epoch()
            else:
                work.set_sync(acked_epoch=mine.epoch, acked=mark.seq, acked_chain=mark.chain)
            work.set_sync(term=term, applied=min(now.applied, untils.get(now.term, 0)))
            offered = work.ids_beyond(terms)
            brought = {act[0].act: act for act in work.acts_with(offered)}
        with self.central.begin() as work:
            lacking = set(work.lacking(offered))
            work.take_in([one for act in brought.values() for one in act if act[0].id in lacking])
            work.hand_on()

    def backup(self) -> None:
        self.backups += 1
        self.central.close()
        shutil.copy(self.folder / "central.db", self.folder / f"backup{self.backups}.db")

    def restore(self, n: int) -> None:
        """Put an older state in the place of the central; it begins a new term, and a new stream."""
        if not self.backups:
            return
        before = self._ids(self.central)
        self.central.close()
        for rest in self.folder.glob("central.db-*"):
            rest.unlink()
        shutil.copy(self.folder / f"backup{n % self.backups + 1}.db", self.folder / "central.db")
        self.restores += 1
        self.central = self._open("central", role="central", founded=True, seed=f"{self.restores}")
        held = set().union(self._ids(self.central), *map(self._ids, self.nodes.values()))
        self.written -= before - held
        with self.central.begin() as work:
            work.new_term()
            work.new_epoch()

    @staticmethod
    def _ids(store: Store) -> set[bytes]:
        with store.reader() as read:
            return {bytes(row[0]) for row in read.rows("SELECT id FROM entry")}

    def finish(self) -> None:
        """Let everybody hear everything."""
        for _ in range(3):
            for name in self.nodes:
                while self.down(name, 7, 10**6):
                    pass
                self.up(name, 10**6)

    def check(self) -> None:
        """Nothing is lost, nothing twice, and all have the same rows."""
        stores = (self.central, *self.nodes.values())
        for store in stores:
            assert verify(store).faults == ()
            assert differences(store) == []
        with self.central.reader() as read:
            assert read.rows("SELECT COUNT(*) FROM entry")[0][0] == read.stream_tip()
        assert self.written <= self._ids(self.central)
        for name, node in self.nodes.items():
            with node.reader() as read:
                assert (read.unacked(), read.sync().applied) == (0, self.tip()), name
        assert len({table_hash(store) for store in stores}) == 1

    def tip(self) -> int:
        with self.central.reader() as read:
            return read.stream_tip()

"""What a use case gets while its transaction is open: a look at the tables, and the pen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sharing.errors import NotHome
from sharing.journal import arrivals, homes, ids, noticing, outgoing, peers, stream
from sharing.journal.clock import EARLIEST_BELIEVABLE, MOST_BACKWARDS, Reading
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.folding import Rows
from sharing.journal.reading import Reader
from sharing.journal.subjects import entry_of
from sharing.journal.writing import Writer

if TYPE_CHECKING:
    from sharing.journal.store import Store

HOUSE_GROUP = "house"
"""The decision group that everything belongs to unless a house is split."""


class Work(Reader):
    """A unit of work: reads, then appends; all of it or nothing."""

    def __init__(self, store: Store, reading: Reading, *, bold: bool = False) -> None:
        """Start with nothing appended; `now` is mended if the clock is not to be believed.

        Args:
            store: whose transaction is open.
            reading: of the clock, inside it.
            bold: nothing here falls back to a savepoint; not so where a broken subject may come to stand.
        """
        super().__init__(store, reading)
        self.wall = reading.at
        """What the clock says, even if it cannot be believed."""
        self.writer = Writer(
            store.statements,
            store.folder,
            store.node,
            self.execute,
            self.reading,
            store.randomness,
            self.many,
        )
        self.bold = self.writer.subjects.bold = bold and not self.writer.subjects.any_broken
        self.reading = self.writer.reading
        self._numbers: dict[tuple[str, int], int] = {}
        self._new: set[bytes] = set()
        """Acts that were looked for and are not here; nobody else writes while this is open."""

    def new_id(self) -> bytes:
        """Make an id."""
        return ids.uuid7(self.reading.at, self.store.randomness)

    def new_hex(self) -> str:
        """Make an id, as subjects and rows name it."""
        return self.new_id().hex()

    def random(self, n: int) -> bytes:
        """Give n random bytes."""
        return self.store.randomness(n)

    @property
    def is_believable(self) -> bool:
        """Say whether the clock stands neither before this software was written nor behind the last entry."""
        return self.wall >= EARLIEST_BELIEVABLE and self.now - self.wall <= MOST_BACKWARDS

    def applied(self, act: bytes) -> tuple[Entry, ...]:
        """Give the entries of an act that is here already: a command sent twice does nothing twice."""
        found = () if act in self._new else self.writer.entries_of_act(act)
        if not found:
            self._new.add(act)
        return found

    def append(self, act: bytes, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Append one act of 1 to 200 entries and fold it; one that is here already is not repeated.

        Raises:
            BadValue: it is too large for one act.
        """
        self.ahead = None
        found = self.applied(act)
        self._new.discard(act)
        return found or self.writer.append(act, drafts)

    def append_each(self, acts: Sequence[Sequence[Draft]]) -> tuple[Entry, ...]:
        """Append acts that nobody has sent before, each of 1 to 200 entries; all are folded together.

        Raises:
            BadValue: one is too large.
        """
        self.ahead = None
        return self.writer.append_each([(self.new_id(), drafts) for drafts in acts]) if acts else ()

    def append_many(self, act: bytes, drafts: Sequence[Draft], *, at_once: int = 50) -> tuple[Entry, ...]:
        """Append a bulk command as several acts, all in this transaction."""
        written: list[Entry] = []
        for n, start in enumerate(range(0, len(drafts), at_once)):
            written.extend(self.append(ids.nth_act(act, n), drafts[start : start + at_once]))
        return tuple(written)

    def entry(self, entry_id: bytes) -> Entry | None:
        """Give one entry."""
        return self.writer.entry(entry_id)

    def entries(self, ids: Sequence[bytes]) -> dict[bytes, Entry]:
        """Give those of some entries that are here, by id."""
        rows = self.store.statements.among(self.execute, self.store.statements.entries, ids)
        return {entry.id: entry for entry in map(entry_of, rows)}

    def entries_of(self, subject: str) -> list[Entry]:
        """Give all entries of a subject, in fold order."""
        return self.writer.subjects.entries_of(subject)

    def broken(self) -> dict[str, Rows]:
        """Give the rows that each broken subject would have; without those whose own fold fails."""
        subjects = self.writer.subjects
        if not subjects.any_broken:
            return {}
        names = [name for (name,) in self.execute(self.store.statements.broken).fetchall()]
        return {name: one.rows for name, one in subjects.wholes(names).items() if one.error is None}

    def verdict_stamp(self, group: str = HOUSE_GROUP) -> tuple[int, int]:
        """Give (home epoch, next number) for a verdict of this node; each call takes the next number.

        Raises:
            NotHome: another node decides for this group, or this one has let go of it, was stopped, or misses
                a verdict before its own.
        """
        if not self.writer.decides(group):
            raise NotHome(group=group)
        chair = self.writer.home(group)
        n = max(chair.last, self._numbers.get((group, chair.epoch), 0)) + 1
        self._numbers[(group, chair.epoch)] = n
        return chair.epoch, n

    def is_home(self, group: str = HOUSE_GROUP) -> bool:
        """Say whether this node decides for the group, or has to ask."""
        return self.writer.decides(group)

    def move_home(self, group: str, to: str) -> Entry:
        """Make a node the home of a group, whether the old one has let go or not; for the central and staff.

        Raises:
            NotHome: this node is neither the central nor alone.
        """
        return homes.move_home(self, group, to)

    def release_home(self, group: str = HOUSE_GROUP) -> Entry:
        """Let go of a group that this node decides for, in this transaction.

        Raises:
            NotHome: this node does not decide for it.
        """
        return homes.release_home(self, group)

    def learn_time(self, central_at: Instant) -> Entry | None:
        """Note when this boot truly began, once, if nothing set its clock; gives what was written."""
        return noticing.learn_time(self, central_at)

    def notice(
        self, what: str, *, detail: str = "", node: str = "", epoch: int = 0, seq: int = 0
    ) -> Entry | None:
        """Open a case about a node (this one if empty), the same at most once a day; gives the entry."""
        return noticing.notice(self, what, detail=detail, node=node, epoch=epoch, seq=seq)

    def absorb(
        self, entries: Sequence[Entry], node: str, epoch: int, first_seq: int,
        chains: Sequence[bytes] | None = None,
    ) -> int:  # fmt: skip
        """Take in entries of another node's stream, in its order; returns how many were new.

        Known entries only get their position. Subjects whose order changes are folded again.

        Args:
            entries: whole acts.
            node: whose stream it is.
            epoch: and which of its streams.
            first_seq: the position of the first of them.
            chains: the chain after each, if the caller has computed it along the frame already.

        Raises:
            BadValue: an entry or act is not well formed.
            Damaged: it contradicts what is stored, or positions before it are missing.
        """
        self._new.clear()
        return arrivals.absorb(self.writer, entries, node, epoch, first_seq, chains)

    @property
    def arrived(self) -> list[Entry]:
        """What this transaction added so far, in order: appended, absorbed and taken in."""
        return list(self.writer.arrived)

    def take_in(self, entries: Sequence[Entry]) -> int:
        """Take in entries that somebody else brought, without a place in their writer's stream.

        Returns how many were new.

        Raises:
            BadValue: an entry or act is not well formed.
            Damaged: it contradicts what is stored.
        """
        self._new.clear()
        return arrivals.take_in(self.writer, entries)

    def receive(self, term: int, from_gsn: int, entries: Sequence[Entry]) -> int:
        """Take in what the central handed on, at `applied + 1` only; returns how many entries were new.

        Raises:
            BadValue: an entry or act is not well formed.
            Damaged: something before it is missing, it is of another term, or it contradicts what is stored.
        """
        self._new.clear()
        return stream.receive(self, term, from_gsn, entries)

    def hand_on(self) -> stream.Handed:
        """Give the next numbers of the central's stream to all that has none; gives what got one.

        Raises:
            Damaged: this node has no term: it is no central.
        """
        return stream.hand_on(self)

    def new_term(self) -> int:
        """Begin a new term of this central, as the first one or after it came from a backup."""
        return stream.new_term(self)

    def new_epoch(self) -> int:
        """Begin a new stream of this node with all that the central has not confirmed; gives its epoch."""
        return outgoing.new_epoch(self)

    def set_sync(self, **columns: object) -> None:
        """Change what this node knows of the central (`tables.SyncRow`)."""
        stream.set_state(self, columns)
        self.writer.subjects.counting.forget()

    def skip(self, node: str, epoch: int, first_seq: int, entry_ids: Sequence[bytes], chain: bytes) -> None:
        """Keep the place of an act that was set aside; `chain` is what its writer said stands after it."""
        outgoing.skip(self, node, epoch, first_seq, entry_ids, chain)

    def quarantine(
        self, *, node: str, epoch: int, seq: int, act: bytes, parts: int, reason: str, raw: bytes
    ) -> int:
        """Set an act aside as it came; gives its number."""
        return peers.quarantine(
            self, node=node, epoch=epoch, seq=seq, act=act, parts=parts, reason=reason, raw=raw
        )

    def settle_quarantine(self, n: int, state: peers.QuarantineState) -> None:
        """Note what became of an act that was set aside."""
        peers.settle_quarantine(self, n, state)

    def keep_of_quarantine(self, n: int, raw: bytes) -> None:
        """Leave only so much of an act that was set aside."""
        peers.keep_of_quarantine(self, n, raw)

    def add_peer(self, node: str) -> None:
        """Let a node take part; one that was revoked may again."""
        peers.add_peer(self, node)

    def note_peer(self, node: str, **columns: object) -> None:
        """Note something about a node (`tables.PeerRow`)."""
        peers.note_peer(self, node, columns)

    def revoke_peer(self, node: str) -> None:
        """Hear a node no more."""
        peers.note_peer(self, node, {"revoked_at": self.now})

    def requests(self, kinds: Sequence[str], most: int = 2**31) -> list[bytes]:
        """Give the ids of other nodes' requests that nobody here has answered, in the order they came.

        It is the order in which a home decides: no clock can be set to steal what was promised.
        """
        marks = ", ".join("?" * len(kinds))
        rows = self.rows(
            f"SELECT entry FROM local_request WHERE kind IN ({marks}) ORDER BY n LIMIT ?", (*kinds, most)
        )
        return [bytes(row[0]) for row in rows]

    def answered(self, *entry_ids: bytes) -> None:
        """Note that requests need no answer any more."""
        self.many(self.store.statements.delete_request, [(one,) for one in entry_ids])

    def check_whole(self) -> None:
        """Refuse to commit after an append that broke off, even if somebody caught its error.

        Raises:
            RuntimeError: there was one; a bug of the caller.
        """
        if self.writer.failed:
            raise RuntimeError("an append failed in this transaction, so it cannot be committed")

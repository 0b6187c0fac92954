"""One consistent look at the tables and at the journal under them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sharing.journal import outgoing, peers, stream
from sharing.journal.clock import EARLIEST_BELIEVABLE, Reading, believed
from sharing.journal.counting import Counting
from sharing.journal.database import connection, run_many
from sharing.journal.entry import Entry, Instant
from sharing.journal.folding import RowDict, Table
from sharing.journal.peers import Peer, QuarantineState, SetAside
from sharing.journal.writing import known_time

if TYPE_CHECKING:
    from sharing.journal.store import Store


class Reader:
    """One consistent look at the tables."""

    def __init__(self, store: Store, reading: Reading) -> None:
        """Look through the calling thread's connection."""
        self.store = store
        self.execute: Callable[..., Any] = connection(store.db).execute
        self.reading = known_time(store.statements, self.execute, store.node, reading)
        self.ahead: dict[tuple[str, tuple[object, ...]], list[tuple[Any, ...]]] | None = None
        """Answers to statements that are remembered until something is appended; None: none are."""

    @property
    def now(self) -> Instant:
        """The moment this began; to a unit of work with a clock that fell back: after the newest entry."""
        return self.reading.at

    def knows_time(self) -> bool:
        """Say whether `now` can be true: neither before this software nor behind the newest own entry."""
        _, seq, _, _, *last = self.execute(self.store.statements.tip).fetchone()
        mended = believed(self.reading, Reading(*last) if seq else None)
        return self.now >= EARLIEST_BELIEVABLE and mended.at == self.now

    def select(self, query: Any) -> list[RowDict]:
        """Run a peewee query on this store's database; rows as dicts."""
        return list(query.bind(self.store.db).dicts())

    def one(self, table: Table, key: str) -> RowDict | None:
        """Give the row of a folded table with this key."""
        sql = self.store.statements.tables[table]
        found = self.execute(sql.one, (key,)).fetchone()
        return dict(zip(sql.columns, found, strict=True)) if found else None

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run SQL text with `?` placeholders."""
        if self.ahead is None:
            return self._asked(sql, params)
        key = (sql, tuple(params))
        found = self.ahead.get(key)
        if found is None:
            found = self.ahead[key] = self._asked(sql, params)
        return found

    def _asked(self, sql: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.execute(self.store.sql(sql), params).fetchall()
        return found

    def read_ahead(
        self, sql: str, keys: Iterable[str], key_of: Callable[[tuple[Any, ...]], str] = itemgetter(0)
    ) -> None:
        """Ask for many keys at once what is going to be asked for each: `rows` then has the answers.

        They are forgotten when something is appended.

        Args:
            sql: with one parameter, `= ?`.
            keys: its values.
            key_of: gives from a row for which of them it is.
        """
        known = self.ahead or {}
        found: dict[str, list[tuple[Any, ...]]] = {key: [] for key in keys if (sql, (key,)) not in known}
        many = self.store.sql(sql.replace("= ?", "IN ({})"))
        for row in self.store.statements.among(self.execute, many, list(found)):
            found[key_of(row)].append(row)
        self.remember({(sql, (key,)): rows for key, rows in found.items()})

    def remember(self, answers: Mapping[tuple[str, tuple[object, ...]], list[tuple[Any, ...]]]) -> None:
        """Keep rows by what was asked for, and from now on all that is asked, until something is appended."""
        if self.ahead is None:
            self.ahead = {}
        self.ahead.update(answers)

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement, written for this database, for each of many rows."""
        if rows:
            run_many(self.store.db, sql, rows)

    def is_home(self, group: str = "house") -> bool:
        """Say whether this node decides for the group, or has to ask."""
        return Counting(self.store.statements, self.execute).chair(group).decides(self.store.node)

    # What this node and the central know of each other

    def sync(self) -> stream.SyncState:
        """Give what this node knows of the central."""
        return stream.state(self)

    def tip(self) -> outgoing.Tip:
        """Give where this node's own stream ends."""
        return outgoing.tip(self)

    def unacked(self) -> int:
        """Count the own entries that the central has not confirmed: they are on this device only."""
        return outgoing.unacked(self)

    def own_acts(
        self, epoch: int, after_seq: int, most_entries: int, most_bytes: int
    ) -> list[outgoing.PlacedAct]:
        """Give whole own acts after a position, as many as fit; at least one if there is any."""
        return outgoing.own_acts(self, epoch, after_seq, most_entries, most_bytes)

    def chain_at(self, node: str, epoch: int, seq: int) -> bytes | None:
        """Give the chain after a position (GENESIS for 0); None where it is not known."""
        return outgoing.chain_at(self, node, epoch, seq)

    def watermark(self, node: str, epoch: int) -> outgoing.Mark:
        """Give how far the stream of a node is here; (0, GENESIS) if not at all."""
        return outgoing.watermark(self, node, epoch)

    def terms(self) -> list[tuple[int, int]]:
        """Give the central's terms in their order, each with the last `gsn` before it."""
        return stream.terms(self)

    def stream_tip(self) -> int:
        """Give the last `gsn` of this central; 0 before the first."""
        return stream.tip(self)

    def handed(self, after_gsn: int, most_entries: int, most_bytes: int) -> stream.Handed:
        """Give whole acts that stand after a number of this central's stream, as many as fit."""
        return stream.handed(self, after_gsn, most_entries, most_bytes)

    def lacking(self, ids: Sequence[bytes]) -> list[bytes]:
        """Give those of the ids whose entries are not here, in the order given."""
        return stream.lacking(self, ids)

    def ids_beyond(self, terms: Sequence[Sequence[int]], *, rising: bool = True) -> list[bytes]:
        """Give the entries here that a central need not have, in the order in which they came here.

        Args:
            terms: the central's own, in their order, each with the last `gsn` before it.
            rising: also those in the present own stream, though it goes up by itself.
        """
        return stream.ids_beyond(self, terms, rising=rising)

    def acts_with(self, ids: Sequence[bytes]) -> list[tuple[Entry, ...]]:
        """Give the whole acts that hold these entries, in the order of the ids."""
        return stream.acts_with(self, ids)

    def peers(self) -> list[Peer]:
        """Give all nodes that the central knows, by name."""
        return peers.peers(self)

    def quarantined(self, state: QuarantineState | None = "open") -> list[SetAside]:
        """Give the acts that were set aside, oldest first; None gives all, whatever became of them."""
        return peers.quarantined(self, state)

    def count_aside(self, node: str | None = None) -> int:
        """Count the acts that are still set aside; of one node if it is named."""
        return peers.count_aside(self, node)

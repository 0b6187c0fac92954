"""Appending this node's own entries to the journal, inside a transaction that the store has opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from sharing.errors import BadValue
from sharing.journal import ids, requests
from sharing.journal.chain import GENESIS, link
from sharing.journal.clock import UNTRUSTED, Reading, believed, learned
from sharing.journal.counting import Chair
from sharing.journal.entry import (
    Draft,
    Entry,
    Nature,
    Verdict,
    check_sizes,
    content_digest,
    encode,
    private_digest,
)
from sharing.journal.folding import Folder
from sharing.journal.head import Head
from sharing.journal.shapes import NODE, PrivateEmptied, entries_emptied_by
from sharing.journal.sql import Statements
from sharing.journal.subjects import Subjects, entry_of


def known_time(sql: Statements, execute: Callable[..., Any], node: str, reading: Reading) -> Reading:
    """Put a clock right that nothing has set, if this node learned when this boot truly began."""
    if reading.clock != UNTRUSTED:
        return reading
    found = execute(sql.began_at, (f"{NODE}{node}/{reading.boot}",)).fetchone()
    return learned(reading, found[0]) if found else reading


class Writer:
    """Appends in one open transaction; holds nothing beyond it."""

    def __init__(
        self, sql: Statements, folder: Folder, node: str, execute: Callable[..., Any], reading: Reading,
        randomness: ids.Randomness, many: Callable[[str, Sequence[Sequence[object]]], None],
    ) -> None:  # fmt: skip
        """Read where this node's stream ends, inside the transaction: other processes append to it too."""
        self.sql, self.node, self.execute, self._randomness = sql, node, execute, randomness
        self.many = many
        """Run one statement for each of many rows."""
        self.epoch, self.seq, chain, any_broken, *last = execute(sql.tip).fetchone()
        self.reading = believed(reading, Reading(*last) if self.seq else None)
        self.seq, self.chain = (self.seq, bytes(chain)) if self.seq else (0, GENESIS)
        self.subjects = Subjects(sql, folder, execute, many, any_broken=bool(any_broken))
        self.arrived: list[Entry] = []
        """What this transaction added, in order: appended here, absorbed, taken in."""
        self.numbered = 0
        """How many of these have a number in the central's stream already."""
        self.has_emptied = False
        """A private part was emptied in this transaction."""
        self.failed = False
        """An append broke off half-way: nothing of this transaction may be kept, whoever caught the error."""

    # Reading

    def entries_of_act(self, act: bytes) -> tuple[Entry, ...]:
        """Give an act's entries by part; empty if it was never applied."""
        return tuple([entry_of(row) for row in self.execute(self.sql.entries_of_act, (act,)).fetchall()])

    def entry(self, entry_id: bytes) -> Entry | None:
        """Give one entry."""
        row = self.execute(self.sql.entry, (entry_id,)).fetchone()
        return entry_of(row) if row else None

    def home(self, group: str) -> Chair:
        """Say who decides for a group; an empty node for an unknown one."""
        return self.subjects.counting.chair(group)

    def decides(self, group: str) -> bool:
        """Say whether this node decides for a group now."""
        return self.home(group).decides(self.node)

    # Appending

    def append(self, act: bytes, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Store one act of this node's own and fold it."""
        return self.append_each([(act, drafts)])

    def append_each(self, acts: Sequence[tuple[bytes, Sequence[Draft]]]) -> tuple[Entry, ...]:
        """Store acts of this node's own, one after the other, and fold each subject once."""
        subjects = dict.fromkeys([one.subject for _, drafts in acts for one in drafts])
        heads = self.subjects.heads(list(subjects))
        entries: list[Entry] = []
        for act, drafts in acts:
            made = []
            for part, draft in enumerate(drafts):
                head = heads[draft.subject]
                entry = self._entry(act, part, len(drafts), draft, head)
                made.append(entry)
                self.subjects.place(head, entry)
            check_sizes(made)
            entries += made
        self.failed = True
        self._run(self.sql.insert_entry, [msgspec.structs.astuple(entry) for entry in entries])
        asks = self._number([draft for _, drafts in acts for draft in drafts], entries)
        self._position(entries)
        self.arrived.extend(entries)
        self.subjects.fold(heads, own=True)
        if asks or self.subjects.counting.settled:
            requests.note(self, entries)
        self.act_on(entries)
        self.failed = False
        return tuple(entries)

    def _run(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if len(rows) == 1:
            self.execute(sql, rows[0])
        else:
            self.many(sql, rows)

    def _number(self, drafts: Sequence[Draft], entries: Sequence[Entry]) -> bool:
        """Note the numbers of verdicts; says whether something is asked for or answered here."""
        verdicts = [
            (draft.data, entry.id)
            for draft, entry in zip(drafts, entries, strict=True)
            if isinstance(draft.data, Verdict)
        ]
        if verdicts:
            self.subjects.counting.number_each(verdicts, self._run)
        return any(stamp.decides for stamp, _ in verdicts) or any(one.nature == "request" for one in entries)

    def act_on(self, entries: Iterable[Entry]) -> None:
        """Empty the private parts that these entries name, and fold again what was told from them."""
        changed: set[str] = set()
        for entry in entries:
            if entry.kind != PrivateEmptied.KIND:
                continue
            self.has_emptied = True
            for one in entries_emptied_by(entry):
                self.execute(self.sql.insert_emptied, (one,))
                self.execute(self.sql.empty, (one,))
                changed.update(row[0] for row in self.execute(self.sql.subject_of, (one,)).fetchall())
        if changed:
            self.subjects.refold(changed)

    def _entry(self, act: bytes, part: int, parts: int, draft: Draft, head: Head) -> Entry:
        private = encode(draft.private) if draft.private is not None else None
        salt = self._randomness(16) if private is not None else None
        digest = private_digest(salt, private) if salt is not None and private is not None else None
        now = self.reading
        return Entry(
            id=ids.uuid7(now.at, self._randomness), act=act, part=part, parts=parts,
            kind=draft.data.KIND, version=draft.data.VERSION, nature=_nature(draft), subject=draft.subject,
            at=now.at, boot=now.boot, uptime=now.uptime, clock=now.clock, after=head.heads,
            data=encode(draft.data), private=private, salt=salt,
            private_digest=digest,
        )  # fmt: skip

    def _position(self, entries: Iterable[Entry]) -> None:
        rows = []
        for entry in entries:
            self.seq += 1
            self.chain = link(self.chain, self.node, self.epoch, self.seq, content_digest(entry))
            rows.append((self.node, self.epoch, self.seq, entry.id, self.chain))
        self._run(self.sql.insert_position, rows)


def _nature(draft: Draft) -> Nature:
    """Give the nature; what has a verdict's number is a verdict, and nothing else is."""
    if isinstance(draft.data, Verdict):
        return "verdict"
    if draft.nature == "verdict":
        raise BadValue(
            field=draft.data.KIND, value="verdict", expected="a shape with group, home_epoch and n"
        )
    return draft.nature

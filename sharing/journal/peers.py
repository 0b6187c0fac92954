"""What the central knows of each node, and the acts it has set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from sharing.journal.entry import Instant
from sharing.journal.folding import columns_of
from sharing.journal.handing_tables import PeerRow, QuarantineRow

if TYPE_CHECKING:
    from sharing.journal.reading import Reader
    from sharing.journal.work import Work

QuarantineState: TypeAlias = Literal["open", "released", "dropped"]

_PEER = columns_of(PeerRow)
_QUARANTINE = columns_of(QuarantineRow)


class Peer(msgspec.Struct, frozen=True):
    """A node as the central knows it (`tables.PeerRow`)."""

    node: str
    added: Instant
    epoch: int | None
    """Its newest epoch; None before it was heard."""
    applied: int
    heard_at: Instant | None
    offset_ms: int | None
    software: str
    kinds: str
    revoked_at: Instant | None
    reported: int
    frames: int
    refused: int


class SetAside(msgspec.Struct, frozen=True):
    """An act in quarantine (`tables.QuarantineRow`)."""

    n: int
    node: str
    epoch: int
    seq: int
    """The position of its first entry."""
    act: bytes
    parts: int
    reason: str
    at: Instant
    raw: bytes
    state: QuarantineState


def peers(read: Reader) -> list[Peer]:
    """Give all nodes, by name."""
    return [Peer(*row) for row in read.rows(f"SELECT {', '.join(_PEER)} FROM local_peer ORDER BY node")]


def add_peer(work: Work, node: str) -> None:
    """Let a node take part; one that was revoked may again."""
    work.execute(
        work.store.sql(
            "INSERT INTO local_peer (node, added, applied, software, kinds, reported, frames, refused)"
            " VALUES (?, ?, 0, '', '', 0, 0, 0) ON CONFLICT (node) DO UPDATE SET revoked_at = NULL"
        ),
        (node, work.now),
    )


def note_peer(work: Work, node: str, columns: dict[str, Any]) -> None:
    """Note something about a node."""
    unknown = set(columns) - set(_PEER[1:])
    if unknown:
        raise TypeError(f"local_peer has no {sorted(unknown)}")
    if columns:
        named = ", ".join(f"{name} = ?" for name in columns)
        sql = work.store.sql(f"UPDATE local_peer SET {named} WHERE node = ?")
        work.execute(sql, (*columns.values(), node))


def quarantine(
    work: Work, *, node: str, epoch: int, seq: int, act: bytes, parts: int, reason: str, raw: bytes
) -> int:
    """Set an act aside as it came; gives its number. One that is aside already keeps its number."""
    known = work.rows(
        "SELECT n FROM local_quarantine WHERE node = ? AND epoch = ? AND seq = ?", (node, epoch, seq)
    )
    if known:
        return int(known[0][0])
    n: int = work.rows("SELECT COALESCE(MAX(n), 0) + 1 FROM local_quarantine")[0][0]
    marks = ", ".join("?" * len(_QUARANTINE))
    work.execute(
        work.store.sql(f"INSERT INTO local_quarantine ({', '.join(_QUARANTINE)}) VALUES ({marks})"),
        (n, node, epoch, seq, act, parts, reason, work.now, raw, "open"),
    )
    return n


def quarantined(read: Reader, state: QuarantineState | None) -> list[SetAside]:
    """Give the acts that were set aside, oldest first; None gives all, whatever became of them."""
    columns = ", ".join(_QUARANTINE)
    of_state, params = ("WHERE state = ?", (state,)) if state else ("", ())
    rows = read.rows(f"SELECT {columns} FROM local_quarantine {of_state} ORDER BY n", params)
    return [msgspec.convert(dict(zip(_QUARANTINE, row, strict=True)), SetAside) for row in rows]


def count_aside(read: Reader, node: str | None) -> int:
    """Count the acts that are still set aside, without reading them; of one node if it is named."""
    of_node, params = ("AND node = ?", (node,)) if node is not None else ("", ())
    sql = f"SELECT COUNT(*) FROM local_quarantine WHERE state = 'open' {of_node}"
    return int(read.rows(sql, params)[0][0])


def settle_quarantine(work: Work, n: int, state: QuarantineState) -> None:
    """Note what became of an act that was set aside."""
    work.execute(work.store.sql("UPDATE local_quarantine SET state = ? WHERE n = ?"), (state, n))


def keep_of_quarantine(work: Work, n: int, raw: bytes) -> None:
    """Leave only so much of an act that was set aside."""
    work.execute(work.store.sql("UPDATE local_quarantine SET raw = ? WHERE n = ?"), (raw, n))

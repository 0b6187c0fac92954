"""The tables about handing the journal from node to node: neither folded nor sent."""

from __future__ import annotations

from typing import Final

from peewee import SQL, BigIntegerField, BlobField, CompositeKey, IntegerField, TextField

from sharing.journal.row import Row

FORKED: Final = 1
"""The stream of this home forked: it decides nothing until staff move the home."""
BEHIND: Final = 2
"""This node is home and lacks what the central has: it decides nothing until that is here."""


class StreamRow(Row):
    """In which order the central handed entries on; `gsn` is dense from 1 over all its terms."""

    term = BigIntegerField()
    gsn = BigIntegerField()
    entry = BlobField(index=True)

    class Meta:
        table_name = "stream"
        primary_key = CompositeKey("term", "gsn")
        kept_by_key = True
        since = 3


class TermRow(Row):
    """The terms of this central in their order; `since` is the last `gsn` before the term began."""

    term = BigIntegerField(primary_key=True)
    since = BigIntegerField()
    n = IntegerField(unique=True)

    class Meta:
        table_name = "local_term"
        since = 3


class SyncRow(Row):
    """How far this node and the central know each other; one row, neither folded nor sent."""

    id = IntegerField(primary_key=True, constraints=[SQL("CHECK (id = 1)")])
    role = TextField(constraints=[SQL("CHECK (role IN ('alone', 'node', 'central'))")])
    term = BigIntegerField()
    """The central's term as this node knows it; 0 before the first."""
    applied = BigIntegerField()
    """The last `gsn` that was taken in here."""
    central_gsn = BigIntegerField()
    """The last `gsn` of the central, as it said itself."""
    acked_epoch = BigIntegerField()
    acked = BigIntegerField()
    """The last own position that the central has confirmed, in `acked_epoch`."""
    acked_chain = BlobField()
    swept = BigIntegerField()
    """The last own position of the central that has a `gsn`."""
    heard_at = BigIntegerField(null=True)
    offset_ms = BigIntegerField(null=True)
    stopped = IntegerField()
    """Why a home decides nothing (`FORKED`, `BEHIND`); 0 if nothing stops it."""
    restoring = IntegerField()
    """1 on a central that came from a backup: it decides nothing until all nodes reported."""
    revoked = IntegerField()

    class Meta:
        table_name = "local_sync"
        since = 3


class PeerRow(Row):
    """What the central knows of each node."""

    node = TextField(primary_key=True)
    added = BigIntegerField()
    epoch = BigIntegerField(null=True)
    applied = BigIntegerField()
    heard_at = BigIntegerField(null=True)
    offset_ms = BigIntegerField(null=True)
    software = TextField()
    kinds = TextField()
    revoked_at = BigIntegerField(null=True)
    reported = IntegerField()
    frames = BigIntegerField()
    refused = BigIntegerField()

    class Meta:
        table_name = "local_peer"
        since = 3


class QuarantineRow(Row):
    """Acts that were set aside on arrival, as they came."""

    n = BigIntegerField(primary_key=True)
    node = TextField()
    epoch = BigIntegerField()
    seq = BigIntegerField()
    act = BlobField()
    parts = IntegerField()
    reason = TextField()
    at = BigIntegerField()
    came = BlobField(column_name="raw")
    state = TextField(constraints=[SQL("CHECK (state IN ('open', 'released', 'dropped'))")])

    class Meta:
        table_name = "local_quarantine"
        indexes = ((("node", "epoch", "seq"), True), (("state", "node"), False))
        since = 3

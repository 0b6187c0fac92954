"""The journal's tables, and the base that every folded table of a feature stands on."""

from __future__ import annotations

from typing import ClassVar

from peewee import SQL, BigIntegerField, BlobField, CompositeKey, IntegerField, TextField

from sharing.journal.handing_tables import PeerRow, QuarantineRow, StreamRow, SyncRow, TermRow
from sharing.journal.row import Row as Row  # noqa: PLC0414 features know it by this door


class EntryRow(Row):
    """Every entry, once. Triggers refuse deletion and any change but emptying the private part."""

    id = BlobField(primary_key=True)
    act = BlobField()
    part = IntegerField()
    parts = IntegerField()
    kind = TextField()
    version = IntegerField()
    nature = TextField(constraints=[SQL("CHECK (nature IN ('fact', 'request', 'verdict'))")])
    subject = TextField()
    at = BigIntegerField()
    boot = TextField()
    uptime = BigIntegerField()
    clock = TextField()
    after = BlobField()
    data = BlobField()
    private = BlobField(null=True)
    salt = BlobField(null=True)
    private_digest = BlobField(null=True)

    class Meta:
        table_name = "entry"
        indexes = ((("act", "part"), True), (("subject",), False), (("boot",), False))
        constraints: ClassVar = [
            SQL("CHECK (part >= 0 AND part < parts AND parts <= 200)"),
            SQL("CHECK (length(id) = 16 AND length(act) = 16)"),
        ]


class PositionRow(Row):
    """Where an entry stands in the stream of a node; `seq` is gapless from 1."""

    node = TextField()
    epoch = BigIntegerField()
    seq = BigIntegerField()
    entry = BlobField(index=True)
    chain = BlobField()

    class Meta:
        table_name = "position"
        primary_key = CompositeKey("node", "epoch", "seq")
        kept_by_key = True


class VerdictRow(Row):
    """Which verdict has which number; an index over `entry`, so that two can never share one."""

    group = TextField(column_name="grp")
    home_epoch = BigIntegerField()
    n = BigIntegerField()
    entry = BlobField()

    class Meta:
        table_name = "verdict"
        primary_key = CompositeKey("group", "home_epoch", "n")


class RivalRow(Row):
    """Verdicts that came with a number another one has: which of them is void follows from their ids."""

    entry = BlobField(primary_key=True)
    group = TextField(column_name="grp")
    home_epoch = BigIntegerField()
    n = BigIntegerField()

    class Meta:
        table_name = "rival"


class ArrivedRow(Row):
    """Requests of other nodes in the order in which they came here, until this node as home has answered."""

    n = BigIntegerField(primary_key=True)
    entry = BlobField(unique=True)
    kind = TextField()

    class Meta:
        table_name = "local_request"
        since = 2


class HeldRow(Row):
    """Verdicts that fold nothing until one before them is here; nearly always empty."""

    entry = BlobField(primary_key=True)
    group = TextField(column_name="grp")
    epoch = BigIntegerField()
    n = BigIntegerField()

    class Meta:
        table_name = "local_held"
        indexes = ((("group", "epoch", "n"), False),)
        since = 3


class EmptiedRow(Row):
    """Entries whose private part is emptied, also those that arrive later."""

    entry = BlobField(primary_key=True)

    class Meta:
        table_name = "emptied"


WAITS = 1
"""`head.waiting`: an entry of a newer version stands in the way; nothing more is folded until then."""
BROKEN = 2
"""`head.waiting`: its rows contradict another subject's, or a fold fails; only a case for staff stands."""


class HeadRow(Row):
    """The newest entries of a subject, and the key of the one that is last in order."""

    subject = TextField(primary_key=True)
    time = BigIntegerField()
    entry = BlobField()
    heads = BlobField()
    waiting = IntegerField()
    """0, or one of the two above."""

    class Meta:
        table_name = "head"
        kept_by_key = True


HeadRow.add_index(SQL('CREATE INDEX "head_waiting" ON "head" ("waiting") WHERE "waiting" <> 0'))


class LocalNode(Row):
    """Who this database is; one row, neither folded nor sent."""

    id = IntegerField(primary_key=True, constraints=[SQL("CHECK (id = 1)")])
    node = TextField()
    house = TextField()
    epoch = BigIntegerField()
    schema = IntegerField()
    fold_version = IntegerField()

    class Meta:
        table_name = "local_node"


class Folded(Row):
    """Base of every table folded from entries: a natural key, and the one subject that owns the row."""

    id = TextField(primary_key=True)
    subject = TextField(index=True)


class Matter(Folded):
    """Something staff must look at: a contradiction, damage, an entry that could not be folded."""

    kind = TextField()
    entry = TextField()
    at = BigIntegerField()
    about = TextField()


class Boot(Folded):
    """When a boot of a node with an untrusted clock truly began, as that node found out."""

    boot = TextField()
    began_at = BigIntegerField()


class Home(Folded):
    """Which node decides for a group."""

    node = TextField()
    epoch = BigIntegerField()
    through = BigIntegerField()


class Reign(Folded):
    """One epoch of a home, by `<group>/<epoch with ten digits>`; it ended if the next one is there."""

    grp = TextField()
    epoch = BigIntegerField()
    node = TextField()
    through = BigIntegerField()
    """The last verdict of the epoch before it that holds."""
    released = BigIntegerField(null=True)
    """The last verdict before this home let go by itself; NULL while it has not."""

    class Meta:
        since = 3


JOURNAL_TABLES: tuple[type[Row], ...] = (
    EntryRow, PositionRow, VerdictRow, RivalRow, EmptiedRow, HeadRow, LocalNode, ArrivedRow,
    StreamRow, TermRow, SyncRow, PeerRow, QuarantineRow, HeldRow,
)  # fmt: skip
TABLES: tuple[type[Folded], ...] = (Matter, Boot, Home, Reign)

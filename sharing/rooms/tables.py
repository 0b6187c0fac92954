"""The tables of rooms and bookings, and what the database itself guards in them.

No two slots of a part overlap (invariant 2). The slots of a part are therefore in one order by beginning and
by end, so one neighbour is enough to compare with: SQLite's trigger looks at one row, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from peewee import SQL, BigIntegerField, TextField

from sharing.journal.tables import Folded

LONG: Final = 86_400_000
"""Milliseconds: what lasts longer has an index of its own, so that a day's dates are found by beginning."""
_SINCE: Final = 2
_OVERLAP: Final = (
    "COALESCE((SELECT ends FROM slot WHERE part = NEW.part AND begins < NEW.ends{but}"
    " ORDER BY begins DESC LIMIT 1) > NEW.begins, 0)"
)
_REFUSE: Final = "BEGIN SELECT RAISE(ABORT, 'two slots of a part overlap'); END"
_ON_INSERT: Final = f"BEFORE INSERT ON slot WHEN {_OVERLAP.format(but='')} {_REFUSE}"
_ON_UPDATE: Final = f"BEFORE UPDATE ON slot WHEN {_OVERLAP.format(but=' AND id <> OLD.id')} {_REFUSE}"
_EXCLUDE: Final = "EXCLUDE USING gist (part WITH =, int8range(begins, ends, '[)') WITH &&)"
_GUARDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sqlite": (
        f"CREATE TRIGGER slot_no_overlap {_ON_INSERT}",
        f"CREATE TRIGGER slot_moves_no_overlap {_ON_UPDATE}",
    ),
    "postgres": (
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        f"ALTER TABLE slot ADD CONSTRAINT slot_no_overlap {_EXCLUDE}",
    ),
}


class RoomRow(Folded):
    """What can be booked; its names, label and floor are those of the location with the same id."""

    parts = TextField()
    capacity = BigIntegerField()
    features = TextField()
    hours = TextField(null=True)
    closing_days = TextField()
    before_min = BigIntegerField()
    after_min = BigIntegerField()
    shortest_min = BigIntegerField()
    longest_min = BigIntegerField()
    ahead_days = BigIntegerField()
    approval = BigIntegerField()
    no_show_min = BigIntegerField(null=True)
    quota = TextField()
    price = TextField()
    checklist = TextField()
    key_item = TextField(null=True)
    bookable = BigIntegerField()
    written = TextField()

    class Meta:
        table_name = "room"
        since = _SINCE


class BookingRow(Folded):
    """What was asked for, once for all its dates."""

    use = TextField()
    rooms = TextField()
    zone = TextField()
    rule = TextField(null=True)
    org = TextField(null=True)
    person = TextField(null=True)
    title = TextField(null=True)
    adult = TextField(null=True)
    heads = BigIntegerField()
    asked_at = BigIntegerField()
    announce = BigIntegerField()
    source = TextField()
    lapses = BigIntegerField(null=True)
    held_for = TextField()

    class Meta:
        table_name = "booking"
        since = _SINCE
        kept_by_key = True


BookingRow.add_index(BookingRow.person, where=BookingRow.person.is_null(False), name="booking_person")
BookingRow.add_index(BookingRow.held_for, where=BookingRow.held_for != "", name="booking_held_for")
BookingRow.add_index(BookingRow.source, where=BookingRow.source != "", name="booking_source")


class OccurrenceRow(Folded):
    """One date; its id is booking/n."""

    booking = TextField()
    n = BigIntegerField()
    rooms = TextField()
    parts = TextField()
    begins = BigIntegerField(index=True)
    ends = BigIntegerField()
    blocked_from = BigIntegerField()
    blocked_to = BigIntegerField()
    state = TextField()
    why = TextField()
    use = TextField()
    org = TextField(null=True)
    changed_at = BigIntegerField()
    sequence = BigIntegerField()
    arrived_at = BigIntegerField(null=True)
    left_at = BigIntegerField(null=True)
    checklist = TextField(null=True)
    """What was looked at when leaving (JSON), once somebody has left."""
    asked_begins = BigIntegerField(null=True)
    asked_ends = BigIntegerField(null=True)
    asked_rooms = TextField(null=True)
    asked_parts = TextField(null=True)
    asked_off = BigIntegerField()
    """1 while cancelling it is asked and not decided."""
    gone_at = BigIntegerField(null=True)
    """From when nobody's arrival, or a hold's end, leaves it to others."""
    unsure = BigIntegerField()
    reason = TextField(null=True)
    """What staff said about taking it away; private."""
    tell_since = BigIntegerField(null=True)
    """Since when its asker should be told what became of it."""

    class Meta:
        table_name = "occurrence"
        since = _SINCE
        kept_by_key = True
        constraints = (
            SQL("CHECK (ends > begins)"),
            SQL("CHECK (blocked_from <= begins AND blocked_to >= ends)"),
        )


OccurrenceRow.add_index(
    OccurrenceRow.org, OccurrenceRow.begins, where=OccurrenceRow.org.is_null(False), name="occurrence_org"
)
OccurrenceRow.add_index(
    OccurrenceRow.begins,
    where=OccurrenceRow.ends - OccurrenceRow.begins > LONG,
    name="occurrence_long",
)
OccurrenceRow.add_index(
    OccurrenceRow.tell_since, where=OccurrenceRow.tell_since.is_null(False), name="occurrence_tell"
)


class SlotRow(Folded):
    """A part that is taken, buffers included; its id is booking/n/part. Only verdicts change it."""

    booking = TextField()
    n = BigIntegerField()
    part = TextField()
    begins = BigIntegerField()
    ends = BigIntegerField()
    gone_at = BigIntegerField(null=True)
    release = BigIntegerField()
    """1 while somebody has asked to give it up."""

    class Meta:
        table_name = "slot"
        since = _SINCE
        kept_by_key = True
        guards = _GUARDS
        constraints = (SQL("CHECK (ends > begins)"),)


SlotRow.add_index(SlotRow.part, SlotRow.begins, unique=True, name="slot_part_begins")


class WishRow(Folded):
    """A part that somebody asked for and nobody has decided about; wishes may overlap."""

    booking = TextField()
    n = BigIntegerField()
    part = TextField()
    begins = BigIntegerField()
    ends = BigIntegerField()

    class Meta:
        table_name = "wish"
        since = _SINCE
        kept_by_key = True
        constraints = (SQL("CHECK (ends > begins)"),)


WishRow.add_index(WishRow.part, WishRow.begins, name="wish_part_begins")


class BookingAnswerRow(Folded):
    """What the home said about a date after somebody had asked, until they have seen it; id is booking/n."""

    booking = TextField(index=True)
    n = BigIntegerField()
    what = TextField()
    """One of `answering.Answered`."""
    why = TextField()
    answered_at = BigIntegerField()

    class Meta:
        table_name = "booking_answer"
        since = 3
        kept_by_key = True


class ApprovalRow(Folded):
    """What staff said on another machine and the home has not answered; the id is the request's (hex)."""

    booking = TextField(index=True)
    asked_at = BigIntegerField()

    class Meta:
        table_name = "approval_asked"
        since = 3
        kept_by_key = True


class FeedRow(Folded):
    """A calendar that others read; its id is the hash of its token."""

    scope = TextField()
    target = TextField(null=True)
    public = BigIntegerField()
    opened_by = TextField(null=True)
    """A person: what an organisation says to its own ends for those who have left it."""
    opened_at = BigIntegerField()
    revoked_at = BigIntegerField(null=True)

    class Meta:
        table_name = "feed"
        since = _SINCE


TABLES: tuple[type[Folded], ...] = (
    RoomRow, BookingRow, OccurrenceRow, SlotRow, WishRow, FeedRow, BookingAnswerRow, ApprovalRow,
)  # fmt: skip

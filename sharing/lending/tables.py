"""The tables of what is lent: lines, how each item stands, and renewals that somebody has to hear of."""

from __future__ import annotations

from peewee import SQL, BigIntegerField, TextField

from sharing.journal.tables import Folded


class Line(Folded):
    """One item of a loan; open while `back_at` is NULL. An item has one open line at most (invariant 1)."""

    item = TextField()
    model = TextField()
    loan = TextField(index=True)
    org = TextField(null=True)
    borrower = TextField(null=True)
    out_at = BigIntegerField()
    due = BigIntegerField()
    back_at = BigIntegerField(null=True)
    checked_at = BigIntegerField(null=True)
    condition = TextField(null=True)
    renewals = BigIntegerField()
    asked_due = BigIntegerField(null=True)
    override = TextField()
    late = BigIntegerField()
    """1 if it was noted later, from paper."""

    class Meta:
        table_name = "loan_line"
        kept_by_key = True
        constraints = (
            SQL("CHECK (due > out_at)"),
            SQL("CHECK (back_at IS NULL OR back_at >= out_at)"),
            SQL("CHECK (checked_at IS NULL OR back_at IS NOT NULL)"),
        )


Line.add_index(Line.item, unique=True, where=Line.back_at.is_null(), name="loan_line_one_open")
Line.add_index(Line.borrower, where=Line.back_at.is_null(), name="loan_line_open_borrower")
Line.add_index(Line.org, where=Line.back_at.is_null(), name="loan_line_open_org")
Line.add_index(
    Line.back_at, where=Line.checked_at.is_null() & Line.back_at.is_null(False), name="loan_line_unchecked"
)


class Holding(Folded):
    """How an item stands: its open line, or set aside for whom, or lost, or damaged."""

    line = TextField(null=True)
    """The open line."""
    last_line = TextField(null=True)
    """The line that ended last."""
    back_at = BigIntegerField(null=True)
    loan = TextField(null=True)
    """The visit it is set aside for."""
    missing = TextField(null=True)
    """What has to be done first (JSON list), while it is set aside."""
    set_aside_at = BigIntegerField(null=True)
    borrower = TextField(null=True)
    """For whom it is set aside."""
    org = TextField(null=True)
    lost = BigIntegerField()
    damaged = TextField()
    """The condition that blocks it, or empty."""
    damage_case = TextField(null=True)
    """The case that tells staff of it, until they have looked."""

    class Meta:
        kept_by_key = True
        constraints = (SQL("CHECK (line IS NULL OR loan IS NULL)"),)


Holding.add_index(Holding.loan, where=Holding.loan.is_null(False), name="holding_set_aside")


class Renewal(Folded):
    """A renewal that is not decided yet, or that was declined and the borrower has not seen it.

    Its id is that of the request (hex). One that was granted, or seen, leaves.
    """

    line = TextField()
    due = BigIntegerField()
    """Until when they wanted to keep it."""
    asked_at = BigIntegerField()
    declined = TextField(null=True)
    """Why not; NULL while nobody has decided."""
    declined_at = BigIntegerField(null=True)

    class Meta:
        kept_by_key = True
        since = 3
        constraints = (SQL("CHECK ((declined IS NULL) = (declined_at IS NULL))"),)


TABLES: tuple[type[Folded], ...] = (Line, Holding, Renewal)

"""A whole subject folded from nothing: what appending on top must come to as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from sharing.errors import Damaged
from sharing.journal.entry import Entry, Instant
from sharing.journal.folding import Folder, Rows
from sharing.journal.fronts import Uncounted
from sharing.journal.order import heads_of, in_order
from sharing.journal.shapes import NODE
from sharing.journal.tables import BROKEN

FOLD_FAILS = (
    Damaged,
    msgspec.MsgspecError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    AssertionError,
)
"""What a fold may raise over entries that make no sense to it: that subject is broken, the others are not."""


class Standing(msgspec.Struct):
    """A whole subject, folded: the rows it should have, and where its entries end."""

    rows: Rows
    time: Instant
    last: Entry
    heads: bytes
    waiting: int = 0
    error: Exception | None = None
    """Why it is broken, if its own fold failed."""

    @classmethod
    def of(
        cls,
        folder: Folder,
        rows: Rows,
        entries: Sequence[Entry],
        began: Mapping[str, Instant],
        without: Uncounted,
    ) -> Standing:
        """Fold all entries of a subject, given in any order."""
        ordered = in_order(entries, {} if rows.subject.startswith(NODE) else began)
        plain = [entry for _, entry in ordered]
        made = cls(rows, *ordered[-1], heads_of(plain))
        try:
            made.waiting = folder.fold_all(rows, plain, without)
        except FOLD_FAILS as error:
            made.break_off()
            made.error = error
        return made

    def break_off(self) -> None:
        """Leave no rows but the case for staff; a later entry or a newer version mends it."""
        self.waiting = BROKEN
        self.rows.now.clear()
        self.rows.case("broken_subject", self.last)

    @property
    def head(self) -> tuple[str, Instant, bytes, bytes, int]:
        """The row of table `head`."""
        return self.rows.subject, self.time, self.last.id, self.heads, self.waiting

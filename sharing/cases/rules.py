"""What a case is: something staff must look at."""

from __future__ import annotations

import msgspec

from sharing.journal.entry import Instant


class Case(msgspec.Struct, frozen=True):
    """A contradiction, damage, loss, conflict or clock trouble, until staff have handled it."""

    id: str
    kind: str
    """Message key "case.<kind>"."""
    subject: str
    """What it is about, like `item:I`; empty if that was private and is emptied."""
    about: str
    since: Instant
    seen_at: Instant | None
    settled: bool
    """Seen once, and since then explained by an entry that came late: nothing contradicts any more."""

"""Where the entries of one subject end."""

from __future__ import annotations

from sharing.journal.entry import Entry, Instant


class Head:
    """Where a subject's entries stand in this transaction."""

    __slots__ = ("again", "entry", "fresh", "heads", "is_new", "time", "waiting")

    def __init__(self, time: Instant, entry: bytes, heads: bytes, waiting: int) -> None:
        """Start from the stored head; `fresh` entries were added since, `again` asks to fold from nothing."""
        self.time, self.entry, self.heads, self.waiting = time, entry, heads, waiting
        self.fresh: list[Entry] = []
        self.again = False
        self.is_new = not heads
        """Nothing of the subject was here before, so no row is either."""

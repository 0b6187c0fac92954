"""The journal's own kinds of entries."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from sharing.journal.entry import Entry, Instant, Shape, Verdict

NODE = "node:"
"""How the subjects begin in which a node speaks of itself."""


class Undone(Shape, frozen=True, kw_only=True):
    """The newest entry of this subject is taken back; `entry` is its id (hex)."""

    KIND: ClassVar[str] = "undone"
    entry: str


class ClockCorrected(Shape, frozen=True, kw_only=True):
    """This node learned when a boot with an untrusted clock truly began."""

    KIND: ClassVar[str] = "clock.corrected"
    boot: str
    began_at: Instant


class HomeMoved(Shape, frozen=True, kw_only=True):
    """From `epoch` on, node `to` decides for the group; the old home's verdicts hold up to `through`."""

    KIND: ClassVar[str] = "home.moved"
    group: str
    epoch: int
    to: str
    through: int


class PrivateEmptied(Verdict, frozen=True, kw_only=True):
    """The private parts of these entries (ids, hex) are emptied, everywhere and for ever."""

    KIND: ClassVar[str] = "private.emptied"
    entries: tuple[str, ...]


def entries_emptied_by(entry: Entry) -> tuple[bytes, ...]:
    """Give the ids that a `private.emptied` names; none if it cannot be read."""
    try:
        named = msgspec.json.decode(entry.data, type=PrivateEmptied).entries
        return tuple(bytes.fromhex(one) for one in named)
    except (msgspec.MsgspecError, ValueError):
        return ()

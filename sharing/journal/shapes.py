"""The journal's own kinds of entries."""

from __future__ import annotations

from typing import ClassVar, Final

import msgspec

from sharing.journal.entry import Entry, Instant, Shape

NODE: Final = "node:"
"""How the subjects begin in which a node speaks of itself, and in which others speak of it."""
GROUP: Final = "group:"
"""How the subjects begin that say who decides for a group."""
CONTROL: Final = (NODE, GROUP)
"""Folded before all else: they say when boots began, and which verdicts count."""

NOTICED: Final = (
    "quarantined", "forked", "cloned", "clock_off", "clock_unknown", "home_stopped", "restored",
    "verdict_stalled", "refused_frames", "cannot_take", "request_failed",
)  # fmt: skip
"""What `node.noticed` can say; each is a kind of case."""


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
    """From `epoch` on, node `to` decides for the group; the old home's verdicts hold up to `through`.

    Epochs count from 1 without a gap; one that is taken already is ignored, with a case.
    """

    KIND: ClassVar[str] = "home.moved"
    group: str
    epoch: int
    to: str
    through: int


class HomeReleased(Shape, frozen=True, kw_only=True):
    """The home of `epoch` decides no more; its last verdict has the number `through`."""

    KIND: ClassVar[str] = "home.released"
    group: str
    epoch: int
    through: int


class HomeReleaseAsked(Shape, frozen=True, kw_only=True):
    """The central asks the home to let go, so that node `to` can decide; answered by `home.released`."""

    KIND: ClassVar[str] = "home.release_asked"
    group: str
    to: str


class NodeNoticed(Shape, frozen=True, kw_only=True):
    """Something about a node that staff should know; it opens a case of the kind `what`."""

    KIND: ClassVar[str] = "node.noticed"
    what: str
    """One of `NOTICED`."""
    detail: str = ""
    """No person: a boot, a kind of entry, a number."""
    epoch: int = 0
    seq: int = 0
    """The place in that node's stream that it is about; 0 if none."""


class PrivateEmptied(Shape, frozen=True, kw_only=True):
    """The private parts of these entries (ids, hex) are emptied, everywhere and for ever.

    A plain fact, so that it acts wherever it arrives and is never void.
    """

    KIND: ClassVar[str] = "private.emptied"
    entries: tuple[str, ...]


def entries_emptied_by(entry: Entry) -> tuple[bytes, ...]:
    """Give the ids that a `private.emptied` names; none if it cannot be read."""
    try:
        named = msgspec.json.decode(entry.data, type=PrivateEmptied).entries
        return tuple(bytes.fromhex(one) for one in named)
    except (msgspec.MsgspecError, ValueError):
        return ()

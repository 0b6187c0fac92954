"""What only one node may write: verdicts, and who decides. Central lets nobody else's pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from sharing.journal.checks import stamp_of
from sharing.journal.entry import Entry, Verdict
from sharing.journal.shapes import (
    GROUP,
    NODE,
    ClockCorrected,
    HomeMoved,
    HomeReleaseAsked,
    HomeReleased,
    NodeNoticed,
    PrivateEmptied,
)
from sharing.journal.store import HOUSE_GROUP, Reader
from sync.trying import Unfit

CONTROL: Final = frozenset(
    one.KIND
    for one in (HomeMoved, HomeReleased, HomeReleaseAsked, PrivateEmptied, ClockCorrected, NodeNoticed)
)
"""Kinds that say who decides, what time it is, what is gone and what staff must look at."""


def suspects(read: Reader, entries: Iterable[Entry]) -> list[Entry]:
    """Give the entries that not everybody may write."""
    return [
        entry
        for entry in entries
        if entry.nature == "verdict" or entry.kind in CONTROL or is_disguised(read, entry)
    ]


def is_disguised(read: Reader, entry: Entry) -> bool:
    """Say whether a decision calls itself a fact: it would be folded without a number, whoever wrote it."""
    known = read.store.folder.kinds.get(entry.kind)
    return known is not None and issubclass(known.shape, Verdict) and entry.nature != "verdict"


def check(read: Reader, node: str, entries: Sequence[Entry]) -> None:
    """Refuse what this node must not have written, among entries that are not here yet.

    Args:
        read: the open transaction; acts before these are stored already.
        node: whose stream they stand in.
        entries: the suspects of an act.

    Raises:
        Unfit: one of them is forged.
    """
    for entry in entries:
        if read.lacking([entry.id]) and not _may(read, node, entry):
            raise Unfit(f"forged: {entry.kind if entry.kind in CONTROL else 'verdict'}")


def _may(read: Reader, node: str, entry: Entry) -> bool:
    if is_disguised(read, entry):
        return False
    if entry.nature == "verdict":
        stamp = stamp_of(entry)
        return stamp is not None and home_of(read, stamp.group, stamp.home_epoch) == node
    if entry.kind in {ClockCorrected.KIND, NodeNoticed.KIND}:
        return entry.subject == NODE + node
    if entry.kind == PrivateEmptied.KIND:
        return bool(read.rows("SELECT 1 FROM reign WHERE grp = ? AND node = ? LIMIT 1", (HOUSE_GROUP, node)))
    try:
        return _may_rule(read, node, entry)
    except msgspec.MsgspecError:
        return False


def _may_rule(read: Reader, node: str, entry: Entry) -> bool:
    """Say whether it may release the home it has, or found a house that has none yet."""
    if entry.kind == HomeReleased.KIND:
        released = msgspec.json.decode(entry.data, type=HomeReleased)
        is_its = home_of(read, released.group, released.epoch) == node
        return is_its and entry.subject == GROUP + released.group
    if entry.kind == HomeMoved.KIND:
        moved = msgspec.json.decode(entry.data, type=HomeMoved)
        founds = (moved.epoch, moved.to, moved.through) == (1, node, 0)
        return founds and entry.subject == GROUP + moved.group and not _has_home(read, moved.group)
    return False


def home_of(read: Reader, group: str, epoch: int) -> str:
    """Give the node that decides in this epoch of a group; empty if nobody is known to."""
    found = read.rows("SELECT node FROM reign WHERE grp = ? AND epoch = ?", (group, epoch))
    return str(found[0][0]) if found else ""


def _has_home(read: Reader, group: str) -> bool:
    return bool(read.rows("SELECT 1 FROM reign WHERE grp = ? LIMIT 1", (group,)))

"""Which subjects were written about since somebody looked last: for whoever keeps values beside tables."""

from __future__ import annotations

from typing import Final

import msgspec

from sharing.journal.reading import Reader

MOST: Final = 2000
"""Entries; whoever missed more reads everything anew."""
_OWN: Final = (
    "SELECT e.subject FROM position p JOIN entry e ON e.id = p.entry"
    " WHERE p.node = ? AND p.epoch = ? AND p.seq > ?"
)
_TAKEN_IN: Final = "SELECT e.subject FROM stream s JOIN entry e ON e.id = s.entry WHERE s.gsn > ?"
_ODD: Final = "SELECT (SELECT COUNT(*) FROM local_held), (SELECT COUNT(*) FROM rival)"
_FOR_ALL: Final = ("group:", "node:")
"""What stands in these decides how others fold: which verdicts count, and when something was."""


class Place(msgspec.Struct, frozen=True):
    """How far somebody has looked."""

    epoch: int
    seq: int
    """Of this node's own stream."""
    gsn: int
    """Of what has a number; own entries of a central have both."""
    odd: tuple[int, ...] = ()
    """How many verdicts are held or rival: if that changes, subjects fold anew that nothing new is about."""


class News(msgspec.Struct, frozen=True):
    """What happened since a place."""

    place: Place
    subjects: frozenset[str] | None
    """None: anything may have changed."""


def news(read: Reader, since: Place | None) -> News:
    """Say which subjects were written about since a place; None is the beginning.

    Rows can change without an entry only when tables are folded again by hand (`doctor --mend`).
    """
    tip = read.tip()
    place = Place(tip.epoch, tip.seq, read.stream_tip(), tuple(read.rows(_ODD)[0]))
    if since is None or since.epoch != place.epoch or since.odd != place.odd:
        return News(place, None)
    if place == since:
        return News(place, frozenset())
    if place.seq - since.seq > MOST or not 0 <= place.gsn - since.gsn <= MOST:
        return News(place, None)
    found = read.rows(_OWN, (read.store.node, since.epoch, since.seq))
    found += read.rows(_TAKEN_IN, (since.gsn,))
    subjects = frozenset(row[0] for row in found)
    return News(place, None if any(one.startswith(_FOR_ALL) for one in subjects) else subjects)

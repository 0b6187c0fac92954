"""Handing the deciding for a group from one node to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharing.errors import NotHome
from sharing.journal.entry import Draft, Entry
from sharing.journal.shapes import GROUP, HomeMoved, HomeReleased

if TYPE_CHECKING:
    from sharing.journal.work import Work


def move_home(work: Work, group: str, to: str) -> Entry:
    """Make another node the home of a group, at the central or where there is none.

    What the old home decided holds as far as it came here without a gap, and never beyond the number up to
    which it let go by itself. What it decided later is void.

    Raises:
        NotHome: this node is neither the central nor alone.
    """
    if work.sync().role == "node":
        raise NotHome(group=group)
    counting = work.writer.subjects.counting
    epoch = counting.chair(group).epoch
    through = counting.last_without_gap(group, epoch)
    found = work.rows("SELECT released FROM reign WHERE grp = ? AND epoch = ?", (group, epoch))
    if found and found[0][0] is not None:
        through = min(through, found[0][0])
    moved = HomeMoved(group=group, epoch=epoch + 1, to=to, through=through)
    return work.append(work.new_id(), [Draft(GROUP + group, moved)])[0]


def release_home(work: Work, group: str) -> Entry:
    """Let go of a group that this node decides for; from here on it asks as all others do.

    Raises:
        NotHome: this node does not decide for it.
    """
    if not work.is_home(group):
        raise NotHome(group=group)
    chair = work.writer.home(group)
    released = HomeReleased(group=group, epoch=chair.epoch, through=chair.last)
    return work.append(work.new_id(), [Draft(GROUP + group, released)])[0]

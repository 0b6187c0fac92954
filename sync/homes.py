"""What the machines do about homes: stop one that forked, and pass on what was released."""

from __future__ import annotations

import msgspec

from sharing.journal.handing_tables import FORKED
from sharing.journal.shapes import GROUP, HomeReleaseAsked
from sharing.journal.store import Reader, Work


def homes_of(read: Reader, node: str) -> list[str]:
    """Give the groups that a node decides for."""
    return [row[0] for row in read.rows("SELECT id FROM home WHERE node = ? ORDER BY id", (node,))]


def stop(work: Work) -> None:
    """Decide nothing any more, if this node decides at all: its stream forked, so another may be deciding."""
    if homes_of(work, work.store.node) and not work.sync().is_stopped:
        work.set_sync(stopped=FORKED)
        work.notice("home_stopped")


def is_idle(work: Work) -> None:
    """Take the stop off a node that is no home any more; the journal takes it off one made home anew."""
    if work.sync().stopped and not homes_of(work, work.store.node):
        work.set_sync(stopped=0)


def move_released(work: Work) -> None:
    """Name the next home of each group whose home has let go because it was asked to.

    It follows from what is stored, not from what has just come: a crash or a restore may lie between.
    """
    released = work.rows(
        "SELECT grp FROM reign r WHERE released IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM reign later WHERE later.grp = r.grp AND later.epoch > r.epoch) ORDER BY grp"
    )
    for (group,) in released:
        asked = [one for one in work.entries_of(GROUP + group) if one.kind == HomeReleaseAsked.KIND]
        if asked:
            work.move_home(group, msgspec.json.decode(asked[-1].data, type=HomeReleaseAsked).to)

"""What the machines do about homes: stop one that forked, and pass on what was released."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sharing.journal.entry import Entry
from sharing.journal.shapes import GROUP, HomeReleaseAsked, HomeReleased
from sharing.journal.store import Reader, Work


def homes_of(read: Reader, node: str) -> list[str]:
    """Give the groups that a node decides for."""
    return [row[0] for row in read.rows("SELECT id FROM home WHERE node = ? ORDER BY id", (node,))]


def stop(work: Work) -> None:
    """Decide nothing any more, if this node decides at all: its stream forked, so another may be deciding."""
    if homes_of(work, work.store.node) and not work.sync().stopped:
        work.set_sync(stopped=1)
        work.notice("home_stopped")


def is_idle(work: Work) -> None:
    """Take the stop off a node that is no home any more; the journal takes it off one made home anew."""
    if work.sync().stopped and not homes_of(work, work.store.node):
        work.set_sync(stopped=0)


def move_released(work: Work, came: Iterable[Entry]) -> None:
    """Name the next home of each group whose home let go because it was asked to."""
    for entry in came:
        if entry.kind != HomeReleased.KIND:
            continue
        released = msgspec.json.decode(entry.data, type=HomeReleased)
        asked = [one for one in work.entries_of(entry.subject) if one.kind == HomeReleaseAsked.KIND]
        if asked and entry.subject == GROUP + released.group:
            work.move_home(released.group, msgspec.json.decode(asked[-1].data, type=HomeReleaseAsked).to)

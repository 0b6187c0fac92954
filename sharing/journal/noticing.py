"""What a node writes about itself, and the central about a node: true times, and what staff should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sharing.journal.clock import EARLIEST_BELIEVABLE, UNTRUSTED
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.shapes import NODE, NOTICED, ClockCorrected, NodeNoticed
from sharing.journal.tables import Boot

if TYPE_CHECKING:
    from sharing.journal.work import Work

_DAY: Final = 86_400_000
MOST_A_DAY: Final = 20
"""Cases of one kind that can be opened about a node in a day: a broken one must not bury the others."""


def learn_time(work: Work, central_at: Instant) -> Entry | None:
    """Note when this boot truly began, once, if nothing set its clock; gives what was written.

    What was written in this boot is put right by it. Of earlier boots that nothing can put right any more,
    staff hear.

    Args:
        work: the open transaction.
        central_at: what the central says that it is now.
    """
    if central_at < EARLIEST_BELIEVABLE:
        return None
    now = work.reading
    if now.boot not in work.store.boots_seen:
        for boot in _lost_boots(work, now.boot):
            notice(work, "clock_unknown", detail=boot, once=True)
        work.store.boots_seen.add(now.boot)
    if now.clock != UNTRUSTED:
        return None
    if work.one(Boot, f"{NODE}{work.store.node}/{now.boot}") is not None:
        return None
    corrected = ClockCorrected(boot=now.boot, began_at=central_at - now.uptime)
    return work.append(work.new_id(), [Draft(NODE + work.store.node, corrected)])[0]


def _lost_boots(work: Work, this: str) -> list[str]:
    """Give this node's boots with an untrusted clock that began nowhere: their times hang in the air.

    Such a boot's clock stood before this software was written, or behind the entry before it, whose time its
    first entry therefore has; nobody can tell how long the machine was off.
    """
    own = NODE + work.store.node
    boots = work.rows(
        "SELECT DISTINCT e.boot FROM entry e JOIN position p ON p.entry = e.id WHERE p.node = ?"
        " AND e.clock = ? AND e.boot <> ? AND NOT EXISTS"
        " (SELECT 1 FROM boot b WHERE b.subject = ? AND b.boot = e.boot)",
        (work.store.node, UNTRUSTED, this, own),
    )
    return sorted(boot for (boot,) in boots if _was_mended(work, boot))


def _was_mended(work: Work, boot: str) -> bool:
    found = work.rows(
        "SELECT e.at, p.epoch, p.seq FROM position p JOIN entry e ON e.id = p.entry"
        " WHERE p.node = ? AND e.boot = ? ORDER BY e.uptime, p.seq DESC LIMIT 1",
        (work.store.node, boot),
    )
    at, epoch, seq = found[0]
    before = work.rows(
        "SELECT e.at FROM position p JOIN entry e ON e.id = p.entry"
        " WHERE p.node = ? AND p.epoch = ? AND p.seq = ?",
        (work.store.node, epoch, seq - 1),
    )
    return bool(at < EARLIEST_BELIEVABLE or (before and before[0][0] == at))


def notice(
    work: Work, what: str, *, detail: str = "", node: str = "", epoch: int = 0, seq: int = 0,
    once: bool = False,
) -> Entry | None:  # fmt: skip
    """Tell staff something about a node; the same at most once a day, and no more than some of each kind.

    Args:
        work: the open transaction.
        what: one of `NOTICED`.
        detail: which boot, which frame; no person.
        node: whom it is about; this node if empty.
        epoch: of that node's stream, if a place in it is meant.
        seq: the place.
        once: the same is never said again, however long ago it was.

    Raises:
        ValueError: nothing is known by that word; a bug of the caller.
    """
    if what not in NOTICED:
        raise ValueError(what)
    subject = NODE + (node or work.store.node)
    said = work.rows(
        "SELECT kind, about, at FROM matter WHERE subject = ? AND (at > ? OR (kind = ? AND about = ?))",
        (subject, work.now - _DAY, what, detail),
    )
    # What was said while the clock stood in a later year must not keep everything from being said until then.
    lately = [(kind, about) for kind, about, at in said if abs(at - work.now) < _DAY]
    if (what, detail) in lately or (once and said and (what, detail) in {one[:2] for one in said}):
        return None
    if sum(kind == what for kind, _ in lately) >= MOST_A_DAY:
        return None
    noticed = NodeNoticed(what=what, detail=detail, epoch=epoch, seq=seq)
    return work.append(work.new_id(), [Draft(subject, noticed)])[0]

"""Central after a restore: it asks each node what it has, takes what it lacks, and decides only then."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from contextlib import suppress
from typing import Final

from sharing.journal.entry import content_digest
from sharing.journal.peers import Peer
from sharing.journal.store import Store, Work
from sync.at_central.forgery import is_disguised
from sync.at_central.quarantine import without_emptied
from sync.homes import homes_of, move_released
from sync.protocol import BadFrame
from sync.trying import tried
from sync.wire.acts import Act, split, unpack_one
from sync.wire.frames import MOST_ENTRIES, Bring, Have, Want

_BROUGHT: Final = 0
"""Instead of an epoch, in the quarantine, of what was brought and not sent by its writer."""


def must_report(work: Work, peer: Peer) -> bool:
    """Say whether this node has still to say what it has."""
    return not peer.reported and takes_reports(work)


def takes_reports(work: Work) -> bool:
    """Say whether this central came from a backup once; then any disk of the house may hold what it lacks."""
    return len(work.terms()) > 1


def answer(work: Work, peer: Peer, have: Have, cannot: Container[bytes]) -> Want:
    """Say which of the ids are wanted; a node of whose last ones none is has reported.

    Args:
        work: the open transaction.
        peer: who asks.
        have: its question.
        cannot: ids that it brought and that could not be taken; it is not asked for them again.
    """
    wanted = [one for one in work.lacking(have.ids) if one not in cannot]
    if have.last and not wanted and not peer.reported:
        work.note_peer(peer.node, reported=1)
    return Want(term=have.term, nonce=have.nonce, ids=tuple(wanted), last=have.last)


def take_brought(work: Work, peer: Peer, bring: Bring) -> set[bytes]:
    """Take in acts by their ids; gives the ids of those that could not be taken.

    Raises:
        BadFrame: it is no array of acts, or a node brings fewer at once.
    """
    cannot: set[bytes] = set()
    new = 0
    for raw in _acts_in(bring):
        act: Act = ()
        with suppress(BadFrame):
            act = unpack_one(raw)
        here = len(work.arrived)
        dropped = _is_dropped(work, act)
        reason = "" if dropped else _taken(work, act)
        new += len(work.arrived) - here
        if dropped or reason:
            cannot.update(entry.id for entry in act)
        if reason:
            _set_aside(work, peer.node, raw, act, reason)
    if new and peer.reported:
        work.notice("cloned", node=peer.node)  # its name said that it had no more: this is another disk
    return cannot


def _acts_in(bring: Bring) -> list[bytes]:
    acts = split(bring.acts)
    if len(acts) > MOST_ENTRIES:  # each that is nothing would be set aside by itself
        raise BadFrame("malformed")
    return acts


def _is_dropped(work: Work, act: Act) -> bool:
    """Say whether staff said of this very act that its writer may not write it: they are not asked again."""
    sql = "SELECT raw FROM local_quarantine WHERE act = ? AND state = ? AND substr(reason, 1, 6) = ?"
    rows = work.rows(sql, (act[0].act, "dropped", "forged")) if act else []
    digests = [content_digest(entry) for entry in act]
    return any(
        [content_digest(entry) for entry in unpack_one(bytes(raw))] == digests for (raw,) in rows if raw
    )


def _set_aside(work: Work, node: str, raw: bytes, act: Act, reason: str) -> None:
    """Keep an act as it came; staff hear of it once, though it comes again whenever a machine starts."""
    place = int.from_bytes(hashlib.sha256(raw).digest()[:6], "big")
    aside = work.count_aside(node)
    work.quarantine(
        node=node, epoch=_BROUGHT, seq=place, act=act[0].act if act else bytes(16), parts=len(act) or 1,
        reason=reason, raw=without_emptied(work, raw),
    )  # fmt: skip
    if work.count_aside(node) > aside:
        work.notice("quarantined", detail=reason, node=node)


def _taken(work: Work, act: Act) -> str:
    """Take an act in; gives "" or why it cannot be taken."""
    if not act or any(entry.data[:1] != b"{" for entry in act):  # a disk has damaged it (`wire.acts.pack`)
        return "unreadable"
    if any(is_disguised(work, entry) for entry in act):
        return "forged: verdict"
    return tried(work, lambda: work.take_in(act))


def everybody_reported(work: Work) -> bool:
    """Say whether nobody is left to wait for."""
    return all(peer.reported or peer.revoked_at is not None for peer in work.peers())


def finish(work: Work) -> None:
    """Decide again, as a new home of what this central decided for: what was lost must not count twice."""
    if not work.sync().restoring:
        return
    work.set_sync(restoring=0)
    move_released(work)
    for group in homes_of(work, work.store.node):
        work.move_home(group, work.store.node)


def end_wait(store: Store) -> None:
    """Wait no longer for nodes that do not report; staff know that they are gone.

    What they bring later is taken still.
    """
    with store.begin() as work:
        finish(work)
        work.hand_on()

"""How this machine stands with the rest of its house: what staff are told of it, and nothing that hurts."""

from __future__ import annotations

import msgspec

from sharing.journal.clock import UNTRUSTED
from sharing.journal.entry import Instant
from sharing.journal.shapes import NODE
from sharing.journal.store import Reader, Store

CLOCK_OFF_MS = 120_000
"""A clock that differs by more from the central's is a case for staff."""


class SyncStanding(msgspec.Struct, frozen=True, kw_only=True):
    """What this machine knows of the central."""

    role: str
    """"alone": it keeps everything itself; "node": there is a central; "central": it is that."""
    now: Instant
    heard_at: Instant | None = None
    """When the central was heard last."""
    only_here: int = 0
    """Entries that nobody else has."""
    to_come: int = 0
    """Entries of the house that have not come here yet."""
    has_house: bool = True
    """False: it has joined and still waits for the house."""
    clock_sure: bool = True
    """Whether its clock is believed. Where there is no central nobody else's clock contradicts it."""
    offset_ms: int = 0
    """By how much its clock differs from the central's."""
    stopped: bool = False
    """It was home of decisions and must not decide until staff say who does."""
    revoked: bool = False
    restoring: bool = False
    """The central comes from a backup and waits for what the others have."""

    @property
    def is_clock_off(self) -> bool:
        """Whether its clock is wrong by more than minutes that people forgive."""
        return abs(self.offset_ms) > CLOCK_OFF_MS


def sync_standing(store: Store) -> SyncStanding:
    """Say how this machine stands with the rest of the house, from its own tables: no net is asked."""
    with store.reader() as read:
        state = read.sync()
        alone = state.role == "alone"
        return SyncStanding(
            role=state.role, now=read.now, heard_at=state.heard_at,
            only_here=read.unacked() if state.role == "node" else 0,
            to_come=max(0, state.central_gsn - state.applied) if state.role == "node" else 0,
            has_house=state.role != "node" or state.applied > 0,
            clock_sure=alone or _is_sure(read), offset_ms=0 if alone else state.offset_ms or 0,
            stopped=state.is_stopped, revoked=bool(state.revoked), restoring=bool(state.restoring),
        )  # fmt: skip


def _is_sure(read: Reader) -> bool:
    """Whether the clock is set by the network, or the central said when this boot began."""
    key = f"{NODE}{read.store.node}/{read.reading.boot}"
    known = read.reading.clock != UNTRUSTED
    return known or bool(read.rows("SELECT 1 FROM boot WHERE id = ?", (key,)))

"""How the central is doing, as one value, as JSON and as Prometheus reads it.

Text format: https://prometheus.io/docs/instrumenting/exposition_formats/ (version 0.0.4). Every number is of
this house only; no person is in any of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from sharing.cases.actions import open_cases
from sharing.journal.peers import Peer
from sharing.journal.store import Reader, Store
from sync.status import PeerStatus

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """One machine of the house, as the central knows it."""

    node: str
    heard_at: int | None
    """Instant; None before it was heard for the first time."""
    away_ms: int | None
    """For how long it has not been heard."""
    epoch: int | None
    watermark: int
    """The last entry of its stream that is here."""
    applied: int
    """How far it has what the central handed on."""
    lag: int
    """So many entries of the central it does not have yet."""
    offset_ms: int | None
    """How far its clock is ahead of the central's."""
    frames: int
    refused: int
    """So many of its frames were not taken."""
    software: str
    connected: bool
    revoked: bool
    reported: bool
    """After a restore: it has brought what it had."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The central at one moment."""

    ok: bool
    """It decides, its broker answers, and nothing is set aside."""
    house: str
    at: int
    term: int
    gsn: int
    entries: int
    restoring: bool
    cases: int
    """Open ones."""
    quarantined: int
    connected: bool
    broker_starts: int
    denied: int
    dropped: int
    machines: tuple[Machine, ...]


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What only the running process knows."""

    connected: bool = False
    broker_starts: int = 0
    denied: int = 0
    dropped: int = 0
    peers: tuple[PeerStatus, ...] = ()
    """What was counted since the database was written last."""


def look(store: Store, around: Around | None = None) -> Health:
    """Look at everything at one moment.

    Args:
        store: the central's journal.
        around: what the running process knows; None if it does not run.

    Raises:
        Storage: the database does not answer.
    """
    known = around or Around()
    counted = {one.node: one for one in known.peers}
    cases = len(open_cases(store))
    with store.reader() as read:
        sync, gsn, aside = read.sync(), read.stream_tip(), read.count_aside()
        machines = tuple(_machine(read, one, gsn, counted.get(one.node)) for one in read.peers())
        return Health(
            ok=known.connected and not sync.restoring and not aside,
            house=store.house,
            at=read.now,
            term=sync.term,
            gsn=gsn,
            entries=gsn + max(0, read.tip().seq - sync.swept),  # counting them reads the whole journal
            restoring=bool(sync.restoring),
            cases=cases,
            quarantined=aside,
            connected=known.connected,
            broker_starts=known.broker_starts,
            denied=known.denied,
            dropped=known.dropped,
            machines=machines,
        )


def _machine(read: Reader, one: Peer, gsn: int, counted: PeerStatus | None) -> Machine:
    applied = max(one.applied, counted.applied) if counted else one.applied
    return Machine(
        node=one.node,
        heard_at=one.heard_at,
        away_ms=None if one.heard_at is None else max(0, read.now - one.heard_at),
        epoch=one.epoch,
        watermark=0 if one.epoch is None else read.watermark(one.node, one.epoch).seq,
        applied=applied,
        lag=max(0, gsn - applied),
        offset_ms=one.offset_ms,
        frames=counted.frames if counted else one.frames,
        refused=counted.refused if counted else one.refused,
        software=one.software,
        connected=counted is not None and counted.connected,
        revoked=one.revoked_at is not None,
        reported=bool(one.reported),
    )


_HOUSE: Final = (
    ("up", "gauge", "Whether the central is connected to its broker.", "connected"),
    ("restoring", "gauge", "Whether it waits for the machines after a restore.", "restoring"),
    ("gsn", "gauge", "The last number it handed on.", "gsn"),
    ("entries", "gauge", "Entries in its journal.", "entries"),
    ("cases_open", "gauge", "Contradictions that staff have to look at.", "cases"),
    ("quarantined", "gauge", "Acts that were set aside.", "quarantined"),
    ("broker_starts_total", "counter", "How often its own broker was started.", "broker_starts"),
    ("publish_denied_total", "counter", "Messages that the broker did not take.", "denied"),
    ("publish_dropped_total", "counter", "Messages given up for want of a connection or of room.", "dropped"),
)  # fmt: skip
_MACHINE: Final = (
    ("node_watermark", "gauge", "The last entry of the machine's stream that the central has.", "watermark"),
    ("node_applied", "gauge", "How far the machine has what the central handed on.", "applied"),
    ("node_lag", "gauge", "Entries of the central that the machine does not have yet.", "lag"),
    ("node_clock_offset_ms", "gauge", "How far its clock is ahead of the central's.", "offset_ms"),
    ("node_away_ms", "gauge", "For how long it has not been heard.", "away_ms"),
    ("node_frames_total", "counter", "Frames that were taken from it.", "frames"),
    ("node_refused_total", "counter", "Frames that were not.", "refused"),
    ("node_connected", "gauge", "Whether its line stands.", "connected"),
    ("node_revoked", "gauge", "Whether it was revoked.", "revoked"),
)


def metrics(health: Health) -> str:
    """Write a health as Prometheus reads it; what is not known is left out."""
    lines: list[str] = []
    for name, kind, told, field in _HOUSE:
        lines += _head(name, kind, told)
        lines.append(f"teilhaus_{name} {int(getattr(health, field))}")
    lines += _head("term", "gauge", "The central's term, as a label: it is no quantity.")
    lines.append(f'teilhaus_term{{term="{health.term}"}} 1')
    for name, kind, told, field in _MACHINE:
        lines += _head(name, kind, told)
        lines += _of_machines(name, field, health.machines)
    return "\n".join(lines) + "\n"


def _head(name: str, kind: str, told: str) -> Iterable[str]:
    return (f"# HELP teilhaus_{name} {told}", f"# TYPE teilhaus_{name} {kind}")


def _of_machines(name: str, field: str, machines: Iterable[Machine]) -> Iterator[str]:
    for one in machines:
        value = getattr(one, field)
        if value is not None:
            yield f'teilhaus_{name}{{node="{_label(one.node)}"}} {int(value)}'


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

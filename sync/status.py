"""How machines stand with each other, for screens, commands and whoever watches over a house."""

from __future__ import annotations

import msgspec

from sharing.journal.entry import Instant


class NodeStatus(msgspec.Struct, frozen=True):
    """How a node stands with central."""

    connected: bool
    together: bool
    """Central answered, and both know where the other stands."""
    heard_at: Instant | None
    unacked: int
    applied: int
    behind: int
    """Entries that central has and this node has not."""
    offset_ms: int | None
    stopped: bool
    revoked: bool
    restoring: bool
    """Central came from a backup and asks what this node has."""
    refused: str
    """Why central last refused what this node sent; empty if it did not."""
    stuck: str
    """Why this node cannot take what comes next; empty if it can."""


class PeerStatus(msgspec.Struct, frozen=True):
    """How a node stands with central, as central sees it."""

    node: str
    connected: bool
    epoch: int | None
    watermark: int
    """The last place of its stream that is here."""
    applied: int
    lag: int
    """Entries that are here and, as far as is known, not there."""
    offset_ms: int | None
    heard_at: Instant | None
    software: str
    revoked: bool
    reported: bool
    frames: int
    refused: int


class CentralStatus(msgspec.Struct, frozen=True):
    """How central stands with its nodes."""

    connected: bool
    term: int
    gsn: int
    restoring: bool
    peers: tuple[PeerStatus, ...]
    quarantine: int
    """Acts that are set aside and that nobody has looked at."""
    refused: dict[str, int]
    """Frames refused since the start, by reason."""

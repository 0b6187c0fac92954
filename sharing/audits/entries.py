"""A stock-take as entries of subject audit:A; what follows are entries of the items, each with a yes."""

from __future__ import annotations

from typing import ClassVar

from sharing.journal.entry import Secret, Shape, Verdict


class AuditOpened(Shape, frozen=True, kw_only=True):
    """Staff began to count what belongs at `scope` (location id)."""

    KIND: ClassVar[str] = "audit.opened"
    scope: str


class AuditActor(Secret, frozen=True, kw_only=True):
    """Who did it."""

    actor: str = ""


class AuditPlace(Shape, frozen=True, kw_only=True):
    """A device now counts at this place; `k` counts that device's scans from 1."""

    KIND: ClassVar[str] = "audit.place"
    device: str
    k: int
    place: str


class AuditSeen(Shape, frozen=True, kw_only=True):
    """A label was scanned at a place. `item` is empty for a label that nothing here bears."""

    KIND: ClassVar[str] = "audit.seen"
    device: str
    k: int
    place: str
    code: str
    item: str = ""


class AuditDeviceDone(Shape, frozen=True, kw_only=True):
    """A device has no more to send: `count` scans were its own."""

    KIND: ClassVar[str] = "audit.device_done"
    device: str
    count: int


class AuditCloseAsked(Shape, frozen=True, kw_only=True):
    """Request: the count is complete."""

    KIND: ClassVar[str] = "audit.close_asked"


class AuditClosed(Verdict, frozen=True, kw_only=True):
    """The home closed it; `missing` are the items that belong there, are not lent and were not seen."""

    KIND: ClassVar[str] = "audit.closed"
    missing: tuple[str, ...]

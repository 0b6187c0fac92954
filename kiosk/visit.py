"""What the kiosk knows of the person in front of it, and when it must forget it.

Pure: seconds come from the caller. Nothing in here is stored; the journal has what must last.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from sharing.lending.scan_table import Step

if TYPE_CHECKING:
    from kiosk.together import Together
    from sharing.catalogue.rules import Item
    from sharing.lending.rules import Visit
    from sharing.lending.scanning import Scanned
    from sharing.people.rules import Holder

UNDO_RETURN_S = 30.0
"""Seconds in which a return without a visit can be undone."""


class Idle:
    """Counts the quiet; the times are seconds of any clock that never goes back."""

    def __init__(self, now: float, *, quiet_s: float = 45, countdown_s: float = 20) -> None:
        self._since = now
        self._quiet_s = quiet_s
        self._ends_s = quiet_s + countdown_s

    def touched(self, now: float) -> bool:
        """Start anew because somebody is there; true if the countdown was showing."""
        counting = self.left(now) is not None
        self._since = now
        return counting

    def is_quiet(self, now: float, seconds: float) -> bool:
        """Whether nobody did anything for so long."""
        return now - self._since >= seconds

    def left(self, now: float) -> int | None:
        """Whole seconds until the kiosk forgets, 0 when it must; None while nothing need be shown."""
        quiet = now - self._since
        return None if quiet < self._quiet_s else max(0, ceil(self._ends_s - quiet))


AT_SHELF_S = 60.0
"""Seconds in which a typed number counts as given back after the label of the return shelf."""
SHOWN_S = 30.0
"""Seconds in which a card lends the thing that was shown before it."""


class Present(msgspec.Struct):
    """Who stands here and what the last scan said; the one place that knows: forgetting is one line."""

    visit: Visit | None = None
    staff: Holder | None = None
    """Who opened the staff desk with card and PIN."""
    last: Scanned | None = None
    """What the last scan of a thing said."""
    last_at: float = 0.0
    """When that was, in seconds of the clock that `Idle` has."""
    extended: frozenset[str] = frozenset()
    """Lines that were made longer in this visit: scanning such a thing once more asks and does nothing."""
    said: tuple[bytes, ...] = ()
    """Acts of what was said about the condition of the last thing; undone together with its return."""
    asked_for_whom: bool = False
    """Whether this visit was asked for whom it is; who scans on instead of answering is not asked again."""
    unanswered: str | None = None
    """Item that waits for the answer to "give back or keep longer?"; scanning on gives it back."""
    let_go: Item | None = None
    """What came back like that with this scan."""
    unseen: int = 0
    """Answers to earlier requests that were not read before the next scan."""
    typed: bool = False
    """Whether the last number was typed: the scanner may be broken, so the key for it stays."""

    together: Together | None = None
    """How this machine stands with the rest of the house; nothing about a person, so it stays."""
    has_rooms: bool = False
    """Whether this house has rooms to book; nothing about a person, so it stays."""
    shelf_at: float = -AT_SHELF_S
    """When the label of the return shelf was scanned; nothing about a person either."""

    @property
    def is_nobody(self) -> bool:
        """Whether there is nobody to be forgotten."""
        return self.visit is None and self.staff is None and self.last is None

    def forget(self) -> None:
        """Forget everybody."""
        self.visit = self.staff = self.last = self.unanswered = self.let_go = None
        self.asked_for_whom = self.typed = False
        self.unseen = 0
        self.said, self.extended = (), frozenset()

    def noted(self, scanned: Scanned, now: float) -> None:
        """Keep what a scan said."""
        self.last, self.last_at, self.said = scanned, now, ()
        self.visit = scanned.visit
        if scanned.at_return_shelf:
            self.shelf_at = now

    def shown(self, now: float) -> str | None:
        """The item that a card scanned now would lend: shown without a visit, just before."""
        last = self.last
        fresh = last is not None and self.visit is None and now - self.last_at <= SHOWN_S
        return last.item.id if fresh and last and last.item and last.step is Step.SHOWN else None

    def at_return_shelf(self, now: float) -> bool:
        """Whether what is typed now counts as given back."""
        return now - self.shelf_at <= AT_SHELF_S

    def undoable(self, now: float) -> str | None:
        """The act (hex) that "undo" takes back: the visit's newest, or a return just made without one."""
        if self.visit is not None:
            return self.visit.acts[-1][0] if self.visit.acts else None
        fresh = self.last is not None and now - self.last_at <= UNDO_RETURN_S
        return self.last.act if fresh and self.last and self.last.act else None


def is_suspended(visit: Visit) -> bool:
    """Whether the person may borrow nothing at the moment."""
    until = visit.person.suspended_until
    return until is not None and until > visit.began


def after_undo(visit: Visit, still_out: frozenset[str]) -> Visit:
    """Give the visit without its newest act.

    Args:
        visit: the visit before.
        still_out: items that are out in this visit now.
    """
    (*acts, (_, item)) = visit.acts
    touched = {one for _, one in acts}
    given_back = visit.given_back if item in touched and item not in still_out else visit.given_back - {item}
    return replace(visit, acts=tuple(acts), taken=still_out, given_back=given_back, last_code="")

"""What a door knows: the last that came over the line, gone on by the house's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from devices.panels.state import RoomState, Status, is_stale, rolled
from devices.web.board import Board
from kiosk.door.time import MeasuredTime
from sharing.errors import NotRunning, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.web.board import Sign
    from sharing.errors import TeilhausError
    from sharing.journal.entry import Instant


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be shown at one moment."""

    now: Instant
    state: RoomState | None = None
    """None: nothing was heard yet."""
    is_gone: bool = False
    """The room is no longer one that can be booked."""
    is_linked: bool = False
    trouble: TeilhausError | None = None
    """Why there is no line."""
    clock_off: int = 0
    """By how many milliseconds the clock of this machine is ahead of the house's; 0: not much."""

    @property
    def is_stale(self) -> bool:
        """Whether what is shown may be wrong: too old, or of a room that is none any more."""
        return self.state is not None and (self.is_gone or is_stale(self.state, self.now))


class Watch:
    """Holds the last of one room; told by the line's thread, asked by the screen's."""

    def __init__(
        self, room: str, wall: Callable[[], Instant], uptime: Callable[[], int] | None = None, *,
        is_ours: bool = False,
    ) -> None:  # fmt: skip
        """Know nothing yet.

        Args:
            room: its id.
            wall: the clock of this machine; it is not believed longer than until the publisher speaks.
            uptime: milliseconds that only go forward; None: the clock is never set.
            is_ours: Teilhaus starts the broker on this machine; if nobody answers, that is not running.
        """
        self.room, self._is_ours, self._board = room, is_ours, Board()
        self._time = MeasuredTime(wall, uptime or wall)
        self._is_gone = False
        self.trouble: TeilhausError | None = None

    def heard(self, what: str, payload: bytes, *, is_kept: bool = False) -> None:
        """Take what came on the room's topic `what`; nonsense changes nothing, and nothing is ever blank.

        Args:
            what: the end of the topic.
            payload: what was said.
            is_kept: it was said before, and the broker kept it: it tells no time.
        """
        if what == "agenda":
            self._board.take_agenda(payload)
        elif what == "state" and not payload:
            self._is_gone = True
        elif what == "state" and self._board.take_state(payload):
            self._is_gone = False
            self._tell_time(is_kept=is_kept)

    def _tell_time(self, *, is_kept: bool) -> None:
        """Take the publisher's time from a state, unless it says itself that it does not know it."""
        sign = self._board.sign(self.room)
        if sign is None or sign.state.status is Status.UNKNOWN:
            return
        take = self._time.at_least if is_kept else self._time.said
        take(sign.state.generated_at)

    def connected(self, *, is_linked: bool) -> None:
        """Hear whether the broker can be reached."""
        self._board.connected(is_linked)

    def view(self) -> View:
        """Say what is to be shown now."""
        now, sign = self._time.now(), self._board.sign(self.room)
        linked, trouble = self._board.is_connected, self.trouble
        if self._is_ours and isinstance(trouble, Unreachable):
            trouble = NotRunning()
        return View(
            now=now, state=None if sign is None else standing(sign, now), is_gone=self._is_gone,
            is_linked=linked, trouble=None if linked else trouble, clock_off=self._time.off(),
        )  # fmt: skip


def standing(sign: Sign, now: Instant) -> RoomState:
    """Give how a room stands now, from what was heard last: its state, and the slots of tomorrow."""
    if sign.agenda is None:
        return rolled(sign.state, now)
    more = (slot for day in sign.agenda.days for slot in day.slots if slot not in sign.state.day)
    if now < sign.state.changes_at:
        return sign.state
    known = (*sign.state.day, *more)
    return rolled(msgspec.structs.replace(sign.state, day=known), now)

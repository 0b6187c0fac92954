"""The line of a door: hears one room, says nothing but that it is there, and comes back by itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from devices.panels import topics
from sharing.errors import Network, TeilhausError
from sync.events import Connected, Disconnected, Received
from sync.line.endpoint import Guest
from sync.mqtt import Line, Pace, State

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from kiosk.door.watch import Watch
    from sharing.journal.clock import Clock
    from sync.line.endpoint import Endpoint
    from sync.mqtt import Arrived

LOOK_S: Final = 1.0
"""How often to look whether the broker is elsewhere now."""
PACE: Final = Pace(first=0.2, longest=2, refused=3)
"""The truth stands at the door some seconds after the broker is back."""
_log = logging.getLogger(__name__)


class Door(Guest, frozen=True, kw_only=True):
    """A door that says how it is as panels do: in one word."""

    def birth(self, session: int, now: int) -> bytes:
        """Say that it is there."""
        del session, now
        return b"online"

    def death(self, session: int) -> bytes:
        """Say that it is gone."""
        del session
        return b"offline"

    def is_old_death(self, payload: bytes, session: int) -> bool:
        """Tell whether somebody says that it is gone, though it is there."""
        return payload == self.death(session)


def door_of(house: str, room: str, node: str, status: str = "") -> Door:
    """Give what a door hears: how its room stands, today and tomorrow.

    Args:
        house: as in topics.
        room: its id.
        node: how the door is called at the broker.
        status: the topic on which it says that it is there; empty: it only listens.
    """
    hears = (topics.state(house, room), topics.agenda(house, room))
    return Door(house=house, node=node, status=status, hears=hears)


def listen(
    watch: Watch, find: Callable[[], Endpoint | None], door: Door, clock: Clock, stop: threading.Event
) -> None:
    """Fill `watch` until `stop` is set.

    Args:
        watch: what the screen shows.
        find: says where the broker is; None while there is none. May raise OSError or TeilhausError.
        door: whom we speak for.
        clock: of this machine.
        stop: ends it, within a second.
    """
    epoch = clock.read().at
    while not stop.is_set():
        end = _found(watch, find)
        if end is not None:
            try:
                line = Line(end, door, epoch=epoch, clock=clock, pace=PACE, notes=_note)
            except Network as error:
                watch.trouble = error
            else:
                _hear(watch, line, find, stop)
        stop.wait(LOOK_S)


def _note(what: str, detail: str) -> None:
    _log.info("%s %s", what, detail)


def _found(watch: Watch, find: Callable[[], Endpoint | None]) -> Endpoint | None:
    try:
        return find()
    except TeilhausError as error:
        watch.trouble = error
    except (OSError, ValueError) as error:
        _log.warning("broker: %s", error)
    return None


def _hear(watch: Watch, line: Line, find: Callable[[], Endpoint | None], stop: threading.Event) -> None:
    """Hear one broker until it is elsewhere, or the end."""
    line.start()
    try:
        while not stop.is_set():
            arrived, _ = line.take(LOOK_S)
            if arrived is not None:
                _take(watch, line, arrived)
                continue
            status = line.status()
            watch.trouble = status.trouble
            watch.connected(is_linked=status.state is State.CONNECTED)
            if _found(watch, find) not in {None, line.endpoint}:
                break
    finally:
        line.stop()
        watch.connected(is_linked=False)


def _take(watch: Watch, line: Line, arrived: Arrived) -> None:
    match arrived.event:
        case Connected():
            watch.connected(is_linked=True)
        case Disconnected():
            watch.connected(is_linked=False)
        case Received(channel="topic", node=topic, payload=payload, retained=is_kept):
            found = topics.parts_of(line.whose.house, topic)
            if found is not None and found[0] == f"room:{watch.room}":
                watch.heard("/".join(found[1]), payload, is_kept=is_kept)
        case _:
            pass
    arrived.ack()

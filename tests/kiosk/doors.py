"""A door in a terminal without a broker: its clock and its news are the test's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import zxingcpp
from textual.pilot import Pilot

from devices.panels.state import agenda, encoded, room_state
from kiosk.door.app import DoorApp
from kiosk.door.watch import Watch
from sharing.rooms.seen import Seen
from sharing.texts import State, Texts
from tests.devices.panels.known import HALL, known
from tests.kiosk.test_event_code import rasterised
from tests.sharing.rooms.values import HOUSE, at, room

LINK = "http://10.0.0.5:8480/book/0123456789abcdef0123456789abcdef"
SAAL = room(HALL.id, names=Texts.of("Saal A").changed("en", "Hall A", State.CHECKED))


@dataclass
class Clock:
    """Stands until it is set."""

    at: int

    def __call__(self) -> int:
        return self.at

    def set(self, text: str) -> None:
        self.at = at(text if len(text) > len("10:00") else f"2026-06-02 {text}")


class Door:
    """One door, and who tells it."""

    def __init__(self, now: str = "10:00", *, named: Any = SAAL, book: str = LINK) -> None:
        self.clock = Clock(0)
        self.clock.set(now)
        self.watch = Watch(HALL.id, self.clock)
        self.named, self.book, self.seq = named, book, 0
        self.watch.connected(is_linked=True)

    def hears(self, *dates: Seen) -> Door:
        """Say how the room stands now, as the publisher does."""
        self.seq += 1
        what = known(*dates, room=self.named, book=self.book)
        self.watch.heard("agenda", encoded(agenda(what, HOUSE, self.clock.at)))
        self.watch.heard("state", encoded(room_state(what, HOUSE, self.clock.at, seq=self.seq)))
        return self

    @asynccontextmanager
    async def shown(
        self, width: int = 76, height: int = 22, *, tags: Sequence[str] = ("de",), **more: Any
    ) -> AsyncIterator[Screen]:
        app = DoorApp(self.watch, tags=tags, **more)
        async with app.run_test(size=(width, height)) as pilot:
            yield Screen(app, pilot)


@dataclass
class Screen:
    """What is to be seen."""

    app: DoorApp
    pilot: Pilot[None]

    async def text(self) -> str:
        """Look, and read the cells as they are painted."""
        self.app.look()
        await self.pilot.pause()
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines)

    async def code(self) -> list[str]:
        """Read the pattern off the screen, as a phone does."""
        text = await self.text()
        return [one.text for one in zxingcpp.read_barcodes(rasterised(_pattern(text)))]


def _pattern(text: str) -> str:
    """Blank all letters: the camera sees the code beside them."""
    keep = "█▀▄ "
    return "\n".join("".join(char if char in keep else " " for char in line) for line in text.split("\n"))

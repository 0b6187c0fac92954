"""What the process that feeds doors needs for a crowd of them: rooms, panels with pictures, open pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter
from typing import Final

import msgspec

from devices.panels.panel import USER, Panel, panel_reads, panel_writes
from devices.panels.state import Status
from kiosk.bench.doors import Ear, is_reached, open_always
from kiosk.bench.sync_houses import found
from kiosk.bench.sync_machines import central, introduce, peak, until
from sharing.house import open_house
from sharing.journal.store import Store
from sharing.rooms.actions import book_now, rooms
from sync.enrolling import register
from sync.enrolling.register import Guest
from sync.mosquitto.broker_files import LOOPBACK, free_port
from sync.mosquitto.credentials import Rules, hashed, new_password
from sync.topics import topic_house

_FEW_THINGS: Final = 60
_QUIET: Final = 0.06
"""Of a processor: below that all pictures are drawn."""
_LOOK_S: Final = 2.0


class Crowd(msgspec.Struct, frozen=True):
    """What it needed."""

    memory: float
    """MB at most."""
    started: float
    """Seconds of a processor until everything was said and drawn once."""
    idle: float
    """Milliseconds of a processor a second while nothing happens."""
    booking: float
    """Milliseconds of a processor for one booking, to the last picture and page."""


def crowd(folder: Path, doors: int, seconds: float, bookings: int) -> Crowd:
    """Run a central with so many rooms, a panel and an open page each.

    Args:
        folder: a new one.
        doors: how many rooms.
        seconds: how long to look while nothing happens.
        bookings: how many then.
    """
    site = found(folder, _FEW_THINGS, doors)
    house = open_house(site.central)
    open_always(house.store)
    introduce(site.central, [])
    _let_in(site.central, house.store)
    ear, web = Ear(site.central, topic_house(house.store.house)), free_port(LOOPBACK)
    try:
        with central(site.central, web=web) as machine, ear:
            known = [one.id for one in rooms(house.store)]
            for one in known:
                ear.until(one, Status.FREE)
            until(lambda: is_reached(web))
            pid = next(_children(machine.pid, b"devices"))
            asked = min(bookings, doors)
            return asyncio.run(_measured(house.store, site.person, ear, known, web, pid, seconds, asked))
    finally:
        house.close()


async def _measured(
    store: Store, person: str, ear: Ear, known: list[str], web: int, pid: int, seconds: float, bookings: int
) -> Crowd:
    async with AsyncExitStack() as stack:
        for one in known:
            stack.callback((await _page(web, one)).cancel)
        await _quiet(pid)
        started, began = cpu(pid), perf_counter()
        await asyncio.sleep(seconds)
        idle = (cpu(pid) - started) / (perf_counter() - began)
        before, began = cpu(pid), perf_counter()
        for one in known[:bookings]:
            book_now(store, one, store.new_act(), person=person)
            await asyncio.to_thread(ear.until, one, Status.BUSY)
        await _quiet(pid)
        spent = cpu(pid) - before - idle * (perf_counter() - began)
        return Crowd(peak(pid), started, idle * 1000, max(spent, 0.0) / bookings * 1000)


async def _page(web: int, room: str) -> asyncio.Task[None]:
    """Open the stream of a door's page, and read it to its end."""
    reader, writer = await asyncio.open_connection(LOOPBACK, web)
    writer.write(f"GET /live?room={room} HTTP/1.1\r\nHost: {LOOPBACK}:{web}\r\n\r\n".encode())
    await reader.readuntil(b"data: ")

    async def read() -> None:
        try:
            while await reader.read(65536):
                pass
        finally:
            writer.close()

    return asyncio.create_task(read())


async def _quiet(pid: int) -> None:
    """Wait until the process has nothing left to do."""
    spent = 1.0
    while spent > _QUIET * _LOOK_S:
        before = cpu(pid)
        await asyncio.sleep(_LOOK_S)
        spent = cpu(pid) - before


def cpu(pid: int) -> float:
    """Give the seconds of a processor that the threads of a process had (`schedstat` of proc(5))."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text("ascii").split()[0]) for one in tasks) / 1e9


def _children(pid: int, word: bytes) -> Iterator[int]:
    """Give the processes that another started with this word."""
    for one in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in one.read_text("ascii").split():
            if word in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                yield int(child)


def _let_in(data: Path, store: Store) -> None:
    """Hang a panel beside each room's door."""
    house = topic_house(store.house)
    with register.changing(data):
        book = register.read(data)
        for n, room in enumerate(rooms(store)):
            panel = Panel(id=f"panel-{n}", room=room.id, profile="800x480-bw")
            rules = Rules(panel_reads(house, panel), panel_writes(house, panel))
            user = f"{USER}{panel.id}"
            book = book.with_guest(user, Guest(hashed(user, new_password()), rules, panel.notes()))
        register.write(data, book)

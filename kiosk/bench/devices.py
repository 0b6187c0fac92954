"""All measurements of doors and paper, in one run: from a booking to the screen, pictures, labels, crowds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import msgspec
from PIL import Image

from devices.panels.picture.picture import picture
from devices.panels.picture.profiles import profile_named
from devices.panels.state import RoomState, Status
from devices.panels.values import Fresh, Slot
from kiosk.bench import door_screen, labels
from kiosk.bench.door_crowd import Crowd, crowd
from kiosk.bench.doors import Site, alone, with_central
from kiosk.bench.figures import Aim, Figure, Round, compared
from kiosk.bench.houses import scratch
from kiosk.i18n import Words
from sharing.journal.clock import SystemClock

Say = Callable[[str], None]
"""Told the key of what is measured next."""

_STATE_MS: Final = 100.0
_PIXEL_MS: Final = 250.0
_PICTURE_MS: Final = 30.0
_PROFILE: Final = "800x480-bw"
_ZONE: Final = "Europe/Berlin"
_HOUR: Final = 3_600_000
_WHOSE: Final = ("Chor Vielklang e. V.", "Проєктна група «Міст»", "جمعية الجيران", "Nachhilfe für alle")


class Scale(msgspec.Struct, frozen=True):
    """How much of everything."""

    bookings: int = 200
    pictures: int = 40
    rounds: int = 5
    labels: int = 500
    doors: int = 500
    idle_s: float = 20.0
    crowd_bookings: int = 20


FULL: Final = Scale()
SHORT: Final = Scale(bookings=3, pictures=2, rounds=2, labels=12, doors=4, idle_s=1.0, crowd_bookings=2)


class Measured(msgspec.Struct, frozen=True):
    """The figures, and what could not be measured here."""

    figures: list[Figure]
    missing: tuple[str, ...]


class _Latencies(msgspec.Struct):
    """Seconds from a booking on, and what the plain way took, side by side."""

    state: list[float] = []
    plain: list[float] = []
    pixel: list[float] = []
    page: list[float] = []


def measure(scale: Scale, within: Path, say: Say) -> Measured:
    """Measure everything in a folder that is made in `within` and removed afterwards.

    Args:
        scale: how much.
        within: a folder on the disk that counts.
        say: told what comes next.
    """
    with scratch(within) as folder:
        say("picture")
        figures = [_picture(scale)]
        say("labels")
        figures.append(labels.measure(folder, scale.labels))
        say("door_state_p50")
        figures += _doors(alone(folder / "alone"), scale.bookings, "")
        say("door_state_central_p50")
        figures += _doors(with_central(folder / "together"), scale.bookings, "_central")
        say("doors_memory")
        figures += _crowd(folder, scale)
    missing = () if door_screen.is_there() else ("playwright",)
    return Measured(figures, missing)


def _doors(site: AbstractContextManager[Site], bookings: int, where: str) -> list[Figure]:
    with site as doors:
        found = asyncio.run(_news(doors, bookings))
    figures = _both(f"door_state{where}", Round(tuple(found.state), tuple(found.plain)), _STATE_MS)
    if found.pixel:
        figures += _both(f"door_pixel{where}", Round(tuple(found.pixel), tuple(found.page)), _PIXEL_MS)
    return figures


def _both(key: str, measured: Round, limit: float) -> list[Figure]:
    return [
        compared(f"{key}_p50", [measured]),
        compared(f"{key}_p95", [measured], part=0.95, aim=Aim.VALUE, limit=limit),
    ]


async def _news(site: Site, bookings: int) -> _Latencies:
    """Book a room and give it back, again and again; the first time does not count."""
    found = _Latencies()
    opened: Any = nullcontext()
    if door_screen.is_there():
        opened = door_screen.screens(f"http://127.0.0.1:{site.web}/door/{site.room}")
    async with opened as screens:
        for turn in range(bookings + 1):
            began, wall = perf_counter(), door_screen.now_ms()
            booking = site.book()
            state = site.ear.until(site.room, Status.BUSY) - began
            if screens is not None:
                pixel, page = await _shown(screens, wall, turn)
                found.pixel += [pixel] * (turn > 0)
                found.page += [page] * (turn > 0)
            found.state += [state] * (turn > 0)
            found.plain += [site.ear.plain()] * (turn > 0)
            site.cancel(booking)
            site.ear.until(site.room, Status.FREE)
            if screens is not None:
                await screens[0].until(Status.FREE)
    return found


async def _shown(screens: Any, wall: int, turn: int) -> tuple[float, float]:
    """Wait until the door shows that it is taken; then the same for a word on the plain page."""
    ours, beside, plain = screens
    pixel = await ours.until(Status.BUSY) - wall
    began = door_screen.now_ms()
    plain.tell(str(turn))
    page = await beside.until(str(turn)) - began
    return pixel / 1000, max(page, 1) / 1000


def _picture(scale: Scale) -> Figure:
    """Draw doors that all say something else; beside it an empty picture, written as PNG. Processor time."""
    profile, words = profile_named(_PROFILE), (Words("de", _ZONE), Words("en", _ZONE))
    states = _states(scale.pictures)
    picture(next(_states(1)), profile, words)  # fonts are read once

    def ours() -> float:
        state = next(states, None) or next(_states(1))
        began = process_time()
        picture(state, profile, words)
        return process_time() - began

    def empty() -> float:
        began = process_time()
        Image.new("1", (profile.w, profile.h), 1).save(BytesIO(), "PNG")
        return process_time() - began

    each = range(max(1, scale.pictures // scale.rounds))
    rounds = [Round(tuple(ours() for _ in each), tuple(empty() for _ in each)) for _ in range(scale.rounds)]
    return compared("picture", rounds, about=_PROFILE, aim=Aim.VALUE, limit=_PICTURE_MS)


def _states(count: int) -> Iterator[RoomState]:
    """Give doors with two bookings to come and four on the day, each with names of its own."""
    now = SystemClock().read().at // _HOUR * _HOUR
    for n in range(count):
        slots = tuple(
            Slot(begins=now + k * 2 * _HOUR, ends=now + (k * 2 + 1) * _HOUR, title="", org=f"{one} {n}")
            for k, one in enumerate(_WHOSE)
        )
        yield RoomState(
            room="0" * 32, key="saal", name=f"Großer Saal {n}",
            names={"de": f"Großer Saal {n}", "ar": f"القاعة الكبرى {n}"}, status=Status.BUSY, since=now,
            until=now + _HOUR, free_until=None, now=slots[0], next=slots[1:3], day=slots,
            today=(now - 10 * _HOUR, now + 14 * _HOUR), opens=((now - 2 * _HOUR, now + 12 * _HOUR),),
            zone=_ZONE, closing_soon=False, book=f"http://127.0.0.1:8480/book/{n}", seq=n, sync=Fresh(),
            generated_at=now, valid_until=now + _HOUR, changes_at=now + _HOUR, languages=("de", "en"),
        )  # fmt: skip


def _crowd(folder: Path, scale: Scale) -> list[Figure]:
    """Measure many doors; beside them the same with one."""
    few, many = (
        crowd(folder / f"crowd-{doors}", doors, scale.idle_s, scale.crowd_bookings)
        for doors in (1, scale.doors)
    )

    def figure(key: str, unit: str, of: Callable[[Crowd], float]) -> Figure:
        ours, plain = of(many), max(of(few), 0.001)
        return Figure(key, ours, unit, plain, ours / plain, f"{scale.doors:,}")

    return [
        figure("doors_memory", "MB", lambda one: one.memory),
        figure("doors_started", "s", lambda one: one.started),
        figure("doors_idle", "ms/s", lambda one: one.idle),
        figure("doors_booking", "ms", lambda one: one.booking),
    ]

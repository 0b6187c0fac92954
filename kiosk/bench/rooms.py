"""All measurements of rooms, in one run: bookings, searches, days, calendars, as a house fills over years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from kiosk.bench.figures import Aim, Figure, Round, compared
from kiosk.bench.houses import scratch
from kiosk.bench.room_houses import AHEAD_DAYS, SINGLE, lodge, wall
from kiosk.bench.room_plain import Plain, PlainCalendar, rows_of
from sharing.calendar_time import MINUTES_A_DAY
from sharing.errors import NotFree
from sharing.rooms.actions import book, cancel, day, find
from sharing.rooms.calendars.feed import Of, Scope, feed_of
from sharing.rooms.deciding import blocked_of
from sharing.rooms.rules import Ask, Booking, ChangeOf, Room, Span, Wanted
from sharing.rooms.vacancies import vacancies

Say = Callable[[str], None]
"""Told the key of what is measured next."""

_HOURS: Final = ((8 * 60, 9 * 60), (12 * 60 + 30, 13 * 60 + 30), (15 * 60, 16 * 60))
"""Free times of each day, whoever has the room before and after."""
_AGAIN: Final = (SINGLE[0][0] + 30, SINGLE[0][1] + 30)
_PEOPLE: Final = 20


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    rooms: int = 50
    bookings: tuple[int, ...] = (1_000, 20_000, 200_000)
    series: int = 200
    dates: int = 50
    rounds: int = 7
    each: int = 40


FULL: Final = Scale()
SHORT: Final = Scale(rooms=4, bookings=(80, 160), series=4, dates=3, rounds=2, each=2)


class Site:
    """One house to measure in. Each measure gives two durations in seconds: ours, and the plain way's."""

    def __init__(self, folder: Path, scale: Scale, bookings: int) -> None:
        """Fill it."""
        self.lodging = lodge(folder, scale.rooms, bookings, scale.series, scale.dates)
        self.plain = Plain(folder / "teilhaus.db", folder.with_suffix(".db"))
        self.bookings, self._turns = bookings, count()
        in_a_week = self.lodging.today + timedelta(days=7)
        self._day = self.lodging.span(in_a_week, (0, MINUTES_A_DAY))
        self._week = Span(self._day.begins, self._day.begins + 7 * 86_400_000)
        self._when = in_a_week
        with self.lodging.store.reader() as read:
            self._calendar = PlainCalendar(feed_of(read, Of(scope=Scope.HOUSE)).data)

    def close(self) -> None:
        """Close it."""
        self.plain.close()
        self.lodging.house.close()

    def book(self) -> tuple[float, float]:
        """Book a free hour, until it is on the disk; beside it the same rows by plain SQL."""
        began = perf_counter()
        done, room, span = self._book()
        took = perf_counter() - began
        with self.lodging.store.reader() as read:
            rows = rows_of(read, done.id)
        return took, self.plain.book(rows, room.parts, blocked_of((room,), span))

    def _book(self) -> tuple[Booking, Room, Span]:
        turn, rooms = next(self._turns), self.lodging.rooms
        room, minutes = rooms[turn % len(rooms)], _HOURS[turn // len(rooms) % len(_HOURS)]
        on = self.lodging.today + timedelta(days=AHEAD_DAYS + 1 + turn // len(rooms) // len(_HOURS))
        done = book(self.lodging.store, self._ask(room, on, minutes), self.lodging.store.new_act())
        return done, room, self.lodging.span(on, minutes)

    def _ask(self, room: Room, on: Any, minutes: tuple[int, int]) -> Ask:
        begins, ends = (wall(on, minute) for minute in minutes)
        return Ask(
            rooms=(room.id,), begins=begins, ends=ends, person=self.lodging.person, title="Chorprobe", heads=5
        )

    def refuse(self) -> tuple[float, float]:
        """Ask for what is taken, until the alternatives are there; beside it the look that finds it taken."""
        room = self.lodging.rooms[next(self._turns) % len(self.lodging.rooms)]
        ask = self._ask(room, self._when, _AGAIN)
        began = perf_counter()
        try:
            book(self.lodging.store, ask, self.lodging.store.new_act())
        except NotFree as refusal:
            took = perf_counter() - began
            if refusal.alternatives:
                return took, self.plain.look(room.parts, self.lodging.span(self._when, _AGAIN))
        raise RuntimeError("a time that is taken was not refused with alternatives")

    def week(self) -> tuple[float, float]:
        """Search all rooms for free times over a week; beside it reading their slots."""
        began = perf_counter()
        found = vacancies(self.lodging.store, self._week, minutes=60)
        took = perf_counter() - began
        return _some(took, found), self.plain.slots(self._week)

    def find(self) -> tuple[float, float]:
        """Find a room for so many people at one time; beside it reading the slots around."""
        span = self.lodging.span(self._when, _AGAIN)
        began = perf_counter()
        found = find(self.lodging.store, Wanted(span=span, capacity=min(_PEOPLE, len(self.lodging.rooms))))
        took = perf_counter() - began
        return _some(took, found), self.plain.slots(
            Span(span.begins - 2 * 86_400_000, span.ends + 2 * 86_400_000)
        )

    def day(self) -> tuple[float, float]:
        """Read one day of all rooms; beside it reading the rows of its dates."""
        began = perf_counter()
        found = day(self.lodging.store, self._when)
        took = perf_counter() - began
        return _some(took, [one for _, one in found if one]), self.plain.dates(self._day)

    def feed(self) -> tuple[float, float]:
        """Give the house's calendar after a change; beside it icalendar writing as many events."""
        done, _, _ = self._book()
        cancel(self.lodging.store, None, ChangeOf(booking=done.id), self.lodging.store.new_act())
        began = perf_counter()
        with self.lodging.store.reader() as read:
            found = feed_of(read, Of(scope=Scope.HOUSE))
        took = perf_counter() - began
        return _some(took, found.data), self._calendar.write()


def _some(took: float, found: Sequence[object]) -> float:
    if not found:
        raise RuntimeError("nothing was found")
    return took


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured at each size."""

    name: str
    of: Callable[[Site], tuple[float, float]]
    figures: tuple[tuple[str, float], ...]
    """Keys, and which share of the samples each gives."""
    aim: Aim | None = None
    limit: float = 0.0
    """For the first figure, at the size that is aimed at."""
    seldom: bool = False


MEASURES: Final = (
    Measure("book", Site.book, (("book_p50", 0.5), ("book_p95", 0.95)), Aim.VALUE, 2.0),
    Measure("refuse", Site.refuse, (("book_refused", 0.5),)),
    Measure("week", Site.week, (("rooms_week", 0.5),), Aim.VALUE, 5.0),
    Measure("find", Site.find, (("rooms_find", 0.5),)),
    Measure("day", Site.day, (("rooms_day", 0.5),), Aim.VALUE, 5.0),
    Measure("feed", Site.feed, (("rooms_feed", 0.5),), Aim.RATIO, 0.1, seldom=True),
)
_AIMED_AT: Final = 1
"""Which of the sizes the aims are about."""


def measure(scale: Scale, within: Path, say: Say) -> list[Figure]:
    """Measure everything in a folder that is made in `within` and removed afterwards.

    Args:
        scale: how much.
        within: a folder on the disk that counts.
        say: told what comes next.
    """
    with scratch(within) as folder, ExitStack() as open_sites:
        say("houses")
        sites = [Site(folder / f"rooms-{size}", scale, size) for size in scale.bookings]
        for site in sites:
            open_sites.callback(site.close)
        return [one for each in MEASURES for one in _measured(each, sites, scale, say)]


def _measured(what: Measure, sites: Sequence[Site], scale: Scale, say: Say) -> list[Figure]:
    """Measure one thing at all sizes in turns, so that whatever else the machine does meets all."""
    say(what.figures[0][0])
    times = 1 if what.seldom else scale.each
    found: list[list[Round]] = [[] for _ in sites]
    for lap in range(scale.rounds + 1):
        for site, rounds in zip(sites, found, strict=True):
            pairs = [what.of(site) for _ in range(times)]
            if lap:  # the first fills the caches
                rounds.append(Round(tuple(ours for ours, _ in pairs), tuple(other for _, other in pairs)))
    figures = [
        compared(
            key, rounds, part=part, about=f"{site.bookings:,}", limit=what.limit if aimed else 0.0,
            aim=what.aim if aimed else None,
        )
        for key, part in what.figures
        for n, (site, rounds) in enumerate(zip(sites, found, strict=True))
        for aimed in [n == _AIMED_AT and key == what.figures[0][0]]
    ]  # fmt: skip
    return [*figures, _growth(sites, found)] if what.of is Site.book else figures


def _growth(sites: Sequence[Site], found: Sequence[Sequence[Round]]) -> Figure:
    """Say how much dearer a booking is in the largest house than in the smallest."""
    first, last = ([median(one.ours) for one in found[n]] for n in (0, -1))
    ratio = median(later / earlier for earlier, later in zip(first, last, strict=True))
    about = f"{sites[0].bookings:,} – {sites[-1].bookings:,}"
    return Figure("book_growth", median(last) * 1000, "ms", median(first) * 1000, ratio, about)

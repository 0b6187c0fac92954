"""A central and its kiosks to measure in: one catalogue for all, and what a kiosk wrote while alone."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from kiosk.bench.houses import NAME, Filled, fill
from kiosk.bench.room_houses import add_room
from sharing.calendar_time import at_minute, local
from sharing.house import CARD_KEY, House, make_house, open_house
from sharing.journal.entry import Entry, Nature, Secret, Shape, encode, private_digest
from sharing.journal.ids import uuid7
from sharing.journal.store import Store, Work
from sharing.lending.entries import ItemBack, ItemOut, Out, RenewalAsked
from sharing.rooms.drafting import Dates, asked, verdict
from sharing.rooms.entries import BookingPrivate
from sharing.rooms.reading import all_rooms
from sharing.rooms.rules import Room, Span, Use
from sharing.terms.actions import set_terms, terms_of
from sync.topics import CENTRAL

ROOMS: Final = 40
ITEMS: Final = 5_000
HOURS_A_DAY: Final = 12
"""Bookings of a room a day, of three quarters of an hour: then it is cleaned."""
_FIRST_HOUR: Final = 9
_OUT: Final = 900
"""Things that are out at any time, fewer than one person may have; each comes back after so many loans."""
_KEPT: Final = 50
"""Things that only people at a desk lend."""
_AT_ONCE: Final = 5_000
_LOSING: Final = 5
"""Every so many bookings one meets what the central has promised to somebody else."""
_STEP_MS: Final = 1_500
_DAY_MS: Final = 86_400_000
_TURN: Final = "obobobobra"
"""Ten entries of a desk: out, back, a renewal, a room that is asked for."""


class Site(msgspec.Struct, frozen=True):
    """One house as its central and a kiosk know it, before the kiosk was cut off."""

    central: Path
    kiosk: Path
    things: tuple[str, ...]
    """Those that the kiosks lend while they are alone."""
    codes: tuple[str, ...]
    """Of other things, for scans while something is measured."""
    model: str
    person: str
    rooms: tuple[Room, ...]
    zone: str
    first: date
    """The first day that is booked."""

    def hour(self, n: int) -> tuple[Room, Span]:
        """Give the nth hour of all rooms from the first day on."""
        room = self.rooms[n % len(self.rooms)]
        day, hour = divmod(n // len(self.rooms), HOURS_A_DAY)
        minute = 60 * (_FIRST_HOUR + hour)
        on = self.first + timedelta(days=day)
        return room, Span(*(at_minute(on, one, self.zone) for one in (minute, minute + 45)))


def found(folder: Path, items: int = ITEMS, rooms: int = ROOMS) -> Site:
    """Make a central with a catalogue, and a kiosk that has all of it."""
    filled = fill(folder / CENTRAL, items, node=CENTRAL)
    store = filled.store
    hours = dict.fromkeys(range(7), ((8 * 60, 22 * 60),))
    set_terms(store, {"room_hours": hours}, act=store.new_act(), by=None)
    for number in range(rooms):
        add_room(store, number)
    with store.begin() as work:
        work.learn_time(work.reading.at)
        work.set_sync(role="central")
        work.new_term()
        work.hand_on()
    _join(filled.house, folder / "kiosk")
    site = _site(folder, filled)
    filled.house.close()
    return site


def _site(folder: Path, filled: Filled) -> Site:
    with filled.store.reader() as read:
        rooms, zone = all_rooms(read), terms_of(read).zone
        first = local(read.now, zone).date() + timedelta(days=2)
    return Site(
        folder / CENTRAL, folder / "kiosk", tuple(one.id for one in filled.things[_KEPT:]),
        tuple(one.code for one in filled.things[:_KEPT]), filled.model, filled.person, rooms, zone, first,
    )  # fmt: skip


def _join(central: House, data: Path) -> None:
    """Make a kiosk of the house, with all that the central has."""
    key = (central.data / CARD_KEY).read_bytes()
    kiosk = make_house(data, node="kiosk", name=NAME, founded=False, role="node", key=key)
    with central.store.reader() as read:
        term = read.sync().term
    with kiosk.store.begin() as work:
        work.set_sync(term=term)
        for entries in _stream(central.store):
            work.receive(term, work.sync().applied + 1, entries)
    with kiosk.store.begin() as work:
        work.learn_time(work.reading.at)
    kiosk.close()


def _stream(store: Store) -> Iterator[list[Entry]]:
    after = 0
    while True:
        with store.reader() as read:
            handed = read.handed(after, _AT_ONCE, 2**62)
        entries = [entry for act in handed.acts for entry in act]
        if not entries:
            return
        yield entries
        after += len(entries)


def copy_of(data: Path, to: Path, node: str = "") -> Path:
    """Copy a data folder that nobody has open; a kiosk that has written nothing can be given a new name."""
    shutil.copytree(data, to)
    if node:
        house = open_house(to)
        with house.store.begin() as work:
            epoch = int.from_bytes(work.random(7), "big") >> 1
            work.execute(work.store.sql("UPDATE local_node SET node = ?, epoch = ?"), (node, epoch))
        house.store.node = node
        with house.store.begin() as work:
            work.learn_time(work.reading.at)
        house.close()
    return to


def promise(site: Site, central: Path, hours: range) -> None:
    """Let the central promise every fifth of these hours to somebody the kiosk has not heard of."""
    house = open_house(central)
    with house.store.begin() as work:
        drafts = []
        for n in hours[::_LOSING]:
            booking, (room, span) = work.new_hex(), site.hour(n)
            dates = Dates({room.id: room}, Use.BOOKING, site.zone)
            dates.add(0, (room.id,), span)
            private = BookingPrivate(person=site.person, title="Chorprobe", heads=5)
            drafts.append(asked(booking, Use.BOOKING, (room.id,), dates, private))
            drafts.append(verdict(work, booking, dates=dates))
        if drafts:
            work.append_many(work.new_id(), drafts, at_once=100)
        work.hand_on()
    house.close()


def live(site: Site, kiosk: Path, entries: int, first_hour: int = 0, first: int = 0, step: int = 1) -> None:
    """Let a kiosk write so many entries by itself: loans and returns, renewals and rooms asked for.

    Args:
        site: the house.
        kiosk: its data folder.
        entries: how many.
        first_hour: of the hours that it asks for, one after the other.
        first: of the things that it lends.
        step: how many kiosks share the things.
    """
    house = open_house(kiosk)
    with house.store.begin() as work:
        days = _Days(site, work, entries, first_hour, site.things[first::step])
        tip = work.tip()
        for start in range(0, entries, _AT_ONCE):
            made = [days.entry(n) for n in range(start, min(entries, start + _AT_ONCE))]
            work.absorb(made, work.store.node, tip.epoch, tip.seq + start + 1)
    house.close()


class _Days:
    """What a kiosk writes while nobody hears it."""

    def __init__(
        self, site: Site, work: Work, entries: int, first_hour: int, things: tuple[str, ...]
    ) -> None:
        self._site, self._work, self._entries = site, work, entries
        self._hour, self._things, self._loans = first_hour, things, 0
        self._heads = {subject: bytes(one) for subject, one in work.rows("SELECT subject, heads FROM head")}
        self._lines: deque[tuple[str, str, int]] = deque()
        self._most = min(_OUT, len(things) // 2, entries // 4)

    def entry(self, n: int) -> Entry:
        """Write the nth of all."""
        at = self._work.now - (self._entries - n) * _STEP_MS
        made = uuid7(at, self._work.store.randomness)
        what = _TURN[n % len(_TURN)]
        if what == "a":
            return self._asked(at, made)
        if what == "r" and self._lines:
            thing, line, due = self._lines[len(self._lines) // 2]
            renewal = RenewalAsked(line=line, due=due + _DAY_MS, seen=due)
            return self._entry(at, made, f"item:{thing}", renewal, None, "request")
        if what == "b" and len(self._lines) >= self._most:
            thing, line, _ = self._lines.popleft()
            return self._entry(at, made, f"item:{thing}", ItemBack(line=line), None)
        thing = self._things[self._loans % len(self._things)]
        self._loans += 1
        line = made.hex()
        self._lines.append((thing, line, at + 7 * _DAY_MS))
        data = ItemOut(loan=line, model=self._site.model, due=at + 7 * _DAY_MS, terms=1)
        return self._entry(at, made, f"item:{thing}", data, Out(borrower=self._site.person))

    def _asked(self, at: int, made: bytes) -> Entry:
        room, span = self._site.hour(self._hour)
        self._hour += 1
        dates = Dates({room.id: room}, Use.BOOKING, self._site.zone)
        dates.add(0, (room.id,), span)
        draft = asked(
            made.hex(), Use.BOOKING, (room.id,), dates,
            BookingPrivate(person=self._site.person, title="Chorprobe", heads=5),
        )  # fmt: skip
        return self._entry(at, made, draft.subject, draft.data, draft.private, "request")

    def _entry(
        self, at: int, made: bytes, subject: str, data: Shape, private: Secret | None, nature: Nature = "fact"
    ) -> Entry:
        reading, randomness = self._work.reading, self._work.store.randomness
        written = encode(private) if private is not None else None
        salt = randomness(16) if written is not None else None
        after, self._heads[subject] = self._heads.get(subject, b""), made
        return Entry(
            id=made, act=uuid7(at, randomness), part=0, parts=1, kind=data.KIND, version=data.VERSION,
            nature=nature, subject=subject, at=at, boot=reading.boot, uptime=reading.uptime,
            clock=reading.clock, after=after, data=encode(data), private=written, salt=salt,
            private_digest=private_digest(salt, written) if salt and written else None,
        )  # fmt: skip

"""Rooms for the small house, and the way to one at the kiosk."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import LocationKind
from sharing.journal.store import Store
from sharing.people import actions as people
from sharing.people.rules import Person
from sharing.rooms import actions as rooms
from sharing.rooms.rules import Ask, Booking, Room
from sharing.terms.actions import set_terms
from sharing.texts import Texts
from tests.kiosk.counter import Counter, Town, said

MODES = frozenset({
    "pick", "number", "house_day", "room_week", "room", "found", "needs", "offer", "dates", "bookings",
    "booking", "booked", "leaving", "approvals", "calls", "closing", "answer",
})  # fmt: skip
"""Screens of rooms; the walk past them is in test_rooms_walk.py."""
CHECKLIST = ("Fenster zu", "Licht aus", "Stühle gestapelt")


class Rooms:
    """The rooms of the small house by their names."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.by_name: dict[str, Room] = {}
        store = self.store
        hours = {str(day): [[480, 1320]] for day in range(7)}
        set_terms(store, {"room_hours": hours}, act=store.new_act(), by=None)
        self.add("saal-a", "Saal A", "Hall A", capacity=60, features=frozenset({"projector", "stage"}))
        self.add("saal-b", "Saal B", "Hall B", capacity=30, features=frozenset({"projector"}))
        both = (self["Saal A"].id, self["Saal B"].id)
        self.add("saal-ab", "Saal A+B", "Hall A+B", capacity=90, parts=both)
        self.add(
            "seminar", "Seminarraum", "Seminar room", capacity=24, checklist=CHECKLIST,
            features=frozenset({"projector", "step_free"}), price=Texts.of("10 € je Stunde"),
        )  # fmt: skip
        self.add("kueche", "Küche", "Kitchen", capacity=12, features=frozenset({"kitchen"}), approval=True)

    def __getitem__(self, name: str) -> Room:
        return self.by_name[name]

    @property
    def store(self) -> Store:
        return self.town.house.store

    def add(self, key: str, german: str, english: str, **fields: Any) -> None:
        store = self.store
        place = catalogue.add_location(
            store, act=store.new_act(), kind=LocationKind.ROOM, key=key, names=said(german, english)
        )
        self.by_name[german] = rooms.change_room(store, None, place.id, store.new_act(), **fields)

    def code(self, name: str) -> str:
        return self[name].code or ""

    def book(self, name: str, who: str, day: str, begins: str, ends: str, **fields: Any) -> Booking:
        """One booking; `day` is "06-01" of the year that the clock stands in."""
        first, last = (datetime.fromisoformat(f"2026-{day}T{time}") for time in (begins, ends))
        person = self.town.persons[who].id
        ask = Ask(rooms=(self[name].id,), begins=first, ends=last, person=person, **fields)
        return rooms.book(self.store, ask, self.store.new_act())

    def person(self, who: str) -> Person:
        """With what was said about them since."""
        with self.store.reader() as read:
            return people.person(read, self.town.persons[who].id)

    def checked(self, booking: Booking) -> dict[str, bool]:
        """What was ticked when they left."""
        with self.store.reader() as read:
            ((column,),) = read.rows("SELECT checklist FROM occurrence WHERE booking = ?", (booking.id,))
        found: dict[str, bool] = json.loads(column)
        return found

    def of(self, who: str) -> tuple[Booking, ...]:
        return rooms.bookings_of(self.store, self.town.persons[who].id, from_=0)


async def scan_room(counter: Counter, house: Rooms, name: str) -> None:
    """Hold the label of a room's door under the scanner."""
    await counter.burst(house.code(name))

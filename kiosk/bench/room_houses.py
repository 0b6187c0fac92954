"""Houses with rooms to measure in: as many bookings as wanted, most of them past, as they are after years.

Bookings are as dense in a small house as in a large one: what grows is how far back they reach.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from sharing.calendar_time import at_minute, local
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import LocationKind
from sharing.house import House, make_house
from sharing.journal.entry import Draft
from sharing.journal.store import Store, Work
from sharing.people import actions as people
from sharing.people.actions import RegisterPerson
from sharing.rooms.actions import change_room
from sharing.rooms.drafting import Dates, asked, verdict
from sharing.rooms.entries import BookingPrivate
from sharing.rooms.reading import all_rooms
from sharing.rooms.rules import MOST_OCCURRENCES, Frequency, Room, Rule, Span, Use
from sharing.terms.actions import set_terms, terms_of
from sharing.texts import Text, Texts

AHEAD_DAYS: Final = 14
"""How far ahead the house is booked."""
SINGLE: Final = ((10 * 60, 12 * 60), (14 * 60, 17 * 60))
"""When somebody has each room each day, in minutes of the wall clock."""
EVENING: Final = (18 * 60 + 30, 21 * 60)
"""When a series has it; from Monday to Thursday."""
EVENINGS: Final = 4
_FEATURES: Final = ("projector", "kitchen", "step_free", "piano", "internet")
_SERIES_AHEAD: Final = 2
_AT_ONCE: Final = 2_000
"""Bookings in one transaction."""
_IN_ONE_ACT: Final = 50
"""Bookings in one act, each a request and its verdict."""
_DAY: Final = timedelta(days=1)


class Lodging(msgspec.Struct, frozen=True):
    """A house with rooms, and the dates it was filled with."""

    house: House
    rooms: tuple[Room, ...]
    person: str
    zone: str
    today: date
    bookings: int
    """Single dates and those of all series."""

    @property
    def store(self) -> Store:
        """The journal."""
        return self.house.store

    def span(self, day: date, minutes: tuple[int, int]) -> Span:
        """Give a stretch of a day."""
        return Span(*(at_minute(day, minute, self.zone) for minute in minutes))


def lodge(folder: Path, rooms: int, bookings: int, series: int, dates: int) -> Lodging:
    """Make a house with so many rooms, bookings of one date each, and weekly series of so many dates."""
    house = make_house(folder, node="bench", name="Haus der Messungen")
    store = house.store
    hours = dict.fromkeys(range(7), ((8 * 60, 22 * 60),))
    set_terms(store, {"room_hours": hours}, act=store.new_act(), by=None)
    person = people.register_person(store, RegisterPerson(
        act=store.new_act(), name="Ada Beispiel", contact="ada@example.org", adult=True, terms_version=1,
        privacy_version=1,
    ))  # fmt: skip
    for number in range(rooms):
        add_room(store, number)
    with store.reader() as read:
        made, zone = all_rooms(read), terms_of(read).zone
        today = local(read.now, zone).date()
    lodging = Lodging(house, made, person.id, zone, today, bookings + series * dates)
    _fill(lodging, bookings)
    _fill_series(lodging, series, min(dates, MOST_OCCURRENCES))
    return lodging


def add_room(store: Store, number: int) -> None:
    """Make one more room; each has features of its own."""
    names = Texts({"de": Text(f"Raum {number:03}")})
    place = catalogue.add_location(
        store, act=store.new_act(), key=f"raum-{number:03}", names=names, kind=LocationKind.ROOM
    )
    features = frozenset(name for at, name in enumerate(_FEATURES) if number >> at & 1)
    change_room(store, None, place.id, store.new_act(), capacity=10 + number, features=features, after_min=15)


def _fill(lodging: Lodging, bookings: int) -> None:
    """Book each room at each time of the day, backwards from the last day ahead."""
    last, each = lodging.today + AHEAD_DAYS * _DAY, len(lodging.rooms) * len(SINGLE)
    for start in range(0, bookings, _AT_ONCE):
        with lodging.store.begin() as work:
            drafts: list[Draft] = []
            for n in range(start, min(bookings, start + _AT_ONCE)):
                day, place = last - n // each * _DAY, n % each
                room, minutes = lodging.rooms[place // len(SINGLE)], SINGLE[place % len(SINGLE)]
                drafts += _booked(work, lodging, room, [lodging.span(day, minutes)])
            work.append_many(work.new_id(), drafts, at_once=2 * _IN_ONE_ACT)


def _fill_series(lodging: Lodging, series: int, dates: int) -> None:
    """Give each room its evenings, the last a fortnight ahead."""
    monday = lodging.today + _SERIES_AHEAD * 7 * _DAY - lodging.today.weekday() * _DAY
    rule = Rule(freq=Frequency.WEEKLY, count=dates)
    with lodging.store.begin() as work:
        for n in range(series):
            room, weekday = lodging.rooms[n // EVENINGS % len(lodging.rooms)], n % EVENINGS
            days = [monday + weekday * _DAY - week * 7 * _DAY for week in reversed(range(dates))]
            spans = [lodging.span(day, EVENING) for day in days]
            work.append(work.new_id(), _booked(work, lodging, room, spans, rule))


def _booked(
    work: Work, lodging: Lodging, room: Room, spans: list[Span], rule: Rule | None = None
) -> tuple[Draft, Draft]:
    """Write a booking down as the desk does: the request, and the home's word beside it."""
    booking, dates = work.new_hex(), Dates({room.id: room}, Use.BOOKING, lodging.zone)
    for n, span in enumerate(spans):
        dates.add(n, (room.id,), span)
    private = BookingPrivate(person=lodging.person, title="Chorprobe", heads=20)
    request = asked(booking, Use.BOOKING, (room.id,), dates, private, rule=rule)
    return request, verdict(work, booking, dates=dates)


def wall(day: date, minute: int) -> datetime:
    """Give what the wall shows at a minute of a day."""
    return datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)

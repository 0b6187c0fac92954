"""Rooms and bookings written straight into the journal, so that calendars are tried by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from icalendar import Calendar, Event

from sharing.calendar_time import instant_of
from sharing.catalogue.actions import add_location
from sharing.catalogue.rules import LocationKind
from sharing.house import House
from sharing.journal.entry import Draft
from sharing.rooms.entries import (
    BookingAsked,
    BookingDecided,
    BookingPrivate,
    Place,
    RoomChanged,
)
from sharing.rooms.rules import MINUTE, Use
from sharing.texts import Texts

BERLIN = "Europe/Berlin"


def at(text: str, *, fold: int = 0) -> int:
    """The instant of "2026-06-02 18:00" in Berlin."""
    return instant_of(datetime.fromisoformat(text), BERLIN, fold=fold)


def make_room(house: House, name: str, *parts: str) -> str:
    store = house.store
    made = add_location(store, act=store.new_act(), key=name, kind=LocationKind.ROOM, names=Texts.of(name)).id
    with store.begin() as work:
        room = RoomChanged(parts=parts or (made,))
        work.append(work.new_id(), [Draft(f"room:{made}", room)])
    return made


def book(
    house: House, room: str, begins: int, ends: int, *, decided: bool = True, parts: tuple[str, ...] = (),
    **said: Any,
) -> str:  # fmt: skip
    """Ask for a date, and let the home confirm it."""
    secret = {name: said.pop(name) for name in ("person", "title", "adult") if name in said}
    place = Place((room,), parts or (room,))
    span = (begins // MINUTE, ends // MINUTE)
    with house.store.begin() as work:
        key = work.new_hex()
        asked = BookingAsked(
            use=said.pop("use", Use.BOOKING).value, rooms=(room,), places=(place,),
            occ=((0, 0, "2026-06-01T00:00", *span),), zone=BERLIN, **said,
        )  # fmt: skip
        drafts = [Draft(f"booking:{key}", asked, BookingPrivate(**secret), nature="request")]
        work.append(work.new_id(), drafts)
    if decided:
        decide(house, key, place=place, set=((0, 0, *span),))
    return key


def decide(house: House, booking: str, *, place: Place | None = None, **said: Any) -> None:
    with house.store.begin() as work:
        epoch, n = work.verdict_stamp()
        verdict = BookingDecided(
            group="house", home_epoch=epoch, n=n, places=(place,) if place else (), **said
        )
        work.append(work.new_id(), [Draft(f"booking:{booking}", verdict, nature="verdict")])


def move(house: House, booking: str, room: str, begins: int, ends: int) -> None:
    place = Place((room,), (room,))
    decide(house, booking, place=place, set=((0, 0, begins // MINUTE, ends // MINUTE),))


def events(data: bytes) -> list[Event]:
    """What a calendar program reads from a feed."""
    return Calendar.from_ical(data).events


def moments(event: Event) -> tuple[int, int]:
    """When it begins and ends, as instants."""
    begins, ends = event.start, event.end
    assert isinstance(begins, datetime)
    assert isinstance(ends, datetime)
    return round(begins.timestamp() * 1000), round(ends.timestamp() * 1000)

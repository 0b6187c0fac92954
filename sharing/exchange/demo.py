"""The example house: made from the lists in `config/demo/`, with cards, PINs and codes of its own."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

import msgspec

import config
from sharing.calendar_time import local
from sharing.catalogue.actions import items_at, locations
from sharing.catalogue.rules import Location
from sharing.errors import BadFile
from sharing.exchange.actions import import_file
from sharing.exchange.columns import What
from sharing.exchange.demo_bookings import make_bookings
from sharing.journal.ids import uuid5
from sharing.journal.store import Store
from sharing.people.actions import find_persons, issue_card, set_pin
from sharing.people.cards import CardKeys
from sharing.people.rules import Person, Right
from sharing.rooms.actions import rooms
from sharing.terms.actions import read_terms, set_terms, write_closing_days

DEMO_FOLDER: Final = Path(config.__file__).parent / "demo"
_WRITTEN_IN: Final = 2026
_DAY: Final = re.compile(r"\b(20[0-9]{2})(-[0-9]{2}-[0-9]{2})\b")
_PIN_DIGITS: Final = 6


class DemoMade(msgspec.Struct, frozen=True):
    """What was made, and may be shown this once: only here do card numbers and PINs stand in clear."""

    cards: tuple[tuple[str, str], ...]
    """Person and card number, of everybody."""
    staff: tuple[tuple[str, str, str], ...]
    """Person, card number and PIN, of those who may open the staff desk."""
    items: tuple[tuple[str, str], ...]
    """Code and name."""
    rooms: tuple[tuple[str, str], ...]
    """Code and name of those that can be booked; all other places are in `places`."""
    places: tuple[tuple[str, str], ...]


def make_demo_house(store: Store, keys: CardKeys, *, act: bytes, folder: Path = DEMO_FOLDER) -> DemoMade:
    """Fill an empty house with the example: rules, places and things, people and cards, rooms and bookings.

    The lists go through the import like anybody's; numbers and PINs come from the store's randomness. The
    house gets its name last: without one it is half made, and making it again goes on.

    Args:
        store: the house.
        keys: its card keys.
        act: id of this command; each step's is made from it.
        folder: the lists and `house.toml`.

    Raises:
        BadFile: a list in the folder cannot be imported; `reason` names it.
    """
    later = _years_later(store)
    rules = tomllib.loads(_moved((folder / "house.toml").read_text(encoding="utf-8"), later))
    name = {"name": rules.pop("name")}
    set_terms(store, rules, act=uuid5("rules", act), by=None)
    for year in (_WRITTEN_IN + later, _WRITTEN_IN + later + 1):
        write_closing_days(store, year, act=uuid5(f"closing {year}", act), by=None)
    for what in What:
        text = _moved((folder / f"{what}.csv").read_text(encoding="utf-8"), later)
        report = import_file(store, what, text.encode(), act=uuid5(what, act))
        if not report.done:
            raise BadFile(
                reason=f"{what}.csv: {next(line.details for line in report.lines if line.problems)}"
            )
    persons = find_persons(store, most=1000)
    cards = tuple((one, issue_card(store, keys, act=uuid5(one.id, act), person=one.id)) for one in persons)
    staff = tuple(_staff(store, one, code, act) for one, code in cards if _works_here(one))
    make_bookings(store, folder, act)
    set_terms(store, name, act=uuid5("name", act), by=None)
    return _made(store, cards, staff)


def _made(
    store: Store, cards: tuple[tuple[Person, str], ...], staff: tuple[tuple[str, str, str], ...]
) -> DemoMade:
    language = read_terms(store).languages[0]
    booked = {one.id for one in rooms(store) if one.bookable}
    with store.reader() as read:
        places = locations(read)
        things = [one for place in places if place.parent is None for one in items_at(read, place.id)]
    things.sort(key=lambda one: (one.model.key, one.number))

    def named(chosen: list[Location]) -> tuple[tuple[str, str], ...]:
        return tuple((one.code or "", one.where(language)) for one in chosen)

    return DemoMade(
        cards=tuple((one.name, code) for one, code in cards),
        staff=staff,
        items=tuple((one.code or "", one.name(language)) for one in things),
        rooms=named([one for one in places if one.id in booked]),
        places=named([one for one in places if one.id not in booked]),
    )


def _works_here(person: Person) -> bool:
    return person.may(Right.OPEN_DESK)


def _staff(store: Store, person: Person, code: str, act: bytes) -> tuple[str, str, str]:
    pin = _pin(store)
    set_pin(store, person.id, pin, act=uuid5(f"pin {person.id}", act))
    return person.name, code, pin


def _pin(store: Store) -> str:
    """Make a PIN whose digits are not all the same."""
    while True:
        pin = f"{int.from_bytes(store.randomness(8), 'big') % 10**_PIN_DIGITS:0{_PIN_DIGITS}d}"
        if len(set(pin)) > 1:
            return pin


def _years_later(store: Store) -> int:
    """Say how many years after the lists were written the house is made: its dates move with it."""
    with store.reader() as read:
        return max(local(read.now, "Europe/Berlin").year - _WRITTEN_IN, 0)


def _moved(text: str, years: int) -> str:
    return _DAY.sub(lambda day: f"{int(day[1]) + years}{day[2]}", text)

"""Somebody at a kiosk, as a process: does one thing after the other, and says what was shown as done.

It prints one JSON object a line: `{"begun": act, …}` before a use case, `{"done": act, "entries": […]}` when
it returned, `{"refused": act, …}` when it did not. It ends with its standard input.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sharing.calendar_time import local
from sharing.errors import NotHome, Refusal, Storage
from sharing.house import House, open_house
from sharing.lending.actions import CheckOut, Return, check_in, check_out, renew
from sharing.people import actions as people
from sharing.rooms import actions as rooms
from sharing.rooms.rules import Ask, ChangeOf
from sharing.terms.actions import read_terms

Deed = dict[str, Any]
THINGS = 30
"""So many things are wanted by everybody."""
PAUSE = 0.15
"""Seconds between two deeds at most."""
DAY_MS = 86_400_000
_OPEN = "SELECT id, item, due FROM loan_line WHERE back_at IS NULL ORDER BY id"
_DATES = "SELECT booking, n FROM occurrence WHERE state IN ('provisional', 'confirmed') ORDER BY booking, n"


class Person:
    """What somebody does next, picked by lot."""

    def __init__(self, house: House, seed: str) -> None:
        self.house, self.store, self.chance = house, house.store, random.Random(seed)
        self.people = [one.id for one in people.find_persons(self.store, most=1000)]
        self.things = [row[0] for row in self.rows("SELECT id FROM item WHERE lendable = 1 ORDER BY id")]
        self.rooms = [one.id for one in rooms.rooms(self.store)]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.store.reader() as read:
            return read.rows(sql)

    def next(self) -> Deed:
        """Say what to do; everything that is needed to do it again."""
        kinds = ("takes", "brings", "renews", "books", "cancels")
        kind = self.chance.choices(kinds, (8, 7, 3, 4, 1))[0]
        who, found = self.chance.choice(self.people), list[tuple[Any, ...]]()
        if kind in {"brings", "renews"}:
            found = self.rows(_OPEN)
        elif kind == "cancels":
            found = self.rows(_DATES)
        if not found and kind != "books":
            kind = "takes"
        at = self.chance.choice(found) if found else ()
        return {"do": kind, "who": who, "at": at, "thing": self.chance.choice(self.things[:THINGS]),
                "room": self.chance.choice(self.rooms), "day": self.chance.randrange(2, 30),
                "hour": self.chance.randrange(9, 19)}  # fmt: skip

    def does(self, deed: Deed, act: bytes) -> None:
        """Do it.

        Raises:
            Refusal, NotHome, Storage: it cannot be done.
        """
        getattr(self, f"_{deed['do']}")(deed, act)

    def _takes(self, deed: Deed, act: bytes) -> None:
        with self.store.reader() as read:
            who = people.person(read, deed["who"])
        check_out(self.store, CheckOut(act, who, (deed["thing"],)))

    def _brings(self, deed: Deed, act: bytes) -> None:
        check_in(self.store, Return(act, (deed["at"][1],)))

    def _renews(self, deed: Deed, act: bytes) -> None:
        line, _, due = deed["at"]
        renew(self.store, line, act, until=due + DAY_MS)

    def _books(self, deed: Deed, act: bytes) -> None:
        now, zone = self.store.clock.read().at, read_terms(self.store).zone
        day = local(now, zone).replace(tzinfo=None) + timedelta(days=deed["day"])
        begins = day.replace(hour=deed["hour"], minute=0, second=0, microsecond=0)
        ask = Ask(
            rooms=(deed["room"],), begins=begins, ends=begins + timedelta(hours=1), person=deed["who"],
            title="Probe",
        )  # fmt: skip
        rooms.book(self.store, ask, act)

    def _cancels(self, deed: Deed, act: bytes) -> None:
        booking, n = deed["at"]
        rooms.cancel(self.store, None, ChangeOf(booking=booking, n=n), act)


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def once(person: Person, deed: Deed, act: bytes) -> None:
    """Do something once, and say how it went."""
    say(begun=act.hex(), deed=deed)
    try:
        person.does(deed, act)
    except (Refusal, NotHome, Storage) as refusal:
        say(refused=act.hex(), why=type(refusal).__name__)
        return
    with person.store.reader() as read:
        ids = [bytes(row[0]).hex() for row in read.rows("SELECT id FROM entry WHERE act = ?", (act,))]
    say(done=act.hex(), do=deed["do"], entries=sorted(ids))


def until_end_of_input(stop: threading.Event) -> None:
    os.read(0, 1)
    stop.set()


def main(data: str, seed: str, again: str) -> None:
    """Begin with what was begun and not answered, if anything was; then go on until standard input ends."""
    house, stop = open_house(Path(data)), threading.Event()
    threading.Thread(target=until_end_of_input, args=(stop,), daemon=True).start()
    person = Person(house, seed)
    if again:
        begun = json.loads(again)
        once(person, begun["deed"], bytes.fromhex(begun["begun"]))
    while not stop.is_set():
        once(person, person.next(), person.store.new_act())
        time.sleep(person.chance.uniform(0, PAUSE))
    house.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""However a house came to be what it is, its doors show the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest

from devices.panels import topics
from devices.panels.publisher import Publisher
from devices.panels.state import content, decoded
from sharing.calendar_time import local
from sharing.errors import Refusal
from sharing.rooms import actions as rooms
from sharing.rooms.rules import MINUTE, Alternative, Ask, ChangeOf, Frequency, Occurrence, Rule, Span
from tests.devices.panels.shelf import HOUSE, Shelf
from tests.sharing.rooms.lodge import ZONE, Lodge

STEPS = 60


class Lot:
    """Does something by lot."""

    def __init__(self, lodge: Lodge, seed: int) -> None:
        self.lodge, self.lot = lodge, random.Random(seed)

    def step(self) -> None:
        deeds: list[Callable[[], object]] = [
            self.book, self.book, self.book, self.now, self.cancel, self.arrive, self.end, self.change,
            self.wait, self.wait, self.move,
        ]  # fmt: skip
        with suppress(Refusal):
            self.lot.choice(deeds)()

    def book(self) -> None:
        wall = local(self.lodge.clock.at, ZONE).replace(tzinfo=None, second=0, microsecond=0)
        begins = wall + timedelta(minutes=15 * self.lot.randint(0, 4 * 60))
        rule = Rule(freq=Frequency.DAILY, count=4) if self.lot.random() < 0.2 else None
        ask = Ask(
            rooms=(self.room(),), begins=begins, ends=begins + timedelta(minutes=15 * self.lot.randint(1, 9)),
            rule=rule, person=self.lodge.desk.ann.id, title="x", org=self.lodge.desk.organisation,
            announce=self.lot.random() < 0.5,
        )  # fmt: skip
        rooms.book(self.lodge.house.store, ask, self.lodge.act())

    def now(self) -> None:
        store = self.lodge.house.store
        rooms.book_now(store, self.room(), self.lodge.act(), person=self.lodge.desk.ann.id, minutes=45)

    def cancel(self) -> None:
        rooms.cancel(self.lodge.house.store, self.lodge.desk.ann, this_date(self.date()), self.lodge.act())

    def move(self) -> None:
        one = self.date()
        to = Alternative(one.rooms, Span(one.span.begins + 30 * MINUTE, one.span.ends + 45 * MINUTE))
        rooms.move(self.lodge.house.store, self.lodge.desk.ann, this_date(one), to, self.lodge.act())

    def arrive(self) -> None:
        rooms.arrive(self.lodge.house.store, self.lodge.desk.ann, this_date(self.date()), self.lodge.act())

    def end(self) -> None:
        rooms.end(self.lodge.house.store, self.lodge.desk.ann, this_date(self.date()), {}, self.lodge.act())

    def change(self) -> None:
        name = self.lot.choice(sorted(self.lodge.rooms))
        if name == "ab":
            self.lodge.room("c", bookable=self.lot.random() < 0.5)
        else:
            self.lodge.room(name, after_min=self.lot.choice([0, 15, 30]))

    def wait(self) -> None:
        self.lodge.clock.forward(minutes=self.lot.choice([1, 7, 30, 240]))

    def room(self) -> str:
        return self.lodge.rooms[self.lot.choice(sorted(self.lodge.rooms))]

    def date(self) -> Occurrence:
        store = self.lodge.house.store
        dates = [
            one for booking in rooms.bookings_of(store, self.lodge.desk.ann.id) for one in booking.occurrences
        ]
        if not dates:
            raise Refusal
        return self.lot.choice(dates)


def this_date(one: Occurrence) -> ChangeOf:
    return ChangeOf(booking=one.booking, n=one.n)


@pytest.mark.parametrize("seed", range(4))
def test_what_was_kept_up_to_date_is_what_is_computed_afresh(lodge: Lodge, shelf: Shelf, seed: int) -> None:
    lot = Lot(lodge, seed)
    for _ in range(STEPS):
        lot.step()
        shelf.turn()
        afresh = Shelf(Publisher(lodge.house.store, HOUSE))
        afresh.connect()
        afresh.turn()
        assert shelf.retained.keys() == afresh.retained.keys()
        for topic in afresh.retained:
            if topic.endswith("/state"):
                assert content(decoded(shelf.retained[topic])) == content(decoded(afresh.retained[topic]))
            else:
                assert msgspec.json.decode(shelf.retained[topic]) == msgspec.json.decode(
                    afresh.retained[topic]
                )
    assert sum(topics.state(HOUSE, room) in shelf.retained for room in lodge.rooms.values()) >= 4

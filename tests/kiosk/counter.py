"""A small house and a kiosk in it, with clock and sound of its own; keys are posted with their own times."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Static

from config.settings import load
from kiosk.app import KioskApp
from kiosk.sound import Tone
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item, LocationKind
from sharing.house import House
from sharing.people import actions as people
from sharing.people.rules import OrganisationKind, Person, Role
from sharing.terms.actions import set_terms
from sharing.texts import State, Texts

HOURS = {str(day): [[600, 1080]] for day in range(6)}
ASK = {
    "function": "Ausleihe",
    "phone": "0761 1234",
    "days": [0, 1, 2, 3, 4, 5],
    "from_min": 600,
    "to_min": 1080,
}
PIN = "2580"


def said(german: str, english: str) -> Texts:
    return Texts.of(german).changed("en", english, State.CHECKED)


@dataclass
class Town:
    """Who is there and what can be borrowed."""

    house: House
    items: dict[str, Item] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    shelf: str = ""
    other_shelf: str = ""

    def code(self, name: str) -> str:
        return self.cards.get(name) or self.items[name].code or ""

    def add(self, german: str, english: str, count: int, home: str, **fields: Any) -> None:
        store = self.house.store
        key = english.lower().replace(" ", "-")[:50]
        model = catalogue.add_model(
            store, act=store.new_act(), key=key, names=said(german, english), category="x", **fields
        )
        for n in range(1, count + 1):
            item = catalogue.add_item(
                store, act=store.new_act(), model=model.id, number=str(n), home=home, key=f"{key}-{n}"
            )
            self.items[item.name("de")] = item

    def meet(
        self, name: str, contact: str, *roles: Role, terms_version: int = 1, adult: bool = True
    ) -> Person:
        store = self.house.store
        person = people.register_person(
            store,
            people.RegisterPerson(
                act=store.new_act(),
                name=name,
                contact=contact,
                adult=adult,
                terms_version=terms_version,
                privacy_version=1,
            ),
        )
        for role in roles:
            people.grant_role(store, person.id, role, act=store.new_act())
        if roles:
            people.set_pin(store, person.id, PIN, act=store.new_act())
        self.cards[name] = people.issue_card(store, self.house.keys, act=store.new_act(), person=person.id)
        self.persons[name] = person
        return person


def settle_in(house: House) -> Town:
    """Fill an empty house."""
    store = house.store
    rules = {"name": "Haus am Ring", "desk_hours": HOURS, "contacts": [ASK]}
    set_terms(store, rules, act=store.new_act(), by=None)
    town = Town(house)

    def place(kind: LocationKind, key: str, german: str, english: str, parent: str = "") -> Any:
        more = {"parent": parent} if parent else {}
        return catalogue.add_location(
            store,
            act=store.new_act(),
            kind=kind,
            key=key,
            names=said(german, english),
            **more,
        )

    top = place(LocationKind.HOUSE, "haus", "Haus am Ring", "House at the Ring")
    floor = place(LocationKind.FLOOR, "eg", "Erdgeschoss", "Ground floor", top.id)
    room = place(LocationKind.ROOM, "lager", "Lager", "Store room", floor.id)
    shelf = place(LocationKind.SHELF, "r3", "Regal 3", "Shelf 3", room.id)
    other = place(LocationKind.SHELF, "r4", "Regal 4", "Shelf 4", room.id)
    town.shelf, town.other_shelf = shelf.code, other.code
    how_to = said("Kabel anstecken, dann HDMI 1 wählen.", "Plug in the cable, then choose HDMI 1.")
    town.add("Beamer", "Projector", 3, shelf.id, how_to=how_to)
    town.add("Mikrofon", "Microphone", 3, shelf.id)
    town.add("Bohrmaschine", "Drill", 1, shelf.id, needs=("instruction",))
    town.add("Leinwand", "Screen", 2, other.id)
    town.meet("Jonas Weber", "jonas@example.org")
    amina = town.meet("Amina Kaya", "amina@example.org")
    town.meet("Sabine Roth", "sabine@example.org", Role.STAFF, Role.ADMIN)
    people.register_organisation(
        store, "Chor der Nachbarn", OrganisationKind.ASSOCIATION, act=store.new_act(), responsible=amina.id
    )
    return town


class Seconds:
    """A clock for idle times."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Heard:
    """Sounds, written down."""

    def __init__(self) -> None:
        self.tones: list[Tone] = []

    def play(self, tone: Tone) -> None:
        self.tones.append(tone)


class Counter:
    """A running kiosk and a person in front of it."""

    def __init__(self, pilot: Pilot[int], town: Town, seconds: Seconds, heard: Heard) -> None:
        self.pilot, self.town, self.seconds, self.heard = pilot, town, seconds, heard
        self.app: KioskApp = pilot.app  # type: ignore[assignment] # run_test of a KioskApp
        self._event_time = 50.0

    async def settle(self) -> None:
        """Wait until everything that was asked for is shown."""
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
        while self._is_to_be_laid_out():  # a text that became longer gets its room a message later
            await self.pilot.pause()

    def _is_to_be_laid_out(self) -> bool:
        """Say whether anything on screen waits for its place; if busy, one pause is not enough."""
        screen = self.app.screen
        waits = [getattr(one, "_layout_required", False) for one in screen.walk_children(with_self=True)]
        return any(waits) or not screen._message_queue.empty()

    def post(self, key: str, character: str | None, after: float) -> None:
        """Post one key event `after` seconds of event time."""
        self._event_time += after
        event = events.Key(key, character)
        event.time = self._event_time
        self.app.post_message(event)

    async def scan(self, name: str) -> None:
        """Hold a card or a thing under the scanner; more than three seconds after the last."""
        await self.burst(self.town.code(name))

    async def burst(self, digits: str, *, clock_s: float = 4) -> None:
        """What a scanner types, 5 ms a key."""
        self.town.house.store.clock.forward(seconds=clock_s)  # type: ignore[attr-defined] # the fake one
        self.seconds.now += clock_s
        for n, digit in enumerate(digits):
            self.post(digit, digit, 1.0 if n == 0 else 0.005)
        self.post("enter", "\r", 0.005)
        await self.settle()

    async def press(self, *keys: str) -> None:
        """Press keys as people do; what the kiosk waits for in real time is decided at once."""
        for key in keys:
            before = self.app._key_number
            self.post(key, key if len(key) == 1 else {"enter": "\r"}.get(key), 0.6)
            await self.pilot.pause()
            while self.app._key_number == before:  # a busy machine may not have come to it yet
                await self.pilot.pause()
            await self.app._quiet(self.app._key_number, 0)
            await self.settle()

    async def sign_in(self) -> None:
        """Open the staff desk."""
        await self.scan("Sabine Roth")
        await self.press(*PIN, "enter")

    @property
    def mode(self) -> str:
        return self.app.current_mode

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips)

    @property
    def cut(self) -> list[str]:
        """Texts that do not fit where they stand."""
        found = []
        for widget in self.app.screen.query(Static):
            if not (
                widget.display
                and all(one.display for one in widget.ancestors_with_self if hasattr(one, "display"))
            ):
                continue
            text, width = str(widget.content), widget.content_size.width
            if text and not isinstance(widget, Input):
                needed = widget.visual.get_height(widget.styles.get_rules(), width) if width else 99
                if needed > widget.content_size.height or widget.region.bottom > self.app.size.height:
                    found.append(
                        f"{widget}: {text!r} needs {needed} rows at {width}, has {widget.content_size}"
                    )
        return found


@asynccontextmanager
async def open_counter(town: Town, opener: Callable[[], House] | None = None) -> AsyncIterator[Counter]:
    """Start a kiosk at 76 × 22 cells."""
    seconds, heard = Seconds(), Heard()
    settings = load(Path(town.house.data), {})
    app = KioskApp(opener or town.house, settings, seconds=seconds, sound=heard)
    async with app.run_test(size=(76, 22)) as pilot:
        counter = Counter(pilot, town, seconds, heard)
        await counter.settle()
        yield counter

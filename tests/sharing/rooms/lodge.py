"""A house with rooms: three halls of which two make a pair, a room that staff approve, and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sharing.calendar_time import instant_of
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import LocationKind
from sharing.house import House
from sharing.people.rules import Person
from sharing.rooms.actions import book, change_room
from sharing.rooms.rules import Ask, Booking, ChangeOf, Part, Room, Rule, Span
from tests.fakes import FakeClock
from tests.sharing.desk import Desk, make_desk, texts

ZONE = "Europe/Berlin"


def at(text: str) -> datetime:
    """Read a wall time: "06-02 18:00" is in 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 wall times have no zone


def span(begins: str, ends: str) -> Span:
    """Give the instants of two wall times."""
    return Span(instant_of(at(begins), ZONE), instant_of(at(ends), ZONE))


@dataclass
class Lodge:
    """The desk, and its rooms by name."""

    desk: Desk
    rooms: dict[str, str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        return self.desk.house

    @property
    def clock(self) -> FakeClock:
        return self.desk.clock

    @property
    def staff(self) -> Person:
        return self.desk.staff

    def act(self) -> bytes:
        return self.desk.act()

    def ask(
        self, room: str = "a", begins: str = "06-02 18:00", hours: float = 2, *, who: str = "ann",
        rule: Rule | None = None, org: str | None = None, heads: int = 0, title: str = "Chorprobe",
    ) -> Ask:  # fmt: skip
        """Ask for rooms named by their letters."""
        start = at(begins)
        return Ask(
            rooms=tuple(self.rooms[one] for one in room.split("+")), begins=start,
            ends=start + timedelta(hours=hours), rule=rule, person=getattr(self.desk, who).id, org=org,
            title=title, heads=heads,
        )  # fmt: skip

    def book(
        self, room: str = "a", begins: str = "06-02 18:00", hours: float = 2, *, who: str = "ann",
        rule: Rule | None = None, org: str | None = None, heads: int = 0,
    ) -> Booking:  # fmt: skip
        """Book it."""
        ask = self.ask(room, begins, hours, who=who, rule=rule, org=org, heads=heads)
        return book(self.house.store, ask, self.act())

    def room(self, name: str, **fields: object) -> Room:
        """Change what a room is like."""
        change: dict[str, object] = fields
        return change_room(self.house.store, None, self.rooms[name], self.act(), **change)  # type: ignore[arg-type]


def this(booking: Booking, n: int = 0, part: Part = Part.THIS) -> ChangeOf:
    """Mean one date of a booking, or more."""
    return ChangeOf(booking=booking.id, n=n, part=part)


def make_lodge(house: House, clock: FakeClock) -> Lodge:
    """Furnish an empty house."""
    desk = make_desk(house, clock)
    lodge, store = Lodge(desk), house.store
    floor = catalogue.add_location(
        store, act=store.new_act(), key="og", kind=LocationKind.FLOOR, names=texts("Obergeschoss")
    )
    for name, german in (
        ("a", "Saal A"),
        ("b", "Saal B"),
        ("ab", "Großer Saal"),
        ("c", "Werkraum"),
        ("d", "Studio"),
    ):
        place = catalogue.add_location(
            store,
            act=store.new_act(),
            key=f"r-{name}",
            kind=LocationKind.ROOM,
            names=texts(german),
            parent=floor.id,
        )
        lodge.rooms[name] = place.id
    lodge.room("a", capacity=20, features=frozenset({"projector"}), checklist=("Fenster", "Heizung"))
    lodge.room("b", capacity=25)
    lodge.room("ab", capacity=45, parts=(lodge.rooms["a"], lodge.rooms["b"]))
    lodge.room("c", capacity=8, before_min=15, after_min=30, no_show_min=20)
    lodge.room("d", capacity=12, approval=True)
    return lodge

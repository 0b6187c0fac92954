"""Several machines of one house with rooms: the home and two kiosks elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from sharing.house import House
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import table_hash, verify
from sharing.rooms.actions import booking
from sharing.rooms.rules import State
from sharing.waiting import decide_waiting
from tests.fakes import FakeClock
from tests.sharing.journal.exchange import stream_of
from tests.sharing.rooms.lodge import Lodge, make_lodge

MakeNode = Callable[[str, int], House]


def hand_on(source: Store, target: Store, stream: str) -> None:
    epoch, acts = stream_of(source, stream)
    with target.begin() as work:
        work.absorb([entry for act in acts for entry in act], stream, epoch, 1)


class Three:
    """The home and two kiosks elsewhere."""

    def __init__(self, make_node: MakeNode) -> None:
        self.one, self.two = make_node("one", -60_000).store, make_node("two", -50_000).store
        clock = FakeClock()
        self.lodge: Lodge = make_lodge(make_node("home", 0), clock)
        self.home = self.lodge.house.store
        self.home.clock.at = clock.at = clock.at + 3_600_000  # type: ignore[attr-defined]  # a FakeClock
        for other in (self.one, self.two):
            other.clock.at = clock.at + 1000  # type: ignore[attr-defined]  # a FakeClock
            self.tell(other)

    def tell(self, other: Store) -> None:
        """Bring everything the home holds to another machine."""
        hand_on(self.home, other, "home")
        for stream, store in (("one", self.one), ("two", self.two)):
            if other is not store and stream_of(self.home, stream)[1]:
                hand_on(self.home, other, stream)

    def hear(self, other: Store) -> None:
        """Bring what another machine wrote to the home."""
        hand_on(other, self.home, other.node)

    def converge(self) -> None:
        for other in (self.one, self.two):
            self.hear(other)
        decide_waiting(self.home)
        for other in (self.one, self.two):
            self.tell(other)
        for store in (self.home, self.one, self.two):
            assert differences(store) == []
            assert verify(store).faults == ()
        assert len({table_hash(store) for store in (self.home, self.one, self.two)}) == 1

    def state(self, store: Store, key: str) -> State:
        return booking(store, key).occurrences[0].state

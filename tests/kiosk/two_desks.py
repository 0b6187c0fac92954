"""Two kiosks of one house that hear of each other only when a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sharing.house import House, make_house
from sharing.lending.scanning import Scan, scan
from sharing.waiting import decide_waiting
from tests.fakes import FakeClock, FakeRandomness
from tests.kiosk.counter import Town
from tests.sharing.rooms.nodes import hand_on


class OtherDesk:
    """A second kiosk: it has what the first one had when it was told last."""

    def __init__(self, town: Town, house: House) -> None:
        self.town, self.house, self.keys = town, house, town.house.keys
        self.store = house.store
        self.told()

    def told(self) -> None:
        """Bring what the first kiosk wrote to the second."""
        hand_on(self.town.house.store, self.store, "desk")

    def tells(self) -> None:
        """Bring what the second wrote to the first, which is home and decides."""
        hand_on(self.store, self.town.house.store, "garden")
        decide_waiting(self.town.house.store)

    def lend(self, who: str, thing: str) -> None:
        """Card, thing, and the card again, at the second kiosk."""
        visit = None
        for name in (who, thing, who):
            self.store.clock.forward(seconds=5)  # type: ignore[attr-defined] # the fake one
            command = Scan(self.town.code(name), self.store.new_act(), visit)
            visit = scan(self.store, self.keys, command).visit


@contextmanager
def other_desk(town: Town, folder: Path) -> Iterator[OtherDesk]:
    """Open one; its clock is a minute behind the first one's."""
    at = town.house.store.clock.read().at
    house = make_house(
        folder, node="garden", name="Testhaus", clock=FakeClock(at - 60_000, boot="boot-garden"),
        randomness=FakeRandomness("garden"), founded=False,
    )  # fmt: skip
    try:
        yield OtherDesk(town, house)
    finally:
        house.close()

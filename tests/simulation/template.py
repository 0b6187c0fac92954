"""The furnished house that each run begins with: made once, and copied."""

from __future__ import annotations

import atexit
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sharing.house import CARD_KEY, House, make_house
from sharing.journal.entry import Entry
from sharing.people.rules import Person
from tests.fakes import FakeClock, FakeRandomness
from tests.sharing.rooms.lodge import make_lodge
from tests.simulation.clocks import MINUTE, SECOND
from tests.simulation.disks import copy_house, new_folder
from tests.simulation.wiring import calm
from tests.simulation.world import CENTRAL, World

KIOSKS = ("one", "two", "tre")


@dataclass(frozen=True)
class Furnished:
    """What stands in the house."""

    folder: Path
    people: tuple[Person, ...]
    staff: Person
    items: dict[str, str]
    rooms: dict[str, str]
    entries: dict[bytes, Entry] = field(default_factory=dict)

    def of(self, key: str) -> Path:
        """Give the data folder of a machine."""
        return self.folder / key


@cache
def furnished() -> Furnished:
    """Make the house, let its kiosks join it, and wait until all of them hold everything."""
    folder = new_folder("template")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = _central(folder)
    world = World("template")
    try:
        with calm():
            for key in (CENTRAL, *KIOSKS):
                world.add(key, folder / key).boot()
            world.every(5 * SECOND, world.now + 5 * MINUTE)
            world.run(world.now + 10 * MINUTE)
        held = [one.held() for one in world.machines.values()]
        if any(one != held[0] for one in held):
            raise AssertionError(f"the template does not converge: {[len(one) for one in held]}")
        made.entries.update(world.central.entries())
        for one in world.machines.values():
            one.stop()
            copy_house(one.folder, folder / one.key)
    finally:
        world.close()
    return made


def _central(folder: Path) -> Furnished:
    clock = FakeClock()
    house = make_house(
        folder / CENTRAL, node=CENTRAL, name="Haus", clock=clock, randomness=FakeRandomness(CENTRAL),
        role="central",
    )  # fmt: skip
    lodge = make_lodge(house, clock)
    for key in KIOSKS:
        _joined(folder, house, key, clock)
    house.close()
    desk = lodge.desk
    return Furnished(
        folder,
        people=(desk.ann, desk.ben, desk.staff),
        staff=desk.staff,
        items={name: item.id for name, item in desk.items.items()},
        rooms=dict(lodge.rooms),
    )


def _joined(folder: Path, central: House, key: str, clock: FakeClock) -> None:
    with central.store.begin() as work:
        work.add_peer(key)
    new_house(folder / key, key, (folder / CENTRAL / CARD_KEY).read_bytes(), clock, key)


def new_house(folder: Path, node: str, card_key: bytes, clock: object, seed: str) -> None:
    """Make the empty data folder of a node that joins."""
    make_house(
        folder, node=node, name="Haus", clock=clock, randomness=FakeRandomness(seed), founded=False,  # type: ignore[arg-type]  # a Clock
        role="node", key=card_key,
    ).close()  # fmt: skip

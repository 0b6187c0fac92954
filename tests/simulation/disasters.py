"""Disks that are lost, put back from images, or restored; and what went with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sharing.house import CARD_KEY, House
from sharing.people.cards import CardKeys
from sync.copies import restore
from sync.copies.backup import WHOLE, Manifest
from tests.simulation.chance import Chance
from tests.simulation.clocks import MINUTE, SECOND
from tests.simulation.disks import SimulatedStore, copy_house, ids_in, is_stopped_in
from tests.simulation.template import new_house

if TYPE_CHECKING:
    from tests.simulation.machines import Machine
    from tests.simulation.world import World


def image_of(world: World, machine: Machine) -> Path:
    """Keep a copy of a machine's disk as it is now."""
    world.images += 1
    folder = world.folder / f"image-{world.images}"
    copy_house(machine.folder, folder)
    return folder


def lose(world: World, machine: Machine, kept: set[bytes]) -> None:
    """Note what goes with a disk: what stands on no other one, nor in what comes in its place."""
    others = [one.held() for one in world.machines.values() if one is not machine]
    world.lost |= machine.held().difference(kept, *others)


def home_in(world: World, machine: Machine) -> bool:
    """Say whether a machine decides, as far as it or the central knows."""
    sql = "SELECT 1 FROM home WHERE node = ?"
    for one in (machine, world.central):
        if one.running:
            with one.store.reader() as read:
                if read.rows(sql, (machine.name,)):
                    return True
    return False


def may_flip(world: World, machine: Machine, why: str) -> None:
    """A disaster of a home may make verdicts void that somebody saw."""
    if machine.central or home_in(world, machine):
        world.disasters.add(why)


def wipe(world: World, chance: Chance, machine: Machine) -> None:
    """A disk is gone; a new one joins under the same name."""
    may_flip(world, machine, "wiped")
    machine.stop()
    lose(world, machine, set())
    machine.lose_disk()
    machine.forked_in = 0  # it joins anew: what had its name before is not let in
    machine.clock.boot()
    key = (world.central.folder / CARD_KEY).read_bytes()
    new_house(machine.folder, machine.name, key, machine.clock, f"{world.seed}/{machine.key}/{machine.life}")
    world.after(chance.between(MINUTE, 120 * MINUTE), machine.boot)


def put_back(world: World, machine: Machine, image: Path) -> None:
    """Put an image of earlier onto a machine."""
    may_flip(world, machine, "image")
    machine.stop()
    lose(world, machine, ids_in(image))
    copy_house(image, machine.folder)
    if not is_stopped_in(image):
        machine.forked_in = 0  # it is as it was before, and learns of the fork once more
    machine.clock.boot()
    world.after(10 * SECOND, machine.boot)


def restore_central(world: World, image: Path) -> None:
    """Lose the central's disk and put its backup back, as the command does."""
    central = world.central
    emptied = _emptied(central)
    central.stop()
    world.disasters.add("restored")
    lose(world, central, ids_in(image))
    copy_house(image, central.folder)
    seed = Chance(world.seed, "restore", world.now)
    store = SimulatedStore(central.folder, central.version, central.clock, seed)
    store.open()
    store.committed = lambda work: world.committed(central, work)
    house = House(store, CardKeys.load(central.folder / CARD_KEY), central.folder)
    manifest = Manifest(
        house="Haus", node="central", taken_at=0, file="teilhaus.db", digest="", size=0, checked=WHOLE,
        entries=0, gsn=0, term=0,
    )  # fmt: skip
    restore._begin_again(house, manifest, sorted(one.hex() for one in emptied))
    store.close()
    world.after(30 * SECOND, central.boot)


def _emptied(machine: Machine) -> set[bytes]:
    """Give what the file beside the backups lists."""
    store = SimulatedStore(machine.folder, machine.version, machine.clock, Chance("emptied"))
    try:
        with store.reader() as read:
            return {bytes(row[0]) for row in read.rows("SELECT entry FROM emptied")}
    finally:
        store.close()

"""What staff do about the machines: move the home, take it over, forget somebody, look at answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sharing.journal.entry import Draft
from sharing.journal.shapes import HomeReleaseAsked, PrivateEmptied
from sharing.journal.work import HOUSE_GROUP, Work
from sync.at_central.restoring import end_wait
from tests.simulation import faults
from tests.simulation.chance import Chance
from tests.simulation.clocks import HOUR, MINUTE
from tests.simulation.machines import Machine

if TYPE_CHECKING:
    from tests.simulation.world import World

_HOLDING = """
SELECT e.id FROM entry e WHERE e.nature = 'verdict'
AND NOT EXISTS (SELECT 1 FROM local_held h WHERE h.entry = e.id)
AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.kind = 'verdict_void' AND m.entry = lower(hex(e.id)))
ORDER BY e.id
"""


def look(world: World, machine: Machine) -> None:
    """Somebody reads all answers at a machine: what holds now must hold for good."""
    if not machine.running:
        return
    with machine.store.reader() as read:
        for (entry,) in read.rows(_HOLDING):
            world.seen.setdefault(bytes(entry), machine.key)


def forget(world: World, chance: Chance) -> None:
    """The home empties some private parts, also of entries that have not come to it yet."""
    for machine in world.machines.values():
        if machine.running and _is_home(machine):
            known = sorted(one.id for one in world.ledger.values() if one.private is not None)
            late = sorted(set(known) - machine.held())
            some = {chance.pick(late if late and chance.happens(600) else known) for _ in range(3)}
            _empty(world, machine, sorted(one.hex() for one in some))
            return


def _is_home(machine: Machine) -> bool:
    with machine.store.reader() as read:
        return bool(read.rows("SELECT 1 FROM home WHERE id = ? AND node = ?", (HOUSE_GROUP, machine.name)))


def _empty(world: World, machine: Machine, ids: list[str]) -> None:
    def do() -> None:
        with machine.store.begin() as work:
            if ids and work.is_home():
                subject = f"privacy:{work.new_hex()}"
                work.append(work.new_id(), [Draft(subject, PrivateEmptied(entries=tuple(ids)))])

    if machine.guarded(do):
        world.desk(machine)


def ask_for_home(world: World, chance: Chance) -> None:
    """Staff move the home: its node lets go by itself when it hears of it."""
    _ask(world, chance.pick([*world.kiosks, world.central]).name)


def _ask(world: World, target: str) -> None:
    asked = Draft(f"group:{HOUSE_GROUP}", HomeReleaseAsked(group=HOUSE_GROUP, to=target), nature="request")
    _at_central(world, lambda work: work.append(work.new_id(), [asked]))


def take_over(world: World, chance: Chance) -> None:
    """Staff take the home by force: what its node decided and nobody heard of is void."""
    target = chance.pick([world.central, world.central, *world.kiosks]).name
    moved: list[bytes] = []
    _at_central(world, lambda work: moved.append(work.move_home(HOUSE_GROUP, target).id))
    if world.ledger.keys() & moved:  # also if the power went just after it was on the disk
        world.disasters.add("taken over")


def _at_central(world: World, do: Callable[[Work], object]) -> bool:
    central = world.central
    if not central.running:
        return False

    def act() -> None:
        with central.store.begin() as work:
            if not work.sync().restoring:
                do(work)

    done = central.guarded(act)
    if done:
        world.desk(central)
    return done


def home_goes_astray(world: World, chance: Chance) -> None:
    """A kiosk is made home, loses its line, and staff take the home over after some time."""
    kiosk = chance.pick(world.kiosks)
    _ask(world, kiosk.name)
    world.later(
        chance.between(1, 40) * MINUTE, lambda: faults.unplug(world, kiosk, chance.between(1, 20) * HOUR)
    )
    world.later(chance.between(50, 400) * MINUTE, lambda: take_over(world, chance))


def put_right(world: World) -> None:
    """What staff do once nothing goes wrong any more: free a home that stands still."""

    def do(work: Work) -> None:
        home = work.rows("SELECT node FROM home WHERE id = ?", (HOUSE_GROUP,))[0][0]
        stopped = [one for one in world.kiosks if one.name == home and _stopped(one)]
        if stopped or (home == world.central.name and work.sync().stopped):
            work.move_home(HOUSE_GROUP, world.central.name)

    _at_central(world, do)


def end_the_wait(world: World) -> None:
    """Staff say that no more machine will report to a central that came from a backup."""
    central = world.central
    if central.running and central.guarded(lambda: end_wait(central.store)):
        world.desk(central)


def impatient(world: World, chance: Chance) -> None:
    """Staff end the wait though some have not reported yet."""
    world.later(chance.between(0, 60) * MINUTE, lambda: end_the_wait(world))


def _stopped(machine: Machine) -> bool:
    if not machine.running:
        return False
    with machine.store.reader() as read:
        return bool(read.sync().stopped)

"""One run: a house, a while of people and faults, then calm, and the checks."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import nullcontext

import msgspec

from sharing.journal.rebuild import differences
from sync.events import Tick
from tests.simulation import faults, staff
from tests.simulation.chance import Chance
from tests.simulation.checks import at_rest, violations
from tests.simulation.clocks import MINUTE, SECOND
from tests.simulation.machines import Machine
from tests.simulation.mutants import MUTANTS
from tests.simulation.network import FAIR
from tests.simulation.people import People
from tests.simulation.profiles import PROFILES, Profile
from tests.simulation.template import KIOSKS, Furnished, furnished
from tests.simulation.versions import NEXT
from tests.simulation.wiring import CALM_LOOK, calm, framed, hurried, unhurried
from tests.simulation.world import BEGIN, CENTRAL, World

CALM = 15 * MINUTE
"""So long after the last fault everything must be alike."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of one seed."""

    profile: str
    seed: int
    violations: tuple[str, ...]
    trace: str
    seconds: float
    """Of one processor: waiting for others does not count."""
    entries: int
    done: int


def run(profile: str, seed: int, mutant: str = "") -> Outcome:
    """Run one seed; the same gives the same trace, on any machine.

    Args:
        profile: one of `PROFILES`.
        seed: any number.
        mutant: one of `MUTANTS`; the code as it is if empty.
    """
    house = furnished()  # made by the code as it is, before any mutant
    with MUTANTS[mutant].applied() if mutant else nullcontext():
        return _run(profile, seed, house)


def _run(profile: str, seed: int, house: Furnished) -> Outcome:
    began = time.process_time()
    world = World(f"{profile}/{seed}")
    try:
        found = list(_lived(world, PROFILES[profile], house))
    except Exception as error:  # noqa: BLE001 whatever is raised is a finding of this seed
        found = [
            *world.found,
            f"raised {type(error).__name__}: {error}",
            *traceback.format_exc().splitlines()[-12:],
        ]
    finally:
        world.close()
    return Outcome(
        profile, seed, tuple(found), world.trace.hexdigest(), time.process_time() - began,
        len(world.ledger), len(world.done),
    )  # fmt: skip


def _lived(world: World, profile: Profile, house: Furnished) -> Iterator[str]:
    chance = world.chance("schedule")
    world.approved = house.rooms["d"]
    world.ledger.update(house.entries)
    frame = chance.pick((4, 9, 500))
    with unhurried(), framed(frame):
        _put_up(world, profile, house)
    world.network.weather = chance.pick(profile.weather)
    people = People(world, house, profile.does)
    world.reacts, world.visit = faults.when_a_home_changes(world), people.act
    lasts = chance.pick(profile.lasts)
    for _ in range(chance.between(*profile.acts)):
        _somebody_comes(world, people, BEGIN + MINUTE + chance.below(lasts))
    for _ in range(chance.between(*profile.trouble)):
        fault, own = chance.weighed(profile.faults), world.chance("fault", chance.below(10**9))
        world.later(MINUTE + chance.below(lasts), lambda fault=fault, own=own: fault(world, own))  # type: ignore[misc]
    for _ in range(3):
        world.at(BEGIN + chance.below(lasts), lambda: _look_at(world))
    with unhurried(), framed(frame):
        world.run(BEGIN + lasts + MINUTE)
    with calm(), framed(frame):
        found = list(_calmed(world))
    yield from [*world.found, *found]


def _put_up(world: World, profile: Profile, house: Furnished) -> None:
    chance = world.chance("put up")
    world.bad_clocks = profile.bad_clocks
    for key in (CENTRAL, *KIOSKS[: chance.pick(profile.kiosks)]):
        machine = world.add(key, house.of(key))
        if profile.mixed and (key == CENTRAL or chance.happens(300)):
            machine.version = NEXT
        if not machine.central and chance.happens(400):
            machine.clock.error = chance.between(-90, 90) * SECOND
        machine.boot()
    _revoke_the_absent(world, chance)


def _revoke_the_absent(world: World, chance: Chance) -> None:
    """Some houses have a kiosk that never came; in some of them staff have said so already."""
    if chance.happens(500):
        with world.central.store.begin() as work:
            for key in KIOSKS:
                if key not in world.machines:
                    work.revoke_peer(key)


def _somebody_comes(world: World, people: People, when: int) -> None:
    """Let somebody do something at some machine, and often somebody else at another one just after."""
    chance = world.chance("comes", when)

    def come() -> None:
        people.act(chance.pick([*world.kiosks, *world.kiosks, *world.kiosks, world.central]))

    world.at(when, come)
    if chance.happens(300):
        world.at(when + chance.between(1, 3 * SECOND), come)


def _look_at(world: World) -> None:
    """In the midst of it: people read answers, and one machine's tables are folded again."""
    for one in world.machines.values():
        staff.look(world, one)
    up = [one for one in world.machines.values() if one.running]
    if up:
        one = world.chance("looked at", world.now).pick(up)
        for line in differences(one.store.beside())[:3]:
            world.finds(f"{one.key} folds otherwise on the way: {line[:300]}")


def _calmed(world: World) -> Iterator[str]:
    """End all faults, let staff do what is theirs, wait, and look."""
    world.calm = True
    world.network.weather = FAIR
    for one in world.machines.values():
        _made_well(world, one)
    world.every(CALM_LOOK, world.now + 2 * CALM)
    world.after(MINUTE, lambda: staff.put_right(world))
    world.after(2 * MINUTE, lambda: staff.end_the_wait(world))
    world.after(3 * MINUTE, lambda: staff.put_right(world))
    world.run(world.now + 3 * MINUTE + SECOND)
    if world.central.version == NEXT:
        _upgrade_all(world)
    _wait(world)
    for one in world.machines.values():
        staff.look(world, one)
    yield from violations(world)


def _wait(world: World) -> None:
    """Let the time pass that they may take; less if for two minutes there was nothing left to do."""
    quiet = 0
    for _ in range(CALM // MINUTE):
        world.run(world.now + MINUTE)
        quiet = quiet + 1 if at_rest(world) else 0
        if quiet > 1:
            return


def _made_well(world: World, machine: Machine) -> None:
    machine.fill(full=False)
    machine.cable, machine.deaf_until = True, 0
    if machine.running:
        machine.store.plan.arm("", 0)
        hurried(machine.sync)
        world.network.reconnect(machine)
    else:
        machine.boot()


def _upgrade_all(world: World) -> None:
    for one in world.kiosks:
        if one.version != NEXT:
            one.stop()
            one.version = NEXT
            one.boot()
            one.after(1, Tick())

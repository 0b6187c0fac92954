"""What goes wrong: each function does one thing now, and arranges how it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from sharing.journal.entry import Entry
from tests.simulation.chance import Chance
from tests.simulation.clocks import DAY, HOUR, IN_1970, IN_2099, MINUTE, SECOND
from tests.simulation.disasters import image_of, put_back, restore_central, wipe
from tests.simulation.versions import NEXT

if TYPE_CHECKING:
    from tests.simulation.machines import Machine
    from tests.simulation.world import World

_HOME_CHANGES = frozenset({"home.released", "home.moved"})
Fault: TypeAlias = Callable[["World", Chance], None]


def _kiosk(world: World, chance: Chance) -> Machine:
    return chance.pick(world.kiosks)


def _any(world: World, chance: Chance) -> Machine:
    return chance.pick([*world.kiosks, world.central])


# Lines


def line_breaks(world: World, chance: Chance) -> None:
    """A connection breaks and is made again at once."""
    machine = _any(world, chance)
    world.network.cut(machine)
    world.network.reconnect(machine)


def alone_for_a_while(world: World, chance: Chance) -> None:
    """A kiosk has no network, for minutes or for days."""
    wait = chance.pick((10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY))
    unplug(world, _kiosk(world, chance), wait)


def central_alone(world: World, chance: Chance) -> None:
    """The central loses its line to the broker for a while."""
    unplug(world, world.central, chance.between(1, 15) * MINUTE)


def unplug(world: World, machine: Machine, wait: int) -> None:
    """Take a machine's line away for so many milliseconds."""
    machine.cable = False
    world.network.cut(machine)
    world.after(wait, lambda: plug_in(world, machine))


def hears_nothing(world: World, chance: Chance) -> None:
    """A kiosk's line carries only what it says, and nothing that is said to it."""
    _kiosk(world, chance).deaf_until = world.now + chance.between(1, 20) * MINUTE


def when_a_home_changes(world: World) -> Callable[[Machine, Sequence[Entry]], None]:
    """Give what happens when a kiosk becomes home or lets go: people come, and sometimes its line breaks."""
    chance = world.chance("home changes")

    def react(machine: Machine, new: Sequence[Entry]) -> None:
        if machine.central or world.calm or not any(one.kind in _HOME_CHANGES for one in new):
            return
        longest = 2 * MINUTE if chance.happens(500) else HOUR
        for _ in range(4):
            world.later(chance.between(1, longest), lambda: world.visit(machine))
        if chance.happens(350):
            world.later(1, lambda: unplug(world, machine, chance.between(5, 300) * MINUTE))

    return react


def plug_in(world: World, machine: Machine) -> None:
    """Give a machine its line back."""
    machine.cable = True
    world.network.reconnect(machine)


# Power


def power_goes(world: World, chance: Chance) -> None:
    """A machine goes down between two steps, sometimes for hours."""
    machine = _any(world, chance)
    longest = 15 * MINUTE if machine.central else 8 * HOUR
    machine.crash(again_in=chance.between(5 * SECOND, longest))


def crash_at_a_commit(world: World, chance: Chance) -> None:
    """A machine goes down just before or just after one of its next commits."""
    machine = _any(world, chance)
    if machine.running:
        machine.store.plan.arm(chance.pick(("before", "after")), chance.between(1, 4))


def crash_between_effects(world: World, chance: Chance) -> None:
    """A machine goes down between two effects of one of its next steps."""
    machine = _any(world, chance)
    if machine.running:
        machine.store.plan.arm("effects", chance.between(1, 6))


# Clocks


def clock_after_boot(world: World, machine: Machine, chance: Chance) -> None:
    """Boot without a time server; the clock may stand anywhere until one is found."""
    error = chance.pick((0, IN_1970 - world.now, IN_2099 - world.now, -3 * HOUR, 2 * DAY, -9 * DAY))
    machine.clock.boot(error=error, clock="untrusted")
    if chance.happens(400):
        world.after(chance.between(1, 120) * MINUTE, lambda: clock_is_set(machine))


def clock_is_set(machine: Machine) -> None:
    """Find a time server."""
    machine.clock.error, machine.clock.clock = 0, "ntp"


def clock_jumps(world: World, chance: Chance) -> None:
    """A clock that is believed goes wrong, by minutes or by a day."""
    machine = _kiosk(world, chance)
    machine.clock.error = chance.pick((0, 30 * SECOND, -4 * MINUTE, 3 * MINUTE, -HOUR, DAY))


def boots_with_a_bad_clock(world: World, chance: Chance) -> None:
    """A kiosk boots, and its clock does not know the time."""
    machine = _kiosk(world, chance)
    machine.stop()
    clock_after_boot(world, machine, chance)
    world.after(chance.between(SECOND, MINUTE), machine.boot)


# Disks


def disk_is_full(world: World, chance: Chance) -> None:
    """A disk has no room for another page, for a while."""
    machine = _any(world, chance)
    machine.fill(full=True)
    world.after(chance.between(1, 40) * MINUTE, lambda: machine.fill(full=False))


def disk_dies(world: World, chance: Chance) -> None:
    """A kiosk's disk is gone; a new one joins under the same name."""
    wipe(world, chance, _kiosk(world, chance))


def old_image(world: World, chance: Chance) -> None:
    """Keep an image of a kiosk's disk, and put it back some time later."""
    machine = _kiosk(world, chance)
    image = image_of(world, machine)
    world.later(chance.between(5 * MINUTE, 20 * HOUR), lambda: put_back(world, machine, image))


def cloned_card(world: World, chance: Chance) -> None:
    """Somebody copies a kiosk's card, and both run; often while nobody hears them."""
    machine = _kiosk(world, chance)
    if any(one.name == machine.name and one is not machine for one in world.kiosks):
        return
    world.disasters.add("cloned")  # staff may make it home later, and then both believe that they are
    twin = world.add(f"{machine.name}#twin", machine.folder)
    twin.version = machine.version
    boots = chance.between(SECOND, HOUR)
    world.after(boots, twin.boot)
    alone, wait = boots + chance.between(1, 20) * MINUTE, chance.between(10, 60) * MINUTE
    if chance.happens(500):
        world.later(alone, lambda: setattr(twin, "deaf_until", world.now + wait))
    unheard = chance.pick(((), (machine, twin), (world.central,), (world.central,)))
    for one in unheard:
        world.later(alone, lambda one=one: unplug(world, one, wait))  # type: ignore[misc]  # mypy cannot infer it
    for _ in range(chance.between(2, 5)):
        for one in (machine, twin):
            world.later(alone + chance.below(wait), lambda one=one: world.visit(one))  # type: ignore[misc]


def central_from_a_backup(world: World, chance: Chance) -> None:
    """Back the central up, and lose its disk some time later."""
    image = image_of(world, world.central)
    world.later(chance.between(20 * MINUTE, 12 * HOUR), lambda: restore_central(world, image))


# Versions


def upgrade(world: World, chance: Chance) -> None:
    """Bring a kiosk to the next version; the central has it first."""
    machine = _kiosk(world, chance)
    if machine.version != NEXT:
        machine.stop()
        machine.version = NEXT
        world.after(chance.between(SECOND, 10 * MINUTE), machine.boot)

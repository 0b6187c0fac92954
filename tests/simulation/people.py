"""What people do at the desks: real use cases, on few things and hours, so that they meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from sharing.errors import NotHome, Refusal, Storage
from sharing.people.rules import Person
from tests.simulation.chance import Chance
from tests.simulation.clocks import MINUTE
from tests.simulation.disks import SimulatedStore
from tests.simulation.machines import Machine
from tests.simulation.template import Furnished

if TYPE_CHECKING:
    from tests.simulation.world import World

Command: TypeAlias = Callable[[bytes], object]
"""Something to be done with this command id; the same if it is tried again."""
THINGS = ("beamer1", "beamer2", "sound", "saw")


class At:
    """Somebody at one desk, and what they see there."""

    def __init__(self, world: World, machine: Machine, chance: Chance, house: Furnished) -> None:
        self.world, self.machine, self.chance, self.house = world, machine, chance, house

    @property
    def store(self) -> SimulatedStore:
        """The house as this machine has it now; another object after a crash."""
        return self.machine.store

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Look at the tables."""
        with self.store.reader() as read:
            return read.rows(sql, params)

    def some(self, sql: str, *params: object) -> tuple[Any, ...] | None:
        """Pick one of the rows, if there is any."""
        found = self.rows(sql, *params)
        return self.chance.pick(found) if found else None

    def item(self) -> str:
        """Pick a thing."""
        return self.house.items[self.chance.pick(THINGS)]

    def person(self) -> Person:
        """Pick somebody."""
        return self.chance.pick(self.house.people)

    def word(self) -> str:
        """Give a word that stands nowhere else, to be looked for once it should be gone."""
        return f"zz{self.chance(8).hex()}"


UseCase: TypeAlias = Callable[[At], "Command | None"]


class People:
    """Who goes where and does what."""

    def __init__(self, world: World, house: Furnished, does: tuple[tuple[UseCase, int], ...]) -> None:
        self.world, self.house, self.does = world, house, does
        self.chance = world.chance("people")
        self.refused = 0

    def act(self, machine: Machine) -> None:
        """Let somebody do something at a machine."""
        if not machine.running:
            return
        at = At(self.world, machine, self.chance, self.house)
        use_case = self.chance.weighed(self.does)
        command = use_case(at)
        if command is not None:
            self.world.note("does", machine.key, use_case.__name__)
            self._do(machine, command, machine.store.new_act(), again=True)

    def _do(self, machine: Machine, command: Command, act: bytes, *, again: bool) -> None:
        shown = False

        def do() -> None:
            nonlocal shown
            try:
                command(act)
            except (Refusal, NotHome):
                self.refused += 1
            except Storage:
                if not machine.full:
                    raise
                self.refused += 1
            else:
                shown = True

        whole = machine.guarded(do)
        if whole and shown:
            self.world.done.append((machine.key, act))
            self._sees(machine, act)
        if whole:
            self.world.desk(machine)
        elif again and self.chance.happens(600):
            # They saw no answer, so they try the same once more when the machine is there again.
            self.world.after(15 * MINUTE, lambda: self._again(machine, command, act))

    def _sees(self, machine: Machine, act: bytes) -> None:
        """They are told at once what was decided."""
        with machine.store.reader() as read:
            for (entry,) in read.rows(
                "SELECT id FROM entry WHERE act = ? AND nature = 'verdict' ORDER BY part", (act,)
            ):
                self.world.seen.setdefault(bytes(entry), machine.key)

    def _again(self, machine: Machine, command: Command, act: bytes) -> None:
        if machine.running:
            self._do(machine, command, act, again=False)

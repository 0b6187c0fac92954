"""A house in virtual time: its machines, the lines between them, what was written, and what came of it."""

from __future__ import annotations

import hashlib
import heapq
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sharing.journal.entry import Entry
from sharing.journal.work import Work
from sync.events import Tick
from tests.fakes import MONDAY_10
from tests.simulation import monitors
from tests.simulation.chance import Chance
from tests.simulation.clocks import HOUR, SECOND
from tests.simulation.disks import copy_house, new_folder
from tests.simulation.machines import Machine
from tests.simulation.network import FAIR, Network, Weather

BEGIN = MONDAY_10 + HOUR
CENTRAL = "central"
MOST_EVENTS = 40_000
"""A run that needs more goes in circles."""


class GoesInCircles(AssertionError):
    """The machines keep each other busy without end."""


class World:
    """All there is, and the one clock that is right."""

    def __init__(self, seed: str, *, weather: Weather = FAIR) -> None:
        self.seed, self.now = seed, BEGIN
        self.folder = new_folder("simulation")
        self.trace = hashlib.sha256()
        self.ledger: dict[bytes, Entry] = {}
        """Every entry that was ever on a disk, as it was first written."""
        self.done: list[tuple[str, bytes]] = []
        """Acts that somebody was shown as done: (machine, act)."""
        self.lost: set[bytes] = set()
        """Entries that no surviving disk held when theirs went."""
        self.found: list[str] = []
        """What must not be and was seen on the way."""
        self.disasters: set[str] = set()
        """What happened that may let a verdict flip."""
        self.frames: list[tuple[str, bytes]] = []
        """What nodes sent to the central; played again at the end."""
        self.machines: dict[str, Machine] = {}
        self.network = Network(self, weather)
        self.bad_clocks = False
        self.calm = False
        self.approved = ""
        """The room that staff have to approve."""
        self.reacts: Callable[[Machine, Sequence[Entry]], None] = lambda _machine, _new: None
        """What goes wrong or is done because of what was just written."""
        self.visit: Callable[[Machine], None] = lambda _machine: None
        """Somebody comes to a machine and does something there."""
        self.images = 0
        self.seen: dict[bytes, str] = {}
        """Verdicts that somebody saw hold, and at which machine first."""
        self._queue: list[tuple[int, int, Callable[[], object]]] = []
        self._count = 0

    def chance(self, *names: object) -> Chance:
        """Give a row of chance of its own."""
        return Chance(self.seed, *names)

    # Time

    def at(self, when: int, do: Callable[[], object]) -> None:
        """Do something at an instant."""
        self._count += 1
        heapq.heappush(self._queue, (max(when, self.now), self._count, do))

    def after(self, wait: int, do: Callable[[], object]) -> None:
        """Do something after so many milliseconds."""
        self.at(self.now + wait, do)

    def later(self, wait: int, do: Callable[[], object]) -> None:
        """Let something go wrong after a while, unless all is calm by then."""
        self.after(wait, lambda: None if self.calm else do())

    def every(self, step: int, until: int) -> None:
        """Give each machine a tick every so many milliseconds."""
        for one in list(self.machines.values()):
            one.step(Tick())
        if self.now + step <= until:
            self.after(step, lambda: self.every(step, until))

    def run(self, until: int) -> None:
        """Let time pass.

        Raises:
            GoesInCircles: it does not.
        """
        while self._queue and self._queue[0][0] <= until:
            self.now, _, do = heapq.heappop(self._queue)
            do()
            if self._count > MOST_EVENTS:
                raise GoesInCircles(f"more than {MOST_EVENTS} events")
        self.now = until

    # Machines

    def add(self, key: str, source: Path | None) -> Machine:
        """Put up a machine whose disk is a copy of a data folder."""
        machine = Machine(self, key, self.folder / key.replace("#", "-"), central=key == CENTRAL)
        if source is not None:
            copy_house(source, machine.folder)
        self.machines[key] = machine
        return machine

    @property
    def central(self) -> Machine:
        """The central."""
        return self.machines[CENTRAL]

    @property
    def kiosks(self) -> list[Machine]:
        """All machines but the central."""
        return [one for one in self.machines.values() if not one.central]

    def reboot_clock(self, machine: Machine) -> None:
        """Boot a machine's clock; where clocks are bad it has no time server at first."""
        chance = self.chance("boot", machine.key, machine.life)
        if not self.bad_clocks or machine.central:
            machine.clock.boot()
            return
        from tests.simulation.faults import clock_after_boot

        clock_after_boot(self, machine, chance)

    def close(self) -> None:
        """Take everything down."""
        for one in self.machines.values():
            one.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # What happened

    def note(self, *what: Any) -> None:
        """Write something into the trace."""
        said = [one if isinstance(one, bytes) else str(one).encode() for one in what]
        self.trace.update(b"%d %b\n" % (self.now, b" ".join(said)))

    def finds(self, what: str) -> None:
        """Keep what must not be."""
        if what not in self.found:
            self.found.append(what)

    def sent(self, node: str, payload: bytes) -> None:
        """Keep what a node sent."""
        self.frames.append((node, payload))

    def committed(self, machine: Machine, work: Work) -> None:
        """Keep what a commit added, and let the syncing process look soon."""
        new = work.arrived
        for entry in new:
            known = self.ledger.get(entry.id)
            if known is None or (known.private is None and entry.private is not None):
                self.ledger[entry.id] = entry
        self.note("commit", machine.key, *(entry.id for entry in new))
        monitors.commits(self, machine, work)
        self.reacts(machine, new)

    def desk(self, machine: Machine) -> None:
        """Somebody did something at a desk: the syncing process sees it at its next look."""
        machine.busy_until = self.now + 2 * SECOND
        machine.after(machine.chance.between(100, 1500), Tick())

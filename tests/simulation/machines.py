"""One machine of the house: a data folder, a clock, and the process that syncs; it can lose any of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharing.errors import Storage
from sharing.house import CARD_KEY, DATABASE, House
from sharing.journal.entry import Entry
from sharing.journal.subjects import entry_of
from sharing.journal.work import Work
from sharing.people.cards import CardKeys
from sync.events import Event, Note, Send, Tick, Wake
from tests.simulation import monitors
from tests.simulation.chance import Chance
from tests.simulation.clocks import MINUTE, SECOND, MachineClock
from tests.simulation.disks import Crash, SimulatedStore, ids_in
from tests.simulation.versions import TODAY
from tests.simulation.wiring import make_machine

if TYPE_CHECKING:
    from tests.simulation.world import World

BUSY = 2 * SECOND


class Machine:
    """A kiosk or the central. `name` is its node's; `key` tells two machines with one name apart."""

    def __init__(self, world: World, key: str, folder: Path, *, central: bool = False) -> None:
        self.world, self.key, self.folder, self.central = world, key, folder, central
        self.name = key.partition("#")[0]
        self.clock = MachineClock(lambda: world.now, key)
        self.chance = world.chance("machine", key)
        self.version = TODAY
        self.running, self.cable, self.full = False, True, False
        self.session, self.life = 0, 0
        self.busy_until = 0
        self.deaf_until = 0
        """Until when nothing reaches it, though its line stands."""
        self._wakes_at = 0
        self.store: SimulatedStore
        self.house: House
        self.sync: Any = None
        self.notes: dict[str, int] = {}
        self.forked_in = 0
        """The reign of this home in which its stream forked."""

    # What a state machine asks of its surroundings

    def monotonic_ms(self) -> int:
        """Give milliseconds that only go forward."""
        return self.clock.monotonic()

    def desk_busy(self) -> bool:
        """Say whether somebody was at the desk just now."""
        return self.world.now < self.busy_until

    def randomness(self, n: int) -> bytes:
        """Give n random bytes."""
        return self.chance(n)

    # Life

    def boot(self) -> None:
        """Start, on whatever the disk holds."""
        if self.running:
            return
        self.life, self._wakes_at = self.life + 1, 0
        store = SimulatedStore(
            self.folder, self.version, self.clock, Chance(self.world.seed, self.key, self.life)
        )
        store.open()
        store.committed = self._committed
        store.full = self.full
        self.store = store
        self.house = House(store, CardKeys.load(self.folder / CARD_KEY), self.folder)
        self.sync = make_machine(store, self, central=self.central)
        self.running = True
        self.world.network.reconnect(self, soon=True)
        self.after(1, Tick())

    def stop(self) -> None:
        """Lose the power, now."""
        if not self.running:
            return
        self.running, self.life = False, self.life + 1
        self.world.network.cut(self)
        self.store.close()

    def crash(self, *, again_in: int | None = None) -> None:
        """Lose the power or the process, and start again after a while."""
        self.world.note("crash", self.key)
        self.stop()
        if self.chance.happens(500):
            self.world.reboot_clock(self)
        wait = self.chance.between(SECOND, 10 * MINUTE) if again_in is None else again_in
        self.world.after(wait, self.boot)

    def _committed(self, work: Work) -> None:
        self.world.committed(self, work)

    # Steps

    def step(self, event: Event) -> None:
        """Give the state machine an event and do what it asks; a crash may come between any two effects."""
        if not self.running:
            return

        def both() -> None:
            for effect in self.sync.step(event):
                self.store.plan.passes("effects")
                self._do(effect)

        self.guarded(both)

    def _do(self, effect: Any) -> None:
        if isinstance(effect, Send):
            self.world.network.send(self, effect)
        elif isinstance(effect, Wake):
            self._wake(effect.in_ms)
        elif isinstance(effect, Note):
            self.notes[effect.what] = self.notes.get(effect.what, 0) + 1
            if effect.what == "forked":
                monitors.forks(self)

    def _wake(self, in_ms: int) -> None:
        """Give a tick in time, and only one, however often it is asked for."""
        when = self.world.now + max(in_ms, 1)
        if self.world.now < self._wakes_at <= when:
            return
        self._wakes_at, life = when, self.life

        def wake() -> None:
            if self.life == life and self._wakes_at == when:
                self._wakes_at = 0
                self.step(Tick())

        self.world.at(when, wake)

    def after(self, wait: int, event: Event) -> None:
        """Give an event after a while, if nothing stopped this process meanwhile."""
        life = self.life
        self.world.after(max(wait, 1), lambda: self.step(event) if self.life == life else None)

    def guarded(self, do: Callable[[], object]) -> bool:
        """Do something that may crash the machine or find its disk full; says whether it came to its end."""
        try:
            do()
        except Crash:
            self.crash()
        except Storage as error:
            self.world.note("storage", self.key, type(error).__name__)
            if not self.full:
                raise
            # What came is not confirmed to the broker, and the line is made anew (`sync/line/worker.py`).
            self.world.network.cut(self)
            self.world.network.reconnect(self)
        else:
            return True
        return False

    # The disk

    def fill(self, *, full: bool) -> None:
        """Fill its disk, or make room on it."""
        self.full = full
        if self.running:
            self.store.full = full

    def held(self) -> set[bytes]:
        """Give the ids of all entries on its disk."""
        if not self.running:
            return ids_in(self.folder)
        with self.store.reader() as read:
            return {bytes(row[0]) for row in read.rows("SELECT id FROM entry")}

    def entries(self, which: str = "") -> dict[bytes, Entry]:
        """Give all entries on its disk, or those that an SQL condition names; it must be running."""
        columns = ", ".join(self.store.statements.entry_columns)
        with self.store.reader() as read:
            return {bytes(row[0]): entry_of(row) for row in read.rows(f"SELECT {columns} FROM entry {which}")}

    def lose_disk(self) -> None:
        """Take everything away; the machine must be stopped."""
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
            (self.folder / name).unlink(missing_ok=True)

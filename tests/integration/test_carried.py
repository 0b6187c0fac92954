"""Three machines with real journals, a real mosquitto, a network that misbehaves: everything arrives once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sharing.journal.clock import SystemClock
from sharing.journal.entry import Draft
from sharing.journal.ids import system_randomness
from sharing.journal.store import Store
from sharing.journal.verify import table_hash, verify
from sync.central import CentralSync
from sync.line.endpoint import Whose
from sync.line.worker import rhythm_of, run
from sync.line.world import World
from sync.mqtt import Line, Pace, State
from sync.node import NodeSync
from sync.topics import topic_house
from tests.integration import mosquitto
from tests.integration.mosquitto import Carrier, carrier, until
from tests.integration.proxy import Proxy
from tests.sharing.journal.toys import Filled, Owner, toy_store

NAMES = ("central", "one", "two")
QUICK = Pace(first=0.05, longest=0.3, steady=1, keepalive=2, answer=3)


class Machine:
    """A journal, its state machine, and the thread in which both live."""

    def __init__(self, folder: Path, name: str, broker: Carrier, port: int) -> None:
        clock: Any = SystemClock()
        role: Any = "central" if name == "central" else "node"
        self.name = name
        self.store = toy_store(folder, clock, node=name, seed=name, founded=role == "central", role=role)
        self.store.randomness = system_randomness
        self._env = World(folder, clock)
        self._stop = threading.Event()
        whose = Whose(house=mosquitto.HOUSE, node=name)
        self.line = Line(broker.endpoint(name, port), whose, epoch=1, clock=clock, pace=QUICK)
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        kind: Any = CentralSync if self.name == "central" else NodeSync
        rhythm, changed = rhythm_of(self.store)
        machine = kind(self.store, self._env, decide=None, software="1")
        run(machine, self.line, self._stop, rhythm=rhythm, changed=changed)
        self.store.close()

    @contextmanager
    def running(self) -> Iterator[Machine]:
        self.line.start()
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self.line.poke()
            self._thread.join()
            self.line.stop()
            self.store.close()

    def fill(self, n: int) -> bytes:
        """Put something into a box, as the desk does: from another connection."""
        with self.store.begin() as work:
            draft = Draft(f"box:{n % 7}", Filled(what=f"{self.name} {n}"), Owner(name=f"owner {n}"))
            return work.append(work.new_id(), (draft,))[0].id

    def holds(self, entries: set[bytes]) -> bool:
        return entries <= ids(self.store)


def ids(store: Store) -> set[bytes]:
    with store.reader() as read:
        return {bytes(row[0]) for row in read.rows("SELECT id FROM entry")}


class Together:
    """All of them, each behind a network of its own."""

    def __init__(self, broker: Carrier, machines: dict[str, Machine], networks: dict[str, Proxy]) -> None:
        self.broker, self.machines, self.networks = broker, machines, networks

    def all_hold(self, entries: set[bytes]) -> bool:
        return all(one.holds(entries) for one in self.machines.values())

    def assert_alike(self) -> None:
        stores = [one.store for one in self.machines.values()]
        until(lambda: len({frozenset(ids(store)) for store in stores}) == 1)
        assert len({table_hash(store) for store in stores}) == 1
        for store in stores:
            assert verify(store).faults == ()


@pytest.fixture
def together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Together]:
    monkeypatch.setattr(mosquitto, "HOUSE", topic_house("Toy house"))
    with ExitStack() as stack:
        broker = stack.enter_context(carrier(tmp_path / "broker", *NAMES))
        networks = {name: stack.enter_context(Proxy(broker.broker.port)) for name in NAMES}
        machines = {name: Machine(tmp_path, name, broker, networks[name].port) for name in NAMES}
        with machines["central"].store.begin() as work:
            for name in NAMES[1:]:
                work.add_peer(name)
        for one in machines.values():
            stack.enter_context(one.running())
        until(lambda: all(one.line.status().state is State.CONNECTED for one in machines.values()))
        yield Together(broker, machines, networks)


def test_what_one_writes_all_have(together: Together) -> None:
    written = {together.machines[name].fill(n) for n in range(20) for name in NAMES}
    until(lambda: together.all_hold(written))
    together.assert_alike()


def test_a_network_that_does_everything_wrong_costs_nothing_but_time(together: Together) -> None:
    one, two = together.networks["one"], together.networks["two"]
    written: set[bytes] = set()
    orders = [one.cut, two.halve, one.stall, two.cut, one.resume, two.go_away, one.halve, two.resume]
    for n, order in enumerate(orders):
        order()
        written |= {together.machines[name].fill(10 * n + i) for i in range(5) for name in NAMES}
    until(lambda: together.all_hold(written), 60)
    together.assert_alike()


def test_a_broker_that_is_killed_again_and_again_loses_nothing(together: Together) -> None:
    written: set[bytes] = set()
    for n in range(4):
        written |= {together.machines[name].fill(10 * n + i) for i in range(5) for name in NAMES}
        until(partial(together.broker.is_back, together.broker.kill()))
    until(lambda: together.all_hold(written), 60)
    together.assert_alike()

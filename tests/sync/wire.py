"""A house on one wire, for tests of the state machines alone: messages go round when the test says so."""

from __future__ import annotations

import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sharing.journal.entry import Draft, Entry
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import table_hash, verify
from sync.central import CentralSync
from sync.events import Connected, Disconnected, Effect, Event, Note, Received, Send, Tick, Wake
from sync.node import NodeSync
from sync.protocol import AnyFrame, decode, encode
from tests.fakes import FakeClock, FakeRandomness
from tests.sharing.journal.toys import Filled, Owner, toy_store


class FakeEnv:
    """Time that stands still, and a desk that is busy when the test says so."""

    def __init__(self, seed: str) -> None:
        self.now, self.busy = 1_000_000, False
        self.randomness = FakeRandomness(f"env {seed}")

    def monotonic_ms(self) -> int:
        return self.now

    def desk_busy(self) -> bool:
        return self.busy


Machine = NodeSync | CentralSync
Lost = Callable[[str, Send], bool]


class Wire:
    """Central and nodes with real journals; `settle` lets everything arrive."""

    def __init__(self, folder: Path, *nodes: str, decide: Any = None, url: str = "") -> None:
        self.folder, self.decide, self.url = folder, decide, url
        self.clocks: dict[str, FakeClock] = {}
        self.envs: dict[str, FakeEnv] = {}
        self.stores: dict[str, Store] = {}
        self.machines: dict[str, Machine] = {}
        self.flying: deque[tuple[str, Send]] = deque()
        self.notes: list[tuple[str, str, str]] = []
        self.wakes: dict[str, int] = {}
        self.cut: set[str] = set()
        self.lost: Lost = lambda _who, _send: False
        self.log: list[tuple[str, Send]] = []
        self._again = 0
        self.add("central")
        for node in nodes:
            self.add(node)

    @property
    def central(self) -> CentralSync:
        machine = self.machines["central"]
        assert isinstance(machine, CentralSync)
        return machine

    def node(self, name: str) -> NodeSync:
        machine = self.machines[name]
        assert isinstance(machine, NodeSync)
        return machine

    def add(self, name: str, *, known: bool = True, seed: str = "") -> None:
        """Make a machine with an empty journal and connect it."""
        clock = self.clocks.setdefault(name, FakeClock(boot=f"boot-{name}"))
        self.envs[name] = FakeEnv(seed or name)
        is_central = name == "central"
        self.stores[name] = toy_store(
            self.folder, clock, node=name, seed=seed or name, founded=is_central,
            role="central" if is_central else "node", url=self.url if is_central else "",
        )  # fmt: skip
        if not is_central and known:
            with self.stores["central"].begin() as work:
                work.add_peer(name)
        self.start(name)

    def start(self, name: str) -> None:
        """Make the machine anew over its journal, as a process that was started, and connect it."""
        store, env = self.stores[name], self.envs[name]
        if name == "central":
            self.machines[name] = CentralSync(store, env, decide=self.decide, software="1")
        else:
            self.machines[name] = NodeSync(store, env, decide=self.decide, software="1")
        self.connect(name)

    def image(self, name: str, to: str) -> Path:
        """Copy a machine's database as it stands now."""
        path = self.folder / f"{to}.image"
        path.unlink(missing_ok=True)
        with sqlite3.connect(self.folder / f"{self.stores[name].node}.db") as link:
            link.execute("VACUUM INTO ?", (str(path),))
        link.close()
        return path

    def put_back(self, name: str, image: Path) -> None:
        """Start a machine from an image that was taken earlier."""
        self.stores[name].close()
        for old in self.folder.glob(f"{name}.db*"):
            old.unlink()
        shutil.copy(image, self.folder / f"{name}.db")
        self._again += 1
        self.stores[name] = toy_store(
            self.folder, self.clocks[name], node=name, seed=f"{name} {self._again}", founded=False
        )
        self.flying = deque(one for one in self.flying if one[0] != name)
        self.start(name)

    def replace_disk(self, name: str, *, behind_ms: int = 0) -> None:
        """Let a machine's disk be gone, and a new one join as it; its clock may be behind."""
        self.stores[name].close()
        for old in self.folder.glob(f"{name}.db*"):
            old.unlink()
        self.flying = deque(one for one in self.flying if one[0] != name)
        self.clocks[name] = FakeClock(at=self.clocks[name].at - behind_ms, boot=f"boot-{name}-new")
        self._again += 1
        self.add(name, seed=f"{name} {self._again}")

    def clone(self, name: str, called: str) -> None:
        """Start a second machine with the same name from a copy of the first one's card."""
        folder = self.folder / called
        folder.mkdir()
        shutil.copy(self.image(name, called), folder / f"{name}.db")
        self.clocks[called], self.envs[called] = FakeClock(boot=f"boot-{called}"), FakeEnv(called)
        self.stores[called] = toy_store(folder, self.clocks[called], node=name, seed=called, founded=False)
        self.start(called)

    def connect(self, name: str) -> None:
        self.cut.discard(name)
        self.step(name, Connected(session=self.envs[name].now))

    def disconnect(self, name: str) -> None:
        self.cut.add(name)
        self.step(name, Disconnected())

    def step(self, name: str, event: Event) -> list[Effect]:
        """Let a machine take an event, and put what it sends onto the wire."""
        effects = self.machines[name].step(event)
        for effect in effects:
            if isinstance(effect, Send):
                self.log.append((name, effect))
                self.flying.append((name, effect))
            elif isinstance(effect, Note):
                self.notes.append((name, effect.what, effect.detail))
            elif isinstance(effect, Wake):
                self.wakes[name] = self.envs[name].now + effect.in_ms
        return effects

    def deliver(self, sender: str, send: Send) -> None:
        """Bring one message to all who hear it."""
        for name in list(self.machines):
            if name in self.cut or not self.hears(name, send):
                continue
            self.step(name, Received(send.channel, send.node, send.payload))

    def hears(self, name: str, send: Send) -> bool:
        if send.channel in {"live", "head"}:
            return name != "central"
        if send.channel == "down":
            return self.stores[name].node == send.node
        return name == "central"

    def run(self, most: int = 10_000) -> None:
        """Deliver what is on the wire, and what that makes others send."""
        for _ in range(most):
            if not self.flying:
                return
            sender, send = self.flying.popleft()
            if sender not in self.cut and not self.lost(sender, send):
                self.deliver(sender, send)
        raise AssertionError("it never ends")

    def pass_time(self, ms: int) -> None:
        """Let time pass on all machines, with a tick at its end."""
        for name, env in self.envs.items():
            env.now += ms
            self.clocks[name].forward(seconds=ms / 1000)
        for name in self.machines:
            if name not in self.cut:
                self.step(name, Tick())
        self.run()

    def settle(self, rounds: int = 15) -> None:
        """Let everything arrive that can."""
        self.run()
        for _ in range(rounds):
            self.pass_time(200)
        for _ in range(3):
            self.pass_time(61_000)

    def briefly(self, rounds: int = 5) -> None:
        """Let what is on the wire arrive, without the long waits that mend what was lost."""
        self.run()
        for _ in range(rounds):
            self.pass_time(50)

    def send(self, name: str, channel: Any, frame: AnyFrame | bytes, node: str = "") -> list[Effect]:
        """Give a machine a frame as if it came over the line; gives what it answers with."""
        payload = frame if isinstance(frame, bytes) else encode(frame)
        return self.machines[name].step(Received(channel, node, payload))

    def frames(self, kind: type[Any], sender: str = "") -> list[Any]:
        """Give all frames of a kind that anybody (or one) sent."""
        found = [decode(send.payload) for who, send in self.log if not sender or who == sender]
        return [frame for frame in found if isinstance(frame, kind)]

    def move_home(self, to: str) -> None:
        """Let central name another home, without asking the old one."""
        with self.stores["central"].begin() as work:
            work.move_home("house", to)

    # What is in the journals

    def fill(self, name: str, box: str, what: str) -> Entry:
        return self.write(name, Draft(f"box:{box}", Filled(what=what), Owner(name=f"owner of {what}")))[0]

    def write(self, name: str, *drafts: Draft) -> tuple[Entry, ...]:
        with self.stores[name].begin() as work:
            return work.append(work.new_id(), drafts)

    def ids(self, name: str) -> set[bytes]:
        with self.stores[name].reader() as read:
            return {bytes(row[0]) for row in read.rows("SELECT id FROM entry")}

    def cases(self, name: str) -> list[tuple[str, str]]:
        with self.stores[name].reader() as read:
            return sorted((row[0], row[1]) for row in read.rows("SELECT kind, about FROM matter"))

    def sync(self, name: str) -> Any:
        with self.stores[name].reader() as read:
            return read.sync()

    def tip(self, name: str) -> Any:
        with self.stores[name].reader() as read:
            return read.tip()

    def assert_alike(self, *names: str) -> None:
        """All hold the same entries and the same tables, and every journal is whole."""
        names = names or tuple(self.stores)
        held = {name: self.ids(name) for name in names}
        assert len({frozenset(ids) for ids in held.values()}) == 1, {n: len(i) for n, i in held.items()}
        assert len({table_hash(self.stores[name]) for name in names}) == 1
        for name in names:
            assert verify(self.stores[name]).faults == ()
            assert differences(self.stores[name]) == []

    def close(self) -> None:
        for store in self.stores.values():
            store.close()


def sent(effects: Sequence[Effect], kind: type[Any]) -> list[Any]:
    """Give the frames of a kind among effects."""
    frames = [decode(one.payload) for one in effects if isinstance(one, Send)]
    return [frame for frame in frames if isinstance(frame, kind)]

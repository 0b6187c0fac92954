"""The broker and the lines to it: messages get lost, come twice, late, in another order, or not for days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.events import Connected, Disconnected, Received, Send
from sync.protocol import Birth, Death, encode
from tests.simulation import monitors
from tests.simulation.clocks import MINUTE, SECOND

if TYPE_CHECKING:
    from tests.simulation.machines import Machine
    from tests.simulation.world import World


@dataclass(frozen=True)
class Weather:
    """What happens to messages; per mille, and milliseconds."""

    lost: int = 0
    twice: int = 0
    late: int = 0
    """Messages that take up to `latest`, and so overtake each other by far."""
    usual: int = 60
    latest: int = 5 * MINUTE


FAIR = Weather()


class Network:
    """Who is connected, and what is on its way."""

    def __init__(self, world: World, weather: Weather) -> None:
        self._world, self.weather = world, weather
        self._chance = world.chance("network")
        self._sessions = 0
        self._head: bytes | None = None
        self.delivered = 0

    # Lines

    def reconnect(self, machine: Machine, *, soon: bool = False) -> None:
        """Try to connect after a while, as a transport does with full jitter."""
        life, wait = machine.life, self._chance.between(200, SECOND if soon else 30 * SECOND)
        self._world.after(wait, lambda: self._connect(machine, life))

    def _connect(self, machine: Machine, life: int) -> None:
        if machine.life != life or not machine.running or machine.session or not machine.cable:
            return
        self._sessions += 1
        machine.session = self._sessions
        machine.step(Connected(machine.session))
        if machine.session and not machine.central:
            birth = encode(Birth(session=machine.session, at=machine.clock.read().at))
            self._to_central("status", machine.name, birth)
            if self._head is not None:
                self._deliver(machine, "head", "", self._head, retained=True)

    def cut(self, machine: Machine) -> None:
        """Break a machine's connection; the broker tells of it."""
        if not machine.session:
            return
        death = encode(Death(session=machine.session))
        machine.session = 0
        if not machine.central:
            self._to_central("status", machine.name, death)
        machine.step(Disconnected())

    # Messages

    def send(self, machine: Machine, what: Send) -> None:
        """Take what a machine publishes, if its line stands."""
        if not machine.session:
            return
        monitors.sends(self._world, machine, what)
        if what.retain and what.channel == "head":
            self._head = what.payload
        if what.channel == "up":
            self._world.sent(what.node, what.payload)
            self._to_central("up", what.node, what.payload)
            return
        for one in self._world.machines.values():
            if not one.central and (what.channel in {"live", "head"} or one.name == what.node):
                self._deliver(one, what.channel, what.node, what.payload)

    def _to_central(self, channel: str, node: str, payload: bytes) -> None:
        for one in self._world.machines.values():
            if one.central:
                self._deliver(one, channel, node, payload)

    def _deliver(
        self, machine: Machine, channel: str, node: str, payload: bytes, *, retained: bool = False
    ) -> None:
        chance, weather = self._chance, self.weather
        copies = 0 if chance.happens(weather.lost) else 2 if chance.happens(weather.twice) else 1
        for _ in range(copies):
            wait = chance.between(1, weather.latest if chance.happens(weather.late) else weather.usual)
            self._world.after(wait, lambda: self._arrives(machine, channel, node, payload, retained=retained))

    def _arrives(self, machine: Machine, channel: str, node: str, payload: bytes, *, retained: bool) -> None:
        if machine.session and self._world.now >= machine.deaf_until:
            self.delivered += 1
            self._world.note("arrives", machine.key, channel, payload)
            machine.step(Received(channel, node, payload, retained))  # type: ignore[arg-type]  # a Channel

"""Machines, brokers and the people at them are killed at random moments while the network misbehaves.

What was shown as done is at the central once, and everybody ends with the same tables. The moments are the
same in each run, as far as processes can be. The long form, which prints its figures:
`TEILHAUS_KILLS=200 ./teilhaus test tests/integration/test_kills.py -s`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections import Counter
from pathlib import Path

from tests.integration.figures import figures_of
from tests.integration.machines import URL, Central, Kiosk, Machine, Together, together
from tests.postgres import Cluster

KILLS = int(os.environ.get("TEILHAUS_KILLS", "14"))
STARTING_S = 5.0
"""How long the broker may take before somebody else is killed."""
LOSS_EACH = 40
"""The central is lost and restored once in so many kills."""
SEED = os.environ.get("TEILHAUS_KILLS_SEED", "20260602")


class Disasters:
    """What goes wrong next, picked by lot."""

    def __init__(self, house: Together, seed: str) -> None:
        self.house, self.seed, self.chance = house, seed, random.Random(seed)
        self.counts: Counter[str] = Counter()
        self._copies = house.central.data.with_name("copies")

    def run(self, kills: int) -> None:
        """Let people come and things happen until so many processes were killed."""
        while (killed := sum(n for what, n in self.counts.items() if what.startswith("killed"))) < kills:
            self._come_back()
            self._back_up_or_restore(killed)
            time.sleep(self.chance.uniform(0.05, 1.2))
            self._trouble(self.chance.choice(self.house.kiosks))
            self._kill()

    def _come_back(self) -> None:
        """Start what was killed, or leave it for a while; somebody always stands at each kiosk."""
        for machine in self.house.all:
            if not machine.runs and self.chance.random() < 0.7:
                self._note_end(machine)
                machine.start()
        for kiosk in self.house.kiosks:
            if kiosk.person is None or not kiosk.person.runs:
                kiosk.come(self.seed)

    def _note_end(self, machine: Machine) -> None:
        """Count who gave up by itself: its broker was killed at birth. Like systemd, we start it again."""
        if machine.gave_up:
            self.counts[f"gave up: {'central' if machine is self.house.central else 'kiosk'}"] += 1

    def _back_up_or_restore(self, killed: int) -> None:
        """In the long form lose the central's disk now and then, and the SQLite database on it."""
        central = self.house.central
        taken, put = self.counts["backups taken"], self.counts["central restored"]
        if killed % LOSS_EACH == LOSS_EACH // 2 and taken == put and not central.environ.get(URL):
            central.say("central", "backup", str(self._copies))
            self.counts["backups taken"] += 1
        elif killed % LOSS_EACH == LOSS_EACH - 1 and taken > put:
            central.lose_disk(keeping=("card.key", "broker.port"))
            central.say("central", "restore", str(self._copies))
            central.start()
            self.counts["central restored"] += 1

    def _trouble(self, kiosk: Kiosk) -> None:
        net, how = (
            kiosk.network,
            self.chance.choice(("cut", "stall", "halve", "delay", "away", "well", "well", "well")),
        )
        self.counts[how] += how != "well"
        match how:
            case "cut":
                net.cut()
            case "stall":
                net.stall()
            case "halve":
                net.halve()
            case "delay":
                net.delay(self.chance.uniform(0.01, 0.3))
            case "away":
                net.go_away()
            case _:
                net.resume()

    def _kill(self) -> None:
        who = self.chance.choices(("sync", "person", "central", "broker"), (3, 2, 1, 2))[0]
        central, kiosk = self.house.central, self.chance.choice(self.house.kiosks)
        if who == "broker":
            if not self._broker_killed(central):
                return
        elif who == "person":
            assert kiosk.person is not None
            if not kiosk.person.runs:
                return
            kiosk.person.kill()
        else:
            machine = central if who == "central" else kiosk
            if not machine.runs:
                return
            machine.kill()
        self.counts[f"killed {who}"] += 1
        if who in {"central", "broker"} and self.chance.random() < 0.25:
            self.counts["broker's files deleted"] += 1
            shutil.rmtree(central.data / "broker", ignore_errors=True)

    def _broker_killed(self, central: Central) -> bool:
        """Kill the broker once there is one: it takes the central a moment to start it."""
        end = time.monotonic() + STARTING_S
        while not central.kill_broker():
            if not central.runs or time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True


def heals(house: Together, kills: int, seed: str) -> Counter[str]:
    """Kill, heal, look."""
    disasters, began = Disasters(house, seed), time.monotonic()
    disasters.run(kills)
    lasted = time.monotonic() - began
    disasters.counts["of these before all was well"] = figures_of(house)["of these at the central"]
    for kiosk in house.kiosks:
        kiosk.go()
    healed = house.heal()
    house.assert_alike()
    figures = disasters.counts + figures_of(house)
    figures["lost"] += 0
    figures["twice"] += 0
    print(json.dumps({**figures, "seconds": round(lasted, 1), "seconds to heal": round(healed, 1)}, indent=1))
    assert figures["lost"] == figures["twice"] == 0
    assert figures["of these at the central"] == figures["entries shown as done"] > 0
    return figures


def test_what_was_shown_as_done_outlives_every_kill(tmp_path: Path) -> None:
    with together(tmp_path / "house") as house:
        heals(house, KILLS, SEED)


def test_a_central_on_postgresql_outlives_kills_as_well(tmp_path: Path, postgres: Cluster) -> None:
    with together(tmp_path / "house", "desk-1", "desk-2", url=postgres.new_database()) as house:
        heals(house, max(8, KILLS // 4), f"{SEED}/postgres")

"""Copies of a kiosk, old images of it, wrong clocks, forgers: real processes, and nobody else notices."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

from sharing.journal.clock import SystemClock
from sync.enrolling import enrolment
from sync.events import Connected, Effect, Event, Received, Send
from sync.line.endpoint import Endpoint, Whose
from sync.line.worker import run
from sync.mqtt import Line
from sync.protocol import Hello, Refused, decode, encode
from sync.topics import topic_house
from tests.integration.figures import figures_of
from tests.integration.machines import PATIENCE_S, Kiosk, Machine, Together
from tests.integration.mosquitto import QUICK, until
from tests.integration.planted import CLOCK
from tests.integration.test_drills import work_a_while

DAY_MS = 86_400_000


def cases(machine: Machine) -> set[str]:
    return {str(one["kind"]) for one in machine.say("cases", "list")["cases"]}


def assert_nothing_lost(house: Together) -> None:
    house.heal()
    house.assert_alike()
    figures = figures_of(house)
    assert figures["lost"] == figures["twice"] == 0
    assert figures["of these at the central"] == figures["entries shown as done"] > 0


def test_a_data_folder_that_runs_twice_at_once_is_two_that_are_both_heard(
    running: Together, tmp_path: Path
) -> None:
    one = running.kiosks[0]
    one.stop()
    shutil.copytree(one.data, tmp_path / "clone")
    clone = Kiosk(tmp_path / "clone", one.network)
    running.kiosks.append(clone)
    one.start()
    clone.start()
    try:
        work_a_while(running, "twice")
        until(lambda: "forked" in cases(running.central), PATIENCE_S)
        work_a_while(running, "both")
        assert_nothing_lost(running)
    finally:
        clone.stop()


def test_an_older_image_of_a_kiosk_gets_back_what_it_forgot_and_loses_nothing(
    running: Together, tmp_path: Path
) -> None:
    one = running.kiosks[0]
    one.stop()
    shutil.copytree(one.data, tmp_path / "image")
    one.start()
    work_a_while(running, "later")
    running.heal()
    one.stop()
    shutil.rmtree(one.data)
    shutil.copytree(tmp_path / "image", one.data)
    one.network.go_away()
    one.come("image")
    until(lambda: len(one.done()) > 10, PATIENCE_S)
    one.go()

    assert_nothing_lost(running)
    assert "forked" in cases(running.central)


def lend_somewhere(kiosk: Kiosk, n: int) -> None:
    """Do something by command: those see the planted clock."""
    kiosk.say("person", "add", "--name", f"Gast {n}", "--contact", f"gast{n}@example.org")


def test_clocks_that_are_wrong_by_decades_are_mended_or_told(running: Together) -> None:
    early, late, _ = running.kiosks
    for one in (early, late):
        one.stop()
    early.environ[CLOCK] = str(-int(time.time() * 1000))
    late.environ[CLOCK] = f"{73 * 365 * DAY_MS} ntp"
    for n, one in enumerate((early, late)):
        one.network.go_away()
        lend_somewhere(one, n)
        one.start()
    work_a_while(Together(running.central, running.kiosks[2:]), "true")
    running.heal()
    until(lambda: "clock_off" in cases(running.central), PATIENCE_S)
    running.heal()
    running.assert_alike()

    house = running.central.house()
    with house.store.reader() as read:
        began = dict(read.rows("SELECT boot, began_at FROM boot WHERE boot LIKE 'planted%'"))
        true = read.now - read.reading.uptime
    house.close()
    assert list(began) == [f"planted {early.environ[CLOCK]}"]
    assert abs(began[f"planted {early.environ[CLOCK]}"] - true) < 60_000


class Forger:
    """Logs in as one machine and speaks as another."""

    def __init__(self, known: enrolment.Enrolment, other: str) -> None:
        self.known, self.other, self.heard = known, other, list[Any]()

    def step(self, event: Event) -> list[Effect]:
        if isinstance(event, Received):
            self.heard.append(decode(event.payload))
        if not isinstance(event, Connected):
            return []
        hello = Hello(
            house=topic_house(self.known.house), node=self.other, term=0, epoch=9, seq=0, chain=bytes(32),
            applied=0, acked=0, software="1", at=0, uptime=0, clock="ntp", session=1, nonce=1,
        )  # fmt: skip
        return [Send("up", self.other, encode(hello)), Send("up", self.known.node, encode(hello))]


def test_a_machine_that_speaks_under_anothers_name_is_denied_refused_and_counted(running: Together) -> None:
    one, other, _ = running.kiosks
    one.stop()
    known = enrolment.load(one.data)
    assert known is not None
    endpoint = Endpoint(host=known.host, port=known.port, user=known.user, password=known.password)
    whose = Whose(house=topic_house(known.house), node=known.node)
    forger, stop = Forger(known, other.name), threading.Event()
    line = Line(endpoint, whose, epoch=9, clock=SystemClock(), pace=QUICK)
    thread = threading.Thread(target=run, args=(forger, line, stop))
    line.start()
    thread.start()
    try:
        until(lambda: line.status().denied, PATIENCE_S)
        until(lambda: any(isinstance(frame, Refused) for frame in forger.heard), PATIENCE_S)
    finally:
        stop.set()
        line.poke()
        thread.join()
        line.stop()
    machines = {row["node"]: row for row in running.central.say("central", "status")["machines"]}
    until(lambda: by_name(running)[one.name]["refused"], PATIENCE_S)
    assert machines[other.name]["refused"] == 0
    work_a_while(running, "after")
    assert_nothing_lost(running)


def by_name(house: Together) -> dict[str, dict[str, Any]]:
    return {row["node"]: row for row in house.central.say("central", "status")["machines"]}

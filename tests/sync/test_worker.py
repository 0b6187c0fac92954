from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from paho.mqtt.client import MQTTMessage

from sharing.house import House
from sharing.journal.clock import SystemClock
from sync.events import Received
from sync.line.endpoint import Endpoint, Guest
from sync.line.worker import Changes, Rhythm, rhythm_of
from sync.mqtt import MOST_PROMISED, MOST_WAITING, Line
from tests.integration.mosquitto import Ear, carrier, until, working

OTHER = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as link:
    link.execute("UPDATE local_node SET fold_version = fold_version + 1")
"""


def written_elsewhere(house: House) -> None:
    """Let another process commit something."""
    subprocess.run([sys.executable, "-P", "-c", OTHER, house.store.db.database], check=True)


def test_a_commit_of_another_process_is_seen_once(house: House) -> None:
    changed = Changes(house.store)
    changed()
    assert not changed()
    written_elsewhere(house)
    assert changed()
    assert not changed()


def test_what_the_machine_itself_writes_is_no_change(house: House) -> None:
    changed = Changes(house.store)
    changed()
    with house.store.begin() as work:
        work.execute("UPDATE local_node SET fold_version = fold_version + 1")
    assert not changed()


def test_postgresql_is_looked_at_four_times_a_second(any_house: House) -> None:
    rhythm, changed = rhythm_of(any_house.store)
    if isinstance(changed, Changes):
        assert rhythm == Rhythm()
    else:
        assert rhythm.tick == 0.25
        assert not changed()


def test_a_machine_ticks_soon_after_another_process_wrote(tmp_path: Path, house: House) -> None:
    ear = Ear()
    path = house.store.db.database
    slow = Rhythm(look=0.02, tick=3600)
    other = sqlite3.connect(path)
    with carrier(tmp_path / "broker", "desk") as broker, closing(other):
        changed = Changes(house.store)
        with working(broker.line("desk"), ear, rhythm=slow, changed=changed):
            until(lambda: ear.ticks >= 1)
            before = ear.ticks
            other.execute("UPDATE local_node SET fold_version = fold_version + 1")
            other.commit()
            until(lambda: ear.ticks > before)


def test_a_look_that_fails_is_a_tick_and_ends_nothing(tmp_path: Path) -> None:
    ear = Ear()

    def changed() -> bool:
        raise sqlite3.OperationalError

    with (
        carrier(tmp_path / "broker", "desk") as broker,
        working(broker.line("desk"), ear, rhythm=Rhythm(look=0.01, tick=3600), changed=changed),
    ):
        until(lambda: ear.ticks >= 3)


class Acks:
    """A connection that only counts what was acknowledged."""

    def __init__(self) -> None:
        self.acked: list[int] = []

    def ack(self, mid: int, _qos: int) -> None:
        self.acked.append(mid)


def came(line: Line, link: Acks, mid: int, qos: int) -> None:
    message = MQTTMessage(mid, b"doors/%d" % mid)
    message.qos = qos
    line.arrived(cast("Any", link), message)


def test_all_that_is_said_of_500_rooms_may_come_while_the_worker_is_busy() -> None:
    """For each message that is acknowledged mosquitto 2.0.11 gives twenty more, not one."""
    end = Endpoint(host="127.0.0.1", port=1, user="a", password="b")
    line = Line(end, Guest(house="h", node="a", status="", hears=("#",)), epoch=1, clock=SystemClock())
    link = Acks()
    for mid in range(1, 5 * 500 + 1):
        came(line, link, mid, 1)
    assert link.acked == []
    assert line.status().received == 5 * 500 < MOST_PROMISED

    came(line, link, 5 * 500 + 1, 0)
    assert (link.acked, line.status().received) == ([5 * 500 + 1], 5 * 500), "nobody promised that one"
    first, _ = line.take(0)
    assert first is not None
    assert isinstance(first.event, Received)
    first.ack()
    assert link.acked[1:] == [1]
    assert MOST_WAITING < 5 * 500

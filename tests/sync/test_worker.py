from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sharing.house import House
from sync.line.worker import Changes, Rhythm, rhythm_of
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

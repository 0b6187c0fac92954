from __future__ import annotations

import os
import random
import signal
import threading
from pathlib import Path

import pytest

from sharing.journal.entry import Draft
from sharing.journal.rebuild import differences
from sharing.journal.store import Store
from sharing.journal.verify import verify
from tests.fakes import FakeClock
from tests.postgres import Cluster
from tests.sharing.journal.processes import ended, start
from tests.sharing.journal.toys import Filled, toy_store

KILLS = int(os.environ.get("TEILHAUS_KILLS", "50"))
"""How many writers are killed on each database; the long form of the test asks for more."""


def killed_writer(folder: Path, url: str, seed: int, patience: float) -> list[bytes]:
    """Let a process append and acknowledge until it is killed; gives the acts it acknowledged."""
    reading, writing = os.pipe()

    def writes() -> None:
        store = toy_store(folder, FakeClock(), url=url, seed=f"writer {seed}")
        while True:
            act = store.new_act()
            drafts = [
                Draft(f"box:{seed}", Filled(what="x" * 3000)),
                Draft(f"box:{act.hex()}", Filled(what="y")),
            ]
            with store.begin() as work:
                work.append(act, drafts)
            os.write(writing, act)

    child = start(writes)
    os.close(writing)
    timer = threading.Timer(patience, os.kill, (child, signal.SIGKILL))
    timer.start()
    said = b""
    while more := os.read(reading, 4096):
        said += more
    os.close(reading)
    assert ended(child) == -signal.SIGKILL
    timer.join()
    return [said[i : i + 16] for i in range(0, len(said) - len(said) % 16, 16)]


def assert_all_there(store: Store, acknowledged: list[bytes]) -> None:
    with store.reader() as read:
        parts = {
            bytes(act): count for act, count in read.rows("SELECT act, COUNT(*) FROM entry GROUP BY act")
        }
        rows = read.rows("SELECT COALESCE(SUM(times), 0), COUNT(*) FROM box WHERE what = 'y'")
    assert len(set(acknowledged)) == len(acknowledged)
    assert [act.hex() for act in acknowledged if parts.get(act) != 2] == []
    assert rows == [(sum(1 for count in parts.values() if count == 2),) * 2]
    assert verify(store).faults == ()
    assert differences(store) == []


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_what_a_killed_writer_acknowledged_is_there_once(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = ""
    if database == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.new_database()
    toy_store(tmp_path, FakeClock(), url=url).close()
    chance = random.Random(7)
    acknowledged: list[bytes] = []
    for seed in range(KILLS):
        acknowledged += killed_writer(tmp_path, url, seed, chance.uniform(0.03, 0.12))
        if seed % 10 == 9:
            store = toy_store(tmp_path, FakeClock(), url=url)
            assert_all_there(store, acknowledged)
            store.close()
    assert len(acknowledged) > KILLS / 2
    store = toy_store(tmp_path, FakeClock(), url=url)
    assert_all_there(store, acknowledged)
    store.close()

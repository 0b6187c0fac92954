"""Several at once want one room: processes that know nothing of each other, and threads."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Sequence

from sharing.errors import NotFree
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.rooms.actions import book
from tests.racing import Racer, racers
from tests.sharing.rooms.lodge import Lodge

PROCESSES = 8
SLOTS = int(os.environ.get("TEILHAUS_RACE_SLOTS", "200"))
"""200 for the full race."""


def overlaps(lodge: Lodge) -> int:
    """Count pairs of slots of one part that share a moment, by plain SQL past all our code."""
    sql = (
        "SELECT COUNT(*) FROM slot a JOIN slot b ON a.part = b.part AND a.id < b.id"
        " AND a.begins < b.ends AND b.begins < a.ends"
    )
    with lodge.house.store.reader() as read:
        return int(read.rows(sql)[0][0])


def race(lodge: Lodge, processes: Sequence[Racer], slot: int) -> list[str]:
    """Let everybody want overlapping times of the same hall, and half of them the pair it is part of."""
    # The processes have real clocks, so the slots lie a year from whatever today is.
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + (30 + slot // 6) * 86_400))
    start = time.monotonic() + 0.01
    for n, racer in enumerate(processes):
        clock = f"{6 + 2 * (slot % 6):02}:{15 * (n % 4):02}"
        racer.tell(
            at=start, room=lodge.rooms["ab" if n % 2 else "a"], begins=f"{day}T{clock}", minutes=90,
            person=lodge.desk.ann.id if n % 3 else lodge.desk.ben.id,
        )  # fmt: skip
    return [racer.line() for racer in processes]


def test_of_eight_processes_that_want_one_slot_one_gets_it_and_all_others_an_alternative(
    any_lodge: Lodge,
) -> None:
    lodge, booked = any_lodge, 0
    with racers(lodge.house, "tests.sharing.rooms.racer", PROCESSES) as processes:
        for slot in range(SLOTS):
            said = race(lodge, processes, slot)
            lost = [one for one in said if one != "booked"]
            booked += len(said) - len(lost)
            assert 1 <= len(said) - len(lost) <= 2, said
            assert all(one.startswith("refused taken ") and not one.endswith(" 0") for one in lost), lost
    assert overlaps(lodge) == 0
    with lodge.house.store.reader() as read:
        assert read.rows("SELECT COUNT(*) FROM booking") == [(booked,)]
    assert differences(lodge.house.store) == []
    assert verify(lodge.house.store).faults == ()


def test_of_eight_threads_that_want_one_slot_one_gets_it(any_lodge: Lodge) -> None:
    lodge, store, barrier = any_lodge, any_lodge.house.store, threading.Barrier(8)
    found: list[str] = []
    acts = [lodge.act() for _ in range(8)]

    def run(act: bytes) -> None:
        try:
            with store.reader():
                pass
            barrier.wait(30)
            try:
                book(store, lodge.ask("a+c"), act)
                found.append("booked")
            except NotFree as refused:
                found.append(f"refused {bool(refused.alternatives)}")
        finally:
            store.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(found) == {"booked": 1, "refused True": 7}
    assert overlaps(lodge) == 0
    assert differences(store) == []

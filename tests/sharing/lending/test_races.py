"""Several at once: threads with a connection each, and processes that know nothing of each other."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, cast

import pytest

from sharing.errors import Refusal, TooManyForOrganisation, TooManyForPerson, TooManyOfModel
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from sharing.lending.actions import CheckOut, Return, Scan, check_in, check_out, scan
from sharing.lending.scan_table import Step
from sharing.people import actions as people
from sharing.terms.actions import set_terms
from tests import racing
from tests.postgres import Cluster
from tests.sharing.desk import Desk

THREADS = 8
PROCESSES = 5


def at_once(desk: Desk, jobs: Sequence[Callable[[], object]]) -> list[object]:
    """Run each job in a thread of its own, all from one barrier; gives what each returned or raised."""
    store, barrier = desk.house.store, threading.Barrier(len(jobs))
    found: list[object] = [None] * len(jobs)

    def run(place: int, job: Callable[[], object]) -> None:
        try:
            with store.reader():
                pass  # the connection is there before the start
            barrier.wait(30)
            found[place] = job()
        except Exception as error:  # noqa: BLE001 what a thread raised is looked at after it
            found[place] = error
        finally:
            store.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    surprises = [one for one in found if isinstance(one, Exception) and not isinstance(one, Refusal)]
    assert surprises == []
    return found


def names_of(found: Sequence[object]) -> Counter[str]:
    return Counter(type(one).__name__ for one in found)


def whole(desk: Desk) -> None:
    assert verify(desk.house.store).faults == ()
    assert differences(desk.house.store) == []


def count(desk: Desk, sql: str) -> int:
    with desk.house.store.reader() as read:
        return int(read.rows(sql)[0][0])


def takes(desk: Desk, who: str, name: str, org: str | None = None) -> Callable[[], object]:
    """Make a command that lends one thing."""
    command = CheckOut(desk.act(), desk.person(who), (desk.items[name].id,), org=org)
    return partial(check_out, desk.house.store, command)


OPEN = "SELECT COUNT(*) FROM loan_line WHERE back_at IS NULL"


def test_of_eight_who_want_one_thing_one_gets_it(any_desk: Desk) -> None:
    desk = any_desk
    jobs = [takes(desk, "ann" if n % 2 else "ben", "beamer1") for n in range(THREADS)]
    assert names_of(at_once(desk, jobs)) == {"Taken": 1, "ItemIsOut": THREADS - 1}
    assert count(desk, OPEN) == 1
    whole(desk)


def test_of_eight_who_bring_one_thing_one_brings_it(any_desk: Desk) -> None:
    desk, item = any_desk, any_desk.items["beamer1"].id
    desk.scan(desk.code("beamer1"), desk.visit())
    jobs = [partial(check_in, desk.house.store, Return(desk.act(), (item,))) for _ in range(THREADS)]
    assert names_of(at_once(desk, jobs)) == {"list": 1, "NotOut": THREADS - 1}
    assert count(desk, OPEN) == 0
    whole(desk)


def test_scans_of_one_label_in_eight_visits_hand_it_on_from_one_to_the_next(any_desk: Desk) -> None:
    desk = any_desk
    visits = [desk.visit("ann" if n % 2 else "ben") for n in range(THREADS)]
    desk.clock.forward(seconds=10)
    commands = [Scan(desk.code("beamer1"), desk.act(), visit) for visit in visits]
    found = at_once(desk, [partial(scan, desk.house.store, desk.house.keys, one) for one in commands])
    steps = [cast("Any", one).step for one in found]
    assert set(steps) <= {Step.LENT, Step.GIVEN_BACK_OFFERED, Step.ASK_BACK_OR_EXTEND}
    changes = [one for one in steps if one is not Step.ASK_BACK_OR_EXTEND]
    assert Step.LENT in changes
    assert count(desk, OPEN) == changes.count(Step.LENT) - changes.count(Step.GIVEN_BACK_OFFERED)
    with desk.house.store.reader() as read:
        kinds = [row[0] for row in read.rows("SELECT kind FROM entry WHERE subject = ? ORDER BY id",
                                             (desk.items["beamer1"].subject,))]  # fmt: skip
    happened = [kind for kind in kinds if kind in {"item.out", "item.back"}]
    assert len(happened) == len(changes)
    whole(desk)


def test_nobody_gets_more_than_a_person_may_have_by_asking_everywhere_at_once(any_desk: Desk) -> None:
    desk = any_desk
    names = ["beamer1", "beamer2", "beamer3", "beamer4", "beamer5", "camera1", "camera2"]
    jobs = [takes(desk, "ann", name) for name in names]
    found = at_once(desk, jobs)
    assert names_of(found)["Taken"] == 4
    assert {type(one) for one in found if isinstance(one, Refusal)} <= {TooManyForPerson, TooManyOfModel}
    assert count(desk, OPEN) == 4
    cameras = "SELECT COUNT(*) FROM loan_line l JOIN model m ON m.id = l.model WHERE m.key = 'kamera'"
    assert count(desk, cameras) <= 1
    whole(desk)


def test_no_organisation_gets_more_than_it_may_have_through_its_members(any_desk: Desk) -> None:
    desk, store = any_desk, any_desk.house.store
    people.add_member(store, desk.organisation, desk.ben.id, act=desk.act())
    set_terms(store, {"max_per_organisation": 2}, act=desk.act(), by=None)
    names = ["beamer1", "beamer2", "beamer3", "beamer4", "beamer5", "camera1"]
    jobs = [
        takes(desk, who, name, desk.organisation) for who, name in zip(["ann", "ben"] * 3, names, strict=True)
    ]
    found = at_once(desk, jobs)
    assert names_of(found) == {"Taken": 2, TooManyForOrganisation.__name__: 4}
    assert count(desk, OPEN) == 2
    whole(desk)


def test_one_command_in_eight_threads_is_applied_once(any_desk: Desk) -> None:
    desk, act = any_desk, any_desk.act()
    command = CheckOut(act, desk.person("ann"), (desk.items["beamer1"].id, desk.items["beamer2"].id))
    found = at_once(desk, [lambda: check_out(desk.house.store, command)] * THREADS)
    assert names_of(found) == {"Taken": THREADS}
    lines = {line.id for taken in found for line in cast("Any", taken).lines}
    assert len(lines) == 2
    assert count(desk, "SELECT COUNT(*) FROM entry WHERE kind = 'item.out'") == 2
    whole(desk)


@pytest.mark.parametrize("who", ["ann", "ben", None])
def test_one_scan_in_eight_threads_is_applied_once_and_answered_alike(
    any_desk: Desk, who: str | None
) -> None:
    desk = any_desk
    desk.scan(desk.code("beamer1"), desk.visit("ben"))
    desk.clock.forward(minutes=2)
    visit = desk.visit(who) if who else None
    command = Scan(desk.code("beamer1" if who != "ben" else "beamer2"), desk.act(), visit)
    found = at_once(desk, [lambda: scan(desk.house.store, desk.house.keys, command)] * THREADS)
    steps = {None: Step.GIVEN_BACK, "ann": Step.GIVEN_BACK_OFFERED, "ben": Step.LENT}
    assert {cast("Any", one).step for one in found} == {steps[who]}
    assert len({cast("Any", one).line.id for one in found}) == 1
    assert len({cast("Any", one).act for one in found}) == 1
    if visit is not None:
        assert {cast("Any", one).visit.acts for one in found} == {
            ((command.act.hex(), cast("Any", found[0]).item.id),)
        }
    whole(desk)


# Processes


def processes(desk: Desk, n: int = PROCESSES) -> AbstractContextManager[list[racing.Racer]]:
    """Start racers that have opened the house."""
    return racing.racers(desk.house, "tests.sharing.lending.racer", n)


def ask_all(racers: Sequence[racing.Racer], orders: Sequence[dict[str, object]]) -> list[str]:
    """Let every racer begin at the same moment; gives the last word of each answer."""
    start = time.monotonic() + 0.05
    for racer, order in zip(racers, orders, strict=True):
        racer.tell(at=start, **order)
    return [racer.line().split(" ", 2)[2] for racer in racers]


def test_of_several_processes_that_want_one_thing_one_gets_it(any_desk: Desk, postgres: Cluster) -> None:
    desk, cards = any_desk, itertools.cycle([any_desk.cards["ann"], any_desk.cards["ben"]])
    with processes(desk) as racers:
        for name in ("beamer1", "beamer2", "beamer3", "beamer4"):
            orders: list[dict[str, object]] = [
                {"do": "out", "card": next(cards), "act": desk.act().hex(), "items": [desk.items[name].id]}
                for _ in racers
            ]
            said = ask_all(racers, orders)
            assert Counter(said) == {"lent 1": 1, "ItemIsOut": PROCESSES - 1}
    assert count(desk, OPEN) == 4
    whole(desk)


def test_limits_hold_between_processes(any_desk: Desk, postgres: Cluster) -> None:
    desk = any_desk
    with processes(desk) as racers:
        names = ["beamer1", "beamer2", "beamer3", "beamer4", "beamer5"]
        orders: list[dict[str, object]] = [
            {"do": "out", "card": desk.cards["ann"], "act": desk.act().hex(), "items": [desk.items[name].id]}
            for name in names
        ]
        said = ask_all(racers, orders)
        assert Counter(said) == {"lent 1": 4, "TooManyForPerson": 1}
    whole(desk)


def test_one_command_sent_by_several_processes_is_applied_once(any_desk: Desk, postgres: Cluster) -> None:
    desk, act = any_desk, any_desk.act().hex()
    with processes(desk) as racers:
        order: dict[str, object] = {
            "do": "scan", "card": desk.cards["ann"], "code": desk.code("beamer1"), "act": act,
        }  # fmt: skip
        said = ask_all(racers, [order] * PROCESSES)
    assert set(said) == {Step.LENT.value}
    assert count(desk, "SELECT COUNT(*) FROM entry WHERE kind = 'item.out'") == 1
    whole(desk)

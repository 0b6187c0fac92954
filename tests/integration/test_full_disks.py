"""Disks without room: nothing that was shown as done or confirmed is lost, and all go on when there is room.

A process may suddenly write only so far into any file (`setrlimit(2)`, RLIMIT_FSIZE). It is not told; every
write beyond that fails, as on a full disk.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.integration.figures import figures_of
from tests.integration.machines import PATIENCE_S, Kiosk, Machine, Program, Together, ids
from tests.integration.mosquitto import until

ROOM = 400_000
"""Bytes for somebody who says in a file what was shown."""


@contextmanager
def full(program: Program | None, room: int = 0) -> Iterator[None]:
    """Let a process find no room."""
    assert program is not None
    limits = resource.prlimit(program.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (room, limits[1]))
    yield
    if program.runs:
        resource.prlimit(program.pid, resource.RLIMIT_FSIZE, limits)


def held(machine: Machine) -> int:
    house = machine.house()
    try:
        return len(ids(house))
    finally:
        house.close()


def stands_still(machine: Machine) -> int:
    """Wait until a machine takes nothing in any more; gives how much it has."""
    before, since = held(machine), time.monotonic()
    while time.monotonic() - since < 1.5:
        now = held(machine)
        if now != before:
            before, since = now, time.monotonic()
        time.sleep(0.1)
    return before


def refusals(kiosk: Kiosk) -> int:
    """Count what the disk refused; the system calls this kind of full disk a broken one."""
    return sum(one.get("why") in {"DiskFull", "Damaged"} for one in kiosk.said())


def all_did_more(kiosks: Sequence[Kiosk], than: Sequence[int]) -> bool:
    return all(len(one.done()) > n + 2 for one, n in zip(kiosks, than, strict=True))


def assert_all_there(house: Together) -> None:
    for kiosk in house.kiosks:
        kiosk.go()
    house.heal()
    house.assert_alike()
    figures = figures_of(house)
    assert figures["lost"] == figures["twice"] == 0
    assert figures["entries shown as done"] > 0


def test_a_central_without_room_confirms_nothing_that_it_does_not_keep(running: Together) -> None:
    central = running.central
    for kiosk in running.kiosks:
        kiosk.come("full")
    with full(central.runs_on):
        has = stands_still(central)
        done = [len(kiosk.done()) for kiosk in running.kiosks]
        until(lambda: all_did_more(running.kiosks, done), PATIENCE_S)
        assert held(central) == has
    until(lambda: held(central) > has, PATIENCE_S)
    assert central.runs
    with full(central.runs_on):
        stands_still(central)
        central.kill()
    assert_all_there(running)


def test_a_kiosk_without_room_refuses_and_the_others_do_not_notice(running: Together) -> None:
    poor, *others = running.kiosks
    for kiosk in running.kiosks:
        kiosk.come("full")
    until(lambda: len(poor.done()) > 2, PATIENCE_S)
    with full(poor.runs_on), full(poor.person, ROOM):
        until(lambda: refusals(poor) > 3, PATIENCE_S)
        has, central = stands_still(poor), held(running.central)
        done = [len(kiosk.done()) for kiosk in others]
        until(lambda: all_did_more(others, done), PATIENCE_S)
        until(lambda: held(running.central) > central, PATIENCE_S)
        assert held(poor) == has
    shown = len(poor.done())
    until(lambda: len(poor.done()) > shown + 2, PATIENCE_S)
    assert_all_there(running)

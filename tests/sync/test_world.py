"""What a machine is told of the world: whether the desk is busy, who holds the lock; and tasks beside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk import busy
from sharing.errors import DiskFull
from sync import said
from sync.beside import Beside, EachSeconds
from sync.events import Connected, Effect, Event, Tick, Wake
from sync.line import world
from sync.line.world import BUSY, FORGOTTEN_MS, JUST_NOW_MS, World
from sync.lock import alone
from sync.said import Said
from tests.fakes import FakeClock


def touch(path: Path, text: bytes, at: int) -> None:
    path.write_bytes(text)
    os.utime(path, ns=(at * 1_000_000, at * 1_000_000))


@pytest.mark.parametrize(
    ("text", "ago", "expected"),
    [
        (b"scan", JUST_NOW_MS - 100, True),
        (b"scan", JUST_NOW_MS + 100, False),
        (b"visit", JUST_NOW_MS + 100, True),
        (b"visit", FORGOTTEN_MS - 100, True),
        (b"visit", FORGOTTEN_MS + 100, False),
    ],
)
def test_a_desk_is_busy_just_after_a_scan_and_while_a_visit_is_open(
    tmp_path: Path, clock: FakeClock, text: bytes, ago: int, *, expected: bool
) -> None:
    touch(tmp_path / BUSY, text, clock.at - ago)

    assert World(tmp_path, clock).desk_busy() is expected


def test_a_desk_without_the_file_is_not_busy(tmp_path: Path, clock: FakeClock) -> None:
    assert World(tmp_path, clock).desk_busy() is False


def test_kiosk_and_sync_mean_the_same_file() -> None:
    assert (busy.FILE, busy.VISIT) == (world.BUSY, world.VISIT)


def test_one_process_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    with alone(tmp_path) as first, alone(tmp_path) as second:
        assert (first, second) == (True, False)
    with alone(tmp_path) as third:
        assert third


def test_how_it_stands_is_written_when_it_changes_and_gone_at_the_end(tmp_path: Path) -> None:
    waiting = Said(state=said.WAITING, what="no_central", at=1, host="h")
    said.say(tmp_path, waiting)
    said.say(tmp_path, Said(state=said.WAITING, what="no_central", at=99, host="h"))

    assert said.read(tmp_path) == waiting
    assert stat.S_IMODE((tmp_path / said.FILE).stat().st_mode) == 0o600
    said.say(tmp_path, Said(state=said.TOGETHER, at=100))
    assert said.read(tmp_path) == Said(state=said.TOGETHER, at=100)
    said.unsay(tmp_path)
    said.unsay(tmp_path)
    assert said.read(tmp_path) is None


def test_what_cannot_be_read_is_as_if_nothing_was_said(tmp_path: Path) -> None:
    (tmp_path / said.FILE).write_text("{")

    assert said.read(tmp_path) is None


class Inner:
    def step(self, event: Event) -> Sequence[Effect]:
        return [Wake(1)]


def test_a_task_beside_that_fails_is_logged_once_and_holds_nothing_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []

    def fails() -> None:
        raise DiskFull(what="full")

    def breaks() -> None:
        raise ValueError("a bug")

    machine = Beside(Inner(), fails, breaks, lambda: done.append(1))
    for _ in range(2):
        assert machine.step(Tick()) == [Wake(1)]
    machine.step(Connected(1))

    assert done == [1, 1]
    assert [one.message for one in caplog.records].count("DiskFull: what=full") == 1


def test_a_task_is_done_at_once_and_then_now_and_then() -> None:
    now, done = [0.0], []
    task = EachSeconds(5, lambda: done.append(now[0]), lambda: now[0])

    for second in range(12):
        now[0] = second
        task()

    assert done == [0, 5, 10]

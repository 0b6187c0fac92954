"""While somebody stands at the desk, what talks to other machines keeps out of the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.busy import Occupied
from sync.line.world import VISIT, World
from tests.fakes import FakeClock
from tests.kiosk.counter import PIN, Counter, Town, open_counter


def file_of(town: Town) -> Path:
    return town.house.data / "desk.busy"


async def in_order(counter: Counter) -> None:
    """Wait until the writer has done what nobody waits for."""
    await counter.app.writer.do(lambda _store: None)


async def test_a_visit_keeps_the_file_from_its_card_to_its_end(town: Town) -> None:
    async with open_counter(town) as counter:
        assert not file_of(town).exists()
        await counter.scan("Jonas Weber")
        await in_order(counter)
        assert file_of(town).read_bytes() == VISIT
        before = file_of(town).stat().st_mtime_ns
        await counter.scan("Beamer 1")
        await in_order(counter)
        assert file_of(town).read_bytes() == VISIT
        assert file_of(town).stat().st_mtime_ns > before
        await counter.scan("Amina Kaya")
        await in_order(counter)
        assert file_of(town).read_bytes() == VISIT
        await counter.press("9")
        await in_order(counter)
        assert not file_of(town).exists()


@pytest.mark.parametrize("ends", ["card", "quiet", "staff"])
async def test_however_a_visit_ends_the_desk_is_free_again(town: Town, ends: str) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        if ends == "card":
            await counter.scan("Jonas Weber")
        elif ends == "quiet":
            counter.seconds.now += 66
            await counter.app.tick()
            await counter.settle()
        else:
            await counter.scan("Sabine Roth")
            await counter.press(*PIN, "enter")
            assert counter.mode == "staff"
        await in_order(counter)
        assert not file_of(town).exists()


async def test_a_scan_without_a_visit_is_no_visit(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Beamer 1")
        await in_order(counter)
        assert file_of(town).read_bytes() != VISIT
    assert not file_of(town).exists()


async def test_a_disk_that_does_not_take_the_file_hurts_no_visit(town: Town) -> None:
    file_of(town).mkdir()
    (file_of(town) / "in the way").touch()
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        assert "Ausgeliehen" in counter.text
        await counter.press("9")
        assert counter.mode == "home"
    assert file_of(town).is_dir()


def test_what_the_kiosk_writes_is_what_the_other_process_reads(tmp_path: Path) -> None:
    clock = FakeClock()
    busy = Occupied(tmp_path)

    def is_busy(after_ms: int) -> bool:
        import os

        at = clock.at - after_ms
        os.utime(tmp_path / "desk.busy", ns=(at * 1_000_000, at * 1_000_000))
        return World(tmp_path, clock).desk_busy()

    assert not World(tmp_path, clock).desk_busy()
    busy.scanned()
    assert [is_busy(500), is_busy(5_000)] == [True, False]
    busy.begins()
    assert [is_busy(500), is_busy(60_000), is_busy(121_000)] == [True, True, False]
    busy.scanned()
    assert is_busy(60_000)
    busy.ends()
    assert not World(tmp_path, clock).desk_busy()

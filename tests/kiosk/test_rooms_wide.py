"""Rooms on larger screens: finer lines, more rooms, and who is there when."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import load
from kiosk.app import KioskApp
from tests.kiosk.counter import Counter, Heard, Seconds
from tests.kiosk.rooms import Rooms


async def open_at(house: Rooms, size: tuple[int, int], *keys: str) -> list[str]:
    seconds, heard = Seconds(), Heard()
    app = KioskApp(house.town.house, load(Path(house.town.house.data), {}), seconds=seconds, sound=heard)
    async with app.run_test(size=size) as pilot:
        counter = Counter(pilot, house.town, seconds, heard)
        await counter.settle()
        await counter.press(*keys)
        assert counter.cut == []
        return counter.text.splitlines()


@pytest.mark.parametrize(
    ("size", "rooms", "cells"),
    [((76, 22), 5, 56), ((110, 22), 5, 84), ((120, 40), 7, 84), ((200, 60), 7, 168)],
)
async def test_a_day_shows_finer_lines_and_more_rooms(
    house_of_rooms: Rooms, size: tuple[int, int], rooms: int, cells: int
) -> None:
    for n in range(2):
        house_of_rooms.add(f"extra-{n}", f"Raum {n}", f"Room {n}", capacity=4)
    lines = await open_at(house_of_rooms, size, "2", "7")
    drawn = [line.strip() for line in lines if "····" in line]
    assert (len(drawn), {len(line) for line in drawn}) == (rooms, {cells})


async def test_a_week_names_what_is_on_below_each_day(house_of_rooms: Rooms) -> None:
    for day, hour in ((1, 10), (1, 14), (3, 9)):
        house_of_rooms.book("Saal A", "Jonas Weber", f"06-0{day}", f"{hour:02}:00", f"{hour + 1}:00")
    lines = await open_at(house_of_rooms, (76, 22), "2", "7", "2", "4")
    assert any("10:00–11:00 Belegt  14:00–15:00 Belegt" in line for line in lines)
    tall = await open_at(house_of_rooms, (76, 50), "2", "7", "2", "4")
    assert [line.strip() for line in tall if "Belegt" in line] == [
        "10:00–11:00 Belegt", "14:00–15:00 Belegt", "09:00–10:00 Belegt",
    ]  # fmt: skip


async def test_on_the_two_days_the_clocks_change_the_line_has_all_its_hours(house_of_rooms: Rooms) -> None:
    clock = house_of_rooms.store.clock
    clock.forward(days=146)  # type: ignore[attr-defined] # the fake one
    lines = await open_at(house_of_rooms, (76, 22), "2", "7")
    assert "Sonntag, 25. Oktober" in lines[1]
    hours = [int(text) for text in lines[2].split()]
    assert hours == list(range(8, 22))

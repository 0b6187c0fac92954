"""A walk past every screen of rooms in both languages: what stands there, that it fits, and what stays."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from syrupy.assertion import SnapshotAssertion

from kiosk.app import KioskApp
from tests.kiosk import rooms
from tests.kiosk.counter import Counter, Town, open_counter
from tests.kiosk.rooms import Rooms, scan_room
from tests.kiosk.test_walk import check_that_nobody_is_left, in_language

Look = Callable[[str], Awaitable[None]]
PATTERN = re.compile(r"^ {4}(?=[ █▀▄]*[█▀▄])[ █▀▄]{10,37}", re.MULTILINE)
OLD_SCREENS = frozenset({"home", "visit", "thing", "choose", "write", "pin", "staff"})


def masked(screen: str) -> str:
    """The screen without the pattern; what it holds is tried by itself."""
    return PATTERN.sub("    " + "#" * 37, screen)


def fill(house: Rooms) -> None:
    """What is on at the house on its first day and later."""
    (chorus,) = (one.organisation for one in house.person("Amina Kaya").memberships)
    house.book("Saal A", "Jonas Weber", "06-01", "10:10", "11:30")
    chorus_id = {"org": chorus.id, "title": "Probe", "announce": True}
    house.book("Saal B", "Amina Kaya", "06-01", "14:00", "16:00", **chorus_id)
    house.book("Küche", "Jonas Weber", "06-01", "17:00", "19:00", title="Kochkurs")
    house.book("Saal A", "Amina Kaya", "06-16", "18:00", "21:00")


async def look_around(counter: Counter, house: Rooms, look: Look) -> None:
    """Without a card."""
    await look("home")
    await counter.press("2")
    await look("pick: what it is about")
    await counter.press("7")
    await look("house day: today")
    await counter.press("8")
    await look("house day: tomorrow")
    await counter.press("3", "4")
    await look("room week")
    await counter.press("9", "9", "9", "9")
    await scan_room(counter, house, "Saal A")
    await look("room: without a visit")
    await counter.press("9", "2", "6")
    await look("pick: other days")
    await counter.press("9", "2", "7")
    await look("number: from when")
    await counter.press("1", "8")
    await look("number: two digits")
    await counter.press("3", "0", "2", "2", "0", "0")
    await look("found: typed times")


async def find(counter: Counter, look: Look) -> None:
    """For twenty people with a projector, every week, over a conflict."""
    await counter.scan("Jonas Weber")
    await counter.press("5", "2")
    await look("pick: time of the day")
    await counter.press("4")
    await look("found")
    await counter.press("5", "1")
    await look("needs")
    await counter.press("6", "2", "0", "enter", "9", "6")
    await look("pick: how often")
    await counter.press("2", "1", "0")
    await look("number: how often in all")
    await counter.press("enter")
    await look("found: a series")
    await counter.press("3")
    await look("offer: a conflict")
    await counter.press("1")
    await look("dates: to settle")
    await counter.press("1")
    await look("choose: instead of one date")
    await counter.press("2")
    await look("dates: settled")
    await counter.press("5")
    await look("booked")


async def keep(counter: Counter, house: Rooms, look: Look) -> None:
    """What can be done with a booking."""
    await counter.press("9")
    await look("bookings")
    await counter.press("3")
    await look("booking: a series")
    await counter.press("3")
    await look("choose: what to cancel")
    await counter.press("1")
    await look("booking: cancelled")
    await counter.press("9", "2")
    await look("booking: provisional")
    await counter.press("9", "9", "3", "3", "1")
    await look("offer: has to be approved")
    await counter.press("6")
    await look("pick: what for")
    await counter.press("9", "1")
    await look("booked: asked for")
    await scan_room(counter, house, "Saal A")
    await look("room: arrived")
    await counter.press("1", "2")
    await look("choose: stay longer")
    await counter.press("1")
    await look("booking: longer")
    await scan_room(counter, house, "Seminarraum")
    await counter.press("1")
    await look("pick: how long")
    await counter.press("1", "1", "1", "1")
    await look("leaving")
    await counter.press("6")
    await look("booking: left")


async def manage(counter: Counter, house: Rooms, look: Look) -> None:
    """What staff do."""
    await counter.sign_in()
    await look("staff")
    await counter.press("r")
    await look("pick: staff")
    await counter.press("2")
    await look("approvals")
    await counter.press("1")
    await look("choose: yes or no")
    await counter.press("2", *"Nein", "enter", "9", "1", "4")
    await look("room: as staff see it")
    await counter.press("2")
    await look("choose: who goes")
    await counter.press("1", *"Wahl")
    await look("write: what comes instead")
    await counter.press("enter", *"Stadt", "enter")
    await look("room: displaced")
    await counter.press("9", "9", "3")
    await look("calls")
    await counter.press("2")
    await look("choose: what to say on the phone")
    await counter.press("9", "9", "4", "3")
    await look("write: why closed")
    await counter.press(*"Ferien", "enter")
    await look("closing")
    await counter.press("1")
    await look("choose: what becomes of it")
    await counter.press("3")
    await look("closing: moved")
    await counter.press("5")
    await look("calls: after closing")
    await counter.press("9", "1", "8", "8")
    await look("house day: closed")


async def hear(counter: Counter, look: Look) -> None:
    """What the visitors are told after their cards."""
    await counter.app.leave()
    await counter.scan("Jonas Weber")
    for n in range(1, 9):
        if counter.mode != "answer":
            break
        await look(f"answer {n}")
        await counter.press("9")
    assert counter.mode == "visit"


async def walk(counter: Counter, house: Rooms, look: Look) -> None:
    fill(house)
    await look_around(counter, house, look)
    await find(counter, look)
    await keep(counter, house, look)
    await manage(counter, house, look)
    await hear(counter, look)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_screen_of_rooms_says_what_it_should_and_fits_and_forgets(
    town: Town, language: str, snapshot: SnapshotAssertion
) -> None:
    seen: set[str] = set()
    house = Rooms(town)
    async with open_counter(town) as counter:

        async def look(name: str) -> None:
            await in_language(counter, language)
            assert masked(counter.text) == snapshot(name=f"{language} {name}")
            assert counter.cut == []
            seen.add(counter.mode)
            await in_language(counter, "de")

        await walk(counter, house, look)
        await check_that_nobody_is_left(counter)
    assert seen >= rooms.MODES
    assert seen | OLD_SCREENS <= set(KioskApp.MODES)

"""What a volunteer stumbled over with the rooms at the kiosk, each as they met it."""

from __future__ import annotations

from sharing.terms.actions import set_terms
from tests.kiosk.counter import open_counter
from tests.kiosk.rooms import Rooms, scan_room


async def test_on_the_spot_only_times_are_offered_that_the_room_is_given_for(house_of_rooms: Rooms) -> None:
    house_of_rooms.add("kabine", "Kabine", "Booth", shortest_min=60, longest_min=240)
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await scan_room(counter, house_of_rooms, "Kabine")
        assert "Frei bis 22:00" in counter.text
        await counter.press("1")
        assert "bis 10:30" not in counter.text
        assert "1  bis 11:00" in counter.text
        assert "bis 22:00" not in counter.text
        assert "bis 14:00, so" in counter.text
        await counter.press("4")
        assert "Bis 14:00 gehört der Raum Ihnen." in counter.text


async def test_on_the_spot_the_buffer_before_the_next_counts(house_of_rooms: Rooms) -> None:
    house_of_rooms.add("kabine", "Kabine", "Booth", after_min=15)
    house_of_rooms.book("Kabine", "Amina Kaya", "06-01", "11:00", "12:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await scan_room(counter, house_of_rooms, "Kabine")
        await counter.press("1")
        assert "2  bis 10:45, so" in counter.text
        await counter.press("2")
        assert "Bis 10:45 gehört der Raum Ihnen." in counter.text


async def test_staff_can_make_place_on_any_day_to_come(house_of_rooms: Rooms) -> None:
    for day in ("06-02", "06-23", "09-15"):
        house_of_rooms.book("Saal B", "Jonas Weber", day, "18:00", "20:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await scan_room(counter, house_of_rooms, "Saal B")
        await counter.press("2")
        for line in ("1  Di 2. Juni,", "2  Di 23. Juni,", "3  Di 15. September,"):
            assert line in counter.text


async def test_who_calls_reads_why_the_house_said_no(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Küche", "Jonas Weber", "06-02", "18:00", "20:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "2", "1", "2", *"Herd kaputt", "enter", "9", "3", "1")
        assert "Bitte anrufen" in counter.text
        assert "Warum: Herd kaputt" in counter.text


async def test_it_is_said_that_the_following_dates_went_as_well(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "6", "2", "4", "enter", "2", "1", "9", "1", "7", "2")
        await counter.press("2", "2", "7", "5", "3")
        assert "Verschoben" in counter.text
        assert "Diesen und alle danach" in counter.text
        await counter.press("7", "3", "3", "1")
        assert "Abgesagt." in counter.text
        assert "Diesen und alle danach" not in counter.text
        await counter.press("7", "2", "3", "2")
        assert "Diesen und alle danach" in counter.text


async def test_a_closed_day_is_no_full_day(house_of_rooms: Rooms) -> None:
    store = house_of_rooms.store
    set_terms(store, {"room_closing_days": {"2026-06-02": "Putztag"}}, act=store.new_act(), by=None)
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4")
        assert "Dienstag, 2. Juni, 18:00–21:00 · An dem Tag geschlossen" in counter.text
        assert "mit anderer Zeit" not in counter.text

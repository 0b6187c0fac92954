"""Series at the kiosk: what stands against their dates is settled one by one before anything is saved."""

from __future__ import annotations

from tests.kiosk.counter import Counter, open_counter
from tests.kiosk.rooms import Rooms
from tests.kiosk.test_rooms import digit_of


async def find_a_series(counter: Counter, house: Rooms) -> None:
    """Jonas looks for a room each Tuesday evening; Amina has the hall on the third of them."""
    house.book("Saal A", "Amina Kaya", "06-16", "18:00", "21:00")
    house.book("Saal A", "Amina Kaya", "06-30", "18:00", "21:00")
    await counter.scan("Jonas Weber")
    await counter.press("5", "2", "4", "6", "2", "1", "0", "enter")
    await counter.press(digit_of(counter, "Saal A ·"))


async def test_conflicts_are_listed_before_anything_is_saved_and_can_be_left_out(
    house_of_rooms: Rooms,
) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await find_a_series(counter, house_of_rooms)
        assert "8 von 10 Terminen gehen. 2 noch klären." in counter.text
        await counter.press("1")
        assert "2 Termine gehen nicht" in counter.text
        assert "Di 16. Juni, 18:00–21:00 · Schon belegt" in counter.text
        assert "Di 30. Juni, 18:00–21:00 · Schon belegt" in counter.text
        assert house_of_rooms.of("Jonas Weber") == ()
        await counter.press("5")
        assert "Dann werden 8 Termine gebucht." in counter.text
        await counter.press("5")
    (booking,) = house_of_rooms.of("Jonas Weber")
    assert sorted(one.n for one in booking.occurrences) == [0, 1, 3, 5, 6, 7, 8, 9]


async def test_conflicts_can_be_moved_one_by_one(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await find_a_series(counter, house_of_rooms)
        await counter.press("1", "1")
        await counter.press(digit_of(counter, "18:00–21:00 · Seminarraum"))
        assert "→ Di 16. Juni, 18:00–21:00 · Seminarraum" in counter.text
        assert "1 Termin geht nicht" in counter.text
        await counter.press("2", "5")
        assert "fällt aus" in counter.text
        await counter.press("5")
    (booking,) = house_of_rooms.of("Jonas Weber")
    moved = next(one for one in booking.occurrences if one.n == 2)
    assert moved.rooms == (house_of_rooms["Seminarraum"].id,)
    assert len(booking.occurrences) == 9


async def test_all_conflicts_can_be_moved_and_all_of_it_dropped(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await find_a_series(counter, house_of_rooms)
        await counter.press("1", "6")
        assert "Alles geklärt" in counter.text
        await counter.press("6")
        assert "2 Termine gehen nicht" in counter.text
        await counter.press("9")
        assert counter.mode == "found"
    assert house_of_rooms.of("Jonas Weber") == ()

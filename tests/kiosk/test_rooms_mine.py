"""What visitors do with their bookings: move, cancel, stay longer, and leave with the list."""

from __future__ import annotations

from sharing.rooms import actions as rooms
from sharing.rooms.rules import State
from tests.kiosk.counter import open_counter
from tests.kiosk.rooms import CHECKLIST, Rooms, scan_room
from tests.kiosk.test_rooms import states


async def test_this_and_the_following_dates_are_moved_and_cancelled(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "6", "2", "4", "enter", "2", "1", "9", "1", "7", "2")
        assert "Dienstag, 9. Juni, 18:00–21:00" in counter.text
        await counter.press("2", "2", "7", "5", "3")
        assert "Verschoben" in counter.text
        (booking,) = house_of_rooms.of("Jonas Weber")
        days = [counter.app.words.local(one.span.begins).strftime("%d.%m. %H") for one in booking.occurrences]
        assert days == ["02.06. 18", "07.06. 14", "14.06. 14", "21.06. 14"]
        await counter.press("7", "3", "3", "2")
        assert "Abgesagt." in counter.text
    (booking,) = house_of_rooms.of("Jonas Weber")
    assert states(booking) == [State.CONFIRMED, State.CONFIRMED, State.CANCELLED, State.CANCELLED]


async def test_a_move_that_has_to_be_approved_says_that_it_is_only_asked_for(house_of_rooms: Rooms) -> None:
    asked = house_of_rooms.book("Küche", "Jonas Weber", "06-02", "18:00", "21:00")
    rooms.approve(house_of_rooms.store, None, asked.id, house_of_rooms.store.new_act())
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("9", "5", "8", "1", "2", "2", "4")
        assert "Verschoben" not in counter.text
        assert "Neue Zeit angefragt: Mi 3. Juni, 18:00–21:00" in counter.text
        assert "Dienstag, 2. Juni, 18:00–21:00" in counter.text


async def test_a_date_that_cannot_move_there_is_offered_something_else(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal A", "Amina Kaya", "06-03", "18:00", "21:00")
    house_of_rooms.book("Saal A", "Jonas Weber", "06-02", "18:00", "21:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "8", "1", "2", "2", "4")
        assert "Dahin geht es nicht." in counter.text
        assert "Mi 3. Juni: Schon belegt" in counter.text
        await counter.press("2")
        assert "Verschoben" in counter.text
    (one,) = house_of_rooms.of("Jonas Weber")[0].occurrences
    assert one.rooms != (house_of_rooms["Saal A"].id,)


async def test_staying_longer_offers_only_what_is_free(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal A", "Jonas Weber", "06-01", "10:00", "11:00")
    house_of_rooms.book("Saal A", "Amina Kaya", "06-01", "12:00", "13:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await scan_room(counter, house_of_rooms, "Saal A")
        await counter.press("1", "2")
        assert "bis 11:30" in counter.text
        assert "bis 12:00" in counter.text
        assert "bis 12:30" not in counter.text
        await counter.press("2")
        assert "10:00–12:00" in counter.text
        await counter.press("2")
        assert "Danach ist der Raum belegt" in counter.text


async def test_leaving_asks_for_the_list_and_frees_the_room(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Seminarraum", "Jonas Weber", "06-01", "10:00", "12:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await scan_room(counter, house_of_rooms, "Seminarraum")
        await counter.press("1", "1")
        assert all(line in counter.text for line in CHECKLIST)
        await counter.press("1", "3", "1")
        assert counter.text.count("☑") == 1
        await counter.press("6")
        assert "Danke! Der Raum ist wieder frei." in counter.text
        await counter.press("9")
        assert "Jetzt" in counter.text
    booking = house_of_rooms.of("Jonas Weber")[0]
    assert states(booking) == [State.ENDED]
    row = house_of_rooms.checked(booking)
    assert row == {"Fenster zu": False, "Licht aus": False, "Stühle gestapelt": True}

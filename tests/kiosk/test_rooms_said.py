"""What is said before and after somebody asks for a room, so that nobody has to guess."""

from __future__ import annotations

import pytest

from sharing.people import actions as people
from sharing.rooms import actions as rooms
from sharing.rooms.rules import State
from tests.kiosk.counter import Counter, open_counter
from tests.kiosk.rooms import Rooms, scan_room
from tests.kiosk.test_rooms import digit_of

DAY_MS = 86_400_000


def said(counter: Counter) -> str:
    """The screen as one line."""
    return " ".join(counter.text.split())


def suspend(house: Rooms, who: str) -> None:
    store = house.store
    until = store.clock.read().at + DAY_MS
    people.suspend(store, house.town.persons[who].id, until=until, act=store.new_act())


async def test_a_room_that_waits_for_staff_says_first_that_it_is_a_request(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await scan_room(counter, house_of_rooms, "Küche")
        assert "nehmen" not in said(counter)
        assert "anfragen" in said(counter)
        await counter.press("1")
        assert "Das ist eine Anfrage" in said(counter)
        assert counter.cut == []
        await scan_room(counter, house_of_rooms, "Seminarraum")
        assert "nehmen" in said(counter)
        assert "anfragen" not in said(counter)
        await counter.press("1")
        assert "Anfrage" not in said(counter)


async def test_what_the_house_answered_stands_among_ones_bookings(house_of_rooms: Rooms) -> None:
    store = house_of_rooms.store
    yes = house_of_rooms.book("Küche", "Jonas Weber", "06-02", "18:00", "20:00")
    no = house_of_rooms.book("Küche", "Jonas Weber", "06-03", "18:00", "20:00")
    rooms.approve(store, None, yes.id, store.new_act())
    rooms.decline(store, None, no.id, store.new_act(), reason="Herd kaputt")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("9", "9", "5", "8")
        assert "● Bestätigt" in counter.text
        assert "✖ Abgelehnt" in counter.text


async def test_the_answers_for_all_say_how_many_dates_they_mean(house_of_rooms: Rooms) -> None:
    for day in ("06-09", "06-16"):
        house_of_rooms.book("Seminarraum", "Amina Kaya", day, "18:00", "20:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "6", "2", "4", "enter")
        await counter.press(digit_of(counter, "Seminarraum"), "1")
        assert "Was soll aus diesen 2 Terminen werden?" in said(counter)
        assert "5 Diese 2 ausfallen lassen 6 Diese 2 verschieben" in said(counter)
        await counter.press("1", "1")
        assert "5 Diesen ausfallen lassen 6 Diesen verschieben" in said(counter)
        assert counter.cut == []


@pytest.mark.parametrize("keys", [("5", "1"), ("5", "2"), ("5", "6")])
async def test_who_is_suspended_is_told_before_a_day_is_asked_for(
    house_of_rooms: Rooms, keys: tuple[str, ...]
) -> None:
    suspend(house_of_rooms, "Jonas Weber")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press(*keys)
        assert "Räume buchen ist für Sie gesperrt bis" in said(counter)
        assert counter.mode == "visit"
        assert counter.cut == []


@pytest.mark.parametrize("key", ["1", "2"])
async def test_who_is_suspended_is_told_at_the_room(house_of_rooms: Rooms, key: str) -> None:
    suspend(house_of_rooms, "Amina Kaya")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Amina Kaya")
        await scan_room(counter, house_of_rooms, "Seminarraum")
        await counter.press(key)
        assert "Räume buchen ist für Sie gesperrt bis" in said(counter)
        assert counter.mode == "visit"


async def test_who_is_suspended_is_told_when_the_card_goes_on_with_a_request(house_of_rooms: Rooms) -> None:
    suspend(house_of_rooms, "Jonas Weber")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.press("2", "2", "4", "2")
        assert counter.mode == "offer"
        await counter.scan("Jonas Weber")
        assert "Räume buchen ist für Sie gesperrt bis" in said(counter)


async def test_who_is_suspended_may_give_a_date_up_and_is_told_that_it_cannot_move(
    house_of_rooms: Rooms,
) -> None:
    (date,) = house_of_rooms.book("Saal A", "Jonas Weber", "06-02", "18:00", "20:00").occurrences
    suspend(house_of_rooms, "Jonas Weber")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "8", "1", "2")
        assert "Räume buchen ist für Sie gesperrt bis" in said(counter)
        await counter.press("5", "8", "1", "3", "1")
        assert "Abgesagt." in said(counter)
    (now,) = rooms.booking(house_of_rooms.store, date.booking).occurrences
    assert now.state is State.CANCELLED


async def test_for_whom_a_room_is_taken_is_asked_in_words_of_rooms(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Amina Kaya")
        await scan_room(counter, house_of_rooms, "Seminarraum")
        await counter.press("1", "1")
        assert "Für wen buchen Sie?" in said(counter)
        assert "leihen" not in said(counter)


async def test_a_taken_room_says_once_that_it_is_taken(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal A", "Jonas Weber", "06-01", "10:00", "11:30")
    async with open_counter(house_of_rooms.town) as counter:
        await scan_room(counter, house_of_rooms, "Saal A")
        head, coming = counter.text.split("Das kommt")
        assert head.count("Belegt") == 1
        assert "Belegt bis 11:30" in head
        assert "Belegt" in coming


async def test_a_date_that_is_moved_is_named_and_the_days_begin_with_its_own(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal A", "Jonas Weber", "06-23", "18:00", "20:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "8", "1", "2")
        assert "Auf welchen Tag verschieben?" in said(counter)
        assert "Dienstag, 23. Juni, 18:00–20:00" in said(counter)
        assert "Heute" not in counter.text
        assert counter.cut == []
        await counter.press("7", "7", "7", "7")
        assert "Heute" in counter.text
        assert "Frühere Tage" not in said(counter)
        await counter.press("3", "4")
        assert "Mittwoch, 3. Juni, 18:00–21:00" in said(counter)


async def test_staff_see_the_nearest_request_first_and_how_to_reach_who_asks(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Küche", "Jonas Weber", "06-10", "18:00", "20:00")
    house_of_rooms.book("Küche", "Amina Kaya", "06-02", "18:00", "20:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "2")
        assert counter.text.index("Amina Kaya") < counter.text.index("Jonas Weber")
        assert "@example.org" not in counter.text
        await counter.press("2")
        assert "Jonas Weber · jonas@example.org" in said(counter)
        assert counter.cut == []


async def test_staff_read_what_they_answered(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Küche", "Jonas Weber", "06-10", "18:00", "20:00")
    house_of_rooms.book("Küche", "Amina Kaya", "06-02", "18:00", "20:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "2", "2", "1")
        assert "Zugesagt: Mi 10. Juni, 18:00–20:00 · Jonas Weber" in said(counter)
        await counter.press("1", "2", *"Putz", "enter")
        assert "Abgelehnt: Di 2. Juni, 18:00–20:00 · Amina Kaya" in said(counter)
        assert "Bitte anrufen." in said(counter)
        assert "Keine Anfrage wartet." in said(counter)
        assert counter.cut == []


async def test_staff_are_asked_which_day_is_closed(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "4")
        assert "Welcher Tag wird geschlossen?" in said(counter)

"""Rooms at the kiosk: look, find, book in five actions, settle a series, arrive and leave."""

from __future__ import annotations

import pytest

from kiosk.sound import Tone
from sharing.rooms import actions as rooms
from sharing.rooms.rules import Booking, State
from tests.kiosk.counter import Counter, Town, open_counter
from tests.kiosk.rooms import Rooms, scan_room


def states(booking: Booking) -> list[State]:
    return [one.state for one in booking.occurrences]


def digit_of(counter: Counter, text: str) -> str:
    """The digit of the target that says so."""
    (line,) = [line for line in counter.text.splitlines() if text in line]
    return line.split()[0]


async def test_booking_takes_five_actions_after_the_card(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        actions = ("5", "2", "4", "2", "1")
        await counter.press(*actions)
        assert counter.mode == "booked"
        assert "Gebucht!" in counter.text
        assert len(actions) <= 5
    (booking,) = house_of_rooms.of("Jonas Weber")
    assert states(booking) == [State.CONFIRMED]
    assert booking.rooms == (house_of_rooms["Seminarraum"].id,)


async def test_for_an_organisation_it_takes_five_as_well(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Amina Kaya")
        await counter.press("5", "2", "4", "2")
        assert "1  Buchen für mich" in counter.text
        assert "2  Buchen für Chor der Nachbarn" in counter.text
        await counter.press("2")
        assert counter.mode == "booked"
        assert counter.app.present.visit is not None
        assert counter.app.present.visit.asked_for_whom
        await counter.press("9", "1")
        assert "für Chor der Nachbarn" in counter.text
    (booking,) = house_of_rooms.of("Amina Kaya")
    (member,) = house_of_rooms.person("Amina Kaya").memberships
    assert booking.org == member.organisation.id


async def test_a_key_pressed_twice_books_once(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "2")
        counter.post("1", "1", 0.6)
        counter.post("1", "1", 0.6)
        await counter.pilot.pause(0.2)
        await counter.settle()
    assert len(house_of_rooms.of("Jonas Weber")) == 1


async def test_a_label_without_a_visit_shows_the_room_and_a_card_goes_on_there(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await scan_room(counter, house_of_rooms, "Seminarraum")
        assert counter.mode == "room"
        assert "Frei bis 22:00" in counter.text
        assert "Karte scannen" in counter.text
        await counter.scan("Jonas Weber")
        assert counter.mode == "room"
        assert "1  Jetzt" in counter.text
        await counter.press("1", "2")
        assert "Willkommen!" in counter.text
    (booking,) = house_of_rooms.of("Jonas Weber")
    assert states(booking) == [State.ARRIVED]


async def test_a_card_goes_on_with_what_was_looked_up_before(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.press("2", "2", "4", "2")
        assert counter.mode == "offer"
        assert "1  Buchen" not in counter.text
        await counter.scan("Jonas Weber")
        await counter.press("1")
        assert counter.mode == "booked"


async def test_a_card_that_is_refused_goes_on_nowhere(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await scan_room(counter, house_of_rooms, "Seminarraum")
        await counter.burst("1" + counter.town.code("Jonas Weber")[1:-1] + "0")
        await counter.press("9")
        counter.seconds.now += 31
        await counter.scan("Jonas Weber")
        assert counter.mode == "visit"


async def test_scanning_the_label_in_time_arrives_and_says_so_at_once(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal A", "Jonas Weber", "06-01", "10:10", "11:30")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        heard = len(counter.heard.tones)
        await scan_room(counter, house_of_rooms, "Saal A")
        assert "Willkommen!" in counter.text
        assert "Bis 11:30" in counter.text
        assert counter.heard.tones[heard:] == [Tone.DONE]
        await scan_room(counter, house_of_rooms, "Saal A")
        assert "Belegt bis 11:30" in counter.text
        assert "Meine" in counter.text
    assert states(house_of_rooms.of("Jonas Weber")[0]) == [State.ARRIVED]


async def test_what_somebody_only_asked_for_is_free_for_the_next(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Küche", "Jonas Weber", "06-01", "10:00", "11:30")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Amina Kaya")
        await scan_room(counter, house_of_rooms, "Küche")
        assert "Frei bis 22:00" in counter.text
        assert "Angefragt" in counter.text
        assert "Belegt" not in counter.text
        assert "1  Jetzt" in counter.text


async def test_another_visitors_scan_arrives_at_nothing_and_reads_no_name(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal A", "Jonas Weber", "06-01", "10:00", "11:30", title="Privates")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Amina Kaya")
        await scan_room(counter, house_of_rooms, "Saal A")
        assert "Belegt bis 11:30" in counter.text
        for word in ("Jonas", "Weber", "J. W.", "Privates"):
            assert word not in counter.text
    assert states(house_of_rooms.of("Jonas Weber")[0]) == [State.CONFIRMED]


@pytest.mark.parametrize("announced", [True, False])
async def test_an_organisation_is_named_only_if_it_wants_to_be(
    house_of_rooms: Rooms, *, announced: bool
) -> None:
    (member,) = house_of_rooms.person("Amina Kaya").memberships
    house_of_rooms.book(
        "Saal A", "Amina Kaya", "06-01", "10:00", "11:30", org=member.organisation.id, announce=announced
    )
    async with open_counter(house_of_rooms.town) as counter:
        await scan_room(counter, house_of_rooms, "Saal A")
        assert ("Chor der Nachbarn" in counter.text) is announced
        assert ("Belegt\n" in counter.text) is not announced
        assert "Amina" not in counter.text


async def test_what_has_to_be_approved_looks_provisional_everywhere(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "3", "4")
        assert "? frei, das Haus muss noch zusagen" in counter.text
        await counter.press("1", "1")
        assert "Noch nicht sicher" in counter.text
        assert "█" not in counter.text
        await counter.press("9")
        assert "? Vorläufig" in counter.text
        await counter.press("1")
        assert "Aufs Handy" not in counter.text
        await counter.press("9", "9", "7", "8", "8")
        assert "▒▒▒▒▒▒▒▒▒▒▒▒" in counter.text
        await counter.press("1")
        assert "? Mi 3. Juni, 18:00–21:00" in counter.text
        assert "Angefragt" in counter.text


async def test_who_is_slower_sees_it_and_is_offered_something_else(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "2")
        house_of_rooms.book("Seminarraum", "Amina Kaya", "06-02", "19:00", "20:00")
        await counter.press("1")
        assert counter.mode == "offer"
        assert "Gerade war jemand schneller." in counter.text
        assert counter.heard.tones[-1] is Tone.NO
        await counter.press("1", "2", "1")
        assert counter.mode == "booked"
    (booking,) = house_of_rooms.of("Jonas Weber")
    assert states(booking) == [State.CONFIRMED]


async def test_a_full_day_offers_other_times(house_of_rooms: Rooms) -> None:
    for name in ("Saal A+B", "Seminarraum"):
        house_of_rooms.book(name, "Amina Kaya", "06-02", "18:00", "20:00")
    asked = house_of_rooms.book("Küche", "Amina Kaya", "06-02", "18:00", "20:00")
    rooms.approve(house_of_rooms.store, None, asked.id, house_of_rooms.store.new_act())
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4")
        assert "Zu dieser Zeit ist nichts frei." in counter.text
        assert "✖ Schon belegt. Frei: 15:00–18:00" in counter.text
        await counter.press(digit_of(counter, "Saal A ·"), "1", "1")
        assert counter.mode == "booked"


async def test_no_room_that_fits_and_no_rooms_at_all_are_said(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.press("2", "2", "4", "5", "6", "9", "9", "9", "enter", "9")
        assert "Kein Raum passt." in counter.text
        assert counter.cut == []


async def test_a_house_without_rooms_offers_none(town: Town) -> None:
    async with open_counter(town) as counter:
        assert "Räume" not in counter.text
        await counter.scan("Jonas Weber")
        assert "Räume" not in counter.text
        await counter.press("9")
        await counter.app.desk.rooms.show_house(None, 0, counter.app.leave)
        await counter.settle()
        assert "Hier gibt es keine Räume zum Buchen." in counter.text


async def test_where_another_machine_decides_all_is_provisional_and_says_so(house_of_rooms: Rooms) -> None:
    with house_of_rooms.store.begin() as work:
        for table in ("home", "reign"):
            work.execute(f"UPDATE {table} SET node = 'central'")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "2")
        assert "vorläufig: das Haus bestätigt es später" in counter.text
        await counter.press("1")
        assert "Noch nicht sicher" in counter.text
    assert states(house_of_rooms.of("Jonas Weber")[0]) == [State.PROVISIONAL]


async def test_what_for_and_for_how_many_goes_with_the_booking(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "2", "6", "1", *"Skat", "enter", "2", "1", "2", "enter")
        assert "Wofür: Skat" in counter.text
        await counter.press("3", *"Uma", "enter", "9")
        assert "Skat" in counter.text
        await counter.press("1")
    (booking,) = house_of_rooms.of("Jonas Weber")
    assert (booking.title, booking.heads, booking.adult) == ("Skat", 12, "Uma")


async def test_too_many_people_for_the_room_is_said_before_it_is_booked(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "2", "6", "2", "4", "0", "enter", "9")
        assert counter.mode == "offer"
        assert "Zu viele Personen für diesen Raum" in counter.text
        await counter.press("1")
        assert "Saal" in counter.text


async def test_a_time_that_is_none_is_said_where_it_is_typed(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.press("2", "2", "7", "2", "5", "7", "0")
        assert "Diese Uhrzeit gibt es nicht." in counter.text
        await counter.press("9", "enter", "1", "2", "1", "5")
        assert counter.mode == "found"
        assert "09:00–12:15" in counter.text


async def test_the_rooms_are_forgotten_when_nobody_is_there(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "2", "6", "1", *"Geheimes", "enter")
        counter.seconds.now += 66
        await counter.app.tick()
        await counter.settle()
        assert counter.mode == "home"
        held = [
            repr(screen.view) for screen in counter.app._screens.values() if counter.app.showing() != screen
        ]
        assert all(view == "None" for view in held)


async def test_the_language_changes_on_the_spot(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.press("2", "0")
        assert "On which day?" in counter.text
        await counter.press("7")
        assert "Rooms today" in counter.text
        assert "Hall A" in counter.text


async def test_an_unknown_room_is_a_place_as_before(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.burst(house_of_rooms.town.shelf)
        assert counter.mode == "thing"
    assert [one.name("de") for one in rooms.rooms(house_of_rooms.store)][:1] == ["Küche"]

"""Rooms at the staff desk: yes and no, making room, calls, blocks and closing days."""

from __future__ import annotations

from sharing.rooms import actions as rooms
from sharing.rooms.rules import Booking, Frequency, Rule, State, Use
from sharing.terms.actions import read_terms
from tests.kiosk.counter import open_counter
from tests.kiosk.rooms import Rooms, scan_room


def states(booking: Booking) -> list[State]:
    return [one.state for one in booking.occurrences]


async def test_a_request_is_approved_and_then_certain(house_of_rooms: Rooms) -> None:
    asked = house_of_rooms.book("Küche", "Jonas Weber", "06-02", "18:00", "20:00", title="Kochkurs")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r")
        assert "2  Anfragen (1)" in counter.text
        await counter.press("2")
        assert "Jonas Weber · Kochkurs" in counter.text
        await counter.press("1", "1")
        assert "Keine Anfrage wartet." in counter.text
    assert states(rooms.booking(house_of_rooms.store, asked.id)) == [State.CONFIRMED]
    assert rooms.call_list(house_of_rooms.store) == ()


async def test_a_request_that_is_approved_where_the_house_does_not_decide_is_noted(
    house_of_rooms: Rooms,
) -> None:
    asked = house_of_rooms.book("Küche", "Jonas Weber", "06-02", "18:00", "20:00", title="Kochkurs")
    with house_of_rooms.store.begin() as work:
        work.move_home("house", "central")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "2", "1", "1")
        assert "Es gilt, sobald das entscheidende Gerät antwortet." in " ".join(counter.text.split())
    assert states(rooms.booking(house_of_rooms.store, asked.id)) == [State.PROVISIONAL]


async def test_a_request_is_declined_with_a_reason_and_somebody_is_called(house_of_rooms: Rooms) -> None:
    asked = house_of_rooms.book("Küche", "Jonas Weber", "06-02", "18:00", "20:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "2", "1", "2", *"Herd kaputt", "enter", "9")
        assert "3  Anrufen (1)" in counter.text
        await counter.press("3")
        assert "Jonas Weber · jonas@example.org" in counter.text
        await counter.press("1", "1")
        assert "Alle wissen Bescheid." in counter.text
    assert states(rooms.booking(house_of_rooms.store, asked.id)) == [State.DECLINED]


async def test_of_a_series_with_dates_taken_meanwhile_the_rest_is_approved(house_of_rooms: Rooms) -> None:
    rule = Rule(Frequency.WEEKLY, count=3)
    asked = house_of_rooms.book("Küche", "Jonas Weber", "06-02", "18:00", "20:00", rule=rule)
    other = house_of_rooms.book("Küche", "Amina Kaya", "06-09", "18:00", "20:00")
    rooms.approve(house_of_rooms.store, None, other.id, house_of_rooms.store.new_act())
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "2", "1", "1")
        assert "1 Termin ist inzwischen belegt." in counter.text
        await counter.press("1")
        assert "Keine Anfrage wartet." in counter.text
    found = rooms.booking(house_of_rooms.store, asked.id)
    assert states(found) == [State.CONFIRMED, State.DECLINED, State.CONFIRMED]


async def test_staff_make_room_and_learn_whom_to_call(house_of_rooms: Rooms) -> None:
    gone = house_of_rooms.book("Saal B", "Jonas Weber", "06-01", "14:00", "16:00", title="Probe")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await scan_room(counter, house_of_rooms, "Saal B")
        assert counter.mode == "room"
        await counter.press("2")
        assert "Jonas Weber · jonas@example.org" in counter.text
        await counter.press("1", *"Wahl", "enter", *"Die Stadt braucht ihn", "enter")
        assert "Platz gemacht" in counter.text
        assert "Bitte anrufen: Jonas Weber" in counter.text
        assert "48 Stunden freigehalten: 3 andere Zeiten" in counter.text
        await counter.press("9", "9", "3", "1")
        assert "→ Mo 1. Juni, 14:00–16:00 · Saal A" in counter.text
        await counter.press("1")
        assert "Alle wissen Bescheid." in counter.text
        await counter.press("9", "9", "9", "1")
        await scan_room(counter, house_of_rooms, "Saal B")
        for word in ("Jonas", "jonas@", "Wahl", "Stadt"):
            assert word not in counter.text
    assert states(rooms.booking(house_of_rooms.store, gone.id)) == [State.CANCELLED]
    (placed,) = house_of_rooms.of("Sabine Roth")
    assert (placed.title, states(placed)) == ("Wahl", [State.CONFIRMED])


async def test_visitors_cannot_displace(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal B", "Jonas Weber", "06-01", "14:00", "16:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Amina Kaya")
        await scan_room(counter, house_of_rooms, "Saal B")
        assert "Platz" not in counter.text
        assert "sperren" not in counter.text


async def test_a_room_is_blocked_with_a_reason(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await scan_room(counter, house_of_rooms, "Saal B")
        await counter.press("3", "2", "1", *"Boden wird geschliffen", "enter")
        assert counter.mode == "room"
        assert "Di 2. Juni, 09:00–12:00" in counter.text
        assert "Gesperrt" in counter.text
        assert "Boden" not in counter.text
        await counter.press("9", "8")
        assert "╱╱╱╱" in counter.text
    (_, dates) = next(
        one for one in rooms.day(house_of_rooms.store, rooms.today(house_of_rooms.store).replace(day=2))
        if one[0].name("de") == "Saal B"
    )  # fmt: skip
    assert [one.use for one in dates] == [Use.MAINTENANCE]


async def test_a_closing_day_lists_what_it_touches_and_each_is_kept_moved_or_cancelled(
    house_of_rooms: Rooms,
) -> None:
    kept = house_of_rooms.book("Saal A", "Jonas Weber", "06-03", "09:00", "10:00")
    moved = house_of_rooms.book("Saal A", "Amina Kaya", "06-03", "11:00", "12:00")
    cancelled = house_of_rooms.book("Seminarraum", "Jonas Weber", "06-03", "13:00", "14:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "4", "3", *"Strom weg", "enter")
        assert "Geschlossen am Mi 3. Juni: Strom weg" in counter.text
        assert "Termine: 3" in counter.text
        assert counter.text.count("bleibt") == 3
        assert read_terms(house_of_rooms.store).room_closing_days == {}
        await counter.press("2", "3")
        assert "→ Do 4. Juni, 11:00–12:00 · Saal A" in counter.text
        await counter.press("3", "2")
        assert "wird abgesagt" in counter.text
        await counter.press("5")
        assert "Anrufen (2)" in counter.text
        assert "amina@example.org" in counter.text
    store = house_of_rooms.store
    assert read_terms(store).room_closing_days == {"2026-06-03": "Strom weg"}
    assert states(rooms.booking(store, kept.id)) == [State.CONFIRMED]
    assert states(rooms.booking(store, cancelled.id)) == [State.CANCELLED]
    (one,) = rooms.booking(store, moved.id).occurrences
    assert (one.state, one.span.begins) == (State.CONFIRMED, one.span.begins)
    assert one.span.begins - kept.occurrences[0].span.begins == 26 * 3_600_000


async def test_all_that_a_closing_day_touches_can_be_cancelled_at_once(house_of_rooms: Rooms) -> None:
    for n, name in enumerate(("Saal A", "Saal B", "Seminarraum")):
        house_of_rooms.book(name, "Jonas Weber", "06-03", f"{10 + n}:00", f"{11 + n}:00")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "4", "3", *"Ferien", "enter", "6")
        assert counter.text.count("wird abgesagt") == 3
        await counter.press("5")
        assert "Anrufen (3)" in counter.text


async def test_a_day_that_touches_nothing_is_closed_and_shown_as_closed(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r", "4", "2", *"Ferien", "enter")
        assert "Kein Termin ist betroffen." in counter.text
        await counter.press("5")
        assert "Räume am Dienstag, 2. Juni · Ferien" in counter.text
        assert counter.text.count("geschlossen") == 5
        assert counter.cut == []


async def test_where_another_machine_decides_staff_ask_it_and_make_no_room(house_of_rooms: Rooms) -> None:
    house_of_rooms.book("Saal B", "Jonas Weber", "06-01", "14:00", "16:00")
    with house_of_rooms.store.begin() as work:
        work.move_home("house", "central")
    async with open_counter(house_of_rooms.town) as counter:
        await counter.sign_in()
        await counter.press("r")
        assert "Ein anderes Gerät entscheidet." in counter.text
        assert "2  Anfragen (0)" in counter.text
        await scan_room(counter, house_of_rooms, "Saal B")
        await counter.press("2")
        assert counter.mode == "room"
        assert "nur an dem Gerät" in counter.text
        assert counter.cut == []

"""What became of earlier requests: told after the person's own card, until they have seen it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.sound import Tone
from sharing.lending.actions import loans_of, renew
from sharing.rooms import actions as rooms
from sharing.rooms.actions import booking_answers, call_list
from sharing.rooms.rules import Ask, State
from sharing.terms.actions import set_terms
from tests.kiosk.counter import Counter, Town, open_counter
from tests.kiosk.rooms import Rooms
from tests.kiosk.two_desks import OtherDesk, other_desk
from tests.sharing.rooms.lodge import at as wall


def asked_elsewhere(house: Rooms, garden: OtherDesk, who: str, room: str = "Saal A") -> str:
    """Somebody books at a kiosk that cannot decide."""
    first, last = wall("06-05 18:00"), wall("06-05 20:00")
    person = house.town.persons[who].id
    ask = Ask(rooms=(house[room].id,), begins=first, ends=last, person=person, title="Chorprobe")
    made = rooms.book(garden.store, ask, garden.store.new_act())
    assert made.occurrences[0].state is State.PROVISIONAL
    return made.id


async def card(counter: Counter, who: str) -> str:
    await counter.scan(who)
    return " ".join(counter.text.split())


async def test_a_yes_that_came_later_is_told_after_the_card_and_once_it_was_seen_no_more(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    town, jonas = house_of_rooms.town, house_of_rooms.town.persons["Jonas Weber"].id
    with other_desk(town, tmp_path / "garden") as garden:
        asked_elsewhere(house_of_rooms, garden, "Jonas Weber")
        garden.tells()
    async with open_counter(town) as counter:
        assert "bestätigt" not in counter.text
        assert "Amina" not in await card(counter, "Amina Kaya")
        assert counter.mode == "visit"
        said = await card(counter, "Jonas Weber")
        assert counter.mode == "answer"
        assert "Ihr Termin ist bestätigt." in said
        assert "Freitag, 5. Juni, 18:00–20:00" in said
        assert "Saal A · Chorprobe" in said
        assert counter.cut == []
        await counter.press("9")
        assert counter.mode == "visit"
        assert booking_answers(town.house.store, jonas) == ()
        await counter.press("9")
        await card(counter, "Jonas Weber")
        assert counter.mode == "visit"


async def test_a_no_says_why_and_what_is_free_and_one_key_asks_for_that(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    town = house_of_rooms.town
    with other_desk(town, tmp_path / "garden") as garden:
        house_of_rooms.book("Saal A", "Amina Kaya", "06-05", "18:00", "20:00")
        asked_elsewhere(house_of_rooms, garden, "Jonas Weber")
        garden.tells()
    assert len(call_list(town.house.store)) == 1
    async with open_counter(town) as counter:
        said = await card(counter, "Jonas Weber")
        assert "Ihr Termin geht leider nicht." in said
        assert "Grund: Schon belegt" in said
        assert "Stattdessen frei:" in said
        assert "3 Fr 5. Juni" in said
        assert "Amina" not in said
        assert "Kaya" not in said
        assert counter.cut == []
        await counter.press("1")
        assert counter.mode == "offer"
        assert counter.cut == []
    assert call_list(town.house.store) == ()


async def test_what_staff_said_no_to_is_not_offered_again(house_of_rooms: Rooms) -> None:
    store = house_of_rooms.store
    asked = house_of_rooms.book("Küche", "Jonas Weber", "06-03", "18:00", "20:00")
    rooms.decline(store, None, asked.id, store.new_act(), reason="Herd kaputt")
    async with open_counter(house_of_rooms.town) as counter:
        said = await card(counter, "Jonas Weber")
        assert "Grund: Vom Haus abgesagt Herd kaputt" in said
        assert "Fragen Sie uns, was stattdessen geht." in said
        assert "1 Mi" not in said


async def test_who_was_called_about_it_is_off_the_list_of_calls_too(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    town = house_of_rooms.town
    with other_desk(town, tmp_path / "garden") as garden:
        house_of_rooms.book("Saal A", "Amina Kaya", "06-05", "18:00", "20:00")
        asked_elsewhere(house_of_rooms, garden, "Jonas Weber")
        garden.tells()
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("v", "1")
        assert "Saal A · Chorprobe" in counter.text
        assert "Antwort: nein: Schon belegt" in counter.text
        assert counter.cut == []
        await counter.press("1")
        assert counter.mode == "cases"
    assert call_list(town.house.store) == ()


async def test_who_scans_on_is_told_again_and_finds_it_in_the_visit(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    town = house_of_rooms.town
    with other_desk(town, tmp_path / "garden") as garden:
        asked_elsewhere(house_of_rooms, garden, "Jonas Weber")
        garden.tells()
    async with open_counter(town) as counter:
        await card(counter, "Jonas Weber")
        await counter.scan("Beamer 1")
        assert counter.mode == "visit"
        assert "6  Neues" in counter.text
        assert counter.cut == []
        await counter.press("6")
        assert counter.mode == "answer"
        await counter.press("escape")
        assert counter.mode == "visit"
        assert "Neues" not in counter.text
        assert "Beamer 1" in counter.text


async def test_nothing_of_it_stays_on_the_screen_when_nobody_is_there(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    town = house_of_rooms.town
    with other_desk(town, tmp_path / "garden") as garden:
        asked_elsewhere(house_of_rooms, garden, "Jonas Weber")
        garden.tells()
    async with open_counter(town) as counter:
        await card(counter, "Jonas Weber")
        counter.seconds.now += 66
        await counter.app.tick()
        await counter.settle()
        assert counter.mode == "home"
        assert counter.app.present.unseen == 0
        screen = counter.app._screens["answer"]
        assert screen.view is None
        assert "Chorprobe" not in "".join(str(one.render()) for one in screen.query("Text"))
        await card(counter, "Jonas Weber")
        assert counter.mode == "answer"


async def test_several_answers_come_one_after_the_other_and_a_series_is_one(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    from sharing.rooms.rules import Frequency, Rule

    town = house_of_rooms.town
    with other_desk(town, tmp_path / "garden") as garden:
        asked_elsewhere(house_of_rooms, garden, "Jonas Weber")
        first, last = wall("06-10 10:00"), wall("06-10 12:00")
        ask = Ask(
            rooms=(house_of_rooms["Seminarraum"].id,), begins=first, ends=last, title="Kurs",
            person=town.persons["Jonas Weber"].id, rule=Rule(freq=Frequency.WEEKLY, count=4),
        )  # fmt: skip
        rooms.book(garden.store, ask, garden.store.new_act())
        garden.tells()
    async with open_counter(town) as counter:
        assert "Verstanden, noch 1 Antwort" in await card(counter, "Jonas Weber")
        await counter.press("9")
        assert "4 Termine, der erste: Mittwoch, 10. Juni, 10:00–12:00" in counter.text
        assert counter.cut == []
        await counter.press("9")
        assert counter.mode == "visit"


async def test_a_renewal_that_was_declined_is_told_too(town: Town, tmp_path: Path) -> None:
    store = town.house.store
    jonas = town.persons["Jonas Weber"].id
    with other_desk(town, tmp_path / "garden") as garden:
        garden.lend("Jonas Weber", "Beamer 1")
        (line,) = loans_of(garden.store, jonas)
        garden.store.clock.forward(days=3)  # type: ignore[attr-defined] # the fake one
        store.clock.forward(days=3)  # type: ignore[attr-defined] # the fake one
        renew(garden.store, line.id, garden.store.new_act())
        set_terms(store, {"renewals": 0}, act=store.new_act(), by=None)
        garden.tells()
    async with open_counter(town) as counter:
        said = await card(counter, "Jonas Weber")
        assert "Länger behalten geht leider nicht." in said
        assert "Beamer 1" in said
        assert "Bitte zurück bis Montag, 15. Juni, 18:00 Uhr" in said
        assert counter.cut == []
        await counter.press("9")
        assert counter.mode == "visit"
        await counter.press("9")
        await card(counter, "Jonas Weber")
        assert counter.mode == "visit"


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_answer_fits_with_names_as_long_as_they_may_be(
    house_of_rooms: Rooms, language: str
) -> None:
    from kiosk.news_facts import MOST_FREE, RoomNews
    from kiosk.screens.answer import AnswerView
    from sharing.rooms.actions import BookingAnswer
    from sharing.rooms.answering import Answered
    from sharing.rooms.rules import Alternative

    town = house_of_rooms.town
    house_of_rooms.add("lang", "Sehr langer Raum " * 8, "Very long room " * 8, capacity=4)
    made = house_of_rooms.book(
        "Sehr langer Raum " * 8, "Jonas Weber", "06-05", "18:00", "20:00", title="Titel " * 15
    )
    (date,) = made.occurrences
    every = {one.id: one for one in house_of_rooms.by_name.values()}

    async def nothing(*_: object) -> None:
        pass

    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        counter.app.speak(language)
        for what in Answered:
            one = BookingAnswer(
                booking=made, occurrence=date, what=what, why="too_many_people", since=1,
                reason="Es tut uns sehr leid, " * 9, until=date.span.ends,
            )  # fmt: skip
            free = (Alternative(date.rooms, date.span),) * MOST_FREE
            view = AnswerView(RoomNews((one,), free), every, 3, nothing, nothing)
            await counter.app.go("answer", view)
            await counter.settle()
            assert counter.cut == [], what


@asynccontextmanager
async def counter_elsewhere(house: Rooms, garden: OtherDesk) -> AsyncIterator[Counter]:
    """Somebody books Saal A for Friday evening at a kiosk that cannot decide, and waits there."""
    town = copy(house.town)
    town.house = replace(garden.house, keys=garden.keys)
    async with open_counter(town) as counter:
        await card(counter, "Jonas Weber")
        first, last = wall("06-05 18:00"), wall("06-05 20:00")
        ask = Ask(rooms=(house["Saal A"].id,), begins=first, ends=last)
        await counter.app.desk.rooms.offers.show(ask, counter.app.desk.show_visit)
        await counter.settle()
        await counter.press("1")
        assert counter.mode == "booked"
        await looks(counter)
        assert "Angefragt. Noch nicht sicher." in counter.text
        yield counter


async def looks(counter: Counter) -> None:
    """Let a second pass."""
    await counter.app.tick()
    await counter.settle()


async def test_a_yes_that_comes_while_somebody_stands_there_is_said_at_once_and_only_then(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    with other_desk(house_of_rooms.town, tmp_path / "garden") as garden:
        async with counter_elsewhere(house_of_rooms, garden) as counter:
            garden.tells()
            garden.told()
            await looks(counter)
            assert counter.mode == "booked"
            assert "Gebucht!" in counter.text
            assert "Mit dem Handy scannen" in " ".join(counter.text.split())
            assert counter.heard.tones[-2:] == [Tone.ASIDE, Tone.DONE]
            jonas = house_of_rooms.town.persons["Jonas Weber"].id
            assert booking_answers(garden.store, jonas) == ()
            await counter.press("9")
            assert "● Bestätigt" in counter.text


async def test_a_no_that_comes_while_somebody_stands_there_is_said_at_once_with_what_is_free(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    with other_desk(house_of_rooms.town, tmp_path / "garden") as garden:
        async with counter_elsewhere(house_of_rooms, garden) as counter:
            house_of_rooms.book("Saal A", "Amina Kaya", "06-05", "18:00", "20:00")
            garden.tells()
            garden.told()
            await looks(counter)
            assert counter.mode == "answer"
            assert "Ihr Termin geht leider nicht." in counter.text
            assert "Stattdessen frei:" in counter.text
            assert counter.cut == []


async def test_an_answer_that_comes_after_somebody_went_on_does_not_pull_them_back(
    house_of_rooms: Rooms, tmp_path: Path
) -> None:
    with other_desk(house_of_rooms.town, tmp_path / "garden") as garden:
        async with counter_elsewhere(house_of_rooms, garden) as counter:
            await counter.press("9")
            garden.tells()
            garden.told()
            await looks(counter)
            assert counter.mode == "bookings"

"""The staff desk's own screen: what a scan shows there, and how one leaves."""

from __future__ import annotations

import pytest

from sharing.lending.actions import loans_of
from sharing.people import actions as people
from tests.kiosk.counter import Town, open_counter


async def test_a_visitors_card_shows_the_person_and_staff_stay_signed_in(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.scan("Jonas Weber")
        assert counter.mode == "person"
        assert "Jonas Weber" in counter.text
        assert counter.app.present.visit is None
        assert counter.text.splitlines()[0].endswith("Theke: S. R.")
        await counter.press("9")
        assert counter.mode == "staff"


async def test_a_visitors_card_shows_the_person_from_the_lists_too_and_back_leads_there(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        for digit, mode in (("1", "today"), ("4", "lines"), ("8", "audit")):
            await counter.press(digit)
            await counter.scan("Jonas Weber")
            assert counter.mode == "person"
            await counter.press("9")
            assert counter.mode == mode
            await counter.press("9")


async def test_a_thing_shows_its_page_and_stays_lent_until_staff_say_that_it_is_back(town: Town) -> None:
    jonas = town.persons["Jonas Weber"].id
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber"):
            await counter.scan(name)
        await counter.sign_in()
        await counter.scan("Beamer 1")
        assert counter.mode == "item"
        assert len(loans_of(town.house.store, jonas)) == 1
        await counter.press("4")
        assert loans_of(town.house.store, jonas) == []
        assert "Frei" in counter.text
        await counter.press("9")
        assert counter.mode == "staff"


async def test_a_card_that_is_blocked_is_refused_where_staff_stand(town: Town) -> None:
    store = town.house.store
    people.revoke_cards_of(store, town.persons["Jonas Weber"].id, act=store.new_act())
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.scan("Jonas Weber")
        assert counter.mode == "staff"
        assert "Diese Karte ist gesperrt." in counter.text


async def test_a_staff_card_asks_for_its_pin(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.scan("Sabine Roth")
        assert counter.mode == "pin"


@pytest.mark.parametrize("times", [1, 2, 3, 4, 5])
async def test_the_key_for_back_never_signs_out_by_itself(town: Town, times: int) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", *"9" * times)
        assert counter.app.present.staff is not None


async def test_signing_out_asks_and_then_forgets(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("9")
        assert "Wirklich abmelden?" in counter.text
        await counter.press("1")
        assert counter.mode == "home"
        assert counter.app.present.is_nobody


async def test_who_only_said_that_they_go_is_signed_out_soon(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("9")
        assert "Ohne Antwort meldet das Gerät in 10 Sekunden ab." in counter.text
        assert counter.cut == []
        counter.seconds.now += 9
        await counter.app.tick()
        await counter.settle()
        assert counter.app.present.staff is not None
        counter.seconds.now += 2
        await counter.app.tick()
        await counter.settle()
        assert counter.mode == "home"
        assert counter.app.present.is_nobody


async def test_a_label_that_cannot_be_read_leads_staff_back_to_where_they_were(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("8")
        await counter.burst(town.shelf)
        await counter.scan("Jonas Weber")
        await counter.burst("2964709481066424")
        assert "Das war nicht richtig zu lesen." in counter.text
        assert "Fragen Sie" not in counter.text
        await counter.press("9")
        assert counter.mode == "person"
        await counter.press("9")
        assert counter.mode == "audit"


@pytest.mark.parametrize(("key", "mode"), [("", "staff"), ("3", "things"), ("4", "lines")])
async def test_however_much_is_scanned_back_leads_to_where_the_scanning_began(
    town: Town, key: str, mode: str
) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press(*key)
        for name in ("Beamer 1", "Jonas Weber", "Amina Kaya", "Beamer 2"):
            await counter.scan(name)
        await counter.burst("2964709481066424")
        await counter.scan("Beamer 3")
        assert counter.mode == "item"
        await counter.press("9")
        assert counter.mode == mode


async def test_what_is_scanned_over_a_number_that_is_shown_once_leads_back_to_it(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.scan("Jonas Weber")
        await counter.press("6", "2", "1")
        shown_once = counter.text
        await counter.scan("Beamer 1")
        await counter.scan("Amina Kaya")
        await counter.press("9")
        assert counter.text == shown_once
        await counter.press("9", "9")
        assert counter.mode == "staff"

"""For whom somebody borrows who may borrow for others too: asked at the first thing, and said."""

from __future__ import annotations

import pytest

from sharing.lending.actions import loans_of, set_aside_list
from sharing.people import actions as people
from sharing.terms.actions import set_terms
from tests.kiosk.counter import Town, open_counter


async def test_the_first_thing_is_lent_and_then_asked_about_once(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Amina Kaya")
        assert counter.mode == "visit"
        await counter.scan("Beamer 1")
        assert "Für wen leihen Sie heute aus?" in counter.text
        assert "Beamer 1 ist ausgeliehen bis Montag, 15. Juni, 18:00 Uhr." in counter.text
        await counter.press("2")
        assert "für A. K. · Chor der Nachbarn" in counter.text
        assert "Taste 3" not in counter.text
        await counter.scan("Beamer 2")
        assert counter.mode == "visit"
        lines = loans_of(town.house.store, town.persons["Amina Kaya"].id)
        assert [line.org_name for line in lines] == ["Chor der Nachbarn"] * 2


async def test_who_only_gives_back_is_not_asked(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Amina Kaya", "Beamer 1", "Amina Kaya", "Amina Kaya", "Beamer 1"):
            await counter.scan(name)
        assert counter.mode == "back"
        await counter.press("9", "9")
        assert counter.mode == "home"


async def test_who_scans_on_instead_of_answering_is_told_that_it_is_private_and_may_change_it(
    town: Town,
) -> None:
    async with open_counter(town) as counter:
        for name in ("Amina Kaya", "Beamer 1", "Beamer 2"):
            await counter.scan(name)
        assert counter.mode == "visit"
        assert "für A. K. · privat" in counter.text
        assert "Für einen Verein? Taste 3." in counter.text
        await counter.press("3", "2")
        assert "Jetzt für A. K. · Chor der Nachbarn" in counter.text
        assert "Das gilt für: Beamer" in counter.text
        lines = loans_of(town.house.store, town.persons["Amina Kaya"].id)
        assert [line.org_name for line in lines] == ["Chor der Nachbarn"] * 2
        await counter.press("1")
        assert "Rückgängig gemacht" in counter.text
        assert len(loans_of(town.house.store, town.persons["Amina Kaya"].id)) == 1


async def test_escape_at_the_question_leaves_it_open_and_says_so(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Amina Kaya")
        await counter.scan("Beamer 1")
        await counter.press("escape")
        assert counter.mode == "visit"
        assert "für A. K. · privat" in counter.text
        assert "Für einen Verein? Taste 3." in counter.text


async def test_a_thing_scanned_before_the_card_is_asked_about_too(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Beamer 1")
        await counter.scan("Amina Kaya")
        assert "Für wen leihen Sie heute aus?" in counter.text


async def test_what_is_set_aside_goes_with_the_answer_and_undo_still_withdraws_it(town: Town) -> None:
    store = town.house.store
    async with open_counter(town) as counter:
        await counter.scan("Amina Kaya")
        await counter.scan("Bohrmaschine 1")
        assert "Noch nicht ausgeliehen" in counter.text
        await counter.press("3", "2")
        assert "Das gilt für: Bohrmaschine 1" in counter.text
        (aside,) = set_aside_list(store)
        assert aside.org is not None
        await counter.press("1")
        assert set_aside_list(store) == []


async def test_at_the_limit_the_thing_is_named_and_an_organisation_may_still_borrow(town: Town) -> None:
    store = town.house.store
    set_terms(store, {"max_per_person": 1}, act=store.new_act(), by=None)
    async with open_counter(town) as counter:
        for name in ("Amina Kaya", "Beamer 1", "Beamer 2"):
            await counter.scan(name)
        assert "Das geht gerade nicht" in counter.text
        assert "Beamer 2" in counter.text
        assert "Für einen Verein? Taste 3." in counter.text
        await counter.press("3", "2")
        await counter.scan("Beamer 2")
        assert "Ausgeliehen" in counter.text


async def test_a_wrong_answer_can_be_changed_within_the_visit(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Amina Kaya")
        await counter.scan("Beamer 1")
        await counter.press("1")
        assert "für A. K. · privat" in counter.text
        assert "3  Für wen?" in counter.text
        await counter.press("3", "2")
        assert "Jetzt für A. K. · Chor der Nachbarn" in counter.text
        (line,) = loans_of(town.house.store, town.persons["Amina Kaya"].id)
        assert line.org_name == "Chor der Nachbarn"
        await counter.scan("Leinwand 1")
        assert counter.mode == "visit"
        await counter.press("3", "1")
        assert {one.org for one in loans_of(town.house.store, town.persons["Amina Kaya"].id)} == {None}


async def test_who_is_suspended_is_offered_only_what_they_may_do(town: Town) -> None:
    store, amina = town.house.store, town.persons["Amina Kaya"].id
    async with open_counter(town) as counter:
        for name in ("Amina Kaya", "Beamer 1", "Amina Kaya"):
            await counter.scan(name)
        people.suspend(store, amina, until=store.clock.read().at + 86_400_000, act=store.new_act())
        await counter.scan("Amina Kaya")
        assert "gesperrt bis" in counter.text
        assert "Für wen?" not in counter.text
        assert "4  Nummer" in counter.text
        await counter.scan("Beamer 1")
        assert counter.mode == "back"
        assert "ausleihen" not in counter.text
        await counter.press("1")
        await counter.scan("Beamer 1")
        assert "ausleihen" not in counter.text


@pytest.mark.parametrize("name", ["Amina Kaya", "Jonas Weber"])
async def test_without_a_scanner_one_thing_after_the_other_is_typed_in(town: Town, name: str) -> None:
    async with open_counter(town) as counter:
        await counter.scan(name)
        for thing in ("Beamer 1", "Leinwand 1"):
            await counter.press("4")
            assert counter.mode == "code", thing
            await counter.press(*town.code(thing), "enter")
            if counter.mode == "choose":
                await counter.press("2")
            assert "Ausgeliehen" in counter.text
            assert counter.cut == []
        assert len(loans_of(town.house.store, town.persons[name].id)) == 2

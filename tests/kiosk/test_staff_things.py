"""Persons, cards and things at the staff desk: what is done there can be done once, and taken back."""

from __future__ import annotations

import io
import re

import pytest
from textual.widgets import Input

from kiosk.cli.running import wipe
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import BlockReason
from sharing.codes import read
from sharing.errors import CardRevoked
from sharing.lending import looking
from sharing.people import actions as people
from tests.kiosk.counter import Counter, Town, open_counter


def works(town: Town, code: str) -> bool:
    with town.house.store.reader() as reader:
        try:
            people.holder_of(reader, town.house.keys, code)
        except CardRevoked:
            return False
    return True


def working(town: Town, name: str) -> int:
    cards = people.cards_of(town.house.store, town.persons[name].id)
    return sum(1 for card in cards if not card.revoked)


def number_on(screen: str) -> str:
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", screen)
    assert found
    return read(found[0])


async def find_jonas(counter: Counter) -> None:
    await counter.sign_in()
    await counter.press("2", *"jonas", "enter", "1")
    assert counter.mode == "person"


async def test_a_lost_card_is_blocked_and_replaced_in_one_step(town: Town) -> None:
    async with open_counter(town) as counter:
        await find_jonas(counter)
        assert "1 Karte gilt" in counter.text
        await counter.press("6", "1", "1")
        assert "1 alte Karte ist gesperrt." in counter.text
        assert not works(town, town.cards["Jonas Weber"])
        assert works(town, number_on(counter.text))
        assert counter.cut == []
        await counter.press("9")
        assert "1 Karte gilt" in counter.text


async def test_another_card_says_that_the_old_one_goes_on_working(town: Town) -> None:
    async with open_counter(town) as counter:
        await find_jonas(counter)
        await counter.press("6")
        assert "Die alten Karten gelten weiter." in counter.text
        await counter.press("2", "1", "9")
        assert works(town, town.cards["Jonas Weber"])
        assert "2 Karten gelten" in counter.text


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_a_key_pressed_twice_makes_one_card(town: Town, key: str) -> None:
    async with open_counter(town) as counter:
        await find_jonas(counter)
        before = len(people.cards_of(town.house.store, town.persons["Jonas Weber"].id))
        await counter.press("6", key)
        counter.post("1", "1", 0.6)
        counter.post("1", "1", 0.6)
        await counter.pilot.pause(0.2)
        await counter.settle()
        assert len(people.cards_of(town.house.store, town.persons["Jonas Weber"].id)) == before + 1
        assert works(town, number_on(counter.text))


async def test_all_cards_can_be_blocked_and_then_a_first_one_is_offered(town: Town) -> None:
    async with open_counter(town) as counter:
        await find_jonas(counter)
        await counter.press("6", "4", "1")
        assert working(town, "Jonas Weber") == 0
        assert "0 Karten gelten" in counter.text
        await counter.press("6")
        assert "sperren" not in counter.text
        await counter.press("1", "1")
        assert working(town, "Jonas Weber") == 1


async def test_the_page_of_a_person_lists_what_they_have_with_the_days(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Mikrofon 1"):
            await counter.scan(name)
        await counter.press("9")
        await find_jonas(counter)
        for name in ("Beamer 1", "Mikrofon 1"):
            (line,) = [line for line in counter.text.splitlines() if name in line]
            assert line.endswith("bis Mo 15. Juni, 18:00")
        await counter.press("1", "1")
        assert counter.mode == "item"
        await counter.press("9", "9")
        assert counter.mode == "person"


async def test_a_thing_is_blocked_with_a_reason_and_freed_again(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("3", *"beamer", "enter", "1")
        assert "Frei" in counter.text
        await counter.press("1", "4")
        assert "Gesperrt: in Reparatur" in counter.text
        item = town.items["Beamer 1"].id
        with town.house.store.reader() as reader:
            assert catalogue.item(reader, item).blocked == BlockReason.REPAIR
        await counter.press("1")
        with town.house.store.reader() as reader:
            assert catalogue.item(reader, item).blocked == ""
        assert "Gesperrt" not in counter.text
        await counter.press("9")
        assert counter.mode == "things"
        assert "Beamer 1" in counter.text


async def test_what_came_back_broken_is_freed_by_the_same_key(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber", "Beamer 1"):
            await counter.scan(name)
        await counter.press("4", "escape")
        await counter.sign_in()
        await counter.press("3", *"beamer", "enter", "1")
        assert "Gesperrt: Kaputt" in counter.text
        await counter.press("1")
        assert "Gesperrt" not in counter.text
        assert looking.unchecked(town.house.store) == []


async def test_a_thing_is_given_up_and_found_again(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("3", *"beamer", "enter", "1", "2")
        with town.house.store.reader() as reader:
            assert looking.standing_of(reader, town.items["Beamer 1"].id).lost
        assert "Vermisst" in counter.text
        await counter.press("2")
        with town.house.store.reader() as reader:
            assert not looking.standing_of(reader, town.items["Beamer 1"].id).lost


async def test_a_thing_that_is_scanned_among_the_things_is_shown_and_stays_lent(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber"):
            await counter.scan(name)
        await counter.sign_in()
        await counter.press("3")
        await counter.scan("Beamer 1")
        assert counter.mode == "item"
        assert "bis Mo 15. Juni, 18:00 · Jonas Weber" in counter.text
        await counter.scan("Beamer 2")
        assert "Beamer 2" in counter.text
        await counter.scan("Beamer 1")
        await counter.press("3")
        assert counter.mode == "person"
        assert "Jonas Weber" in counter.text
        await counter.press("9", "9")
        assert counter.mode == "things"
        assert len(looking.loans_of(town.house.store, town.persons["Jonas Weber"].id)) == 1


async def test_dates_stay_whole_however_long_the_names_are(town: Town) -> None:
    name = "Maximiliane Alexandra von Oberunterhausen"
    person = town.meet(name, "max@example.org")
    store = town.house.store
    people.register_organisation(
        store, "Verein der Freundinnen und Freunde langer Namen", people.kind_named("association"),
        act=store.new_act(), responsible=person.id,
    )  # fmt: skip
    async with open_counter(town) as counter:
        await counter.scan(name)
        await counter.press("2")
        await counter.scan("Beamer 1")
        await counter.press("9")
        await counter.sign_in()
        await counter.press("4")
        assert "bis Mo 15. Juni, 18:00 · Maximiliane" in counter.text
        assert "…" in counter.text
        await counter.press("9", "9", "1")
        await counter.scan("Beamer 1")
        await counter.press("5")
        await counter.sign_in()
        await counter.press("5")
        assert "zurück Mo 1. Juni, 10:00" in counter.text
        assert counter.cut == []


async def test_a_field_says_how_to_leave_it_and_tab_keeps_what_was_typed(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "5", *"Uma 2", "tab", *"0151", "tab", "7")
        fields = {field.id: field.value for field in counter.app.screen.query(Input)}
        assert fields["name"] == "Uma 27"
        assert fields["contact"] == "0151"
        bar = "\n".join(counter.text.splitlines()[-4:])
        assert "Enter" in bar
        assert "Esc" in bar
        assert "Speichern" not in bar
        await counter.press("escape")
        assert "7  Speichern" in counter.text
        assert "1  Erwachsen" in counter.text


async def test_escape_leaves_the_field_and_then_the_form_and_says_what_is_lost(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "5", *"Uma", "escape")
        assert counter.mode == "register"
        assert counter.app.screen.query_one("#name", Input).value == "Uma"
        assert "Ohne" in counter.text
        await counter.press("6", "x", "escape")
        assert counter.app.screen.query_one("#name", Input).value == "Umax"
        await counter.press("escape")
        assert counter.mode == "persons"


async def test_a_person_is_registered_by_keys_alone(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "5", *"Uma", "enter", *"0151 22", "enter", "2", "7")
        assert counter.mode == "person"
        (uma,) = people.find_persons(town.house.store, "uma")
        assert (uma.name, uma.contact, uma.terms_version) == ("Uma", "0151 22", 1)


async def test_the_search_says_how_to_leave_the_field_once_something_is_typed(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2")
        assert "9  Zurück" in counter.text
        assert "6  Suchen" not in counter.text
        await counter.press(*"jo")
        assert "Esc" in counter.text
        assert "9  Zurück" not in counter.text
        await counter.press("escape")
        assert "9  Zurück" in counter.text
        assert "6  Suchen" in counter.text
        await counter.press("6", *"nas", "enter")
        assert "Jonas Weber" in counter.text
        assert "6  Suchen" in counter.text


async def test_one_key_alone_does_not_end_the_program(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("1", "2", "2")
        assert counter.app.is_running
        assert "Wirklich beenden?" in counter.text
        await counter.press("1")
        assert counter.app.return_code == 0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_cards_and_pins_are_wiped_off_a_terminal_and_a_file_gets_no_control_characters() -> None:
    terminal, file = Terminal(), io.StringIO()
    wipe(terminal)
    wipe(file)
    assert terminal.getvalue() == "\x1b[H\x1b[2J\x1b[3J"
    assert file.getvalue() == ""


async def test_the_list_of_returns_says_on_which_shelf_each_thing_belongs(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Leinwand 1", "Jonas Weber", "Beamer 1", "Leinwand 1"):
            await counter.scan(name)
        await counter.press("5")
        await counter.sign_in()
        await counter.press("5")
        assert "Beamer 1 · Platz: Erdgeschoss › Lager › Regal 3" in counter.text
        assert "Leinwand 1 · Platz: Erdgeschoss › Lager › Regal 4" in counter.text
        await counter.scan("Leinwand 1")
        assert "Ist alles in Ordnung?" in counter.text
        assert "Platz: Erdgeschoss › Lager › Regal 4" in counter.text
        assert counter.cut == []

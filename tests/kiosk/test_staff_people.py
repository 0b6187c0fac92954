"""What staff change about a person at the desk, and the cards they issue there."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from devices.labels.check import decoded
from kiosk.widgets.qr import Qr
from sharing.codes import read
from sharing.errors import CardOutOfScope
from sharing.people import actions as people
from sharing.people.rules import CardKind, Holder, Person, Scope, check_scope
from tests.kiosk.counter import Counter, Town, open_counter


async def open_person(counter: Counter, name: str = "jonas") -> None:
    await counter.sign_in()
    await counter.press("2", *name, "enter", "1")
    assert counter.mode == "person"


def known(town: Town, name: str = "Jonas Weber") -> Person:
    with town.house.store.reader() as reader:
        return people.person(reader, town.persons[name].id)


def holder(town: Town, code: str) -> Holder:
    with town.house.store.reader() as reader:
        return people.holder_of(reader, town.house.keys, code)


def number_on(screen: str) -> str:
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", screen)
    assert found
    return read(found[0])


def scanned_off(counter: Counter) -> list[str]:
    """What a scanner reads off the screen: each half block is a square of eight pixels."""
    rows = counter.app.screen.query_one(Qr).said.split("\n")
    picture = Image.new("1", (8 * len(rows[0]), 16 * len(rows)), 1)
    for down, row in enumerate(rows):
        for across, block in enumerate(row):
            for half, dark in ((0, block in "▀█"), (1, block in "▄█")):
                if dark:
                    picture.paste(
                        0, (8 * across, 16 * down + 8 * half, 8 * across + 8, 16 * down + 8 * half + 8)
                    )
    return decoded(picture)


# Who they are


async def test_contact_and_name_are_changed_and_what_stands_there_can_be_kept(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("2", "2", *" 0151", "enter")
        assert counter.mode == "person"
        assert known(town).contact == "jonas@example.org 0151"
        assert "jonas@example.org 0151" in counter.text
        await counter.press("2", "1", "x", "escape", "9")
        assert known(town).name == "Jonas Weber"


async def test_the_language_is_changed(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("2", "3", "2")
        assert known(town).language == "en"


async def test_a_person_joins_an_organisation_and_leaves_it_again(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("2", "4", "1", *"chor", "enter")
        assert "Chor der Nachbarn" in counter.text
        assert counter.cut == []
        await counter.press("1")
        assert [one.organisation.name for one in known(town).memberships] == ["Chor der Nachbarn"]
        assert "Chor der Nachbarn" in counter.text
        await counter.press("2", "4", "2", "1")
        assert known(town).memberships == ()


async def test_a_new_person_is_put_into_an_organisation(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "5", *"Uma", "enter", "enter", "2", "7", "4", "1", *"nachbarn", "enter", "1")
        (uma,) = people.find_persons(town.house.store, "uma")
        assert [one.organisation.name for one in uma.memberships] == ["Chor der Nachbarn"]


async def test_an_organisation_that_is_not_there_is_searched_again(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("4", "1", *"xyz", "enter")
        assert "Kein Verein gefunden" in counter.text
        said = " ".join(counter.text.split())
        assert "Einen neuen Verein legt an, wer das Programm betreut: teilhaus organisation add" in said
        assert "Hier ist nichts." not in said
        assert counter.cut == []
        await counter.press("9")
        assert counter.mode == "write"


# Suspension


async def test_a_suspension_has_an_end_and_a_reason_and_is_lifted(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("2", "5", "1", "enter")
        assert "Bitte erst etwas schreiben." in counter.text
        await counter.press(*"zu spät", "enter")
        assert known(town).suspended_until is not None
        assert "Gesperrt bis Montag, 8. Juni 2026" in counter.text
        await counter.press("2", "5", "1")
        assert known(town).suspended_until is None
        assert "Gesperrt" not in counter.text


@pytest.mark.parametrize("typed", ["31.12.2026", "2026-12-31"])
async def test_a_suspension_lasts_until_the_day_that_is_typed(town: Town, typed: str) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("2", "5", "4", *typed, "enter", *"Streit", "enter")
        assert "Gesperrt bis Donnerstag, 31. Dezember 2026" in counter.text


@pytest.mark.parametrize(("typed", "says"), [("31.02.2027", "kein Tag"), ("1.1.2020", "schon vorbei")])
async def test_a_day_that_does_not_do_is_refused_and_stays_in_the_field(
    town: Town, typed: str, says: str
) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("2", "5", "4", *typed, "enter")
        assert says in counter.text
        assert typed in counter.text
        assert known(town).suspended_until is None


# Cards


async def test_a_day_card_asks_says_until_when_and_can_be_scanned_off_the_screen(town: Town) -> None:
    jonas = town.persons["Jonas Weber"].id
    async with open_counter(town) as counter:
        await open_person(counter)
        before = len(people.cards_of(town.house.store, jonas))
        await counter.press("6", "3")
        assert "Gilt bis Montag, 1. Juni, 18:00 Uhr" in counter.text
        assert len(people.cards_of(town.house.store, jonas)) == before
        await counter.press("1")
        assert "Gilt bis Montag, 1. Juni, 18:00 Uhr" in counter.text
        assert "Für alles, was die Person darf" in counter.text
        code = number_on(counter.text)
        assert scanned_off(counter) == [code]
        assert counter.cut == []
        await counter.burst(code)
        assert counter.mode == "visit"
        assert counter.app.present.staff is None


async def test_a_new_card_is_shown_once(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("6", "2", "1")
        code = number_on(counter.text)
        assert scanned_off(counter) == [code]
        await counter.press("9")
        assert "Hat jetzt 0 Dinge" in counter.text
        assert counter.app.screen.query_one(Qr).said == ""
        assert re.search(r"\d{4} \d{4} \d{4} \d{4}", counter.text) is None


async def test_a_card_of_the_team_can_be_good_for_less(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter, "sabine")
        await counter.press("6", "3")
        assert "Nur für Inventuren" in counter.text
        await counter.press("4")
        assert "Nur für Inventuren" in counter.text
        one = holder(town, number_on(counter.text))
        check_scope(one, Scope.AUDIT)
        with pytest.raises(CardOutOfScope):
            check_scope(one, Scope.DESK)


async def test_what_replaces_a_lost_day_card_for_audits_says_so_before_and_is_no_more(town: Town) -> None:
    store, keys, jonas = town.house.store, town.house.keys, town.persons["Jonas Weber"].id
    people.revoke_cards_of(store, jonas, act=store.new_act())
    people.issue_day_card(store, keys, person=jonas, scope=[Scope.AUDIT], act=store.new_act())
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("6", "1")
        for _ in range(2):
            assert "Gilt bis Montag, 1. Juni, 18:00 Uhr" in counter.text
            assert "Nur für Inventuren" in counter.text
            await counter.press("1")
        (new,) = (card for card in people.cards_of(store, jonas) if not card.revoked)
    assert (new.kind, new.scope) == (CardKind.DAY, frozenset({"audit"}))


async def test_a_card_scanned_while_somebody_new_is_typed_in_loses_nothing(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "5")
        await counter.press(*"Nora", "enter")
        for name in ("Jonas Weber", "Beamer 1", "Sabine Roth"):
            await counter.scan(name)
            assert counter.mode == "register"
            assert "Bitte zuerst speichern oder ohne Speichern zurück." in counter.text
            assert counter.cut == []
        assert "Nora" in counter.text
        await counter.press("escape", "7")
        assert "Angemeldet: Nora" in counter.text
        await counter.press("9", "5")
        await counter.scan("Jonas Weber")
        assert counter.mode == "person"


async def test_enter_searches_where_an_organisation_is_searched(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter)
        await counter.press("2", "4", "1")
        assert "Enter  Suchen" in counter.text


async def test_back_from_a_person_leads_to_those_who_were_found(town: Town) -> None:
    async with open_counter(town) as counter:
        await open_person(counter, "a")
        await counter.press("9")
        assert counter.mode == "persons"
        assert "Amina Kaya" in counter.text
        await counter.press("1", "9", "9")
        assert counter.mode == "staff"

"""What a visit lists: taken, given back, waiting, and from before; and who is here."""

from __future__ import annotations

from sharing.people import actions as people
from sharing.people.rules import OrganisationKind
from sharing.terms.actions import set_terms
from tests.kiosk.counter import Town, open_counter


async def test_what_was_given_back_in_this_visit_is_listed_with_its_place(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Leinwand 1", "Jonas Weber", "Jonas Weber"):
            await counter.scan(name)
        await counter.scan("Beamer 1")
        await counter.scan("Leinwand 1")
        await counter.press("9")
        (first, second) = [line for line in counter.text.splitlines() if "◀" in line]
        assert "Gerade zurückgegeben" in counter.text
        assert first.split() == ["◀", "Leinwand", "1", "Regal", "4"]
        assert second.split() == ["◀", "Beamer", "1", "Regal", "3"]
        assert "Sie haben gerade nichts ausgeliehen." in counter.text
        await counter.press("1")
        assert [line.split()[:2] for line in counter.text.splitlines() if "◀" in line] == [["◀", "Beamer"]]


async def test_a_thing_of_an_organisation_names_it_in_a_private_visit_and_the_other_way_round(
    town: Town,
) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Amina Kaya")
        await counter.press("3", "2")
        await counter.scan("Beamer 1")
        assert "▶ Beamer 1  " in counter.text
        await counter.press("9")
        await counter.scan("Amina Kaya")
        assert "▶ Beamer 1 · Chor der Nachbarn  " in counter.text
        await counter.scan("Beamer 2")
        await counter.press("1")
        assert "▶ Beamer 2  " in counter.text
        await counter.press("9")
        await counter.scan("Amina Kaya")
        await counter.press("3", "2")
        assert "▶ Beamer 2 · privat  " in counter.text


async def test_the_head_has_as_much_of_the_organisation_as_there_is_room_for(town: Town) -> None:
    store, amina = town.house.store, town.persons["Amina Kaya"].id
    long = "Filmwerkstatt Ostufer und Umgebung Musterstadt"
    people.register_organisation(
        store, long, OrganisationKind.ASSOCIATION, act=store.new_act(), responsible=amina
    )
    async with open_counter(town) as counter:
        await counter.scan("Amina Kaya")
        await counter.press("3", "3")
        assert counter.text.splitlines()[0].endswith(f"A. K. · {long}")
    set_terms(store, {"name": "Haus der Vereine am Ring und am Wall"}, act=store.new_act(), by=None)
    async with open_counter(town) as counter:
        await counter.scan("Amina Kaya")
        await counter.press("3", "3")
        head = counter.text.splitlines()[0]
        assert head.startswith("  Haus der Vereine am Ring")
        assert head.endswith("A. K. · Filmwerkstatt Ostufer und U…")

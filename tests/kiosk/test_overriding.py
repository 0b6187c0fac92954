"""Staff set a rule aside, and somebody says what is broken: the two texts that are written at the kiosk."""

from __future__ import annotations

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import BlockReason
from sharing.lending.actions import lines_of_item, loans_of, notes_of_items, set_aside_list
from sharing.lending.entries import ItemOut, Out
from sharing.people import actions as people
from tests.kiosk.counter import Town, open_counter


def block(town: Town, name: str) -> None:
    store = town.house.store
    catalogue.block(store, town.items[name].id, BlockReason.STAFF, act=store.new_act())


def reason_of(town: Town, name: str) -> str:
    """What the journal has as the reason of the item's last loan."""
    with town.house.store.begin() as work:
        outs = [one for one in work.entries_of(town.items[name].subject) if one.kind == ItemOut.KIND]
        secret = outs[-1].secret(Out)
    return secret.reason if secret else ""


async def test_staff_lend_a_blocked_thing_anyway_with_card_pin_and_a_reason(town: Town) -> None:
    block(town, "Beamer 1")
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        assert "Das ist gerade gesperrt: vom Team gesperrt" in counter.text
        await counter.sign_in()
        assert "Trotzdem ausleihen?" in counter.text
        assert "Beamer 1 · Das ist gerade gesperrt" in counter.text
        await counter.press("1")
        assert "Warum trotzdem?" in counter.text
        await counter.press("enter")
        assert "Bitte erst etwas schreiben." in counter.text
        await counter.press(*"nur bis 12", "enter")
        assert counter.mode == "visit"
        assert "Ausgeliehen" in counter.text
        (line,) = loans_of(town.house.store, town.persons["Jonas Weber"].id)
        assert line.override == "item_is_blocked"
        assert reason_of(town, "Beamer 1") == "nur bis 12"
        await counter.press("1")
        assert loans_of(town.house.store, town.persons["Jonas Weber"].id) == []


async def test_staff_lend_to_somebody_who_is_suspended_or_has_too_much(town: Town) -> None:
    town.add("Kamera", "Camera", 2, town.items["Beamer 1"].home or "", limit=1)
    store, jonas = town.house.store, town.persons["Jonas Weber"].id
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Kamera 1", "Kamera 2"):
            await counter.scan(name)
        assert "Kamera 2" in counter.text
        await counter.sign_in()
        await counter.press("1", *"ja", "enter")
        assert len(loans_of(store, jonas)) == 2
        people.suspend(store, jonas, until=store.clock.read().at + 10**9, act=store.new_act())
        await counter.scan("Beamer 1")
        await counter.sign_in()
        await counter.press("1", *"ja", "enter")
        assert len(loans_of(store, jonas)) == 3


async def test_the_desk_opens_instead_if_staff_say_so_and_escape_lends_nothing(town: Town) -> None:
    block(town, "Beamer 1")
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        await counter.sign_in()
        await counter.press("1", "x", "escape")
        assert counter.mode == "visit"
        await counter.sign_in()
        await counter.press("2")
        assert counter.mode == "staff"
        assert counter.app.present.visit is None
        assert loans_of(town.house.store, town.persons["Jonas Weber"].id) == []


async def test_a_visitor_without_the_pin_overrides_nothing(town: Town) -> None:
    block(town, "Beamer 1")
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        await counter.scan("Sabine Roth")
        await counter.press("1", "2", "3", "4", "enter")
        assert counter.mode == "pin"
        await counter.press("escape")
        assert counter.mode == "visit"


async def test_what_only_a_reason_lets_go_is_asked_for_at_the_list_of_what_is_set_aside(town: Town) -> None:
    town.add("Säge", "Saw", 1, town.items["Beamer 1"].home or "", needs=("adult",))
    town.meet("Kim Lee", "", adult=False)
    async with open_counter(town) as counter:
        await counter.scan("Kim Lee")
        await counter.scan("Säge 1")
        assert "Noch nicht ausgeliehen" in counter.text
        await counter.press("9")
        await counter.sign_in()
        await counter.press("7", "1", "1")
        assert counter.mode == "write"
        assert "Vorher fehlt noch: eine erwachsene Person" in counter.text
        await counter.press("escape")
        assert counter.mode == "aside"
        await counter.press("1", "1", *"mit Mutter", "enter")
        assert counter.mode == "aside"
        assert set_aside_list(town.house.store) == []
        (line,) = loans_of(town.house.store, town.persons["Kim Lee"].id)
        assert line.override == "need:adult"
        assert reason_of(town, "Säge 1") == "mit Mutter"


async def test_who_says_that_it_is_broken_may_write_what_happened_and_staff_read_it(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber", "Beamer 1"):
            await counter.scan(name)
        await counter.press("4", *"Lampe 2 flackert", "enter")
        assert "Danke fürs Sagen. Wir melden uns." in counter.text
        item = town.items["Beamer 1"].id
        (line,) = lines_of_item(town.house.store, item)
        assert notes_of_items(town.house.store, (item,)) == {line.id: "Lampe 2 flackert"}
        await counter.sign_in()
        await counter.press("5")
        assert "Lampe 2 flackert" in counter.text
        await counter.press("1")
        assert "Beamer 1 · Lampe 2 flackert" in counter.text
        await counter.press("9", "9", "1", "1")
        assert "Beamer 1: Lampe 2 flackert" in counter.text


async def test_a_note_is_kept_if_the_next_thing_is_scanned_and_undone_with_its_return(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber", "Amina Kaya", "Beamer 1"):
            await counter.scan(name)
        await counter.press("3", *"Kabel weg")
        await counter.scan("Mikrofon 1")
        assert "Mikrofon 1 ist ausgeliehen" in counter.text
        item = town.items["Beamer 1"].id
        assert list(notes_of_items(town.house.store, (item,)).values()) == ["Kabel weg"]
        assert [
            line.item.name("de") for line in loans_of(town.house.store, town.persons["Amina Kaya"].id)
        ] == ["Mikrofon 1"]


async def test_a_return_is_undone_with_what_was_said_about_it(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber", "Jonas Weber", "Beamer 1"):
            await counter.scan(name)
        await counter.press("4", *"Lampe", "enter")
        assert counter.mode == "visit"
        await counter.press("1")
        assert "Rückgängig gemacht" in counter.text
        item = town.items["Beamer 1"].id
        assert notes_of_items(town.house.store, (item,)) == {}
        assert len(loans_of(town.house.store, town.persons["Jonas Weber"].id)) == 1

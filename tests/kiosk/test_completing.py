"""Staff see to what is set aside: thing by thing, with what has to be confirmed, and an exact undo."""

from __future__ import annotations

from kiosk.sound import Tone
from sharing.lending.actions import loans_of, set_aside_list
from tests.kiosk.counter import Counter, Town, open_counter


def add_cameras(town: Town) -> None:
    home = town.items["Beamer 1"].home or ""
    town.add("Kamera", "Camera", 2, home, deposit_cents=10_000, needs=("signature",))


def had(town: Town, name: str = "Jonas Weber") -> set[str]:
    return {line.item.name("de") for line in loans_of(town.house.store, town.persons[name].id)}


async def take_aside(counter: Counter) -> None:
    for name in ("Jonas Weber", "Kamera 1", "Kamera 2", "Beamer 1"):
        await counter.scan(name)
    await counter.sign_in()


async def test_the_sum_of_the_deposit_stands_where_it_is_missing(town: Town) -> None:
    add_cameras(town)
    async with open_counter(town) as counter:
        await counter.scan("Kamera 1")
        assert "Vorher nötig: Pfand 100,00 €, Unterschrift" in counter.text
        await counter.scan("Jonas Weber")
        assert "Vorher nötig: Pfand 100,00 €, Unterschrift" in counter.text
        await counter.press("0")
        assert "Needed first: a deposit of €100.00, a signature" in counter.text


async def test_the_pin_lists_what_has_to_be_confirmed_and_completes_nothing_unasked(town: Town) -> None:
    add_cameras(town)
    async with open_counter(town) as counter:
        await take_aside(counter)
        assert counter.mode == "aside"
        assert "Kamera 1" in counter.text
        assert "Weber" not in counter.text
        assert "Pfand 100,00 € erhalten? Unterschrift da?" in counter.text
        assert counter.cut == []
        assert len(set_aside_list(town.house.store)) == 2
        await counter.press("9")
        assert counter.mode == "visit"
        assert had(town) == {"Beamer 1"}


async def test_one_thing_is_lent_another_put_back_and_undo_takes_back_what_was_said_last(town: Town) -> None:
    add_cameras(town)
    async with open_counter(town) as counter:
        await take_aside(counter)
        await counter.press("1")
        assert "Pfand 100,00 € erhalten? Unterschrift da?" in counter.text
        await counter.press("1")
        assert "Ausgeliehen: Kamera 1" in counter.text
        assert had(town) == {"Beamer 1", "Kamera 1"}
        await counter.press("1", "2")
        assert counter.mode == "visit"
        assert "Bitte wieder an seinen Platz legen." in counter.text
        assert "Kamera 2" in counter.text
        assert set_aside_list(town.house.store) == []
        await counter.press("1")
        assert [one.item.name("de") for one in set_aside_list(town.house.store)] == ["Kamera 2"]
        await counter.press("1")
        assert had(town) == {"Beamer 1"}
        assert len(set_aside_list(town.house.store)) == 2
        await counter.press("1")
        assert had(town) == set()


async def test_a_single_thing_is_asked_about_at_once_and_its_undo_sets_it_aside_again(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Bohrmaschine 1")
        assert "Noch nicht ausgeliehen" in counter.text
        assert counter.heard.tones[-1] is Tone.ASIDE
        await counter.sign_in()
        assert "Einweisung gegeben?" in counter.text
        assert set_aside_list(town.house.store) != []
        await counter.press("1")
        assert counter.mode == "visit"
        assert "Ausgeliehen" in counter.text
        assert had(town) == {"Bohrmaschine 1"}
        await counter.press("1")
        assert "Rückgängig gemacht" in counter.text
        assert had(town) == set()
        assert len(set_aside_list(town.house.store)) == 1


async def test_what_waits_from_an_earlier_visit_is_listed_too(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Bohrmaschine 1", "Jonas Weber", "Jonas Weber"):
            await counter.scan(name)
        await counter.sign_in()
        await counter.press("1")
        assert had(town) == {"Bohrmaschine 1"}


async def test_a_thing_that_nobody_can_confirm_needs_a_reason_and_the_other_does_not(town: Town) -> None:
    town.add("Säge", "Saw", 1, town.items["Beamer 1"].home or "", needs=("adult",))
    town.meet("Kim Lee", "", adult=False)
    async with open_counter(town) as counter:
        for name in ("Kim Lee", "Bohrmaschine 1", "Säge 1"):
            await counter.scan(name)
        await counter.sign_in()
        assert "Erwachsene Person dabei?" in counter.text
        await counter.press("1", "1", "1", "1")
        assert counter.mode == "write"
        await counter.press(*"Mutter da", "enter")
        assert counter.mode == "visit"
        assert had(town, "Kim Lee") == {"Bohrmaschine 1", "Säge 1"}


async def test_the_desk_shows_the_same_sums_when_the_person_has_left(town: Town) -> None:
    add_cameras(town)
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Kamera 1", "Jonas Weber"):
            await counter.scan(name)
        await counter.sign_in()
        await counter.press("7")
        assert "Kamera 1 · für Jonas Weber" in counter.text
        assert "Pfand 100,00 € erhalten? Unterschrift da?" in counter.text
        await counter.press("1", "1")
        assert "Ausgeliehen: Kamera 1" in counter.text
        assert counter.mode == "aside"
        assert had(town) == {"Kamera 1"}


async def test_who_leaves_it_after_all_can_undo_that(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Bohrmaschine 1")
        await counter.press("2")
        assert set_aside_list(town.house.store) == []
        await counter.press("1")
        assert len(set_aside_list(town.house.store)) == 1


async def test_who_brings_back_a_thing_with_a_deposit_is_told_where_the_deposit_is(town: Town) -> None:
    add_cameras(town)
    async with open_counter(town) as counter:
        await take_aside(counter)
        await counter.press("1", "1", "9", "9")
        await counter.scan("Kamera 1")
        assert counter.mode == "back"
        assert "Pfand hinterlegt? 100,00 € gibt es an der Theke zurück." in counter.text
        assert counter.cut == []
        await counter.scan("Beamer 1")
        assert counter.mode == "back"
        assert "Pfand" not in counter.text


async def test_what_goes_back_to_its_shelf_says_which(town: Town) -> None:
    add_cameras(town)
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Kamera 1")
        await counter.press("2")
        assert "Bitte wieder an seinen Platz legen." in counter.text
        assert "Platz: Erdgeschoss › Lager › Regal 3" in counter.text
        assert counter.cut == []
        await counter.press("9")
        await take_aside(counter)
        await counter.press("1", "2")
        assert "Platz: Erdgeschoss › Lager › Regal 3" in " ".join(counter.text.split())
        assert counter.cut == []


async def test_who_undoes_a_loan_with_a_deposit_is_reminded_of_it(town: Town) -> None:
    add_cameras(town)
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Kamera 1")
        await counter.sign_in()
        await counter.press("1")
        assert had(town) == {"Kamera 1"}
        await counter.press("1")
        assert "Rückgängig gemacht" in counter.text
        assert "Pfand hinterlegt? 100,00 € gibt es an der Theke zurück." in " ".join(counter.text.split())
        assert counter.cut == []
        await counter.press("1")
        assert "Pfand hinterlegt?" not in counter.text

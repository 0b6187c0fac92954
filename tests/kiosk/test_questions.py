"""Give back or keep longer, left unanswered; whom to ask; and who may only give back."""

from __future__ import annotations

from kiosk.sound import Tone
from sharing.lending.actions import lines_of_item, loans_of
from sharing.people import actions as people
from tests.kiosk.counter import Counter, Town, open_counter


async def with_things_from_last_week(counter: Counter, *names: str) -> None:
    await counter.scan("Jonas Weber")
    for name in names:
        await counter.scan(name)
    await counter.scan("Jonas Weber")
    counter.town.house.store.clock.forward(days=7)  # type: ignore[attr-defined] # the fake one
    await counter.scan("Jonas Weber")


def had(town: Town) -> list[str]:
    return [line.item.name("de") for line in loans_of(town.house.store, town.persons["Jonas Weber"].id)]


async def test_scanning_on_gives_back_and_the_next_question_says_so(town: Town) -> None:
    async with open_counter(town) as counter:
        await with_things_from_last_week(counter, "Beamer 1", "Leinwand 1")
        await counter.scan("Beamer 1")
        assert "Weiter scannen heißt: Das ist zurückgegeben." in counter.text
        await counter.scan("Leinwand 1")
        assert "Zurückgegeben: Beamer 1." in counter.text
        assert had(town) == ["Leinwand 1"]
        await counter.scan("Mikrofon 1")
        assert had(town) == ["Mikrofon 1"]
        assert "Gerade zurückgegeben" in counter.text
        await counter.press("1", "1")
        assert "Leinwand 1" in had(town)


async def test_the_card_that_ends_the_visit_gives_back_what_was_scanned(town: Town) -> None:
    async with open_counter(town) as counter:
        await with_things_from_last_week(counter, "Beamer 1")
        await counter.scan("Beamer 1")
        await counter.scan("Jonas Weber")
        assert counter.mode == "home"
        assert had(town) == []


async def test_the_same_label_read_twice_is_no_answer_and_back_leaves_it_open(town: Town) -> None:
    async with open_counter(town) as counter:
        await with_things_from_last_week(counter, "Beamer 1")
        await counter.scan("Beamer 1")
        await counter.burst(town.code("Beamer 1"), clock_s=1)
        assert counter.mode == "choose"
        assert had(town) == ["Beamer 1"]
        await counter.press("9")
        await counter.scan("Mikrofon 1")
        assert "Beamer 1" in had(town)


async def test_what_was_just_made_longer_is_not_given_back_by_scanning_on(town: Town) -> None:
    async with open_counter(town) as counter:
        await with_things_from_last_week(counter, "Beamer 1")
        await counter.scan("Beamer 1")
        await counter.press("2")
        await counter.scan("Beamer 1")
        assert "Weiter scannen heißt" not in counter.text
        await counter.scan("Mikrofon 1")
        assert "Beamer 1" in had(town)


async def test_whom_to_ask_is_a_sentence_in_both_languages(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Bohrmaschine 1")
        assert "Fragen Sie: Ausleih-Team, jetzt da." in counter.text
        await counter.press("0")
        assert "Please ask: lending team, here now." in counter.text
        town.house.store.clock.forward(hours=12)  # type: ignore[attr-defined] # the fake one
        await counter.press("0")
        await counter.scan("Bohrmaschine 1")
        assert "Fragen Sie: Ausleih-Team, Tel. 0761 1234, wieder da morgen, 10:00." in " ".join(
            counter.text.split()
        )


async def test_a_thing_before_the_card_says_whom_to_ask_too(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Bohrmaschine 1")
        await counter.scan("Jonas Weber")
        assert "Noch nicht ausgeliehen" in counter.text
        assert "Fragen Sie: Ausleih-Team, jetzt da." in counter.text


async def test_who_is_suspended_is_not_asked_whether_to_keep_a_thing_longer(town: Town) -> None:
    store, jonas = town.house.store, town.persons["Jonas Weber"].id
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber"):
            await counter.scan(name)
        people.suspend(store, jonas, until=store.clock.read().at + 10**9, act=store.new_act())
        town.house.store.clock.forward(days=3)  # type: ignore[attr-defined] # the fake one
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        assert "Zurückgegeben. Danke!" in counter.text


async def test_who_is_suspended_hears_it_with_the_card_and_until_which_year(town: Town) -> None:
    store, jonas = town.house.store, town.persons["Jonas Weber"].id
    june_2030 = 1_908_914_400_000
    people.suspend(store, jonas, until=june_2030, act=store.new_act())
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        assert "Ausleihen ist für Sie gesperrt bis" in counter.text
        assert "2030" in counter.text
        assert "Zurückgeben geht immer" in counter.text
        assert "Fragen Sie: Ausleih-Team" in counter.text
        assert counter.heard.tones[-1] is Tone.NO
        await counter.press("9")
        assert "Alles notiert" not in counter.text


async def test_a_lost_thing_that_is_found_says_that_one_more_scan_lends_it(town: Town) -> None:
    from sharing.lending.actions import mark_lost

    store = town.house.store
    mark_lost(store, None, town.items["Beamer 1"].id, store.new_act())
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        assert "Gefunden! Danke!" in counter.text
        assert "Zum Ausleihen noch einmal scannen." in counter.text
        await counter.scan("Beamer 1")
        assert "Ausgeliehen" in counter.text


async def test_nine_leaves_the_question_about_the_condition_without_an_answer(town: Town) -> None:
    async with open_counter(town) as counter:
        await with_things_from_last_week(counter, "Beamer 1")
        await counter.scan("Beamer 1")
        await counter.press("1")
        assert "9  Weiter" in counter.text
        assert counter.cut == []
        await counter.press("9")
        assert counter.mode == "visit"
        (line,) = lines_of_item(town.house.store, town.items["Beamer 1"].id)
        assert line.condition == "not_said"

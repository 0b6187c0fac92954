"""The counter, from scan to screen."""

from __future__ import annotations

from kiosk.sound import Tone
from sharing.house import House
from sharing.lending.actions import loans_of, unchecked
from tests.kiosk.counter import Town, open_counter


async def test_three_things_cost_four_scans_to_take_and_three_to_give_back(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Mikrofon 1", "Leinwand 1"):
            await counter.scan(name)
        jonas = town.persons["Jonas Weber"].id
        assert {line.item.name("de") for line in loans_of(town.house.store, jonas)} == {
            "Beamer 1", "Mikrofon 1", "Leinwand 1",
        }  # fmt: skip
        await counter.press("9")
        town.house.store.clock.forward(minutes=5)  # type: ignore[attr-defined] # the fake one
        for name in ("Beamer 1", "Mikrofon 1", "Leinwand 1"):
            await counter.scan(name)
        assert loans_of(town.house.store, jonas) == []
        assert counter.mode == "back"


async def test_a_result_says_for_whom_what_and_until_when(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        assert "Ausgeliehen" in counter.text
        assert "Beamer 1" in counter.text
        assert "bis Montag, 15. Juni, 18:00 Uhr" in counter.text
        assert "für J. W." in counter.text
        assert "Weber" not in counter.text
        assert counter.heard.tones[-1] is Tone.DONE


async def test_the_digits_of_a_scan_press_no_key_of_the_screen(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        await counter.scan("Beamer 2")
        assert counter.mode == "visit"
        assert len(loans_of(town.house.store, town.persons["Jonas Weber"].id)) == 2


async def test_the_same_label_within_three_seconds_counts_once(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        before, heard = counter.text, len(counter.heard.tones)
        await counter.burst(town.code("Beamer 1"), clock_s=1)
        assert counter.text == before
        assert len(counter.heard.tones) == heard


async def test_undo_takes_back_one_thing_after_the_other(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Beamer 2"):
            await counter.scan(name)
        await counter.press("1")
        assert "Rückgängig gemacht" in counter.text
        jonas = town.persons["Jonas Weber"].id
        assert [line.item.name("de") for line in loans_of(town.house.store, jonas)] == ["Beamer 1"]
        await counter.press("1")
        assert loans_of(town.house.store, jonas) == []
        assert "Rückgängig" not in counter.text.splitlines()[-2]


async def test_a_loan_whose_end_was_brought_forward_is_given_back_by_undo(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        await counter.press("2", "1")
        assert "Rückgabe früher" in counter.text
        assert "bis Montag, 1. Juni, 18:00 Uhr" in counter.text
        await counter.press("1")
        assert loans_of(town.house.store, town.persons["Jonas Weber"].id) == []


async def test_a_return_without_a_visit_can_be_undone_until_half_a_minute_has_passed(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber", "Beamer 1"):
            await counter.scan(name)
        jonas = town.persons["Jonas Weber"].id
        assert loans_of(town.house.store, jonas) == []
        await counter.press("6")
        assert len(loans_of(town.house.store, jonas)) == 1


async def test_a_thing_from_before_is_given_back_or_kept_longer(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber"):
            await counter.scan(name)
        town.house.store.clock.forward(days=7)  # type: ignore[attr-defined] # the fake one
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        assert counter.mode == "choose"
        assert "Verlängern bis Montag, 22. Juni, 18:00 Uhr" in counter.text
        await counter.press("2")
        assert "Verlängert" in counter.text
        await counter.scan("Beamer 1")
        await counter.press("1")
        assert counter.mode == "back"
        assert loans_of(town.house.store, town.persons["Jonas Weber"].id) == []


async def test_a_broken_thing_thanks_and_is_blocked(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber", "Beamer 1"):
            await counter.scan(name)
        await counter.press("4")
        assert counter.mode == "write"
        assert "Was ist passiert?" in counter.text
        await counter.press("escape")
        assert counter.mode == "home"
        assert "Danke fürs Sagen. Wir melden uns." in counter.text
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        assert "Das ist gerade gesperrt: kaputt" in counter.text
        assert "Fragen Sie: Ausleih-Team, jetzt da." in counter.text
        assert counter.heard.tones[-1] is Tone.NO


async def test_a_thing_shown_just_before_the_card_is_lent_by_it(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Beamer 1")
        assert counter.mode == "thing"
        await counter.scan("Jonas Weber")
        assert "Ausgeliehen" in counter.text


async def test_a_thing_shown_long_before_the_card_stays(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Beamer 1")
        counter.seconds.now += 31
        await counter.scan("Jonas Weber")
        assert "Guten Tag" in counter.text
        assert loans_of(town.house.store, town.persons["Jonas Weber"].id) == []


async def test_a_number_can_be_typed_but_gives_nothing_back_without_a_visit(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber"):
            await counter.scan(name)
        await counter.press("1", *town.code("Beamer 1"), "enter")
        assert "Eine getippte Nummer gibt nichts zurück." in counter.text
        assert len(loans_of(town.house.store, town.persons["Jonas Weber"].id)) == 1
        await counter.press("9", "1", *town.code("Beamer 2"), "enter")
        assert "Das ist:" in counter.text


async def test_an_unknown_and_a_wrong_number_say_so_and_the_visit_stays(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        code = town.code("Beamer 1")
        await counter.burst(code[:-1] + str((int(code[-1]) + 1) % 10))
        assert "Das war nicht richtig zu lesen." in counter.text
        assert "Bitte noch einmal scannen. Oder die Nummer eingeben" in " ".join(counter.text.split())
        assert counter.mode == "visit"


async def test_after_45_seconds_it_counts_down_and_any_key_stays(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        counter.seconds.now += 44
        await counter.app.tick()
        assert "Noch " not in counter.text
        counter.seconds.now += 4
        await counter.app.tick()
        await counter.settle()
        assert "Noch 17 s. Eine Taste drücken, um zu bleiben." in counter.text
        await counter.press("9")
        assert counter.mode == "visit"
        assert "Noch " not in counter.text


async def test_after_65_seconds_it_forgets(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        counter.seconds.now += 66
        await counter.app.tick()
        await counter.settle()
        assert counter.mode == "home"
        assert counter.app.present.visit is None


async def test_a_restarted_kiosk_says_what_was_noted_last_without_a_person(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
    async with open_counter(town) as counter:
        assert "Zuletzt notiert 10:00: Beamer 1" in counter.text
        assert "J. W." not in counter.text


async def test_a_wrong_pin_says_how_many_tries_are_left_and_shows_dots_only(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Sabine Roth")
        await counter.press("1", "2", "3", "4")
        assert "● ● ● ●" in counter.text
        await counter.press("enter")
        assert "Die PIN stimmt nicht. Noch 4 Mal." in counter.text
        await counter.press("escape")
        assert counter.mode == "home"


async def test_staff_check_a_return_by_scanning_it(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber", "Beamer 1"):
            await counter.scan(name)
        await counter.sign_in()
        await counter.press("5")
        assert "Jonas Weber" in counter.text
        await counter.scan("Beamer 1")
        await counter.press("1")
        assert unchecked(town.house.store) == []
        assert counter.mode == "check"


async def test_a_stock_take_needs_no_key_between_place_and_things(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("8")
        await counter.burst(town.shelf)
        for name in ("Beamer 1", "Leinwand 1", "Beamer 1"):
            await counter.scan(name)
        assert "Schon gezählt" in counter.text
        await counter.press("1")
        assert counter.mode == "report"
        assert "1 von 7 gesehen" in counter.text


async def test_a_stock_take_goes_on_after_a_restart(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("8")
        await counter.burst(town.shelf)
        await counter.scan("Beamer 1")
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("8", "1")
        assert "1 von 7 gesehen" in counter.text


async def test_staff_register_a_person_and_hand_out_a_card(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "5", *"Li", "enter", *"li@x.org", "enter", "2", "7")
        assert "Angemeldet: Li" in counter.text
        assert "Regeln unterschrieben: ja" in counter.text
        await counter.press("6", "1", "1")
        assert "Die Karte ist bereit" in counter.text


async def test_a_scan_with_a_field_focused_types_nothing(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "x")
        field = counter.app.screen.focused
        assert field is not None
        await counter.burst("4" * 16)
        assert getattr(field, "value", None) == "x"


async def test_markup_in_names_is_shown_and_not_run(town: Town) -> None:
    town.meet("[@click=app.quit]Evil[/] [/", "[b]x")
    town.add("[@click=app.quit]Beamer[/", "[b]Projector[/", 1, town.items["Beamer 1"].home or "")
    async with open_counter(town) as counter:
        await counter.scan("[@click=app.quit]Evil[/] [/")
        await counter.scan("[@click=app.quit]Beamer[/ 1")
        assert "[@click=app.quit]Beamer[/ 1" in counter.text
        await counter.press("9")
        await counter.sign_in()
        await counter.press("4")
        assert "[@click=app.quit]Evil[/] [/" in counter.text


async def test_a_fault_shows_the_trouble_screen_and_the_kiosk_goes_on(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.app.went_wrong(ZeroDivisionError("secret"))
        await counter.settle()
        assert counter.mode == "trouble"
        assert "Ein Fehler im Programm." in counter.text
        assert "secret" not in counter.text
        await counter.press("1")
        assert counter.mode == "home"
        await counter.scan("Jonas Weber")
        assert counter.mode == "visit"


async def test_language_changes_on_every_screen_and_is_forgotten_with_the_person(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        await counter.press("0")
        assert "Projector 1" in counter.text
        assert "until Monday, 15 June, 18:00" in counter.text
        await counter.press("9")
        assert "Bitte scannen" in counter.text


async def test_touching_a_target_does_what_its_digit_does(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        await counter.pilot.click("#bar Choice")
        await counter.settle()
        assert "Rückgängig gemacht" in counter.text


async def test_every_theme_shows_the_same_words(town: Town) -> None:
    (town.house.data / "teilhaus.toml").write_text('[kiosk]\ntheme = "high-contrast"\n', "utf-8")
    async with open_counter(town) as counter:
        assert counter.app.theme == "teilhaus-high-contrast"
        assert "Bitte scannen" in counter.text


async def test_a_kiosk_that_opens_its_house_itself_shows_home_first(town: Town) -> None:
    opened = []

    def opener() -> House:
        opened.append(True)
        return town.house

    async with open_counter(town, opener) as counter:
        assert opened == [True]
        await counter.scan("Jonas Weber")
        assert counter.mode == "visit"


async def test_a_card_read_twice_as_it_ends_a_visit_opens_none(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Jonas Weber")
        heard = len(counter.heard.tones)
        await counter.burst(town.code("Jonas Weber"), clock_s=1)
        assert counter.mode == "home"
        assert len(counter.heard.tones) == heard
        await counter.burst(town.code("Jonas Weber"), clock_s=2)
        assert counter.mode == "visit"


async def test_home_counts_nothing_down_and_speaks_its_first_language_again(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("9", "0")
        assert "Please scan" in counter.text
        counter.seconds.now += 46
        await counter.app.tick()
        await counter.settle()
        assert "Bitte scannen" in counter.text
        counter.seconds.now += 46
        await counter.app.tick()
        await counter.settle()
        assert "Noch " not in counter.text
        await counter.press("1")
        assert counter.mode == "code"


async def test_what_can_only_be_given_back_is_given_back_without_a_question(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Mikrofon 1", "Jonas Weber", "Jonas Weber"):
            await counter.scan(name)
        await counter.scan("Beamer 1")
        assert "Zurückgegeben. Danke!" in counter.text
        await counter.scan("Mikrofon 1")
        assert loans_of(town.house.store, town.persons["Jonas Weber"].id) == []


async def test_home_says_that_what_was_set_aside_is_not_lent(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Bohrmaschine 1")
        assert "Bitte hier an der Theke lassen." in counter.text
        await counter.press("9")
        assert "Noch nicht alles ausgeliehen." in counter.text


async def test_a_number_can_be_typed_in_a_visit(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("4", *town.code("Beamer 1"), "enter")
        assert "Ausgeliehen" in counter.text


async def test_a_thing_scanned_before_the_place_of_a_stock_take_is_not_given_back(town: Town) -> None:
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Jonas Weber"):
            await counter.scan(name)
        await counter.sign_in()
        await counter.press("8")
        await counter.scan("Beamer 1")
        assert "Bitte erst den Aufkleber des Ortes scannen." in counter.text
        assert len(loans_of(town.house.store, town.persons["Jonas Weber"].id)) == 1


async def test_a_thing_that_waits_for_no_check_says_so(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("5")
        await counter.scan("Beamer 2")
        assert counter.mode == "check"
        assert "Das wartet auf keine Prüfung." in counter.text


async def test_the_program_ends_only_after_a_second_key(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("1", "2")
        assert "Wirklich beenden?" in counter.text
        await counter.press("9")
        assert counter.mode == "today"

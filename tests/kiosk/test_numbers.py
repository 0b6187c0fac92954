"""A number that cannot be read: what is said, and what one can do instead."""

from __future__ import annotations

import pytest

from kiosk.sound import Tone
from sharing.codes import grouped
from sharing.lending.actions import loans_of
from sharing.terms.actions import set_terms
from tests.kiosk.counter import Town, open_counter

SHOP = "4006381333931"


def with_a_slip(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


@pytest.mark.parametrize("before", [(), ("Jonas Weber",)])
async def test_a_barcode_of_a_shop_asks_for_our_label(town: Town, before: tuple[str, ...]) -> None:
    async with open_counter(town) as counter:
        for name in before:
            await counter.scan(name)
        await counter.burst(SHOP)
        assert "Bitte den Aufkleber mit dem Muster (QR) scannen." in " ".join(counter.text.split())


@pytest.mark.parametrize("before", [(), ("Jonas Weber",)])
async def test_a_torn_label_says_that_its_number_can_be_typed(town: Town, before: tuple[str, ...]) -> None:
    async with open_counter(town) as counter:
        for name in before:
            await counter.scan(name)
        await counter.burst(with_a_slip(town.code("Beamer 1")))
        assert "Oder die Nummer eingeben" in " ".join(counter.text.split())
        assert counter.cut == []


async def test_at_the_label_of_the_return_shelf_typed_numbers_give_back_for_a_minute(town: Town) -> None:
    store, jonas = town.house.store, town.persons["Jonas Weber"].id
    set_terms(store, {"return_shelf": "r3"}, act=store.new_act(), by=None)
    async with open_counter(town) as counter:
        for name in ("Jonas Weber", "Beamer 1", "Beamer 2", "Beamer 3", "Jonas Weber"):
            await counter.scan(name)
        await counter.burst(town.shelf or "")
        assert "werden, gelten" in counter.text
        for leave, name in (("9", "Beamer 1"), ("9", "Beamer 2")):
            await counter.press(leave, "1", *town.code(name), "enter")
            assert "Zurückgegeben. Danke!" in counter.text
        await counter.press("9")
        counter.seconds.now += 61
        await counter.press("7", "1", *town.code("Beamer 3"), "enter")  # the first key only ends the quiet
        assert "Eine getippte Nummer gibt nichts zurück." in counter.text
        assert [line.item.number for line in loans_of(store, jonas)] == ["3"]


async def test_one_wrong_digit_is_said_and_the_others_stay(town: Town) -> None:
    code = town.code("Beamer 1")
    async with open_counter(town) as counter:
        await counter.press("1", *with_a_slip(code), "enter")
        assert counter.mode == "code"
        assert "Eine Ziffer stimmt nicht." in counter.text
        assert grouped(with_a_slip(code)) in counter.text
        assert counter.heard.tones[-1] is Tone.NO
        await counter.press("backspace")
        assert "Eine Ziffer stimmt nicht." not in counter.text
        await counter.press(code[-1], "enter")
        assert "Das ist:" in counter.text
        assert "Beamer 1" in counter.text


async def test_too_few_digits_are_said_and_stay(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.press("1", *"2041", "enter")
        assert "Es fehlen noch Ziffern" in counter.text
        assert "2041 ____" in counter.text


async def test_the_screen_for_typing_speaks_of_labels_and_cards(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.press("1")
        assert "auf dem Aufkleber oder der Karte" in counter.text
        assert counter.cut == []

"""Targets: where their second line stands, and who reads in the head that staff are signed in."""

from __future__ import annotations

import pytest

from kiosk.widgets.choice import hung
from tests.kiosk.counter import Town, open_counter


@pytest.mark.parametrize(
    ("label", "indent", "width", "shown"),
    [
        ("Selbst ausleihen", 4, 14, "Selbst\n    ausleihen"),
        ("Selbst ausleihen", 4, 20, "Selbst ausleihen"),
        ("Selbst ausleihen", 4, 0, "Selbst ausleihen"),
        ("Regeln unterschrieben: nein", 4, 12, "Regeln unterschrieben: nein"),
        ("Beamer 1\n    bis Mo", 4, 8, "Beamer 1\n    bis Mo"),
    ],
)
def test_the_second_line_of_a_target_stands_below_its_first_word(
    label: str, indent: int, width: int, shown: str
) -> None:
    assert hung(label, indent, width) == shown


async def test_no_second_line_stands_below_the_digit(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("2", "5", "escape")
        lines = counter.text.splitlines()
        (first,) = [line for line in lines if "2  Regeln" in line]
        below = lines[lines.index(first) + 1]
        assert below.index("unterschrieben") == first.index("Regeln")


async def test_every_screen_of_the_staff_desk_says_who_is_signed_in(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        for digit in "12345678":
            await counter.press(digit)
            assert counter.text.splitlines()[0].endswith("Theke: S. R."), counter.mode
            await counter.press("9")
            assert counter.mode == "staff"


@pytest.mark.parametrize("language", ["de", "en"])
async def test_no_word_is_broken_in_the_targets_of_a_person(town: Town, language: str) -> None:
    town.meet("Nele Neu", "nele@example.org", terms_version=0)
    async with open_counter(town) as counter:
        await counter.sign_in()
        counter.app.speak(language)
        await counter.press("2", *"nele", "enter", "1")
        bar = " ".join("\n".join(counter.text.splitlines()[-4:]).split())
        words = [counter.app.words(key) for key in ("person.change", "person.cards", "person.member")]
        assert [word for word in words if word.split()[0] not in bar] == []
        assert counter.cut == []

"""Words on labels fit, keep what matters, and have letters of every language of the house."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.labels import lettering
from devices.labels.lettering import SMALLEST, drawable, fitted, font, shortened, width
from devices.labels.sheets import SHEETS, Calibration, Sheet, sheet_named
from sharing.errors import UnknownSheet


@pytest.mark.parametrize(
    "text",
    [
        "Größe ÄÖÜ äöüß „“ – ×",
        "Türkçe ığşİĞŞ",
        "Українська їєґ",
        "Русский ёъы",
        "العربية",
        "Ελληνικά",
        "café 25 m²",
    ],
)
def test_every_language_of_the_house_has_its_letters(text: str) -> None:
    assert drawable(text) == text


def test_what_the_font_cannot_draw_is_left_out() -> None:
    assert drawable("Beamer 😀 12 音") == "Beamer 12"
    assert drawable("Chor\u202e\u2066\nSüd") == "Chor Süd"


def test_arabic_letters_are_joined_and_read_from_the_right() -> None:
    face = font(40)
    joined = width("مرحبا", face, "rtl")

    assert joined < sum(width(letter, face, "rtl") for letter in "مرحبا")
    assert fitted("جهاز عرض ١٢", 300, 200, 40).way == "rtl"
    assert fitted("12 Beamer جهاز", 300, 200, 40).way == "ltr"


@given(
    text=st.text(max_size=260),
    across=st.integers(40, 500),
    down=st.integers(30, 300),
    largest=st.integers(10, 110),
    bold=st.booleans(),
)
def test_any_text_fits_into_its_place(text: str, across: int, down: int, largest: int, *, bold: bool) -> None:
    lines = fitted(text, across, down, largest, bold=bold)

    assert lines.height <= down
    assert SMALLEST <= lines.size <= max(largest, SMALLEST)
    assert all(width(line, font(lines.size, bold=bold), lines.way) <= across for line in lines.lines)


def test_a_short_name_is_large_and_a_long_one_smaller_before_it_is_cut() -> None:
    short = fitted("Beamer 12", 400, 200, 64)
    long = fitted("Beamer Epson EB-2250U mit Tasche und Fernbedienung Nr. 12", 400, 200, 64)

    assert short.size > 55
    assert short.size > long.size
    assert "…" not in " ".join(long.lines)


def test_a_number_at_the_end_stays_with_its_word() -> None:
    assert fitted("Beistelltisch weiß 3", 300, 100, 40).lines[-1].split() == ["weiß", "3"]


def test_a_name_that_is_cut_keeps_its_number_and_its_first_words() -> None:
    name = "Ein Name mit sehr vielen Wörtern " * 9 + "17"

    words = " ".join(fitted(name, 240, 120, 40).lines)

    assert words.startswith("Ein Name mit")
    assert words.endswith("… 17")


@pytest.mark.parametrize(
    ("name", "kept", "short"),
    [
        ("Kabeltrommel mit Überspannungsschutz 12", 20, "Kabeltrommel mit… 12"),
        ("Kabeltrommel mit Überspannungsschutz", 25, "Kabeltrommel mit Überspan…"),
        ("Kabeltrommel, lang", 13, "Kabeltrommel…"),
        ("x" * 30, 5, "xxxxx…"),
        ("", 0, "…"),
    ],
)
def test_names_are_cut_between_words_where_that_costs_little(name: str, kept: int, short: str) -> None:
    assert shortened(name, kept) == short


def test_without_a_shaper_letters_are_still_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "shapes", lambda: False)
    width.cache_clear()

    assert fitted("Beamer 12", 400, 200, 64).lines == ("Beamer\u00a012",)
    width.cache_clear()


def test_a_sheet_is_found_by_its_name_or_the_names_are_told() -> None:
    assert sheet_named(" HERMA-4606 ") is SHEETS["herma-4606"]
    with pytest.raises(UnknownSheet) as refusal:
        sheet_named("herma-4607")
    assert "herma-4606" in str(refusal.value.details["expected"])


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_labels_of_a_sheet_lie_on_the_page_and_apart(sheet: Sheet) -> None:
    boxes = [sheet.box(place, Calibration()) for place in range(sheet.places)]

    assert all(0 < box.left < box.right < 2480 and 0 < box.top < box.bottom < 3508 for box in boxes)
    assert not any(
        one.left < two.right and two.left < one.right and one.top < two.bottom and two.top < one.bottom
        for n, one in enumerate(boxes)
        for two in boxes[:n]
    )

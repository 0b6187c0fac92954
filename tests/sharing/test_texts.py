"""Texts: what people typed is harmless on any screen, and languages fall back as told."""

from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.texts import State, Text, Texts, shown

TAGS = st.sampled_from(["de", "en", "tr", "ar", "uk", "ru", "de-easy"])
TEXTS = st.builds(Texts, st.dictionaries(TAGS, st.builds(Text, st.text(), st.sampled_from(State))))


@given(st.text(st.characters()), st.integers(1, 50))
def test_what_is_shown_is_one_short_line_without_anything_invisible(text: str, limit: int) -> None:
    line = shown(text, limit=limit)

    assert len(line) <= limit
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in line)
    assert line == " ".join(line.split())
    assert shown(line, limit=limit) == line


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Beamer\x1b]0;owned\x07", "Beamer]0;owned"),
        ("\x1b[2JBeamer", "[2JBeamer"),
        ("a\u202eb\u2066c\u2069d\u200f", "abcd"),
        ("a\u200bb\u200dc\ufeffd\u2060e\u00adf\ufe0fg", "abcdefg"),
        ("a\ud800b", "ab"),
        ("  zwei\r\n\tZeilen\u2028und\u00a0mehr\u3164 ", "zwei Zeilen und mehr"),
        ("[@click=app.quit]Beamer[/]", "[@click=app.quit]Beamer[/]"),
        ("جهاز عرض ١٢", "جهاز عرض ١٢"),
        ("Café Größe Київ 音", "Café Größe Київ 音"),
        ("Stehtisch 🪑", "Stehtisch 🪑"),
        ("", ""),
    ],
)
def test_a_name_is_shown_without_what_could_harm(typed: str, line: str) -> None:
    assert shown(typed) == line


def test_ten_thousand_characters_become_two_hundred() -> None:
    assert shown("ä" * 10_000) == "ä" * 199 + "…"
    assert len(shown("x" * 10_000, limit=20)) == 20


@given(TEXTS)
def test_texts_survive_their_column_and_a_shape(texts: Texts) -> None:
    assert Texts.from_json(texts.to_json()) == texts
    assert hash(Texts.from_json(texts.to_json())) == hash(texts)
    assert msgspec.json.decode(msgspec.json.encode(texts), type=Texts) == texts
    assert Texts(dict(reversed(texts.said.items()))).to_json() == texts.to_json()


def test_the_column_is_short_and_sorted() -> None:
    texts = Texts.of("Beamer").changed("ar", "جهاز عرض", State.MACHINE)

    assert texts.to_json() == '{"ar":{"state":"machine","text":"جهاز عرض"},"de":{"text":"Beamer"}}'


def test_the_best_text_falls_back_to_german_then_english_then_any() -> None:
    all_three = Texts({tag: Text(tag) for tag in ("tr", "en", "de")})

    assert all_three.best("tr") == "tr"
    assert all_three.best("tr-CY") == "tr"
    assert all_three.best("uk") == "de"
    assert Texts({"en": Text("en"), "ar": Text("ar")}).best("de-easy") == "en"
    assert Texts({"uk": Text("uk"), "ar": Text("ar")}).best("de") == "ar"
    assert Texts().best("de") == ""
    assert not Texts()


def test_a_new_original_makes_translations_outdated_and_the_same_one_does_not() -> None:
    texts = Texts.of("Beamer").changed("en", "Projector", State.CHECKED)

    assert texts.said["de"].state is State.ORIGINAL
    assert texts.changed("de", "Beamer") is texts
    assert texts.changed("de", "Beamer 4K").said["en"] == Text("Projector", State.OUTDATED)
    assert texts.changed("de", "Beamer 4K").best("de") == "Beamer 4K"


def test_an_empty_text_takes_its_language_away() -> None:
    assert list(Texts.of("Beamer").changed("en", "Projector", State.CHECKED).changed("en", "").said) == ["de"]


@pytest.mark.parametrize("column", ["", "[]", '{"de": 1}', '{"de":{"text":"a","state":"guessed"}}'])
def test_a_damaged_column_is_a_value_error(column: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (msgspec words it)
        Texts.from_json(column)

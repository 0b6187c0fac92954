"""Initials in every script, and finding people however their name is typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.people.names import initials, patterns, search_text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anna Klein", "A. K."),
        ("anna klein", "A. K."),
        ("Anna Maria von der Höhe", "A. H."),
        ("Özge", "Ö."),
        ("O\u0308zge Kaya", "Ö. K."),
        ("Олена Шевченко", "О. Ш."),
        ("محمد علي", "م. ع."),
        ("王小明", "王."),
        ("ნინო ბერიძე", "ნ. ბ."),
        ("ßeta", "S."),
        ("[@click=app.quit] Klein", "C. K."),
        ("(Anna) 4711 Klein", "A. K."),
        ("1234", "–"),
        ("", "–"),
        ("💥", "–"),
    ],
)
def test_initials_are_first_and_last_word(name: str, expected: str) -> None:
    assert initials(name) == expected


@given(st.text())
def test_initials_of_anything_are_short_and_never_the_name(name: str) -> None:
    found = initials(name)

    assert found == "–" or (found.count(".") in {1, 2} and found.endswith("."))
    assert "[" not in found
    assert len(found.split()) <= 2


def found(typed: str, *texts: str) -> bool:
    """As LIKE does it, without wild cards of the typed text."""
    kept = search_text(*texts)
    bare = [tuple(re.sub("!(.)", r"\1", one[1:-1]) for one in pair) for pair in patterns(typed)]
    return all(any(one in kept for one in pair) for pair in bare)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("müller", "Anna Müller"),
        ("MUELLER", "Anna Müller"),
        ("muller", "Anna Müller"),
        ("Müller", "Anna Mueller"),
        ("mu\u0308ller", "Anna Müller"),
        ("müller anna", "Anna Müller"),
        ("strasse", "Bea Straße"),
        ("STRASSE", "Bea Straße"),
        ("ŞAHIN", "Ali Şahin"),
        ("sahin", "Ali Şahin"),
        ("istanbul", "İstanbul"),
        ("lodz", "Łódź"),
        ("олена", "Олена Шевченко"),
        ("", "Anna"),
    ],
)
def test_a_name_is_found_however_it_is_typed(typed: str, name: str) -> None:
    assert found(typed, name)


def test_a_name_is_not_found_by_another() -> None:
    assert not found("Maler", "Anna Müller")
    assert not found("anna meier", "Anna Müller")


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Mn", "Me")), min_size=1)
)
def test_every_name_is_found_by_itself_and_by_its_capitals(name: str) -> None:
    assert found(name, name)
    assert found(name.upper(), name)


def test_wild_cards_are_letters_like_others() -> None:
    assert patterns("50%_!") == (("%50!%!_!!%", "%50!%!_!!%"),)

"""The catalogue's pure parts: texts, fields, differences, barcodes."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.catalogue import fields
from sharing.catalogue.drafts import NEW_ITEM, NEW_LOCATION, NEW_MODEL
from sharing.catalogue.entries import (
    BlockedPrivate,
    Changed,
    ItemChanged,
    ItemPrivate,
    LocationChanged,
    ModelChanged,
)
from sharing.catalogue.fields import (
    ItemFields,
    LocationFields,
    ModelFields,
    changes,
    clean,
    clean_text,
    edited,
)
from sharing.catalogue.rules import Location, LocationKind, barcode_key, folded
from sharing.errors import BadCharacters, BadInput, BadValue, TooLong
from sharing.texts import Text, Texts
from tests.sharing.catalogue.shelves import said


@given(st.text(max_size=300))
def test_a_cleaned_text_is_clean_and_stays_as_it_is(text: str) -> None:
    try:
        once = clean_text("name", text)
    except BadInput:
        return
    assert clean_text("name", once) == once
    assert len(once) <= fields.NAME_LIMIT
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in once)


@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[2J", "a\tb", "a\u202eb", "a\u2066b", "a\ud800b", "a\nb"])
def test_characters_that_steer_a_screen_are_refused_by_name(text: str) -> None:
    with pytest.raises(BadCharacters) as refused:
        clean_text("name", text)
    assert refused.value.details["character"] == f"U+{ord(text[1]):04X}"


def test_arabic_persian_and_hebrew_names_stay_whole() -> None:
    for text in ("جهاز عرض", "می\u200cخواهم", "מקרן", "عرض\u200f 2"):
        assert clean_text("name", text) == text


def test_ten_thousand_characters_are_refused_with_the_limit() -> None:
    with pytest.raises(TooLong) as refused:
        clean_text("name", "x" * 10_000)
    assert refused.value.details == {"field": "name", "limit": 200, "length": 10_000}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bought_on", "2026-02-30"), ("tested_until", "31.12.2026"), ("value_cents", -1), ("loan_days", 0),
        ("limit", 100_000), ("needs", ("blood",)), ("kind", "cupboard"), ("names", Texts()),
        ("names", said(Deutsch="x")), ("price_cents", 10**12),
    ],
)  # fmt: skip
def test_values_that_make_no_sense_say_which_field(field: str, value: Any) -> None:
    with pytest.raises(BadValue) as refused:
        clean({field: value})
    assert refused.value.details["field"] == field


_TEXTS = st.builds(
    Texts,
    st.dictionaries(st.sampled_from(["de", "en", "tr"]), st.builds(Text, st.text(min_size=1, max_size=5))),
)


@given(_TEXTS, _TEXTS)
def test_a_difference_applied_to_the_old_texts_gives_the_new(before: Texts, after: Texts) -> None:
    changed = changes({"names": before}, {"names": after}).get("names", {})
    merged = {tag: text for tag, text in {**before.said, **changed}.items() if text}
    assert merged == after.said
    assert edited({"names": changed}) == tuple(f"names.{tag}" for tag in changed)


def test_every_field_of_an_entry_can_be_wanted_checked_and_begins_somewhere() -> None:
    envelope = set(Changed.__struct_fields__) - {"key"}
    for shape, wanted, blank in (
        (ModelChanged, ModelFields, NEW_MODEL), (ItemChanged, ItemFields, NEW_ITEM),
        (LocationChanged, LocationFields, NEW_LOCATION),
    ):  # fmt: skip
        own = set(shape.__struct_fields__) - envelope
        if shape is ItemChanged:
            own |= set(ItemPrivate.__struct_fields__)
        assert own == set(blank)
        assert own - {"model"} == set(wanted.__annotations__) - {"model"}
        assert own <= set(fields.CHECKS)
    assert BlockedPrivate().note == ""


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=4, max_size=40))
def test_a_barcode_key_does_not_depend_on_case(text: str) -> None:
    key = barcode_key(text)
    if key is not None:
        assert barcode_key(text.swapcase()) == key or text.casefold() != text.swapcase().casefold()


def test_our_own_codes_are_no_barcodes_and_twelve_digits_become_thirteen() -> None:
    assert barcode_key("2041 8830 1234 5678") is None
    assert barcode_key("036000291452") == barcode_key("0036000291452") == "0036000291452"
    assert barcode_key("4006381333931") == "4006381333931"


def test_search_forgets_case_accents_and_the_dotless_i() -> None:
    assert folded("Nähmaschine  GROSS") == "nahmaschine gross"
    assert folded("Işık") == folded("ISIK")
    assert folded("Straße") == "strasse"


def test_a_place_is_named_from_the_floor_in_and_on_a_label_from_the_shelf_out() -> None:
    path = tuple(said(de=one) for one in ("Haus", "Erdgeschoss", "Lager", "Regal 1"))
    place = Location("id", LocationKind.SHELF, "r1", path[-1], "lager", None, path)
    assert place.where("de") == "Erdgeschoss › Lager › Regal 1"
    assert place.near("de") == "Regal 1, Lager, Erdgeschoss"

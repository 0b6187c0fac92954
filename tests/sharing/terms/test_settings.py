"""Each house rule: what it may be, and that what is stored comes back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.errors import BadValue, Damaged
from sharing.terms.rules import Contact, Terms
from sharing.terms.settings import CHECKS, checked, stored_form, terms_from


def read_back(changes: dict[str, Any]) -> Terms:
    return terms_from(tuple(stored_form(checked(changes))))


def test_every_field_of_the_terms_has_a_check_and_every_check_a_field() -> None:
    assert set(CHECKS) == set(Terms.__struct_fields__)


def test_the_defaults_pass_their_own_checks() -> None:
    values = msgspec.to_builtins(Terms(name="Haus"))

    assert read_back(values) == Terms(name="Haus")


def test_a_house_is_described_in_words_a_person_can_type() -> None:
    terms = read_back(
        {
            "desk_hours": {"mon": "10:00-13:00, 14:00-18:00", 1: [[600, 1080]], "wed": []},
            "closing_days": {"2026-12-24": "Heiligabend"},
            "contacts": [
                {"function": "Ausleihe", "phone": "0761 1", "days": ["mon", "fri"], "hours": "10:00-24:00"}
            ],
            "label_link": "https://haus.example/l/",
            "return_shelf": "theke",
        }
    )

    assert terms.desk_hours == {0: ((600, 780), (840, 1080)), 1: ((600, 1080),)}
    assert terms.contacts == (Contact("Ausleihe", "0761 1", (0, 4), 600, 1440),)
    assert terms.closing_days == {"2026-12-24": "Heiligabend"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("colour", "blue"),
        ("name", ""),
        ("name", "x" * 81),
        ("name", "Haus\x1b]0;x\x07"),
        ("name", "Haus\u202e"),
        ("name", 7),
        ("zone", "Mars/Olympus"),
        ("zone", 1),
        ("region", "Baden"),
        ("desk_hours", "10-18"),
        ("desk_hours", {"mon": "18:00-10:00"}),
        ("desk_hours", {"mon": "10:00-25:00"}),
        ("desk_hours", {"mon": "10:60-11:00"}),
        ("desk_hours", {"mon": ["10:00-13:00", "12:00-14:00"]}),
        ("desk_hours", {"mon": [[600.0, 700.0]]}),
        ("desk_hours", {"mon": 5}),
        ("desk_hours", {"7": "10:00-18:00"}),
        ("closing_days", {"2026-02-30": "x"}),
        ("closing_days", {7: "x"}),
        ("closing_days", {"2026-02-03": None}),
        ("closing_days", ["2026-02-03"]),
        ("loan_days", -1),
        ("loan_days", 14.5),
        ("loan_days", True),
        ("loan_days", "14"),
        ("terms_version", 0),
        ("signature_above_cents", -5),
        ("contacts", [{"phone": "0761"}]),
        ("contacts", [{"function": "A", "name": "Anna"}]),
        ("contacts", [{"function": "A", "days": "mon"}]),
        ("contacts", [{"function": "A", "on_closing_days": 1}]),
        ("contacts", ["0761"]),
        ("contacts", [{"function": "A"}] * 21),
        ("languages", []),
        ("languages", ["de", "de"]),
        ("languages", ["Deutsch"]),
        ("return_shelf", ""),
        ("label_link", "javascript:alert(1)"),
        ("label_link", "https://haus.example/12"),
        ("label_link", "https://haus.example/l/\n"),
    ],
)
def test_what_a_rule_cannot_be_is_refused_by_its_name(key: str, value: object) -> None:
    with pytest.raises(BadValue) as refused:
        checked({key: value})

    assert refused.value.details["field"] in {key, "setting"}
    assert len(str(refused.value.details["value"])) <= 60


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(CHECKS)), JSON)
def test_any_value_is_refused_or_comes_back_the_same_when_checked_again(key: str, value: object) -> None:
    try:
        once = checked({key: value})
    except BadValue:
        return
    read_back({key: value})
    assert checked(once) == once


def test_a_key_of_a_newer_version_is_left_alone() -> None:
    assert terms_from((("colour", '"blue"'), ("loan_days", "7"))).loan_days == 7


def test_a_stored_value_that_cannot_be_is_damage() -> None:
    with pytest.raises(Damaged):
        terms_from((("loan_days", '"seven"'),))

"""Fields of a room, and its hours as one line."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharing.errors import BadInput, BadValue
from sharing.rooms.fields import clean
from sharing.rooms.hours import CLOSED, hours_text, read_hours
from sharing.rooms.rules import Quota


@pytest.mark.parametrize(
    ("typed", "week"),
    [
        ("", None),
        ("closed", {}),
        ("mon 10:00-18:00", {0: ((600, 1080),)}),
        ("Mo-Mi 8:00 – 12:00, 14:00-24:00", dict.fromkeys(range(3), ((480, 720), (840, 1440)))),
        ("sat-mon 09:00-10:00", {5: ((540, 600),), 6: ((540, 600),), 0: ((540, 600),)}),
        ("tue 09:00-10:00 ; sun 11:00-12:00", {1: ((540, 600),), 6: ((660, 720),)}),
    ],
)
def test_hours_are_one_line(typed: str, week: dict[int, Any] | None) -> None:
    assert read_hours("hours", typed) == week
    assert read_hours("hours", hours_text(week)) == week


@pytest.mark.parametrize(
    "typed",
    ["mon", "10:00-18:00", "xyz 10:00-18:00", "mon 18:00-10:00", "mon 10:00-10:00", "mon 10:00-25:00",
     "mon 10:60-11:00", "mon 10:00-12:00, 11:00-13:00", "mon 10:00-12:00 | mo 14:00-15:00", "|", "x" * 600],
)  # fmt: skip
def test_hours_that_make_no_sense_are_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        read_hours("hours", typed)


_HOURS = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda found: tuple(zip(sorted(found)[::2], sorted(found)[1::2], strict=False))
)


@given(st.dictionaries(st.integers(0, 6), _HOURS))
def test_written_hours_are_read_as_they_were(week: dict[int, Any]) -> None:
    text = hours_text(week)

    assert read_hours("hours", text) == dict(sorted(week.items()))
    assert text != CLOSED or not week


@given(st.text(max_size=60))
def test_no_line_breaks_the_reading_of_hours(typed: str) -> None:
    with contextlib.suppress(BadValue):
        assert read_hours("hours", typed) is None or set(typed) & set("0123456789") or CLOSED in typed.lower()


@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": -1},
        {"capacity": 10**9},
        {"capacity": "viele"},
        {"features": ["Flügel!"]},
        {"features": [f"f{n}" for n in range(41)]},
        {"parts": [str(n) for n in range(21)]},
        {"before_min": 1441},
        {"shortest_min": 0},
        {"ahead_days": 4000},
        {"approval": "vielleicht"},
        {"quota": Quota(week_count=-1)},
        {"checklist": ["a\x1b[31m"]},
        {"checklist": ["x" * 201]},
        {"closing_days": {"2026-02-30": ""}},
        {"hours": {0: ((600, 500),)}},
        {"colour": "red"},
    ],
    ids=str,
)
def test_fields_that_cannot_be_so_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        clean(fields)


def test_fields_are_kept_in_one_form() -> None:
    found = clean(
        {
            "features": ["Step-Free", "piano"],
            "checklist": [" Fenster ", "", "Fenster"],
            "parts": ["b", "a", "b"],
        }
    )

    assert found == {
        "features": frozenset({"step_free", "piano"}),
        "checklist": ("Fenster",),
        "parts": ("a", "b"),
    }

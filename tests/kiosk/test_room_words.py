"""How rooms and series are said, in both languages."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from kiosk import room_words
from kiosk.i18n import Words
from sharing.rooms.rules import Frequency, Rule, State, Use, Why

FIRST = datetime.fromisoformat("2026-06-02 18:00")
DE, EN = Words("de"), Words("en")

DAILY, WEEKLY, MONTHLY = Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY


@pytest.mark.parametrize(
    ("rule", "german", "english"),
    [
        (Rule(freq=WEEKLY, count=10), "jede Woche dienstags, 10-mal", "every week on Tuesdays, 10 times"),
        (Rule(freq=WEEKLY, count=1), "jede Woche dienstags, einmal", "every week on Tuesdays, once"),
        (
            Rule(freq=WEEKLY, interval=2, weekdays=(3, 0, 1), until=date(2026, 12, 31)),
            "alle 2 Wochen montags, dienstags und donnerstags, bis Do 31. Dezember 2026",
            "every 2 weeks on Mondays, Tuesdays and Thursdays, until Thu 31 December 2026",
        ),
        (
            Rule(freq=WEEKLY, weekdays=(0, 1, 2, 3, 4), count=5),
            "jede Woche montags bis freitags, 5-mal",
            "every week on weekdays, 5 times",
        ),
        (Rule(freq=DAILY, count=3), "jeden Tag, 3-mal", "every day, 3 times"),
        (Rule(freq=DAILY, interval=3, count=3), "alle 3 Tage, 3-mal", "every 3 days, 3 times"),
        (Rule(freq=MONTHLY, count=3), "jeden Monat am 2., 3-mal", "every month on day 2, 3 times"),
        (
            Rule(freq=MONTHLY, interval=2, weekdays=(4,), nth=-1, count=3),
            "alle 2 Monate am letzten Freitag, 3-mal",
            "every 2 months on the last Friday, 3 times",
        ),
        (
            Rule(freq=MONTHLY, weekdays=(1,), nth=3, count=3),
            "jeden Monat am dritten Dienstag, 3-mal",
            "every month on the third Tuesday, 3 times",
        ),
        (Rule(freq=DAILY), "jeden Tag", "every day"),
    ],
)
def test_a_series_is_said_as_people_say_it(rule: Rule, german: str, english: str) -> None:
    assert room_words.series(DE, rule, FIRST) == german
    assert room_words.series(EN, rule, FIRST) == english


@pytest.mark.parametrize("words", [DE, EN])
def test_every_why_state_use_and_feature_has_its_word_and_no_two_features_the_same(words: Words) -> None:
    said = [
        *(room_words.why(words, one) for one in Why),
        *(room_words.state(words, one) for one in State),
        *(room_words.use(words, one) for one in Use),
    ]
    features = [room_words.feature(words, one) for one in room_words.FEATURES]

    assert not [text for text in (*said, *features) if text.startswith("room.") or "_" in text]
    assert len(set(features)) == len(features)
    assert max(map(len, said)) <= 44


def test_what_has_no_word_is_shown_as_it_was_written_and_nothing_steers_the_screen() -> None:
    assert room_words.feature(DE, "Kachelofen\x1b[2J") == "Kachelofen[2J"
    assert room_words.why(DE, "of_a_newer_version") == "of_a_newer_version"


def test_features_are_listed_in_one_order_and_the_houses_own_last() -> None:
    assert room_words.features(DE, {"ofen", "kitchen", "projector"}) == "Beamer, Küche, ofen"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Beamer", "projector"),
        ("projector", "projector"),
        ("  dance   floor ", "dance_floor"),
        ("Step-Free", "step_free"),
        ("stufenlos", "step_free"),
        ("Kachelofen", "kachelofen"),
    ],
)
def test_a_feature_can_be_named_in_any_language(typed: str, meant: str) -> None:
    assert room_words.feature_meant(typed) == meant


def test_lists_are_written_as_they_are_spoken() -> None:
    assert [room_words.listed(DE, parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a und b", "a, b und c",
    ]  # fmt: skip

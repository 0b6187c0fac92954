"""Every text has its key in both languages, on the page and in the compiled catalogue; none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

from config.settings import LANGUAGES
from kiosk.answers import LOOKS
from kiosk.i18n import OWN_NAMES, Words, door_languages, keys_of_doors, languages, own_name
from sharing import errors
from sharing.audits.rules import Finding
from sharing.catalogue.rules import BlockReason, Need
from sharing.lending.rules import Condition
from sharing.lending.scan_table import Step
from sharing.rooms.answering import Answered
from sharing.rooms.rules import State as RoomState
from sharing.rooms.rules import Use, Why
from tests.tools import catalogues

ROOT = Path(__file__).parents[2]
GERMAN, ENGLISH = catalogues.texts("de"), catalogues.texts("en")
PARTIAL = ("ar", "tr", "uk")
"""Only of doors."""
KEY = re.compile(r"[a-z][a-z_]*(\.[a-z_0-9]+)+")
FAMILIES: dict[str, type[StrEnum]] = {
    "step": Step, "need": Need, "condition": Condition, "finding": Finding, "reason": BlockReason,
    "room.why": Why, "room.state": RoomState, "room.use": Use, "answer": Answered,
}  # fmt: skip


def sources() -> Iterator[ast.AST]:
    for path in (*ROOT.glob("kiosk/**/*.py"), *ROOT.glob("devices/**/*.py")):
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


def literals() -> set[str]:
    found = (
        node.value for node in sources() if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in found if KEY.fullmatch(text)}


def prefixes() -> set[str]:
    """How the keys begin that are put together: f"step.{…}"."""
    firsts = (node.values[0] for node in sources() if isinstance(node, ast.JoinedStr) and node.values)
    texts = {one.value for one in firsts if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {text for text in texts if re.fullmatch(r"[a-z_]+\.([a-z_]+\.)*", text)} | {"refusal.", "next."}


def refusals(base: type[errors.TeilhausError] = errors.TeilhausError) -> Iterator[type[errors.TeilhausError]]:
    for one in base.__subclasses__():
        if one.__module__.startswith("sharing."):
            yield one
        yield from refusals(one)


def fields(text: str) -> list[set[str]]:
    parts = text.split(catalogues.BETWEEN)
    return [{name for _, name, _, _ in Formatter().parse(part) if name} for part in parts]


def test_both_languages_have_the_same_keys_and_every_one_says_something() -> None:
    assert set(GERMAN) == set(ENGLISH)
    assert [key for key, text in {**GERMAN, **ENGLISH}.items() if not text.strip()] == []


@pytest.mark.parametrize("key", sorted(GERMAN))
def test_both_languages_fill_in_the_same_fields(key: str) -> None:
    assert fields(GERMAN[key]) == fields(ENGLISH[key])


@pytest.mark.parametrize("language", ["de", "en", *PARTIAL])
def test_the_compiled_catalogue_is_what_is_written(language: str) -> None:
    """`python -P -m tests.tools.catalogues` makes it so."""
    assert catalogues.po_path(language).with_suffix(".mo").read_bytes() == catalogues.compiled(language)


def test_the_page_of_words_is_what_the_catalogues_say() -> None:
    """`python -P -m tests.tools.catalogues` makes it so."""
    page = catalogues.PAGE.read_text("utf-8")
    assert catalogues.refreshed(page) == page
    assert set(catalogues.page_rows(page)) == set(GERMAN)


def test_the_page_of_words_has_the_sound_of_every_step() -> None:
    rows = catalogues.page_rows(catalogues.PAGE.read_text("utf-8"))
    assert {step: rows[f"step.{step}"][2] for step in Step} == {
        step: tone or "" for step, (_, tone) in LOOKS.items()
    }


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    families = {key.split(".")[0] for key in GERMAN}
    wanted = {text for text in literals() if text.split(".")[0] in families}
    assert (
        sorted(
            text
            for text in wanted
            if text not in GERMAN and not text.endswith((".js", ".json", ".mo", ".po", ".py"))
        )
        == []
    )


def test_no_key_in_the_catalogue_is_unused() -> None:
    used, begun = literals(), tuple(prefixes())
    assert [key for key in GERMAN if key not in used and not key.startswith(begun)] == []


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_value_that_is_shown_has_a_word(family: str) -> None:
    values = {f"{family}.{one}" for one in FAMILIES[family]}
    assert {key for key in GERMAN if key.startswith(f"{family}.")} == values


@pytest.mark.parametrize("refusal", sorted(set(refusals()), key=str))
def test_every_refusal_says_why_and_what_next(refusal: type[errors.TeilhausError]) -> None:
    error = refusal()
    assert error.key in GERMAN
    assert f"next.{error.next_step}" in GERMAN


def test_no_word_is_left_of_a_refusal_that_is_gone() -> None:
    known = {one().key for one in refusals()}
    left = {key for key in GERMAN if key.startswith("refusal.") and ".".join(key.split(".")[:2]) not in known}
    assert left == set()
    steps = {f"next.{one.next_step}" for one in refusals()}
    assert {key for key in GERMAN if key.startswith("next.")} - steps <= {"next.ask"}


def test_every_kind_of_case_has_a_word() -> None:
    kinds = set()
    for path in ROOT.glob("sharing/**/*.py"):
        kinds |= set(re.findall(r"\.case\(\s*\"([a-z_]+)\"", path.read_text("utf-8")))
    assert sorted(f"case.{kind}" for kind in kinds if f"case.{kind}" not in GERMAN) == []


def test_only_complete_languages_are_offered_by_their_own_names() -> None:
    assert languages() == ("de", "en")
    assert [own_name(one) for one in languages()] == ["Deutsch", "English"]
    assert {one: Words(one)("language.name") for one in languages()} == OWN_NAMES
    assert set(languages()) == set(LANGUAGES)


@pytest.mark.parametrize("language", PARTIAL)
def test_a_language_of_doors_has_all_that_doors_say_with_the_same_fields(language: str) -> None:
    found = catalogues.texts(language)
    assert sorted(keys_of_doors() - {key for key, text in found.items() if text.strip()}) == []
    assert sorted(set(found) - keys_of_doors()) == []
    assert [key for key, text in found.items() if fields(text) != fields(GERMAN[key])] == []
    assert "No native speaker" in catalogues.po_path(language).read_text("utf-8").split("msgid")[0]


def test_languages_of_doors_are_offered_at_doors_and_nowhere_else() -> None:
    assert door_languages() == ("de", "en", *PARTIAL)
    assert [own_name(one) for one in PARTIAL] == ["العربية", "Türkçe", "Українська"]
    assert Words("ar")("door.until", time="14:30") == "حتى 14:30"


def test_what_a_language_of_doors_leaves_out_is_said_in_english_and_never_as_a_key() -> None:
    words = Words("uk")
    assert words("common.private") == "myself"
    assert words.count("room.series.monthly", 3, day=3) == "every 3 months on day 3"
    assert words("door.minutes", n=30) == "30 хвилин"
    assert words.why(errors.ItemIsOut()) == Words("en").why(errors.ItemIsOut())


def test_dates_are_written_in_the_zone_of_the_house() -> None:
    noon = 1_780_308_000_000
    assert Words("de").moment(noon) == "Montag, 1. Juni, 12:00 Uhr"
    assert Words("en").moment(noon) == "Monday, 1 June, 12:00"
    assert Words("en", "America/New_York").moment(noon) == "Monday, 1 June, 06:00"


def test_the_next_times_are_called_today_and_tomorrow() -> None:
    noon, day = 1_780_308_000_000, 86_400_000
    assert Words("de").soon(noon, noon - day // 2) == "heute, 12:00"
    assert Words("de").soon(noon, noon - day // 2 - 1) == "morgen, 12:00"
    assert Words("en").soon(noon, noon - day) == "tomorrow, 12:00"
    assert Words("de").soon(noon, noon - 2 * day) == "Mo 1. Juni, 12:00"
    assert Words("de").soon(noon, None) == "Mo 1. Juni, 12:00"


def test_an_end_at_midnight_is_the_day_before() -> None:
    midnight = 1_780_264_800_000
    assert Words("de").until(midnight) == "Sonntag, 31. Mai 2026"
    assert Words("de").short_until(midnight) == "So 31. Mai"


def test_a_sentence_without_its_field_shows_a_dash_and_never_fails() -> None:
    assert Words("de").why(errors.ItemIsOut()) == "Das ist ausgeliehen bis –."


def test_a_refusal_puts_instants_and_needs_into_words() -> None:
    words = Words("de")
    assert words.why(errors.PersonSuspended(until=1_780_308_000_000)).endswith(
        "bis Montag, 1. Juni, 12:00 Uhr."
    )
    assert (
        words.why(errors.StepMissing(missing="deposit,instruction")) == "Vorher fehlt noch: Pfand, Einweisung"
    )
    assert words.why(errors.ItemIsBlocked(reason="broken")) == "Das ist gerade gesperrt: kaputt"
    assert words.why(errors.ItemIsBlocked(reason="[b]nass")) == "Das ist gerade gesperrt: [b]nass"

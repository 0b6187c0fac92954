"""The list of cases and one of them opened: what happened on both sides, and how it was settled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk import case_words
from kiosk.case_facts import Told
from kiosk.i18n import Words
from sharing.cases.actions import open_cases
from sharing.cases.rules import KINDS, Area, Case, Happened, How
from sharing.journal.shapes import NOTICED
from sharing.lending.actions import loans_of
from tests.kiosk.counter import Counter, Town, open_counter
from tests.kiosk.two_desks import other_desk
from tests.tools import catalogues

ROOT = Path(__file__).parents[2]
GERMAN, ENGLISH = catalogues.texts("de"), catalogues.texts("en")


def written_kinds() -> set[str]:
    """Every kind of case that some fold writes, and all that a node can notice."""
    fold = re.compile(r"\.case\(\s*\"([a-z_]+)\"")
    texts = [path.read_text("utf-8") for path in (ROOT / "sharing").glob("**/*.py")]
    named = set(re.findall(r"^[A-Z_]+(?:: Final)? = \"([a-z_]+)\"$", "\n".join(texts), re.MULTILINE))
    by_name = [one for text in texts for one in re.findall(r"\.case\(\s*([A-Z_]+),", text)]
    constants = {value for text in texts for name in by_name for value in _constant(name, text)}
    assert constants <= named
    return {kind for text in texts for kind in fold.findall(text)} | constants | set(NOTICED)


def _constant(name: str, text: str) -> list[str]:
    return re.findall(rf"^{name}(?:: Final)? = \"([a-z_]+)\"$", text, re.MULTILINE)


def both_lend(town: Town, folder: Path) -> None:
    """Two kiosks that do not hear of each other lend one thing to two people."""
    with other_desk(town, folder) as garden:
        garden.lend("Amina Kaya", "Beamer 1")
        lend_here(town, "Jonas Weber", "Beamer 1")
        garden.tells()


def lend_here(town: Town, who: str, thing: str) -> None:
    from sharing.lending.scanning import Scan, scan

    visit = None
    for name in (who, thing, who):
        town.house.store.clock.forward(seconds=5)  # type: ignore[attr-defined] # the fake one
        command = Scan(town.code(name), town.house.store.new_act(), visit)
        visit = scan(town.house.store, town.house.keys, command).visit


async def open_cases_list(counter: Counter) -> None:
    await counter.sign_in()
    await counter.press("1", "1")
    assert counter.mode == "cases"


def test_every_kind_that_the_code_writes_is_listed_with_words_in_both_languages() -> None:
    kinds = written_kinds()
    assert {"out_while_out", "booking_declined", "newer_entry", "damage", "renewal_of_nothing"} <= kinds
    assert kinds - set(KINDS) == set()
    for catalogue in (GERMAN, ENGLISH):
        for family, values in (("case", KINDS), ("case_do", KINDS), ("case_how", How), ("case_area", Area)):
            assert [one for one in values if not catalogue.get(f"{family}.{one}", "").strip()] == [], family
    assert {key for key in GERMAN if key.startswith("case.")} == {f"case.{one}" for one in KINDS}
    assert {key for key in GERMAN if key.startswith("case_do.")} == {f"case_do.{one}" for one in KINDS}


def test_at_most_three_answers_and_a_note_settle_a_case() -> None:
    assert [kind for kind, one in KINDS.items() if not 1 <= len(one.how) <= 3] == []


def make_cases(town: Town, kinds: Sequence[str]) -> dict[str, str]:
    """One case of each kind, about the thing or the machine that it would be about; gives their ids."""
    store = town.house.store
    with store.begin() as work:
        subject, node = town.items["Beamer 1"].subject, "node:kiosk-garten"
        entry = next(iter(work.entries_of(subject)))
        for n, kind in enumerate(kinds):
            about = node if kind in KINDS and KINDS[kind].area is Area.DEVICES else subject
            row = (f"{n:032x}", about, kind, entry.hex, work.now + n, "x")
            sql = "INSERT INTO matter (id, subject, kind, entry, at, about) VALUES (?, ?, ?, ?, ?, ?)"
            work.execute(store.sql(sql), row)
    return {kind: f"{n:032x}" for n, kind in enumerate(kinds)}


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_kind_has_a_page_that_says_what_to_do_and_fits(town: Town, language: str) -> None:
    made = make_cases(town, [*sorted(KINDS), "sung_by_a_newer_version"])
    words = Words(language)
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        counter.app.speak(language)
        await counter.settle()
        assert f"({len(made)})" in counter.text
        for case in open_cases(town.house.store):
            await counter.app.desk.staff.cases.open(made[case.kind])
            await counter.settle()
            assert counter.mode == "case"
            said = " ".join(counter.text.split())
            assert case_words.title(words, case.kind) in said
            assert " ".join(case_words.to_do(words, case).split()) in said
            answers = [case_words.how(words, one) for one in case.choices]
            assert [one for one in answers if one.split()[-1] not in said] == []
            assert counter.cut == []
            await counter.press("9")
            assert counter.cut == []


async def test_what_machines_notice_of_each_other_has_a_page_that_names_the_machine(town: Town) -> None:
    store = town.house.store
    for what in NOTICED:
        with store.begin() as work:
            assert work.notice(what, detail="boot-7", node="kiosk-garten") is not None
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        assert f"Vorgänge ({len(NOTICED)})" in counter.text
        assert f"Geräte {len(set(NOTICED) - {'request_failed'})}" in counter.text
        for case in open_cases(store):
            await counter.app.desk.staff.cases.open(case.id)
            await counter.settle()
            assert "kiosk-garten · seit Mo 1. Juni" in counter.text
            assert f"{Words('de')(f'case.{case.kind}')}: boot-7" in " ".join(counter.text.split())
            assert "dieses Gerät" in counter.text
            assert counter.cut == []


async def test_a_case_tells_what_happened_on_both_devices_and_that_one_did_not_know(
    town: Town, tmp_path: Path
) -> None:
    both_lend(town, tmp_path / "garden")
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        assert "Vorgänge (1)" in counter.text
        assert "Ausleihe · Beamer 1 · Mo 1. Juni" in counter.text
        await counter.press("1")
        text = counter.text
        assert "Verliehen, während es verliehen war" in text
        assert "Mo 1. Juni, 09:59 · garden" in text
        assert "Verliehen an Amina Kaya, bis Mo 15. Juni, 18:00" in text
        assert " ! Das Gerät wusste nicht, was davor geschah" in text
        assert "Verliehen an Jonas Weber, bis Mo 15. Juni, 18:00" in text
        assert "Zu erreichen: Amina Kaya · amina@example.org" in text
        assert "Zu erreichen: Jonas Weber · jonas@example.org" in text
        assert [part in text for part in ("1  Es ist bei Amina", "2  Es ist bei Jonas")] == [True, True]
        assert counter.cut == []


async def test_opening_a_case_is_noted_and_an_answer_settles_it(town: Town, tmp_path: Path) -> None:
    both_lend(town, tmp_path / "garden")
    store = town.house.store
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        (case,) = open_cases(store)
        assert case.seen_at is None
        await counter.press("1")
        (case,) = open_cases(store)
        assert case.seen_at is not None
        await counter.press("2")
        assert counter.mode == "cases"
        assert "Erledigt: Verliehen, während es verliehen war" in counter.text
        assert "Nichts anzusehen." in counter.text
    assert open_cases(store) == ()
    with store.begin() as work:
        seen, handled = work.entries_of(f"case:{case.id}")
    assert b'"how":"with_second"' in handled.data
    sabine = town.persons["Sabine Roth"].id.encode()
    assert sabine in (seen.private or b"")
    assert sabine in (handled.private or b"")
    assert b"Weber" not in handled.data + (handled.private or b"")
    assert loans_of(store, town.persons["Jonas Weber"].id) != []


async def test_the_thing_is_with_whom_staff_say_it_is_with(town: Town, tmp_path: Path) -> None:
    both_lend(town, tmp_path / "garden")
    amina, jonas = (town.persons[one].id for one in ("Amina Kaya", "Jonas Weber"))
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        await counter.press("1", "1")
        assert "Nichts anzusehen." in counter.text
    store = town.house.store
    assert [len(loans_of(store, one)) for one in (amina, jonas)] == [1, 0]


@pytest.mark.parametrize(
    ("language", "says", "thing"),
    [
        ("de", "Auch für jemand anderen notiert. Das Team klärt das mit Ihnen.", "Beamer 1"),
        ("en", "Also noted for somebody else. The team will settle it with you.", "Projector 1"),
    ],
)
async def test_who_is_not_listed_reads_that_the_thing_is_noted_for_somebody_else_too(
    town: Town, tmp_path: Path, language: str, says: str, thing: str
) -> None:
    both_lend(town, tmp_path / "garden")
    async with open_counter(town) as counter:
        counter.app.speak(language)
        await counter.scan("Amina Kaya")
        assert counter.mode == "visit"
        assert says in counter.text
        assert f"? {thing}" in counter.text
        assert Words(language)("visit.none") not in counter.text
        assert "Weber" not in counter.text
        assert "J. W." not in counter.text
        assert counter.cut == []


async def test_a_note_settles_a_case_too(town: Town, tmp_path: Path) -> None:
    both_lend(town, tmp_path / "garden")
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        await counter.press("1", "4", *"Beide gefragt", "enter")
        assert counter.mode == "cases"
        with town.house.store.reader() as read:
            assert read.rows("SELECT note FROM case_state") == [("Beide gefragt",)]


async def test_who_is_no_longer_named_is_not_named(town: Town, tmp_path: Path) -> None:
    both_lend(town, tmp_path / "garden")
    store = town.house.store
    with store.begin() as work:
        sql = "UPDATE entry SET private = NULL, salt = NULL WHERE subject = ?"
        work.execute(store.sql(sql), (town.items["Beamer 1"].subject,))
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        await counter.press("1")
        assert "niemand mehr genannt" in counter.text
        assert "Jonas" not in counter.text
        assert "1  Es ist bei der " in counter.text
        assert counter.cut == []


async def test_cases_are_listed_by_what_they_are_about_the_oldest_of_each_first(town: Town) -> None:
    kinds = ["clock_off", "out_while_out", "booking_declined", "back_while_in"]
    make_cases(town, kinds)
    async with open_counter(town) as counter:
        await open_cases_list(counter)
        said = [Words("de")(f"case.{kinds[n]}") for n in (2, 1, 3, 0)]
        assert sorted(said, key=counter.text.index) == said
        assert "Räume 1 · Ausleihe 2 · Geräte 1" in counter.text


def test_a_kind_of_a_newer_version_is_shown_by_its_name_and_can_be_settled() -> None:
    case = Case("a" * 32, "sung", "item:x", "", 0, None, settled=False)
    assert case_words.title(Words("de"), case.kind) == "sung"
    assert case_words.to_do(Words("de"), case) == Words("de")("case_page.newer")
    assert case.choices == (How.LOOKED, How.TECHNICIAN)


def test_a_machine_is_called_by_its_name_and_the_central_is_the_central() -> None:
    words = Words("de")
    told = [
        Told(Happened("e", "item.out", 0, sure=True, node=one)) for one in ("", "desk", "garten", "central")
    ]
    said = [case_words.device(words, one, "desk") for one in told]
    assert said == ["anderes Gerät", "dieses Gerät", "garten", "Zentrale"]


def test_the_command_takes_the_same_answers_as_the_screen() -> None:
    from kiosk.cli.cases import HOW

    assert list(How) == list(HOW)

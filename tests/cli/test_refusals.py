"""What bad input gets: a typed refusal, a clear sentence, nothing changed, no card's number in any of it."""

from __future__ import annotations

import re

import pytest

from kiosk.cli.doors import ALONE
from sharing import codes
from sharing.codes import CodeKind
from tests.cli.conftest import Desk

UNKNOWN_ITEM = codes.make(CodeKind.ITEM, 1234567890123)
UNKNOWN_CARD = codes.make(CodeKind.PERSON_CARD, 1234567890123)
MISREAD = UNKNOWN_ITEM[:-1] + str((int(UNKNOWN_ITEM[-1]) + 1) % 10)
MARKUP = "[@click=app.quit]Kasse[/]"
ESCAPES = "rot\x1b[31m\x1b]0;Titel\x07"
RIGHT_TO_LEFT = "\u202eneffo\u202c שלום مرحبا"
LONG = "ä" * 10_000


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("item", "show", MISREAD), "not_readable"),
        (("item", "show", UNKNOWN_ITEM), "unknown_code"),
        (("item", "show", UNKNOWN_CARD), "unknown_code"),
        (("item", "show", "gibt-es-nicht"), "does_not_exist"),
        (("item", "show", "lager-r1"), "does_not_exist"),
        (("item", "show", ESCAPES), "does_not_exist"),
        (("item", "show", LONG), "does_not_exist"),
        (("item", "show", "\udcff"), "bad_characters"),
        (("location", "show", "beamer-1"), "does_not_exist"),
        (("model", "show", "nichts"), "does_not_exist"),
        (("person", "show", "0" * 32), "person_unknown"),
        (("person", "show", UNKNOWN_CARD), "card_unknown"),
        (("person", "show", "Leyla"), "no_code"),
        (("card", "show", UNKNOWN_CARD), "card_unknown"),
        (("card", "show", UNKNOWN_ITEM), "card_unknown"),
        (("card", "show", MISREAD), "not_readable"),
        (("organisation", "show", "Niemand e. V."), "does_not_exist"),
        (("check-out", "--card", UNKNOWN_CARD, "stativ-1"), "card_unknown"),
        (("return", "stativ-1"), "not_out"),
        (("check", "stativ-1"), "not_out"),
        (("complete", "stativ-1"), "not_set_aside"),
        (("undo", "0" * 32), "not_undoable"),
        (("undo", "abc"), "bad_value"),
        (("scan", MISREAD), "not_readable"),
        (("scan", UNKNOWN_ITEM), "unknown_code"),
        (("scan", UNKNOWN_CARD), "card_unknown"),
        (("scan", ""), "no_code"),
        (("item", "claim", "beamer-1", UNKNOWN_CARD), "bad_value"),
        (("item", "claim", "beamer-1", "2099999000021"), "taken"),
        (("item", "add", "--model", "beamer", "--number", "x" * 41), "too_long"),
        (("item", "add", "--model", "beamer", "--note", ESCAPES), "bad_characters"),
        (("item", "add", "--model", "beamer", "--note", RIGHT_TO_LEFT), "bad_characters"),
        (("item", "add", "--model", "beamer", "--bought-on", "31.12.2025"), "bad_value"),
        (("model", "add", "--name", LONG), "too_long"),
        (("person", "add", "--name", LONG), "bad_value"),
        (("person", "add", "--name", "\u200b \u202e"), "bad_value"),
        (("house", "set", "loan_days=zwei"), "bad_value"),
        (("house", "set", "loandays=2"), "bad_value"),
        (("house", "set", "loan_days"), "bad_value"),
        (("house", "closing-days", "1999"), "bad_value"),
        (("cases", "handle", "0" * 32), "does_not_exist"),
        (("audit", "report", "0" * 32), "does_not_exist"),
        (("audit", "open", "beamer-1"), "does_not_exist"),
        (("import", "items", "/gibt/es/nicht.csv"), "bad_file"),
        (("import", "items", "/"), "bad_file"),
        (("labels", "--out", "/gibt/es/nicht/l.pdf", "beamer-1"), "file_not_written"),
        (("labels", "--out", "/tmp/l.pdf", "--sheet", "a4", "beamer-1"), "unknown_sheet"),
        (("labels", "--out", "/tmp/l.pdf"), "bad_value"),
        (("export", "items", "--out", "/gibt/es/nicht.csv"), "file_not_written"),
    ],
    ids=lambda one: " ".join(one)[:60].encode("ascii", "replace").decode() if isinstance(one, tuple) else one,
)
def test_bad_input_is_refused_by_name_and_changes_nothing(
    desk: Desk, words: tuple[str, ...], refusal: str
) -> None:
    before = desk.entries

    said = desk.json(*words, code=3)

    assert said["refusal"] == refusal
    assert len(said["message"]) < 600
    assert said["message"].isprintable()
    assert "refusal." not in said["message"]
    assert not said["next_message"].startswith("next.")
    if said["next"] in ALONE:
        assert said["ask"] is None
    else:
        assert set(said["ask"]) == {"function", "phone", "here_now", "from"}
    assert desk.entries == before


@pytest.mark.parametrize(
    "when",
    ["gestern", "2026-13-01", "25:00", "2026-03-29 02:30", "2026-10-25 02:30", "9999-01-01", "+99999d", ""],
)
def test_a_time_that_makes_no_sense_is_refused(desk: Desk, when: str) -> None:
    lend = ("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1", "--until")

    assert desk.json(*lend, when, code=3)["refusal"] == "bad_time"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("gibtsnicht",),
        ("item",),
        ("item", "fly"),
        ("item", "list", "--fly"),
        ("check-out",),
        ("check-out", "x"),
        ("check-out", "--card"),
        ("return", "--condition", "hübsch", "x"),
        ("journal", "tail", "-n", "viele"),
        ("card", "issue"),
        ("person", "suspend", "0" * 32),
        ("item", "lost", "x", "--act", "kurz"),
        ("--lang", "xx", "doctor"),
        ("import", "cats", "x.csv"),
        ("house", "closing-days", "bald"),
        ("completion", "cmd"),
        ("card", "revoke"),
    ],
    ids=" ".join,
)
def test_wrong_usage_says_what_is_wrong_and_where_to_read_more(desk: Desk, words: tuple[str, ...]) -> None:
    said, told = desk.say(*words), desk.json(*words, code=2)

    assert said.code == 2
    assert said.out == ""
    assert said.err
    assert told["refusal"] == "usage"
    assert set(told) == {"refusal", "message", "next", "next_message", "ask"}


def test_an_id_with_sixteen_digits_in_a_row_is_an_id_and_no_label(desk: Desk) -> None:
    said = desk.json("item", "show", "019bfcee8a1234567890123456bcdeff", code=3)

    assert said["refusal"] == "does_not_exist"


def test_a_refusal_is_told_in_the_language_asked_for(desk: Desk) -> None:
    german, english = (desk.say("return", "stativ-1", "--lang", one).err for one in ("de", "en"))

    assert "nicht ausgeliehen" in german
    assert "not lent" in english
    assert "Sie müssen nichts tun." in german
    assert "Ausleihe" not in german


def test_cards_that_are_revoked_expired_or_for_something_else_open_nothing(desk: Desk) -> None:
    person = desk.json("card", "show", desk.card("Ayşe Deneme"))["person"]["id"]
    revoked = desk.json("card", "issue", person)["code"]
    desk.json("card", "revoke", revoked)
    expired = desk.json("card", "issue", person, "--ends", "+1h")["code"]
    day = desk.json("card", "day", person)["code"]
    audit = desk.json("card", "issue", person, "--scope", "audit")["code"]
    narrow = desk.json("check-out", "--card", audit, "stativ-1", code=3)["refusal"]
    desk.clock.forward(hours=9)

    late = [
        desk.json("check-out", "--card", one, "stativ-1", code=3)["refusal"]
        for one in (revoked, expired, day)
    ]

    assert late == ["card_revoked", "card_expired", "card_expired"]
    assert narrow == "card_out_of_scope"


def test_somebody_elses_thing_is_not_to_be_had_and_nobody_is_named(desk: Desk) -> None:
    desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")

    said = desk.say("check-out", "--card", desk.card("David Vorlage"), "stativ-1")

    assert said.code == 3
    assert "Ayşe" not in said.err
    assert "A. D." not in said.err


def test_a_suspended_person_borrows_nothing_until_the_suspension_is_over(desk: Desk) -> None:
    card = desk.card("Ayşe Deneme")
    person = desk.json("person", "suspend", card, "--until", "+3d", "--reason", "Schlüssel")["person"]

    refused = desk.json("check-out", "--card", card, "stativ-1", code=3)
    desk.json("person", "suspend", card, "--lift")

    assert person["suspended_until"].startswith("2026-06-05T00:00")
    assert refused["refusal"] == "person_suspended"
    assert "Donnerstag, 4. Juni" in refused["message"]
    assert desk.json("check-out", "--card", card, "stativ-1")["lent"]


@pytest.mark.parametrize("name", [MARKUP, "Ferdinand שלום", "Ａｙşe\u200b\u200b Test", "a\tb\nc"])
def test_names_with_markup_or_marks_are_shown_and_steer_nothing(desk: Desk, name: str) -> None:
    person = desk.json("person", "add", "--name", name)["person"]

    said = desk.say("person", "show", person["id"])

    assert said.code == 0
    assert re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u200b]", said.out) is None
    assert "[@click=app.quit]" in said.out or name is not MARKUP


def test_no_answer_and_no_refusal_repeats_the_number_of_a_card(desk: Desk) -> None:
    card = desk.card("Ayşe Deneme")
    tried = [
        ("check-out", "--card", card, "stativ-1"),
        ("check-out", "--card", card, card),
        ("item", "show", card),
        ("return", card),
        ("card", "show", card),
        ("person", "show", card),
        ("scan", card),
        ("item", "claim", "beamer-1", card),
        ("undo", card),
        ("location", "show", card),
        ("loans", "--card", card),
        ("organisation", "show", card),
        ("audit", "scan", "0" * 32, card),
        ("item", "list", card),
        ("journal", "tail"),
        ("card", "revoke", card),
        ("check-out", "--card", card, "stativ-2"),
        ("doctor",),
        ("import", "items", card),
        (card,),
        ("item", "list", "--at", card),
    ]

    said = [desk.say(*words, *form) for words in tried for form in ((), ("--json",))]

    digits = [re.sub(r"[^0-9]", "", one.out + one.err) for one in said]
    assert [words for words, one in zip(tried, digits[::2], strict=True) if card in one] == []
    assert [words for words, one in zip(tried, digits[1::2], strict=True) if card in one] == []

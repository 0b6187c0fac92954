"""Lending by command: the same rules as at the kiosk, with stable keys and exit codes."""

from __future__ import annotations

import gc

import pytest

from kiosk.cli.main import QUICK
from kiosk.cli.running import PYTHONS_OWN
from tests.cli.conftest import Desk

LINE_KEYS = {
    "line",
    "loan",
    "item",
    "person",
    "organisation",
    "out_at",
    "due",
    "overdue",
    "back_at",
    "checked_at",
    "condition",
    "renewals",
    "asked_due",
    "override",
    "late",
}


def test_a_thing_goes_out_by_card_and_key_and_comes_back_by_its_number(desk: Desk) -> None:
    out = desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")
    code = out["lent"][0]["item"]["code"]

    back = desk.json("return", " ".join(code[at : at + 4] for at in range(0, 16, 4)), "--condition", "good")

    assert set(out["lent"][0]) == LINE_KEYS
    assert out["lent"][0]["due"] == "2026-06-08T18:00:00.000+02:00"
    assert back["returned"][0]["back_at"] is not None
    assert desk.json("loans")["loans"] == []


def test_a_sentence_that_ends_in_thanks_is_followed_by_the_thing_without_a_colon(desk: Desk) -> None:
    desk.say("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")

    assert "Zurückgegeben. Danke! Kamerastativ 1" in desk.say("return", "stativ-1").out


def test_things_are_named_by_number_link_barcode_key_and_id(desk: Desk) -> None:
    item = desk.json("item", "show", "beamer-1")

    names = [item["code"], f"https://haus.example/{item['code']}", item["barcode"], item["key"], item["id"]]

    assert {desk.json("item", "show", name)["id"] for name in names} == {item["id"]}


def test_a_card_is_read_from_standard_input_where_no_process_list_shows_it(desk: Desk) -> None:
    out = desk.json("check-out", "--card", "-", "stativ-1", typed=f"{desk.card('Ayşe Deneme')}\n")

    assert out["lent"][0]["person"]["name"] == "Ayşe Deneme"


def test_several_things_are_lent_all_or_none(desk: Desk) -> None:
    card, before = desk.card("Ayşe Deneme"), desk.entries

    refused = desk.json("check-out", "--card", card, "stativ-1", "beamer-1", "beamer-2", code=3)

    assert refused["refusal"] == "too_many_of_model"
    assert desk.entries == before


def test_what_needs_something_first_is_set_aside_with_exit_code_3_and_completed_by_staff(desk: Desk) -> None:
    aside = desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "kamera-1", "stativ-1", code=3)
    waiting = desk.json("loans", "--set-aside")["set_aside"]
    done = desk.json("complete", "kamera-1", "--by", desk.made["staff"][0]["code"])

    assert aside["refusal"] == "step_missing"
    assert aside["ask"] == {"function": "Ausleihe", "phone": "069 90009 200", "here_now": True, "from": None}
    assert [one["item"]["key"] for one in aside["lent"]] == ["stativ-1"]
    assert [one["item"]["key"] for one in waiting] == ["kamera-1"]
    assert done["lent"][0]["person"]["name"] == "Ayşe Deneme"


def test_what_is_set_aside_can_go_back_on_the_shelf(desk: Desk) -> None:
    desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "kamera-1", code=3)

    desk.json("put-back", "kamera-1")

    assert desk.json("loans", "--set-aside")["set_aside"] == []
    assert desk.json("put-back", "kamera-1", code=3)["refusal"] == "not_set_aside"


def test_a_rule_is_set_aside_only_with_a_reason_and_by_whoever_may(desk: Desk) -> None:
    card, other = desk.card("Ayşe Deneme"), desk.card("David Vorlage")
    desk.json("check-out", "--card", card, "beamer-1")
    lend = ("check-out", "--card", card, "beamer-2")

    without_reason = desk.json(*lend, "--by", desk.made["staff"][0]["code"], code=3)
    without_right = desk.json(*lend, "--override", "Fest", "--by", other, code=3)
    done = desk.json(*lend, "--override", "Fest", "--by", desk.made["staff"][0]["code"])

    assert without_reason["refusal"] == "bad_value"
    assert without_right["refusal"] == "not_allowed"
    assert done["lent"][0]["override"] == "too_many_of_model"


def test_the_same_act_sent_twice_lends_once(desk: Desk) -> None:
    order = ("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1", "--act", "0" * 30 + "a1")

    first, again = desk.json(*order), desk.json(*order)

    assert first == again
    assert len(desk.json("loans")["loans"]) == 1


def test_paper_is_entered_late_and_the_future_is_not(desk: Desk) -> None:
    lend = ("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1", "--at")

    refused = desk.json(*lend, "+2h", code=3)
    line = desk.json(*lend, "-30m")["lent"][0]

    assert refused["refusal"] == "bad_time"
    assert line["late"] is True


def test_a_thing_is_kept_longer_and_brought_back_sooner(desk: Desk) -> None:
    desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1", "--until", "+3d")

    longer = desk.json("renew", "stativ-1")["renewed"]
    sooner = desk.json("renew", "stativ-1", "--until", "+1d")["renewed"]

    assert longer["due"] > "2026-06-07"
    assert sooner["due"].startswith("2026-06-02")
    assert desk.json("renew", "stativ-2", code=3)["refusal"] == "not_out"


def test_an_act_is_undone_by_its_id_and_not_twice(desk: Desk) -> None:
    acts = desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1", "stativ-2", code=3)
    assert acts["refusal"] == "too_many_of_model"
    acts = desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1", "bierbank-1")["acts"]

    undone = desk.json("undo", *acts)

    assert {one["key"] for one in undone["items"]} == {"stativ-1", "bierbank-1"}
    assert desk.json("loans")["loans"] == []
    again = desk.say("undo", acts[0])
    assert again.code == 3
    assert again.err == "Das ist schon rückgängig gemacht.\nSie müssen nichts tun.\n"
    assert desk.json("undo", acts[0], code=3)["refusal"] == "undone_already"


def test_an_act_that_is_none_names_an_example_and_nobody_to_call(desk: Desk) -> None:
    said = desk.say("undo", "xyz")
    assert "32 × 0-9a-f (01a206049bbd72819309fb3c02e52a5e)" in said.err
    assert "Ausleihe" not in said.err


def test_a_check_out_prints_what_its_undo_needs(desk: Desk) -> None:
    said = desk.say("check-out", "--card", desk.card("David Vorlage"), "stativ-1")
    (command,) = [line.partition(": ")[2] for line in said.out.splitlines() if line.startswith("Rückgängig")]
    assert desk.say(*command.split()[1:]).code == 0
    assert desk.json("loans")["loans"] == []


def test_a_return_stays_unchecked_until_staff_look_at_it(desk: Desk) -> None:
    desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")
    desk.json("return", "stativ-1", "--condition", "broken", "--note", "Bein ab")
    unchecked = desk.json("loans", "--unchecked")["loans"]
    told = desk.json("cases", "list")["cases"]

    desk.json("check", "stativ-1", "--condition", "good")

    assert [one["condition"] for one in unchecked] == ["broken"]
    assert desk.json("loans", "--unchecked")["loans"] == []
    assert [one["kind"] for one in told] == ["damage"]
    assert desk.json("cases", "list")["cases"] == []


def test_a_case_is_seen_and_settled(desk: Desk) -> None:
    desk.json("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")
    desk.json("return", "stativ-1", "--condition", "broken")
    (case,) = desk.json("cases", "list")["cases"]

    seen = desk.json("cases", "seen", case["id"])
    desk.json("cases", "handle", case["id"], "--note", "Repariert")

    assert seen["case"]["seen_at"] is not None
    assert desk.json("cases", "list")["cases"] == []


def test_one_scan_by_command_does_what_the_kiosk_does(desk: Desk) -> None:
    item = desk.json("item", "show", "stativ-1")["code"]
    card = desk.card("Ayşe Deneme")

    steps = [
        desk.json("scan", item)["step"],
        desk.json("scan", item, "--card", card)["step"],
        desk.json("scan", item, "--card", card)["step"],
        desk.json("scan", item)["step"],
        desk.json("scan", card)["step"],
        desk.json("scan", desk.made["rooms"][0]["code"])["step"],
    ]

    assert steps == ["shown", "lent", "ask_back_or_extend", "given_back", "visit_opened", "room"]


def test_a_scan_that_is_not_done_says_so_with_exit_code_3(desk: Desk) -> None:
    item = desk.json("item", "show", "kamera-1")["code"]

    aside = desk.json("scan", item, "--card", desk.card("Ayşe Deneme"), code=3)
    kept = desk.json("scan", item, code=3)

    assert (aside["refusal"], aside["missing"]) == ("set_aside", ["deposit", "signature"])
    assert kept["refusal"] == "kept_at_desk"


def test_the_kiosk_as_lines_keeps_a_visit_and_forgets_it_when_nobody_comes(desk: Desk) -> None:
    codes = {key: desk.json("item", "show", key)["code"] for key in ("stativ-1", "bierbank-1")}
    card = desk.card("Ayşe Deneme")

    said = desk.say("run", "--plain", typed=f"\n{card}\n{codes['stativ-1']}\n{codes['bierbank-1']}\n{card}\n")

    assert said.code == 0
    assert "Guten Tag, A. D." in said.out
    assert said.out.count("Ausgeliehen:") == 2
    assert "Auf Wiedersehen" in said.out
    assert "Ayşe" not in said.out


def test_the_kiosk_as_lines_collects_garbage_as_a_program_that_runs_for_weeks(desk: Desk) -> None:
    before = gc.get_threshold()
    gc.set_threshold(*QUICK)
    try:
        assert desk.say("run", "--plain").code == 0
        assert gc.get_threshold() == PYTHONS_OWN
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@pytest.mark.parametrize(
    ("which", "says"),
    [
        ("--overdue", "Nichts ist überfällig."),
        ("--unchecked", "Keine Rückgabe wartet auf eine Prüfung."),
        ("--set-aside", "An der Theke liegt nichts bereit."),
    ],
)
def test_an_empty_list_of_loans_says_what_there_is_none_of(desk: Desk, which: str, says: str) -> None:
    for one in desk.json("loans")["loans"]:
        desk.json("return", one["item"]["key"])
        desk.json("check", one["item"]["key"])

    assert desk.say("loans").out == "Nichts ist ausgeliehen.\n"
    assert desk.say("loans", which).out == f"{says}\n"
    assert desk.say("loans", "--item", "stativ-1").out == "Das war noch nie ausgeliehen.\n"


def test_the_help_says_what_the_conditions_mean(desk: Desk) -> None:
    german = " ".join(desk.say("return", "--help").out.split())
    english = " ".join(desk.say("return", "--lang", "en", "--help").out.split())

    assert "good = Alles gut, dirty = Schmutzig, incomplete = Es fehlt etwas, broken = Kaputt" in german
    assert "broken = Broken" in english

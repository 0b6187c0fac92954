"""Keeping things, places, people and lists by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Desk


def test_a_model_an_item_and_its_place_are_added_and_changed(desk: Desk) -> None:
    place = desk.json(
        "location", "add", "--name", "de=Regal 9", "--name", "en=Shelf 9", "--kind", "shelf", "--key", "r9"
    )
    model = desk.json(
        "model", "add", "--name", "Drohne", "--key", "drohne", "--needs", "adult", "--value-cents", "90000"
    )
    item = desk.json("item", "add", "--model", "drohne", "--number", "1", "--home", "r9", "--key", "drohne-1")
    changed = desk.json("item", "change", "drohne-1", "--note", "Akku neu", "--not-lendable")
    translated = desk.json("model", "change", "drohne", "--name", "en=Drone")

    assert place["location"]["names"] == {"de": "Regal 9", "en": "Shelf 9"}
    assert model["model"]["needs"] == ["adult"]
    assert item["item"]["name"] == "Drohne 1"
    assert len(item["item"]["code"]) == 16
    assert (changed["item"]["note"], changed["item"]["lendable"]) == ("Akku neu", False)
    assert translated["model"]["names"]["en"] == "Drone"
    assert desk.json("item", "show", "drohne-1", "--lang", "en")["name"] == "Drone 1"


def test_a_place_is_renamed_and_moved(desk: Desk) -> None:
    before = desk.json("location", "show", "lager-r1")["location"]

    after = desk.json("location", "change", "lager-r1", "--name", "de=Regal A", "--key", "lager-a")[
        "location"
    ]

    assert after["id"] == before["id"]
    assert after["name"] == "Regal A"
    assert after["where"].endswith("Regal A")
    assert len(desk.json("location", "list")["locations"]) > 20


def test_things_are_found_by_words_place_and_model(desk: Desk) -> None:
    def keys(*words: str) -> set[str]:
        return {one["key"] for one in desk.json("item", "list", *words)["items"]}

    assert keys("beamer", "2") >= {"beamer-2"}
    assert keys("--model", "stativ") == {"stativ-1", "stativ-2", "stativ-3"}
    assert "beamer-1" in keys("--at", "lager-r1")
    assert keys("beamer", "--at", "lager-r1", "--model", "beamer") <= keys("--model", "beamer")
    assert keys("gibtsnicht") == set()
    assert {"beamer", "stativ"} <= {one["key"] for one in desk.json("model", "list")["models"]}


def test_a_label_is_claimed_for_ever(desk: Desk) -> None:
    desk.json("item", "claim", "stativ-1", "ABC-4711")

    assert desk.json("item", "show", "abc-4711")["key"] == "stativ-1"
    assert desk.json("item", "claim", "stativ-2", "ABC-4711", code=3)["refusal"] == "taken"


def test_a_thing_is_blocked_lost_and_found_again(desk: Desk) -> None:
    lend = ("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")
    desk.json("item", "block", "stativ-1", "--reason", "repair", "--note", "Schraube")
    blocked = desk.json(*lend, code=3)
    desk.json("item", "unblock", "stativ-1")
    desk.json("item", "lost", "stativ-1", "--by", desk.made["staff"][0]["code"])
    lost = desk.json(*lend, code=3)
    desk.json("item", "found", "stativ-1")

    assert (blocked["refusal"], lost["refusal"]) == ("item_is_blocked", "item_is_lost")
    assert desk.json(*lend)["lent"]


def test_a_person_is_registered_given_a_card_a_role_and_a_pin(desk: Desk) -> None:
    person = desk.json(
        "person",
        "add",
        "--name",
        "Nuri Neu",
        "--contact",
        "nuri@example.org",
        "--minor",
        "--guardian",
        "Oya Neu",
        "--accept-terms",
    )["person"]
    card = desk.json("card", "issue", person["id"])["code"]
    desk.json("person", "role", card, "staff")
    with_pin = desk.json("person", "pin", card, typed="493817\n")["person"]
    desk.json("person", "role", card, "staff", "--withdraw")
    shown = desk.json("person", "show", card)

    assert (person["adult"], person["guardian"], person["terms_version"]) == (False, "Oya Neu", 1)
    assert with_pin["has_pin"]
    assert with_pin["roles"] == ["staff", "visitor"]
    assert shown["person"]["roles"] == ["visitor"]
    assert [one["kind"] for one in shown["cards"]] == ["person"]


@pytest.mark.parametrize("pin", ["", "123", "1111", "abcd", "1" * 13])
def test_a_pin_that_is_none_is_refused_and_not_repeated(desk: Desk, pin: str) -> None:
    said = desk.json("person", "pin", desk.made["staff"][0]["code"], typed=f"{pin}\n", code=3)

    assert said["refusal"] == "bad_value"
    assert not pin or pin not in said["message"].replace("4–12", "")


def test_what_is_known_of_a_person_is_changed_and_found(desk: Desk) -> None:
    card = desk.card("Ayşe Deneme")

    desk.json("person", "change", card, "--name", "Ayşe Öztürk", "--language", "tr", "--identity-checked")
    desk.json("person", "accept-terms", card)
    desk.json("person", "instruct", card, "beamer")

    (found,) = desk.json("person", "list", "ozturk")["persons"]
    assert (found["name"], found["language"]) == ("Ayşe Öztürk", "tr")
    assert len(found["instructed"]) >= 1


def test_all_cards_of_a_lost_wallet_are_withdrawn_at_once(desk: Desk) -> None:
    person = desk.json("card", "show", desk.card("Ayşe Deneme"))["person"]["id"]
    desk.json("card", "day", person)

    assert desk.json("card", "revoke", "--all-of", person)["revoked"] == 2
    assert desk.json("card", "show", desk.card("Ayşe Deneme"), code=3)["refusal"] == "card_revoked"


def test_a_role_card_belongs_to_nobody_and_lends_nothing(desk: Desk) -> None:
    card = desk.json("card", "issue", "--role", "volunteer", "--scope", "audit")

    assert card["person"] is None
    assert desk.json("check-out", "--card", card["code"], "stativ-1", code=3)["refusal"] == "person_unknown"


def test_an_organisation_gets_members_and_lends_in_its_name(desk: Desk) -> None:
    card = desk.card("Ayşe Deneme")
    made = desk.json("organisation", "add", "--name", "Chor am Park e. V.", "--kind", "association")[
        "organisation"
    ]
    lend = ("check-out", "--card", card, "stativ-1", "--for", "chor am park e. v.")

    before = desk.json(*lend, code=3)
    desk.json("organisation", "member", made["id"], card, "--responsible")
    line = desk.json(*lend)["lent"][0]
    desk.json("organisation", "change", made["id"], "--contact", "chor@example.org")
    desk.json("organisation", "member", made["id"], card, "--remove")

    assert before["refusal"] == "not_allowed"
    assert line["organisation"] == {"id": made["id"], "name": "Chor am Park e. V."}
    assert desk.json("organisation", "show", made["id"])["organisation"]["members"] == []
    assert made["id"] in {one["id"] for one in desk.json("organisation", "list", "chor")["organisations"]}


def test_an_exported_list_is_imported_again_without_a_change(desk: Desk, tmp_path: Path) -> None:
    before = desk.entries
    for what in ("locations", "models", "organisations", "persons", "items"):
        file = tmp_path / f"{what}.csv"
        desk.json("export", what, "--out", str(file))
        report = desk.json("import", what, str(file))
        assert report["counts"]["unchanged"] == len(report["lines"])
        assert file.stat().st_mode & 0o777 == 0o600

    assert desk.entries == before


def test_a_list_is_tried_before_it_is_imported(desk: Desk) -> None:
    text = "key;name_de\nkissen;Kissen\n"

    tried = desk.json("import", "models", "-", "--dry-run", typed=text)
    before = [one["key"] for one in desk.json("model", "list")["models"]]
    done = desk.json("import", "models", "-", typed=text)

    assert (tried["done"], tried["counts"]["new"]) == (False, 1)
    assert "kissen" not in before
    assert done["done"]
    assert desk.json("model", "show", "kissen")["model"]["name"] == "Kissen"


@pytest.mark.parametrize(
    "text", ["key;nam_de\nx;y\n", "key;name_de\nx;\ny;\x1b[31m\n", "", "x" * 100_000, '"key;name_de\n']
)
def test_a_list_that_is_wrong_changes_nothing_and_says_where(desk: Desk, text: str) -> None:
    before = desk.entries

    said = desk.say("import", "models", "-", typed=text)
    told = desk.json("import", "models", "-", typed=text, code=3)

    assert said.code == 3
    assert said.err.isprintable() or set(said.err) & {"\n"}
    assert "\x1b" not in said.err
    assert told["refusal"] == "bad_file"
    assert desk.entries == before


def test_a_stock_take_by_command_finds_what_is_missing_and_settles_it(desk: Desk) -> None:
    audit = desk.json("audit", "open", "lager-r1")["audit"]["id"]
    first, *rest = [one["code"] for one in desk.json("item", "list", "--at", "lager-r1")["items"]]
    for code in rest:
        desk.json("audit", "scan", audit, code)
    stranger = desk.json("audit", "scan", audit, desk.json("item", "show", "kamera-1")["code"])

    closed = desk.json("audit", "close", audit)
    settled = desk.json("audit", "settle", audit, first)

    assert stranger["finding"] == "misplaced"
    assert (closed["counts"]["missing"], closed["counts"]["misplaced"]) == (1, 1)
    assert settled["settled"]["settled"]
    assert desk.json("item", "show", first)["lost"]
    assert desk.say("audit", "report", audit, "--csv").out.startswith("finding,")
    assert [one["id"] for one in desk.json("audit", "list")["audits"]] == [audit]
    assert desk.json("audit", "scan", audit, first, code=3)["refusal"] == "audit_closed_already"


def test_labels_are_printed_for_things_places_and_blanks(desk: Desk, tmp_path: Path) -> None:
    sheet, picture = tmp_path / "l.pdf", tmp_path / "l.png"

    printed = desk.json("labels", "--out", str(sheet), "beamer-1", "lager-r1", "--blank", "3", "--skip", "2")
    desk.json("labels", "--out", str(picture), "beamer-1")
    everything = desk.json("labels", "--out", str(sheet), "--at", "lager-r1")

    assert printed["labels"] == 5
    assert everything["labels"] > 3
    assert sheet.read_bytes().startswith(b"%PDF")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_cards_of_the_example_are_printed_with_the_numbers_they_have(desk: Desk, tmp_path: Path) -> None:
    before = desk.entries

    printed = desk.json("demo", "cards", "--out", str(tmp_path / "cards.pdf"), "--items", "2")
    desk.json("house", "set", "name=Haus am Park")

    assert printed["labels"] > len(desk.made["cards"])
    assert desk.entries == before + 1
    assert desk.json("demo", "cards", "--out", str(tmp_path / "x.pdf"), code=3)["refusal"] == "does_not_exist"


def test_the_card_of_somebody_registered_since_is_not_printed_again(desk: Desk, tmp_path: Path) -> None:
    out = str(tmp_path / "cards.pdf")
    before = desk.json("demo", "cards", "--out", out, "--items", "0")["labels"]
    added = desk.json("person", "add", "--name", "Fatma Neu", "--adult")["person"]["id"]
    desk.json("card", "issue", added)

    assert desk.json("demo", "cards", "--out", out, "--items", "0")["labels"] == before


def test_the_journal_is_shown_without_what_is_private(desk: Desk) -> None:
    desk.json("person", "change", desk.card("Ayşe Deneme"), "--contact", "geheim@example.org")

    said = desk.say("journal", "tail", "--json", "-n", "3")

    assert len(said.data["entries"]) == 3
    assert "geheim" not in said.out
    assert said.data["entries"][-1]["kind"] == "person.changed"


def test_lists_in_plain_mode_say_one_fact_a_line(desk: Desk) -> None:
    lines = desk.say("item", "list", "--model", "stativ", "--plain").out.splitlines()

    assert lines[0] == "Name: Kamerastativ 1"
    assert lines.count("") == 2

"""Labels and cards by command: for rooms, in advance, and for a card that was lost."""

from __future__ import annotations

from pathlib import Path

from devices.labels.sheets import SHEETS
from sharing import codes
from tests.cli.conftest import Desk
from tests.devices.labels.paper import contents, pages, texts


def read(file: Path, sheet: str) -> list[str]:
    return [code for page in pages(file) for place in contents(page, SHEETS[sheet]) for code in place]


def test_every_room_gets_its_label_at_once(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "rooms.pdf"

    desk.json("labels", "--all", "room", "--sheet", "herma-4464", "--out", str(out))

    rooms = [one for one in desk.json("location", "list")["locations"] if one["kind"] == "room"]
    assert sorted(read(out, "herma-4464")) == sorted(one["code"] for one in rooms)


def test_labels_printed_in_advance_are_claimed_by_command(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "blank.pdf"
    desk.json("labels", "--blank", "3", "--kind", "kit", "--out", str(out))
    blank, place = read(out, "herma-4606")[0], tmp_path / "place.pdf"
    desk.json("labels", "--blank", "1", "--kind", "location", "--out", str(place))

    assert desk.say("scan", blank).code == 3
    desk.json("item", "claim", "stativ-1", blank)
    desk.json("item", "claim", "lager-r1", *read(place, "herma-4606"))

    assert codes.kind_of(blank).name == "KIT"
    assert desk.json("item", "show", blank)["key"] == "stativ-1"
    assert desk.json("item", "claim", "stativ-2", blank, code=3)["refusal"] == "taken"


def test_a_blank_card_is_claimed_by_issuing_it(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "blank.pdf"
    desk.json("labels", "--blank", "10", "--kind", "person_card", "--sheet", "cards-32010", "--out", str(out))
    person = desk.json("person", "list")["persons"][0]["id"]
    cards = read(out, "cards-32010")

    issued = desk.json("card", "issue", person, "--blank", "-", typed=cards[3])

    assert len(set(cards)) == 10
    assert issued["code"] == cards[3]


def test_no_card_is_made_that_has_ended_before_it_is_printed(desk: Desk, tmp_path: Path) -> None:
    person, out = desk.json("person", "list")["persons"][0]["id"], tmp_path / "card.pdf"
    before = desk.entries

    said = desk.json("card", "issue", person, "--ends", "2020-01-01 10:00", "--out", str(out), code=3)

    assert (said["refusal"], desk.entries, out.exists()) == ("bad_time", before, False)


def test_a_lost_card_is_replaced_and_the_new_one_printed(desk: Desk, tmp_path: Path) -> None:
    old, out = desk.card("Amira Mithal"), tmp_path / "card.pdf"
    person = desk.json("card", "show", "-", typed=old)["person"]["id"]
    act = "ab" * 16

    done = desk.json("card", "reissue", person, "--out", str(out), "--skip", "1", "--act", act)
    again = desk.json("card", "reissue", person, "--out", str(out), "--act", act)

    assert done["revoked"] == 1
    assert [again[key] for key in ("code", "hash", "revoked")] == [done["code"], done["hash"], 1]
    assert read(out, "cards-32010") == [done["code"]]
    assert "A. M." in " ".join(texts(out)[0].split())
    assert desk.json("card", "show", "-", typed=old, code=3)["refusal"] == "card_revoked"
    assert desk.json("card", "show", "-", typed=done["code"])["person"]["id"] == person


def test_a_lost_card_of_a_role_is_replaced_by_its_number_or_hash(desk: Desk) -> None:
    made = desk.json("card", "issue", "--role", "volunteer", "--scope", "audit")
    [listed] = desk.json("card", "list")["cards"]

    done = desk.json("card", "reissue", "--card", listed["hash"])
    again = desk.json("card", "reissue", "--card", "-", typed=done["code"])

    assert (again["roles"], again["scope"], again["revoked"]) == (["volunteer"], ["audit"], 1)
    assert desk.json("card", "show", "-", typed=made["code"], code=3)["refusal"] == "card_revoked"
    assert desk.json("card", "reissue", "--card", made["hash"], code=3)["refusal"] == "no_card_to_replace"


def test_cards_in_use_are_listed_by_their_hashes_and_no_number(desk: Desk) -> None:
    day = desk.json("card", "day", "--role", "staff")
    number = desk.card("Amira Mithal")
    person = desk.json("card", "show", "-", typed=number)["person"]["id"]
    desk.json("card", "issue", person, "--scope", "lend")
    desk.json("card", "revoke", "-", typed=number)

    roles, mine = desk.say("card", "list").out, desk.say("card", "list", person).out
    assert (roles.count("k1."), mine.count("k1.")) == (1, 1)
    assert "Team" in roles
    assert "Nur zum Ausleihen" in mine
    assert day["code"] not in roles
    assert number not in mine


def test_a_card_that_cannot_be_printed_is_not_issued(desk: Desk, tmp_path: Path) -> None:
    old, before = desk.card("Amira Mithal"), desk.entries
    person = desk.json("card", "show", "-", typed=old)["person"]["id"]

    refused = desk.json("card", "reissue", person, "--out", str(tmp_path / "no" / "card.pdf"), code=3)

    assert refused["refusal"] == "file_not_written"
    assert refused["details"]["path"].endswith("/no/card.pdf")
    assert desk.entries == before


def test_a_day_card_of_a_role_says_until_when_it_works(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"

    desk.json("card", "day", "--role", "staff", "--out", str(out))

    assert "Team" in texts(out)[0]
    said = " ".join(texts(out)[0].split())
    assert "Gilt bis Mo 1. Juni, 18:00" in said
    assert "Lindenhof" not in said  # it made the one thing that matters on such a card small


def test_a_refusal_names_what_was_typed(desk: Desk, tmp_path: Path) -> None:
    one, two = str(tmp_path / "one.png"), str(tmp_path / "two.txt")

    several = desk.json("labels", "--blank", "2", "--out", one, code=3)
    other = desk.json("labels", "stativ-1", "--out", two, code=3)
    skipped = desk.json("labels", "stativ-1", "--skip", "99", "--out", str(tmp_path / "a.pdf"), code=3)
    moved = desk.json("labels", "stativ-1", "--offset", "30", "0", "--out", "a.pdf", code=3)

    assert several["message"] == "--out: „one.png“ geht nicht. Es geht: .pdf (2)."
    assert other["message"] == "--out: „two.txt“ geht nicht. Es geht: .pdf, .png."
    assert skipped["message"].startswith("--skip: „99“")
    assert moved["message"].startswith("--offset: „30“")
    assert not [*tmp_path.glob("*.*")]


def test_the_labels_of_a_shelf_come_in_the_order_in_which_people_look_for_things(
    desk: Desk, tmp_path: Path
) -> None:
    desk.json("item", "add", "--model", "beamer", "--number", "10", "--home", "lager-r1")
    out = tmp_path / "shelf.pdf"

    desk.json("labels", "--sheet", "avery-4780", "--at", "lager-r1", "--out", str(out))

    said = " ".join(texts(out)[0].split())
    places = [said.index(f"Beamer {n} ") for n in ("1", "2", "3", "4", "10")]
    assert places == sorted(places)
    assert said.index("Regal 1 Technik") < places[0]
    assert places[-1] < said.index("Leinwand")

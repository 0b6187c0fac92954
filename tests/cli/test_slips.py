"""Slips by command: what is on paper is what the desk knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.devices.slips.reading import rolled, scanned, texts


def said(file: Path) -> str:
    return " ".join(texts(file.read_bytes()))


def lend(desk: Desk, *things: str, person: str = "Amira Mithal") -> None:
    card = desk.card(person)
    desk.json("check-out", "--card", "-", "--override", "Probe", *things, typed=card)


def test_a_loan_slip_has_all_that_was_taken_together_and_who_took_it(desk: Desk, tmp_path: Path) -> None:
    lend(desk, "laptop-1")
    desk.clock.forward(minutes=5)
    lend(desk, "beamer-1", "bollerwagen-1")
    out = tmp_path / "slip.pdf"

    done = desk.json("slip", "loan", "beamer-1", "--purpose", "Sommerfest", "--also", "en", "--out", str(out))

    assert {one["item"]["key"] for one in done["loans"]} == {"beamer-1", "bollerwagen-1"}
    assert (done["paper"], done["file"]) == ("a4", str(out))
    for one in ("Leihschein", "Loan slip", "Amira Mithal", "Beamer 1", "Sommerfest", "520,00 €", "630,00 €"):
        assert one in said(out)
    assert "Laptop" not in said(out)
    assert out.stat().st_mode & 0o077 == 0


def test_a_slip_for_a_person_has_all_they_have_and_a_code_for_the_phone(desk: Desk, tmp_path: Path) -> None:
    lend(desk, "laptop-1", "laptop-2")
    person = desk.json("loans")["loans"][0]["person"]["id"]
    out = tmp_path / "slip.pdf"

    desk.json("slip", "loan", "--person", person, "--paper", "a5", "--out", str(out))

    assert "Laptop 1" in said(out)
    assert "Laptop 2" in said(out)
    (code,) = scanned(out.read_bytes())
    assert code.startswith("BEGIN:VEVENT\r\nSUMMARY:Zurückbringen")


def test_what_came_back_is_receipted(desk: Desk, tmp_path: Path) -> None:
    lend(desk, "laptop-1", "beamer-1")
    desk.json("return", "laptop-1", "--condition", "dirty")
    out = tmp_path / "receipt.pdf"

    desk.json("slip", "return", "laptop-1", "--out", str(out))
    desk.json("slip", "return", "laptop-1", "beamer-1", "--out", str(out), code=3)

    assert "Quittung" in said(out)
    assert "noch nicht angesehen" in said(out)
    assert "Beamer" not in said(out)


def test_a_booking_is_confirmed_on_paper(desk: Desk, tmp_path: Path) -> None:
    made = desk.json(
        "book", "saal-a", "--from", "tue 18:00", "--to", "20:00", "--every", "week", "--count", "3",
        "--card", "-", typed=desk.card("Amira Mithal"),
    )  # fmt: skip
    booking = made["booking"]["id"]
    out = tmp_path / "booking.pdf"

    desk.json("slip", "booking", booking, "--out", str(out))
    whole = said(out)
    one = desk.json("slip", "booking", f"{booking}/1", "--out", str(out))

    assert whole.count("Saal A") >= 3
    sure = one["booking"]["dates"][0]["state"] == "confirmed"
    assert [code[:12] for code in scanned(out.read_bytes())] == ["BEGIN:VEVENT"] * sure
    assert [date["n"] for date in one["booking"]["dates"]] == [1]
    desk.json("booking", "cancel", booking, "--part", "all")
    assert desk.json("slip", "booking", booking, "--out", str(out), code=3)["refusal"] == "booking_over"


@pytest.mark.parametrize("kind", ["wish", "emergency"])
def test_empty_forms_are_in_two_languages_and_need_nothing(desk: Desk, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "form.pdf"

    desk.json("slip", kind, "--out", str(out))
    both = said(out)
    desk.json("slip", kind, "--also", "none", "--out", str(out))

    assert len(said(out)) < len(both)
    assert "No." in both
    assert "No." not in said(out)


def test_a_slip_goes_to_a_receipt_printer_and_when_it_is_gone_again(desk: Desk, tmp_path: Path) -> None:
    lend(desk, "laptop-1")
    device = tmp_path / "lp0"

    gone = desk.json("slip", "loan", "laptop-1", "--printer", str(device), code=3)
    device.touch()
    done = desk.json("slip", "loan", "laptop-1", "--printer", str(device))

    assert (gone["refusal"], gone["next"]) == ("printer_gone", "print_again")
    assert done["bytes"] == device.stat().st_size
    assert rolled(device.read_bytes()).width == 576


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("loan", "laptop-1", "--out", "x.pdf"), "not_out"),
        (("wish",), "usage"),
        (("loan", "--out", "x.pdf"), "usage"),
        (("wish", "--out", "x.pdf", "--also", "xx"), "bad_value"),
        (("wish", "--out", "x.pdf", "--printer", "y"), "usage"),
        (("wish", "--out", "missing/x.pdf"), "file_not_written"),
        (("return", "laptop-1", "--out", "x.pdf"), "not_out"),
        (("booking", "0" * 32, "--out", "x.pdf"), "does_not_exist"),
    ],
)
def test_a_slip_that_cannot_be_is_refused(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], refusal: str
) -> None:
    monkeypatch.chdir(tmp_path)

    code = 2 if refusal == "usage" else 3
    assert desk.json("slip", *words, code=code)["refusal"] == refusal
    assert not (tmp_path / "x.pdf").exists()


def test_things_of_two_people_are_not_one_slip(desk: Desk, tmp_path: Path) -> None:
    lend(desk, "laptop-1")
    lend(desk, "laptop-2", person="David Vorlage")

    out = str(tmp_path / "slip.pdf")
    refused = desk.json("slip", "loan", "laptop-1", "laptop-2", "--out", out, code=3)
    assert (refused["refusal"], refused["next"]) == ("several_borrowers", "one_slip_each")
    assert "2 Personen" in refused["message"]


def test_what_was_lent_for_an_association_and_for_oneself_is_not_one_receipt(
    desk: Desk, tmp_path: Path
) -> None:
    card, out = desk.card("Ayşe Deneme"), str(tmp_path / "receipt.pdf")
    org = "Anadolu Kulturkreis Musterstadt e. V."
    desk.json("check-out", "--card", "-", "--for", org, "stativ-1", typed=card)
    desk.json("check-out", "--card", "-", "bollerwagen-1", typed=card)
    desk.json("return", "stativ-1", "bollerwagen-1")

    refused = desk.json("slip", "return", "stativ-1", "bollerwagen-1", "--out", out, code=3)
    desk.json("slip", "return", "stativ-1", "--out", out)

    assert refused["refusal"] == "several_borrowers"
    assert "Vereine" in refused["message"]
    assert org in said(Path(out))


def test_what_came_back_broken_is_not_sent_to_its_shelf_unseen(desk: Desk, tmp_path: Path) -> None:
    lend(desk, "laptop-1", "beamer-1")
    desk.json("return", "laptop-1")
    desk.json("return", "beamer-1", "--condition", "broken")
    out = tmp_path / "walk.pdf"

    found = desk.json("slip", "picking", "--out", str(out))["put"]

    assert {one["item"]["key"]: one["condition"] for one in found} == {"laptop-1": None, "beamer-1": "broken"}
    assert said(out).count("Kaputt: zuerst dem Team zeigen") == 1
    assert "Kaputt: zuerst dem Team zeigen" in desk.say("slip", "picking").out


def test_the_list_of_a_shelf_says_what_goes_where(desk: Desk, tmp_path: Path) -> None:
    lend(desk, "laptop-1", "beamer-1")
    desk.json("return", "laptop-1")
    due = desk.json("loans")["loans"][0]["due"][:10]
    out = tmp_path / "walk.pdf"

    today = desk.json("slip", "picking")
    then = desk.json("slip", "picking", "--day", due, "--at", "lager-r1", "--out", str(out))

    assert [one["item"]["key"] for one in today["put"]] == ["laptop-1"]
    assert today["put"][0]["where"]
    assert [one["item"]["key"] for one in then["expected"]] == ["beamer-1"]
    assert then["put"] == []
    assert "Beamer 1" in said(out)


def test_the_keys_of_booked_rooms_are_to_be_taken_out(desk: Desk) -> None:
    made = desk.json(
        "book",
        "medien",
        "--from",
        "tue 18:00",
        "--to",
        "20:00",
        "--card",
        "-",
        typed=desk.card("Amira Mithal"),
    )["booking"]

    walk = desk.json("slip", "picking", "--booking", made["id"])
    that_day = desk.json("slip", "picking", "--day", made["dates"][0]["from"][:10])

    assert [one["room"] for one in walk["take"]] == ["Medienraum"]
    assert walk["take"][0]["item"]["key"] in [one["item"]["key"] for one in that_day["take"]]


def test_the_number_on_a_slip_names_its_booking(desk: Desk, tmp_path: Path) -> None:
    card, out = desk.card("Olena Pryklad"), str(tmp_path / "booking.pdf")
    times = ("--from", "2026-06-11 14:00", "--to", "15:00")
    made = desk.json("book", "seminar", *times, "--card", "-", typed=card)["booking"]["id"]
    desk.json("slip", "booking", made, "--out", out)
    assert made[-8:] in said(Path(out))

    assert desk.json("slip", "booking", made[-8:].upper(), "--out", out)["booking"]["id"] == made
    assert desk.json("booking", "show", made[-8:])["booking"]["id"] == made
    desk.json("booking", "cancel", f"{made[-8:]}/0")
    assert desk.json("booking", "show", made)["booking"]["dates"][0]["state"] == "cancelled"
    assert desk.json("booking", "show", "0" * 8, code=3)["refusal"] == "does_not_exist"


@pytest.mark.parametrize("name", ["slip.png", "slip.txt"])
def test_a_slip_is_not_written_under_a_name_that_says_it_is_something_else(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    refused = desk.json("slip", "wish", "--out", str(tmp_path / name), code=3)

    assert refused["message"] == f"--out: „{name}“ geht nicht. Es geht: .pdf."
    assert not (tmp_path / name).exists()


def test_the_help_of_a_list_of_a_shelf_speaks_of_the_shelf(desk: Desk) -> None:
    """It said of --at when something happened, and of a series that it was about labels."""
    assert "Regal oder Raum" in desk.say("slip", "picking", "--help").out
    assert "2weeks" in desk.say("book", "--help").out
    assert "Aufkleber für alle Orte" in desk.say("labels", "--help").out

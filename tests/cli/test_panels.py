"""Panels by command: let in, listed, shown out, and their pictures in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from devices.panels.panel import PUBLISHER
from devices.panels.telemetry import Hearing
from kiosk.cli import publishing
from kiosk.cli.feeding import Book
from sync.enrolling import enrolment, register
from sync.enrolling.enrolment import Enrolment
from sync.mosquitto.credentials import matches
from tests.cli.conftest import Desk

ADDED = {
    "panel", "room", "profile", "second_language", "user", "password", "host", "port", "tls", "topics",
}  # fmt: skip
LISTED = {"panel", "room", "profile", "second_language", "status", "battery", "shown_etag", "heard"}


def test_a_panel_is_let_in_with_a_password_that_is_said_once_and_kept_as_a_digest(desk: Desk) -> None:
    found = desk.json("panel", "add", "tuer", "--room", "saal", "--second-language", "en")

    assert found.keys() == ADDED
    guest = register.read(desk.data).guests["panel.tuer"]
    assert matches(guest.digest, found["password"])
    assert found["password"] not in (desk.data / register.FILE).read_text()
    assert found["topics"]["image"].endswith("/panel/800x480-bw-en/image")
    assert found["port"] > 0


def test_the_same_name_again_is_the_same_panel_with_another_password_and_room(desk: Desk) -> None:
    first = desk.json("panel", "add", "tuer", "--room", "saal")
    second = desk.json("panel", "add", "tuer", "--room", "saal-a", "--profile", "400x300-bwr")

    assert first["password"] != second["password"]
    (panel,) = desk.json("panel", "list")["panels"]
    assert panel.keys() == LISTED
    assert (panel["room"], panel["profile"]) == (second["room"], "400x300-bwr")


def test_the_list_says_how_panels_are_and_which_have_no_room_any_more(desk: Desk) -> None:
    assert "panel add" in desk.say("panel", "list").out
    desk.json("panel", "add", "tuer", "--room", "saal-a")
    hearing = Hearing(desk.data)
    hearing.take("tuer", "telemetry", b'{"battery": 81.4, "etag": "abcdef"}', desk.clock.at)
    hearing.take("tuer", "status", b"sleeping", desk.clock.at)
    hearing.keep(desk.clock.at)

    said = desk.say("panel", "list").out
    for word in ("tuer", "Saal A", "schläft", "81 %", "abcdef"):
        assert word in said
    desk.json("room", "change", "saal-a", "--not-bookable")
    assert "(kein Raum mehr)" in desk.say("panel", "list").out


def test_a_panel_and_home_assistant_are_shown_out(desk: Desk) -> None:
    desk.json("panel", "add", "tuer", "--room", "saal")
    desk.json("panel", "home-assistant")
    desk.json("panel", "remove", "tuer")
    desk.json("panel", "home-assistant", "--remove")

    assert register.read(desk.data).guests == {}
    assert desk.json("panel", "remove", "tuer", code=3)["refusal"] == "does_not_exist"
    assert desk.json("panel", "home-assistant", "--remove", code=3)["refusal"] == "does_not_exist"


def test_a_machine_whose_house_has_a_central_lets_nobody_in(desk: Desk) -> None:
    from sharing.house import open_house

    house = open_house(desk.data)
    with house.store.begin() as work:
        work.set_sync(role="node")
    house.close()
    for words in (("add", "tuer", "--room", "saal"), ("list",), ("remove", "tuer"), ("home-assistant",)):
        assert desk.json("panel", *words, code=3)["refusal"] == "not_central"


def test_the_code_on_a_picture_is_that_of_the_room(desk: Desk, tmp_path: Path) -> None:
    code = desk.json("room", "show", "saal")["room"]["code"]
    for profile in ("800x480-bw", "400x300-bwr", "296x128-bw", "128x296-bw"):
        out = tmp_path / f"{profile}.png"
        found = desk.json("panel", "render", "saal", "--profile", profile, "--out", str(out))
        with Image.open(out) as picture:
            assert picture.size == (found["w"], found["h"])
            large = picture.convert("L").resize((found["w"] * 3, found["h"] * 3))
        (read,) = zxingcpp.read_barcodes(large)
        assert read.text.endswith(code), profile


def test_bad_wishes_for_a_picture_are_refused(desk: Desk, tmp_path: Path) -> None:
    out = str(tmp_path / "x.png")
    for words in (("keiner",), ("saal", "--profile", "1x1-bw"), ("saal", "--second-language", "xx")):
        assert desk.json("panel", "render", *words, "--out", out, code=3)["refusal"]
    assert not Path(out).exists()


def test_our_own_account_is_made_once_and_again_if_the_book_or_the_password_is_gone(desk: Desk) -> None:
    first = publishing.account(desk.data, "Haus")
    assert publishing.account(desk.data, "Haus") == first
    assert (desk.data / publishing.password_file(PUBLISHER)).stat().st_mode & 0o077 == 0
    (desk.data / register.FILE).unlink()
    assert publishing.account(desk.data, "Haus") == first
    (desk.data / publishing.password_file(PUBLISHER)).unlink()
    second = publishing.account(desk.data, "Haus")
    assert second != first
    assert matches(register.read(desk.data).guests["house.devices"].digest, second)


def test_a_book_that_cannot_be_read_leaves_the_panels_that_are_known(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    room = desk.json("panel", "add", "tuer", "--room", "saal")["room"]
    book = Book(desk.data)
    assert book.changed() == {room}
    assert book.changed() == set()
    (desk.data / register.FILE).write_text("nonsense")
    for _ in range(3):
        assert book.changed() == set()
    assert [one.id for one in book.of_room(room)] == ["tuer"]
    assert len(caplog.records) == 1


def test_where_a_central_is_nothing_is_said_here(desk: Desk) -> None:
    from config.settings import load

    without = load(desk.data, {"TEILHAUS_WEB_PORT": "0"})
    assert not publishing._is_wanted(desk.data, without)
    desk.json("panel", "add", "tuer", "--room", "saal")
    assert publishing._is_wanted(desk.data, without)
    joined = Enrolment(house="H", node="desk", central="central", host="h", port=1, user="desk", password="x")
    enrolment.save(desk.data, joined)
    assert not publishing._is_wanted(desk.data, load(desk.data, {}))


def test_a_door_without_a_running_kiosk_says_what_to_start(desk: Desk) -> None:
    """Known before: "Port 0"."""
    said = desk.json("door", "saal", code=2)

    assert (said["refusal"], said["next"]) == ("not_running", "start_here")
    words = desk.say("door", "saal", "--plain").err
    assert "teilhaus run" in words
    assert "Port" not in words
    assert "ROOM | --account" in desk.say("door", "--plain").err
    both = desk.say("door", "saal", "--account", str(desk.data / "card.key"))
    assert "ROOM | --account" in both.err


def test_a_second_language_without_words_is_refused_wherever_it_is_said(desk: Desk, tmp_path: Path) -> None:
    """A panel was let in with Arabic, and then its picture was German only."""
    out = str(tmp_path / "door.png")
    for words in (
        ("panel", "add", "tuer", "--room", "saal"),
        ("panel", "render", "saal", "--out", out),
    ):
        refused = desk.json(*words, "--second-language", "fa", code=3)
        assert refused["message"] == "--second-language: „fa“ geht nicht. Es geht: de, en, ar, tr, uk."
    assert desk.json("panel", "list")["panels"] == []


def test_a_terminal_is_not_given_letters_that_it_cannot_join(desk: Desk) -> None:
    refused = desk.json("door", "saal", "--second-language", "ar", code=3)
    assert refused["message"] == "--second-language: „ar“ geht nicht. Es geht: de, en, tr, uk."


@pytest.mark.parametrize("language", ["ar", "tr", "uk"])
def test_a_door_speaks_german_and_a_language_that_only_doors_have(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    made = desk.json("panel", "add", "tuer", "--room", "saal", "--second-language", language)
    assert made["second_language"] == language
    pictures = []
    for n, more in enumerate(((), ("--second-language", language))):
        desk.json("panel", "render", "saal", "--out", str(tmp_path / f"{n}.png"), *more)
        pictures.append((tmp_path / f"{n}.png").read_bytes())
    assert pictures[0] != pictures[1]

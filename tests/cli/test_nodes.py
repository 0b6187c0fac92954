"""Machines of a house by command: invited, listed, revoked; what a code is and what it is not."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sync.enrolling import register
from sync.enrolling.invitation import from_digits, read_code
from sync.enrolling.register import OPEN_MS
from tests.cli.conftest import Desk
from tests.fakes import FakeClock


def test_an_invitation_can_be_scanned_and_typed(central: Desk) -> None:
    found = central.json("node", "add", "desk-2")
    scanned = from_digits(found["scan"])

    assert (scanned.host, scanned.port, scanned.node) == (found["host"], found["port"], "desk-2")
    assert scanned.code == read_code(found["code"])
    assert found["port"] > 0
    assert found["tls"] is False


def test_the_port_of_an_invitation_stays_the_same(central: Desk) -> None:
    first, second = central.json("node", "add", "desk-2"), central.json("node", "add", "desk-3")

    assert first["port"] == second["port"]


def test_an_invitation_on_a_terminal_has_a_picture_and_words_to_type(central: Desk) -> None:
    said = central.say("node", "add", "desk-2")

    assert "▀" in said.out
    assert "teilhaus node join --host 127.0.0.1 --port" in said.out


def test_nobody_is_invited_over_a_network_without_encryption(central: Desk) -> None:
    found = central.json("node", "add", "desk-2", "--host", "zentrale.example", code=2)

    assert found["refusal"] == "tls_missing"
    assert central.json("node", "list")["nodes"] == []


def test_a_screen_reader_is_read_no_picture(central: Desk) -> None:
    assert "▀" not in central.say("node", "add", "desk-2", "--plain").out


def test_no_code_is_kept_in_clear(central: Desk) -> None:
    code = read_code(central.json("node", "add", "desk-2")["code"])

    content = b"".join(one.read_bytes() for one in central.data.rglob("*") if one.is_file())

    assert code.encode() not in content
    assert stat.S_IMODE((central.data / register.FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["central", "probe", "Desk", "desk 2", "ä", "a" * 32, "join.x"])
def test_a_name_that_no_machine_can_have_is_refused(central: Desk, name: str) -> None:
    assert central.json("node", "add", name, code=3)["refusal"] == "bad_value"


def test_machines_are_listed_with_how_they_stand(central: Desk) -> None:
    central.json("node", "add", "desk-2")
    central.json("node", "add", "desk-3")
    central.json("node", "revoke", "desk-3")

    def states() -> dict[str, str]:
        return {one["node"]: one["state"] for one in central.json("node", "list")["nodes"]}

    assert states() == {"desk-2": "invited", "desk-3": "revoked"}
    central.clock.forward(seconds=OPEN_MS / 1000)
    assert states()["desk-2"] == "expired"


def test_a_revoked_machine_is_in_the_book_no_more_and_can_be_invited_again(central: Desk) -> None:
    central.json("node", "add", "desk-2")

    central.json("node", "revoke", "desk-2")

    assert register.read(central.data).users(0) == {}
    central.json("node", "add", "desk-2")
    assert [one["state"] for one in central.json("node", "list")["nodes"]] == ["invited"]


def test_whoever_revokes_a_machine_that_decided_is_told_what_waits_now(central: Desk) -> None:
    for name in ("desk-2", "desk-3"):
        central.json("node", "add", name)
    central.json("home", "move", "--to", "desk-2", "--force", "house")

    assert central.json("node", "revoke", "desk-3")["home_of"] == []
    assert "teilhaus home move --to central --force house" in central.say("node", "revoke", "desk-2").out


def test_a_machine_that_nobody_knows_cannot_be_revoked(central: Desk) -> None:
    assert central.json("node", "revoke", "desk-9", code=3)["refusal"] == "does_not_exist"


@pytest.mark.parametrize(
    "words",
    [
        ("node", "add", "x"),
        ("node", "list"),
        ("node", "revoke", "x"),
        ("central", "status"),
        ("central", "end-wait"),
        ("central", "quarantine", "list"),
        ("central", "run"),
    ],
    ids=" ".join,
)
def test_a_house_that_stands_alone_is_no_central(desk: Desk, words: tuple[str, ...]) -> None:
    found = desk.json(*words, code=3)

    assert (found["refusal"], found["next"]) == ("not_central", "at_central")


@pytest.mark.parametrize(
    "words",
    [
        ("12345",),
        ("--host", "127.0.0.1", "--port", "1", "--name", "desk", "--code", "ABCD-EFGH-JKMN-PQRS"),
        ("--host", "127.0.0.1", "--port", "1", "--name", "desk", "--code", "ABCD"),
    ],
    ids=["scan", "wrong check", "short"],
)
def test_a_code_with_a_slip_in_it_is_refused_before_anybody_is_asked(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    desk = Desk(tmp_path / "new", FakeClock(), {})

    found = desk.json("node", "join", *words, code=3)

    assert (found["refusal"], found["next"]) == ("code_mistyped", "correct")
    assert not desk.data.exists()


def test_a_new_machine_is_not_joined_where_nobody_answers(central: Desk, tmp_path: Path) -> None:
    scan = central.json("node", "add", "desk-2")["scan"]
    desk = Desk(tmp_path / "new", FakeClock(), {})

    found = desk.json("node", "join", scan, code=2)

    assert (found["refusal"], found["next"]) == ("unreachable", "look_at_network")
    assert not desk.data.exists()


def test_a_central_joins_nobody(central: Desk) -> None:
    scan = central.json("node", "add", "central-2")["scan"]

    assert central.json("node", "join", scan, code=3)["refusal"] == "folder_not_empty"


def test_a_machine_that_is_called_something_else_does_not_join_with_this_code(
    central: Desk, desk: Desk
) -> None:
    scan = central.json("node", "add", "desk-2")["scan"]

    found = desk.json("node", "join", scan, code=3)

    assert (found["refusal"], found["details"]) == ("node_differs", {"node": "desk", "other": "desk-2"})


def test_joining_without_a_code_where_nobody_can_be_asked_is_wrong_usage(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "new", FakeClock(), {})

    assert desk.json("node", "join", code=2)["refusal"] == "usage"
    assert desk.json("node", "join", "--host", "h", code=2)["refusal"] == "usage"

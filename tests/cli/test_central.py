"""The central by command: made, looked at, backed up, restored; who decides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sharing.journal.shapes import NODE
from sync.said import ALONE, TOGETHER, Said, say
from tests.cli.conftest import Desk
from tests.fakes import FakeClock


def another(tmp_path: Path, name: str) -> Desk:
    clock = FakeClock()
    clock.forward(days=1)
    return Desk(tmp_path / name, clock, {})


def test_an_empty_central_decides_for_its_house(tmp_path: Path) -> None:
    desk = another(tmp_path, "c")

    made = desk.json("central", "init", "--name", "Haus am Markt")

    assert (made["node"], made["name"]) == ("central", "Haus am Markt")
    assert [(one["group"], one["node"]) for one in desk.json("home", "show")["homes"]] == [
        ("house", "central")
    ]
    assert desk.json("house", "show")["house"]["name"] == "Haus am Markt"


def test_a_central_for_a_house_that_is_there_decides_nothing_until_it_came(tmp_path: Path) -> None:
    desk = another(tmp_path, "c")

    assert desk.json("central", "init", "--adopt", "--name", "Haus am Markt")["adopt"] is True

    assert desk.json("home", "show")["homes"] == []


def test_a_central_is_made_once(central: Desk) -> None:
    assert central.json("central", "init", code=3)["refusal"] == "taken"


def test_the_status_counts_what_is_there(central: Desk) -> None:
    central.json("node", "add", "desk-2")

    found = central.json("central", "status")

    assert found["running"] is False
    assert found["entries"] == central.entries
    assert [(one["node"], one["heard_at"]) for one in found["machines"]] == [("desk-2", None)]
    assert "desk-2" in central.say("central", "status").out


def test_a_backup_is_taken_into_the_folder_of_the_settings(central: Desk, tmp_path: Path) -> None:
    (central.data / "teilhaus.toml").write_text(f'[central]\nbackup_folder = "{tmp_path}/copies"\n')

    taken = central.json("central", "backup")

    assert (taken["checked"], taken["entries"]) == ("whole", central.entries)
    assert Path(taken["folder"]).parent == tmp_path / "copies"


def test_a_backup_without_a_folder_is_wrong_usage(central: Desk) -> None:
    assert central.json("central", "backup", code=2)["refusal"] == "usage"


def test_the_drill_a_lost_central_comes_back_from_its_backup(central: Desk, tmp_path: Path) -> None:
    central.json("node", "add", "desk-2")
    taken = central.json("central", "backup", str(tmp_path / "copies"))
    new = another(tmp_path, "new")

    missing = new.json("central", "restore", str(tmp_path / "copies"), code=3)
    new.data.mkdir()
    shutil.copy(central.data / "card.key", new.data)
    restored = new.json("central", "restore", str(tmp_path / "copies"))

    assert (missing["refusal"], missing["next"]) == ("card_key_missing", "put_card_key")
    assert restored["entries"] == taken["entries"]
    assert new.json("journal", "verify")["ok"]
    assert new.json("doctor", "--rebuild")["ok"]
    status = new.json("central", "status")
    assert (status["restoring"], status["ok"]) == (True, False)
    assert new.json("central", "restore", str(tmp_path / "copies"), code=3)["refusal"] == "folder_not_empty"


def test_a_restored_central_decides_again_when_staff_end_the_wait(central: Desk, tmp_path: Path) -> None:
    central.json("node", "add", "desk-2")
    central.json("central", "backup", str(tmp_path / "copies"))
    new = another(tmp_path, "new")
    new.data.mkdir()
    shutil.copy(central.data / "card.key", new.data)
    new.json("central", "restore", str(tmp_path / "copies"))

    ended = new.json("central", "end-wait")

    assert ended["waited"] is True
    assert new.json("central", "status")["restoring"] is False
    assert [(one["node"], one["epoch"]) for one in new.json("home", "show")["homes"]] == [("central", 2)]
    assert new.json("central", "end-wait")["waited"] is False
    assert new.json("doctor", "--rebuild")["ok"]


def test_staff_hear_in_a_case_that_the_central_was_restored(central: Desk, tmp_path: Path) -> None:
    central.json("central", "backup", str(tmp_path / "copies"))
    new = another(tmp_path, "new")
    new.data.mkdir()
    shutil.copy(central.data / "card.key", new.data)
    new.json("central", "restore", str(tmp_path / "copies"))

    said = new.json("journal", "tail", "--subject", f"{NODE}central")["entries"]

    assert [one["data"]["what"] for one in said] == ["restored"]


def test_nothing_set_aside_is_said_so(central: Desk) -> None:
    assert central.json("central", "quarantine", "list")["quarantined"] == []
    assert central.json("central", "quarantine", "release", "1", code=3)["refusal"] == "does_not_exist"
    assert central.json("central", "quarantine", "drop", "1", code=3)["refusal"] == "does_not_exist"


# Who decides


def test_a_house_with_one_machine_decides_there(desk: Desk) -> None:
    found = desk.json("home", "show")

    assert [(one["node"], one["here"]) for one in found["homes"]] == [("desk", True)]
    assert desk.json("home", "move", "house", "--to", "desk")["moved"] is False


def test_the_home_moves_at_once_from_the_central_and_comes_back_by_force(central: Desk) -> None:
    central.json("node", "add", "desk-2")

    moved = central.json("home", "move", "house", "--to", "desk-2")
    back = central.json("home", "move", "house", "--to", "central", "--force")

    assert (moved["node"], moved["epoch"]) == ("desk-2", 2)
    assert (back["node"], back["epoch"]) == ("central", 3)
    assert central.json("doctor", "--rebuild")["ok"]


def test_a_home_that_is_away_was_asked_and_staff_hear_what_force_does(
    central: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kiosk.cli import home

    monkeypatch.setattr(home, "WAIT_S", 0.2)
    central.json("node", "add", "desk-2")
    central.json("home", "move", "house", "--to", "desk-2")

    found = central.json("home", "move", "house", "--to", "central", code=3)

    assert (found["refusal"], found["next"]) == ("home_asked", "force_home")


@pytest.mark.parametrize(("group", "to"), [("garage", "central"), ("house", "desk-9")])
def test_neither_an_unknown_group_nor_an_unknown_machine_decides(
    central: Desk,
    group: str,
    to: str,
) -> None:
    assert central.json("home", "move", group, "--to", to, code=3)["refusal"] == "does_not_exist"


# How this machine stands


def test_a_house_that_stands_alone_says_so(desk: Desk) -> None:
    found = desk.json("sync", "status")

    assert (found["role"], found["state"], found["only_here"]) == ("alone", "off", 0)


def test_a_machine_that_can_take_nothing_in_says_what_to_do(desk: Desk) -> None:
    say(desk.data, Said(state=TOGETHER, what="cannot_take", at=0))

    assert desk.json("sync", "status")["waits_for"] == "cannot_take"
    assert "docs/replace-a-kiosk.md" in desk.say("sync", "status").out


def test_the_doctor_says_what_is_waited_for_and_how_to_get_it(desk: Desk) -> None:
    say(desk.data, Said(state=ALONE, what="no_broker", at=0))

    check = next(one for one in desk.json("doctor")["checks"] if one["name"] == "together")

    assert check["state"] == "warning"
    assert "apt-get install mosquitto" in check["said"][1]
    assert len(check["said"]) == 2


def test_a_second_copy_that_lies_nowhere_is_seen_by_the_doctor(desk: Desk) -> None:
    (desk.data / "teilhaus.toml").write_text('[sync]\nsecond_copy = "/nowhere/stick"\n')

    check = next(one for one in desk.json("doctor")["checks"] if one["name"] == "together")

    assert "/nowhere/stick" in check["said"][-1]


def test_a_second_copy_is_taken_in_at_the_central(central: Desk, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()

    assert central.json("sync", "recover", str(tmp_path / "stick"), code=3)["refusal"] == "does_not_exist"

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from sync.files import write_whole
from sync.mosquitto.credentials import (
    ACCESS,
    PASSWORDS,
    Rules,
    access,
    hashed,
    matches,
    new_password,
    write_credentials,
)
from tests.fakes import FakeRandomness


def test_a_password_is_known_again_and_no_other() -> None:
    line = hashed("desk", "geheim", randomness=FakeRandomness())
    assert matches(line, "geheim")
    assert not matches(line, "geheim ")


def test_what_mosquitto_itself_writes_down_is_read(tmp_path: Path) -> None:
    file = tmp_path / "theirs"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(file), "desk", "geheim"], check=True)
    line = file.read_text().strip()
    assert matches(line, "geheim")
    assert not matches(line, "anderes")
    ours = hashed("desk", "geheim")
    assert [len(part) for part in ours.split("$")] == [len(part) for part in line.split("$")]


@pytest.mark.parametrize(
    "line", ["", "desk", "desk:geheim", "desk:$6$x$y", "desk:$7$many$AA==$AA==", "desk:$7$1$?$?"]
)
def test_a_line_that_is_none_matches_nothing(line: str) -> None:
    assert not matches(line, "geheim")


def test_passwords_are_never_the_same() -> None:
    assert len({new_password() for _ in range(100)}) == 100
    assert len(new_password()) == 32


@pytest.mark.parametrize("user", ["", "#", "+", "desk/up", "a:b", "a b", "Desk", "a\nuser b", "x" * 65])
def test_a_name_that_means_something_in_topics_gets_no_account(user: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot log in"):
        hashed(user, "geheim")
    with pytest.raises(ValueError, match="line of its own"):
        write_credentials(tmp_path, "h", {user: f"{user}:$7$101$AA==$AA=="})


def test_a_line_of_somebody_else_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line of its own"):
        write_credentials(tmp_path, "h", {"desk": hashed("other", "geheim")})


def test_entries_are_for_machines_that_are_enrolled() -> None:
    text = access("h", ["central", "desk", "join.van"])
    assert "user desk\ntopic read teilhaus/v1/h/all/live\n" in text
    assert "join.van" not in text
    assert text.count("readwrite teilhaus/v1/h/#") == 1


def test_both_files_are_for_their_owner_only_and_replaced_as_a_whole(tmp_path: Path) -> None:
    write_credentials(tmp_path, "h", {"desk": hashed("desk", "alt")})
    before = (tmp_path / PASSWORDS).stat().st_ino
    write_credentials(tmp_path, "h", {"desk": hashed("desk", "neu")})
    for name in (PASSWORDS, ACCESS):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert (tmp_path / PASSWORDS).stat().st_ino != before
    assert matches((tmp_path / PASSWORDS).read_text().strip(), "neu")
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted((PASSWORDS, ACCESS))


def test_what_an_interrupted_write_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f".file.{os.getpid()}").write_text("half")
    write_whole(tmp_path / "file", b"whole")
    assert (tmp_path / "file").read_text() == "whole"


def test_guests_may_do_what_their_rules_say_and_nothing_that_machines_may() -> None:
    rules = Rules(reads=("teilhaus/v1/h/room/1/state",), writes=("teilhaus/v1/h/panel/p/status",))
    lines = access("h", {"central", "desk"}, {"panel.p": rules}).splitlines()
    own = lines[lines.index("user panel.p") :]

    assert own[1:3] == ["topic read teilhaus/v1/h/room/1/state", "topic write teilhaus/v1/h/panel/p/status"]
    assert own[3:6] == ["topic deny teilhaus/v1/h/node/#", "topic deny teilhaus/v1/join/node/#", ""]
    assert lines.count("topic read teilhaus/v1/h/all/live") == 1


def test_a_topic_cannot_bring_rules_of_its_own(tmp_path: Path) -> None:
    rules = {"panel.p": Rules(reads=("a\nuser central",))}
    with pytest.raises(ValueError, match="topic"):
        write_credentials(tmp_path, "h", {"panel.p": hashed("panel.p", "x")}, rules)

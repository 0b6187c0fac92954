"""A disk, a database or a clock in trouble: said in words with exit code 4, and nothing noted is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli import loans
from sharing.journal import database
from tests.cli.conftest import Desk


def lend(desk: Desk, thing: str, **more: Any) -> dict[str, Any]:
    return desk.json("check-out", "--card", desk.card("Ayşe Deneme"), thing, **more)


def test_a_database_that_another_program_holds_is_busy_and_later_free(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pragma(monkeypatch, "busy_timeout", "50")
    held = sqlite3.connect(desk.data / "teilhaus.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")

    refused = lend(desk, "stativ-1", code=4)
    held.execute("ROLLBACK")
    held.close()

    assert (refused["refusal"], refused["next"]) == ("busy", "try_again")
    assert lend(desk, "stativ-1")["lent"]


@pytest.mark.parametrize("damage", ["half", "text", "hole"])
def test_a_damaged_database_is_called_damaged(desk: Desk, damage: str) -> None:
    file = desk.data / "teilhaus.db"
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(
        {
            "half": whole[:middle],
            "text": b"not a database " * 100,
            "hole": whole[:4096] + bytes(len(whole) - 4096),
        }[damage]
    )

    said = desk.say("doctor", "--json")

    assert said.code == 4
    assert said.data["refusal"] == "damaged"
    assert "Traceback" not in said.out + said.err


def test_an_empty_file_in_place_of_the_database_is_no_house(desk: Desk) -> None:
    (desk.data / "teilhaus.db").write_bytes(b"")

    assert desk.json("loans", code=4)["refusal"] == "no_house"


def test_a_folder_that_cannot_be_is_refused_as_what_it_is(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    for place in (tmp_path / "file", tmp_path / "file" / "house", Path("/proc/house")):
        said = desk.say("init", "--json", "--data", str(place))
        assert said.code in {2, 4}
        assert said.data["refusal"] != "bug"


def with_pragma(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setattr(database, "_PRAGMAS", (*database._PRAGMAS, (name, value)))


def test_a_full_disk_refuses_and_keeps_what_was_noted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pragma(monkeypatch, "max_page_count", "1")
    add = ("person", "add", "--contact", "x" * 190, "--json", "--name")
    said, names = desk.say(*add, "Gast000"), []
    while said.code == 0:
        names.append(said.data["person"]["name"])
        said = desk.say(*add, f"Gast{len(names):03d}")

    assert (said.code, said.data["refusal"]) == (4, "disk_full")
    assert [one["name"] for one in desk.json("person", "list", "Gast")["persons"]] == names[:100]


def test_a_read_only_database_reads_and_refuses_to_write(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pragma(monkeypatch, "query_only", "on")

    assert desk.json("loans")["loans"] == []
    assert lend(desk, "stativ-1", code=4)["refusal"] == "read_only"


@pytest.mark.parametrize("what", ["missing", "open", "text"])
def test_a_card_key_that_cannot_be_trusted_stops_everything(desk: Desk, what: str) -> None:
    key = desk.data / "card.key"
    if what == "missing":
        key.unlink()
    elif what == "open":
        key.chmod(0o644)
    else:
        key.write_text("k1 abc")

    assert lend(desk, "stativ-1", code=4)["refusal"] == "damaged"


@pytest.mark.parametrize("years", [-56, -3])
def test_a_clock_that_stands_in_the_past_lends_all_the_same_and_the_doctor_says_so(
    desk: Desk, years: int
) -> None:
    now = desk.clock.at
    desk.clock.at = max(now + years * 365 * 86_400_000, 0)

    lent = lend(desk, "stativ-1")
    checks = {one["name"]: one["state"] for one in desk.json("doctor", code=4)["checks"]}

    assert lent["lent"][0]["out_at"] >= "2026-06-01"
    assert checks["clock"] == "bad"
    assert checks["journal"] == "ok"


def test_a_fault_of_the_program_is_one_sentence_and_a_log_for_its_owner(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(loans, "lines_table", broken)
    said, told = desk.say("loans"), desk.json("loans", code=1)
    log = Path(told["log"])

    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 2
    assert told["kind"] == "ZeroDivisionError"
    assert log.stat().st_mode & 0o777 == 0o600
    assert "ZeroDivisionError: planted" in log.read_text()


def test_the_log_of_a_fault_names_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    card = desk.made["cards"][0]["code"]

    name = desk.made["cards"][0]["person"]

    def broken(*_: object) -> None:
        raise ZeroDivisionError(f"no {card}\nDETAIL:  Failing row contains (1, {name}).\nLINE 1")

    monkeypatch.setattr(loans, "lines_table", broken)
    log = Path(desk.json("loans", code=1)["log"]).read_text()

    assert "ZeroDivisionError: no …" in log
    assert "LINE 1" in log
    assert card not in log
    assert name not in log


def test_a_fault_without_a_folder_to_note_it_in_is_still_one_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("kiosk.cli.session.Session.store", property(broken))
    told = desk.json("loans", "--data", str(tmp_path / "nowhere"), code=1)

    assert (told["refusal"], told["log"]) == ("bug", None)


def test_a_torn_journal_is_found(desk: Desk) -> None:
    raw = sqlite3.connect(desk.data / "teilhaus.db")
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("UPDATE entry SET data = X'7B2261223A317D' WHERE rowid = (SELECT MAX(rowid) FROM entry)")
    raw.commit()
    raw.close()

    told = desk.json("journal", "verify", code=4)

    assert (told["ok"], told["refusal"]) == (False, "damaged")
    assert told["faults"]


def test_rows_that_do_not_follow_from_the_journal_are_found(desk: Desk) -> None:
    raw = sqlite3.connect(desk.data / "teilhaus.db")
    raw.execute("UPDATE item SET note = 'untergeschoben' WHERE key = 'beamer-1'")
    raw.commit()
    raw.close()

    states = {one["name"]: one["state"] for one in desk.json("doctor", "--rebuild", code=4)["checks"]}

    assert states["compared"] == "bad"
    assert states["journal"] == "ok"

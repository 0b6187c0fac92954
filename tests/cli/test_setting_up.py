"""Making a house, and finding the one that is meant."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kiosk.cli.running import alone
from kiosk.cli.session import Session
from sharing.errors import DiskFull, HouseInUse
from tests.cli.conftest import Desk
from tests.fakes import FakeClock


@pytest.fixture
def bare(tmp_path: Path) -> Desk:
    """Somebody at a terminal with an empty folder."""
    return Desk(tmp_path / "new" / "data", FakeClock(), {})


def test_the_example_house_says_its_cards_pins_things_and_rooms_once(example: Desk) -> None:
    made = example.made

    assert {"cards", "staff", "items", "rooms", "data", "node", "name"} <= set(made)
    assert {frozenset(one) for one in made["cards"]} == {frozenset(("person", "code"))}
    assert {frozenset(one) for one in made["staff"]} == {frozenset(("person", "code", "pin"))}
    assert {frozenset(one) for one in made["items"] + made["rooms"]} == {frozenset(("code", "name"))}
    assert len(made["items"]) > 100
    assert made["staff"][0]["code"] in {one["code"] for one in made["cards"]}


def test_an_empty_house_is_made_for_its_owner_only(bare: Desk) -> None:
    made = bare.json("init", "--node", "theke", "--name", "Haus am Park")

    assert (made["node"], made["name"]) == ("theke", "Haus am Park")
    assert bare.data.stat().st_mode & 0o777 == 0o700
    assert (bare.data / "card.key").stat().st_mode & 0o777 == 0o600
    assert bare.json("item", "list")["items"] == []


def test_a_house_that_is_there_is_not_made_again(desk: Desk) -> None:
    before = desk.entries

    assert desk.json("init", code=3)["refusal"] == "taken"
    assert desk.json("init", "--demo", code=3)["refusal"] == "taken"
    assert desk.entries == before


def test_the_files_of_a_house_are_its_owners_also_in_a_folder_that_was_there(bare: Desk) -> None:
    bare.data.mkdir(parents=True)
    bare.data.chmod(0o755)

    bare.json("init")

    with sqlite3.connect(bare.data / "teilhaus.db") as db:
        db.execute("SELECT COUNT(*) FROM entry")
        modes = {one.name: one.stat().st_mode & 0o077 for one in bare.data.glob("teilhaus.db*")}
    db.close()
    assert set(modes) == {"teilhaus.db", "teilhaus.db-wal", "teilhaus.db-shm"}
    assert set(modes.values()) == {0}


def test_an_example_that_broke_off_is_finished_by_making_it_again(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> str:
        raise DiskFull(what="while the cards were made")

    with monkeypatch.context() as patch:
        patch.setattr("sharing.exchange.demo.issue_card", nobody)
        bare.json("init", "--demo", code=4)

    made = bare.json("init", "--demo")

    assert len(made["items"]) == len(bare.json("item", "list")["items"])
    assert len({one["person"] for one in made["cards"]}) == len(made["cards"]) > 5
    assert bare.json("doctor", "--rebuild")["ok"]


@pytest.mark.parametrize("words", [("--node", "Theke 1"), ("--name", ""), ("--name", "\u202e\u200b")])
def test_names_that_cannot_be_make_no_house(bare: Desk, words: tuple[str, str]) -> None:
    assert bare.json("init", *words, code=3)["refusal"] == "bad_value"
    assert bare.json("loans", code=4)["refusal"] == "no_house"


def test_without_a_house_every_command_says_how_to_make_one_and_makes_nothing(bare: Desk) -> None:
    said = bare.json("loans", code=4)

    assert (said["refusal"], said["next"], said["ask"]) == ("no_house", "init", None)
    assert not bare.data.exists()


def test_running_an_empty_folder_offers_nothing_where_nobody_can_answer(bare: Desk) -> None:
    assert bare.json("run", code=4)["refusal"] == "no_house"
    assert not (bare.data / "teilhaus.db").exists()


def test_running_with_demo_makes_the_example_without_asking(bare: Desk) -> None:
    said = bare.say("run", "--demo", "--plain", typed="")

    assert said.code == 0
    assert "Bitte scannen" in said.out
    assert len(bare.json("item", "list")["items"]) > 100


def test_a_second_kiosk_on_one_folder_is_refused_and_commands_are_not(desk: Desk) -> None:
    with alone(desk.data):
        assert desk.json("run", "--plain", code=4)["refusal"] == "house_in_use"
        assert desk.json("loans")["loans"] == []

    assert desk.say("run", "--plain").code == 0


def test_the_lock_of_a_kiosk_is_free_once_it_ended(desk: Desk) -> None:
    with alone(desk.data), pytest.raises(HouseInUse), alone(desk.data):
        pass

    with alone(desk.data):
        pass


def test_the_option_names_the_house_before_the_environment(desk: Desk, bare: Desk) -> None:
    bare.json("init", "--node", "other", "--data", str(bare.data))

    assert desk.json("house", "show", "--data", str(bare.data))["node"] == "other"
    assert desk.json("--data", str(bare.data), "house", "show")["node"] == "other"
    assert desk.json("house", "show")["node"] == "desk"


def test_wrong_settings_are_all_told_at_once(desk: Desk) -> None:
    (desk.data / "teilhaus.toml").write_text("[node]\nnam = 'x'\n[kiosk]\ntheme = 'drak'\n[scaner]\n")

    told = desk.json("loans", code=2)
    lines = desk.say("loans").err

    assert told["refusal"] == "wrong_setting"
    assert {one["key"] for one in told["errors"]} == {"node.nam", "kiosk.theme", "scaner"}
    assert {one["meant"] for one in told["errors"]} == {"node.name", "dark", "scanner"}
    assert all(key in lines for key in ("node.nam", "kiosk.theme", "scaner"))


def test_the_doctor_finds_the_example_well(desk: Desk) -> None:
    told = desk.json("doctor", "--rebuild")

    assert told["ok"]
    names = [one["name"] for one in told["checks"]]
    expected = ["settings", "disk", "card_key", "clock", "database", "house_rules", "journal"]
    expected += ["together", "printing", "compared"]
    assert names == expected
    assert {one["state"] for one in told["checks"]} <= {"ok", "warning"}


def test_a_new_house_has_its_name_and_holidays_and_the_doctor_misses_its_hours(bare: Desk) -> None:
    bare.json("init", "--name", "Haus am Park")

    rules = bare.json("house", "show")["house"]
    assert rules["name"] == "Haus am Park"
    assert {"2026-12-25", "2027-12-25"} <= set(rules["closing_days"])
    told = {one["name"]: one for one in bare.json("doctor")["checks"]}["house_rules"]
    assert (told["state"], len(told["said"])) == ("warning", 1)
    bare.json("house", "set", "desk_hours=" + '{"mon": "10:00-18:00"}')
    assert {one["name"]: one for one in bare.json("doctor")["checks"]}["house_rules"]["state"] == "ok"


def test_the_doctor_misses_a_return_shelf_that_is_no_place(desk: Desk) -> None:
    def told() -> tuple[str, ...]:
        (found,) = (one for one in desk.json("doctor")["checks"] if one["name"] == "house_rules")
        return tuple(one for one in found["said"] if "return_shelf" in one)

    assert told() == ()
    desk.json("house", "set", "return_shelf=ausleihe-rueckgabee")
    assert told() == ("Die Regel return_shelf nennt ausleihe-rueckgabee; diesen Ort gibt es nicht.",)


def test_the_doctor_mends_a_table_that_differs_from_the_journal(desk: Desk) -> None:
    with sqlite3.connect(desk.data / "teilhaus.db") as raw:
        raw.execute("UPDATE item SET number = 'wrong' WHERE id = (SELECT MIN(id) FROM item)")
    raw.close()
    assert desk.json("doctor", "--rebuild", code=4)["refusal"] == "damaged"

    assert desk.json("doctor", "--mend")["ok"]

    assert desk.json("doctor", "--rebuild")["ok"]


def test_the_doctor_looks_at_everything_though_much_is_broken(desk: Desk) -> None:
    (desk.data / "teilhaus.toml").write_text("[node]\nnam = 'x'\n")
    (desk.data / "card.key").chmod(0o644)

    told = desk.json("doctor", code=4)
    states = {one["name"]: one["state"] for one in told["checks"]}

    assert states["settings"] == states["card_key"] == "bad"
    assert states["disk"] == "ok"


def test_house_rules_are_shown_and_set_as_json_or_text(desk: Desk) -> None:
    desk.json(
        "house", "set", "loan_days=21", "name=Haus am Park", 'languages=["en"]', "signature_above_cents=null"
    )

    rules = desk.json("house", "show")["house"]

    assert (rules["loan_days"], rules["name"], rules["languages"]) == (21, "Haus am Park", ["en"])
    assert rules["signature_above_cents"] is None


def test_only_who_may_manage_the_house_sets_its_rules(desk: Desk) -> None:
    change = ("house", "set", "loan_days=21", "--by", desk.card("Ayşe Deneme"))

    assert desk.json(*change, code=3)["refusal"] == "not_allowed"


def test_public_holidays_of_a_year_become_closing_days(desk: Desk) -> None:
    days = desk.json("house", "closing-days", "2031")["house"]["closing_days"]

    assert days["2031-10-03"] == "Tag der Deutschen Einheit"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(bare: Desk, shell: str) -> None:
    assert "_TEILHAUS_COMPLETE" in bare.json("completion", shell)["script"]


def test_a_machine_that_sets_nothing_uses_sqlite_as_the_defaults_say(desk: Desk) -> None:
    session = Session({"TEILHAUS_DATA": str(desk.data)})

    assert session.url == session.settings.database.url == ""


def test_a_machine_that_sets_anything_has_its_settings_checked(desk: Desk) -> None:
    assert desk.say("loans", environ={"TEILHAUS_KIOSK_THEME": "drak"}).code == 2
    assert desk.say("loans", environ={"TEILHAUS_KIOSK_THEME": "dark"}).code == 0

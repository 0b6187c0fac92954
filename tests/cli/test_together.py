"""A central and two kiosks as processes of their own, with a real broker between them, all by command."""

from __future__ import annotations

import json
import os
import shutil
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.mosquitto.broker_files import free_port
from tests.cli.conftest import Desk
from tests.cli.machines import Machine, joined, loans, processes_of, until
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgres"])
def central(
    request: pytest.FixtureRequest, machines: Callable[..., Machine], tmp_path: Path
) -> Iterator[Machine]:
    """A running central with the example house, once on each database."""
    environ = {"TEILHAUS_CENTRAL_BACKUP_FOLDER": str(tmp_path / "copies")}
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        environ["TEILHAUS_DATABASE_URL"] = cluster.new_database()
    made = machines("central", **environ)
    (tmp_path / "made.json").write_text(json.dumps(made.say("central", "init", "--demo")))
    assert json.loads(made.run("central", "--json"))["node"] == "central"
    yield made
    assert made.stop() == 0


def card_of(tmp_path: Path, person: str) -> str:
    made = json.loads((tmp_path / "made.json").read_text())
    return next(str(one["code"]) for one in made["cards"] if one["person"] == person)


def test_what_one_kiosk_lends_the_other_one_sees_and_a_revoked_one_hears_no_more(
    central: Machine, machines: Callable[..., Machine], tmp_path: Path
) -> None:
    first = joined(central, machines("one"), "desk-1")
    second = joined(central, machines("two"), "desk-2")
    assert first.run("run", "--plain") == second.run("run", "--plain") == "Bitte scannen\n"

    first.say("check-out", "--card", card_of(tmp_path, "Ayşe Deneme"), "stativ-1")
    until(lambda: loans(second) == ["stativ-1"])
    assert loans(central) == ["stativ-1"]
    assert [one["node"] for one in second.say("home", "show")["homes"]] == ["central"]

    central.say("node", "revoke", "desk-2")
    until(lambda: second.say("sync", "status")["waits_for"] == "revoked")
    first.say("return", "stativ-1")
    until(lambda: loans(central) == [])
    assert loans(second) == ["stativ-1"]
    assert first.say("sync", "status")["only_here"] == 0
    assert [one["state"] for one in central.say("node", "list")["nodes"]] == ["joined", "revoked"]


def test_a_central_comes_back_from_its_backup_and_the_kiosk_brings_what_is_missing(
    central: Machine, machines: Callable[..., Machine], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kiosk = joined(central, machines("one"), "desk-1")
    kiosk.run("run", "--plain")
    central.say("central", "backup")
    kiosk.say("check-out", "--card", card_of(tmp_path, "Ayşe Deneme"), "stativ-1")
    until(lambda: kiosk.say("sync", "status")["only_here"] == 0)
    central.stop(signal.SIGKILL)
    until(lambda: not processes_of(central.data))

    new = machines("new", **{one: central.environ[one] for one in central.environ if "DATABASE" in one})
    new.data.mkdir()
    shutil.copy(central.data / "card.key", new.data)
    shutil.copy(central.data / "broker.port", new.data)
    if "TEILHAUS_DATABASE_URL" in new.environ:
        new.environ["TEILHAUS_DATABASE_URL"] = request.getfixturevalue("postgres").new_database()
    new.say("central", "restore", str(tmp_path / "copies"))
    assert loans(new) == []
    new.run("central", "--json")

    until(lambda: loans(new) == ["stativ-1"])
    until(lambda: new.say("central", "status")["restoring"] is False)
    until(lambda: kiosk.say("sync", "status")["state"] == "together")
    assert new.say("journal", "verify")["ok"]
    kiosk.say("return", "stativ-1")
    until(lambda: loans(new) == [])
    assert new.stop() == 0


def test_a_house_that_a_kiosk_has_gets_a_central_and_keeps_its_journal(
    desk: Desk, machines: Callable[..., Machine]
) -> None:
    kiosk = machines("kiosk")
    shutil.copytree(desk.data, kiosk.data)
    before = kiosk.say("journal", "verify")["entries"]
    central = machines("central")
    central.say("central", "init", "--adopt")
    central.run("central", "--json")

    joined(central, kiosk, "desk")
    kiosk.run("run", "--plain")
    until(lambda: central.say("central", "status")["entries"] == kiosk.say("journal", "verify")["entries"])
    assert kiosk.say("journal", "verify")["entries"] >= before
    moved = central.say("home", "move", "house", "--to", "central")

    assert (moved["node"], moved["epoch"]) == ("central", 2)
    assert (central.data / "card.key").read_bytes() == (kiosk.data / "card.key").read_bytes()
    card = desk.card("Ayşe Deneme")
    assert central.say("card", "show", card)["person"] is not None
    until(lambda: [one["node"] for one in kiosk.say("home", "show")["homes"]] == ["central"])
    assert central.say("central", "quarantine", "list")["quarantined"] == []
    second = joined(central, machines("two"), "desk-2")
    assert second.say("card", "show", card)["person"] is not None
    assert central.stop() == 0


def test_the_health_page_answers_on_this_machine_only(machines: Callable[..., Machine]) -> None:
    port = free_port("127.0.0.1")
    central = machines("central", TEILHAUS_CENTRAL_HEALTH_PORT=str(port))
    central.say("central", "init", "--demo")
    central.run("central", "--json")

    def ask(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    until(lambda: "teilhaus_up 1" in ask("/metrics"))
    assert json.loads(ask("/health"))["ok"] is True
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening
    assert central.say("central", "run", code=4)["refusal"] == "house_in_use"
    assert central.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_kiosk_started_ends_with_it(
    desk: Desk, machines: Callable[..., Machine], how: signal.Signals
) -> None:
    kiosk = machines("kiosk")
    shutil.copytree(desk.data, kiosk.data)
    kiosk.run("run", "--plain")
    until(lambda: kiosk.say("sync", "status")["state"] == "alone")
    assert any(b"mosquitto" in Path(f"/proc/{one}/cmdline").read_bytes() for one in processes_of(kiosk.data))

    kiosk.stop(how)

    until(lambda: not processes_of(kiosk.data))


def test_what_talks_to_the_others_is_started_again_when_it_falls(
    desk: Desk, machines: Callable[..., Machine]
) -> None:
    def talking() -> list[int]:
        return [
            one
            for one in processes_of(kiosk.data)
            if b"sync\0run" in Path(f"/proc/{one}/cmdline").read_bytes()
        ]

    kiosk = machines("kiosk")
    shutil.copytree(desk.data, kiosk.data)
    kiosk.run("run", "--plain")
    until(talking)
    first = talking()[0]

    os.kill(first, signal.SIGKILL)

    until(lambda: talking() not in ([], [first]))
    assert kiosk.stop() in {0, -signal.SIGTERM}
    until(lambda: not processes_of(kiosk.data))


def test_a_kiosk_without_a_broker_works_and_the_doctor_says_how_to_get_one(
    desk: Desk, machines: Callable[..., Machine], tmp_path: Path
) -> None:
    kiosk = machines("kiosk")
    shutil.copytree(desk.data, kiosk.data)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import shutil\n"
        "which = shutil.which\n"
        "shutil.which = lambda name, **more: None if name == 'mosquitto' else which(name, **more)\n"
    )
    kiosk.environ["PYTHONPATH"] = str(tmp_path / "site")
    kiosk.run("run", "--plain")

    until(lambda: kiosk.say("sync", "status")["waits_for"] == "no_broker")

    check = next(one for one in kiosk.say("doctor")["checks"] if one["name"] == "together")
    assert sum("apt-get install mosquitto" in line for line in check["said"]) == 1
    kiosk.say("check-out", "--card", desk.card("Ayşe Deneme"), "stativ-1")
    assert loans(kiosk) == ["stativ-1"]

"""Coming into a house with real processes: by a code, encrypted, in the place of a broken kiosk."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from sync.enrolling.invitation import new_code
from tests.cli.machines import Machine, joined, loans, processes_of, typed_at, until
from tests.integration.mosquitto import certificates


def test_an_encrypted_house_lets_in_who_knows_the_code_over_its_certificate(
    machines: Callable[..., Machine], tmp_path: Path
) -> None:
    tls, _ = certificates(tmp_path / "tls")
    central = machines(
        "central",
        TEILHAUS_BROKER_TLS="true",
        TEILHAUS_BROKER_CA=str(tls.ca),
        TEILHAUS_BROKER_CERTIFICATE=str(tls.certificate),
        TEILHAUS_BROKER_KEY=str(tls.key),
    )
    central.say("central", "init", "--demo")
    assert json.loads(central.run("central", "--json"))["tls"] is True
    told = central.say("node", "add", "desk-1")
    typed = ("--host", told["host"], "--port", str(told["port"]), "--name", "desk-1", "--code", told["code"])
    other = new_code(b"another certificate")

    kiosk = machines("one")
    wrong = kiosk.say("node", "join", *typed, "--certificate", other, code=3)
    found = kiosk.say("node", "join", *typed, "--certificate", told["certificate"])

    assert (wrong["refusal"], wrong["next"]) == ("certificate_differs", "ask_technician")
    assert found["complete"] is True
    assert json.loads((kiosk.data / "enrolment.json").read_text())["ca"] == tls.ca.read_text()
    joined(central, machines("two"), "desk-2")
    assert central.stop() == 0


def test_a_central_that_other_machines_are_to_reach_without_tls_does_not_start(
    machines: Callable[..., Machine],
) -> None:
    central = machines("central", TEILHAUS_BROKER_BIND="0.0.0.0")
    central.say("central", "init", "--demo")

    assert central.say("central", "run", code=2)["refusal"] == "tls_missing"


def test_a_code_that_was_used_or_is_another_ones_brings_nobody_in(machines: Callable[..., Machine]) -> None:
    central = machines("central")
    central.say("central", "init", "--demo")
    central.run("central", "--json")
    told = central.say("node", "add", "desk-1")
    typed = ("--host", told["host"], "--port", str(told["port"]), "--name", "desk-1", "--code")
    first, second = machines("one"), machines("two")

    wrong = first.say("node", "join", *typed, new_code(b"somebody else's"), code=3)
    first.say("node", "join", *typed, told["code"])
    used = second.say("node", "join", *typed, told["code"], code=3)

    assert (wrong["refusal"], used["refusal"]) == ("code_wrong", "code_used")
    assert used["next"] == "new_code"
    assert not second.data.exists()
    assert central.stop() == 0


def test_a_new_kiosk_takes_the_place_of_a_broken_one_in_three_steps(
    machines: Callable[..., Machine], tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    central = machines("central")
    made = central.say("central", "init", "--demo")
    central.run("central", "--json")
    broken = joined(central, machines("broken", TEILHAUS_SYNC_SECOND_COPY=str(tmp_path / "stick")), "desk-1")
    central.stop()
    broken.run("run", "--plain")
    until(lambda: broken.say("sync", "status")["waits_for"] == "no_central")
    card = next(str(one["code"]) for one in made["cards"] if one["person"] == "Ayşe Deneme")
    broken.say("check-out", "--card", card, "stativ-1")
    assert broken.say("sync", "status")["only_here"] > 0
    until(lambda: list((tmp_path / "stick").rglob("*.acts")))
    broken.stop(signal.SIGKILL)
    until(lambda: not processes_of(broken.data))
    shutil.rmtree(broken.data)

    central.run("central", "--json")
    central.say("node", "revoke", "desk-1")
    scan = central.say("node", "add", "desk-1")["scan"]
    new = machines("new")
    code = next(str(one["code"]) for one in made["items"])
    told, shown = typed_at(
        new,
        (b"scannen (oder Enter", scan),
        (b"Zur Probe", "123"),
        (b"etwas anderes", code),
        (b"Es funkt", ""),
    )

    assert told == 0, shown
    assert "es funktioniert" in shown
    found = central.say("sync", "recover", str(tmp_path / "stick"))
    assert found["new"] == found["entries"] > 0
    new.run("run", "--plain")
    until(lambda: loans(new) == ["stativ-1"])
    assert central.say("journal", "verify")["ok"]
    assert central.stop() == 0

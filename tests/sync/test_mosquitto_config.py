"""The files for a broker on a server of its own, tried with a real mosquitto on this machine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from devices.panels import panel
from devices.panels.panel import Panel
from sharing.errors import LoginRefused, Unreachable
from sharing.journal.clock import SystemClock
from sync.events import Effect, Event, Received, Send
from sync.line.endpoint import Endpoint, Trust, Whose
from sync.mosquitto.broker_files import MOST_QUEUED
from sync.mosquitto.credentials import Rules, access, hashed
from sync.mqtt import Line, State
from sync.topics import topic_house
from tests.integration.mosquitto import QUICK, Ear, certificates, until, working
from tests.integration.service import FOLDER, filled, served

NAME = "Haus der Dinge"
HOUSE = topic_house(NAME)


def line(port: int, user: str, trust: Trust | None, password: str = "") -> Line:
    end = Endpoint(host="127.0.0.1", port=port, user=user, password=password or user * 2, trust=trust)
    whose = Whose(house=HOUSE, node=user)
    return Line(end, whose, epoch=1, clock=SystemClock(), pace=QUICK)


def echo(event: Event) -> Sequence[Effect]:
    if isinstance(event, Received) and event.channel == "up":
        return [Send("down", event.node, event.payload), Send("live", "", event.payload)]
    return []


def is_up(*lines: Line) -> bool:
    return all(one.status().state is State.CONNECTED for one in lines)


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return certificates(tmp_path / "tls")[1]


@pytest.fixture
def port(tmp_path: Path, trust: Trust) -> Iterator[int]:
    (tmp_path / "teilhaus.access").write_text(filled("teilhaus.access", tmp_path, HOUSE))
    users = ("central", "desk", "join.new")
    (tmp_path / "teilhaus.passwords").write_text("".join(f"{hashed(one, one * 2)}\n" for one in users))
    with served(tmp_path, filled("teilhaus.conf", tmp_path, HOUSE)) as found:
        yield found


def test_machines_talk_through_it(port: int, trust: Trust) -> None:
    desk = Ear()
    with working(line(port, "central", trust), Ear(echo)) as c, working(line(port, "desk", trust), desk) as d:
        until(lambda: is_up(c, d))
        d.send(Send("up", "desk", b"x" * 240_000))
        until(lambda: desk.payloads("live") and desk.payloads("down"))


def test_it_denies_what_is_not_ones_own(port: int, trust: Trust) -> None:
    new, central = Ear(), Ear(echo)
    with (
        working(line(port, "central", trust), central) as c,
        working(line(port, "desk", trust), Ear()) as d,
        working(line(port, "join.new", trust), new) as n,
    ):
        until(lambda: is_up(c, d, n))
        foreign = [Send("up", "central", b"-"), Send("down", "desk", b"-")]
        for effect in (*foreign, Send("live", "", b"-"), Send("head", "", b"-")):
            assert d.send(effect)
        until(lambda: d.status().denied == 4)
        n.send(Send("up", "join.new", b"let me in"))
        until(lambda: new.payloads("down") == [b"let me in"])
        assert new.payloads("live") == []
        assert central.payloads("up") == [b"let me in"]


def test_it_takes_nothing_larger_than_a_frame(port: int, trust: Trust) -> None:
    with working(line(port, "desk", trust), Ear()) as d:
        until(lambda: is_up(d))
        d.send(Send("up", "desk", b"x" * 262_145))
        until(lambda: d.status().denied or d.status().connections > 1)


def test_nobody_comes_in_without_a_password_or_without_tls(port: int, trust: Trust) -> None:
    with working(line(port, "desk", trust, "wrong"), Ear()) as d:
        until(lambda: isinstance(d.status().trouble, LoginRefused))
    with working(line(port, "desk", None), Ear()) as d:
        until(lambda: isinstance(d.status().trouble, Unreachable))


def test_machines_can_have_certificates_instead_of_passwords(tmp_path: Path, trust: Trust) -> None:
    tls = tmp_path / "tls"
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    for command in (
        f"req {curve} -keyout desk.key -out desk.csr -subj /CN=desk",
        "x509 -req -in desk.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out desk.pem -days 30",
    ):
        subprocess.run(["openssl", *command.split()], cwd=tls, check=True, capture_output=True)
    text = filled("teilhaus.conf", tmp_path, HOUSE)
    text = re.sub(r"^password_file .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^#(require_certificate|use_identity)", r"\1", text, flags=re.MULTILINE)
    (tmp_path / "teilhaus.access").write_text(filled("teilhaus.access", tmp_path, HOUSE))
    own = Trust(ca=trust.ca, certificate=tls / "desk.pem", key=tls / "desk.key")
    with served(tmp_path, text) as port:
        with working(line(port, "desk", own), Ear()) as d:
            until(lambda: is_up(d))
            d.send(Send("up", "central", b"-"))
            until(lambda: d.status().denied == 1)
        with working(line(port, "desk", trust), Ear()) as d:
            until(lambda: d.status().trouble)
            assert d.status().connections == 0


def test_the_access_file_says_what_a_broker_of_our_own_is_told() -> None:
    text = (FOLDER / "teilhaus.access").read_text("utf-8").replace("@HOUSE@", HOUSE)
    lines = [one for one in text.splitlines() if one and not one.startswith("#")]
    door = Panel(id="tuer-saal", room="@ROOM@", profile="800x480-bw")
    guests = {
        panel.PUBLISHER: Rules(panel.publisher_reads(HOUSE), panel.publisher_writes(HOUSE)),
        panel.DOORS: Rules(panel.doors_read(HOUSE)),
        panel.HOME_ASSISTANT: Rules(panel.home_assistant_reads(HOUSE), panel.HOME_ASSISTANT_WRITES),
        f"{panel.USER}{door.id}": Rules(panel.panel_reads(HOUSE, door), panel.panel_writes(HOUSE, door)),
    }
    assert lines == [one for one in access(HOUSE, ["central", "desk"], guests).splitlines() if one]


def test_it_keeps_as_much_for_the_slow_as_a_broker_of_our_own() -> None:
    assert f"max_queued_messages {MOST_QUEUED}\n" in (FOLDER / "teilhaus.conf").read_text("utf-8")


def test_the_page_says_rightly_what_a_house_is_called_in_topics() -> None:
    [command] = re.findall(r"`(printf .*?)`", (FOLDER / "README.md").read_text("utf-8"))
    done = subprocess.run(
        ["sh", "-c", command.replace("Name of the house", NAME)], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == HOUSE


def test_every_placeholder_is_explained() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    for name in ("teilhaus.conf", "teilhaus.access"):
        for placeholder in set(re.findall(r"@[A-Z]+@", (FOLDER / name).read_text("utf-8"))):
            assert f"| `{placeholder}` |" in page

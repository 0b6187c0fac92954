"""Doors of a real house: a central in one process, its broker, the publisher, and panels that listen."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec

from devices.panels import topics
from devices.panels.picture.picture import LONGEST_WAKE_S
from devices.panels.state import VALID_MS, Status
from sharing.errors import LoginRefused
from sync.events import Send
from sync.mosquitto.broker_files import free_port
from tests.integration.doors import PATIENCE_S, Doors, command_of, listening
from tests.integration.machines import Central, Machine
from tests.integration.mosquitto import until

HOUR_MS = 3_600_000


def test_what_is_booked_stands_at_the_door_with_its_picture(doors: Doors) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    with listening(panel):
        until(lambda: panel.state(room) is not None, PATIENCE_S)
        before = panel.state(room)
        assert before is not None
        doors.block("saal-a")
        until(lambda: panel.shows(room, Status.BUSY), PATIENCE_S)
        image, meta = (topic(doors.house, room, "800x480-bw") for topic in (topics.image, topics.meta))
        until(lambda: len(panel.all_of(meta)) > 1, PATIENCE_S)
        assert [one[:4] for one in panel.all_of(image)] == [b"\x89PNG"] * len(panel.all_of(image))
        etags = [msgspec.json.decode(one)["etag"] for one in panel.all_of(meta)]
        assert len(set(etags)) == len(panel.all_of(image))
        config = panel.last(topics.panel_config(doors.house, "tuer"))
        assert config is not None
        assert msgspec.json.decode(config)["room"] == room
    assert panel.numbers(room) == sorted(set(panel.numbers(room)))
    assert not any(
        one.node.startswith(topics.state(doors.house, doors.rooms["saal-b"])) for one in panel.received()
    )


def test_a_broker_that_was_killed_and_forgot_all_has_it_again(doors: Doors) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    doors.block("saal-a")
    with listening(panel):
        until(lambda: panel.shows(room, Status.BUSY), PATIENCE_S)
        for _ in range(2):
            heard = len(panel.numbers(room))
            assert isinstance(doors.central, Central)
            assert doors.central.kill_broker()
            until(partial(panel.heard_more, room, heard), PATIENCE_S)
            assert panel.shows(room, Status.BUSY)
    assert panel.numbers(room) == sorted(panel.numbers(room))


def test_a_panel_that_was_unplugged_shows_the_truth_at_its_next_wake(doors: Doors) -> None:
    """An hour without power: booked meanwhile, and the broker forgot all. On paper stands what it knew itself
    to be good for a quarter of an hour."""
    panel, witness = doors.panel("tuer", "saal-a"), doors.panel("nebenan", "saal-a")
    room = doors.rooms["saal-a"]
    image, meta = (topic(doors.house, room, "800x480-bw") for topic in (topics.image, topics.meta))
    with listening(witness):
        with listening(panel):
            until(lambda: panel.last(meta), PATIENCE_S)
        before = msgspec.json.decode(panel.last(meta) or b"")
        heard = len(witness.numbers(room))
        doors.block("saal-a")
        assert isinstance(doors.central, Central)
        assert doors.central.kill_broker()
        until(lambda: witness.heard_more(room, heard) and witness.shows(room, Status.BUSY), PATIENCE_S)
        until(lambda: _etag(witness.last(meta)) not in ("", before["etag"]), PATIENCE_S)

        back = panel.again()
        with listening(back):
            until(lambda: back.last(meta), PATIENCE_S)
        assert back.all_of(image) == witness.all_of(image)[-1:]
        now = msgspec.json.decode(back.last(meta) or b"")
    assert now["etag"] == _etag(witness.last(meta)) != before["etag"]
    assert back.shows(room, Status.BUSY)
    for one in (before, now):
        assert VALID_MS <= one["valid_until"] - one["rendered_at"] < HOUR_MS
        assert 0 < one["next_wake_s"] <= LONGEST_WAKE_S


def _etag(meta: bytes | None) -> str:
    return msgspec.json.decode(meta)["etag"] if meta else ""


def test_a_central_that_was_killed_and_a_publisher_that_was_killed_go_on_where_they_were(
    doors: Doors,
) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    with listening(panel):
        until(lambda: panel.state(room) is not None, PATIENCE_S)
        doors.central.kill()
        booking = doors.block("saal-a")
        doors.central.start()
        until(lambda: panel.shows(room, Status.BUSY), PATIENCE_S)

        until(lambda: doors.publisher is not None, PATIENCE_S)
        pid = doors.publisher
        assert pid is not None
        kill(pid)
        doors.central.say("booking", "cancel", f"{booking}/0")
        until(lambda: panel.state(room) is not None and not panel.shows(room, Status.BUSY), PATIENCE_S)
    assert panel.numbers(room) == sorted(panel.numbers(room))


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_a_room_that_was_removed_leaves_nothing_and_its_panel_is_told(doors: Doors) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    assistant = doors.home_assistant()
    discovery = topics.discovery(doors.house, room)
    with listening(panel, assistant):
        until(lambda: panel.last(topics.meta(doors.house, room, "800x480-bw")), PATIENCE_S)
        until(lambda: assistant.last(discovery), PATIENCE_S)
        doors.central.say("room", "change", "saal-a", "--not-bookable")
        until(lambda: assistant.last(discovery) == b"", PATIENCE_S)
        gone = [
            topics.state(doors.house, room),
            topics.agenda(doors.house, room),
            topics.health(doors.house, room),
        ]
        gone += [topic(doors.house, room, "800x480-bw") for topic in (topics.image, topics.meta)]
        for topic in gone:
            until(partial(panel.has, topic, b""), PATIENCE_S)
        config = topics.panel_config(doors.house, "tuer")
        until(lambda: msgspec.json.decode(panel.last(config) or b"{}").get("room") == "", PATIENCE_S)

        doors.central.say("room", "change", "saal-a", "--bookable")
        until(lambda: panel.state(room) is not None and bool(assistant.last(discovery)), PATIENCE_S)


def test_home_assistant_is_told_again_when_it_says_that_it_was_started(doors: Doors) -> None:
    assistant, room = doors.home_assistant(), doors.rooms["saal-a"]
    discovery = topics.discovery(doors.house, room)
    with listening(assistant):
        until(lambda: assistant.last(discovery), PATIENCE_S)
        heard = len(assistant.all_of(discovery))
        assert assistant.line.send(Send("topic", topics.ONLINE, b"online"))
        until(lambda: len(assistant.all_of(discovery)) > heard, PATIENCE_S)


def test_a_panel_says_how_it_is_and_nothing_else(doors: Doors) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    other = doors.panel("andere", "saal-b")
    with listening(panel, other):
        until(
            lambda: panel.state(room) is not None and other.state(doors.rooms["saal-b"]) is not None,
            PATIENCE_S,
        )
        said = b'{"battery": 73, "etag": "abc", "firmware": "1"}'
        panel.line.send(Send("topic", topics.panel_telemetry(doors.house, "tuer"), said, retain=True))
        panel.line.send(Send("topic", topics.panel_status(doors.house, "tuer"), b"sleeping", retain=True))
        for topic in (
            topics.state(doors.house, room), topics.panel_telemetry(doors.house, "andere"),
            topics.command(doors.house, doors.rooms["saal-b"], "book"),
            f"teilhaus/v1/{doors.house}/node/panel.tuer/up", "teilhaus/v1/join/node/panel.tuer/up",
        ):  # fmt: skip
            panel.line.send(Send("topic", topic, b"{}", retain=True))
        until(lambda: panel.line.status().denied == 5, PATIENCE_S)

        def listed() -> dict[str, Any]:
            found = doors.central.say("panel", "list")["panels"]
            return {one["panel"]: (one["battery"], one["shown_etag"], one["status"]) for one in found}

        until(lambda: listed()["tuer"] == (73, "abc", "sleeping"), PATIENCE_S)
        assert listed()["andere"] == (None, None, None)
    assert panel.state(room) is not None


def test_a_command_that_nobody_signed_is_answered_and_nothing_is_booked(doors: Doors) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    said = {"id": "q1", "token": "0" * 32, "expires_at": 2**52}
    with listening(panel):
        until(lambda: panel.state(room) is not None, PATIENCE_S)
        panel.line.send(Send("topic", topics.command(doors.house, room, "book"), msgspec.json.encode(said)))
        answer = topics.answer(doors.house, room, "q1")
        until(lambda: panel.last(answer), PATIENCE_S)
        found = msgspec.json.decode(panel.last(answer) or b"")
    assert (found["ok"], found["reason"]) == (False, "unsigned")


def test_a_panel_that_was_removed_is_thrown_out_and_its_words_are_gone(doors: Doors) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    with listening(panel):
        until(lambda: panel.state(room) is not None, PATIENCE_S)
        doors.central.say("panel", "remove", "tuer")
        until(lambda: isinstance(panel.line.status().trouble, LoginRefused), PATIENCE_S)
    assert doors.central.say("panel", "list")["panels"] == []
    doors.central.say("panel", "remove", "tuer", code=3)


def test_nothing_of_it_stays_when_the_central_ends(doors: Doors) -> None:
    doors.panel("tuer", "saal-a")
    until(lambda: doors.publisher is not None, PATIENCE_S)
    pid = doors.publisher
    assert pid is not None
    doors.central.kill()
    until(lambda: not command_of(pid), PATIENCE_S)


def test_bad_panels_are_refused_with_a_reason(doors: Doors) -> None:
    for words in (
        ("Tür", "--room", "saal-a"), ("t" * 40, "--room", "saal-a"), ("tuer", "--room", "keiner"),
        ("tuer", "--room", "saal-a", "--profile", "640x480-bw"),
        ("tuer", "--room", "saal-a", "--second-language", "../x"),
    ):  # fmt: skip
        assert doors.central.say("panel", "add", *words, code=3)["refusal"]


def test_a_flood_of_commands_holds_nothing_up(doors: Doors) -> None:
    panel, room = doors.panel("tuer", "saal-a"), doors.rooms["saal-a"]
    forged = msgspec.json.encode({"id": "f", "token": "0" * 32, "expires_at": 2**52})
    command = topics.command(doors.house, room, "end")
    with listening(panel):
        until(lambda: panel.state(room) is not None, PATIENCE_S)
        for _ in range(2000):
            panel.line.send(Send("topic", command, forged))
        doors.block("saal-a")
        until(lambda: panel.shows(room, Status.BUSY), PATIENCE_S)
        answers = panel.all_of(topics.answer(doors.house, room, "f"))
    assert 10 <= len(answers) < 500


def test_a_kiosk_alone_says_it_as_well_and_serves_the_pages(tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    desk = Machine(tmp_path / "desk", {"TEILHAUS_WEB_PORT": str(port)})
    desk.say("init", "--demo", "--name", "Testhaus")
    doors = Doors(desk)
    panel, room = doors.panel("tuer", "saal-a", "--second-language", "ar"), doors.rooms["saal-a"]
    arabic = topics.image(doors.house, room, "800x480-bw-ar")
    running = [desk.program("-m", "kiosk", what, "run", kind=what) for what in ("sync", "devices")]
    try:
        with listening(panel):
            until(lambda: panel.state(room) is not None, PATIENCE_S)
            doors.block("saal-a")
            until(lambda: panel.shows(room, Status.BUSY), PATIENCE_S)
            until(lambda: "Saal A" in page(port, "/door/saal-a"), PATIENCE_S)
            until(lambda: panel.last(arabic) is not None, PATIENCE_S)
            assert '<span class="second" lang="ar" dir="rtl">' in page(port, "/door/saal-a?with=ar")
    finally:
        ended = [one.let_go() for one in reversed(running)]
    assert ended == [0, 0]


def page(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())

"""What goes out and what comes in on the publisher's line, of a whole house, without a broker."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
import pytest

from config.settings import load
from devices.panels import pictures, topics
from devices.panels.granting import Granting
from devices.panels.telemetry import Heard, heard_before
from kiosk.cli import publishing
from kiosk.cli.feeding import DESCRIBED_MS, Feed, HouseTime
from kiosk.cli.serving import dying_aloud
from kiosk.i18n import Words
from sharing.errors import Damaged
from sharing.house import House, open_house
from sync.events import Connected, Effect, Received, Send, Tick
from sync.topics import topic_house
from tests.cli.conftest import Desk
from tests.integration.mosquitto import until


@pytest.fixture
def house(desk: Desk) -> Iterator[House]:
    desk.json("panel", "add", "tuer", "--room", "saal")
    found = open_house(desk.data, clock=desk.clock)
    yield found
    found.close()


@pytest.fixture
def feed(house: House) -> Feed:
    words = Words("de", "Europe/Berlin")
    return Feed(house, Granting(house), words, lambda _tag: words)


def sent(effects: object) -> list[str]:
    """Name the topics that something was sent on."""
    assert isinstance(effects, list)
    return [one.node for one in effects if isinstance(one, Send)]


def turns(feed: Feed, n: int = 5) -> list[str]:
    return [topic for _ in range(n) for topic in sent(feed.step(Tick()))]


def said(topic: str, payload: bytes, *, retained: bool = False) -> Received:
    return Received("topic", topic, payload, retained)


def test_what_the_broker_kept_of_a_panel_is_no_sign_of_life(desk: Desk, house: House, feed: Feed) -> None:
    top = topic_house(house.store.house)
    telemetry, status = topics.panel_telemetry(top, "tuer"), topics.panel_status(top, "tuer")
    feed.step(Connected(1))
    feed.step(Tick())
    feed.step(said(telemetry, b'{"battery": 50}'))
    heard_at = desk.clock.at
    desk.clock.forward(hours=50)
    feed.step(said(telemetry, b'{"battery": 49}', retained=True))
    feed.step(said(status, b"sleeping", retained=True))
    feed.step(Tick())

    found = heard_before(desk.data)["tuer"]
    assert found.heard_at is not None
    assert found.heard_at - heard_at < 1000
    assert found == Heard(battery=49, status="sleeping", heard_at=found.heard_at)


def test_what_is_rendered_is_what_the_panel_shows(desk: Desk, house: House, tmp_path: Path) -> None:
    address, words = "http://10.0.0.5:8480", Words("de", "Europe/Berlin")
    feed = Feed(house, Granting(house), words, lambda _tag: words, web=address)
    feed.step(Connected(1))
    said = [one for _ in range(30) for one in feed.step(Tick()) if isinstance(one, Send)]
    [meta] = [one.payload for one in said if one.node.endswith("/meta")]

    (desk.data / "teilhaus.toml").write_text(f'[web]\naddress = "{address}"\n')
    found = desk.json("panel", "render", "saal", "--out", str(tmp_path / "saal.png"))
    assert found["etag"] == msgspec.json.decode(meta)["etag"]


def test_a_command_that_was_kept_is_taken_away_and_done_by_nobody(house: House, feed: Feed) -> None:
    top = topic_house(house.store.house)
    topic = topics.command(top, "ab" * 16, "book")
    feed.step(Connected(1))

    assert feed.step(said(topic, b"{}", retained=True)) == [Send("topic", topic, b"", retain=True)]
    assert feed.step(said(topic, b"", retained=True)) == []


def test_a_picture_of_a_panel_that_was_removed_meanwhile_is_taken_away(house: House, feed: Feed) -> None:
    top = topic_house(house.store.house)
    feed.step(Connected(1))
    turns(feed)
    room = feed._book.panels["tuer"].room
    for name in ("296x128-bw", "800x480-bw"):
        feed.step(said(topics.meta(top, room, name), b"{}", retained=True))
    gone = turns(feed, 1)

    assert topics.image(top, room, "296x128-bw") in gone
    assert topics.meta(top, room, "296x128-bw") in gone
    assert topics.image(top, room, "800x480-bw") not in gone


def test_a_picture_that_cannot_be_drawn_takes_no_state_with_it(
    house: House, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no letters")

    monkeypatch.setattr(pictures, "picture", broken)
    feed.step(Connected(1))
    found = turns(feed)

    assert {one.rpartition("/")[2] for one in found} >= {"state", "agenda", "health", "config"}
    assert not [one for one in found if one.endswith("image")]


def test_home_assistant_cannot_have_rooms_described_without_end(desk: Desk, house: House, feed: Feed) -> None:
    def described(effects: list[str]) -> int:
        return sum(one.startswith("homeassistant/") for one in effects)

    feed.step(Connected(1))
    rooms = described(turns(feed))
    assert rooms

    def asked() -> int:
        found: list[Effect] = []
        for _ in range(100):
            found += feed.step(said(topics.ONLINE, b"online"))
            found += feed.step(Tick())
        return described(sent(found))

    assert asked() == rooms
    desk.clock.forward(seconds=DESCRIBED_MS // 1000)
    assert asked() == rooms


def test_pages_have_the_time_of_the_house_where_the_machine_knows_no_date(desk: Desk, house: House) -> None:
    before, desk.clock.at, desk.clock.clock = desk.clock.at, 1_000, "untrusted"
    with house.store.begin() as work:
        assert work.learn_time(before)
    words, time = Words("de", "Europe/Berlin"), HouseTime(desk.clock)
    feed = Feed(house, Granting(house), words, lambda _tag: words, time=time)
    feed.step(Connected(1))
    feed.step(Tick())
    desk.clock.forward(minutes=5)

    with house.store.reader() as read:
        assert abs(time() - read.now) < 1000
    assert time() > before


def test_pages_come_as_soon_as_their_port_is_free(
    desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_there() -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{port}/house", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    monkeypatch.setattr(publishing, "WEB_AGAIN_S", 0.05)
    with ExitStack() as stack:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            settings = load(desk.data, {"TEILHAUS_WEB_PORT": str(port)})
            pages = publishing._pages(
                house, settings, "Europe/Berlin", Granting(house), HouseTime(desk.clock)
            )
            assert stack.enter_context(pages) is not None
        until(is_there)
    assert not is_there()


def test_a_process_that_nobody_sees_says_in_the_log_why_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Damaged), dying_aloud("devices"):
        raise Damaged(what="nodes.json")
    assert "devices ends: Damaged" in caplog.text

"""The line when the network, the broker or a certificate is not as it should be; a real mosquitto again."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from sharing.errors import (
    AccessDenied,
    Network,
    NotTrusted,
    TlsMissing,
    Unreachable,
    WrongHostName,
)
from sharing.journal.clock import SystemClock
from sync.events import Connected, Disconnected, Effect, Event, Received, Send
from sync.line.endpoint import Endpoint, Trust, Whose, is_loopback
from sync.mosquitto.broker_files import Listen, free_port, mosquitto
from sync.mosquitto.credentials import hashed
from sync.mqtt import MOST_SENDING, Line, Pace, State
from sync.protocol import Birth, decode
from tests.fakes import FakeClock, FakeRandomness
from tests.integration.mosquitto import HOUSE, QUICK, Carrier, Ear, carrier, certificates, until, working
from tests.integration.proxy import Proxy


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Carrier]:
    with carrier(tmp_path / "broker", "central", "desk") as made:
        yield made


@pytest.fixture
def proxy(broker: Carrier) -> Iterator[Proxy]:
    with Proxy(broker.broker.port) as made:
        yield made


def is_up(line: Line) -> bool:
    return line.status().state is State.CONNECTED


def up(payload: bytes) -> Send:
    return Send("up", "desk", payload)


# The broker


def test_everybody_comes_back_after_the_broker_was_killed_and_says_who_is_there(broker: Carrier) -> None:
    """It kept nothing: what was retained is there again because everybody says it again."""
    central, desk = Ear(), Ear()
    with working(broker.line("central"), central) as c, working(broker.line("desk"), desk) as d:
        until(lambda: is_up(c) and is_up(d))
        broker.kill()
        until(lambda: central.count(Disconnected) == 1 and desk.count(Disconnected) == 1)
        until(lambda: central.count(Connected) >= 2 and desk.count(Connected) >= 2 and is_up(c) and is_up(d))
        assert d.send(up(b"again"))
        until(lambda: central.payloads("up") == [b"again"])
        late = Ear()
        with working(broker.line("central", epoch=8), late):
            until(lambda: [one for one in late.payloads("status") if isinstance(decode(one), Birth)])


def test_nothing_is_sent_or_kept_while_there_is_no_broker(broker: Carrier) -> None:
    central = Ear()
    with working(broker.line("desk"), Ear()) as d:
        until(lambda: is_up(d))
        broker.broker.stop()
        until(lambda: not is_up(d))
        assert not d.send(up(b"into nothing"))
        broker.broker.start()
        with working(broker.line("central"), central) as c:
            until(lambda: is_up(c) and is_up(d))
            assert d.send(up(b"now"))
            until(lambda: central.payloads("up"))
            assert central.payloads("up") == [b"now"]


def test_a_line_whose_broker_comes_later_connects_then(broker: Carrier) -> None:
    broker.broker.stop()
    with working(broker.line("desk"), Ear()) as d:
        until(lambda: isinstance(d.status().trouble, Unreachable))
        broker.broker.start()
        until(lambda: is_up(d))
        assert d.status().trouble is None


@contextmanager
def choosy_broker(folder: Path) -> Iterator[int]:
    """Run a mosquitto that grants no subscription: its plugin can do that, an access file cannot."""
    folder.mkdir()
    _, _, rounds, salt, digest = hashed("desk", "deskdesk").split("$")
    account = {"username": "desk", "password": digest, "salt": salt, "iterations": int(rounds), "roles": []}
    rights = {
        "publishClientSend": True,
        "publishClientReceive": True,
        "subscribe": False,
        "unsubscribe": True,
    }
    (folder / "rights.json").write_text(json.dumps({"defaultACLAccess": rights, "clients": [account]}))
    [plugin] = [*Path("/usr/lib").glob("*/mosquitto_dynamic_security.so")]
    port = free_port("127.0.0.1")
    (folder / "conf").write_text(
        f"user root\nlistener {port} 127.0.0.1\nallow_anonymous false\nplugin {plugin}\n"
        f"plugin_opt_config_file {folder / 'rights.json'}\nlog_dest none\n"
    )
    child = subprocess.Popen([mosquitto(), "-c", str(folder / "conf")], stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        child.terminate()
        child.wait(10)


def test_a_subscription_that_is_not_granted_is_noticed(tmp_path: Path) -> None:
    with choosy_broker(tmp_path / "choosy") as port:
        end = Endpoint(host="127.0.0.1", port=port, user="desk", password="deskdesk")
        line = Line(end, Whose(house=HOUSE, node="desk"), epoch=1, clock=SystemClock(), pace=QUICK)
        ear = Ear()
        with working(line, ear):
            until(lambda: isinstance(line.status().trouble, AccessDenied))
            trouble = line.status().trouble
            assert trouble is not None
            assert trouble.details["topic"] == f"teilhaus/v1/{HOUSE}/node/desk/down"
        assert ear.count(Connected) == 0


def test_somebody_who_accepts_and_never_answers_is_given_up() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as mute:
        end = Endpoint(host="127.0.0.1", port=mute.getsockname()[1], user="desk", password="x")
        pace = Pace(first=0.05, longest=0.1, answer=0.3)
        line = Line(end, Whose(house=HOUSE, node="desk"), epoch=1, clock=SystemClock(), pace=pace)
        with working(line, Ear()):
            until(lambda: isinstance(line.status().trouble, Unreachable))


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x7f", b"\xff" * 40, b"\x20\x03\x00\x00\x00" * 3]
)
def test_somebody_who_talks_something_else_does_not_end_the_thread(said: bytes) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answered = []

        def answer() -> None:
            for _ in range(3):
                one, _ = other.accept()
                with one:
                    one.recv(1000)
                    one.sendall(said)
                answered.append(1)

        thread = threading.Thread(target=answer)
        thread.start()
        end = Endpoint(host="127.0.0.1", port=port, user="desk", password="x")
        line = Line(end, Whose(house=HOUSE, node="desk"), epoch=1, clock=SystemClock(), pace=QUICK)
        ear = Ear()
        with working(line, ear):
            until(lambda: len(answered) == 3)
            assert line._thread is not None
            assert line._thread.is_alive()
        thread.join()
        assert ear.count(Connected) == ear.count(Disconnected)


# The network


def test_a_cut_is_noticed_and_mended(broker: Carrier, proxy: Proxy) -> None:
    desk = Ear()
    with working(broker.line("desk", proxy.port), desk) as d:
        until(lambda: is_up(d))
        proxy.cut()
        until(lambda: desk.count(Disconnected) == 1)
        until(lambda: desk.count(Connected) == 2)
        assert isinstance(desk.heard[-1], Connected)


def test_a_network_that_swallows_everything_is_noticed_by_silence(broker: Carrier, proxy: Proxy) -> None:
    desk = Ear()
    with working(broker.line("desk", proxy.port), desk) as d:
        until(lambda: is_up(d))
        proxy.stall()
        until(lambda: desk.count(Disconnected) == 1)
        assert not is_up(d)
        proxy.resume()
        until(lambda: is_up(d))


def test_half_a_message_never_arrives(broker: Carrier, proxy: Proxy) -> None:
    central = Ear()
    with working(broker.line("central"), central) as c, working(broker.line("desk", proxy.port), Ear()) as d:
        until(lambda: is_up(c) and is_up(d))
        proxy.halve()
        d.send(up(b"x" * 50_000))
        until(lambda: d.status().connections == 2 and is_up(d))
        d.send(up(b"whole"))
        until(lambda: central.payloads("up"))
        assert central.payloads("up") == [b"whole"]


def test_a_slow_network_is_no_broken_one(broker: Carrier, proxy: Proxy) -> None:
    central = Ear()
    proxy.delay(0.2)
    with working(broker.line("central"), central), working(broker.line("desk", proxy.port), Ear()) as d:
        until(lambda: is_up(d))
        for n in range(30):
            d.send(up(b"%d" % n))
        until(lambda: len(central.payloads("up")) == 30)
        assert d.status().connections == 1


def test_a_network_that_is_away_for_long_is_tried_again(broker: Carrier, proxy: Proxy) -> None:
    desk = Ear()
    with working(broker.line("desk", proxy.port), desk) as d:
        until(lambda: is_up(d))
        proxy.go_away()
        until(lambda: desk.count(Disconnected) >= 1 and isinstance(d.status().trouble, Unreachable))
        proxy.resume()
        until(lambda: is_up(d))


def test_what_came_before_the_cut_is_not_acknowledged_on_the_next_connection(
    broker: Carrier, proxy: Proxy
) -> None:
    """Its number may mean another message there."""
    waits, go_on = threading.Event(), threading.Event()

    def answer(event: Event) -> Sequence[Effect]:
        if isinstance(event, Received) and event.payload == b"old":
            waits.set()
            go_on.wait(30)
        return []

    desk = Ear(answer)
    with working(broker.line("central"), Ear()) as c, working(broker.line("desk", proxy.port), desk) as d:
        until(lambda: is_up(c) and is_up(d))
        c.send(Send("down", "desk", b"old"))
        until(waits.is_set)
        first = d._link
        proxy.cut()
        until(lambda: d._link is not None and d._link is not first and is_up(d))
        assert first is not None
        assert first.over
        go_on.set()
        c.send(Send("down", "desk", b"new"))
        until(lambda: b"new" in desk.payloads("down"))
        assert is_up(d)


def test_what_was_to_stand_retained_and_found_no_room_costs_the_connection(
    broker: Carrier, proxy: Proxy
) -> None:
    line = broker.line("desk", proxy.port, pace=Pace(first=0.05, longest=0.1, sending=0.3, keepalive=60))
    line.start()
    try:
        until(lambda: is_up(line) and line._link is not None and line._link.waiting == 0)
        proxy.stall()
        state = Send("topic", "desk", b"free", retain=True)
        sent = [line.send(state) for _ in range(MOST_SENDING + 3)]
        assert sent == [True] * MOST_SENDING + [False] * 3
        proxy.resume()
        until(lambda: line.status().connections == 2)
    finally:
        line.stop()


def test_a_sender_waits_for_room_and_gives_up_without_it(broker: Carrier, proxy: Proxy) -> None:
    line = broker.line("desk", proxy.port, pace=Pace(first=0.05, longest=0.1, sending=0.3, keepalive=60))
    line.start()
    try:
        until(lambda: is_up(line) and line._link is not None and line._link.waiting == 0)
        proxy.stall()
        sent = [line.send(up(b"x")) for _ in range(MOST_SENDING + 1)]
        assert sent == [True] * MOST_SENDING + [False]
        assert line.status().dropped == 1
        proxy.resume()
        until(lambda: line._link is not None and line._link.waiting == 0)
        assert line.send(up(b"y"))
    finally:
        line.stop()


def test_a_stop_does_not_wait_for_a_network_that_is_gone(broker: Carrier, proxy: Proxy) -> None:
    line = broker.line("desk", proxy.port)
    line.start()
    until(lambda: is_up(line))
    proxy.stall()
    line.send(up(b"x"))
    stopper = threading.Thread(target=line.stop)
    stopper.start()
    until(lambda: not stopper.is_alive())
    assert line.status().state is State.STOPPED


# Waiting


def waits(pace: Pace, seed: str, n: int) -> list[float]:
    end = Endpoint(host="127.0.0.1", port=1, user="desk", password="x")
    whose = Whose(house=HOUSE, node="desk")
    line = Line(end, whose, epoch=1, clock=FakeClock(), randomness=FakeRandomness(seed), pace=pace)
    return [line._pause() for _ in range(n)]


def test_waits_grow_to_a_minute_and_are_spread_over_their_whole_length() -> None:
    all_waits = [waits(Pace(), str(seed), 12) for seed in range(300)]
    for n in range(12):
        longest = min(60, 2**n)
        nth = [one[n] for one in all_waits]
        assert 0 < min(nth) < longest * 0.05
        assert longest * 0.95 < max(nth) <= longest
        assert len(set(nth)) == 300


def test_after_connections_that_held_longer_than_the_wait_before_them_waits_stay_short(
    broker: Carrier, proxy: Proxy
) -> None:
    line = broker.line("desk", proxy.port, pace=Pace(first=0.01, longest=60))
    line.start()
    try:
        for n in range(1, 13):  # the twelfth wait could be 20 seconds
            until(partial(lives_long, line, n))
            proxy.cut()
    finally:
        line.stop()
    assert line._tries <= 3, "not twelve: what began after the last cut and was ended by the stop may count"


def lives_long(line: Line, connection: int) -> bool:
    began = line._link.ready_at if line._link is not None else None
    is_it = is_up(line) and line.status().connections == connection
    return is_it and began is not None and time.monotonic() - began > 2 * line.pace.first


# TLS


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Carrier, Trust]]:
    tls, trust = certificates(tmp_path / "tls")
    with carrier(tmp_path / "broker", "central", "desk", listen=Listen(tls=tls)) as broker:
        yield broker, trust


def test_tls_with_an_authority_of_our_own(made: tuple[Carrier, Trust]) -> None:
    broker, trust = made
    central = Ear()
    near = broker.line("central", broker.broker.local_port)
    assert broker.broker.local_port != broker.broker.port
    with (
        working(near, central) as c,
        working(broker.line("desk", endpoint=broker.endpoint("desk", trust=trust)), Ear()) as d,
    ):
        until(lambda: is_up(c) and is_up(d))
        sent = [bytes([n]) * 100_000 for n in range(20)]
        for one in sent:
            d.send(up(one))
        until(lambda: central.payloads("up") == sent)


def trouble_with(line: Line) -> Network | None:
    ear = Ear()
    with working(line, ear):
        until(lambda: line.status().trouble)
        assert line.pace.refused / 2 <= line._pause()
        assert ear.count(Connected) == 0
    return line.status().trouble


def test_an_authority_that_is_not_ours_is_refused(made: tuple[Carrier, Trust], tmp_path: Path) -> None:
    broker, _ = made
    _, other = certificates(tmp_path / "other")
    assert (
        type(trouble_with(broker.line("desk", endpoint=broker.endpoint("desk", trust=other)))) is NotTrusted
    )
    system = Trust()
    assert (
        type(trouble_with(broker.line("desk", endpoint=broker.endpoint("desk", trust=system)))) is NotTrusted
    )


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    tls, trust = certificates(tmp_path / "tls", "DNS:broker.example")
    with carrier(tmp_path / "broker", "desk", listen=Listen(tls=tls)) as broker:
        for host in ("127.0.0.1", "localhost"):
            end = broker.endpoint("desk", trust=trust, host=host)
            assert type(trouble_with(broker.line("desk", endpoint=end))) is WrongHostName


def test_a_broker_with_tls_is_not_reached_without_it(made: tuple[Carrier, Trust]) -> None:
    broker, _ = made
    with working(broker.line("desk"), Ear()) as d:
        until(lambda: isinstance(d.status().trouble, Unreachable))


def test_a_broker_without_tls_is_not_reached_with_it(broker: Carrier) -> None:
    with working(broker.line("desk", endpoint=broker.endpoint("desk", trust=Trust())), Ear()) as d:
        until(lambda: isinstance(d.status().trouble, Unreachable))


@pytest.mark.parametrize("host", ["192.0.2.1", "central.example", "10.0.0.1", "0.0.0.0", "2001:db8::1"])
def test_nothing_goes_over_the_network_in_clear_unless_somebody_said_so(host: str) -> None:
    end = Endpoint(host=host, port=1883, user="desk", password="x")
    with pytest.raises(TlsMissing) as missing:
        Line(end, Whose(house=HOUSE, node="desk"), epoch=1, clock=FakeClock())
    assert missing.value.details == {"host": host}
    allowed = Endpoint(host=host, port=1883, user="desk", password="x", plain_allowed=True)
    Line(allowed, Whose(house=HOUSE, node="desk"), epoch=1, clock=FakeClock())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_itself_needs_no_tls(host: str) -> None:
    assert is_loopback(host)


def test_a_certificate_that_is_none_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("nonsense")
    for trust in (
        Trust(ca="nonsense"),
        Trust(certificate=tmp_path / "own.pem"),
        Trust(certificate=tmp_path / "no"),
    ):
        end = Endpoint(host="broker.example", port=8883, user="desk", password="x", trust=trust)
        with pytest.raises(NotTrusted):
            Line(end, Whose(house=HOUSE, node="desk"), epoch=1, clock=FakeClock())


def test_a_password_is_never_shown() -> None:
    end = Endpoint(host="broker.example", port=8883, user="desk", password="geheim")
    assert "geheim" not in repr(end)
    assert "geheim" not in str(end)

"""The line against a real mosquitto: what arrives, what is acknowledged, and what is noticed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sharing.errors import AccessDenied, DiskFull, LoginRefused
from sync.events import Connected, Disconnected, Effect, Event, Note, Received, Send, Tick, Wake
from sync.line.link import EXPIRY, IN_FLIGHT
from sync.line.worker import Rhythm
from sync.mqtt import Line, State
from sync.protocol import Birth, Death, decode, encode
from tests.integration.mosquitto import HOUSE, Carrier, Ear, carrier, until, working


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Carrier]:
    with carrier(tmp_path / "broker", "central", "desk", "van", "join.new") as made:
        yield made


def up(payload: bytes, node: str = "desk") -> Send:
    return Send("up", node, payload)


def echo(event: Event) -> Sequence[Effect]:
    """What a central does: answer whoever says something."""
    if isinstance(event, Received) and event.channel == "up":
        return [Send("down", event.node, event.payload)]
    return []


def is_up(*lines: Line) -> bool:
    return all(line.status().state is State.CONNECTED for line in lines)


def test_what_a_machine_says_reaches_the_central_and_the_answer_comes_back(broker: Carrier) -> None:
    central, desk = Ear(echo), Ear()
    with working(broker.line("central"), central) as c, working(broker.line("desk"), desk) as d:
        until(lambda: is_up(c, d))
        assert d.send(up(b"hello"))
        until(lambda: desk.payloads("down") == [b"hello"])
        assert c.send(Send("live", "", b"entries"))
        until(lambda: desk.payloads("live") == [b"entries"])
        assert isinstance(desk.heard[0], Connected)
    assert central.payloads("up") == [b"hello"]


def test_messages_come_in_the_order_in_which_they_were_sent(broker: Carrier) -> None:
    central = Ear()
    with working(broker.line("central"), central) as c, working(broker.line("desk"), Ear()) as d:
        until(lambda: is_up(c, d))
        sent = [b"%d" % n for n in range(500)]
        assert all(d.send(up(one)) for one in sent)
        until(lambda: len(central.payloads("up")) == 500)
    assert central.payloads("up") == sent


def test_only_one_thread_ever_steps(broker: Carrier) -> None:
    ear = Ear(echo)
    with working(broker.line("central"), ear) as c, working(broker.line("desk"), Ear()) as d:
        until(lambda: is_up(c, d) and ear.ticks > 2)
        for n in range(50):
            d.send(up(b"%d" % n))
            c.poke()
        until(lambda: len(ear.payloads("up")) == 50)
    assert len(ear.threads) == 1
    assert threading.get_ident() not in ear.threads


def test_what_is_retained_reaches_whoever_comes_later(broker: Carrier) -> None:
    with working(broker.line("central"), Ear()) as c:
        until(lambda: is_up(c))
        c.send(Send("head", "", b"17", retain=True))
        until(lambda: c.status().sent == 1)
        desk = Ear()
        with working(broker.line("desk"), desk):
            until(lambda: desk.payloads("head") == [b"17"])


def test_what_nobody_fetches_is_forgotten_by_the_broker_after_a_minute_but_not_what_is_retained(
    broker: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives: dict[str, int | None] = {}
    arrived = Line.arrived

    def noted(line: Line, link: Any, message: Any) -> None:
        lives[message.topic.rpartition("/")[2]] = getattr(message.properties, "MessageExpiryInterval", None)
        arrived(line, link, message)

    monkeypatch.setattr(Line, "arrived", noted)
    desk = Ear()
    with working(broker.line("central"), Ear()) as c, working(broker.line("desk"), desk) as d:
        until(lambda: is_up(c, d))
        assert c.send(Send("live", "", b"entries"))
        assert c.send(Send("head", "", b"hint", retain=True))
        until(lambda: desk.payloads("head") == [b"hint"] and desk.payloads("live") == [b"entries"])
    assert lives["live"] in range(1, EXPIRY + 1)
    assert lives["head"] is None


def test_a_message_is_acknowledged_only_after_the_step(broker: Carrier) -> None:
    """The broker gives no more than it may have unacknowledged, so a step that waits holds up the rest."""
    going_on = threading.Event()

    def answer(event: Event) -> Sequence[Effect]:
        if isinstance(event, Received) and event.channel == "up":
            going_on.wait(30)
        return []

    central, beside = Ear(answer), Ear()
    with (
        working(broker.line("central"), central) as c,
        working(broker.line("desk"), Ear()) as d,
        working(broker.line("central", epoch=8), beside) as b,
    ):
        births = 3  # of these three lines, which the central hears too
        until(lambda: is_up(c, d, b) and c.status().received == births)
        for n in range(60):
            d.send(up(b"%d" % n))
        until(lambda: len(beside.payloads("up")) == 60)
        assert c.status().received - births == IN_FLIGHT
        assert len(central.payloads("up")) == 1
        going_on.set()
        until(lambda: len(central.payloads("up")) == 60)


def test_a_step_whose_disk_is_full_acknowledges_nothing_and_hears_it_again_from_the_sender(
    broker: Carrier,
) -> None:
    full = threading.Event()
    full.set()
    stored: list[bytes] = []

    def store(event: Event) -> Sequence[Effect]:
        if isinstance(event, Received) and event.channel == "up":
            if full.is_set():
                raise DiskFull
            stored.append(event.payload)
        return echo(event)

    central, desk = Ear(store), Ear()
    desk.answer = lambda event: (
        [up(b"important")] if isinstance(event, Tick) and not desk.payloads("down") else []
    )
    with working(broker.line("central"), central) as c, working(broker.line("desk"), desk) as d:
        until(lambda: central.count(Disconnected) >= 2)
        assert not stored
        assert d.status().state is State.CONNECTED
        full.clear()
        until(lambda: desk.payloads("down"))
        assert c.status().connections >= 3
    assert set(stored) == {b"important"}


def test_a_message_that_cannot_be_dealt_with_holds_up_no_other(broker: Carrier) -> None:
    def trip(event: Event) -> Sequence[Effect]:
        if isinstance(event, Received) and event.payload.startswith(b"poison"):
            raise KeyError("poison")
        return echo(event)

    noted: list[tuple[str, str]] = []
    central, desk = Ear(trip), Ear()
    line = broker.line("central")
    with (
        working(line, central, notes=lambda *said: noted.append(said)) as c,
        working(broker.line("desk"), desk) as d,
    ):
        until(lambda: is_up(c, d))
        for n in range(4):
            d.send(up(b"poison %d" % n))
        d.send(up(b"food"))
        until(lambda: desk.payloads("down") == [b"food"])
        assert c.status().connections == 1
    assert noted.count(("event_failed", "KeyError")) == 4


def test_a_machine_that_fails_again_and_again_gets_a_new_connection(broker: Carrier) -> None:
    def trip(event: Event) -> Sequence[Effect]:
        if isinstance(event, Received) and event.payload == b"poison":
            raise KeyError("poison")
        return []

    central = Ear(trip)
    with working(broker.line("central"), central) as c, working(broker.line("desk"), Ear()) as d:
        until(lambda: is_up(c, d))
        for _ in range(5):
            d.send(up(b"poison"))
        until(lambda: central.count(Disconnected) == 1 and c.status().connections == 2)


def test_a_tick_that_fails_comes_back_more_rarely_and_goes_on_when_it_can(broker: Carrier) -> None:
    full = True

    def answer(event: Event) -> Sequence[Effect]:
        if full and isinstance(event, Tick):
            raise DiskFull
        return []

    ear = Ear(answer)
    with working(broker.line("desk"), ear) as d:
        until(lambda: ear.ticks >= 2 and is_up(d))
        full = False
        before = ear.ticks
        until(lambda: ear.ticks > before + 2)


def test_an_exception_in_a_callback_ends_the_connection_and_not_the_thread(
    broker: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = Line.arrived, [True]

    def arrived(self: Line, link: object, message: object) -> None:
        if failing and self.whose.node == "desk":
            failing.clear()
            raise ZeroDivisionError
        real(self, link, message)  # type: ignore[arg-type]

    monkeypatch.setattr(Line, "arrived", arrived)
    central, desk = Ear(echo), Ear()
    noted: list[tuple[str, str]] = []
    line = broker.line("desk", notes=lambda *said: noted.append(said))
    with working(broker.line("central"), central) as c, working(line, desk) as d:
        until(lambda: is_up(c, d) and c.send(Send("down", "desk", b"one")))
        until(lambda: desk.count(Disconnected) == 1)
        until(lambda: desk.count(Connected) == 2 and c.send(Send("down", "desk", b"two")))
        until(lambda: b"two" in desk.payloads("down"))
    assert ("callback_failed", "ZeroDivisionError") in noted


@pytest.mark.parametrize("place", ["connected", "acknowledged"])
def test_no_callback_that_fails_leaves_a_line_that_says_it_is_connected(
    broker: Carrier, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    real, left = getattr(Line, place), [3]

    def failing(self: Line, *args: object) -> None:
        if left[0]:
            left[0] -= 1
            raise ZeroDivisionError
        real(self, *args)

    monkeypatch.setattr(Line, place, failing)
    ear = Ear()
    with working(broker.line("desk"), ear) as d:
        until(lambda: not left[0] and is_up(d) and d.send(up(b"still here")))
        until(lambda: ear.count(Connected) - ear.count(Disconnected) == 1)


def test_a_message_that_the_broker_denies_is_noticed_by_its_reason(broker: Carrier) -> None:
    noted: list[tuple[str, str]] = []
    line = broker.line("desk", notes=lambda *said: noted.append(said))
    with working(line, Ear()) as d:
        until(lambda: is_up(d))
        assert d.send(Send("live", "", b"forged"))
        until(lambda: d.status().denied == 1)
        trouble = d.status().trouble
        assert isinstance(trouble, AccessDenied)
        assert trouble.details["topic"] == f"teilhaus/v1/{HOUSE}/all/live"
        assert d.status().state is State.CONNECTED
    assert [what for what, _ in noted] == ["publish_denied"]


@pytest.mark.parametrize("channel", ["up", "down", "status"])
def test_a_machine_cannot_speak_under_the_name_of_another(broker: Carrier, channel: str) -> None:
    central, desk = Ear(), Ear()
    with (
        working(broker.line("central"), central) as c,
        working(broker.line("desk"), desk) as d,
        working(broker.line("van"), Ear()) as v,
    ):
        until(lambda: is_up(c, d, v))
        v.send(Send(channel, "desk", b"forged"))  # type: ignore[arg-type]
        until(lambda: v.status().denied == 1)
        v.send(up(b"mine", "van"))
        until(lambda: b"mine" in central.payloads("up"))
        assert b"forged" not in [
            one.payload for one in [*central.heard, *desk.heard] if isinstance(one, Received)
        ]


def test_a_machine_hears_nothing_that_is_meant_for_another(broker: Carrier) -> None:
    """Mosquitto lets everybody subscribe, and gives them what they may read only."""
    spy, desk = Ear(), Ear()
    line = broker.line("van", node="desk")
    with (
        working(broker.line("central"), Ear()) as c,
        working(broker.line("desk"), desk) as d,
        working(line, spy) as v,
    ):
        until(lambda: is_up(c, d, v))

        def told() -> bool:
            """More than once: the spy's birth is denied, so its line breaks again and again."""
            c.send(Send("down", "desk", b"secret"))
            c.send(Send("live", "", b"for all"))
            return bool(spy.payloads("live") and desk.payloads("down"))

        until(told)
    assert spy.payloads("down") == []


def test_a_machine_that_is_only_joining_reads_its_own_answers_and_nothing_else(broker: Carrier) -> None:
    new, central = Ear(), Ear(echo)
    with working(broker.line("central"), central) as c, working(broker.line("join.new"), new) as n:
        until(lambda: is_up(c, n))
        n.send(up(b"let me in", "join.new"))
        until(lambda: new.payloads("down") == [b"let me in"])
        n.send(Send("status", "join.new", b"here", retain=True))
        until(lambda: n.status().denied == 1)
        assert central.payloads("status") == []


def test_a_wrong_password_is_said_and_tried_again_slowly(broker: Carrier) -> None:
    line = broker.line("desk", endpoint=broker.endpoint("desk", password="wrong"))
    ear = Ear()
    with working(line, ear) as d:
        until(lambda: isinstance(d.status().trouble, LoginRefused))
        assert d.status().state is State.WAITING
        assert d.pace.refused / 2 <= d._pause() <= d.pace.refused
        assert not d.send(up(b"nobody hears this"))
        assert d.status().dropped == 1
    assert ear.count(Connected) == 0


def test_whoever_is_revoked_is_out_at_once_and_back_when_let_in_again(broker: Carrier) -> None:
    ear = Ear()
    with working(broker.line("desk"), ear) as d:
        until(lambda: is_up(d))
        broker.users.remove("desk")
        broker.write()
        broker.broker.reload()
        until(lambda: isinstance(d.status().trouble, LoginRefused) and ear.count(Disconnected) == 1)
        broker.users.append("desk")
        broker.write()
        broker.broker.reload()
        until(lambda: is_up(d))


def test_birth_and_death_carry_the_number_of_the_session(broker: Carrier) -> None:
    central = Ear()
    with working(broker.line("central"), central):
        ear = Ear()
        with working(broker.line("desk"), ear) as d:
            until(lambda: is_up(d) and central.payloads("status"))
        until(lambda: len(central.payloads("status")) == 2)
    birth, death = (decode(one) for one in central.payloads("status"))
    [connected] = [one for one in ear.heard if isinstance(one, Connected)]
    assert isinstance(birth, Birth)
    assert birth.session == connected.session
    assert death == Death(session=birth.session)


def test_each_session_has_a_higher_number_than_the_one_before(broker: Carrier) -> None:
    ear = Ear()
    with working(broker.line("desk"), ear) as d:
        for n in range(1, 4):
            until(lambda n=n: ear.count(Connected) == n and is_up(d))  # type: ignore[misc]
            d.drop("test")
            until(lambda n=n: ear.count(Disconnected) == n)  # type: ignore[misc]
    sessions = [one.session for one in ear.heard if isinstance(one, Connected)]
    assert sessions == sorted(set(sessions))


def test_the_death_of_an_old_session_is_not_the_last_word(broker: Carrier) -> None:
    """A broker may notice late that the old connection is dead; who comes then must read of the new one."""
    with working(broker.line("desk"), Ear()) as d:
        until(lambda: is_up(d))
        with working(broker.line("central"), Ear()) as c:
            until(lambda: is_up(c))
            c.send(Send("status", "desk", encode(Death(session=1)), retain=True))
            until(lambda: c.status().sent == 1)
        late = Ear()
        with working(broker.line("central"), late):
            until(lambda: late.payloads("status"))
            assert isinstance(decode(late.payloads("status")[-1]), Birth)


def test_packets_are_sent_at_once(broker: Carrier) -> None:
    with working(broker.line("desk"), Ear()) as d:
        until(lambda: is_up(d))
        assert d._link is not None
        sock = d._link._client.socket()
        assert isinstance(sock, socket.socket)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_effects_are_done_in_order_and_a_wake_is_kept(broker: Carrier) -> None:
    noted: list[str] = []

    def answer(event: Event) -> Sequence[Effect]:
        if isinstance(event, Connected):
            return [Note("first"), up(b"second"), Note("third"), Wake(30)]
        return [Note("tick")] if isinstance(event, Tick) else []

    ear = Ear(answer)
    slow = Rhythm(look=3600, tick=3600)
    with working(broker.line("desk"), ear, rhythm=slow, notes=lambda what, _: noted.append(what)) as d:
        until(lambda: noted[-2:] == ["third", "tick"])
        assert d.status().sent == 1


def test_poking_wakes_the_worker_at_once(broker: Carrier) -> None:
    ear = Ear()
    with working(broker.line("desk"), ear, rhythm=Rhythm(look=3600, tick=3600)) as d:
        until(lambda: is_up(d) and ear.ticks == 1)
        d.poke()
        until(lambda: ear.ticks == 2)


def test_nothing_that_was_said_before_the_stop_is_lost(broker: Carrier) -> None:
    central = Ear()
    with working(broker.line("central"), central) as c:
        until(lambda: is_up(c))
        with working(broker.line("desk"), Ear()) as d:
            until(lambda: is_up(d))
            for n in range(90):
                assert d.send(up(b"%d" % n))
        assert d.status().state is State.STOPPED
        until(lambda: len(central.payloads("up")) == 90)
        assert not d.send(up(b"after the end"))


def test_a_line_that_was_stopped_can_be_started_again(broker: Carrier) -> None:
    line = broker.line("desk")
    for _ in range(2):
        with working(line, Ear()):
            until(lambda: is_up(line))
    assert line.status().connections == 2


def test_two_with_one_name_do_not_throw_each_other_out_for_ever(broker: Carrier) -> None:
    """A copied card has the same epoch, and so the same id, until the central notices."""
    with working(broker.line("desk"), Ear()) as a, working(broker.line("desk"), Ear()) as b:
        until(lambda: is_up(a, b) and a.client_id != b.client_id)
        before = a.status().connections + b.status().connections
        for line in (a, b):
            assert line.send(up(b"hello"))
        until(lambda: all(line._link is not None and line._link.waiting == 0 for line in (a, b)))
        assert a.status().connections + b.status().connections == before

from __future__ import annotations

from sync.at_node.greeting import SOON_MS
from sync.events import Received
from sync.protocol import Head, Hello, encode
from tests.sync.wire import Wire


def test_two_kiosks_that_wrote_alone_agree_once_they_are_connected(wire: Wire) -> None:
    for name in ("one", "two"):
        wire.disconnect(name)
        for n in range(30):
            wire.fill(name, f"{'abc'[n % 3]}", f"{name} {n}")
    wire.fill("central", "c", "central")
    for name in ("one", "two"):
        wire.connect(name)
    wire.settle()
    wire.assert_alike()
    assert len(wire.ids("central")) == 62  # and the founding of the house
    for name in ("one", "two"):
        status = wire.node(name).status()
        assert (status.unacked, status.behind, status.together) == (0, 0, True)


def greeting_alone(wire: Wire) -> tuple[bytes, int]:
    """One kiosk has greeted a central that is away; gives that one's last Head, and the greetings so far."""
    wire.settle()
    head = encode(wire.frames(Head)[-1])
    for name in ("one", "central"):
        wire.disconnect(name)
    wire.connect("one")
    wire.run()
    return head, len(wire.frames(Hello, "one"))


def test_a_greeting_that_was_lost_is_said_again_as_soon_as_the_central_is_heard(wire: Wire) -> None:
    wire.settle()
    for name in ("one", "central"):
        wire.disconnect(name)
    wire.connect("one")
    wire.run()  # nobody hears it
    wire.connect("central")
    wire.run()
    wire.pass_time(SOON_MS)
    assert wire.node("one").status().together


def test_what_the_broker_kept_of_a_central_that_is_away_makes_nobody_greet_again(wire: Wire) -> None:
    head, said = greeting_alone(wire)
    wire.step("one", Received("head", "", head, retained=True))
    wire.pass_time(SOON_MS)
    assert len(wire.frames(Hello, "one")) == said


def test_a_central_that_is_heard_often_and_answers_late_is_asked_once_more_only(wire: Wire) -> None:
    head, said = greeting_alone(wire)
    for _ in range(6):
        wire.step("one", Received("head", "", head))
        wire.pass_time(SOON_MS)
    assert len(wire.frames(Hello, "one")) == said + 1

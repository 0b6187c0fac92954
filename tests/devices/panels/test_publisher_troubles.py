"""Clocks that are wrong, and a room that cannot be said: what doors say then."""

from __future__ import annotations

from typing import Any

import pytest

from devices.panels import state as panels
from devices.panels import topics
from devices.panels.publisher import FEED_STALE
from devices.panels.state import VALID_MS, Known, RoomState, Status, room_state
from sharing.rooms.rules import MINUTE
from tests.devices.panels.shelf import HOUSE, Shelf
from tests.sharing.rooms.lodge import Lodge


@pytest.mark.parametrize("behind", [10 * MINUTE, 60 * 24 * 60 * MINUTE, 0])
def test_a_clock_that_cannot_be_true_makes_every_room_unknown_until_it_can(
    lodge: Lodge, shelf: Shelf, behind: int
) -> None:
    right, room = lodge.clock.at, lodge.rooms["a"]
    lodge.clock.at = right - behind if behind else 1000
    shelf.turn()
    assert shelf.state(room).status is Status.UNKNOWN
    lodge.clock.at = right + MINUTE
    shelf.turn()
    assert shelf.state(room).status is Status.FREE


def test_after_a_clock_that_went_back_all_is_read_anew_each_hour(
    lodge: Lodge, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    monkeypatch.setattr(shelf.publisher._gathering, "forget", lambda: times.append(lodge.clock.at))
    lodge.clock.forward(hours=-12)
    shelf.turn()
    lodge.clock.forward(minutes=61)
    shelf.turn()
    assert len(times) == 2


def test_a_clock_that_was_set_back_is_said_at_once_and_once(lodge: Lodge, shelf: Shelf) -> None:
    """Each tick weighed every room anew, until the time came again at which they had been said."""
    room = lodge.rooms["a"]
    before = shelf.state(room)
    lodge.clock.forward(minutes=-20)
    shelf.turn()
    after = shelf.state(room)

    assert 0 <= lodge.clock.at - after.generated_at < 1000
    assert after.valid_until == after.generated_at + VALID_MS
    assert after.seq > before.seq
    assert shelf.turn() == []
    assert shelf.publisher._due([], lodge.clock.at) == []


def test_after_a_line_that_was_cut_too_the_broker_is_told_that_the_house_cannot_be_read(
    lodge: Lodge, shelf: Shelf
) -> None:
    shelf.publisher.disconnected()
    shelf.connect()
    said = {one.topic: one.payload for one in shelf.publisher.trouble()}

    assert said == dict.fromkeys((topics.health(HOUSE, one) for one in lodge.rooms.values()), FEED_STALE)


def test_a_room_that_cannot_be_said_is_stale_alone(
    lodge: Lodge, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(known: Known, *args: Any, **more: Any) -> RoomState:
        if known.room.id == lodge.rooms["b"]:
            raise ZeroDivisionError
        return room_state(known, *args, **more)

    monkeypatch.setattr(panels, "room_state", broken)
    before = shelf.state(lodge.rooms["b"])
    for key in "ab":
        lodge.book(key, "06-01 10:00")
        shelf.turn()
    assert shelf.state(lodge.rooms["a"]).status is Status.BUSY
    assert shelf.state(lodge.rooms["b"]) == before
    assert len(caplog.records) == 1
    monkeypatch.undo()
    shelf.turn()
    assert shelf.state(lodge.rooms["b"]).status is Status.BUSY

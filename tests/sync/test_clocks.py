"""Clocks that nobody set, and clocks that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.at_node import receiving
from sync.events import PATIENCE_MS, Connected, Received, Send
from sync.protocol import Hello
from tests.fakes import MONDAY_10, FakeClock
from tests.sync.wire import Wire, sent


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path, "one")
    made.clocks["two"] = FakeClock(86_400_000, clock="untrusted", boot="boot-two")
    yield made
    made.close()


def at(wire: Wire, name: str, kind: str) -> list[int]:
    with wire.stores[name].reader() as read:
        return [row[0] for row in read.rows("SELECT began_at FROM boot WHERE boot = ?", (kind,))]


def test_a_clock_in_1970_is_put_right_by_the_first_welcome(wire: Wire) -> None:
    wire.add("two")
    uptime = wire.clocks["two"].uptime
    wire.settle(3)
    (began,) = at(wire, "central", "boot-two")
    assert abs(began + uptime - MONDAY_10) < 10_000
    wire.settle()
    assert len(at(wire, "central", "boot-two")) == 1
    wire.assert_alike()


def test_while_somebody_is_served_what_a_boot_wrote_is_not_folded_again(wire: Wire) -> None:
    wire.add("two")
    wire.envs["two"].busy = True
    wire.settle(3)
    wire.fill("two", "a", "x")
    wire.settle(3)
    assert at(wire, "two", "boot-two") == []
    assert wire.node("two").status().together
    wire.envs["two"].busy = False
    wire.settle(3)
    assert len(at(wire, "central", "boot-two")) == 1
    wire.assert_alike()


def test_a_desk_that_is_never_free_learns_the_time_all_the_same(wire: Wire) -> None:
    wire.add("two")
    wire.envs["two"].busy = True
    wire.settle(1)
    assert at(wire, "two", "boot-two") == []
    wire.envs["two"].now += PATIENCE_MS
    wire.settle(1)
    (began,) = at(wire, "two", "boot-two")
    assert abs(began + wire.clocks["two"].uptime - wire.clocks["central"].read().at) < 10_000


def test_much_that_another_boot_wrote_is_folded_again_while_nobody_is_served(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "HEAVY", 0)
    wire.settle(3)
    wire.envs["one"].busy = True
    wire.add("two")
    wire.fill("two", "a", "x")
    wire.settle(6)
    assert at(wire, "central", "boot-two") != []
    assert at(wire, "one", "boot-two") == []
    wire.envs["one"].now += PATIENCE_MS
    wire.settle(3)
    assert at(wire, "one", "boot-two") == at(wire, "central", "boot-two")
    wire.assert_alike()


def test_what_costs_little_to_fold_again_holds_nobody_up(wire: Wire) -> None:
    wire.settle(3)
    wire.envs["one"].busy = True
    wire.add("two")
    wire.fill("two", "a", "x")
    wire.settle(6)
    assert at(wire, "one", "boot-two") == at(wire, "central", "boot-two") != []
    wire.assert_alike()


def test_a_clock_that_a_time_server_set_is_left_alone(wire: Wire) -> None:
    wire.settle(3)
    assert at(wire, "central", "boot-one") == []


def test_a_slow_answer_teaches_nothing(wire: Wire) -> None:
    wire.add("two")
    wire.flying.clear()
    (hello,) = sent(wire.machines["two"].step(Connected(session=2)), Hello)
    (welcome, *_) = [one for one in wire.send("central", "up", hello, "two") if isinstance(one, Send)]
    wire.envs["two"].now += 30_000
    wire.machines["two"].step(Received("down", "two", welcome.payload))
    assert at(wire, "two", "boot-two") == []
    assert wire.node("two").status().offset_ms is None


def test_a_trusted_clock_that_is_wrong_by_more_than_two_minutes_is_told(wire: Wire) -> None:
    wire.clocks["one"].at += 300_000
    wire.settle()
    status = wire.node("one").status()
    assert status.offset_ms is not None
    assert abs(status.offset_ms - 300_000) < 5_000
    (peer,) = wire.central.status().peers
    assert peer.offset_ms == status.offset_ms
    assert [kind for kind, _ in wire.cases("central")] == ["clock_off"]
    wire.settle()
    assert [kind for kind, _ in wire.cases("central")] == ["clock_off"], "once a day"


def test_a_clock_that_is_nearly_right_is_not_told(wire: Wire) -> None:
    wire.clocks["one"].at += 60_000
    wire.settle()
    assert wire.cases("central") == []


def test_an_untrusted_clock_that_is_wrong_is_mended_and_not_told(wire: Wire) -> None:
    wire.add("two")
    wire.settle()
    assert [kind for kind, _ in wire.cases("central")] == []


@pytest.mark.parametrize("years", [-40, 0])
def test_a_central_whose_own_clock_cannot_be_believed_teaches_nobody(wire: Wire, years: int) -> None:
    """Its clock fell back, so its entries go on where they stopped: that is no time for others."""
    wire.fill("central", "a", "x")
    central = wire.clocks["central"]
    central.at = MONDAY_10 - 86_400_000 * (365 * -years if years else 3)
    central.clock = "untrusted"
    wire.add("two")
    wire.settle(3)
    assert at(wire, "two", "boot-two") == []
    assert wire.node("two").status().together
    assert abs(wire.node("one").status().offset_ms or 0) < 1000
    central.at, central.clock = MONDAY_10 + 600_000, "ntp"
    wire.connect("two")
    wire.settle(3)
    assert len(at(wire, "two", "boot-two")) == 1

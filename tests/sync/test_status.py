"""What central and nodes say about themselves and each other."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sharing.errors import LoginRefused
from sharing.journal.entry import Draft
from sync.events import Connected, Tick, Wake
from sync.protocol import Birth, Death, Part
from sync.running import said_of
from sync.said import CANNOT_TAKE, HEARD
from tests.postgres import Cluster
from tests.sharing.journal.toys import Filled
from tests.sync.forging import entry, up
from tests.sync.wire import Wire


def there(wire: Wire) -> dict[str, bool]:
    return {peer.node: peer.connected for peer in wire.central.status().peers}


def test_a_death_that_is_older_than_the_newest_birth_says_nothing(wire: Wire) -> None:
    wire.send("central", "status", Birth(session=5, at=0), "one")
    wire.send("central", "status", Birth(session=7, at=0), "one")
    wire.send("central", "status", Death(session=5), "one")
    assert there(wire)["one"]
    wire.send("central", "status", Birth(session=5, at=0), "one")
    wire.send("central", "status", Death(session=7), "one")
    assert not there(wire)["one"]


def test_nobody_is_there_when_the_line_of_central_broke(wire: Wire) -> None:
    wire.send("central", "status", Birth(session=5, at=0), "one")
    wire.disconnect("central")
    assert there(wire) == {"one": False, "two": False}
    assert not wire.central.status().connected


def test_central_knows_how_far_each_node_is(wire: Wire) -> None:
    wire.disconnect("two")
    for n in range(5):
        wire.fill("one", "a", f"{n}")
    wire.settle()
    one, two = wire.central.status().peers
    assert (one.node, one.watermark, one.lag, one.software) == ("one", 5, 0, "1")
    assert (two.watermark, two.applied, two.lag) == (0, 1, 5)
    assert wire.central.status().gsn == 6
    assert one.frames > 5


def test_how_far_a_node_is_outlives_a_central_that_is_started_anew(wire: Wire) -> None:
    for n in range(5):
        wire.fill("two", "a", f"{n}")
    wire.settle()
    wire.start("central")
    (_, two) = wire.central.status().peers
    assert (two.applied, two.offset_ms is not None, two.heard_at is not None) == (6, True, True)


def test_a_node_knows_how_much_is_on_this_device_only(wire: Wire) -> None:
    wire.disconnect("one")
    for n in range(3):
        wire.fill("one", "a", f"{n}")
    status = wire.node("one").status()
    assert (status.unacked, status.connected, status.together) == (3, False, False)


def test_a_machine_that_is_not_connected_sends_nothing(wire: Wire) -> None:
    wire.disconnect("one")
    wire.disconnect("central")
    wire.fill("one", "a", "x")
    wire.fill("central", "a", "x")
    assert wire.machines["one"].step(Tick()) == []
    assert [one for one in wire.machines["central"].step(Tick()) if not isinstance(one, Wake)] == []


def test_a_house_that_came_at_once_is_pulled_and_not_told_to_all(wire: Wire) -> None:
    for _ in range(30):
        wire.write("central", *[Draft(f"box:{n}", Filled(what="x")) for n in range(100)])
    told = wire.step("central", Tick())
    assert len(told) == 2, "the hint and when to wake"
    wire.settle()
    wire.assert_alike()
    assert all(part.nonce for part in wire.frames(Part, "central"))


def test_a_central_without_a_term_begins_one(tmp_path: Path) -> None:
    wire = Wire(tmp_path)
    assert wire.sync("central").term != 0
    term = wire.sync("central").term
    wire.start("central")
    assert wire.sync("central").term == term
    wire.close()


def test_a_connection_begins_with_a_hello_and_again_after_each_break(wire: Wire) -> None:
    for session in (2, 3):
        wire.disconnect("one")
        effects = wire.machines["one"].step(Connected(session=session))
        assert len(effects) == 2


def test_a_central_on_postgres_does_the_same(tmp_path: Path, postgres: Cluster) -> None:
    wire = Wire(tmp_path, "one", "two", url=postgres.new_database())
    for n in range(30):
        wire.fill("one", "abc"[n % 3], f"one {n}")
        wire.fill("two", "abc"[n % 3], f"two {n}")
    wire.settle()
    bad = entry(private_digest=b"x" * 32)
    nul = msgspec.structs.replace(entry(), data=b'{"what":"a\\u0000b"}')
    acts = [[entry()], [bad], [nul], [entry(version=2**31 - 1)], [entry()]]
    wire.send("central", "up", up(wire, "one", acts), "one")
    wire.fill("two", "h", "healthy")
    wire.settle()
    wire.assert_alike("central", "two")
    with wire.stores["central"].reader() as read:
        assert 32 in [one.seq for one in read.quarantined()]
    assert acts[-1][0].id in wire.ids("two")
    wire.close()


@pytest.mark.parametrize(
    ("fields", "trouble", "says"),
    [
        ({}, None, ""),
        ({"stuck": "contradicts"}, None, CANNOT_TAKE),
        ({"stuck": "contradicts", "refused": "flood"}, None, "refused"),
        ({"connected": False, "together": False}, LoginRefused(host="h"), "refused"),
        ({"connected": False, "together": False}, None, "no_central"),
        ({"revoked": True, "stuck": "contradicts"}, None, "revoked"),
    ],
)
def test_a_machine_says_first_what_must_be_seen_to_first(
    wire: Wire, fields: dict[str, object], trouble: LoginRefused | None, says: str
) -> None:
    wire.settle(2)
    node = msgspec.structs.replace(wire.node("one").status(), **fields)
    assert said_of(node, trouble, silent=False) == says
    assert said_of(node, trouble, silent=True) == (says if says not in HEARD else "no_central")

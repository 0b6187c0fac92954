from __future__ import annotations

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

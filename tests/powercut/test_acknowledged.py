"""What a central acknowledged, and what a kiosk wrote, outlive a power cut of both at any moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sharing.journal import database
from sync.protocol import Ack, decode
from tests.powercut.disk import Disk, OnDisk
from tests.sharing.journal import toys
from tests.sync.wire import Wire

FILLED = 16


@dataclass
class Cut:
    """What survived, and what had been promised by then."""

    place: Path
    acked: dict[int, int]
    """Watermark by epoch, as central had said it to the node."""
    written: set[bytes]
    """Entries that the node's use cases had returned."""


@dataclass
class Cutting:
    """Cuts the power before every so many writes."""

    folder: Path
    every: int = 13
    disk: Disk | None = None
    wire: Wire | None = None
    written: set[bytes] = field(default_factory=set)
    cuts: list[Cut] = field(default_factory=list)
    _writes: int = 0

    def write(self) -> None:
        self._writes += 1
        if self.disk is None or self.wire is None or self._writes % self.every:
            return
        place = self.folder / f"cut{len(self.cuts)}"
        self.disk.cut(place, hashlib.sha256(str(self._writes).encode()).digest())
        said = [
            decode(send.payload) for who, send in self.wire.log if who == "central" and send.node == "one"
        ]
        acked = {one.epoch: one.seq for one in said if isinstance(one, Ack)}
        self.cuts.append(Cut(place, acked, set(self.written)))


@pytest.fixture
def cutting(tmp_path: Path) -> Iterator[Cutting]:
    made = Cutting(tmp_path)
    made.disk = Disk(made.write)
    yield made
    made.disk.switch_off()


@pytest.fixture
def busy(cutting: Cutting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a kiosk and its central work on the disk that loses its power."""

    def work(synchronous: str) -> None:
        pragmas = tuple((dict(database._PRAGMAS) | {"synchronous": synchronous}).items())
        monkeypatch.setattr(toys, "sqlite", lambda path: OnDisk(str(path), pragmas=pragmas))
        (tmp_path / "live").mkdir()
        cutting.wire = wire = Wire(tmp_path / "live", "one")
        wire.run()
        for n in range(FILLED):
            cutting.written.add(wire.fill("one", f"box{n % 4}", f"{n}").id)
            wire.pass_time(300)
        wire.close()
        cutting.wire = None
        monkeypatch.setattr(toys, "sqlite", database.sqlite)

    return work


def after(cut: Cut) -> tuple[Wire, dict[int, int]]:
    """Start both machines again from what survived; gives them, and central's first watermarks."""
    wire = Wire(cut.place, "one")
    with wire.stores["central"].reader() as read:
        marks = {epoch: read.watermark("one", epoch).seq for epoch in cut.acked}
    return wire, marks


def test_what_was_acknowledged_or_shown_as_done_is_there_after_a_power_cut(
    busy: Callable[..., None], cutting: Cutting
) -> None:
    busy("full")

    assert len(cutting.cuts) >= FILLED
    assert any(cut.acked for cut in cutting.cuts)
    for cut in cutting.cuts:
        wire, marks = after(cut)
        assert all(marks[epoch] >= seq for epoch, seq in cut.acked.items())
        wire.settle(rounds=3)
        wire.assert_alike()
        assert cut.written <= wire.ids("one")
        wire.close()


def test_a_central_that_does_not_wait_for_its_disk_is_found_out(
    busy: Callable[..., None], cutting: Cutting
) -> None:
    busy("normal")

    lost = 0
    for cut in cutting.cuts:
        wire, marks = after(cut)
        wire.close()
        lost += any(marks[epoch] < seq for epoch, seq in cut.acked.items())
    assert lost

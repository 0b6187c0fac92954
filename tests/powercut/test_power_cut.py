"""What was shown as done outlives a power cut at any moment, torn sectors and lost writes included."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import sharing.house
from sharing.house import House, make_house, open_house
from sharing.journal import database
from sharing.journal.rebuild import differences
from sharing.journal.verify import verify
from tests.fakes import FakeClock, FakeRandomness
from tests.powercut.disk import Disk, OnDisk
from tests.sharing.desk import Desk, make_desk

_ACTS = "SELECT e.act FROM position p JOIN entry e ON e.id = p.entry ORDER BY seq"
VISITS = 12
CUTS = 40


@dataclass
class Cuts:
    """Cuts the power before every so many writes, and notes what had been shown as done by then."""

    folder: Path
    every: int
    disk: Disk | None = None
    done: list[bytes] = field(default_factory=list)
    """Acts whose use case had returned."""
    made: list[tuple[Path, int]] = field(default_factory=list)
    """Where the surviving files lie, and how many acts had been done."""
    _writes: int = 0

    def write(self) -> None:
        self._writes += 1
        if self.disk is not None and self._writes % self.every == 0:
            place = self.folder / f"cut{len(self.made)}"
            self.disk.cut(place, hashlib.sha256(str(self._writes).encode()).digest())
            self.made.append((place, len(self.done)))


@pytest.fixture
def cuts(tmp_path: Path) -> Iterator[Cuts]:
    cutting = Cuts(tmp_path / "cuts", every=7)
    yield cutting
    if cutting.disk is not None:
        cutting.disk.switch_off()


@pytest.fixture
def on_disk(cuts: Cuts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Desk]:
    """Fill a house on a plain disk, then open it on the one that can lose its power."""

    def opened(*, pragmas: dict[str, str] | None = None) -> Desk:
        clock = FakeClock()
        filled = make_desk(
            make_house(tmp_path / "data", node="desk", name="H", clock=clock, randomness=FakeRandomness()),
            clock,
        )
        filled.house.close()
        settings = dict(database._PRAGMAS) | (pragmas or {})
        monkeypatch.setattr(
            sharing.house, "sqlite", lambda path: OnDisk(str(path), pragmas=tuple(settings.items()))
        )
        cuts.disk = Disk(cuts.write)
        filled.house = open_house(tmp_path / "data", clock=clock, randomness=FakeRandomness())
        return filled

    return opened


def visits(desk: Desk, cuts: Cuts) -> None:
    """Lend and give back; each act that returned has been shown to the person."""
    for n in range(VISITS):
        visit = desk.visit("ann")
        for name in ("beamer1", "beamer2"):
            scanned = desk.scan(desk.code(name), visit)
            cuts.done.append(acts_of(desk.house)[-1])
            assert scanned.visit is not None
            visit = scanned.visit
        desk.clock.forward(minutes=20 + n)
        for name in ("beamer1", "beamer2"):
            desk.scan(desk.code(name))
            cuts.done.append(acts_of(desk.house)[-1])
        desk.clock.forward(minutes=20)


def acts_of(house: House) -> list[bytes]:
    with house.store.reader() as read:
        return [bytes(row[0]) for row in read.rows(_ACTS)]


def lost(place: Path, done: list[bytes]) -> list[bytes]:
    """Open what survived, as the machine does when it starts again, and name the acts that are not there."""
    keys = place.parent.parent / "data" / "card.key"
    (place / "card.key").write_bytes(keys.read_bytes())
    (place / "card.key").chmod(0o600)
    house = open_house(place, clock=FakeClock(), randomness=FakeRandomness())
    try:
        assert verify(house.store).faults == ()
        assert differences(house.store) == []
        there = set(acts_of(house))
        return [one for one in done if one not in there]
    finally:
        house.close()


def test_nothing_that_was_shown_as_done_is_lost_wherever_the_power_goes(
    on_disk: Callable[..., Desk], cuts: Cuts, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = on_disk()
    visits(desk, cuts)
    desk.house.close()
    monkeypatch.setattr(sharing.house, "sqlite", database.sqlite)

    assert len(cuts.made) >= CUTS
    assert [lost(place, cuts.done[:done]) for place, done in cuts.made] == [[]] * len(cuts.made)


def test_a_journal_that_does_not_wait_for_the_disk_is_found_out(
    on_disk: Callable[..., Desk], cuts: Cuts, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = on_disk(pragmas={"synchronous": "normal"})
    visits(desk, cuts)
    desk.house.close()
    monkeypatch.setattr(sharing.house, "sqlite", database.sqlite)

    assert any(lost(place, cuts.done[:done]) for place, done in cuts.made)

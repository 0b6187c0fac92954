"""What happens at kiosks while they are measured: somebody is served, something new is on its way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import msgspec

from kiosk.bench.figures import Round
from kiosk.bench.sync_houses import Site
from kiosk.bench.sync_machines import Watch, kiosk, until
from kiosk.busy import Occupied
from sharing.house import House, open_house
from sharing.lending.actions import Scan, scan
from sharing.lending.rules import Visit
from sharing.lending.scan_table import Step
from sharing.people import actions as people

_EACH_S: Final = 0.2
"""Between two scans."""
_APART_S: Final = 0.0137
"""Between two entries, times one to seven: in step with nothing that looks or waits."""
_BARE: Final = (
    "import sqlite3, msgspec, peewee, paho.mqtt.client; print(next(one for one in open('/proc/self/status')"
    " if one.startswith('VmHWM')).split()[1])"
)


class Served(msgspec.Struct, frozen=True):
    """How it went while people were served; scans in seconds."""

    rate: float
    """Entries that were taken in, a second."""
    scans: tuple[float, ...]
    alone: tuple[float, ...]
    """The same scans while nothing was taken in."""


def bare_memory() -> float:
    """Give what Python needs with the same libraries and nothing else, in MB."""
    done = subprocess.run(  # noqa: S603 a line of ours
        [sys.executable, "-P", "-c", _BARE], check=True, capture_output=True, text=True
    )
    return int(done.stdout) * 1024 / 1_000_000


def until_decided(there: Path, url: str = "") -> float:
    """Wait until a central that has been told everything has answered it; gives the moment."""
    house = open_house(there, url=url)
    ended = until(lambda: _waiting(house) == 0)
    house.close()
    return ended


def _waiting(house: House) -> int:
    with house.store.reader() as read:
        return int(read.rows("SELECT COUNT(*) FROM local_request")[0][0])


def assert_decided(there: Path, url: str, alone: Path) -> None:
    """See that a central has all that a kiosk wrote, and has answered all that was asked.

    Raises:
        RuntimeError: it has not.
    """
    house, watch = open_house(there, url=url), Watch(alone)
    waits = _waiting(house)
    with house.store.reader() as read:
        aside = len(read.quarantined())
        tip = read.watermark(
            watch.one("SELECT node FROM local_node"), watch.one("SELECT epoch FROM local_node")
        )
    missing = watch.tip() - tip.seq
    watch.close()
    house.close()
    if waits or aside or missing:
        raise RuntimeError(f"{waits} not decided, {aside} set aside, {missing} missing")


def catch_up(data: Path) -> float:
    """Wait until a kiosk that was started has all; gives entries a second."""
    watch = Watch(data)
    before = watch.applied()
    began = until(watch.has_begun)
    ended = until(lambda: watch.is_even(0) and watch.applied() > before)
    rate = (watch.applied() - before) / (ended - began)
    watch.close()
    return rate


class _Desk:
    """Somebody takes things and brings them back, five scans a second."""

    def __init__(self, data: Path, person: str, codes: Sequence[str]) -> None:
        self.house: House = open_house(data)
        self._busy = Occupied(data)
        with self.house.store.begin() as work:
            asker = people.person(work, person)
            self._visit = Visit(work.new_hex(), asker, work.now, asked_for_whom=True)
        self._codes, self._turn = codes, 0
        self._busy.begins()

    def scan(self) -> float:
        """Scan the next thing out, or the same one back; gives the seconds."""
        store, out = self.house.store, self._turn % 2 == 0
        code = self._codes[self._turn // 2 % len(self._codes)]
        self._turn += 1
        self._busy.scanned()
        command = Scan(code, store.new_act(), self._visit if out else None)
        began = perf_counter()
        scanned = scan(store, self.house.keys, command)
        took = perf_counter() - began
        if scanned.step is not (Step.LENT if out else Step.GIVEN_BACK):
            raise RuntimeError(f"{scanned.step} {scanned.refusal!r}")
        return took

    def serve(self, seconds: float) -> list[float]:
        """Scan for so long; gives the seconds of each."""
        found: list[float] = []
        began = perf_counter()
        while (now := perf_counter() - began) < seconds or not found:
            found.append(self.scan())
            sleep(max(0.0, (len(found) * _EACH_S) - (perf_counter() - began)) if now >= 0 else 0.0)
        return found

    def close(self) -> None:
        self._busy.ends()
        self.house.close()


def catch_up_while_serving(site: Site, data: Path, seconds: float) -> Served:
    """Start a kiosk's process, and scan five times a second while it takes in what it missed."""
    scans: list[float] = []
    desk, watch = _Desk(data, site.person, site.codes[::2]), Watch(data)
    try:
        desk.serve(min(1.0, seconds))  # the first fill the caches
        alone = desk.serve(seconds / 2)
        with kiosk(data):
            began = until(watch.has_begun)
            before = watch.applied()
            while perf_counter() - began < seconds and not (scans and watch.is_even(0)):
                scans += desk.serve(_EACH_S * 5)
            rate = (watch.applied() - before) / (perf_counter() - began)
    finally:
        desk.close()
        watch.close()
    return Served(rate, tuple(scans), tuple(alone))


def singles(site: Site, one: Path, other: Path, entries: int) -> Round:
    """Write entries at a kiosk, one by one, and look when another one shows them.

    Returns:
        Seconds from the commit there until it can be read here, and what each commit took by itself.
    """
    watches = Watch(one), Watch(other)
    until(lambda: all(watch.has_begun() and watch.is_even(watch.tip()) for watch in watches))
    desk, there = _Desk(one, site.person, site.codes[1::2]), watches[1]
    found, commits = [], []
    sleep(1.0)
    for n in range(entries):
        commits.append(desk.scan())
        began = perf_counter()
        written = watches[0].newest()
        while there.one("SELECT 1 FROM entry WHERE id = ?", written) is None:
            if perf_counter() - began > 60:  # noqa: PLR2004 seconds after which it is lost
                raise TimeoutError("an entry never came")
            sleep(0.001)
        found.append(perf_counter() - began)
        sleep(_APART_S * (1 + n % 7))
    desk.close()
    for watch in watches:
        watch.close()
    return Round(tuple(found), tuple(commits))


def until_even(there: Path, kiosks: Sequence[Path]) -> float:
    """Wait until all have all, the answers too; gives the seconds since the first of them was heard."""
    watches = [Watch(data) for data in kiosks]
    tips = [watch.tip() for watch in watches]
    began = until(lambda: any(watch.has_begun() for watch in watches))
    ends = list(zip(watches, tips, strict=True))
    until(lambda: all(watch.has_begun() and watch.acked() >= tip for watch, tip in ends))
    until_decided(there)

    def even() -> bool:
        return all(watch.is_even(tip) for watch, tip in ends) and len({one.applied() for one in watches}) == 1

    ended = until(even)
    for watch in watches:
        watch.close()
    return ended - began

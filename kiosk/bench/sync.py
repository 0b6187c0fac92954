"""All measurements of keeping kiosks and central together, in one run: real processes, a real broker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from statistics import median
from typing import Final

import msgspec

from kiosk.bench import sync_days as days
from kiosk.bench import sync_houses as houses
from kiosk.bench.figures import Aim, Figure, Round, compared
from kiosk.bench.houses import NAME, scratch
from kiosk.bench.sync_machines import Watch, central, introduce, kiosk, until
from kiosk.bench.sync_plain import Written, into_postgres, into_sqlite, written
from kiosk.bench.sync_postgres import Server, move, server
from kiosk.bench.sync_pouch import folder_of, replicate
from sharing.house import open_house

Say = Callable[[str], None]
"""Told the key of what is measured next."""

_BATCH: Final = 500
"""Documents that PouchDB replicates at once: its fastest."""


class Scale(msgspec.Struct, frozen=True):
    """How much of everything."""

    items: int = 5_000
    entries: int = 100_000
    small: int = 10_000
    """For the growth, beside `entries`."""
    large: int = 0
    """The same; 0 for none."""
    rounds: int = 2
    postgres_rounds: int = 1
    pouch_rounds: int = 1
    busy_s: float = 20.0
    """How long people scan while their kiosk catches up."""
    singles: int = 100
    """Entries on their way from one kiosk to another, one by one."""
    kiosks: int = 5
    week: int = 7 * 200
    """Entries that each of them has written when all come back."""


FULL: Final = Scale()
LONG: Final = Scale(large=1_000_000)
SHORT: Final = Scale(
    items=120, entries=300, small=100, rounds=2, busy_s=1.0, singles=3, kiosks=2, week=30
)  # fmt: skip


class Measured(msgspec.Struct, frozen=True):
    """The figures, and what could not be measured here."""

    figures: list[Figure]
    missing: tuple[str, ...]
    """"postgres", "pouch"."""


def measure(scale: Scale, within: Path, say: Say, pouch: Path | None = None) -> Measured:
    """Measure everything in a folder that is made in `within` and removed afterwards.

    Args:
        scale: how much.
        within: a folder on the disk that counts.
        say: told what comes next.
        pouch: where PouchDB is installed; `sync_pouch.VARIABLE` names it too.

    Raises:
        NoBroker: mosquitto is not on this machine.
    """
    with scratch(within) as folder, ExitStack() as stack:
        say("houses")
        run = _Run(scale, folder, say, stack.enter_context(server(folder)), folder_of(pouch))
        return Measured(run.all(), tuple(run.missing()))


class _Run:
    """One run; what an earlier measurement made is where a later one begins."""

    def __init__(
        self, scale: Scale, folder: Path, say: Say, postgres: Server | None, pouch: Path | None
    ) -> None:
        self.scale, self.folder, self.say, self.postgres, self.pouch = scale, folder, say, postgres, pouch
        self.site = houses.found(folder / "site", scale.items)
        self.peaks: dict[str, list[float]] = {"central": [], "kiosk": []}

    def missing(self) -> Iterable[str]:
        """Name what is not on this machine."""
        if self.postgres is None:
            yield "postgres"
        if self.pouch is None:
            yield "pouch"

    def all(self) -> list[Figure]:
        """Measure everything, in the order in which one thing needs the other."""
        scale = self.scale
        lone = self._lone(scale.entries)
        self.say("sync_up")
        sqlite = [self._up(lone, n) for n in range(scale.rounds)]
        last = self._place(scale.rounds - 1)
        all_ = written(last / "central", lone.base, scale.entries)
        plain = [self._plain(all_) for _ in sqlite]
        figures = [_rates("sync_up", sqlite, plain, f"SQLite, {scale.entries:,}", 10_000)]
        figures += self._on_postgres(lone, all_) + self._beside_pouch(all_, median(sqlite))
        self.say("sync_down")
        figures += self._down(last, plain)
        self.say("sync_end_p95")
        figures += self._singles(last)
        for n in range(scale.rounds):
            rmtree(self._place(n))
        self.say("sync_week")
        figures.append(self._week(median(plain)))
        bare = days.bare_memory()
        figures += [_memory(which, found, bare) for which, found in self.peaks.items()]
        self.say("sync_growth")
        return [*figures, self._growth(median(sqlite))]

    # Up

    def _place(self, n: int) -> Path:
        return self.folder / f"up-{n}"

    def _lone(self, entries: int) -> _Lone:
        """Let a kiosk write alone, while the central promises some rooms to others."""
        place = self.folder / f"lone-{entries}"
        place.mkdir()
        there = houses.copy_of(self.site.central, place / "central")
        alone = houses.copy_of(self.site.kiosk, place / "kiosk")
        houses.promise(self.site, there, range(entries // 10))
        houses.live(self.site, alone, entries)
        house = open_house(there)
        with house.store.reader() as read:
            base = read.stream_tip()
        house.close()
        return _Lone(there, alone, base)

    def _up(self, lone: _Lone, n: int, url: str = "") -> float:
        """Let it come back; gives entries a second until the central has and has decided all."""
        place = self._place(n)
        place.mkdir()
        alone = houses.copy_of(lone.kiosk, place / "kiosk")
        there = place / "central"
        if url and self.postgres is not None:
            move(lone.central, there, url, NAME)
        else:
            houses.copy_of(lone.central, there)
        introduce(there, [alone], url)
        with central(there, url) as server_, kiosk(alone) as client:
            watch = Watch(alone)
            tip = watch.tip()
            began = until(watch.has_begun)
            until(lambda: watch.acked() >= tip)
            ended = days.until_decided(there, url)
            until(lambda: watch.is_even(tip))
            if not url:
                self.peaks["central"].append(server_.peak)
                self.peaks["kiosk"].append(client.peak)
            watch.close()
        days.assert_decided(there, url, alone)
        return tip / (ended - began)

    def _plain(self, all_: Written) -> float:
        file = self.folder / "plain.db"
        rate = into_sqlite(all_, file)
        for one in self.folder.glob("plain.db*"):
            one.unlink()
        return rate

    def _on_postgres(self, lone: _Lone, all_: Written) -> list[Figure]:
        if self.postgres is None:
            return []
        self.say("sync_up_postgres")
        ours, plain = [], []
        for n in range(self.scale.postgres_rounds):
            url, place = self.postgres.new(), self.scale.rounds + n
            ours.append(self._up(lone, place, url))
            plain.append(into_postgres(all_, url))
            rmtree(self._place(place))
        return [_rates("sync_up", ours, plain, f"PostgreSQL, {self.scale.entries:,}", 5_000)]

    def _beside_pouch(self, all_: Written, ours: float) -> list[Figure]:
        if self.pouch is None:
            return []
        self.say("sync_pouch")
        rates = [
            replicate(self.pouch, self.folder / "pouch", self.scale.entries, all_.document, _BATCH)
            for _ in range(self.scale.pouch_rounds)
        ]
        found = median(rates)
        about = f"{self.scale.entries:,} × {all_.document} B"
        return [Figure("sync_pouch", ours, "1/s", found, ours / found, about, Aim.RATIO, 3.0, at_least=True)]

    # Down

    def _down(self, last: Path, plain: Sequence[float]) -> list[Figure]:
        """Let kiosks that know only the catalogue take in all of it."""
        names = [f"late-{n}" for n in range(self.scale.rounds)]
        late = [houses.copy_of(self.site.kiosk, last / name, name) for name in names]
        served = houses.copy_of(self.site.kiosk, last / "served", "served")
        introduce(last / "central", [last / "kiosk", *late, served])
        found: list[float] = []
        with central(last / "central") as server_:
            for data in late:
                with kiosk(data) as client:
                    found.append(days.catch_up(data))
                    self.peaks["kiosk"].append(client.peak)
            busy = days.catch_up_while_serving(self.site, served, self.scale.busy_s)
            self.peaks["central"].append(server_.peak)
        idle = _rates("sync_down", found, plain, f"{self.scale.entries:,}", 10_000)
        ratio = busy.rate / idle.value
        return [
            idle,
            Figure(
                "sync_down_busy", busy.rate, "1/s", idle.value, ratio, "", Aim.VALUE, 3_000, at_least=True
            ),
            compared(
                "sync_scan_p95", [Round(busy.scans, busy.alone)], part=0.95, aim=Aim.VALUE, limit=10.0
            ),
        ]  # fmt: skip

    def _singles(self, last: Path) -> list[Figure]:
        """Send entries one by one from a kiosk to another."""
        one, other = last / "late-0", last / f"late-{self.scale.rounds - 1}"
        with central(last / "central"), kiosk(one), kiosk(other):
            found = days.singles(self.site, one, other, self.scale.singles)
        return [
            compared("sync_end_p50", [found]),
            compared("sync_end_p95", [found], part=0.95, aim=Aim.VALUE, limit=100.0),
        ]

    def _week(self, plain: float) -> Figure:
        """Let several kiosks come back at once that were alone for a week."""
        place = self.folder / "week"
        place.mkdir()
        there = houses.copy_of(self.site.central, place / "central")
        names = [f"kiosk-{n}" for n in range(self.scale.kiosks)]
        alone = [houses.copy_of(self.site.kiosk, place / name, name) for name in names]
        hours = self.scale.week // 10
        for n, data in enumerate(alone):
            # Half of the rooms that each asks for another one asked for as well.
            houses.live(self.site, data, self.scale.week, n * hours // 2, n, self.scale.kiosks)
        introduce(there, alone)
        with central(there), ExitStack() as stack:
            for data in alone:
                stack.enter_context(kiosk(data))
            took = days.until_even(there, alone)
        rmtree(place)
        entries = self.scale.week * self.scale.kiosks
        least = entries * (self.scale.kiosks + 1) / plain
        about = f"{self.scale.kiosks} × {self.scale.week:,}"
        return Figure("sync_week", took, "s", least, took / least, about)

    def _growth(self, middle: float) -> Figure:
        """Compare how fast the first entries go with how fast many do."""
        sizes = [one for one in (self.scale.small, self.scale.entries, self.scale.large) if one]
        rates = {self.scale.entries: middle}
        for size in sizes:
            if size not in rates:
                lone = self._lone(size)
                rounds = self.scale.rounds if size < self.scale.entries else 1
                found = []
                for n in range(rounds):
                    found.append(self._up(lone, n))
                    rmtree(self._place(n))
                rates[size] = median(found)
                rmtree(lone.central.parent)
        first, last = rates[sizes[0]], rates[sizes[-1]]
        about = f"{sizes[0]:,} – {sizes[-1]:,}"
        return Figure("sync_growth", last, "1/s", first, last / first, about)


class _Lone(msgspec.Struct, frozen=True):
    """A kiosk that wrote alone, and the central as it was meanwhile; nobody has them open."""

    central: Path
    kiosk: Path
    base: int
    """The last number that the central had given when the kiosk came back."""


def _rates(key: str, ours: Sequence[float], plain: Sequence[float], about: str, limit: float) -> Figure:
    ratio = median(mine / other for mine, other in zip(ours, plain, strict=True))
    return Figure(
        key, median(ours), "1/s", median(plain), ratio, about, Aim.VALUE, limit, at_least=True
    )  # fmt: skip


def _memory(which: str, found: Sequence[float], bare: float) -> Figure:
    most = max(found)
    return Figure(f"sync_memory_{which}", most, "MB", bare, most / bare, "", Aim.VALUE, 150.0)

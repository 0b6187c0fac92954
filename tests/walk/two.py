"""The walk of two kiosks: one is cut off, both lend the same thing and book the same room, and meet again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from sync import said
from sync.enrolling import enrolment
from tests.fakes import MONDAY_10
from tests.integration.mosquitto import until
from tests.integration.proxy import Proxy
from tests.walk.rooms import digit, see_masked
from tests.walk.terminal import Terminal
from tests.walk.walk import ROOT, Shot, Walk

THING, ROOM = "Beamer 1", "Seminarraum"
HERE, CUT_OFF = "ausleihe", "werkstatt"
PATIENCE_S = 60.0


@dataclass(slots=True)
class Kiosk(Walk):
    """One of several kiosks of a house; the clock is the same for all."""

    @property
    def name(self) -> str:
        """What it is called in the house."""
        return self.folder.name

    @property
    def clock(self) -> Path:
        """The file with the time of the house."""
        return self.folder.parent / "clock"

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def state(self) -> str:
        """What the process beside the kiosk says of the line."""
        found = said.read(self.data)
        return found.state if found else ""


@dataclass(slots=True)
class Pair:
    """The central, two kiosks, and the line of one of them."""

    central: Kiosk
    here: Kiosk
    cut_off: Kiosk
    line: Proxy
    shots: list[Shot] = field(default_factory=list)

    @property
    def kiosks(self) -> tuple[Kiosk, Kiosk]:
        """Both."""
        return self.here, self.cut_off

    def on(self, part: str, *, public: bool = True) -> None:
        """Begin a part."""
        for one in self.kiosks:
            one.part, one.public, one.shots = part, public, self.shots


@contextmanager
def pair(folder: Path) -> Iterator[Pair]:
    """Make the example house at a central, and two kiosks of it, one behind a line that can be cut."""
    machines = []
    for name in ("central", HERE, CUT_OFF):
        (folder / name).mkdir()
        machines.append(Kiosk(folder / name, Terminal(folder / name)))
    central, *kiosks = machines
    central.clock.write_text(str(MONDAY_10))
    house = central.teilhaus("central", "init", "--demo", "--json")
    process = subprocess.Popen(
        [*central.program(), "central", "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        with Proxy(port) as line:
            for one in kiosks:
                one.house = house
                scan = central.teilhaus("node", "add", one.name, "--json")["scan"]
                assert one.teilhaus("node", "join", scan, "--json")["complete"] is True
            _lay(line, kiosks[1].data)
            yield Pair(central, kiosks[0], kiosks[1], line)
    finally:
        for one in kiosks:
            one.terminal.close()
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def _lay(line: Proxy, data: Path) -> None:
    """Let a machine reach the central through this line only."""
    known = enrolment.load(data)
    assert known is not None
    enrolment.save(data, replace(known, port=line.port))


# What happens


def cut(two: Pair) -> None:
    """The line is cut"""
    for one in two.kiosks:
        one.run()
    for one in two.kiosks:
        one.wait("Bitte scannen | Räume")
        until(lambda one=one: one.state == said.TOGETHER, PATIENCE_S)  # type: ignore[misc]
    two.line.go_away()
    until(lambda: two.cut_off.state == said.WAITING, PATIENCE_S)
    two.cut_off.see("The kiosk that was cut off: a visitor sees nothing of it.", "Bitte scannen | Räume")


def lend(two: Pair) -> None:
    """The same thing is lent at both"""
    for one, who, says in (
        (two.here, "Amira Mithal", "The first kiosk lends it."),
        (
            two.cut_off,
            "David Vorlage",
            "So does the other, which cannot know; somebody took it off the shelf.",
        ),
    ):
        one.scan(one.card(who))
        one.wait("Guten Tag")
        one.scan(one.thing(THING))
        one.wait("Für wen leihen Sie heute aus?")
        one.press("1")
        one.see(says, f"Ausgeliehen | {THING} | privat")
        one.press("9")
        one.wait("Bitte scannen", gone="Guten Tag")


def book(two: Pair) -> None:
    """The same evening is booked at both"""
    pairs = ((two.here, "Amira Mithal"), (two.cut_off, "David Vorlage"))
    for one, who in pairs:
        one.scan(one.card(who))
        one.wait("Guten Tag | Räume")
        one.press("5")
        one.wait("An welchem Tag?")
        one.press("2")
        one.wait("Um wie viel Uhr?")
        one.press("4")
        one.wait("Räume sind frei")
        one.press(digit(one, ROOM))
        one.wait("Buchen für mich")
        one.press("1")
    see_masked(two.here, "The first kiosk has its answer within a second.", f"Gebucht! | {ROOM}")
    two.cut_off.see(
        "The other says that it is not sure yet.",
        f"Angefragt. Noch nicht sicher. | {ROOM} | sobald Sie Ihre Karte scannen",
    )
    for one, who in pairs:
        one.press("9")
        one.wait("Meine Buchungen")
        one.scan(one.card(who))
        one.wait("Bitte scannen", gone="Meine Buchungen")


def badge(two: Pair) -> None:
    """What staff see"""
    one = two.cut_off
    sign_in(one)
    one.see(
        "At the desk of the kiosk that was cut off.",
        "Theke: L. Ö. | Keine Verbindung seit | gibt es nur auf diesem Gerät",
    )
    sign_out(one)


def together(two: Pair) -> None:
    """The line is back"""
    two.line.resume()
    one = two.cut_off
    until(lambda: one.state == said.TOGETHER, PATIENCE_S)
    until(lambda: cases(one) == 2, PATIENCE_S)
    one.scan(one.card("David Vorlage"))
    one.see(
        "Whoever was slower reads it after the card, with what is free instead.",
        f"Ihr Termin geht leider nicht. | {ROOM} | Schon belegt | Stattdessen frei:",
    )
    one.press("9")
    one.wait("Guten Tag")
    one.press("9")
    one.wait("Bitte scannen", gone="Guten Tag")


def settle(two: Pair) -> None:
    """Two cases"""
    one = two.here
    sign_in(one)
    one.see("The same at both kiosks: two things to look at.", "Theke: L. Ö. | Vorgänge (2)")
    one.press("v")
    one.see("What it is, and where.", f"Vorgänge (2) | Räume 1 · Ausleihe 1 | {ROOM} | {THING}")
    one.press("1")
    one.see("Whom to call, and about what.", f"{ROOM} | Gefragt von David Vorlage | Rufen Sie an")
    one.press("3")
    one.wait("Vorgänge (1)")
    one.press("1")
    one.see(
        "What happened, on which machine, and what to do.",
        "Verliehen, während es verliehen war | an Amira Mithal | an David Vorlage | Fragen Sie beide",
    )
    one.press("2")  # with David Vorlage
    one.wait("Nichts anzusehen")
    until(lambda: cases(two.cut_off) == 0, PATIENCE_S)
    sign_in(two.cut_off)
    two.cut_off.see("Handled at one, it is gone at the other.", "Theke: L. Ö.", gone="Vorgänge (")


def sign_in(one: Kiosk) -> None:
    """Open the staff desk."""
    one.scan(one.card("Leyla Örnek"))
    one.wait("PIN eingeben")
    one.enter_pin(one.pin("Leyla Örnek"))
    one.wait("Theke: L. Ö. | Abmelden")


def sign_out(one: Kiosk) -> None:
    """Close it."""
    one.press("9")
    one.wait("Wirklich abmelden?")
    one.press("1")
    one.wait("Bitte scannen", gone="Theke")


def cases(one: Kiosk) -> int:
    """How many are open there."""
    return len(one.teilhaus("cases", "list", "--json")["cases"])


PARTS: tuple[tuple[Callable[[Pair], None], bool], ...] = (
    (cut, True), (lend, True), (book, True), (badge, False), (together, True), (settle, False),
)  # fmt: skip
"""In this order, and whether anybody may look at the screens; each begins where the one before ended."""


def walk_through(two: Pair) -> None:
    """Walk all of it."""
    for part, public in PARTS:
        two.on((part.__doc__ or "").strip(), public=public)
        part(two)

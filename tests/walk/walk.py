"""One walk through the example house: scans, keys and what the screens said, kept for the page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sharing.codes import CodeKind, make
from sharing.lending.scan_table import Seen
from tests.fakes import MONDAY_10
from tests.walk.terminal import AT_REST, COLUMNS, Terminal

ROOT = Path(__file__).parents[2]
NOBODYS = make(CodeKind.ITEM, 4711)
"""A code that is right and that nothing bears."""
BETWEEN_SCANS_MS = 5_000
SECONDS_LEFT = re.compile(r"\b\d{1,2}( s\b)")


@dataclass(frozen=True, slots=True)
class Shot:
    """One recorded screen."""

    part: str
    says: str
    screen: str
    public: bool
    """Whether anybody may look at it; names stand on staff's screens only."""


@dataclass(slots=True)
class Walk:
    """A fresh example house, a terminal, and what was seen."""

    folder: Path
    terminal: Terminal
    house: dict[str, Any] = field(default_factory=dict)
    shots: list[Shot] = field(default_factory=list)
    cells: set[tuple[Seen, bool]] = field(default_factory=set)
    part: str = ""
    public: bool = True
    codes: list[str] = field(default_factory=list)
    """Patterns that stood on the screen, which the page leaves out."""
    feed: dict[str, Any] = field(default_factory=dict)
    """What a calendar that was subscribed to said."""

    def begin(self) -> None:
        """Make the house."""
        self.clock.write_text(str(MONDAY_10))
        self.house = self.teilhaus("init", "--demo", "--json")

    def teilhaus(self, *words: str) -> dict[str, Any]:
        """Run one command in this house and read its answer."""
        said = subprocess.run(
            [*self.program(), *words], cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
        )
        answer: dict[str, Any] = json.loads(said.stdout)
        return answer

    def command(self, says: str, *words: str) -> str:
        """Run one command as people do at the desk, and keep what it said."""
        environ = {**os.environ, "COLUMNS": str(COLUMNS), "LC_ALL": "C.UTF-8"}
        said = subprocess.run(
            [*self.program(), *words], cwd=ROOT, check=True, capture_output=True, text=True, timeout=120,
            env=environ,
        ).stdout  # fmt: skip
        self.shots.append(Shot(self.part, says, f" $ teilhaus {' '.join(words)}\n{said}", public=False))
        return said

    def run(self, *, idle: int = 600, countdown: int = 20) -> None:
        """Start the kiosk."""
        environ = {
            "TEILHAUS_KIOSK_IDLE_SECONDS": str(idle),
            "TEILHAUS_KIOSK_COUNTDOWN_SECONDS": str(countdown),
            "TEILHAUS_KIOSK_LANGUAGES": "de,en",
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "200",
            "LINES": "60",
        }
        self.terminal.run([*self.program(), "run"], environ)

    def program(self) -> list[str]:
        """What `teilhaus` is in this house."""
        return [
            sys.executable,
            "-P",
            "-m",
            "tests.walk.desk",
            str(self.clock),
            "--data",
            str(self.folder / "data"),
        ]

    @property
    def clock(self) -> Path:
        """The file with the time of the house."""
        return self.folder / "clock"

    def later(self, ms: int) -> None:
        """Let time pass in the house."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(int(self.clock.read_text()) + ms))
        new.replace(self.clock)

    # What a person does

    def scan(self, code: str, *cell: Seen, visit: bool = False) -> None:
        """Hold a label under the scanner, five seconds after the one before."""
        self.later(BETWEEN_SCANS_MS)
        self.cells.update((one, visit) for one in cell)
        self.terminal.type(f"{code}\r")

    def press(self, key: str) -> None:
        """Press one key."""
        self.terminal.press(key)

    def enter_pin(self, pin: str) -> None:
        """Type a PIN as people do, digit after digit: all at once it would be a scan."""
        for n, digit in enumerate(pin, 1):
            self.terminal.press(digit)
            self.terminal.wait_for(" ".join("●" * n))
        self.terminal.press("Enter")

    def see(self, says: str, texts: str, gone: str = "") -> None:
        """Wait for what must stand there ("one | another"), and keep the screen with a sentence about it."""
        screen = SECONDS_LEFT.sub(
            r"··\1", self.terminal.wait_for(*texts.split(" | "), gone=gone, looks=AT_REST)
        )
        self.shots.append(Shot(self.part, says, screen, self.public))

    def wait(self, texts: str, gone: str = "") -> None:
        """Wait for a screen that is not worth a picture."""
        self.terminal.wait_for(*texts.split(" | "), gone=gone, looks=AT_REST // 2)

    # What the house has

    def card(self, person: str) -> str:
        """The number of a person's card."""
        return _code(self.house["cards"], "person", person)

    def pin(self, person: str) -> str:
        """The PIN of a member of staff."""
        return next(str(one["pin"]) for one in self.house["staff"] if one["person"] == person)

    def thing(self, name: str) -> str:
        """The code of a thing."""
        return _code(self.house["items"], "name", name)

    def place(self, name: str) -> str:
        """The code of a room, shelf or floor, by the end of its name."""
        return next(
            str(one["code"])
            for one in (*self.house["rooms"], *self.house["places"])
            if one["name"].endswith(name)
        )

    @property
    def names(self) -> set[str]:
        """Every word of every person's name."""
        return {word for one in self.house["cards"] for word in one["person"].split()}


def _code(rows: Iterable[dict[str, str]], key: str, value: str) -> str:
    return next(str(one["code"]) for one in rows if one[key] == value)

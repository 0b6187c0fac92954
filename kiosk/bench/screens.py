"""What a person waits for: the first text, the text after a scan, one command; and a long day's memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

from kiosk.bench.figures import Aim, Figure, Round, compared
from kiosk.bench.hello import FIRST_TEXT
from kiosk.bench.houses import Filled
from kiosk.bench.terminal import Terminal
from kiosk.i18n import Words

PYTHON: Final = (sys.executable, "-P", "-m")
HELLO: Final = (*PYTHON, "kiosk.bench.hello")
_NO_PSYCOPG: Final = "import sys; sys.modules['psycopg'] = sys.modules['psycopg2'] = None"
"""peewee imports it wherever it is installed; our command on SQLite does not."""
IMPORTS: Final = (sys.executable, "-P", "-c", f"{_NO_PSYCOPG}; import click, peewee, msgspec")
MEGA: Final = 1_000_000
_QUIET_S: Final = 0.02


def environment(data: Path) -> dict[str, str]:
    """Give the environment of a measured process: a usual terminal, compiled modules, this house."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES"}
    }
    return kept | {"TERM": "xterm-256color", "TEILHAUS_DATA": str(data), "LC_ALL": "C.UTF-8"}


def kiosk() -> tuple[str, ...]:
    """Give the command that starts the kiosk."""
    return *PYTHON, "kiosk", "run", "--lang", "de"


def starts(filled: Filled, rounds: int) -> Figure:
    """Measure from starting the program to its first text."""
    environ, first = environment(filled.house.data), Words("de")("home.title")

    def once(command: tuple[str, ...], text: str) -> float:
        with Terminal(command, environ) as terminal:
            return terminal.wait(text)

    once(HELLO, FIRST_TEXT), once(kiosk(), first)
    found = [Round((once(kiosk(), first),), (once(HELLO, FIRST_TEXT),)) for _ in range(rounds)]
    return compared("start", found, aim=Aim.RATIO, limit=1.3)


def commands(filled: Filled, rounds: int) -> Figure:
    """Measure one command as a process of its own, against only importing what it stands on."""
    environ, ours = environment(filled.house.data), (*PYTHON, "kiosk", "loans", "--json")

    def once(command: tuple[str, ...]) -> float:
        began = perf_counter()
        subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 two of ours
        return perf_counter() - began

    once(IMPORTS), once(ours)
    found = [Round((once(ours),), (once(IMPORTS),)) for _ in range(rounds)]
    return compared("command", found, aim=Aim.RATIO, limit=1.4)


class Walk:
    """Visits at a real kiosk, beside a plain application that gets the same scans."""

    def __init__(self, filled: Filled, kiosk_terminal: Terminal, plain: Terminal) -> None:
        self._filled, self._kiosk, self._plain = filled, kiosk_terminal, plain
        words = Words("de")
        self._welcome, self._bye = words("visit.scan"), words("home.bye")
        self.visits = 0

    def visit(self) -> tuple[float, float]:
        """Card, one thing, card; then it comes back. Gives seconds from scan to text: ours, plain."""
        thing = self._filled.things[self.visits % len(self._filled.things)]
        card = self._filled.cards[self.visits % 2]
        self.visits += 1
        self._scan(card, self._welcome)
        sleep(_QUIET_S)
        ours = self._scan(thing.code, thing.name)
        self._plain.tell(f"{thing.code}\r")
        plain = self._plain.wait(f"scanned {thing.code}")
        self._scan(card, self._bye)
        self._scan(thing.code, thing.name)
        return ours, plain

    def _scan(self, code: str, text: str) -> float:
        self._kiosk.tell(f"{code}\r")
        return self._kiosk.wait(text)


def day(filled: Filled, first: int, last: int, rounds: int) -> list[Figure]:
    """Measure scan to text over the first visits, and how much memory the visits after them take.

    Args:
        filled: the house.
        first: visits before memory is looked at, which are measured in `rounds` rounds.
        last: visits after which it is looked at again.
        rounds: medians are taken over so many.
    """
    environ = environment(filled.house.data)
    with Terminal(kiosk(), environ) as ours, Terminal(HELLO, environ) as plain:
        ours.wait(Words("de")("home.title"))
        plain.wait(FIRST_TEXT)
        walk, found = Walk(filled, ours, plain), []
        for _ in range(rounds):
            pairs = [walk.visit() for _ in range(max(1, first // rounds))]
            found.append(Round(tuple(one for one, _ in pairs), tuple(one for _, one in pairs)))
        before = ours.memory(), plain.memory()
        while walk.visits < last:
            walk.visit()
        after = ours.memory(), plain.memory()
    grown = [(late - early) / MEGA for early, late in zip(before, after, strict=True)]
    memory = after[0] / MEGA, after[1] / MEGA
    return [
        compared("screen_p50", found),
        compared("screen_p95", found, part=0.95, aim=Aim.VALUE, limit=50),
        Figure("memory", memory[0], "MB", memory[1], memory[0] / memory[1], f"{last:,}"),
        Figure(
            "memory_growth",
            grown[0],
            "MB",
            grown[1],
            after[0] / before[0],
            f"{first:,} – {last:,}",
            Aim.VALUE,
            10,
        ),
    ]

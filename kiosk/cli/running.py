"""Starting the kiosk: one on each data folder, on a screen or as lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from kiosk.cli.answer import Answer
from kiosk.cli.frame import Session, command, option

if TYPE_CHECKING:
    from kiosk.cli.beside import Beside
    from sharing.house import House

LOCK = "kiosk.lock"
DATABASE = "teilhaus.db"
"""As `sharing.house` calls it, which takes too long to import before the first screen."""
PYTHONS_OWN = (700, 10, 10)
"""Thresholds of the garbage collector."""
YES = frozenset({"", "j", "ja", "y", "yes"})
"""Answers to the offer of the example that make it; the end of input is none."""


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the folder's lock while the kiosk runs.

    Raises:
        HouseInUse: another kiosk runs on this folder.
        OSError: the folder cannot be written; the door of all commands knows what that means for the house.
    """
    from sharing.errors import HouseInUse
    from sync import lock

    with lock.alone(data, LOCK) as ours:
        if not ours:
            raise HouseInUse
        yield


@command("run")
@option("--demo", is_flag=True)
def run(session: Session, *, demo: bool) -> Answer | int:
    """Start the kiosk; on an empty folder it offers the example house."""
    from sharing.errors import NoHouse

    settings = session.settings
    if not session.url and not (session.data / DATABASE).exists():
        if not demo and not _wants_example(session):
            raise NoHouse(data=str(session.data))
        from kiosk.cli.setting_up import make_example

        made = make_example(session)
        if not session.json:
            click.echo("\n".join(made.lines))
            _wait(session)
            wipe(sys.stdout)
        session.close()
    with alone(session.data), _beside(session) as together:
        if session.plain:
            from kiosk.cli.scanning import LineDesk

            _opened(session)
            together()
            return LineDesk(session).run()
        from kiosk.app import KioskApp
        from kiosk.cli import logbook

        logbook.keep(settings.log)
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)  # left by a shell, they would hide the size of the screen

        # Home stands before the house is open: opening it imports the whole domain.
        app = KioskApp(lambda: _opened(session, together), settings)
        app.run()
        if app.fault is not None:
            raise app.fault
        return app.return_code or 0


def _opened(session: Session, then: Callable[[], None] = lambda: None) -> House:
    """Open the house behind home; from here on the process runs for weeks, and not for one command."""
    house = session.open_house()
    for_weeks(PYTHONS_OWN)
    then()
    return house


def for_weeks(look: tuple[int, int, int]) -> None:
    """From here on the process runs for weeks, and not for one command; what is loaded by now stays.

    Args:
        look: how often Python looks for garbage from now on (`gc.set_threshold`).
    """
    import gc

    gc.freeze()
    gc.set_threshold(*look)


@contextmanager
def _beside(session: Session) -> Iterator[Callable[[], None]]:
    """Give what starts the processes that talk to other machines and to doors; they end when this one does.

    They are started after the first text, and the kiosk never waits for them. Where a central is, doors are
    its business.
    """
    started: list[Beside] = []

    def start() -> None:
        from kiosk.cli.beside import Beside
        from sync.enrolling.enrolment import FILE

        for what in ("sync",) if (session.data / FILE).exists() else ("sync", "devices"):
            started.append(Beside(session, what, "run"))
            started[-1].start()

    try:
        yield start
    finally:
        for one in started:
            one.end()


def _wants_example(session: Session) -> bool:
    """Ask on the terminal; where nobody can answer, the answer is no."""
    if not sys.stdin.isatty() or session.json:
        return False
    click.echo(session.words("cli.example.offer", data=str(session.data)), nl=False, err=True)
    click.echo(f" [{session.words('cli.example.yes')}] ", nl=False, err=True)
    answer = sys.stdin.readline()
    return bool(answer) and answer.strip().casefold() in YES


def wipe(terminal: TextIO) -> None:
    """Take cards and PINs off a terminal, what was scrolled away too: it comes back when the kiosk ends."""
    if terminal.isatty():
        terminal.write("\033[H\033[2J\033[3J")
        terminal.flush()


def _wait(session: Session) -> None:
    """Let whoever sits there write the numbers down: the kiosk's screen covers them."""
    if sys.stdin.isatty():
        click.echo(session.words("cli.example.go_on"), nl=False)
        sys.stdin.readline()

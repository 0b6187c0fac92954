"""Processes that run until they are told to end: the central, and what a kiosk starts beside itself."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from kiosk.cli.answer import DONE, Answer, write_json
from kiosk.cli.running import for_weeks

if TYPE_CHECKING:
    from kiosk.cli.session import Session
    from sync.server import Doors


_LOOK_FOR_GARBAGE = (10_000, 10, 10)
"""How often Python looks for garbage here: as for one command it never would, and each frame leaves some."""


@contextmanager
def ending(stop: threading.Event) -> Iterator[None]:
    """Set `stop` when the process is told to end; what was begun is then finished."""
    before = {one: signal.signal(one, lambda *_: stop.set()) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def run_central(session: Session) -> Answer | int:
    """Be the central until the process is told to end."""
    from kiosk.cli import logbook
    from kiosk.cli.beside import Beside
    from sync.server import serve

    stop = threading.Event()
    handler = logbook.keep(session.settings.log)
    try:
        with ending(stop):
            house = session.house
            beside = Beside(session, "devices", "run")
            for_weeks(_LOOK_FOR_GARBAGE)
            beside.start()
            try:
                serve(house, session.settings, stop, started=lambda found: _say(session, found))
            finally:
                beside.end()
    finally:
        logbook.drop(handler)
    return DONE


def _say(session: Session, found: Doors) -> None:
    if session.json:
        write_json({"host": found.host, "port": found.port, "tls": found.tls, "node": session.store.node})
        return
    click.echo(session.words("cli.central.runs", host=found.host, port=found.port))
    sys.stdout.flush()


def run_beside(session: Session) -> int:
    """Keep a kiosk together with the others, as long as whoever started this holds standard input open."""
    from kiosk.cli import logbook
    from sync.lock import alone
    from sync.running import run

    stop = threading.Event()
    handler = logbook.keep(session.settings.log)
    threading.Thread(target=_until_end_of_input, args=(stop,), daemon=True).start()
    try:
        with ending(stop), dying_aloud("sync"):
            while not stop.is_set():
                with alone(session.data) as ours:
                    if ours:
                        house = session.house
                        for_weeks(_LOOK_FOR_GARBAGE)
                        run(house, session.settings, stop)
                stop.wait(1)  # somebody else brings the house together, for a while
    finally:
        logbook.drop(handler)
    return DONE


def run_devices(session: Session) -> int:
    """Say how rooms stand, as long as whoever started this holds standard input open."""
    from kiosk.cli import logbook
    from kiosk.cli.publishing import LOCK, publish
    from sync.lock import alone

    stop = threading.Event()
    handler = logbook.keep(session.settings.log)
    threading.Thread(target=_until_end_of_input, args=(stop,), daemon=True).start()
    try:
        with ending(stop), dying_aloud("devices"):
            while not stop.is_set():
                with alone(session.data, LOCK) as ours:
                    if ours:
                        house = session.house
                        for_weeks(_LOOK_FOR_GARBAGE)
                        publish(house, session.settings, stop)
                stop.wait(1)
    finally:
        logbook.drop(handler)
    return DONE


@contextmanager
def dying_aloud(what: str) -> Iterator[None]:
    """Write into the log why a process beside ends: nobody sees its screen, and it is started again.

    Faults of the program are written by the door of all commands.
    """
    from sharing.errors import TeilhausError

    try:
        yield
    except (TeilhausError, OSError) as error:
        logging.getLogger(__name__).warning("%s ends: %s: %s", what, type(error).__name__, error)
        raise


def _until_end_of_input(stop: threading.Event) -> None:
    """Standard input is the leash: it ends when the kiosk ends, however that happens."""
    while os.read(0, 4096):
        pass
    stop.set()

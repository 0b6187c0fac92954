"""A real mosquitto for a test, accounts in it, certificates made on the spot, a state machine that listens.

A missing mosquitto fails the test (`NoBroker`), it never skips it; `tests/run.sh` installs it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sharing.journal.clock import SystemClock
from sharing.journal.database import make_folder
from sync.broker import Broker, Patience
from sync.events import Effect, Event, Received, Tick
from sync.line.endpoint import Endpoint, Trust, Whose
from sync.line.worker import Rhythm, run
from sync.mosquitto.broker_files import Listen, Tls
from sync.mosquitto.credentials import hashed, write_credentials
from sync.mqtt import Line, Pace

HOUSE = "0123456789abcdef"
QUICK = Pace(first=0.05, longest=0.5, refused=0.6, steady=0.5, answer=5, sending=5, keepalive=2)
"""Waits as short as a test's patience."""
PATIENT = 15.0
"""Seconds that a test waits for what must come."""


def until(true: Callable[[], object], timeout: float = PATIENT) -> None:
    """Wait until something is so; fail if it never is."""
    end = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.005)


class Carrier:
    """A mosquitto with accounts whose password is their name twice."""

    def __init__(self, folder: Path, users: Sequence[str], listen: Listen | None = None) -> None:
        make_folder(folder)
        self.folder = folder
        self.users = list(users)
        self.write()
        self.broker = Broker(folder, listen=listen, patience=Patience(first=0.05, longest=0.5))

    def write(self) -> None:
        """Write the accounts down, for the next start or reload."""
        write_credentials(self.folder, HOUSE, {user: hashed(user, user * 2) for user in self.users})

    def endpoint(self, user: str, port: int = 0, **other: Any) -> Endpoint:
        """Where a user finds it, or somebody who stands between."""
        plain = Endpoint(host="127.0.0.1", port=port or self.broker.port, user=user, password=user * 2)
        return replace(plain, **other)

    def line(self, user: str, port: int = 0, **other: Any) -> Line:
        """A line to it; not yet started."""
        end = other.pop("endpoint", None) or self.endpoint(user, port)
        whose = Whose(house=HOUSE, node=other.pop("node", user))
        return Line(end, whose, **{"epoch": 7, "clock": SystemClock(), "pace": QUICK, **other})

    def kill(self) -> int:
        """End mosquitto as a power cut does; gives the process id it had."""
        pid = self.broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    def is_back(self, ended: int) -> bool:
        """Say whether another one runs than the one that was ended."""
        return self.broker.state == "running" and self.broker.pid not in {None, ended}


@contextmanager
def carrier(folder: Path, *users: str, listen: Listen | None = None) -> Iterator[Carrier]:
    """Run a mosquitto as long as the test needs it."""
    made = Carrier(folder, users, listen)
    made.broker.start()
    try:
        yield made
    finally:
        made.broker.stop()


class Ear:
    """A state machine that hears everything; `answer` says what it does then."""

    def __init__(self, answer: Callable[[Event], Sequence[Effect]] = lambda _: ()) -> None:
        self.heard: list[Event] = []
        self.threads: set[int] = set()
        self.ticks = 0
        self.answer = answer

    def step(self, event: Event) -> Sequence[Effect]:
        self.threads.add(threading.get_ident())
        if isinstance(event, Tick):
            self.ticks += 1
        else:
            self.heard.append(event)
        return self.answer(event)

    def payloads(self, channel: str) -> list[bytes]:
        """What came in on a channel so far."""
        return [one.payload for one in self.heard if isinstance(one, Received) and one.channel == channel]

    def count(self, kind: type) -> int:
        """How often something of a kind was heard."""
        return sum(isinstance(one, kind) for one in self.heard)


@contextmanager
def working(line: Line, ear: Ear, **other: Any) -> Iterator[Line]:
    """Start a line and a worker for it."""
    stop = threading.Event()
    rhythm = other.pop("rhythm", Rhythm(look=0.01, tick=0.2, trouble=0.5))
    worker = threading.Thread(target=run, args=(ear, line, stop), kwargs={"rhythm": rhythm, **other})
    line.start()
    worker.start()
    try:
        yield line
    finally:
        stop.set()
        line.poke()
        worker.join()
        line.stop()


def certificates(folder: Path, name: str = "IP:127.0.0.1") -> tuple[Tls, Trust]:
    """Make an authority and a broker's certificate for a name (as OpenSSL writes it)."""
    folder.mkdir()

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, cwd=folder, capture_output=True)

    days = ("-days", "30")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", *days, "-subj", "/CN=House")
    openssl("req", *curve, "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=broker")
    (folder / "names").write_text(f"subjectAltName={name}\n")
    openssl(
        "x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-out", "broker.pem", *days, "-extfile", "names",
    )  # fmt: skip
    tls = Tls(certificate=folder / "broker.pem", key=folder / "broker.key", ca=folder / "ca.pem")
    return tls, Trust(ca=(folder / "ca.pem").read_text())

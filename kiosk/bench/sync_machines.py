"""The real processes of a house: a central with its broker, and what a kiosk runs beside the desk."""

from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter, sleep
from types import TracebackType
from typing import IO, Any, Final, Self

from kiosk.bench.houses import NAME
from kiosk.bench.screens import MEGA, PYTHON, environment
from sharing.house import DATABASE, open_house
from sync.enrolling import register
from sync.enrolling.enrolment import Enrolment, save
from sync.enrolling.register import Register
from sync.files import write_whole
from sync.mosquitto import leash
from sync.mosquitto.broker_files import LOOPBACK, free_port
from sync.mosquitto.credentials import hashed, new_password
from sync.mosquitto.ports import PORT
from sync.topics import CENTRAL

URL_VARIABLE: Final = "TEILHAUS_DATABASE_URL"
PATIENCE_S: Final = 600.0
"""After which nothing is expected any more; a measurement that takes so long has failed."""
_LOOK_S: Final = 0.005


def introduce(central: Path, kiosks: list[Path], url: str = "") -> None:
    """Let kiosks log in at a central, as `node add` and `node join` do in the end."""
    house = open_house(central, url=url)
    port, book = free_port(LOOPBACK), {}
    write_whole(central / PORT, f"{port}\n".encode())
    with house.store.begin() as work:
        for data in kiosks:
            kiosk = open_house(data)
            node, password = kiosk.store.node, new_password()
            kiosk.close()
            work.add_peer(node)
            book[node] = hashed(node, password)
            save(data, Enrolment(
                house=NAME, node=node, central=CENTRAL, host=LOOPBACK, port=port, user=node, password=password
            ))  # fmt: skip
    house.close()
    register.write(central, Register(book))


def peak(pid: int) -> float:
    """Give the most memory that a process ever had, in MB (`VmHWM` of proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / MEGA


class Process:
    """One of our programs; it does not outlive us."""

    def __init__(self, data: Path, *words: str, url: str = "", web: int = 0) -> None:
        """Start it.

        Args:
            data: its data folder.
            words: the command.
            url: its PostgreSQL database; SQLite in the folder if empty.
            web: the port of its pages; 0: none, for whatever is measured without doors.
        """
        environ = environment(data)
        environ.pop(URL_VARIABLE, None)
        environ["TEILHAUS_WEB_PORT"] = str(web)
        if url:
            environ[URL_VARIABLE] = url
        command = leash.command([*PYTHON, "kiosk", *words], uid=os.getuid(), gid=os.getgid())
        self._errors = data.with_name(f"{data.name}.said")
        with self._errors.open("ab") as said:
            self._child = subprocess.Popen(  # noqa: S603 a command of ours
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=environ
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def peak(self) -> float:
        """The most memory it ever had, in MB."""
        return peak(self.pid)

    def first_line(self) -> dict[str, Any]:
        """Wait for what it says when it can be used.

        Raises:
            RuntimeError: it ended before; with what it said.
        """
        out: IO[bytes] | None = self._child.stdout
        if out is None or not select.select([out], [], [], PATIENCE_S)[0]:
            raise RuntimeError("nothing was said")
        line = out.readline()
        if not line:
            raise RuntimeError(self._errors.read_text(errors="replace")[-2000:])
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """Tell it to end, and wait until it has."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(30)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()


def central(data: Path, url: str = "", web: int = 0) -> Process:
    """Start a central; it can be reached when this returns."""
    started = Process(data, "central", "--json", url=url, web=web)
    try:
        started.first_line()
    except BaseException:
        started.end()
        raise
    return started


def kiosk(data: Path) -> Process:
    """Start what a kiosk runs beside the desk."""
    return Process(data, "sync", "run")


class Watch:
    """Looks into a kiosk's database from outside, which costs nobody anything."""

    def __init__(self, data: Path) -> None:
        """Open it for reading only."""
        self._link = sqlite3.connect(f"file:{data / DATABASE}?mode=ro", uri=True, isolation_level=None)

    def close(self) -> None:
        """Close it."""
        self._link.close()

    def one(self, sql: str, *params: object) -> Any:
        """Give the first column of the first row; None without one."""
        found = self._link.execute(sql, params).fetchone()
        return found[0] if found else None

    def tip(self) -> int:
        """Give the last position of the kiosk's own stream."""
        return int(self.one(
            "SELECT MAX(seq) FROM position p JOIN local_node l ON l.node = p.node AND l.epoch = p.epoch"
        ) or 0)  # fmt: skip

    def newest(self) -> bytes:
        """Give the last entry of the kiosk's own stream."""
        return bytes(self.one(
            "SELECT p.entry FROM position p JOIN local_node l ON l.node = p.node AND l.epoch = p.epoch"
            " ORDER BY p.seq DESC LIMIT 1"
        ))  # fmt: skip

    def has_begun(self) -> bool:
        """Say whether the central was heard: from then on frames go."""
        return self.one("SELECT heard_at FROM local_sync") is not None

    def acked(self) -> int:
        """Give up to where the central has confirmed this kiosk's stream."""
        return int(self.one("SELECT acked FROM local_sync"))

    def applied(self) -> int:
        """Give up to where this kiosk has the central's."""
        return int(self.one("SELECT applied FROM local_sync"))

    def is_even(self, tip: int) -> bool:
        """Say whether everything went both ways, up to this end of the kiosk's own stream."""
        acked, applied, gsn = self._link.execute(
            "SELECT acked, applied, central_gsn FROM local_sync"
        ).fetchone()
        return bool(acked >= tip and applied >= gsn)


def until(is_so: Callable[[], bool]) -> float:
    """Wait until something is so; gives the moment (`perf_counter`).

    Raises:
        TimeoutError: it never was.
    """
    end = monotonic() + PATIENCE_S
    while not is_so():
        if monotonic() > end:
            raise TimeoutError("it never came to an end")
        sleep(_LOOK_S)
    return perf_counter()

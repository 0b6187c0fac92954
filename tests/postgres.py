"""A real PostgreSQL for the tests: its own cluster on a private socket, ended by its process id.

What a killed test run left behind is ended and removed by the next one.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

import psycopg

_USUAL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class PostgresMissing(RuntimeError):
    """The server's programs are not on this machine; a test run must fail then, never skip."""


def _program(name: str) -> str:
    for folder in (*_USUAL, *(Path(one) for one in os.environ.get("PATH", "").split(os.pathsep))):
        if (folder / name).exists():
            return str(folder / name)
    raise PostgresMissing(f"{name} is missing; install it with: apt-get install postgresql")


_MEMORY = Path("/dev/shm")
_PREFIX = "teilhaus-pg-"
_OWNER = "owner"
"""A file that a test run holds locked as long as it lives; the system lets go of it however the run ends."""


def _roomy() -> str | None:
    """Give the folder in memory, if it has room for a hundred databases: there they are made at once."""
    return str(_MEMORY) if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 4 * 1024**3 else None


def own(folder: Path) -> BinaryIO:
    """Lock the owner's file before it bears its name: nobody finds it unlocked while this run lives."""
    nameless = folder / "new"
    file = nameless.open("wb")
    fcntl.flock(file, fcntl.LOCK_EX)
    nameless.rename(folder / _OWNER)
    return file


def left_behind(*places: Path) -> list[Path]:
    """Name the clusters whose test run is dead."""
    owners = [one for place in places for one in place.glob(f"{_PREFIX}*/{_OWNER}")]
    return [one.parent for one in owners if not _is_held(one)]


def _is_held(owner: Path) -> bool:
    try:
        with owner.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True  # or just removed by its run or another one
    return False


def remove(folder: Path) -> None:
    """End the server of a cluster, if it still runs, and remove its files."""
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        if str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():  # and not another's by now
            _end(pid)
    except (OSError, ValueError, IndexError):
        pass
    shutil.rmtree(folder, ignore_errors=True)


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGQUIT)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)


class Cluster:
    """A running server; `new_database` gives an empty database in it."""

    def __init__(self) -> None:
        """Make the cluster and start it, as the user `postgres` when the tests run as root."""
        for dead in left_behind(_MEMORY, Path(tempfile.gettempdir())):
            remove(dead)
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_roomy()))
        self._owner = own(self._folder)
        self._as: list[str] = []
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as = ["runuser", "-u", "postgres", "--"]
        data = self._folder / "data"
        self._run(_program("initdb"), "-D", str(data), "-A", "trust", "-U", "teilhaus", "-EUTF8", "-N")
        # Nothing here outlives the run: no fsync, no checkpoints, little log.
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c max_connections=120 -F"
            " -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=8GB -c checkpoint_timeout=1d"
            " -c full_page_writes=off -c autovacuum=off"
        )
        self._run(
            _program("pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(self._folder / "log"), "start"
        )
        self._numbers = itertools.count(1)

    def _run(self, *command: str) -> None:
        # Output to a file: the server keeps an inherited pipe open for ever.
        with (self._folder / "setup").open("ab") as out:
            subprocess.run([*self._as, *command], check=True, stdout=out, stderr=out, cwd="/")

    def url(self, database: str) -> str:
        """Give the libpq URL of a database."""
        return f"postgresql://teilhaus@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """Create an empty database and give its libpq URL."""
        name = f"house_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def stop(self) -> None:
        """End the server at once and remove its files."""
        remove(self._folder)
        self._owner.close()

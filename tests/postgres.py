"""A real PostgreSQL for the tests: its own cluster on a private socket, ended by its process id."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_USUAL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class PostgresMissing(RuntimeError):
    """The server's programs are not on this machine; a test run must fail then, never skip."""


def _program(name: str) -> str:
    for folder in (*_USUAL, *(Path(one) for one in os.environ.get("PATH", "").split(os.pathsep))):
        if (folder / name).exists():
            return str(folder / name)
    raise PostgresMissing(f"{name} is missing; install it with: apt-get install postgresql")


def _roomy() -> str | None:
    """Give the folder in memory, if it has room for a hundred databases: there they are made at once."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4 * 1024**3 else None


class Cluster:
    """A running server; `new_database` gives an empty database in it."""

    def __init__(self) -> None:
        """Make the cluster and start it, as the user `postgres` when the tests run as root."""
        self._folder = Path(tempfile.mkdtemp(prefix="teilhaus-pg-", dir=_roomy()))
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
        self._pid = int((data / "postmaster.pid").read_text().split()[0])
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
        os.kill(self._pid, signal.SIGQUIT)
        for _ in range(100):
            try:
                os.kill(self._pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.05)
        shutil.rmtree(self._folder, ignore_errors=True)

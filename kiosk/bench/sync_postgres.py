"""A PostgreSQL of its own to measure with, durable like any other, and a central moved onto it."""

from __future__ import annotations

import os
import pwd
import signal
import sqlite3
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from kiosk.bench.houses import scratch
from sharing.errors import ProgramMissing
from sharing.house import CARD_KEY, DATABASE, make_house
from sync.copies.dumps import program
from sync.mosquitto import leash
from sync.topics import CENTRAL

_AS: Final = "postgres"
_START_S: Final = 60.0
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"


class Server:
    """A cluster in a folder, reached by a socket there; `new` gives an empty database. It dies with us."""

    def __init__(self, folder: Path) -> None:
        """Make it and start it, as the user `postgres` where we are root.

        Raises:
            ProgramMissing: the server's programs are not on this machine.
            RuntimeError: it does not start; with its last word.
        """
        initdb, postgres = program("initdb"), program("postgres")
        folder.mkdir(mode=0o700)
        self._folder, self._numbers = folder, count(1)
        uid, gid = os.getuid(), os.getgid()
        if os.geteuid() == 0:
            user = pwd.getpwnam(_AS)
            uid, gid = user.pw_uid, user.pw_gid
            os.chown(folder, uid, gid)
            for one in folder.parents[:2]:  # made for this; the server must get in
                if not one.stat().st_mode & stat.S_IXOTH:
                    one.chmod(one.stat().st_mode | stat.S_IXOTH)
        data = str(folder / "data")
        made = (initdb, "-D", data, "-A", "trust", "-U", "teilhaus", "-EUTF8", "-N")
        with (folder / "log").open("ab") as log:
            said: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "cwd": "/"}
            subprocess.run(leash.command(made, uid=uid, gid=gid), check=True, **said)  # noqa: S603
            options = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}")
            self._child = subprocess.Popen(  # noqa: S603 programs we looked for
                leash.command((postgres, "-D", data, *options), uid=uid, gid=gid), **said
            )
        self._await()

    def _await(self) -> None:
        import psycopg  # noqa: PLC0415 only a central on PostgreSQL needs it

        until = monotonic() + _START_S
        while monotonic() < until and self._child.poll() is None:
            try:
                psycopg.connect(self._url("postgres")).close()
            except psycopg.OperationalError:
                sleep(0.05)
            else:
                return
        self.stop()
        raise RuntimeError((self._folder / "log").read_text(errors="replace")[-2000:])

    def new(self) -> str:
        """Make an empty database; gives its address."""
        import psycopg  # noqa: PLC0415 as above

        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as link:
            link.execute(f'CREATE DATABASE "{name}"'.encode())
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql://teilhaus@/{name}?host={self._folder}"

    def stop(self) -> None:
        """End it; its files go with the folder."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown
        self._child.wait(30)


@contextmanager
def server(folder: Path) -> Iterator[Server | None]:
    """Give a server, or None where PostgreSQL or its driver is not on this machine.

    Its files are in a folder below this one, or below the usual one if its user cannot get here.
    """
    try:
        import psycopg  # noqa: F401, PLC0415 looked for only

        program("postgres")
    except (ImportError, ProgramMissing):
        yield None
        return
    with scratch(folder if _may_pass(folder.parent) else Path(tempfile.gettempdir())) as place:
        started = Server(place / "postgres")
        try:
            yield started
        finally:
            started.stop()


def _may_pass(folder: Path) -> bool:
    """Say whether another user gets into a folder; who is not root needs none."""
    passed = (one.stat().st_mode & stat.S_IXOTH for one in (folder, *folder.parents))
    return os.geteuid() != 0 or all(passed)


def move(central: Path, to: Path, url: str, name: str) -> None:
    """Give a central on PostgreSQL the same rows as one on SQLite that nobody has open."""
    key = (central / CARD_KEY).read_bytes()
    house = make_house(to, node=CENTRAL, name=name, url=url, founded=False, role="central", key=key)
    house.close()
    _copy(central / DATABASE, url)


def _copy(file: Path, url: str) -> None:
    import psycopg  # noqa: PLC0415 as above

    source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with psycopg.connect(url) as link:
        link.execute(
            "SET session_replication_role = replica"
        )  # what is copied was checked when it was written
        for (name,) in source.execute(_TABLES).fetchall():
            columns = [row[1] for row in source.execute(f"PRAGMA table_info({name})")]
            fill_table(link, name, columns, source.execute(f"SELECT * FROM {name}").fetchall())  # noqa: S608
    source.close()


def fill_table(link: Any, name: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    """Put rows in the place of those in a table, as fast as PostgreSQL takes them."""
    named = ", ".join(f'"{one}"' for one in columns)
    with link.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608 a table of ours
        with cursor.copy(f'COPY "{name}" ({named}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

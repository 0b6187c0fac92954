"""A PostgreSQL of its own to measure with, durable like any other, and a central moved onto it."""

from __future__ import annotations

import os
import pwd
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from sharing.errors import ProgramMissing
from sharing.house import CARD_KEY, DATABASE, make_house
from sync.dumps import program
from sync.topics import CENTRAL

_AS: Final = "postgres"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"


class Server:
    """A cluster in a folder, reached by a socket there; `new` gives an empty database."""

    def __init__(self, folder: Path) -> None:
        """Make it and start it, as the user `postgres` where we are root.

        Raises:
            ProgramMissing: the server's programs are not on this machine.
        """
        initdb, self._control = program("initdb"), program("pg_ctl")
        folder.mkdir(mode=0o700)
        self._folder, self._as, self._numbers = folder, list[str](), count(1)
        if os.geteuid() == 0:
            user = pwd.getpwnam(_AS)
            os.chown(folder, user.pw_uid, user.pw_gid)
            folder.parent.chmod(0o711)  # the server looks into its own folder only, but must get there
            self._as = ["runuser", "-u", _AS, "--"]
        self._data = folder / "data"
        self._run(initdb, "-D", str(self._data), "-A", "trust", "-U", "teilhaus", "-EUTF8", "-N")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        self._run(
            self._control, "-D", str(self._data), "-w", "-o", options, "-l", str(folder / "log"), "start"
        )

    def _run(self, *command: str) -> None:
        with (self._folder / "setup").open("ab") as out:  # the server keeps an inherited pipe open for ever
            subprocess.run([*self._as, *command], check=True, stdout=out, stderr=out, cwd="/")  # noqa: S603

    def new(self) -> str:
        """Make an empty database; gives its address."""
        import psycopg  # noqa: PLC0415 only a central on PostgreSQL needs it

        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as link:
            link.execute(f'CREATE DATABASE "{name}"'.encode())
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql://teilhaus@/{name}?host={self._folder}"

    def stop(self) -> None:
        """End it; its files go with the folder."""
        self._run(self._control, "-D", str(self._data), "-w", "-m", "immediate", "stop")


@contextmanager
def server(folder: Path) -> Iterator[Server | None]:
    """Give a server, or None where PostgreSQL or its driver is not on this machine."""
    try:
        import psycopg  # noqa: F401, PLC0415 looked for only

        started = Server(folder)
    except (ImportError, ProgramMissing):
        yield None
        return
    try:
        yield started
    finally:
        started.stop()


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

"""PostgreSQL's own programs for copies: `pg_dump` and `pg_restore`, and a database to open a copy in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sharing.errors import Damaged, ProgramMissing
from sharing.journal.ids import Randomness

_USUAL: Final = Path("/usr/lib/postgresql")
_MOST_SAID: Final = 300
_NOT_ALLOWED: Final = "42501"


def program(name: str) -> str:
    """Find a program of PostgreSQL, the newest where Debian puts them, then on the path.

    Raises:
        ProgramMissing: it is not on this machine.
    """
    usual = sorted(_USUAL.glob("*/bin"), key=lambda one: _number(one.parent.name), reverse=True)
    for folder in (*usual, *(Path(one) for one in os.environ.get("PATH", "").split(os.pathsep) if one)):
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    raise ProgramMissing(name=name, package="postgresql-client")


def _number(version: str) -> int:
    return int(version) if version.isdigit() else 0


def dump(url: str, file: Path) -> None:
    """Write a dump of a database while it is in use.

    Raises:
        ProgramMissing, Damaged: it cannot be done; the reason is PostgreSQL's.
    """
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", f"--dbname={url}")


def load(url: str, file: Path) -> None:
    """Load a dump into an empty database, wholly or not at all.

    Raises:
        ProgramMissing, Damaged: it cannot be done; the reason is PostgreSQL's.
    """
    _run(
        "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
        f"--dbname={url}", str(file),
    )  # fmt: skip


def read_through(file: Path) -> None:
    """Unpack a dump from end to end, into nothing.

    Raises:
        ProgramMissing, Damaged: it cannot be read.
    """
    _run("pg_restore", "--file=/dev/null", str(file))


def _run(name: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 our own arguments; addresses hold no password, PGPASSWORD does
        [program(name), *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise Damaged(what=f"{name}: {' '.join(done.stderr.split())[:_MOST_SAID]}")


@contextmanager
def scratch(url: str, randomness: Randomness) -> Iterator[str | None]:
    """Give an empty database beside another one, gone again at the end; None where none may be made."""
    from psycopg import Error, sql  # noqa: PLC0415 only a house on PostgreSQL has it

    name = f"teilhaus_copy_{randomness(6).hex()}"
    try:
        _say(url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except Error as error:
        if error.sqlstate != _NOT_ALLOWED:
            raise Damaged(what=str(error)) from error
        yield None
        return
    try:
        yield beside(url, name)
    finally:
        _say(url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def beside(url: str, name: str) -> str:
    """Give the address of another database on the same server."""
    parts = urlsplit(url)
    kept = [one for one in parts.query.split("&") if one and not one.startswith("dbname=")]
    return parts._replace(path=f"/{name}", query="&".join(kept)).geturl()


def _say(url: str, statement: Any) -> None:
    import psycopg  # noqa: PLC0415 as above

    with psycopg.connect(url, autocommit=True) as link:
        link.execute(statement)

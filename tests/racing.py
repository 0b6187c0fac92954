"""Processes that know nothing of each other and race in one house."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from sharing.house import House
from sharing.journal.database import is_postgres


class Racer:
    """One process, and what it says."""

    def __init__(self, house: House, module: str) -> None:
        data, url = str(house.data), house.store.db.database if is_postgres(house.store.db) else ""
        self.child = subprocess.Popen(
            [sys.executable, "-P", "-m", module, data, url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def line(self) -> str:
        return cast("IO[str]", self.child.stdout).readline().strip()

    def tell(self, **order: object) -> None:
        stdin = cast("IO[str]", self.child.stdin)
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()


@contextmanager
def racers(house: House, module: str, n: int) -> Iterator[list[Racer]]:
    """Start processes of a module that have opened the house."""
    started = [Racer(house, module) for _ in range(n)]
    try:
        assert [one.line() for one in started] == ["ready"] * n
        yield started
    finally:
        for one in started:
            one.child.communicate(timeout=30)

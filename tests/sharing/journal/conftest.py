"""Toy stores on each database, for tests of the journal alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from sharing.journal.store import Store
from tests.fakes import FakeClock
from tests.postgres import Cluster
from tests.sharing.journal.toys import toy_store


class MakeStore(Protocol):
    """Makes a store of the toy house, on the database that the test runs on."""

    def __call__(
        self,
        node: str = "one",
        *,
        clock: FakeClock | None = None,
        url: str | None = None,
        founded: bool = True,
    ) -> Store:
        """Make one; stores of different nodes have databases of their own."""
        ...


@pytest.fixture(params=["sqlite", "postgres"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Stores on SQLite, and once more on PostgreSQL."""
    made: list[Store] = []
    new: Callable[[], str] = lambda: ""  # noqa: E731 one of two ways to name a database
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        new = cluster.new_database

    def make(
        node: str = "one",
        *,
        clock: FakeClock | None = None,
        url: str | None = None,
        founded: bool = True,
    ) -> Store:
        store = toy_store(
            tmp_path, clock or FakeClock(), node=node, url=new() if url is None else url, seed=node,
            founded=founded,
        )  # fmt: skip
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(make: MakeStore) -> Store:
    """One empty toy house, on each database."""
    return make()

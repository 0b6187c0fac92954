"""What all tests share: a house on each database, a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sharing.house import House, make_house
from tests.fakes import FakeClock, FakeRandomness
from tests.postgres import Cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A real PostgreSQL server for the whole run."""
    cluster = Cluster()
    yield cluster
    cluster.stop()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at Monday 1 June 2026, 10:00 in Berlin."""
    return FakeClock()


@pytest.fixture
def house(tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """An empty house on SQLite."""
    made = make_house(
        tmp_path / "data", node="desk", name="Testhaus", clock=clock, randomness=FakeRandomness()
    )
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def any_house(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """An empty house, once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgres" else ""
    made = make_house(
        tmp_path / "data", node="desk", name="Testhaus", url=url, clock=clock, randomness=FakeRandomness()
    )
    yield made
    made.close()

"""The house with rooms, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sharing.house import House, make_house
from tests.fakes import MONDAY_10, FakeClock, FakeRandomness
from tests.postgres import Cluster
from tests.sharing.rooms.lodge import Lodge, make_lodge
from tests.sharing.rooms.nodes import MakeNode, Three


@pytest.fixture
def lodge(house: House, clock: FakeClock) -> Lodge:
    """A house with rooms on SQLite."""
    return make_lodge(house, clock)


@pytest.fixture
def any_lodge(any_house: House, clock: FakeClock) -> Lodge:
    """A house with rooms, once on SQLite and once on PostgreSQL."""
    return make_lodge(any_house, clock)


@pytest.fixture(params=["sqlite", "postgres"])
def make_node(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeNode]:
    """Machines that know nothing of each other yet; only the home has founded the house."""
    made: list[House] = []

    def make(node: str, ahead: int) -> House:
        cluster: Cluster | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
        url = cluster.new_database() if cluster else ""
        clock = FakeClock(MONDAY_10 + ahead, boot=f"boot-{node}")
        made.append(
            make_house(
                tmp_path / node, node=node, name="Testhaus", url=url, clock=clock,
                randomness=FakeRandomness(node), founded=node == "home",
            )
        )  # fmt: skip
        return made[-1]

    yield make
    for house in made:
        house.close()


@pytest.fixture
def three(make_node: MakeNode) -> Three:
    """Three machines of one house."""
    return Three(make_node)

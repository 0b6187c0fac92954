"""The house with rooms, on each database."""

from __future__ import annotations

import pytest

from sharing.house import House
from tests.fakes import FakeClock
from tests.sharing.rooms.lodge import Lodge, make_lodge


@pytest.fixture
def lodge(house: House, clock: FakeClock) -> Lodge:
    """A house with rooms on SQLite."""
    return make_lodge(house, clock)


@pytest.fixture
def any_lodge(any_house: House, clock: FakeClock) -> Lodge:
    """A house with rooms, once on SQLite and once on PostgreSQL."""
    return make_lodge(any_house, clock)

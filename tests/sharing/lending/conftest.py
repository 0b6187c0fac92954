"""The desk on each database."""

from __future__ import annotations

import pytest

from sharing.house import House
from tests.fakes import FakeClock
from tests.sharing.desk import Desk, make_desk


@pytest.fixture
def desk(house: House, clock: FakeClock) -> Desk:
    """A small house on SQLite."""
    return make_desk(house, clock)


@pytest.fixture
def any_desk(any_house: House, clock: FakeClock) -> Desk:
    """A small house, once on SQLite and once on PostgreSQL."""
    return make_desk(any_house, clock)

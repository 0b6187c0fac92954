"""A house with rooms, and who publishes how they stand."""

from __future__ import annotations

import pytest

from devices.panels.publisher import Publisher
from sharing.house import House
from tests.devices.panels.shelf import HOUSE, Shelf
from tests.fakes import FakeClock
from tests.sharing.rooms.lodge import Lodge, make_lodge


@pytest.fixture
def lodge(house: House, clock: FakeClock) -> Lodge:
    return make_lodge(house, clock)


@pytest.fixture
def any_lodge(any_house: House, clock: FakeClock) -> Lodge:
    return make_lodge(any_house, clock)


@pytest.fixture
def shelf(lodge: Lodge) -> Shelf:
    """All rooms were said once."""
    made = Shelf(Publisher(lodge.house.store, HOUSE))
    made.connect()
    made.turn()
    return made

"""A filled house and a kiosk at its counter."""

from __future__ import annotations

import pytest

from sharing.house import House
from tests.kiosk.counter import Town, settle_in
from tests.kiosk.rooms import Rooms


@pytest.fixture
def town(house: House) -> Town:
    return settle_in(house)


@pytest.fixture
def house_of_rooms(town: Town) -> Rooms:
    return Rooms(town)

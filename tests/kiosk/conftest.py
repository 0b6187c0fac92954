"""A filled house and a kiosk at its counter."""

from __future__ import annotations

import pytest

from sharing.house import House
from tests.kiosk.counter import Town, settle_in


@pytest.fixture
def town(house: House) -> Town:
    return settle_in(house)

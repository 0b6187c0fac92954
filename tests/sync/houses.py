"""A central with an empty house, for tests of what stands round it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sharing.house import House, make_house
from tests.fakes import FakeClock, FakeRandomness


@contextmanager
def central_house(data: Path, clock: FakeClock) -> Iterator[House]:
    """Make one that has no term yet, and close it afterwards."""
    made = make_house(
        data, node="central", name="Testhaus", clock=clock, randomness=FakeRandomness("c"), role="central"
    )
    try:
        yield made
    finally:
        made.close()

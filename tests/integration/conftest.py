"""One house, made by command once, that tests copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.doors import Doors
from tests.integration.machines import Central, Together, together


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A central with the example house and three kiosks that joined it; all of them stopped."""
    folder = tmp_path_factory.mktemp("furnished")
    with together(folder) as house:
        house.heal()
    return folder


@pytest.fixture
def running(tmp_path: Path, furnished: Path) -> Iterator[Together]:
    """That house, running."""
    with together(tmp_path / "house", furnished=furnished) as made:
        yield made


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    """A central with the example house, running, whose doors anybody may listen to."""
    central = Central(tmp_path / "central")
    central.say("central", "init", "--demo", "--name", "Testhaus")
    made = Doors(central)
    central.start()
    central.ready()
    yield made
    central.stop()

"""A house of two kiosks and a central on one wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.sync.wire import Wire

settings.register_profile("long", max_examples=9_000, derandomize=False, deadline=None)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    """Central, `one` and `two`, all connected and together."""
    made = Wire(tmp_path, "one", "two")
    made.settle(3)
    made.log.clear()
    made.notes.clear()
    yield made
    made.close()

"""Measuring labels prints them."""

from __future__ import annotations

from pathlib import Path

from kiosk.bench import labels
from tests.devices.labels.paper import pages


def test_as_many_labels_are_printed_as_are_measured(tmp_path: Path) -> None:
    found = labels.measure(tmp_path, 66)

    assert (found.key, found.about, found.unit) == ("labels", "66", "s")
    assert min(found.value, found.beside) > 0
    assert len(pages(tmp_path / "labels.pdf", 30)) == 2

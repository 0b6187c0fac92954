"""Two people print at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devices.labels.printing import Printed, print_sheet
from devices.labels.sheets import SHEETS
from tests.devices.labels.test_printing import labels


def test_sheets_can_be_printed_in_several_threads_at_once(tmp_path: Path) -> None:
    def printed(n: int) -> Printed:
        return print_sheet(labels(70), SHEETS["herma-4606"], tmp_path / f"{n}.pdf")

    with ThreadPoolExecutor(4) as people:
        assert list(people.map(printed, range(4))) == [Printed(2, 70)] * 4
    assert len({(tmp_path / f"{n}.pdf").stat().st_size for n in range(4)}) == 1

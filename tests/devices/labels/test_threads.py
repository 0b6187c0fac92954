"""Two people print at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devices.labels.printing import Printed, print_sheet
from devices.labels.sheets import SHEETS
from devices.paper import pictures
from tests.devices.labels.test_printing import labels


def test_sheets_can_be_printed_in_several_threads_at_once(tmp_path: Path) -> None:
    def printed(n: int) -> Printed:
        return print_sheet(labels(70), SHEETS["herma-4606"], tmp_path / f"{n}.pdf")

    with ThreadPoolExecutor(4) as people:
        assert list(people.map(printed, range(4))) == [Printed(2, 70)] * 4
    assert len({(tmp_path / f"{n}.pdf").stat().st_size for n in range(4)}) == 1


def test_a_file_that_was_given_up_can_be_closed_in_the_middle_of_another(tmp_path: Path) -> None:
    """The garbage collector closes it where it likes: also in a thread that draws just then."""
    print_sheet(labels(70), SHEETS["herma-4606"], tmp_path / "a.pdf")
    given_up = pictures.rasterised((tmp_path / "a.pdf").read_bytes(), 50)
    next(given_up)

    def draw() -> None:
        with pictures.ONE_AT_A_TIME:
            given_up.close()  # type: ignore[attr-defined]  # a generator

    drawing = threading.Thread(target=draw, daemon=True)
    drawing.start()
    drawing.join(20)
    assert not drawing.is_alive()

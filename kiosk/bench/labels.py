"""How long sheets of labels take until each label was read back from the finished file."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final

from devices.labels.drawing import Label, draw_label
from devices.labels.printing import print_sheet
from devices.labels.qr import modules
from devices.labels.sheets import PAGE_MM, SHEETS, Calibration
from devices.paper.page import Paper
from kiosk.bench.figures import Aim, Round, compared
from sharing import codes
from sharing.codes import CodeKind

if TYPE_CHECKING:
    from kiosk.bench.figures import Figure

MOST_S: Final = 5.0
"""For 500 labels, as the aim says."""
ROUNDS: Final = 3
_SHEET: Final = SHEETS["herma-4606"]
_NAMES: Final = ("Beamer 12", "Größenverstellbarer Notenständer 7", "Проектор Epson 3", "جهاز عرض ١٢")


def measure(folder: Path, count: int = 500) -> Figure:
    """Print `count` labels; beside it the same pages drawn, and neither read back nor written.

    Each round has numbers of its own, for what was drawn before is remembered.
    """
    return compared(
        "labels",
        [_round(folder / "labels.pdf", count, n) for n in range(ROUNDS)],
        unit="s",
        about=f"{count:,}",
        aim=Aim.VALUE,
        limit=MOST_S,
    )


def _round(out: Path, count: int, n: int) -> Round:
    first = n * count
    labels = [
        Label(codes.make(CodeKind.ITEM, first + one), _NAMES[one % len(_NAMES)], "Regal 3, Lager")
        for one in range(count)
    ]
    modules.cache_clear()
    began = process_time()
    print_sheet(labels, _SHEET, out)
    done = process_time()
    modules.cache_clear()
    _draw(labels)
    return Round((done - began,), (process_time() - done,))


def _draw(labels: list[Label]) -> None:
    with Paper(PAGE_MM) as paper:
        for start in range(0, len(labels), _SHEET.places):
            paper.turn()
            for place, label in enumerate(labels[start : start + _SHEET.places]):
                draw_label(paper, _SHEET.box(place, Calibration()), label)
        paper.content()

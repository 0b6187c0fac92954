"""How long sheets of labels take until each label was read back from the finished file."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from devices.labels.drawing import Label
from devices.labels.printing import print_sheet
from devices.labels.qr import modules
from devices.labels.sheets import SHEETS
from kiosk.bench.figures import Aim, Round, compared
from sharing import codes
from sharing.codes import CodeKind

if TYPE_CHECKING:
    from kiosk.bench.figures import Figure

MOST_S: Final = 5.0
"""For 500 labels, as the aim says."""
ROUNDS: Final = 3
_NAMES: Final = ("Beamer 12", "Größenverstellbarer Notenständer 7", "Проектор Epson 3", "جهاز عرض ١٢")


def measure(folder: Path, count: int = 500) -> Figure:
    """Print `count` labels; beside it, the least that any way needs: making their QR codes.

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
    began = perf_counter()
    print_sheet(labels, SHEETS["herma-4606"], out)
    done = perf_counter()
    modules.cache_clear()
    for label in labels:
        modules(label.code)
    return Round((done - began,), (perf_counter() - done,))

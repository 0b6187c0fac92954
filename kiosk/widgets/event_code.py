"""A date as a QR code in half blocks of at most 21 rows, with as much quiet around it as fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.widgets.qr import HALVES, Qr

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 21
"""Rows of the screen, two modules each."""
SIDE = 4
"""Light modules on the left and right (ISO/IEC 18004); above and below there may be one or two fewer."""


def drawn(modules: Sequence[Sequence[bool]]) -> str:
    """Draw dark modules as ink, in the middle of 21 rows."""
    width = len(modules) + 2 * SIDE
    spare = ROWS * 2 - len(modules)
    above = [(False,) * width] * (spare // 2)
    below = [(False,) * width] * (spare - spare // 2)
    side = (False,) * SIDE
    rows = [*above, *((*side, *row, *side) for row in modules), *below]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(HALVES[both] for both in zip(*pair, strict=True)) for pair in pairs)


class EventCode(Qr):
    """Shows a date; a date that is not confirmed has none."""

    def show(self, modules: Sequence[Sequence[bool]]) -> None:
        """Draw a date's modules, or nothing."""
        self.display = bool(modules)
        if modules:
            self.say(drawn(modules))
        else:
            self.hush()

"""A QR code in half blocks, two modules a cell, that can be scanned or photographed from the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

QUIET = 4
"""Light modules around it, as the norm asks (ISO/IEC 18004)."""
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def half_blocks(modules: Sequence[Sequence[bool]]) -> str:
    """Draw dark modules as ink, with the quiet zone around them."""
    width = len(modules) + 2 * QUIET
    side, rim = (False,) * QUIET, [(False,) * width] * QUIET
    rows = [*rim, *((*side, *row, *side) for row in modules), *rim, (False,) * width]
    pairs = zip(rows[::2], rows[1::2], strict=False)
    return "\n".join("".join(HALVES[both] for both in zip(*pair, strict=True)) for pair in pairs)


class Qr(Text):
    """Shows a card's number; dark on light in every theme, for many scanners read nothing else."""

    def show(self, modules: Sequence[Sequence[bool]]) -> None:
        """Draw a number's modules, or nothing."""
        if modules:
            self.say(half_blocks(modules))
        else:
            self.hush()

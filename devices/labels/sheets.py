"""The sheets of labels and cards that can be bought, and where each label lies on the page.

Sizes are those printed on the packets, in millimetres on A4; pixels are those of 300 dpi.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sharing.errors import BadValue, UnknownSheet

DPI: Final = 300
PAGE_MM: Final = (210.0, 297.0)
UNPRINTED_MM: Final = 4.5
"""What most office printers leave white along each edge of the paper."""

_OFFSETS_MM: Final = (-20.0, 20.0)
_SCALES: Final = (0.9, 1.1)


def pixels(mm: float) -> int:
    """Turn millimetres on paper into pixels of the page."""
    return round(mm * DPI / 25.4)


def millimetres(dots: float) -> float:
    """Turn pixels of the page into millimetres on paper."""
    return dots * 25.4 / DPI


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in pixels from its upper left corner."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Calibration:
    """How one printer misses the paper: everything is moved and stretched by this to meet it.

    Refuses more than 20 mm and 10 %: that is another sheet or a typing error, not a printer.
    """

    right_mm: float = 0.0
    down_mm: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        """Check the limits."""
        for name, value, (low, high) in (
            ("offset", self.right_mm, _OFFSETS_MM),
            ("offset", self.down_mm, _OFFSETS_MM),
            ("scale", self.scale, _SCALES),
        ):
            if not low <= value <= high:
                raise BadValue(field=f"--{name}", value=f"{value:g}", expected=f"{low:g} … {high:g}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of sheet: labels of one size in columns and rows."""

    name: str
    width_mm: float
    height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    gap_mm: float = 0.0
    """Between columns; rows touch on all of these sheets."""
    inset_mm: float = 1.0
    """White kept inside each label, for paper that was not fed quite straight."""

    @property
    def places(self) -> int:
        """Labels on one page."""
        return self.columns * self.rows

    def box(self, place: int, calibration: Calibration) -> Box:
        """Say what of the label at `place` (row by row from 0) can be printed on."""
        row, column = divmod(place, self.columns)
        left = self.left_mm + column * (self.width_mm + self.gap_mm)
        top = self.top_mm + row * self.height_mm
        inset, scale = self.inset_mm, calibration.scale
        edge_right, edge_bottom = (side - UNPRINTED_MM for side in PAGE_MM)
        return Box(
            pixels(max((left + inset) * scale + calibration.right_mm, UNPRINTED_MM)),
            pixels(max((top + inset) * scale + calibration.down_mm, UNPRINTED_MM)),
            pixels(min((left + self.width_mm - inset) * scale + calibration.right_mm, edge_right)),
            pixels(min((top + self.height_mm - inset) * scale + calibration.down_mm, edge_bottom)),
        )


# Compared with a public collection of templates. What is over there at one side is shared out here: no label
# is off by more than half of it, 1 mm at the right of 4606; 4464 is 0.6 mm wider than the page.
SHEETS: Final = {
    sheet.name: sheet
    for sheet in (
        Sheet("herma-4606", 38.0, 21.2, 5, 13, 9.5, 10.5, gap_mm=0.25),
        Sheet("herma-4464", 70.2, 37.0, 3, 8, -0.3, 0.5, inset_mm=1.5),
        Sheet("avery-3475", 70.05, 36.03, 3, 8, -0.08, 4.43, inset_mm=1.5),
        Sheet("avery-4780", 48.5, 25.4, 4, 10, 8.0, 21.5),
        Sheet("cards-32010", 85.0, 54.0, 2, 5, 15.0, 13.5, gap_mm=10.0, inset_mm=4.0),
    )
}


def sheet_named(name: str) -> Sheet:
    """Find a sheet by its name; UnknownSheet lists those there are."""
    if (sheet := SHEETS.get(name.strip().lower())) is None:
        raise UnknownSheet(field="sheet", value=name, expected=", ".join(SHEETS))
    return sheet

"""Paper: pages with real text in FiraGO, rules and QR codes, as a PDF that says the same on every printer.

Text goes in as letters and not as a picture: printers draw it in their own dots
(docs/decisions/0021-labels-are-letters-and-rectangles.md).
Lengths are millimetres from the upper left corner; a letter's size is that of its body.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal, Self

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from devices.labels.lettering import Direction
from devices.paper.fonts import font_path

A4: Final = (210.0, 297.0)
A5: Final = (148.0, 210.0)
_PT_PER_MM: Final = 72 / 25.4
_FAMILY: Final = "FiraGO"
_CELL_BASE: Final = 0.8
"""Where fpdf2 sets the base line in a cell as high as the letters' body."""
NEVER: Final = datetime.fromtimestamp(0, UTC)
"""For files that are the same whenever they are made."""

Align = Literal["left", "right", "middle"]


class Paper:
    """A PDF that is being written, page after page."""

    def __init__(
        self, size: tuple[float, float] = A4, *, title: str = "", language: str = "", made: datetime = NEVER
    ) -> None:
        """Begin without a page.

        Args:
            size: width and height in millimetres.
            title: what the window of a reader shows.
            language: BCP 47, for screen readers.
            made: when, as the file says it.
        """
        self.width_mm, self.height_mm = size
        self._pdf = pdf = FPDF(unit="mm", format=size)
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.alias_nb_pages("")  # a name that holds "{nb}" is a name
        pdf.set_creation_date(made)
        pdf.set_title(title)
        pdf.set_creator("Teilhaus")
        if language:
            pdf.set_lang(language)
        for style in ("", "B"):
            pdf.add_font(_FAMILY, style, font_path(bold=bool(style)))
        self._set: tuple[float, bool] | None = None
        self._shaped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the fonts."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    @property
    def pages(self) -> int:
        """How many there are so far."""
        return int(self._pdf.page)

    def turn(self) -> None:
        """Begin the next page."""
        self._pdf.add_page()
        self._set = None

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Measure a line as it will be written."""
        self._letters(text, size, bold=bold)
        return float(self._pdf.get_string_width(text))

    def write(
        self, text: str, at: float, base: float, size: float, *, bold: bool = False, align: Align = "left",
        way: Direction = "ltr", most: float | None = None,
    ) -> None:  # fmt: skip
        """Write one line that begins, ends, or has its middle `at` some millimetres from the left.

        Args:
            text: what the font can draw of it (`drawable`).
            at: the place that `align` is about.
            base: the base line, from above.
            size: the letters' body.
            bold: heavier letters.
            align: which end of the line is `at`.
            way: in which direction the sentence runs.
            most: what is wider becomes smaller until it fits.
        """
        if not text:
            return
        across = self.width(text, size, bold=bold)
        if most is not None and across > most:
            size, across = size * most / across, most
            self._letters(text, size, bold=bold)
        left = at - {"left": 0.0, "right": across, "middle": across / 2}[align]
        if self._shaped:
            self._pdf.set_text_shaping(use_shaping_engine=True, direction=way)
        self._pdf.set_xy(left, base - _CELL_BASE * size)
        self._pdf.cell(across, size, text, new_x=XPos.RIGHT, new_y=YPos.TOP)

    def fill(self, left: float, top: float, width: float, height: float) -> None:
        """Blacken a rectangle."""
        self._pdf.rect(left, top, width, height, style="F")

    def frame(self, left: float, top: float, width: float, height: float, pen: float = 0.2) -> None:
        """Draw the outline of a rectangle."""
        self._pdf.set_line_width(pen)
        self._pdf.rect(left, top, width, height)

    def rule(self, left: float, top: float, right: float, pen: float = 0.2) -> None:
        """Draw a line to the right."""
        self._pdf.set_line_width(pen)
        self._pdf.line(left, top, right, top)

    def squares(self, rows: tuple[tuple[bool, ...], ...], left: float, top: float, module: float) -> None:
        """Draw a QR code from its modules, dark ones true: rectangles, so that nothing smooths its edges."""
        for begin, above, end, below in blocks(rows):
            self.fill(
                left + begin * module, top + above * module, (end - begin) * module, (below - above) * module
            )

    def content(self) -> bytes:
        """Give the whole file."""
        return bytes(self._pdf.output())

    def _letters(self, text: str, size: float, *, bold: bool) -> None:
        if self._set != (size, bold):
            self._pdf.set_font(_FAMILY, "B" if bold else "", size * _PT_PER_MM)
            self._set = (size, bold)
        shaped = needs_shaping(text)
        if shaped != self._shaped:
            self._pdf.set_text_shaping(shaped)
            self._shaped = shaped


@lru_cache(maxsize=4096)
def needs_shaping(text: str) -> bool:
    """Tell whether letters join, run to the left or carry marks; all others stand one after the other."""
    return any(unicodedata.bidirectional(one) in {"R", "AL", "AN", "NSM"} for one in text)


Block = tuple[int, int, int, int]


def blocks(rows: tuple[tuple[bool, ...], ...]) -> list[Block]:
    """Give rectangles of dark modules (left, top, right, bottom): equal runs below each other are one."""
    done: list[Block] = []
    open_: dict[tuple[int, int], int] = {}
    for down, row in enumerate((*rows, ())):
        here = _runs(row)
        ended = [run for run in open_ if run not in here]
        done += [(begin, open_.pop((begin, end)), end, down) for begin, end in ended]
        for run in here:
            open_.setdefault(run, down)
    return done


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Give from where to where modules are dark, without a gap between."""
    edges = [n for n, dark in enumerate((*row, False)) if dark != (n > 0 and row[n - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))

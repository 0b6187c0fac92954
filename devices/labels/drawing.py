"""One label: the QR code, its digits in fours below, and beside it what people call the thing.

It is laid out in dots of 300 dpi, so that each module is whole dots wide; drawn as letters and rectangles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.labels import lettering
from devices.labels.lettering import Lines
from devices.labels.qr import QUIET_ZONE, modules, payload
from devices.labels.sheets import Box, millimetres
from devices.paper.page import Paper
from sharing import codes
from sharing.errors import LabelTooSmall
from sharing.texts import shown

SMALLEST_MODULE: Final = 4
"""Pixels at 300 dpi, 0.34 mm: what cheap scanners read from a hand's distance."""

_DIGITS_SHARE, _DIGITS_SMALLEST, _DIGITS_LARGEST = 0.13, 28, 60
_TITLE_LARGEST, _LINE_LARGEST = 100, 48
_AIR_SHARE: Final = 20
"""Of the picture's height, kept between words and digits."""

_DIGITS_BODY: Final = 1.2
"""Letter body to height of the row: digits have nothing below the line."""

_OVERHANG: Final = 2
"""Dots that a letter may reach beyond its own width."""

_DIGITS_DROP: Final = 1
"""Dots that round digits reach below the line."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says; on cards the title is a function or initials, never a name."""

    code: str
    title: str = ""
    line: str = ""
    """A second, smaller line: the place a thing belongs to, the house's name."""


def symbol(content: str, down: int, across: int) -> tuple[int, int]:
    """Give the side of the QR code with its quiet zone, and of one module: as large as whole dots allow.

    Raises LabelTooSmall if its modules would be smaller than scanners read.
    """
    count = len(modules(content)) + 2 * QUIET_ZONE
    module = min(down, across) // count
    if module < SMALLEST_MODULE:
        raise LabelTooSmall(length=len(content))
    return count * module, module


def draw_label(page: Paper, box: Box, label: Label, link: str | None = None) -> str:
    """Draw a label into its box on a page and give what its QR code should say.

    Raises LabelTooSmall if the QR code does not fit, NotReadable if the code is none.
    """
    content = payload(label.code, link)
    row = min(max(round(box.height * _DIGITS_SHARE), _DIGITS_SMALLEST), _DIGITS_LARGEST)
    side, module = symbol(content, box.height - row, box.width // 2)
    top = box.top + (box.height - row - side) // 2
    quiet, air = QUIET_ZONE * module, side // _AIR_SHARE
    left, above, size = map(millimetres, (box.left + quiet, top + quiet, module))
    page.squares(modules(content), left, above, size)
    _draw_digits(page, label.code, Box(box.left, top + side, box.right, top + side + row))
    _draw_words(page, label, Box(box.left + side, top + air, box.right, top + side - air))
    return content


def _draw_digits(page: Paper, code: str, box: Box) -> None:
    base = box.bottom - _DIGITS_DROP
    page.write(
        codes.grouped(code), millimetres(box.left + box.right) / 2, millimetres(base),
        millimetres(box.height * _DIGITS_BODY), align="middle", most=millimetres(box.width),
    )  # fmt: skip


def _draw_words(page: Paper, label: Label, box: Box) -> None:
    most = box.height * 3 // 10
    line = lettering.fitted(
        shown(label.line, limit=len(label.line)), box.width, most, min(_LINE_LARGEST, box.height // 6)
    )
    left = box.height - line.height
    title = lettering.fitted(
        shown(label.title, limit=len(label.title)),
        box.width,
        left,
        min(_TITLE_LARGEST, box.height // 4),
        bold=True,
    )
    top = box.top + (left - title.height) // 2
    _draw_lines(page, title, box, top)
    _draw_lines(page, line, box, top + title.height)


def _draw_lines(page: Paper, text: Lines, box: Box, top: int) -> None:
    """Draw the lines from `top` down, each at the side where its script begins."""
    ltr = text.way == "ltr"
    for n, line in enumerate(text.lines):
        page.write(
            line, millimetres(box.left if ltr else box.right), millimetres(top + text.base(n)),
            millimetres(text.size), bold=text.bold, align="left" if ltr else "right", way=text.way,
            most=millimetres(box.width - _OVERHANG),
        )  # fmt: skip

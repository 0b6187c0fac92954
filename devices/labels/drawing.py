"""One label: the QR code, its digits in fours below, and beside it what people call the thing.

Black and white without greys: a printer would turn greys into dots, and dots into wrong modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from devices.labels import lettering
from devices.labels.sheets import Box
from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import LabelTooSmall, NotReadable
from sharing.texts import shown

QUIET_ZONE: Final = 4
"""White modules around the QR code (ISO/IEC 18004, 6.3.8)."""

SMALLEST_MODULE: Final = 4
"""Pixels at 300 dpi, 0.34 mm: what cheap scanners read from a hand's distance."""

_SECRET: Final = frozenset({CodeKind.PERSON_CARD, CodeKind.ROLE_CARD})
_DIGITS_SHARE, _DIGITS_SMALLEST, _DIGITS_LARGEST = 0.13, 28, 60
_TITLE_LARGEST, _LINE_LARGEST = 100, 48
_AIR_SHARE: Final = 20
"""Of the picture's height, kept between words and digits."""

_DIGITS_BODY: Final = 1.2
"""Letter body to height of the row: digits have nothing below the line."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says; on cards the title is a function or initials, never a name."""

    code: str
    title: str = ""
    line: str = ""
    """A second, smaller line: the place a thing belongs to, the house's name."""


def payload(code: str, link: str | None = None) -> str:
    """Say what the QR code holds: the digits, or the house's address with them, which phones open.

    Never an address on cards: a phone would send the number, which opens a person's visit, over the network.
    Raises NotReadable for digits that are no code, before they are on paper.
    """
    if not codes.is_valid(code):
        raise NotReadable
    if not link or codes.kind_of(code) in _SECRET:
        return code
    return f"{link}/{code}" if link[-1].isalnum() else f"{link}{code}"


@lru_cache(maxsize=1024)
def modules(content: str) -> tuple[tuple[bool, ...], ...]:
    """Give the modules of the QR code, dark ones true, without a quiet zone.

    Raises LabelTooSmall if no QR code holds so much.
    """
    qr = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    qr.add_data(content, optimize=codes.LENGTH)
    try:
        qr.make(fit=True)
    except (DataOverflowError, ValueError):
        raise LabelTooSmall(length=len(content)) from None
    return tuple(tuple(map(bool, row)) for row in qr.get_matrix())


def symbol(content: str, down: int, across: int) -> Image.Image:
    """Draw the QR code with its quiet zone, as large as whole pixels per module allow.

    Raises LabelTooSmall if its modules would be smaller than scanners read.
    """
    rows = modules(content)
    size = len(rows) + 2 * QUIET_ZONE
    module = min(down, across) // size
    if module < SMALLEST_MODULE:
        raise LabelTooSmall(length=len(content))
    picture = Image.new("1", (size, size), 1)
    picture.putdata(_with_quiet_zone(rows, size))
    return picture.resize((size * module, size * module), Image.Resampling.NEAREST)


def _with_quiet_zone(rows: tuple[tuple[bool, ...], ...], size: int) -> list[int]:
    white = [1] * (QUIET_ZONE * size)
    side = [1] * QUIET_ZONE
    middle = [dot for row in rows for dot in (*side, *(0 if dark else 1 for dark in row), *side)]
    return [*white, *middle, *white]


def draw_label(page: Image.Image, box: Box, label: Label, link: str | None = None) -> str:
    """Draw a label into its box on a page of mode "1" and give what its QR code should say.

    Raises LabelTooSmall if the QR code does not fit, NotReadable if the code is none.
    """
    content = payload(label.code, link)
    row = min(max(round(box.height * _DIGITS_SHARE), _DIGITS_SMALLEST), _DIGITS_LARGEST)
    picture = symbol(content, box.height - row, box.width // 2)
    top = box.top + (box.height - row - picture.height) // 2
    air = picture.height // _AIR_SHARE
    page.paste(picture, (box.left, top))
    pen = ImageDraw.Draw(page)
    _draw_digits(pen, label.code, Box(box.left, top + picture.height, box.right, top + picture.height + row))
    _draw_words(pen, label, Box(box.left + picture.width, top + air, box.right, top + picture.height - air))
    return content


def _draw_digits(pen: ImageDraw.ImageDraw, code: str, box: Box) -> None:
    digits = lettering.fitted_digits(codes.grouped(code), box.width, round(box.height * _DIGITS_BODY))
    pen.text(((box.left + box.right) // 2, box.bottom), codes.grouped(code), fill=0, font=digits, anchor="ms")


def _draw_words(pen: ImageDraw.ImageDraw, label: Label, box: Box) -> None:
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
    lettering.draw(pen, title, box, top)
    lettering.draw(pen, line, box, top + title.height)

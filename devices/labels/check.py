"""Reading back what was drawn: no sheet is offered before each of its labels was decoded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import zxingcpp
from PIL import Image

from devices.labels.sheets import Box
from sharing.errors import LabelUnreadable

_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def decoded(picture: Image.Image) -> list[str]:
    """Read the QR codes in a picture, black on white only: many scanners read no others."""
    grey = picture.convert("L")
    return [found.text for found in zxingcpp.read_barcodes(grey, formats=_QR, try_invert=False)]


def check_page(page: Image.Image, expected: Iterable[tuple[int, Box, str]], number: int) -> None:
    """Decode each label (place, box, content) of a page; `number` counts pages from 1.

    Raises LabelUnreadable with page and place as people count them, if one cannot be read or says something
    else.
    """
    for place, box, content in expected:
        if decoded(page.crop((box.left, box.top, box.right, box.bottom))) != [content]:
            raise LabelUnreadable(page=number, place=place + 1)

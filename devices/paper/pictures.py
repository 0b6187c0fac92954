"""Pages as a printer would draw them: for the eye of a decoder, and for label printers that take pictures."""

from __future__ import annotations

from collections.abc import Iterator
from threading import RLock
from typing import Final

import pypdfium2
from PIL import Image

_POINTS: Final = 72
ONE_AT_A_TIME: Final = RLock()
"""PDFium must not be called by two threads at once, whatever they draw.

One thread may come in twice: the garbage collector closes what was given up wherever it likes.
"""


def rasterised(pdf: bytes, dpi: int) -> Iterator[Image.Image]:
    """Draw page after page in black and white, without greys, as a laser printer of so many dots does."""
    with ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        count = len(document)
    try:
        for n in range(count):
            with ONE_AT_A_TIME:
                page = document[n]
                grey = page.render(scale=dpi / _POINTS, grayscale=True).to_pil().convert("L")
                page.close()
            yield grey.point(_black_or_white, "1")
    finally:
        with ONE_AT_A_TIME:
            document.close()


def _black_or_white(level: int) -> int:
    return 255 if level > 127 else 0  # noqa: PLR2004 half of the light

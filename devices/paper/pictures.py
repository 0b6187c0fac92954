"""Pages as a printer would draw them: for the eye of a decoder, and for label printers that take pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
from PIL import Image

_POINTS: int = 72


def rasterised(pdf: bytes, dpi: int) -> Iterator[Image.Image]:
    """Draw page after page in black and white, without greys, as a laser printer of so many dots does."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            grey = page.render(scale=dpi / _POINTS, grayscale=True).to_pil().convert("L")
            yield grey.point(_black_or_white, "1")
            page.close()
    finally:
        document.close()


def _black_or_white(level: int) -> int:
    return 255 if level > 127 else 0  # noqa: PLR2004 half of the light

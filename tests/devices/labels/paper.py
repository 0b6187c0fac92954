"""Reads a sheet back out of its PDF, as a printer does, without asking the code that wrote it."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

from devices.labels.check import decoded
from devices.labels.sheets import Calibration, Sheet


def pages(pdf: Path, dpi: int = 300) -> list[Image.Image]:
    """Draw each page in greys, as a printer of so many dots sees it."""
    document = pypdfium2.PdfDocument(pdf)
    found = [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document]
    document.close()
    return found


def texts(pdf: Path) -> list[str]:
    """Give what can be selected on each page with a mouse."""
    document = pypdfium2.PdfDocument(pdf)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found


def contents(page: Image.Image, sheet: Sheet, *, coarser: int = 1) -> list[list[str]]:
    """Decode what stands at each place, at 300 dpi or `coarser` by that factor."""
    boxes = [sheet.box(place, Calibration()) for place in range(sheet.places)]
    crops = [page.crop((box.left, box.top, box.right, box.bottom)) for box in boxes]
    return [decoded(crop.reduce(coarser) if coarser > 1 else crop) for crop in crops]

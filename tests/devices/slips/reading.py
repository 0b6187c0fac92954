"""Reads slips back: what can be selected, where it stands, and what a scanner sees."""

from __future__ import annotations

import pypdfium2
from PIL import Image

from devices.labels.check import decoded

Rect = tuple[float, float, float, float]


def texts(pdf: bytes) -> list[str]:
    """The text of each page, without what depends on where lines break."""
    document = pypdfium2.PdfDocument(pdf)
    found = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return found


def lines(pdf: bytes) -> list[list[Rect]]:
    """Where text stands on each page: left, bottom, right, top in points."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        text = page.get_textpage()
        found.append([text.get_rect(n) for n in range(text.count_rects())])
    document.close()
    return found


def pictures(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    """Each page as a printer sees it."""
    document = pypdfium2.PdfDocument(pdf)
    found = [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document]
    document.close()
    return found


def scanned(pdf: bytes) -> list[str]:
    """What QR codes on all pages say."""
    return [one for page in pictures(pdf) for one in decoded(page)]


def rolled(data: bytes) -> Image.Image:
    """The paper that comes out of a receipt printer: what it is sent by GS v 0, one below the other."""
    parts, at = [], 0
    while (at := data.find(b"\x1dv0", at)) >= 0:
        across, down = data[at + 4] + 256 * data[at + 5], data[at + 6] + 256 * data[at + 7]
        rows = bytes(one ^ 255 for one in data[at + 8 : at + 8 + across * down])
        parts.append(Image.frombytes("1", (across * 8, down), rows))
        at += 8 + across * down
    paper = Image.new("1", (max(one.width for one in parts), sum(one.height for one in parts)), 1)
    top = 0
    for part in parts:
        paper.paste(part, (0, top))
        top += part.height
    return paper.convert("L")

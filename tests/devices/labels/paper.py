"""Reads a sheet back out of its PDF, as a printer does, without asking the code that wrote it."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path

from PIL import Image

from devices.labels.check import decoded
from devices.labels.sheets import Calibration, Sheet

STREAM = re.compile(rb"/Columns (\d+).*?/Rows (\d+).*?stream\r?\n", re.DOTALL)


def pages(pdf: Path) -> list[Image.Image]:
    """Take each page's picture (CCITT G4, 1 is white) out of the file by wrapping it as a TIFF."""
    data = pdf.read_bytes()
    found = []
    for match in STREAM.finditer(data):
        width, height = int(match[1]), int(match[2])
        found.append(_tiff(data[match.end() : data.index(b"endstream", match.end())], width, height))
    return found


def _tiff(strip: bytes, width: int, height: int) -> Image.Image:
    tags = {256: width, 257: height, 258: 1, 259: 4, 262: 1, 273: 8, 277: 1, 278: height, 279: len(strip)}
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    strip += b"\0" * (len(strip) % 2)
    head = struct.pack("<2sHI", b"II", 42, 8 + len(strip))
    tiff = head + strip + struct.pack("<H", len(tags)) + directory + struct.pack("<I", 0)
    return Image.open(io.BytesIO(tiff)).convert("L")


def contents(page: Image.Image, sheet: Sheet, *, coarser: int = 1) -> list[list[str]]:
    """Decode what stands at each place, at 300 dpi or `coarser` by that factor."""
    boxes = [sheet.box(place, Calibration()) for place in range(sheet.places)]
    crops = [page.crop((box.left, box.top, box.right, box.bottom)) for box in boxes]
    return [decoded(crop.reduce(coarser) if coarser > 1 else crop) for crop in crops]

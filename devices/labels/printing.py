"""Sheets and single labels as files: drawn, read back, and only then put where people find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from devices.labels.check import check_page
from devices.labels.drawing import Label, draw_label
from devices.labels.sheets import DPI, PAGE_MM, SHEETS, Box, Calibration, Sheet, millimetres, pixels
from devices.paper.files import whole_file
from devices.paper.page import Paper
from devices.paper.pictures import rasterised
from sharing.errors import BadValue

_PICTURE_OF: Final = SHEETS["herma-4464"]
"""A single label is as large as one of these."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands in the file."""

    pages: int
    labels: int


def print_sheet(
    labels: Sequence[Label],
    sheet: Sheet,
    out: Path,
    *,
    skip: int = 0,
    offset_mm: tuple[float, float] = (0.0, 0.0),
    scale: float = 1.0,
    link: str | None = None,
) -> Printed:
    """Write labels as a PDF for `sheet`, after `skip` places that are used up, each checked by decoding.

    The file appears whole or not at all. Raises BadValue (nothing to print, or a number out of range),
    NotReadable (no valid code), LabelTooSmall, LabelUnreadable, FileNotWritten or DiskFull.
    """
    calibration = Calibration(*offset_mm, scale)
    if not labels:
        raise BadValue(field="labels", value=0, expected="≥ 1")
    if not 0 <= skip < sheet.places:
        raise BadValue(field="--skip", value=skip, expected=f"0 … {sheet.places - 1}")
    slots = [*[None] * skip, *labels]
    content, drawn = _sheets(slots, sheet, calibration, out.stem, link)
    for number, (picture, expected) in enumerate(zip(rasterised(content, DPI), drawn, strict=True), 1):
        check_page(picture, expected, number)
    with whole_file(out) as new:
        new.write_bytes(content)
    return Printed(len(drawn), len(labels))


def print_picture(label: Label, out: Path, *, link: str | None = None) -> Printed:
    """Write one label as a PNG of 70 × 37 mm at 300 dpi, checked by decoding; raises like `print_sheet`."""
    size = (pixels(_PICTURE_OF.width_mm), pixels(_PICTURE_OF.height_mm))
    inset = pixels(_PICTURE_OF.inset_mm)
    box = Box(inset, inset, size[0] - inset, size[1] - inset)
    with Paper((millimetres(size[0]), millimetres(size[1]))) as paper:
        paper.turn()
        content = draw_label(paper, box, label, link)
        (picture,) = rasterised(paper.content(), DPI)
    with whole_file(out) as new:
        picture.save(new, "PNG", dpi=(DPI, DPI), optimize=True)
        with Image.open(new) as written:
            check_page(written, [(0, box, content)], 1)
    return Printed(1, 1)


_Drawn = list[tuple[int, Box, str]]
"""Place, box and content of each label of a page."""


def _sheets(
    slots: Sequence[Label | None], sheet: Sheet, calibration: Calibration, title: str, link: str | None
) -> tuple[bytes, list[_Drawn]]:
    drawn = []
    with Paper(PAGE_MM, title=title) as paper:
        for start in range(0, len(slots), sheet.places):
            on_page = enumerate(slots[start : start + sheet.places])
            here = [(place, label) for place, label in on_page if label is not None]
            drawn.append(_page(paper, here, sheet, calibration, link))
        return paper.content(), drawn


def _page(
    paper: Paper,
    labels: Sequence[tuple[int, Label]],
    sheet: Sheet,
    calibration: Calibration,
    link: str | None,
) -> _Drawn:
    paper.turn()
    boxes = [(place, sheet.box(place, calibration), label) for place, label in labels]
    return [(place, box, draw_label(paper, box, label, link)) for place, box, label in boxes]

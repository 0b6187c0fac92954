"""Sheets and single labels as files: drawn, read back, and only then put where people find them."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from devices.labels.check import check_page
from devices.labels.drawing import Label, draw_label
from devices.labels.sheets import DPI, PAGE_MM, SHEETS, Box, Calibration, Sheet, pixels
from sharing.errors import BadValue, DiskFull, FileNotWritten

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
        raise BadValue(field="skip", value=skip, expected=f"0 … {sheet.places - 1}")
    slots = [*[None] * skip, *labels]
    starts = range(0, len(slots), sheet.places)
    with _whole_file(out) as new:
        for number, start in enumerate(starts, 1):
            on_page = enumerate(slots[start : start + sheet.places])
            here = [(place, label) for place, label in on_page if label is not None]
            page = _page(here, sheet, calibration, number, link)
            page.save(new, "PDF", resolution=DPI, append=number > 1, title=out.stem)
    return Printed(len(starts), len(labels))


def print_picture(label: Label, out: Path, *, link: str | None = None) -> Printed:
    """Write one label as a PNG of 70 × 37 mm at 300 dpi, checked by decoding; raises like `print_sheet`."""
    size = (pixels(_PICTURE_OF.width_mm), pixels(_PICTURE_OF.height_mm))
    inset = pixels(_PICTURE_OF.inset_mm)
    box = Box(inset, inset, size[0] - inset, size[1] - inset)
    picture = Image.new("1", size, 1)
    content = draw_label(picture, box, label, link)
    with _whole_file(out) as new:
        picture.save(new, "PNG", dpi=(DPI, DPI), optimize=True)
        with Image.open(new) as written:
            check_page(written, [(0, box, content)], 1)
    return Printed(1, 1)


def _page(
    labels: Sequence[tuple[int, Label]], sheet: Sheet, calibration: Calibration, number: int, link: str | None
) -> Image.Image:
    page = Image.new("1", (pixels(PAGE_MM[0]), pixels(PAGE_MM[1])), 1)
    drawn = [
        (place, box, draw_label(page, box, label, link))
        for place, label in labels
        for box in [sheet.box(place, calibration)]
    ]
    check_page(page, drawn, number)
    return page


@contextmanager
def _whole_file(out: Path) -> Iterator[Path]:
    """Give a path to write to, which becomes `out` on disk if nothing went wrong, and vanishes otherwise.

    Readable by its owner only, because sheets of cards open visits.
    """
    new: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=".", suffix=out.suffix)
        os.close(handle)
        new = Path(name)
        yield new
        _sync(new)
        new.replace(out)
        _sync(out.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(path=str(out)) from error
        raise FileNotWritten(path=str(out), reason=error.strerror or str(error)) from error
    finally:
        if new is not None:
            new.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

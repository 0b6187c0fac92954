"""Slips on the 80 mm roll of a receipt printer (ESC/POS), by python-escpos.

Everything goes as pictures: such printers know one alphabet at a time, and no Arabic at all. What is sent is
made ready first; a printer that goes away then loses nothing, because the slip can be printed again.
"""

from __future__ import annotations

import errno
import os
import select
from pathlib import Path
from typing import Final

from escpos.printer import Dummy
from PIL import Image, ImageChops

from devices.paper.pictures import rasterised
from devices.slips.drawing import drawn
from devices.slips.flow import STYLES
from devices.slips.slip import Slip
from sharing.errors import PrinterGone

DPI: Final = 203
DOTS: Final = 576
"""Across, of the 72 mm that an 80 mm roll can be printed on."""
_PROFILE: Final = "TM-T20II"
"""An ordinary one of that width; the commands are those that all understand."""
PATIENCE_S: Final = 10.0
"""How long a printer may take nothing before it counts as gone: it is out of paper, or open."""
_AT_ONCE: Final = 4096
_AIR: Final = 8
"""Dots left white between pages of the layout, which are not to be seen on a roll."""


def commands(slip: Slip) -> bytes:
    """Give what an ESC/POS printer has to be sent for a slip, the cut included."""
    printer = Dummy(profile=_PROFILE)
    printer.hw("INIT")
    for page in rasterised(drawn(slip, STYLES["roll"]).content, DPI):
        picture = _trimmed(page)
        printer.image(picture, impl="bitImageRaster", fragment_height=_FRAGMENT)
    printer.cut()
    return bytes(printer.output)


_FRAGMENT: Final = 240
"""Rows sent as one picture: cheap printers hold no more."""


def _trimmed(page: Image.Image) -> Image.Image:
    """Cut the white below the last line, and make the page as wide as the roll."""
    ink = ImageChops.invert(page.convert("L")).getbbox()
    down = min((ink[3] if ink else 0) + _AIR, page.height)
    picture = Image.new("1", (DOTS, down), 1)
    picture.paste(page.crop((0, 0, min(DOTS, page.width), down)), (0, 0))
    return picture


def send(data: bytes, device: Path, *, patience_s: float = PATIENCE_S) -> None:
    """Send to the device of a printer ("/dev/usb/lp0"), or to a file that is there.

    Raises:
        PrinterGone: it is not there, or takes nothing any more; what was printed so far is on the paper, and
            the whole slip can be printed again.
    """
    try:
        handle = os.open(device, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_TRUNC)
    except OSError as error:
        raise PrinterGone(path=str(device), reason=error.strerror or str(error)) from error
    try:
        _write(handle, data, patience_s)
    except OSError as error:
        raise PrinterGone(path=str(device), reason=error.strerror or str(error)) from error
    finally:
        os.close(handle)


def _write(handle: int, data: bytes, patience_s: float) -> None:
    """Write all, as fast as the printer takes it."""
    rest = memoryview(data)
    while rest:
        _, ready, _ = select.select([], [handle], [], patience_s)
        if not ready:
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        try:
            rest = rest[os.write(handle, rest[:_AT_ONCE]) :]
        except BlockingIOError:
            continue

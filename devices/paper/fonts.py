"""FiraGO as files: fpdf2 takes fonts from the disk only."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from devices.labels.lettering import font_file


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="teilhaus-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def font_path(*, bold: bool) -> Path:
    """Give the file, for as long as this process lives; it is written again if somebody tidied it away."""
    path = _folder() / ("bold.ttf" if bold else "regular.ttf")
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(font_file(bold=bold))
    return path

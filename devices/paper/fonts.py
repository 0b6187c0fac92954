"""FiraGO as files: fpdf2 takes fonts from the disk only."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from devices.labels.lettering import font_file
from devices.paper.files import whole_file
from sharing.errors import FileNotWritten


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="teilhaus-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def font_path(*, bold: bool) -> Path:
    """Give the file, for as long as this process lives; it is written again if somebody tidied it away.

    Raises:
        DiskFull, FileNotWritten: there is no room for it among the temporary files.
    """
    try:
        path = _folder() / ("bold.ttf" if bold else "regular.ttf")
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise FileNotWritten(path=tempfile.gettempprefix(), reason=error.strerror or str(error)) from error
    if not path.exists():
        with whole_file(path) as new:
            new.write_bytes(font_file(bold=bold))
    return path

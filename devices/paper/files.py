"""Files that appear whole or not at all, readable by their owner only."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sharing.errors import BadValue, DiskFull, FileNotWritten


def check_kind(out: Path, *kinds: str) -> None:
    """Refuse a name that says of a file what it will not be.

    Args:
        out: where it goes; a name without an ending may hold anything.
        kinds: endings that fit, such as ".pdf".

    Raises:
        BadValue: the ending is another one.
    """
    if out.suffix and out.suffix.lower() not in kinds:
        raise BadValue(field="--out", value=out.name[:60], expected=", ".join(kinds))


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Give a path to write to, which becomes `out` on disk if nothing went wrong, and vanishes otherwise.

    Readable by its owner only, because sheets of cards open visits, and slips bear names.

    Raises:
        DiskFull, FileNotWritten: there is no new file, and an old one stays.
    """
    new: Path | None = None
    try:
        _check_place(out)
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


def _check_place(out: Path) -> None:
    """Refuse a device or a pipe: nobody means to put a file in its place."""
    if out.exists() and not out.is_file():
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

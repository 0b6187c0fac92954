"""One process of a kind on a data folder, such as the one that talks to the other machines."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = "sync.lock"


@contextmanager
def alone(data: Path, name: str = LOCK) -> Iterator[bool]:
    """Hold the folder's lock of this name; gives whether it is ours, and does not wait for it.

    The system lets go of it however the process ends.

    Raises:
        OSError: the folder cannot be written.
    """
    handle = os.open(data / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)

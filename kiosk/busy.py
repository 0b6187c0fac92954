"""Tells the process that talks to the other machines that somebody stands here: it then keeps out of the way.

A file in the data folder: its time is that of the last scan, and it says "visit" as long as one is open
(`sync/line/world.py` reads it). Nothing is ever refused because of it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = "desk.busy"
VISIT: Final = b"visit"
SCAN: Final = b"scan"


class Occupied:
    """The file of one data folder; a disk that does not take it hurts nobody."""

    def __init__(self, data: Path) -> None:
        """Name the file; nothing is written yet."""
        self._file = data / FILE

    def begins(self) -> None:
        """A visit is open."""
        self._write(VISIT)

    def scanned(self) -> None:
        """Somebody scanned something; a visit that is open stays so."""
        with suppress(OSError):
            said = self._file.read_bytes() if self._file.exists() else SCAN
            self._write(said)

    def ends(self) -> None:
        """Nobody is here any more."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _write(self, said: bytes) -> None:
        with suppress(OSError):
            self._file.write_bytes(said)

"""A terminal to measure in: a process on a pseudo-terminal of 76×22 cells, seen from outside."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter, sleep
from types import TracebackType
from typing import Final, Self

COLUMNS: Final = 76
ROWS: Final = 22
_WAIT_S: Final = 60.0
_STEERING: Final = re.compile(
    rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]"
)
"""Control sequences (ECMA-48): what is left is the text."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Terminal:
    """One process and what it wrote since it was last told something."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start it.

        Args:
            command: program and arguments.
            environ: its whole environment.
        """
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._master, self._seen = ours, b""
        self.told = perf_counter()
        """When it was started or last told something, in seconds of `perf_counter`."""
        self._child = subprocess.Popen(  # noqa: S603 only programs of ours are measured
            list(command),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(environ),
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def tell(self, text: str) -> None:
        """Type this, as fast as a scanner does; what was written before is forgotten."""
        self._drain()
        self._seen, self.told = b"", perf_counter()
        os.write(self._master, text.encode())

    def wait(self, text: str) -> float:
        """Wait until it shows this text; gives the seconds since it was told something.

        Raises:
            TimeoutError: it did not within a minute, or ended; with what it wrote.
        """
        wanted, until = text.encode(), perf_counter() + _WAIT_S
        while wanted not in _STEERING.sub(b"", self._seen):
            if perf_counter() > until or not self._read(until - perf_counter()):
                shown = _STEERING.sub(b" ", self._seen).decode(errors="replace")
                raise TimeoutError(f"{text!r} was never shown: {' '.join(shown.split())[:3000]}")
        return perf_counter() - self.told

    def stall(self, seconds: float, text: str) -> None:
        """Let the process stand still as on a busy machine, and type this meanwhile."""
        os.kill(self._child.pid, signal.SIGSTOP)
        os.write(self._master, text.encode())
        sleep(seconds)
        os.kill(self._child.pid, signal.SIGCONT)

    def memory(self) -> int:
        """Give the resident memory of the process in bytes."""
        return int(Path(f"/proc/{self._child.pid}/statm").read_text("ascii").split()[1]) * _PAGE

    def kill(self) -> None:
        """End it as a power cut does."""
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        """End the process, and wait for its end."""
        self._child.terminate()
        try:
            while self._read(5.0):
                pass
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        os.close(self._master)

    def _drain(self) -> None:
        while select.select([self._master], [], [], 0)[0] and self._read(0):
            pass

    def _read(self, seconds: float) -> bool:
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            got = os.read(self._master, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            return False
        self._seen += got
        return bool(got)

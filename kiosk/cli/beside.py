"""Processes that a kiosk or a central starts beside itself, and that end with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.cli.session import Session

AGAIN_S = (1.0, 60.0)
"""How long to wait before it is started again after it fell, at first and at most."""
STEADY_S = 60.0
"""After so long it counts as having run well."""
PATIENCE_S = 5.0
"""How long it may take to end."""


class Beside:
    """One child, started again if it falls; its standard input is the leash it ends with."""

    def __init__(self, session: Session, *command: str) -> None:
        """Start nothing yet.

        Args:
            session: whose data folder and environment it gets.
            command: what it runs, as typed behind `teilhaus`.
        """
        self._environ = {**session.environ}
        self._command = [sys.executable, "-P", "-m", "kiosk", *command, "--data", str(session.data)]
        self._ending = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start it, and come back at once."""
        threading.Thread(target=self._keep, name="beside", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def end(self) -> None:
        """Let go of the leash and wait until it has ended."""
        with self._lock:
            self._ending.set()
            child = self._child
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _keep(self) -> None:
        wait, most = AGAIN_S
        while True:
            with self._lock:
                if self._ending.is_set():
                    return
                child = self._child = self._spawn()
            if child is None:
                if self._ending.wait(most):
                    return
                continue
            steady = _waited(child, STEADY_S)
            child.wait()
            if self._ending.wait(AGAIN_S[0] if steady else wait):
                return
            wait = AGAIN_S[0] if steady else min(wait * 2, most)

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        try:
            return subprocess.Popen(  # noqa: S603 our own interpreter and arguments
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self._environ,
                cwd=os.sep,
            )
        except OSError:
            return None  # no room for another process now


def _waited(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait so long at most; gives whether the child still ran then."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False

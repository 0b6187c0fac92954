"""A real terminal that a test can look at and type into: tmux with a server of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS, ROWS = 76, 22
"""Cells of a 21.5 inch screen at arm's length with letters of a readable size."""
PATIENCE_S = 25.0
"""How long a text may take before the walk gives up; a slow machine is not a fault of the kiosk."""
BETWEEN_LOOKS_S = 0.02
AT_REST = 6
"""Looks after which a screen counts as painted."""
NOT_OURS = ("TEILHAUS_", "COLUMNS", "LINES", "TMUX")
"""What a developer's own environment says of houses and terminals is not passed on."""
SHAPE = re.compile(r"^ {1,4}(?:╭─+╮|╰─+╯|│ {1,3}\S {1,3}│)", re.MULTILINE)
"""The shape beside an answer; the words flow on without it."""


class NotSeen(AssertionError):
    """A text did not come; says which, and what stood on the screen instead."""


class Terminal:
    """One window of 76 × 22 cells with one program in it."""

    def __init__(self, folder: Path) -> None:
        """Start nothing yet.

        Args:
            folder: where the server's socket lies; nobody else's.

        Raises:
            FileNotFoundError: tmux is missing.
        """
        tmux = shutil.which("tmux")
        if tmux is None:
            raise FileNotFoundError("tmux is missing. On Debian: apt-get install tmux")
        settings = folder / "tmux.conf"
        settings.write_text("set -g status off\nset -g remain-on-exit on\n")
        self._tmux = [tmux, "-u", "-f", str(settings), "-S", str(folder / "tmux")]
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}

    def _try(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._tmux, *words], check=False, capture_output=True, text=True, timeout=30, env=self._environ
        )

    def _do(self, *words: str) -> str:
        done = self._try(*words)
        done.check_returncode()
        return done.stdout

    def run(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start a program; a former one must have ended."""
        given = [part for name, value in environ.items() for part in ("-e", f"{name}={value}")]
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        if self._is_there():
            self._do("respawn-window", "-k", *given, "-t", "walk", *command)
            return
        self._do("new-session", "-d", "-s", "walk", *size, *given, *command)

    def _is_there(self) -> bool:
        return self._try("has-session", "-t", "walk").returncode == 0

    def type(self, keys: str) -> None:
        """Send characters in one go, as a scanner does."""
        self._do("send-keys", "-t", "walk", "-l", keys)

    def press(self, key: str) -> None:
        """Press one key by its name."""
        self._do("send-keys", "-t", "walk", key)

    def screen(self) -> str:
        """What stands on the screen now, without blanks at the ends of lines."""
        lines = self._do("capture-pane", "-p", "-t", "walk").splitlines()
        return "\n".join(line.rstrip() for line in lines)

    def wait_for(self, *texts: str, gone: str = "", looks: int = 1) -> str:
        """Look until all texts stand there and `gone` does not.

        Args:
            texts: what must stand on the screen, wherever its lines are broken.
            gone: what must not.
            looks: how often in a row the screen must look the same: it may still be painted.

        Raises:
            NotSeen: they did not come.
        """
        ends = time.monotonic() + PATIENCE_S
        before, same = "", 0
        while True:
            now = self.screen()
            flowing = " ".join(SHAPE.sub(" ", now).split())
            there = all(text in flowing for text in texts) and not (gone and gone in flowing)
            same = same + 1 if there and now == before else 1
            if there and same >= looks:
                return now
            if time.monotonic() > ends:
                raise NotSeen(f"{texts} did not come (and {gone!r} go). On the screen:\n{now}")
            before = now
            time.sleep(BETWEEN_LOOKS_S)

    def kill(self) -> None:
        """Take the program's power away: SIGKILL, nothing can be finished."""
        os.kill(int(self._do("display-message", "-p", "-t", "walk", "#{pane_pid}")), signal.SIGKILL)
        ends = time.monotonic() + PATIENCE_S
        while self._do("display-message", "-p", "-t", "walk", "#{pane_dead}").strip() != "1":
            if time.monotonic() > ends:
                raise NotSeen("the end of the program that was killed")
            time.sleep(BETWEEN_LOOKS_S)

    def close(self) -> None:
        """End the server and all that runs in it."""
        self._try("kill-server")

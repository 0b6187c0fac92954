"""Machines for tests: each with a data folder and a process of its own, used by command."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180
"""A deadline, not a measure: other tests may have the processors."""


class Machine:
    """One machine: its data folder, and the process that runs on it."""

    def __init__(self, data: Path, environ: dict[str, str] | None = None) -> None:
        self.data = data
        self.environ = {
            "PATH": os.environ["PATH"],
            "TEILHAUS_DATA": str(data),
            "LANG": "de_DE.UTF-8",
            **(environ or {}),
        }
        self.process: subprocess.Popen[str] | None = None

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "kiosk", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=self.environ,
        )

    def say(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Run one command with --json."""
        process = self.start(*words, "--json")
        out, err = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, err) == (code, ""), (out, err)
        found: dict[str, Any] = json.loads(out)
        return found

    def run(self, *words: str) -> str:
        """Start what runs on, and give its first line."""
        self.process = self.start(*words)
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End what runs on this machine."""
        if self.process is None:
            return 0
        self.process.send_signal(how)
        self.process.communicate(timeout=PATIENCE_S)
        code, self.process = self.process.returncode, None
        return code


def until(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    end = monotonic() + PATIENCE_S
    while not true():
        assert monotonic() < end, "it never became true"
        sleep(0.1)


def loans(machine: Machine) -> list[str]:
    return [one["item"]["key"] for one in machine.say("loans")["loans"]]


def processes_of(data: Path) -> list[int]:
    """The processes that name a data folder in their command line."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(data).encode() in one.read_bytes():
                found.append(int(one.parent.name))
        except OSError:
            continue
    return found


def joined(central: Machine, kiosk: Machine, name: str) -> Machine:
    scan = central.say("node", "add", name)["scan"]
    found = kiosk.say("node", "join", scan)
    assert found["complete"] is True
    return kiosk


def typed_at(machine: Machine, *lines: tuple[bytes, str]) -> tuple[int, str]:
    """Sit at a terminal: wait for each text, then type the line; gives the exit code and what was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "kiosk", "node", "join"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env=machine.environ,
    )
    os.close(theirs)
    shown = b""
    waiting = list(lines)
    try:
        while piece := os.read(ours, 4096):
            shown += piece
            if waiting and waiting[0][0] in shown:
                os.write(ours, waiting.pop(0)[1].encode() + b"\n")
    except OSError:
        pass  # the other end was closed: the program has ended
    finally:
        os.close(ours)
    return process.wait(PATIENCE_S), shown.decode()

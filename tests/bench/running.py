"""Runs a benchmark in its short form, as a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def figures_of(what: str, folder: Path) -> list[dict[str, Any]]:
    """Give the figures that `teilhaus bench` says, and see that it leaves nothing behind."""
    found: list[dict[str, Any]] = answer_of(what, folder)["figures"]
    return found


def answer_of(what: str, folder: Path, **environ: str) -> dict[str, Any]:
    """Give all that it says."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kiosk", "bench", what, "--short", "--json", "--folder", str(folder)],
        check=True, capture_output=True, text=True, timeout=300,
        env={**os.environ, "TEILHAUS_DATA": str(folder), **environ},
    )  # fmt: skip
    assert list(folder.iterdir()) == []
    found: dict[str, Any] = json.loads(done.stdout)
    return found

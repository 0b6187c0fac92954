"""Runs a benchmark in its short form, as a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def figures_of(what: str, folder: Path) -> list[dict[str, Any]]:
    """Give what `teilhaus bench` says, and see that it leaves nothing behind."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kiosk", "bench", what, "--short", "--json", "--folder", str(folder)],
        check=True, capture_output=True, text=True, timeout=300,
        env={**os.environ, "TEILHAUS_DATA": str(folder)},
    )  # fmt: skip
    assert list(folder.iterdir()) == []
    found: list[dict[str, Any]] = json.loads(done.stdout)["figures"]
    return found

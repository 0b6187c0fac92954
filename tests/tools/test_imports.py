"""What importing a package drags in: a central server must not pay for a terminal it does not have."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = """
import importlib, json, pkgutil, sys
for name in ("config", "sharing", "sync", "devices"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""

HEAVY = {"textual", "rich", "holidays", "babel", "pytest", "hypothesis"}


def modules_after(program: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_importing_every_module_below_the_kiosk_loads_no_terminal_and_no_calendar_of_holidays() -> None:
    assert not modules_after(PROGRAM) & HEAVY


def test_peewee_is_there_which_shows_that_the_walk_went_down() -> None:
    assert "peewee" in modules_after(PROGRAM)


def test_the_program_without_the_central_extra_needs_no_postgresql_driver() -> None:
    """psycopg is hidden, as on a kiosk; peewee looks for it by itself wherever it is installed."""
    hidden = "import sys; sys.modules['psycopg'] = sys.modules['psycopg2'] = None\n" + PROGRAM
    assert "sharing" in modules_after(hidden)

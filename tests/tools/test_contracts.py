"""Each import contract catches what it should: a wildcard that matches nothing says "kept" without a word."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kiosk", "sync", "devices", "sharing", "config")

PLANTED = [
    ("Four floors", "config/planted.py", "import sharing.errors"),
    ("Four floors", "sharing/errors.py", "import kiosk"),
    ("Four floors", "sync/planted.py", "import devices"),
    ("Four floors", "devices/planted.py", "import sync"),
    ("Only the kiosk knows a terminal", "sharing/journal/store.py", "import textual"),
    ("Only the kiosk knows a terminal", "devices/planted.py", "import rich.text"),
    ("Rules are pure", "sharing/lending/rules.py", "import peewee"),
    ("Rules are pure", "sharing/people/rules.py", "import time"),
    ("Rules are pure", "sharing/catalogue/entries.py", "import uuid"),
    ("Rules are pure", "sharing/codes.py", "import secrets"),
    ("Rules are pure", "sharing/texts.py", "import os"),
    ("Rules are pure", "sharing/journal/entry.py", "import sqlite3"),
    ("Rules are pure", "sharing/journal/order.py", "import random"),
    ("Rules are pure", "sharing/lending/rules.py", "import sharing.lending.rows"),
    ("Rules are pure", "sharing/terms/rules.py", "import config.settings"),
    ("Inside sharing, down only", "sharing/people/rules.py", "import sharing.catalogue.rules"),
    ("Inside sharing, down only", "sharing/journal/store.py", "import sharing.lending.rules"),
    ("Inside sharing, down only", "sharing/errors.py", "import sharing.codes"),
    ("Inside sharing, down only", "sharing/rooms/planted.py", "import sharing.waiting"),
    ("Inside sharing, down only", "sharing/unlisted.py", ""),
    ("Screens ask and show", "kiosk/screens/planted.py", "import sharing.lending.rows"),
    ("Screens ask and show", "kiosk/screens/planted.py", "import peewee"),
    ("Screens ask and show", "kiosk/widgets/planted.py", "import sharing.journal.store"),
    ("Inside the kiosk", "kiosk/widgets/planted.py", "import kiosk.screens"),
    ("Inside the kiosk", "kiosk/screens/planted.py", "import kiosk.cli"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def linted(house: Path) -> list[str]:
    """Return what import-linter says about `house`, line by line."""
    lint = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as l; l()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", lint, "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=house,
        env={"PYTHONPATH": str(house)},
    )
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert any(line.startswith("Contracts: ") for line in lines), done.stdout + done.stderr
    return lines


def broken(house: Path) -> set[str]:
    """Return the names of the contracts that do not hold in `house`."""
    return {line.partition(" BROKEN")[0] for line in linted(house) if " BROKEN" in line}


def pure_files(house: Path) -> dict[str, Path]:
    """Return module -> file of everything the contract about pure rules names."""
    project = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["name"]: contract for contract in project["tool"]["importlinter"]["contracts"]}
    patterns = contracts["Rules are pure"]["source_modules"]
    found = [path for pattern in patterns for path in house.glob(pattern.replace(".", "/") + ".py")]
    return {".".join(path.relative_to(house).with_suffix("").parts): path for path in found}


def test_the_tree_keeps_every_contract(house: Path) -> None:
    assert broken(house) == set()


@pytest.mark.parametrize(
    ("contract", "file", "line"), PLANTED, ids=lambda value: str(value).replace("/", ".")
)
def test_a_planted_violation_is_caught(house: Path, contract: str, file: str, line: str) -> None:
    path = house / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text((before or "") + f"\n{line}\n", encoding="utf-8")

    found = broken(house)

    if before is None:
        path.unlink()
    else:
        path.write_text(before, encoding="utf-8")
    assert contract in found


def test_every_file_something_is_planted_in_is_there(house: Path) -> None:
    """A planted line in a file that nobody has would test the linter, not the tree."""
    missing = {
        file
        for _, file, _ in PLANTED
        if "planted" not in file and "unlisted" not in file and not (house / file).exists()
    }
    assert missing == set()


def test_every_file_that_is_called_pure_is_watched(house: Path) -> None:
    files = pure_files(house)
    before = {path: path.read_text(encoding="utf-8") for path in files.values()}
    for path, text in before.items():
        path.write_text(text + "\nimport socket\n", encoding="utf-8")

    lines = linted(house)

    for path, text in before.items():
        path.write_text(text, encoding="utf-8")
    caught = {module for module in files if any(f"{module} -> socket" in line for line in lines)}
    assert len(files) > 15
    assert caught == files.keys()

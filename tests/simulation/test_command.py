"""`teilhaus simulate`, as somebody types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def teilhaus(*words: str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    start = f"import sys; {before}; from kiosk.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, "simulate", *words],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_run_says_how_long_it_took_and_what_it_was() -> None:
    said = teilhaus("--profile", "uniform", "--seeds", "1..2", "--jobs", "2", "--json")
    found = json.loads(said.stdout)

    assert said.returncode == 0, said.stdout
    assert (found["ok"], found["seeds"], found["violations"]) == (True, [1, 2], [])
    assert len(found["trace"]) == 64
    assert found["seconds_per_seed"] > 0


def test_a_planted_fault_is_told_and_counts_as_found() -> None:
    said = teilhaus("--profile", "uniform", "--seeds", "0", "--mutant", "order-of-arrival", "--json")
    found = json.loads(said.stdout)

    assert (said.returncode, found["ok"], found["mutant"]) == (0, True, "order-of-arrival")
    assert found["violations"][0]["seed"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--profile", "storm"),
        ("--profile", "disk", "--seeds", "a..b"),
        ("--profile", "disk", "--mutant", "none"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_there_is(words: tuple[str, ...]) -> None:
    said = teilhaus(*words, "--json")

    assert said.returncode == 2
    assert json.loads(said.stdout)["refusal"] == "usage"


def test_where_the_tests_are_not_it_says_so_plainly() -> None:
    said = teilhaus("--profile", "uniform", "--lang", "en", before="sys.modules['tests'] = None")

    assert said.returncode == 2
    assert "they are not here" in said.stderr
    assert "Traceback" not in said.stderr

"""The house in virtual time: seeds that must stay clean, and faults that must be found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.jobs import kept, run_all
from tests.simulation.mutants import MUTANTS
from tests.simulation.profiles import PROFILES
from tests.simulation.running import Outcome, run

ROOT = Path(__file__).parents[2]
JOBS = min(4, os.cpu_count() or 1)
SHORT = 60
"""Seeds of each profile in the suite; the long form is a command (`teilhaus simulate`)."""


def told(outcomes: list[Outcome]) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(one.profile, one.seed, one.violations[:3]) for one in outcomes if one.violations]


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_is_lost_twice_or_different_whatever_goes_wrong(profile: str) -> None:
    outcomes = list(run_all([(profile, seed, "") for seed in range(SHORT)], JOBS))

    assert told(outcomes) == []
    assert sum(one.done for one in outcomes) > 15 * SHORT


def test_seeds_that_once_showed_something_are_clean() -> None:
    wanted = [(one.profile, one.seed, "") for one in kept() if not one.mutant]

    assert told(list(run_all(wanted, JOBS))) == []


def test_every_planted_fault_is_found_by_its_seed() -> None:
    wanted = [(one.profile, one.seed, one.mutant) for one in kept() if one.mutant]
    found = [bool(one.violations) for one in run_all(wanted, JOBS)]

    assert [one for one, is_found in zip(wanted, found, strict=True) if not is_found] == []


def test_every_planted_fault_has_a_seed_below_500() -> None:
    assert {one.mutant for one in kept() if one.mutant and one.seed < 500} == set(MUTANTS)
    assert len(MUTANTS) >= 12


@pytest.mark.parametrize(("profile", "seed"), [*((one, 3) for one in PROFILES), ("uniform", 1002)])
def test_a_seed_is_the_same_run_whatever_order_python_keeps_its_sets_in(profile: str, seed: int) -> None:
    code = f"from tests.simulation.running import run; print(run({profile!r}, {seed}).trace)"
    traces = {run(profile, seed).trace}
    for hash_seed in ("1", "4242"):
        environ = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        said = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, check=True
        )
        traces.add(said.stdout.decode().strip())

    assert len(traces) == 1

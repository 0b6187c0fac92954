"""Many seeds, on as many processors as wanted; the order of the answers is that of the seeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import starmap
from multiprocessing import get_context
from pathlib import Path

from tests.simulation.running import Outcome, run

FAILING = Path(__file__).with_name("failing_seeds.txt")


class Kept:
    """One line of the file of seeds that once showed something: what it was stands behind the #."""

    def __init__(self, line: str) -> None:
        said, _, self.why = line.partition("#")
        self.profile, seed, self.mutant = said.split()
        self.seed = int(seed)
        self.mutant = "" if self.mutant == "-" else self.mutant


def kept() -> list[Kept]:
    """Give the seeds that are kept for ever."""
    lines = FAILING.read_text("utf-8").splitlines()
    return [Kept(line) for line in lines if line.strip() and not line.startswith("#")]


def run_all(wanted: Sequence[tuple[str, int, str]], jobs: int) -> Iterator[Outcome]:
    """Run (profile, seed, mutant) after each other or beside each other."""
    if jobs <= 1:
        yield from starmap(run, wanted)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run, *zip(*wanted, strict=True), chunksize=max(1, min(20, len(wanted) // jobs)))


def trace_of(outcomes: Iterable[Outcome]) -> str:
    """Give one hash over the traces of many seeds."""
    return sha256("".join(one.trace for one in outcomes).encode()).hexdigest()

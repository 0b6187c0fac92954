"""Letting a whole house live in virtual time, to see whether anything is ever lost, twice or different."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.answer import BUG, USAGE, Answer
from kiosk.cli.frame import Session, command, option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from tests.simulation.running import Outcome

MOST_SAID = 5
"""Of what one seed found."""


@command("simulate")
@option("--profile", required=True)
@option("--seeds", default="0..9")
@option("--jobs", type=click.IntRange(1, 64), default=1)
@option("--mutant", default="")
def simulate(session: Session, *, profile: str, seeds: str, jobs: int, mutant: str) -> Answer:
    """Run seeds of a profile; with a mutant, see whether the fault it plants is found."""
    simulation = _simulation()
    if simulation is None:
        return _wrong(session.words("cli.simulate.missing"))
    wanted = [(profile, seed, mutant) for seed in _between(seeds)]
    unknown = _unknown(profile, mutant)
    if unknown or not wanted:
        return _wrong(unknown or session.words("cli.simulate.seeds", seeds=seeds))
    outcomes = []
    for one in simulation.run_all(wanted, jobs):
        outcomes.append(one)
        if one.violations and not session.json:
            click.echo("\n".join(_said(session, one)), err=True)
    return _told(session, outcomes, mutant, simulation.trace_of(outcomes))


def _simulation() -> ModuleType | None:
    """Give the module that runs seeds; it lies among the tests, which an installed program has not got."""
    from importlib import import_module

    try:
        return import_module("tests.simulation.jobs")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "tests":
            raise
        return None


def _between(seeds: str) -> range:
    found = re.fullmatch(r"([0-9]{1,9})(?:\.\.([0-9]{1,9}))?", seeds)
    if found is None:
        return range(0)
    first = int(found[1])
    return range(first, int(found[2] or first) + 1)


def _unknown(profile: str, mutant: str) -> str:
    """Say what there is instead of a name that nobody knows; empty if all is known."""
    from tests.simulation.mutants import MUTANTS
    from tests.simulation.profiles import PROFILES

    for name, known in ((profile, PROFILES), (mutant, MUTANTS)):
        if name and name not in known:
            return f"{name}: {', '.join(known)}"
    return ""


def _wrong(message: str) -> Answer:
    data = {"refusal": "usage", "message": message, "errors": [message], "next": None, "ask": None}
    return Answer(data, [message], USAGE, error=True)


def _said(session: Session, one: Outcome) -> Iterator[str]:
    yield session.words("cli.simulate.found", seed=str(one.seed), n=len(one.violations))
    yield from (f"  {violation}" for violation in one.violations[:MOST_SAID])


def _told(session: Session, outcomes: list[Outcome], mutant: str, trace: str) -> Answer:
    bad = [one for one in outcomes if one.violations]
    each = sum(one.seconds for one in outcomes) / len(outcomes)
    ok = bool(bad) if mutant else not bad
    data: dict[str, Any] = {
        "ok": ok,
        "profile": outcomes[0].profile,
        "mutant": mutant or None,
        "seeds": [outcomes[0].seed, outcomes[-1].seed],
        "seconds_per_seed": round(each, 4),
        "entries": sum(one.entries for one in outcomes),
        "acts": sum(one.done for one in outcomes),
        "trace": trace,
        "violations": [{"seed": one.seed, "found": list(one.violations)} for one in bad],
    }
    words = session.words
    key = "killed" if mutant and ok else "alive" if mutant else "clean" if ok else "violated"
    lines = [
        words("cli.simulate.ran", n=len(outcomes), seconds=f"{each:.2f}", acts=data["acts"]),
        words("cli.simulate.trace", trace=trace),
        words(f"cli.simulate.{key}", n=len(bad)),
    ]
    return Answer(data, lines, 0 if ok else BUG)

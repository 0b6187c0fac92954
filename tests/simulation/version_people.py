"""What only people at a machine of the next version do."""

from __future__ import annotations

from sharing.journal.entry import Draft
from tests.simulation.people import At, Command, UseCase
from tests.simulation.versions import NEXT, ItemCleaned, ItemConditionNext


def cleans(at: At) -> Command | None:
    """Write an entry of a kind that today's version does not know."""
    if at.machine.version != NEXT:
        return None
    said = Draft(f"item:{at.item()}", ItemCleaned(soap=at.chance.below(9)))
    return lambda act: _write(at, said, act)


def says_it_newly(at: At) -> Command | None:
    """Say a condition in the second version of its shape."""
    if at.machine.version != NEXT:
        return None
    line = at.some("SELECT id, item FROM loan_line WHERE back_at IS NOT NULL ORDER BY id")
    if line is None:
        return None
    shape = ItemConditionNext(line=line[0], said=at.chance.pick(("good", "broken")))
    said = Draft(f"item:{line[1]}", shape)
    return lambda act: _write(at, said, act)


def _write(at: At, said: Draft, act: bytes) -> None:
    with at.store.begin() as work:
        work.append(act, [said])


NEWER: tuple[tuple[UseCase, int], ...] = ((cleans, 5), (says_it_newly, 5))

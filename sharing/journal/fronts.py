"""Which verdicts count, as pure functions over the reigns of a group and the numbers that are here.

A group's home numbers its verdicts (epoch, n), n gapless from 1. The verdicts that count are those up to the
*front*: the last before which none is missing. What lies beyond it is *held* and folds nothing until the gap
is filled. *Void* is what a home wrote beyond the number up to which its reign holds, and of several verdicts
with one number all but that with the smallest id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, TypeAlias

Place: TypeAlias = tuple[int, int]
"""(epoch of the home, number there)."""


class Numbered(NamedTuple):
    """A verdict of one group, by its place and its id."""

    epoch: int
    n: int
    entry: bytes


class Uncounted(NamedTuple):
    """Verdicts (entry ids) that fold nothing."""

    void: frozenset[bytes]
    held: frozenset[bytes]


NONE = Uncounted(frozenset(), frozenset())


def last_without_gap(numbers: Collection[int]) -> int:
    """Give the last number before which none is missing; 0 if the first is."""
    here, last = set(numbers), 0
    while last + 1 in here:
        last += 1
    return last


def front(throughs: Mapping[int, int], last: Callable[[int], int]) -> Place:
    """Give the last place before which nothing is missing; (0, 0) if the first reign is not known.

    Args:
        throughs: for each reign that is known, by its epoch, up to which number the epoch before it holds.
        last: gives the last number of an epoch before which none is missing.
    """
    if 1 not in throughs:
        return 0, 0
    epoch = 1
    while epoch + 1 in throughs and last(epoch) >= throughs[epoch + 1]:
        epoch += 1
    return epoch, last(epoch)


def is_beyond(throughs: Mapping[int, int], place: Place) -> bool:
    """Say whether a verdict's reign had ended before it: whatever else is known, it is void."""
    epoch, n = place
    return epoch + 1 in throughs and n > throughs[epoch + 1]


def uncounted(throughs: Mapping[int, int], verdicts: Iterable[Numbered]) -> Uncounted:
    """Say of all verdicts of one group which fold nothing, from nothing but what is given."""
    by_place: dict[Place, list[bytes]] = {}
    numbers: dict[int, set[int]] = {}
    for epoch, n, entry in verdicts:
        by_place.setdefault((epoch, n), []).append(entry)
        numbers.setdefault(epoch, set()).add(n)
    until = front(throughs, lambda epoch: last_without_gap(numbers.get(epoch, ())))
    void: set[bytes] = set()
    held: set[bytes] = set()
    for place, entries in by_place.items():
        valid = min(entries)
        void.update(one for one in entries if one != valid)
        if is_beyond(throughs, place):
            void.add(valid)
        elif place > until:
            held.add(valid)
    return Uncounted(frozenset(void), frozenset(held))

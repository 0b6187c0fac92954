"""What a stock-take found, from what belongs there and what was seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

import msgspec

from sharing.journal.entry import Instant


class Finding(StrEnum):
    """What can be said of one label, or of one thing that has none to show."""

    SEEN = "seen"
    MISSING = "missing"
    MISPLACED = "misplaced"
    ON_LOAN_BUT_HERE = "on_loan_but_here"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"


class Sight(msgspec.Struct, frozen=True):
    """One label seen at a place."""

    code: str
    item: str
    """Item id; empty for a label that nothing here bears."""
    place: str
    at: Instant


class Home(msgspec.Struct, frozen=True):
    """What the catalogue and the desk say of an item."""

    place: str | None
    on_loan: bool


class Found(msgspec.Struct, frozen=True):
    """One line of the report."""

    finding: Finding
    item: str
    code: str
    place: str
    """Where it was seen; for a missing thing where it belongs."""
    at: Instant | None


def judge(
    sights: Sequence[Sight],
    homes: Mapping[str, Home],
    expected: Collection[str],
    places: Mapping[str, Collection[str]],
) -> tuple[Found, ...]:
    """Put what was seen beside what should be there.

    Args:
        sights: in the order they were scanned.
        homes: of every item seen or expected.
        expected: items that belong into the scope.
        places: each scanned place to itself and every place inside it; a home among them is in place.
    """
    found: list[Found] = []
    seen: set[str] = set()
    for sight in sights:
        key = sight.item or sight.code
        finding = Finding.DUPLICATE if key in seen else _finding(sight, homes, places)
        seen.add(key)
        found.append(Found(finding, sight.item, sight.code, sight.place, sight.at))
    gone = sorted(one for one in expected if one not in seen and not homes[one].on_loan)
    return (*found, *(Found(Finding.MISSING, one, "", homes[one].place or "", None) for one in gone))


def _finding(sight: Sight, homes: Mapping[str, Home], places: Mapping[str, Collection[str]]) -> Finding:
    if not sight.item or sight.item not in homes:
        return Finding.UNKNOWN
    home = homes[sight.item]
    if home.on_loan:
        return Finding.ON_LOAN_BUT_HERE
    if home.place is not None and home.place not in places.get(sight.place, ()):
        return Finding.MISPLACED
    return Finding.SEEN

"""Rooms as one dictionary: what booking should come to, written without a journal, folds or SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

MINUTE = 60_000
HOLDS = {"confirmed", "arrived", "ended"}
Key = tuple[str, int]
"""Booking and n."""


@dataclass
class Plain:
    """One date: which halls by their letters, from when to when, and how it stands."""

    rooms: tuple[str, ...]
    begins: int
    ends: int
    state: str = ""
    use: str = "booking"
    lapses: int | None = None

    def blocks(self) -> list[tuple[str, int, int]]:
        """Give the parts it takes, with the buffers of the one room that has some."""
        before, after = (15, 30) if "c" in self.rooms and self.use != "maintenance" else (0, 0)
        parts = [part for room in self.rooms for part in {"ab": ("a", "b")}.get(room, (room,))]
        return [(part, self.begins - before * MINUTE, self.ends + after * MINUTE) for part in parts]

    def meets(self, other: Plain) -> bool:
        """Tell whether the two want one part at one moment."""
        return any(
            part == theirs and begins < until and since < ends
            for part, begins, ends in self.blocks()
            for theirs, since, until in other.blocks()
        )

    def given_up(self, now: int) -> bool:
        """Tell whether nobody came in time, or nobody took what was held."""
        if self.state != "confirmed":
            return False
        late = "c" in self.rooms and self.use == "booking" and self.begins + 20 * MINUTE <= now
        return late or (self.lapses is not None and self.lapses <= now)


class PlainRooms:
    """All dates, and the holds for those that were displaced."""

    def __init__(self) -> None:
        self.dates: dict[Key, Plain] = {}
        self.held: dict[Key, list[Key]] = {}

    def _in_the_way(self, wanted: Plain, but: Collection[Key]) -> Iterator[Plain]:
        for key, other in self.dates.items():
            if key not in but and other.state in HOLDS and other.meets(wanted):
                yield other

    def free(self, wanted: Sequence[Plain], but: Collection[Key], now: int) -> bool:
        """Say whether nobody has any of it, and no two of it are in each other's way."""
        apart = all(not one.meets(other) for n, one in enumerate(wanted) for other in wanted[:n])
        return apart and all(other.given_up(now) for one in wanted for other in self._in_the_way(one, but))

    def take(self, dates: Iterable[tuple[Key, Plain]], but: Collection[Key], now: int) -> None:
        """Let dates have their place; who gave it up has nothing any more."""
        found = list(dates)
        for _, one in found:
            for other in self._in_the_way(one, but):
                if other.given_up(now):
                    other.state = "cancelled" if other.use == "hold" else "no_show"
        for key, one in found:
            before = self.dates.get(key)
            kept = before is not None and before.state == "arrived"
            self.dates[key] = replace(one, state="arrived" if kept else "confirmed")

    def holds_for(self, keys: Iterable[Key]) -> set[Key]:
        """Give the holds that are kept for some dates."""
        return {hold for key in keys for hold in self.held.get(key, ())}

    def release(self, keys: Iterable[Key]) -> None:
        """Give up what was held for dates that have found a place; what lapsed before stays as it is."""
        for hold in self.holds_for(keys):
            self.dates[hold].state = "cancelled"

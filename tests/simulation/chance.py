"""Chance that is the same in each run: SHA-256 of a name and a counter, whatever Python's hash seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """An endless row of bytes that follows from its name alone."""

    def __init__(self, *names: object) -> None:
        """Begin a row; equal names give equal rows."""
        self._key = hashlib.sha256("/".join(str(one) for one in names).encode()).digest()
        self._count = 0
        self._left = b""

    def __call__(self, n: int) -> bytes:
        """Give the next n bytes."""
        while len(self._left) < n:
            self._count += 1
            self._left += hashlib.sha256(self._key + self._count.to_bytes(8, "big")).digest()
        found, self._left = self._left[:n], self._left[n:]
        return found

    def below(self, n: int) -> int:
        """Give a whole number from 0 to n - 1."""
        return int.from_bytes(self(6), "big") % n

    def between(self, low: int, high: int) -> int:
        """Give a whole number, both ends included."""
        return low + self.below(high - low + 1)

    def happens(self, per_mille: int) -> bool:
        """Say yes so many times in a thousand."""
        return self.below(1000) < per_mille

    def pick(self, some: Sequence[T]) -> T:
        """Give one of them."""
        return some[self.below(len(some))]

    def weighed(self, some: Sequence[tuple[T, int]]) -> T:
        """Give one of them, each as often as its weight says."""
        place = self.below(sum(weight for _, weight in some))
        for one, weight in some:
            place -= weight
            if place < 0:
                return one
        raise AssertionError("weights do not add up")

"""Faults planted into the real code: a harness that does not find them proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec


class Mutant(msgspec.Struct, frozen=True):
    """One fault, and what it is."""

    name: str
    says: str
    applied: Callable[[], AbstractContextManager[None]]


MUTANTS: dict[str, Mutant] = {}

"""The names that machines of one house talk under; one place, for broker, transport and rules of access."""

from __future__ import annotations

import hashlib
from typing import Final

CENTRAL: Final = "central"
"""The name of the machine that all others report to; no other machine may have it."""
JOINING: Final = "join."
"""Begins the name under which a machine that is being enrolled talks; no machine's own name has a dot."""
JOINING_HOUSE: Final = "join"
"""Stands in the place of the house while a machine is enrolled: it does not know yet which it will be."""
_LENGTH: Final = 16


def topic_house(name: str) -> str:
    """Give what a house is called in topics: its own name may hold what topics must not (/, +, #, spaces).

    Args:
        name: the house as its journal calls it.
    """
    return hashlib.sha256(f"teilhaus:{name}".encode()).hexdigest()[:_LENGTH]


def joining(node: str) -> str:
    """Give the name that a machine talks under until it has credentials of its own."""
    return f"{JOINING}{node}"


def is_joining(name: str) -> bool:
    """Tell whether somebody talks who is not enrolled yet."""
    return name.startswith(JOINING)

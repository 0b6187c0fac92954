"""Ids: the one place that makes them, from a clock and randomness that are handed in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

Randomness = Callable[[int], bytes]
"""Gives n random bytes."""

system_randomness: Randomness = os.urandom


def uuid7(ms: int, randomness: Randomness) -> bytes:
    """Make a UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then randomness."""
    raw = bytearray((ms & (2**48 - 1)).to_bytes(6, "big") + randomness(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return bytes(raw)


def uuid5(name: str, of: bytes) -> bytes:
    """Make a UUIDv5 (RFC 9562, 5.5) of `name` in the namespace of another id: the same for ever."""
    raw = bytearray(hashlib.sha1(of + name.encode(), usedforsecurity=False).digest()[:16])
    raw[6] = (raw[6] & 0x0F) | 0x50
    raw[8] = (raw[8] & 0x3F) | 0x80
    return bytes(raw)


def nth_act(act: bytes, n: int) -> bytes:
    """Give the id of the n-th act of a bulk command; the first keeps the command's own."""
    return act if n == 0 else uuid5(str(n), act)

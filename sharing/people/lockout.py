"""How many wrong PINs are too many, counted by a clock that nobody can set.

Wall clocks jump; the time since the machine's start does not. After a restart of the machine a lock begins
anew, so pulling the plug never shortens it.
"""

from __future__ import annotations

from typing import Final

import msgspec

TRIES: Final = 5
FIRST_MS: Final = 5 * 60 * 1000
"""How long the first lock lasts; each further one twice as long."""
MOST_DOUBLINGS: Final = 8
"""The longest lock is 5 minutes × 2⁸, a little over 21 hours."""


class Tries(msgspec.Struct, frozen=True):
    """Wrong PINs of one person since the last right one."""

    wrong: int = 0
    """Since the last lock."""
    locks: int = 0
    boot: str = ""
    until: int = 0
    """End of the lock in milliseconds since that boot; 0: not locked."""


def lock_ms(locks: int) -> int:
    """Give how long the n-th lock lasts, in milliseconds."""
    return FIRST_MS << min(max(locks, 1) - 1, MOST_DOUBLINGS)


def standing(tries: Tries, boot: str, uptime: int) -> Tries:
    """Carry the tries over to now: a lock from before a restart begins anew, one that is over is gone."""
    if not tries.until:
        return tries
    left = tries.until - uptime
    if tries.boot != boot or left > lock_ms(tries.locks):
        return Tries(tries.wrong, tries.locks, boot, uptime + lock_ms(tries.locks))
    return tries if left > 0 else Tries(tries.wrong, tries.locks)


def counted(tries: Tries, boot: str, uptime: int) -> Tries:
    """Count one more wrong PIN; the fifth locks."""
    if tries.wrong + 1 < TRIES:
        return Tries(tries.wrong + 1, tries.locks)
    return Tries(0, tries.locks + 1, boot, uptime + lock_ms(tries.locks + 1))

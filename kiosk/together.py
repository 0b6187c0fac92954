"""How this machine stands with the rest of the house, in words for staff: visitors never read of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharing.cases.syncing import SyncStanding, sync_standing
from sync import said as connection

if TYPE_CHECKING:
    from kiosk.i18n import Words
    from sharing.house import House

MINUTE_MS = 60_000
SILENT = "no_central"
"""Why there is no connection, where nobody here can know more than that."""


@dataclass(frozen=True, slots=True)
class Together:
    """What the journal knows, and what the process that talks to the central says of itself."""

    standing: SyncStanding
    connected: bool = False
    why: str = ""
    """What is waited for, by its word; empty if nothing is known."""
    copied: bool = True
    """False while the second disk does not take its copy."""


def read(house: House) -> Together:
    """Read both; neither waits for anything."""
    standing, now = sync_standing(house.store), connection.read(house.data)
    if now is None:
        return Together(standing)
    return Together(standing, now.state == connection.TOGETHER, now.what, now.copied)


def lines(words: Words, one: Together) -> tuple[str, ...]:
    """Say it in full, the most important first; a house without a central has nothing to fear."""
    standing = one.standing
    said = [_first(words, one)]
    if standing.role == "node" and standing.only_here:
        said.append(words.count("sync_badge.only_here", standing.only_here))
    if standing.has_house and standing.to_come:
        said.append(words.count("sync_badge.to_come", standing.to_come))
    if standing.role == "alone" and one.why:
        said.append(f"{words(f'sync.waits.{one.why}')} {words(f'sync.get.{one.why}')}")
    trouble = [key for key, there in _troubles(one) if there]
    return (*(words(f"sync_badge.{key}", n=_minutes(standing)) for key in trouble), *said)


def short(words: Words, one: Together) -> str:
    """Say the one thing that staff should know on every page; empty if all is well."""
    standing = one.standing
    for key, there in _troubles(one):
        if there:
            return words(f"sync_short.{key}")
    if standing.role != "node" or one.connected:
        return ""
    if standing.only_here:
        return words("sync_short.only_here", n=standing.only_here)
    return words("sync_short.apart")


def _troubles(one: Together) -> tuple[tuple[str, bool], ...]:
    """What somebody has to see to, the worst first."""
    standing = one.standing
    return (
        ("revoked", standing.revoked),
        ("cannot_take", one.why == connection.CANNOT_TAKE),
        ("stopped", standing.stopped),
        ("restoring", standing.restoring),
        ("clock_unsure", not standing.clock_sure),
        ("clock_off", standing.is_clock_off),
        ("second_copy", not one.copied),
    )


def _minutes(standing: SyncStanding) -> int:
    return round(abs(standing.offset_ms) / MINUTE_MS)


def _first(words: Words, one: Together) -> str:
    """Say who keeps the house, and when the others were heard."""
    standing = one.standing
    if standing.role != "node":
        return words(f"sync_badge.{'central' if standing.role == 'central' else 'alone'}")
    if not standing.has_house:
        return words("sync_badge.joining")
    if standing.heard_at is None:
        return words("sync_badge.never")
    when = words.soon(standing.heard_at, standing.now)
    if standing.revoked:
        return words("sync_badge.heard", when=when)  # why there is no connection was said before
    if one.connected:
        return words("sync_badge.heard", when=when)
    told = one.why and one.why != SILENT and words.has(f"sync.waits.{one.why}")
    why = words(f"sync.waits.{one.why}") if told else ""
    return " ".join(part for part in (words("sync_badge.apart", when=when), why) if part)

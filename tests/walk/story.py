"""The walk itself: what people do at the kiosk in one morning, part by part.

Every cell of the scan table that a house can reach today is named where it is walked (`scan(code, Seen…)`).
"""

from __future__ import annotations

from collections.abc import Callable

from sharing.lending.scan_table import Seen
from tests.walk import staff, visitors
from tests.walk.walk import Walk


def english(walk: Walk) -> None:
    """The same in English"""
    walk.press("0")
    walk.see("Key 0, on every screen.", "Found! Thank you! | Garden chess")
    walk.scan(walk.thing("Funkmikrofon 1"), Seen.FREE, visit=True)
    walk.wait("For whom | Wireless microphone 1 is lent until")
    walk.press("2")
    walk.see("Lent, in English.", "Lent to you | until | Just taken")
    walk.scan(walk.thing("Lastenrad"), Seen.FREE, visit=True)
    walk.see("Set aside, in English.", "Not lent yet | a deposit | At the desk, not lent yet")


def power_cut(walk: Walk) -> None:
    """The plug is pulled"""
    walk.later(60_000)
    walk.terminal.kill()
    walk.run(idle=10, countdown=5)
    walk.see(
        "`kill -9` in the middle of the visit. Started again, home says what was noted last, not by whom.",
        "Bitte scannen | Zuletzt notiert | Lastenrad",
        gone="A. M.",
    )
    walk.scan(walk.card("Amira Mithal"), Seen.CARD)
    walk.see("Everything that was shown is there.", "Guten Tag, A. M. | Funkmikrofon 1 | Lastenrad")


def idle(walk: Walk) -> None:
    """Gone without a word"""
    walk.see("Nobody touches anything (45 s, here 10): a countdown.", "Eine Taste drücken, um zu bleiben.")
    walk.press("Space")
    walk.wait("Guten Tag, A. M.", gone="um zu bleiben")
    walk.see(
        "Any key would have stopped it, as this one did. Then nobody comes, and the kiosk forgets.",
        "Bitte scannen",
        gone="A. M.",
    )


PARTS: tuple[Callable[[Walk], None], ...] = (
    visitors.home,
    visitors.three_things,
    visitors.earlier,
    visitors.give_back,
    visitors.longer,
    visitors.set_aside,
    visitors.another_card,
    visitors.refused,
    visitors.without_visit,
    staff.staff_desk,
    staff.audit,
    staff.settle,
    english,
    power_cut,
    idle,
)
"""In this order; each begins where the one before ended."""


def walk_through(walk: Walk) -> None:
    """Make the house, start the kiosk, and walk all of it."""
    walk.begin()
    walk.run()
    for part in PARTS:
        walk.part = (part.__doc__ or "").strip()
        part(walk)

"""What two machines promised to two people, taken back from one of them by the home."""

from __future__ import annotations

from sharing.journal.entry import Draft
from sharing.journal.folding import Rows
from sharing.journal.store import Work
from sharing.rooms.asking import booking_in
from sharing.rooms.busy import Window, slots_in
from sharing.rooms.drafting import verdict
from sharing.rooms.entries import BookingAsked
from sharing.rooms.rules import Why
from sharing.rooms.tables import SlotRow


def taken_back(work: Work, subject: str, wanted: Rows) -> list[Draft]:
    """Give the verdict by which a booking that cannot stand gives up what others have; none if nothing is.

    Two machines of one name (a copied disk) may decide beside each other in one reign. Of two verdicts with
    one number one is void, so what counts is some of each, and the same time may be promised twice.

    Args:
        work: an open transaction of the home.
        subject: of the booking; it is broken.
        wanted: the rows that it would have.

    Raises:
        NotHome: another node decides.
    """
    slots = [row for (table, _), row in wanted.now.items() if table is SlotRow and row is not None]
    windows = [Window(row["part"], row["begins"], row["ends"]) for row in slots]
    lost = sorted({slots[hit.window]["n"] for hit in slots_in(work, windows)})
    if not lost:
        return []
    asked = next((one.hex for one in work.entries_of(subject) if one.kind == BookingAsked.KIND), "")
    off = [(n, str(Why.TAKEN)) for n in lost]
    return [verdict(work, booking_in(subject), off=off, tell=lost, decides=asked, late=True)]

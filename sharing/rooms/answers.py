"""Answers that somebody does not know yet: shown after their card, until they have seen them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from sharing.errors import DoesNotExist
from sharing.journal.entry import Draft, Instant
from sharing.journal.reading import Reader
from sharing.journal.store import Store
from sharing.people.rules import Discreet
from sharing.rooms.answering import Answered
from sharing.rooms.entries import BookingTold, ChangedBy
from sharing.rooms.looking import holds_for
from sharing.rooms.reading import bookings_by_id, occurrences
from sharing.rooms.rules import Alternative, Booking, Occurrence
from sharing.texts import shown

_MINE: Final = (
    "SELECT a.id, a.what, a.why, a.answered_at, coalesce(o.reason, '')"
    " FROM booking b JOIN booking_answer a ON a.booking = b.id JOIN occurrence o ON o.id = a.id"
    " WHERE b.person IS NOT NULL AND b.person = ? AND o.ends > ? ORDER BY o.begins, a.id"
)
MOST_AT_ONCE: Final = 100
"""Dates that one command says were seen."""


class BookingAnswer(Discreet, frozen=True, kw_only=True):
    """What became of one date that somebody asked for, or had."""

    TOLD: ClassVar = ("occurrence", "what", "since")
    booking: Booking
    """With this date only."""
    occurrence: Occurrence
    what: Answered
    why: str
    """Why not, a `Why`; empty after a yes."""
    since: Instant
    reason: str = ""
    """What staff said about it."""
    held: tuple[Alternative, ...] = ()
    """Kept for them, until `until`."""
    until: Instant | None = None


def booking_answers(store: Store, person: str) -> tuple[BookingAnswer, ...]:
    """Give what a person has not seen yet of dates that are not over, by date."""
    with store.reader() as read:
        return tuple(_answer(read, row) for row in read.rows(_MINE, (person, read.now)))


def _answer(read: Reader, row: tuple[str, str, str, Instant, str]) -> BookingAnswer:
    key, what, why, since, reason = row
    (date,) = occurrences(read, "id = ?", (key,))
    (booking,) = bookings_by_id(read, (date,))
    held, until = holds_for(read, key)
    return BookingAnswer(
        booking=booking, occurrence=date, what=Answered(what), why=why, since=since, reason=reason,
        held=held, until=until,
    )  # fmt: skip


def saw_bookings(store: Store, person: str, dates: Sequence[tuple[str, int]], act: bytes) -> None:
    """Note that somebody has seen what became of some of their dates; nobody has to call them any more.

    Args:
        store: the house.
        person: who has seen it.
        dates: booking and number of each, at most `MOST_AT_ONCE`.
        act: id of this command.

    Raises:
        DoesNotExist: one of them is none of theirs.
    """
    with store.begin() as work:
        if work.applied(act) or not dates:
            return
        for booking, _ in dates:
            if not work.rows("SELECT 1 FROM booking WHERE id = ? AND person = ?", (booking, person)):
                raise DoesNotExist(what="booking", value=shown(booking, limit=40))
        by = ChangedBy(actor=person)
        told = [Draft(f"booking:{booking}", BookingTold(n=n), by) for booking, n in dates[:MOST_AT_ONCE]]
        work.append(act, told)

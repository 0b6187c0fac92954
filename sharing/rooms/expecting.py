"""Which rows the folds of bookings ask for, as far as an entry tells: many are read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Expect, Table
from sharing.journal.ids import uuid5
from sharing.journal.tables import Matter
from sharing.rooms.entries import BookingDecided
from sharing.rooms.tables import (
    ApprovalRow,
    BookingAnswerRow,
    BookingRow,
    OccurrenceRow,
    SlotRow,
    WishRow,
)


def _decided(entry: Entry, data: BookingDecided) -> Iterator[tuple[Table, str]]:
    booking = entry.subject.removeprefix("booking:")
    yield BookingRow, booking
    if data.decides:
        yield ApprovalRow, data.decides
    for n, place, _, _ in data.set:
        for part in data.places[place].parts:
            yield SlotRow, f"{booking}/{n}/{part}"
            yield WishRow, f"{booking}/{n}/{part}"
    for n in (*(one[0] for one in data.set), *(one[0] for one in (*data.off, *data.refused))):
        yield OccurrenceRow, f"{booking}/{n}"
        yield BookingAnswerRow, f"{booking}/{n}"
    if data.late:
        yield Matter, uuid5("booking_declined", entry.id).hex()


EXPECTS: Mapping[type[Shape], Expect] = {BookingDecided: _decided}

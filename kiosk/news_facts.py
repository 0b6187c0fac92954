"""What a visitor does not know yet: answers to what they asked for before, and what is free instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.room_facts import every_room
from sharing.errors import Refusal
from sharing.lending.answers import RenewalAnswer, renewal_answers, saw_renewal
from sharing.rooms import actions as rooms
from sharing.rooms.answering import Answered
from sharing.rooms.rules import Alternative, Ask, Why
from sharing.terms.actions import read_terms
from sharing.terms.rules import local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharing.journal.store import Store
    from sharing.rooms.actions import BookingAnswer
    from sharing.rooms.rules import Room

MOST_FREE = 3
"""Times and rooms that are offered instead, one target each."""
LOST = frozenset({Answered.DECLINED, Answered.TAKEN_AWAY})


@dataclass(frozen=True, slots=True)
class RoomNews:
    """What became of some dates of one booking, all in the same way."""

    answers: tuple[BookingAnswer, ...]
    free: tuple[Alternative, ...] = ()

    @property
    def first(self) -> BookingAnswer:
        """The earliest of them."""
        return self.answers[0]


@dataclass(frozen=True, slots=True)
class News:
    """All that one person does not know yet."""

    rooms: Mapping[str, Room]
    told: tuple[RoomNews | RenewalAnswer, ...] = ()


def unseen(store: Store, person: str) -> News | None:
    """Read what somebody has not seen; None for nearly everybody."""
    answers = rooms.booking_answers(store, person)
    renewals = renewal_answers(store, person)
    if not answers and not renewals:
        return None
    groups: dict[tuple[str, str, str], list[BookingAnswer]] = {}
    for one in answers:
        groups.setdefault((one.booking.id, one.what, one.why), []).append(one)
    found = [RoomNews(tuple(those), _free(store, those)) for those in groups.values()]
    return News(every_room(store) if found else {}, (*found, *renewals))


def _free(store: Store, answers: Sequence[BookingAnswer]) -> tuple[Alternative, ...]:
    """Give what is kept for them, or what is free around the date that cannot be."""
    first = answers[0]
    if first.what not in LOST:
        return ()
    if first.held:
        return first.held[:MOST_FREE]
    if first.why == Why.BY_STAFF:
        return ()  # what they said no to would be free
    date, zone = first.occurrence, read_terms(store).zone
    begins, ends = (local(at, zone).replace(tzinfo=None) for at in (date.span.begins, date.span.ends))
    ask = Ask(rooms=date.rooms, begins=begins, ends=ends, org=first.booking.org, heads=first.booking.heads)
    try:
        (offered,) = rooms.preview(store, ask)
    except Refusal:
        return ()
    if offered.why is None:
        return (Alternative(date.rooms, date.span),)
    return offered.alternatives[:MOST_FREE]


def saw(store: Store, person: str, told: RoomNews | RenewalAnswer, act: bytes) -> None:
    """Note that it was seen."""
    if isinstance(told, RenewalAnswer):
        saw_renewal(store, told.asked, act)
    else:
        dates = [(one.booking.id, one.occurrence.n) for one in told.answers]
        rooms.saw_bookings(store, person, dates, act)

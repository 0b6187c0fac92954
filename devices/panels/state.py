"""How a room stands, as everything at a door shows it: one pure function of what is known, and of the moment.

Nothing here reads a clock. The state of a moment is the same whether it was computed then for the first time
or after any number of changes, and it does not change by itself between two boundaries. Instants are UTC
milliseconds; days are those of the house's wall clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Final

import msgspec

from devices.panels.values import (
    AHEAD_DAYS,
    CLOSES_SOON_MS,
    ENDS_SOON_MS,
    HEARTBEAT_MS,
    LONGEST_NAME,
    MOST_NEXT,
    VALID_MS,
    Agenda,
    AgendaDay,
    Fresh,
    Known,
    RoomState,
    Slot,
    Status,
    content,
    decoded,
    encoded,
    is_stale,
)
from sharing.calendar_time import MINUTES_A_DAY, at_minute, local
from sharing.journal.entry import Instant
from sharing.rooms.deciding import open_between
from sharing.rooms.rules import Span, State
from sharing.rooms.seen import Seen
from sharing.rooms.spans import common
from sharing.terms.rules import Terms
from sharing.texts import shown

__all__ = [
    "HEARTBEAT_MS", "VALID_MS", "Agenda", "AgendaDay", "Fresh", "Known", "RoomState", "Slot", "Status",
    "agenda", "content", "decoded", "encoded", "is_stale", "looked_at", "next_boundary", "rolled",
    "room_state",
]  # fmt: skip


def looked_at(now: Instant, zone: str) -> Span:
    """Give the time in which dates count: yesterday, for what reaches over midnight, and `AHEAD_DAYS`."""
    first, last = _looked_days(now, zone)
    return Span(at_minute(first, 0, zone), at_minute(last, MINUTES_A_DAY, zone))


def room_state(
    known: Known,
    terms: Terms,
    now: Instant,
    *,
    seq: int = 0,
    fresh: Fresh | None = None,
    certain: bool = True,
) -> RoomState:
    """Say how a room stands.

    Args:
        known: what is known of it; the same dates for the same day, however they came.
        terms: the house rules.
        now: the moment.
        seq: of this state.
        fresh: how old what is known may be.
        certain: False if the time or the journal cannot be trusted; then the status is unknown.
    """
    within = looked_at(now, terms.zone)
    today = _day_of(now, terms.zone)
    slots = _slots(known.dates, within, now)
    opens = _opens(known, terms, now)
    languages = terms.languages
    names = {tag: shown(one.text, limit=LONGEST_NAME) for tag, one in known.room.names.said.items()}
    blank = RoomState(
        room=known.room.id, key=known.key, name=shown(known.room.name(languages[0]), limit=LONGEST_NAME),
        names=names, status=Status.UNKNOWN, since=None, until=None, free_until=None, now=None, next=(),
        day=tuple(one for one in slots if _touches(one, today)), today=(today.begins, today.ends),
        opens=tuple((one.begins, one.ends) for one in opens), zone=terms.zone, closing_soon=False,
        book=known.book, seq=seq, sync=fresh or Fresh(), generated_at=now, valid_until=now + VALID_MS,
        changes_at=today.ends, languages=languages,
    )  # fmt: skip
    return _standing(blank, slots, now) if certain else blank


def agenda(known: Known, terms: Terms, now: Instant) -> Agenda:
    """Give today and tomorrow of a room."""
    slots = _slots(known.dates, looked_at(now, terms.zone), now)
    today = local(now, terms.zone).date()
    days = (today, today + timedelta(days=1))
    return Agenda(
        room=known.room.id,
        days=tuple(
            AgendaDay(
                day=day,
                slots=tuple(one for one in slots if _touches(one, _whole(day, terms.zone))),
            )
            for day in days
        ),
    )


def rolled(state: RoomState, now: Instant) -> RoomState:
    """Give the state that follows from an older one without any news: bookings begin, end and lapse.

    So a door without a network goes on truly as long as nobody changes anything. What it was never told (the
    booking after the next two, on another day) it cannot show. `generated_at` and `valid_until` stay.
    """
    if state.status is Status.UNKNOWN or now < state.changes_at:
        return state
    today = _day_of(now, state.zone)
    told = {*state.day, *state.next, *([state.now] if state.now else [])}
    slots = sorted((one for one in told if one.lapses is None or one.lapses > now), key=_place)
    moved = msgspec.structs.replace(
        state,
        day=tuple(one for one in slots if _touches(one, today)),
        today=(today.begins, today.ends),
    )
    return _standing(moved, slots, now)


def next_boundary(state: RoomState, now: Instant) -> Instant:
    """Give when the state changes by itself next: a start, an end, a buffer, an opening, or midnight."""
    return state.changes_at if state.changes_at > now else rolled(state, now).changes_at


def _day_of(now: Instant, zone: str) -> Span:
    return _whole(local(now, zone).date(), zone)


def _whole(day: date, zone: str) -> Span:
    return Span(at_minute(day, 0, zone), at_minute(day, MINUTES_A_DAY, zone))


def _looked_days(now: Instant, zone: str) -> tuple[date, date]:
    today = local(now, zone).date()
    return today - timedelta(days=1), today + timedelta(days=AHEAD_DAYS - 1)


def _place(slot: Slot) -> tuple[object, ...]:
    """Give a slot's place among others: a total order, so that equal sets give equal states."""
    return (slot.begins, slot.ends, slot.asked, slot.use, slot.org, slot.before, slot.after, slot.lapses or 0)


def _touches(slot: Slot, span: Span) -> bool:
    return slot.begins < span.ends and span.begins < slot.ends


def _slots(dates: Iterable[Seen], within: Span, now: Instant) -> list[Slot]:
    """Give what still stands of the dates within the days that count, by beginning; of equal ones one."""
    found = {_slot(one) for one in dates if _stands(one, now)}
    return sorted((one for one in found if one.begins < one.ends and _touches(one, within)), key=_place)


def _stands(one: Seen, now: Instant) -> bool:
    """Tell whether it was not given up: what nobody came for lapses by itself."""
    gone = one.date.gone_at
    return one.date.state in _SHOWN and (gone is None or gone > now)


_SHOWN: Final = frozenset({State.PROVISIONAL, State.CONFIRMED, State.ARRIVED, State.ENDED})


def _slot(one: Seen) -> Slot:
    """Make a slot of a date; those who left early are no longer there."""
    date, span = one.date, one.span
    left = date.left_at if date.state is State.ENDED else None
    return Slot(
        begins=span.begins, ends=span.ends if left is None else min(span.ends, left), org=one.who,
        asked=one.asked, use=str(one.use), before=max(0, span.begins - date.blocked.begins),
        after=max(0, date.blocked.ends - span.ends), arrived_at=date.arrived_at, lapses=date.gone_at,
    )  # fmt: skip


def _opens(known: Known, terms: Terms, now: Instant) -> tuple[Span, ...]:
    """Give when the room and all it consists of are open, from yesterday on."""
    if not known.room.bookable:
        return ()
    first, last = _looked_days(now, terms.zone)
    every = (open_between(one, terms, first, last) for one in (known.room, *known.consists_of))
    return reduce(common, every)


def _there_from(slot: Slot) -> Instant:
    """Give when it is taken truly: who comes early has it from then on."""
    return slot.begins if slot.arrived_at is None else min(slot.begins, slot.arrived_at)


def _status_at(at: Instant, slots: Sequence[Slot], opens: Sequence[tuple[Instant, Instant]]) -> Status:
    if any(_there_from(one) <= at < one.ends for one in slots):
        return Status.BUSY
    if any(one.begins - one.before <= at < one.ends + one.after for one in slots):
        return Status.BUFFER
    return Status.FREE if any(begins <= at < ends for begins, ends in opens) else Status.CLOSED


def _cuts(slots: Iterable[Slot], opens: Iterable[tuple[Instant, Instant]]) -> list[Instant]:
    """Give every moment at which the status may change."""
    found = {edge for pair in opens for edge in pair}
    for one in slots:
        found |= {_there_from(one), one.begins, one.ends, one.begins - one.before, one.ends + one.after}
    return sorted(found)


def _phase(state: RoomState, slots: Sequence[Slot], now: Instant) -> tuple[Status, Span]:
    """Give the status, and the stretch around now in which it is the same, as far as anybody looks.

    Who only asked for a room takes nothing from others, but it is free for them until that time at first.
    """
    edges, opens = _cuts(slots, state.opens), state.opens
    wishes = {one.begins - one.before for one in slots if one.asked}
    taken = [one for one in slots if not one.asked]
    status, looked = _status_at(now, taken, opens), looked_at(state.generated_at, state.zone)
    past, coming = (one for one in reversed(edges) if one <= now), (one for one in edges if one > now)
    begins = next((one for one in past if _status_at(one - 1, taken, opens) is not status), looked.begins)
    stops = wishes if status is Status.FREE else frozenset[Instant]()
    ends = next(
        (one for one in coming if one in stops or _status_at(one, taken, opens) is not status), looked.ends
    )
    return status, Span(begins, ends)


def _standing(state: RoomState, slots: Sequence[Slot], now: Instant) -> RoomState:
    """Say what is true at a moment; everything else of the state stays."""
    looked = looked_at(state.generated_at, state.zone)
    status, phase = _phase(state, slots, now)
    since = phase.begins if phase.begins != looked.begins else None
    until = phase.ends if phase.ends < looked.ends else None
    on = [one for one in slots if _there_from(one) <= now < one.ends]
    current = min(on, key=lambda one: (one.asked, one.begins), default=None)
    closes = next((ends for begins, ends in state.opens if begins <= now < ends < looked.ends), None)
    return msgspec.structs.replace(
        state, status=status, since=since, until=until, now=current,
        free_until=until if status is Status.FREE else None,
        next=tuple([one for one in slots if _there_from(one) > now][:MOST_NEXT]),
        closing_soon=(current is not None and not current.asked and current.ends - now <= ENDS_SOON_MS)
        or (closes is not None and closes - now <= CLOSES_SOON_MS),
        changes_at=_changes_at(state, slots, now),
    )  # fmt: skip


def _changes_at(state: RoomState, slots: Sequence[Slot], now: Instant) -> Instant:
    """Give the next moment at which anything of the state changes without news."""
    edges = _cuts(slots, state.opens)
    edges += [one.ends - ENDS_SOON_MS for one in slots]
    edges += [ends - CLOSES_SOON_MS for _, ends in state.opens]
    edges += [one.lapses for one in slots if one.lapses is not None]
    return min([state.today[1], *(one for one in edges if one > now)])

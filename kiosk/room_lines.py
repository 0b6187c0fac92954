"""How dates of rooms stand on the screens: one line, the same everywhere, with a mark for each state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import room_words
from kiosk.room_facts import is_on
from kiosk.widgets import timeline
from kiosk.widgets.rows import RowLine
from sharing.rooms.rules import State, Use, Why
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kiosk.i18n import Words
    from kiosk.room_facts import RoomDay
    from kiosk.widgets.timeline import Axis
    from sharing.rooms.rules import Booking, Occurrence, Offered, Room, Span
    from sharing.rooms.seen import Seen

MARKS = {
    State.PROVISIONAL: "?",
    State.CONFIRMED: "●",
    State.ARRIVED: "▶",
    State.ENDED: "✔",
    State.DECLINED: "✖",
    State.CANCELLED: "✖",
    State.NO_SHOW: "✖",
}
"""A shape for each state, beside its word."""
NAME_LIMIT = 34
SAID = frozenset({Why.BY_ASKER, Why.BY_STAFF})
"""Reasons that the state has said already."""


def times(words: Words, span: Span) -> str:
    """Say from when to when; an end on another day is named with its day, midnight as 24:00."""
    begins, ends = words.local(span.begins), words.local(span.ends)
    if begins.date() == words.local(span.ends - 1).date():
        until = words("rooms.midnight") if ends.date() != begins.date() else words.time(span.ends)
    else:
        until = words.short_moment(span.ends)
    return words("rooms.times", begins=words.time(span.begins), ends=until)


def when(words: Words, span: Span) -> str:
    """Say the day and the times in one short line."""
    day = words.short_day(words.local(span.begins).date())
    return words("rooms.when", day=day, times=times(words, span))


def long_when(words: Words, span: Span) -> str:
    """Say the day and the times in full."""
    return words("rooms.when", day=words.day(words.local(span.begins).date()), times=times(words, span))


def name(words: Words, room: Room, *, limit: int = NAME_LIMIT) -> str:
    """A room's name."""
    return shown(room.name(words.language), limit=limit)


def names(words: Words, rooms: Mapping[str, Room], ids: Iterable[str]) -> str:
    """The names of some rooms."""
    return room_words.listed(words, [name(words, rooms[one]) for one in ids if one in rooms])


def about(words: Words, room: Room) -> str:
    """How many people, and what is there."""
    people = words("rooms.capacity", n=room.capacity) if room.capacity else ""
    return " · ".join(part for part in (people, room_words.features(words, room.features)) if part)


def seen(words: Words, one: Seen) -> str:
    """Say who has it as far as anybody may know: an organisation that wants to be named, else "taken"."""
    if one.asked:
        return words("rooms.asked")
    if one.who and one.use is Use.BOOKING:
        return shown(one.who, limit=NAME_LIMIT)
    return room_words.use(words, one.use)


def seen_row(words: Words, one: Seen) -> RowLine:
    """One date on a public list."""
    return RowLine(when(words, one.span), seen(words, one), "?" if one.asked else MARKS[one.date.state])


def stretches(line: RoomDay) -> list[timeline.Stretch]:
    """What the line of a room's day shows."""
    free = [timeline.Stretch(one.begins, one.ends, timeline.FREE) for one in line.opens]
    return [*free, *(timeline.Stretch(one.span.begins, one.span.ends, _mark(one)) for one in line.taken)]


def _mark(one: Seen) -> str:
    if one.asked:
        return timeline.ASKED
    return timeline.TAKEN if one.use is Use.BOOKING else timeline.BLOCKED


def drawn(line: RoomDay, on: Axis, now: int) -> str:
    """The line of a room's day."""
    return timeline.line(on, stretches(line), now)


def hours(words: Words, on: Axis) -> str:
    """The hours above such lines."""
    return timeline.scale(on, lambda instant: f"{words.local(instant).hour}")


def standing(words: Words, line: RoomDay, now: int, *, today: bool) -> str:
    """Say in a few words how a room stands: now if the day is today, else how full the day is."""
    if not line.opens:
        return words("rooms.closed")
    if not today:
        return words.count("rooms.dates", len(line.taken)) if line.taken else words("rooms.free_day")
    taken = [one for one in line.taken if one.date.state is not State.ENDED]
    here = [one for one in taken if is_on(one.date, now)]
    if here:
        return words("rooms.taken_until", when=words.time(max(one.span.ends for one in here)))
    opens = [one for one in line.opens if one.begins <= now < one.ends]
    if not opens:
        later = [one.begins for one in line.opens if one.begins > now]
        return words("rooms.opens", when=words.time(later[0])) if later else words("rooms.closed_now")
    coming = [one.span.begins for one in taken if one.span.begins > now]
    return words("rooms.free_until", when=words.time(min([*coming, opens[0].ends])))


def state(words: Words, one: Occurrence) -> str:
    """Say where a date stands, and why if it is no more."""
    if one.asked is not None:
        return words("rooms.change_asked", when=when(words, one.asked))
    if one.asked_off:
        return words("rooms.off_asked")
    if one.state is State.PROVISIONAL and not one.certain:
        return words("rooms.second")
    why = room_words.why(words, one.why) if one.why and one.why not in SAID else ""
    return " · ".join(part for part in (room_words.state(words, one.state), why) if part)


def date_row(words: Words, one: Occurrence) -> RowLine:
    """One date of a booking."""
    return RowLine(when(words, one.span), state(words, one), MARKS[one.state])


def series_of(words: Words, booking: Booking) -> str:
    """Say how often a booking comes, or nothing if it comes once."""
    if booking.rule is None or not booking.occurrences:
        return ""
    return room_words.series(words, booking.rule, words.local(booking.occurrences[0].span.begins))


def offered_row(words: Words, one: Offered, rooms: Mapping[str, Room], does: str = "") -> RowLine:
    """One date of what is asked for: free, or what stands against it and what becomes of it."""
    left = when(words, one.span) if one.span else words.short_day(one.local.date())
    if one.why is not None:
        return RowLine(left, does or room_words.why(words, one.why), "→" if does else "✖")
    del rooms
    return RowLine(
        left, words("offer.free" if one.certain else "offer.uncertain"), "●" if one.certain else "?"
    )


def rows_of_days(words: Words, days: Sequence[Seen], heading: str) -> list[RowLine]:
    """A list of public dates under a heading, or nothing."""
    return [RowLine(words(heading)), *(seen_row(words, one) for one in days)] if days else []

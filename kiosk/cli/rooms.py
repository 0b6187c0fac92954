"""Rooms by command: what there is, what is free, what is on, and what staff say a room is like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import booking_times, closing, finding, furnishing, room_values
from kiosk.cli.answer import Answer, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiosk.cli.room_values import Rooms
    from kiosk.i18n import Words
    from sharing.rooms.rules import Found, Occurrence, Span

room = group("room")
rooms = group("rooms")
for one in (furnishing.change, furnishing.add, closing.close, closing.maintain):
    room.add_command(one)


@command("list", room)
def list_(session: Session) -> Answer:
    """List all rooms, floor by floor."""
    from kiosk import room_words

    words, known = session.dated, room_values.every_room(session)
    rows = [
        (
            one.name(words.language),
            known.keys.get(one.id),
            one.code,
            str(one.capacity or ""),
            room_words.features(words, one.features),
        )
        for one in known.by_id.values()
    ]
    return Answer(
        {"rooms": [room_values.room(words, known, one) for one in known.by_id.values()]},
        table(session, ("name", "key", "code", "capacity", "features"), rows),
    )


@command("show", room)
@argument("room", metavar="ROOM")
def show(session: Session, room: str) -> Answer:
    """Show a room."""
    return furnishing.one_room(session, finding.room(session, room))


@command("free", rooms)
@option("--from", "from_", metavar="when", required=True)
@option("--to", metavar="when", required=True)
@option("--capacity", type=int, default=0)
@option("--feature", multiple=True)
@option("--minutes", type=int)
def free(
    session: Session, from_: str, to: str, capacity: int, feature: tuple[str, ...], minutes: int | None
) -> Answer:
    """Find a room: those that are free first, and of the others when they are on that day."""
    at, features = booking_times.span(session, from_, to), frozenset(furnishing.features_meant(feature))
    if minutes is not None:
        return _within(session, at, max(capacity, 0), features, max(minutes, 0))
    return _all_the_time(session, at, max(capacity, 0), features)


def _within(session: Session, at: Span, capacity: int, features: frozenset[str], minutes: int) -> Answer:
    """Say when each room is free for so long, on whatever day of these."""
    from sharing.rooms.actions import vacancies

    found = vacancies(session.store, at, capacity=capacity, features=features, minutes=minutes)
    words, known = session.dated, room_values.every_room(session)
    data = room_values.span(words, at) | {
        "rooms": [
            {
                "room": room_values.room(words, known, one.room),
                "free": bool(one.free),
                "times": [room_values.span(words, each) for each in one.free],
            }
            for one in found
        ]
    }
    rows = [
        (one.room.name(words.language), known.keys.get(one.room.id), room_values.when(words, each))
        for one in found
        for each in one.free
    ]
    return Answer(data, [room_values.when(words, at), *table(session, ("name", "key", "free"), rows)])


def _all_the_time(session: Session, at: Span, capacity: int, features: frozenset[str]) -> Answer:
    from sharing.rooms.looking import find
    from sharing.rooms.rules import Wanted

    found = find(session.store, Wanted(span=at, capacity=capacity, features=features))
    words, known = session.dated, room_values.every_room(session)
    data = room_values.span(words, at) | {
        "rooms": [
            {
                "room": room_values.room(words, known, one.room),
                "free": one.why is None,
                "why": one.why,
                "certain": one.certain,
                "alternatives": [room_values.alternative(words, known, each) for each in one.alternatives],
            }
            for one in found
        ]
    }
    rows = [_standing(words, known, one) for one in found]
    heads = ("name", "key", "capacity", "free", "instead")
    return Answer(data, [room_values.when(words, at), *table(session, heads, rows)])


def _standing(words: Words, known: Rooms, one: Found) -> tuple[str | None, ...]:
    """Say of a room whether it is free, and if not, when it is on that day."""
    from kiosk import room_words

    free = words("cli.rooms.free" if one.certain else "cli.rooms.asked")
    return (
        one.room.name(words.language),
        known.keys.get(one.room.id),
        str(one.room.capacity or ""),
        free if one.why is None else room_words.why(words, one.why),
        ", ".join(room_values.when(words, each.span) for each in one.alternatives),
    )


def _dates(session: Session, dates: Iterable[Occurrence]) -> list[tuple[str, str]]:
    """Say what is on, without names: who has a room is for those who manage it."""
    from kiosk import room_words

    words = session.dated
    return [
        (
            room_values.when(words, one.span),
            f"{room_words.use(words, one.use)} · {room_values.standing(words, one)}",
        )
        for one in dates
    ]


@command("day", room)
@argument("day", required=False)
def day(session: Session, day: str | None) -> Answer:
    """Show all rooms on one day; today if none is named."""
    from sharing.rooms.looking import day as day_of

    chosen = _day(session, day)
    found = day_of(session.store, chosen)
    words, known = session.dated, room_values.every_room(session)
    data = {
        "day": chosen.isoformat(),
        "rooms": [
            {
                "room": known.short(words, one.id),
                "dates": [room_values.date(words, known, each) for each in dates],
            }
            for one, dates in found
        ],
    }
    rows = [(one.name(words.language), *each) for one, dates in found for each in _dates(session, dates)]
    lines = [f"{words.day(chosen)} {chosen.year}", *table(session, ("room", "at", "state"), rows)]
    return Answer(data, lines)


@command("week", room)
@argument("room", metavar="ROOM")
@argument("day", required=False)
def week(session: Session, room: str, day: str | None) -> Answer:
    """Show one room in the week around a day; around today if none is named."""
    from sharing.rooms.looking import week as week_of

    chosen, one = _day(session, day), finding.room(session, room)
    found = week_of(session.store, one.id, chosen)
    words, known = session.dated, room_values.every_room(session)
    data = {
        "room": known.short(words, one.id),
        "days": [
            {"day": each.isoformat(), "dates": [room_values.date(words, known, date) for date in dates]}
            for each, dates in found
        ],
    }
    rows = [row for _, dates in found for row in _dates(session, dates)]
    return Answer(data, [one.name(words.language), *table(session, ("at", "state"), rows)])


def _day(session: Session, text: str | None) -> Any:
    return booking_times.wall(session, "00:00").at.date() if text is None else booking_times.day("day", text)

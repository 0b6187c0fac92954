"""Rooms and bookings as scripts read them, and as lines. Keys are a promise: added to, never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from kiosk.cli import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from kiosk.cli.session import Session
    from kiosk.i18n import Words
    from sharing.people.rules import Person
    from sharing.rooms.rules import Alternative, Booking, Occurrence, Offered, Room, Rule, Span

Json = dict[str, Any]


class Rooms(msgspec.Struct, frozen=True):
    """Every room by id, and what the house's lists call it."""

    by_id: Mapping[str, Room]
    keys: Mapping[str, str]

    def short(self, words: Words, room: str) -> Json:
        """Give what tells a room from others."""
        found = self.by_id.get(room)
        return {
            "id": room,
            "code": found.code if found else None,
            "key": self.keys.get(room, ""),
            "name": found.name(words.language) if found else "",
        }

    def names(self, words: Words, rooms: Iterable[str]) -> str:
        """Name rooms for a line."""
        return ", ".join(self.by_id[one].name(words.language) for one in rooms if one in self.by_id)


def every_room(session: Session) -> Rooms:
    """Read all rooms."""
    from sharing.rooms.reading import all_rooms

    with session.store.reader() as read:
        found = all_rooms(read)
        keys = read.rows("SELECT l.id, l.key FROM room r JOIN location l ON l.id = r.id")
    return Rooms({one.id: one for one in found}, {row[0]: row[1] for row in keys})


def room(words: Words, known: Rooms, one: Room) -> Json:
    """Give all that is known of a room."""
    from sharing.rooms.hours import hours_text

    return known.short(words, one.id) | {
        "names": values.texts(one.names),
        "floor": one.floor.best(words.language),
        "parts": [known.short(words, part) for part in one.parts],
        "capacity": one.capacity,
        "features": sorted(one.features),
        "hours": None if one.hours is None else hours_text(one.hours),
        "closing_days": dict(one.closing_days),
        "before_minutes": one.before_min,
        "after_minutes": one.after_min,
        "shortest_minutes": one.shortest_min,
        "longest_minutes": one.longest_min,
        "ahead_days": one.ahead_days,
        "approval": one.approval,
        "no_show_minutes": one.no_show_min,
        "quota": msgspec.structs.asdict(one.quota),
        "price": values.texts(one.price),
        "checklist": list(one.checklist),
        "key_item": one.key_item,
        "bookable": one.bookable,
    }


def span(words: Words, one: Span | None) -> Json:
    """Give from when to when."""
    return {
        "from": values.moment(words, one.begins if one else None),
        "to": values.moment(words, one.ends if one else None),
    }


def _where(words: Words, known: Rooms, rooms: tuple[str, ...]) -> Json:
    short = [known.short(words, one) for one in rooms]
    return {"room": short[0] if short else None, "rooms": short}


def alternative(words: Words, known: Rooms, one: Alternative) -> Json:
    """Give what is free instead; `room` is the first of several."""
    return _where(words, known, one.rooms) | span(words, one.span)


def offered(words: Words, known: Rooms, one: Offered) -> Json:
    """Give one date that was asked for, and what stands against it."""
    return (
        {"n": one.n, "local": one.local.isoformat(timespec="minutes")}
        | _where(words, known, one.rooms)
        | span(words, one.span)
        | {
            "why": one.why,
            "certain": one.certain,
            "alternatives": [alternative(words, known, each) for each in one.alternatives],
        }
    )


def date(words: Words, known: Rooms, one: Occurrence) -> Json:
    """Give one date of a booking."""
    return (
        {"id": one.id, "booking": one.booking, "n": one.n}
        | _where(words, known, one.rooms)
        | span(words, one.span)
        | {
            "blocked_from": values.moment(words, one.blocked.begins),
            "blocked_to": values.moment(words, one.blocked.ends),
            "state": one.state,
            "why": one.why or None,
            "use": one.use,
            "organisation": None if one.org is None else {"id": one.org},
            "certain": one.certain,
            "arrived_at": values.moment(words, one.arrived_at),
            "left_at": values.moment(words, one.left_at),
            "asked": span(words, one.asked) if one.asked else None,
            "asked_off": one.asked_off,
            "sequence": one.sequence,
        }
    )


def rule(one: Rule | None) -> Json | None:
    """Give a series."""
    if one is None:
        return None
    return {
        "every": one.freq,
        "interval": one.interval,
        "weekdays": list(one.weekdays),
        "nth": one.nth,
        "count": one.count,
        "until": one.until.isoformat() if one.until else None,
    }


class Whose(msgspec.Struct, frozen=True):
    """Who booked, and for which organisation."""

    person: Person | None
    org_name: str | None


def whose(session: Session, one: Booking) -> Whose:
    """Read who booked; what was cut is not there."""
    from sharing.people.reading import organisation, person

    with session.store.reader() as read:
        who = person(read, one.person) if one.person else None
        return Whose(who, organisation(read, one.org).name if one.org else None)


def booking(words: Words, known: Rooms, one: Booking, of: Whose) -> Json:
    """Give a booking with its dates."""
    return {
        "id": one.id,
        "use": one.use,
        "rooms": [known.short(words, each) for each in one.rooms],
        "person": values.short_person(of.person),
        "organisation": None if one.org is None else {"id": one.org, "name": of.org_name},
        "title": one.title,
        "adult": one.adult,
        "heads": one.heads,
        "every": rule(one.rule),
        "announce": one.announce,
        "source": one.source,
        "asked_at": values.moment(words, one.asked_at),
        "dates": [date(words, known, each) for each in one.occurrences],
    }


def when(words: Words, one: Span) -> str:
    """Say from when to when in one short line: Di 9. Juni 2026, 18:00–20:00."""
    begins, ends = words.local(one.begins), words.local(one.ends)
    day = f"{words.short_day(begins.date())} {begins.year}, {words.time(one.begins)}"
    if words.local(one.ends - 1).date() == begins.date():
        last = "24:00" if ends.date() != begins.date() else words.time(one.ends)
    else:
        last = words.short_moment(one.ends)
    changed = begins.utcoffset() != ends.utcoffset() or _is_doubled(begins) or _is_doubled(ends)
    zones = f" ({begins:%Z}–{ends:%Z})" if changed else ""
    return f"{day}–{last}{zones}"


def _is_doubled(wall: datetime) -> bool:
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def standing(words: Words, one: Occurrence) -> str:
    """Say how a date stands."""
    from kiosk import room_words

    said = room_words.state(words, one.state)
    if one.state == "provisional" and not one.certain:
        said = words("rooms.second")
    if one.why:
        said = f"{said}: {room_words.why(words, one.why)}"
    if one.asked is not None:
        return f"{said} → {when(words, one.asked)}?"
    return f"{said} → {words('room.state.cancelled')}?" if one.asked_off else said

"""The confirmation of a booking: which room, when, who is in charge, and what to do when leaving."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from devices.slips.house import foot, head, heading, last_moment, moment, page_of, short
from devices.slips.slip import Checklist, Code, Column, Facts, Languages, Paragraph, Part, Said, Slip, Table
from sharing.calendar_time import local
from sharing.journal.entry import Instant
from sharing.rooms.rules import Booking, Occurrence, Room, State
from sharing.terms.rules import Terms


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """A booking with what its ids stand for."""

    booking: Booking
    rooms: Mapping[str, Room]
    name: str = ""
    """Who booked."""
    org_name: str = ""


def booking_slip(say: Languages, terms: Terms, booked: Booked, now: Instant, *, code: str = "") -> Slip:
    """Write the confirmation; `code` is what a phone takes as the date, empty if there are several."""
    made = booked.booking
    number = short(made.id)
    unsure = any(one.state is State.PROVISIONAL for one in made.occurrences)
    used = {
        room: booked.rooms[room] for one in made.occurrences for room in one.rooms if room in booked.rooms
    }
    parts: list[Part] = [
        *head(say, "slip.booking.title", terms, now, number),
        heading(say, "slip.booking.who"),
        Facts(tuple(_who(say, booked))),
        heading(say, "slip.booking.dates"),
        _dates(say, terms, booked),
        *([Paragraph(say("slip.booking.unsure"), strong=True)] if unsure else []),
        *_of_rooms(say, used),
        Paragraph(say("slip.booking.cancel")),
        *([Code(code, say("slip.booking.code"))] if code else []),
    ]
    return Slip(
        say("slip.booking.title")[0], say.first.language, tuple(parts), foot(terms, number),
        page_of(say),
    )  # fmt: skip


def _who(say: Languages, booked: Booked) -> list[tuple[Said, str]]:
    made = booked.booking
    rows = [
        (say("slip.name"), booked.name),
        (say("slip.for"), booked.org_name),
        (say("slip.booking.for"), made.title),
        (say("slip.booking.adult"), made.adult),
        (say("slip.booking.heads"), str(made.heads) if made.heads else ""),
    ]
    return [row for row in rows if row[1]]


def _dates(say: Languages, terms: Terms, booked: Booked) -> Table:
    columns = (
        Column(say("slip.booking.when"), 45), Column(say("slip.booking.room"), 33),
        Column(say("slip.booking.state"), 22),
    )  # fmt: skip
    return Table(columns, tuple(_date(say, terms, booked, one) for one in booked.booking.occurrences))


def _date(say: Languages, terms: Terms, booked: Booked, one: Occurrence) -> tuple[str, ...]:
    words = say.first
    same_day = local(one.span.begins, terms.zone).date() == local(one.span.ends, terms.zone).date()
    ends = words.time(one.span.ends) if same_day else last_moment(words, terms, one.span.ends)
    rooms = ", ".join(booked.rooms[room].name(words.language) for room in one.rooms if room in booked.rooms)
    return f"{moment(words, terms, one.span.begins)} – {ends}", rooms, say.together(f"room.state.{one.state}")


def _of_rooms(say: Languages, used: Mapping[str, Room]) -> list[Part]:
    found: list[Part] = []
    prices = [_price(say, room) for room in used.values() if room.price]
    if prices:
        found.append(Facts(tuple(prices)))
    tasks = tuple(dict.fromkeys(task for room in used.values() for task in room.checklist))
    if tasks:
        found += [heading(say, "slip.booking.leaving"), Checklist(tasks)]
    return found


def _price(say: Languages, room: Room) -> tuple[Said, str]:
    said = say.each(lambda words: words("slip.booking.price", room=room.name(words.language)))
    return said, room.price.best(say.first.language)

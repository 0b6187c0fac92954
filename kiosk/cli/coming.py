"""Arriving, leaving and staying longer, by command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.cli import booking_times, finding, room_values
from kiosk.cli.answer import Answer, said
from kiosk.cli.book import booked
from kiosk.cli.frame import Session, argument, command, option
from kiosk.cli.which_date import WHICH, actor, one_of, wall_at

if TYPE_CHECKING:
    from sharing.rooms.coming import Arrived, Left


@command("arrive", writes=True)
@option("--room", metavar="room")
@option("--card")
@argument("booking", metavar=f"[{WHICH}]", required=False)
def arrive(session: Session, booking: str | None, room: str | None, card: str | None) -> Answer:
    """Say that somebody is there: by the booking, or by card and room as at the door."""
    from sharing.errors import BadValue, BookingOver
    from sharing.rooms import actions
    from sharing.rooms.rules import ChangeOf

    who, act = actor(session, card), session.act()
    if booking is not None:
        what = one_of(session, booking)
    elif room is not None and who is not None:
        one = actions.arriving(session.store, who.id, finding.room(session, room).id)
        if one is None:
            raise BookingOver
        what = ChangeOf(booking=one.booking, n=one.n)
    else:
        raise BadValue(field="BOOKING", value="", expected="BOOKING | --card CARD --room ROOM")
    return _arrived(session, actions.arrive(session.store, who, what, act), act)


def _arrived(session: Session, done: Arrived, act: bytes) -> Answer:
    from kiosk.cli.values import short_item

    words, known = session.dated, room_values.every_room(session)
    key = finding.items(session, (done.key_item,))[0] if done.key_item else None
    data = {
        "act": act.hex(),
        "date": room_values.date(words, known, done.occurrence),
        "key_item": short_item(words, key) if key else None,
        "key_needed": done.key_needed,
    }
    lines = [_line(session, done)]
    if key is not None and done.key_needed:
        lines.append(said(words("cli.booking.key"), key.name(words.language)))
    return Answer(data, lines)


def _line(session: Session, done: Arrived | Left) -> str:
    words, known = session.dated, room_values.every_room(session)
    one = done.occurrence
    return said(
        f"{known.names(words, one.rooms)}, {room_values.when(words, one.span)}",
        room_values.standing(words, one),
    )


@command("end", writes=True)
@option("--done", metavar="line", multiple=True)
@option("--all-done", is_flag=True)
@option("--by", metavar="card")
@argument("booking", metavar=WHICH)
def end(session: Session, booking: str, done: tuple[str, ...], by: str | None, *, all_done: bool) -> Answer:
    """Leave, with the list of what was looked at; the rest of the time is free again."""
    from kiosk.cli.values import short_item
    from sharing.rooms import actions
    from sharing.rooms.meaning import date_of

    what = one_of(session, booking)
    one = date_of(actions.booking(session.store, what.booking), what.n)
    lines = _checklist(session, one.rooms)
    checked = {line: all_done or _is_named(line, n, done) for n, line in enumerate(lines, 1)}
    act = session.act()
    left = actions.end(session.store, actor(session, by), what, checked, act)
    words, known = session.dated, room_values.every_room(session)
    key = finding.items(session, (left.key_item,))[0] if left.key_item else None
    data = {
        "act": act.hex(),
        "date": room_values.date(words, known, left.occurrence),
        "checklist": checked,
        "key_item": short_item(words, key) if key else None,
        "key_out": left.key_out,
    }
    told = [
        said(words("cli.booking.done" if ok else "cli.booking.open"), line) for line, ok in checked.items()
    ]
    if key is not None and left.key_out:
        told.append(said(words("cli.booking.key_back"), key.name(words.language)))
    return Answer(data, [_line(session, left), *told])


def _checklist(session: Session, rooms: tuple[str, ...]) -> tuple[str, ...]:
    by_id = room_values.every_room(session).by_id
    return tuple(dict.fromkeys(line for one in rooms if one in by_id for line in by_id[one].checklist))


def _is_named(line: str, n: int, done: tuple[str, ...]) -> bool:
    """Tell whether a line was ticked: by its number, or by its words."""
    return any(one.strip() == str(n) or one.strip().casefold() == line.casefold() for one in done)


@command("extend", writes=True)
@option("--until", metavar="when", required=True)
@option("--by", metavar="card")
@argument("booking", metavar=WHICH)
def extend(session: Session, booking: str, until: str, by: str | None) -> Answer:
    """Stay longer, if nobody has the room next."""
    from sharing.rooms import actions
    from sharing.rooms.meaning import date_of

    what, act = one_of(session, booking), session.act()
    zone = session.terms.zone
    one = date_of(actions.booking(session.store, what.booking), what.n)
    at = booking_times.wall(session, until, wall_at(one.span.ends, zone)).instant(zone)
    return booked(session, actions.extend(session.store, actor(session, by), what, at, act), act)

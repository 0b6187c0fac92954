"""Which dates of a booking are meant, where they go, and who changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.cli import book, booking_times

if TYPE_CHECKING:
    from kiosk.cli.session import Session
    from sharing.people.rules import Person
    from sharing.rooms.rules import Alternative, ChangeOf
    from sharing.terms.walls import Wall

WHICH = "BOOKING[/N]"


def actor(session: Session, card: str | None) -> Person | None:
    """Give whose card it is; without one it is the operator of this machine."""
    return book.booker(session, card) if card else None


def one_of(session: Session, text: str, part: str | None = None) -> ChangeOf:
    """Read which dates are meant; of a series the number or the part must be said.

    Raises:
        DoesNotExist: there is no such booking. BadValue: it is a series, and nobody knows which date.
    """
    from sharing.errors import BadValue
    from sharing.rooms.actions import booking as booking_by_id
    from sharing.rooms.rules import ChangeOf, Part

    key, n = booking_times.which(session, text)
    if n is None:
        dates = booking_by_id(session.store, key).occurrences
        if len(dates) != 1 and part != "all":
            expected = f"{key}/0 – {key}/{len(dates) - 1}, --part all"
            raise BadValue(field="BOOKING", value=key, expected=expected)
        n = dates[0].n if dates else 0
    return ChangeOf(booking=key, n=n, part=Part(part or "this"))


def target(
    session: Session, what: ChangeOf, from_: str | None, to: str | None, rooms: tuple[str, ...]
) -> Alternative:
    """Give where a date goes; what is not said stays, the length too.

    Raises:
        BadTime, DoesNotExist, BadValue: no such time or room, or nothing was said.
    """
    from sharing.errors import BadTime, BadValue
    from sharing.rooms.actions import booking as booking_by_id
    from sharing.rooms.meaning import date_of
    from sharing.rooms.rules import Alternative, Span

    if from_ is None and to is None and not rooms:
        raise BadValue(field="--from", value="", expected="--from, --to, --room")
    one = date_of(booking_by_id(session.store, what.booking), what.n)
    zone = session.terms.zone
    begin = booking_times.wall(session, from_) if from_ else wall_at(one.span.begins, zone)
    begins = begin.instant(zone)
    ends = begins + one.span.ends - one.span.begins
    if to is not None:
        ends = booking_times.wall(session, to, begin).instant(zone)
    elif from_ is None:
        ends = one.span.ends
    if ends <= begins:
        raise BadTime(field="--to", value=(to or "")[:60], reason="order")
    return Alternative(book.room_ids(session, rooms) or one.rooms, Span(begins, ends))


def held_for(session: Session, what: ChangeOf, number: int) -> Alternative:
    """Give what is kept for a date that was displaced, as the list of calls numbers it.

    Raises:
        BadValue: nothing is kept for it, or not so much.
    """
    from sharing.errors import BadValue
    from sharing.rooms.actions import call_list

    calls = (one for one in call_list(session.store) if one.occurrence.id == f"{what.booking}/{what.n}")
    held = next((one.held for one in calls), ())
    if not 1 <= number <= len(held):
        raise BadValue(field="--held", value=number, expected=f"1–{len(held)}" if held else "–")
    return held[number - 1]


def wall_at(instant: int, zone: str) -> Wall:
    """Give what the wall clock shows at a moment."""
    from sharing.calendar_time import local
    from sharing.terms.walls import Wall

    return Wall(local(instant, zone).replace(tzinfo=None), said=True)

"""Slips by command: as a PDF, or on the roll of a receipt printer; German and the visitor's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, picking, room_values, values
from kiosk.cli.answer import Answer
from kiosk.cli.frame import Session, argument, command, group, option
from kiosk.cli.on_paper import languages, on_paper, others, write

if TYPE_CHECKING:
    from devices.slips.slip import Languages
    from sharing.lending.looking import LoanLine
    from sharing.rooms.rules import Booking

slip = group("slip")
slip.add_command(picking.picking)


@command("loan", slip)
@option("--person")
@option("--purpose", default="")
@on_paper
@argument("items", nargs=-1, metavar="[ITEM…]")
def loan(session: Session, items: tuple[str, ...], person: str | None, purpose: str, **given: Any) -> Answer:
    """Print the Leihschein of what was lent in one go, or of all that a person has."""
    from kiosk import paper
    from sharing.texts import shown

    lent = paper.lent_of(session.store, _out(session, items, person))
    say = languages(session, given["also"], [lent.who.language])
    made = paper.loan_on_paper(session.store, session.terms, say, lent, shown(purpose))
    return write(session, made, given, {"loans": [values.line(session.dated, one) for one in lent.lines]})


def _out(session: Session, items: tuple[str, ...], person: str | None) -> list[LoanLine]:
    """Give the open lines that are meant: those of a person, or all of the visits in which things were taken.

    Raises:
        NotOut: a thing is not lent. SeveralBorrowers: they are lent to several people.
    """
    from sharing.errors import NotOut, PersonUnknown, SeveralBorrowers
    from sharing.lending.looking import line_of, loans_of, standing_of

    if bool(items) == bool(person):
        raise click.UsageError("ITEM… | --person PERSON")
    if person:
        found = loans_of(session.store, finding.person(session, person).id)
        if not found:
            raise NotOut
        return found
    things, lines = finding.items(session, items), []
    with session.store.reader() as read:
        for one in things:
            line = standing_of(read, one.id).line
            if line is None:
                raise NotOut
            lines.append(line_of(read, line))
    if any(one.who is None for one in lines):
        raise PersonUnknown
    whose = {one.who.id for one in lines if one.who is not None}
    if len(whose) > 1:
        raise SeveralBorrowers(n=len(whose), reason="people")
    visits = {one.loan for one in lines}
    return [one for one in loans_of(session.store, whose.pop()) if one.loan in visits]


@command("return", slip)
@on_paper
@argument("items", nargs=-1, required=True, metavar="ITEM…")
def return_(session: Session, items: tuple[str, ...], **given: Any) -> Answer:
    """Print the receipt of what came back."""
    from devices.slips.loans import return_slip
    from sharing.errors import NotOut, SeveralBorrowers
    from sharing.lending.looking import lines_of_item

    last = [lines_of_item(session.store, one.id, most=1) for one in finding.items(session, items)]
    lines = [found[0] for found in last if found and found[0].back_at is not None]
    if len(lines) < len(last):
        raise NotOut
    whose = {one.who.id if one.who else "" for one in lines}
    if len(whose) > 1:
        raise SeveralBorrowers(n=len(whose), reason="people")
    orgs = {one.org for one in lines}
    if len(orgs) > 1:
        raise SeveralBorrowers(n=len(orgs), reason="groups")
    say = languages(session, given["also"], [one.who.language for one in lines if one.who])
    made = return_slip(say, session.terms, lines, session.store.clock.read().at)
    return write(session, made, given, {"loans": [values.line(session.dated, one) for one in lines]})


@command("booking", slip)
@on_paper
@argument("booking", metavar="BOOKING")
def booking(session: Session, booking: str, **given: Any) -> Answer:
    """Print the confirmation of a booking, or of one date of it."""
    from devices.slips.bookings import Booked, booking_slip
    from kiosk.cli import booking_times
    from sharing.rooms.actions import booking as booking_by_id

    key, n = booking_times.which(session, booking)
    found = _dates(booking_by_id(session.store, key), n if "/" in booking else None)
    whose, known = room_values.whose(session, found), room_values.every_room(session)
    say = languages(session, given["also"], [whose.person.language] if whose.person else [])
    name = whose.person.name if whose.person else ""
    booked = Booked(booking=found, rooms=known.by_id, name=name, org_name=whose.org_name or "")
    code = _event(say, booked.booking, known)
    made = booking_slip(say, session.terms, booked, session.store.clock.read().at, code=code)
    return write(session, made, given, {"booking": room_values.booking(session.dated, known, found, whose)})


def _dates(found: Booking, n: int | None) -> Booking:
    """Keep one date if one was named; declined and cancelled ones are not confirmed to anybody.

    Raises:
        BookingOver: none is left.
    """
    from msgspec.structs import replace

    from sharing.errors import BookingOver
    from sharing.rooms.rules import State

    gone = {State.DECLINED, State.CANCELLED, State.NO_SHOW}
    dates = tuple(one for one in found.occurrences if one.state not in gone and n in (None, one.n))
    if not dates:
        raise BookingOver
    return replace(found, occurrences=dates)


def _event(say: Languages, found: Booking, known: room_values.Rooms) -> str:
    from sharing.rooms.calendars.text import event_for_phone
    from sharing.rooms.rules import State

    (first, *rest) = found.occurrences
    if rest or first.state is State.PROVISIONAL:
        return ""
    return event_for_phone(first, known.names(say.first, first.rooms)).decode()  # type: ignore[arg-type] # Words


@command("wish", slip)
@on_paper
def wish(session: Session, **given: Any) -> Answer:
    """Print an empty wish slip."""
    from devices.slips.forms import wish_slip

    say = languages(session, given["also"], others())
    return write(session, wish_slip(say, session.terms), given, {})


@command("emergency", slip)
@option("--rows", type=click.IntRange(1, 200), default=40)
@on_paper
def emergency(session: Session, rows: int, **given: Any) -> Answer:
    """Print an empty sheet for a power cut."""
    from devices.slips.forms import emergency_sheet

    say = languages(session, given["also"], others())
    return write(session, emergency_sheet(say, session.terms, rows), given, {"rows": rows})

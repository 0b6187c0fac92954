"""What becomes of bookings, by command: shown, moved, cancelled, arrived, ended, extended, displaced."""

from __future__ import annotations

import click

from kiosk.cli import book, booking_times, calendars, coming, displacing, finding, room_values
from kiosk.cli.answer import Answer, table
from kiosk.cli.book import booked
from kiosk.cli.frame import Session, argument, command, group, option
from kiosk.cli.which_date import WHICH, actor, held_for, one_of, target

booking = group("booking")
for one in (
    coming.arrive,
    coming.end,
    coming.extend,
    displacing.displace,
    displacing.told,
    displacing.calls,
    calendars.take_away,
):
    booking.add_command(one)
PARTS = ("this", "following", "all")


@command("list", booking)
@option("--card")
@option("--person")
@option("--all", "all_", is_flag=True)
def list_(session: Session, card: str | None, person: str | None, *, all_: bool) -> Answer:
    """List somebody's bookings, from now on."""
    from sharing.errors import BadValue
    from sharing.rooms.actions import bookings_of

    if not (card or person):
        raise BadValue(field="--card", value="", expected="--card, --person")
    whose = finding.person(session, card or person or "")
    found = bookings_of(session.store, whose.id, from_=0 if all_ else None)
    words, known = session.dated, room_values.every_room(session)
    rows = [
        (
            room_values.when(words, one.span),
            known.names(words, one.rooms),
            room_values.standing(words, one),
            one.id,
        )
        for made in found
        for one in made.occurrences
    ]
    data = {
        "bookings": [room_values.booking(words, known, one, room_values.whose(session, one)) for one in found]
    }
    return Answer(data, table(session, ("at", "room", "state", "booking"), rows))


@command("show", booking)
@argument("booking", metavar="BOOKING")
def show(session: Session, booking: str) -> Answer:
    """Show a booking with all its dates."""
    from sharing.rooms.actions import booking as booking_by_id

    made = booking_by_id(session.store, booking_times.which(session, booking)[0])
    return Answer({"booking": book.booking_json(session, made)}, book.booking_lines(session, made))


@command("move", booking, writes=True)
@option("--from", "from_", metavar="when")
@option("--to", metavar="when")
@option("--room", "rooms", metavar="room", multiple=True)
@option("--held", metavar="n", type=int)
@option("--part", type=click.Choice(PARTS), default="this")
@option("--skip", metavar="n", multiple=True)
@option("--dry-run", is_flag=True)
@option("--by", metavar="card")
@argument("booking", metavar=WHICH)
def move(
    session: Session,
    booking: str,
    from_: str | None,
    to: str | None,
    rooms: tuple[str, ...],
    held: int | None,
    part: str,
    skip: tuple[str, ...],
    by: str | None,
    *,
    dry_run: bool,
) -> Answer:
    """Have a date at another time or in another room; others of the series shift alike."""
    from sharing.rooms import actions

    what = one_of(session, booking, part)
    goal = target(session, what, from_, to, rooms) if held is None else held_for(session, what, held)
    left: set[int] = set()
    if skip or dry_run:
        offered = actions.preview_move(session.store, what, goal)
        left = booking_times.sort_dates(session, offered, skip, ()).skip
        if dry_run:
            return book.previewed(session, tuple(one for one in offered if one.n not in left))
    act = session.act()
    return booked(session, actions.move(session.store, actor(session, by), what, goal, act, skip=left), act)


@command("cancel", booking, writes=True)
@option("--part", type=click.Choice(PARTS), default="this")
@option("--reason", default="")
@option("--by", metavar="card")
@argument("booking", metavar=WHICH)
def cancel(session: Session, booking: str, part: str, reason: str, by: str | None) -> Answer:
    """Give a date up, or with --part the following ones or all."""
    from sharing.rooms import actions

    what, act = one_of(session, booking, part), session.act()
    return booked(session, actions.cancel(session.store, actor(session, by), what, act, reason=reason), act)

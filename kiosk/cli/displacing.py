"""Taking a room from one for another, and telling those it was taken from, by command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import book, room_values, values
from kiosk.cli.answer import Answer, said
from kiosk.cli.book import about, booked
from kiosk.cli.frame import Session, argument, command, option
from kiosk.cli.which_date import WHICH, one_of, target, wall_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.cli.room_values import Rooms
    from sharing.rooms.rules import Alternative


@command("displace", writes=True)
@option("--card", required=True)
@option("--reason", required=True)
@option("--from", "from_", metavar="when")
@option("--to", metavar="when")
@option("--room", "rooms", metavar="room", multiple=True)
@about
@option("--by", metavar="card")
@argument("booking", metavar=WHICH)
def displace(
    session: Session,
    booking: str,
    card: str,
    reason: str,
    from_: str | None,
    to: str | None,
    rooms: tuple[str, ...],
    by: str | None,
    **given: Any,
) -> Answer:
    """Give a date's room to somebody else, as staff; alternatives are kept for 48 hours."""
    from sharing.rooms import actions
    from sharing.rooms.meaning import date_of

    what, act = one_of(session, booking), session.act()
    one, zone = date_of(actions.booking(session.store, what.booking), what.n), session.terms.zone
    elsewhere = target(session, what, from_, to, rooms) if from_ or to or rooms else None
    span, places = (elsewhere.span, elsewhere.rooms) if elsewhere else (one.span, one.rooms)
    begins, ends = wall_at(span.begins, zone), wall_at(span.ends, zone)
    ask = book.asked(session, places, begins, ends, book.booker(session, card).id, given)
    done = actions.displace(session.store, book.manager(session, by), what, ask, act, reason=reason)
    words, known = session.dated, room_values.every_room(session)
    more = {
        "displaced": room_values.date(words, known, done.displaced),
        "held": [room_values.alternative(words, known, each) for each in done.held],
    }
    answer = booked(session, done.placed, act, **more)
    kept = _numbered(session, known, done.held)
    answer.lines = [*answer.lines, words("cli.booking.displaced" if kept else "cli.booking.call"), *kept]
    return answer


def _numbered(session: Session, known: Rooms, held: Sequence[Alternative]) -> list[str]:
    """Say what is kept for somebody, with the number by which they can have it."""
    words = session.dated
    return [
        f"  {n}  {known.names(words, one.rooms)}, {room_values.when(words, one.span)}"
        for n, one in enumerate(held, 1)
    ]


@command("told", writes=True)
@option("--by", metavar="card")
@argument("booking", metavar=WHICH)
def told(session: Session, booking: str, by: str | None) -> Answer:
    """Note that somebody on the list of calls knows it now."""
    from sharing.rooms import actions

    what, act = one_of(session, booking), session.act()
    return booked(session, actions.told(session.store, book.manager(session, by), what, act), act)


@command("calls")
def calls(session: Session) -> Answer:
    """List who is to be called about a date that changed without them."""
    from sharing.rooms.actions import call_list

    words, known = session.dated, room_values.every_room(session)
    data, lines = [], []
    for call in call_list(session.store):
        of = room_values.whose(session, call.booking)
        who = of.person
        held = [room_values.alternative(words, known, one) for one in call.held]
        data.append(
            {
                "booking": room_values.booking(words, known, call.booking, of),
                "date": room_values.date(words, known, call.occurrence),
                "contact": who.contact if who else "",
                "reason": call.reason,
                "since": values.moment(words, call.since),
                "held": held,
                "held_until": values.moment(words, call.until),
            }
        )
        at = f"{known.names(words, call.occurrence.rooms)}, {room_values.when(words, call.occurrence.span)}"
        whose = f"{who.name}, {who.contact}" if who else words("cli.booking.nobody")
        lines += [
            said(whose, f"{at}: {room_values.standing(words, call.occurrence)}"),
            *([f"  {said(words('cli.head.why'), call.reason)}"] if call.reason else []),
            f"  {call.occurrence.id}",
        ]
        lines += _numbered(session, known, call.held)
    return Answer({"calls": data}, lines or [words("common.nothing")])

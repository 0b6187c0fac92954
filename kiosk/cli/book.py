"""Booking by command: once or as a series, with what is in its way shown before anything is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kiosk.cli import booking_times, finding, room_values
from kiosk.cli.answer import Answer, said
from kiosk.cli.frame import Session, argument, command, option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharing.people.rules import Person
    from sharing.rooms.rules import Ask, Booking, Offered
    from sharing.terms.walls import Wall

MOST_LINES: Final = 40
"""Dates of a series on a terminal; JSON has all."""


def booker(session: Session, card: str) -> Person:
    """Give whose card it is, if it is good for more than a stock-take.

    Raises:
        CardRefused, PersonUnknown: it books nothing.
    """
    from sharing.errors import PersonUnknown
    from sharing.people.rules import Scope, check_scope

    one = finding.holder(session, card)
    check_scope(one, Scope.DESK if Scope.DESK in one.scope else Scope.LEND)
    if one.person is None:
        raise PersonUnknown
    return one.person


def manager(session: Session, card: str | None) -> Person | None:
    """Give the member of staff who manages rooms; without a card the operator of this machine.

    Raises:
        NotAllowed, CardRefused: the card is nobody's who may.
    """
    from sharing.people.rules import Right

    return finding.staff(session, card, Right.MANAGE_ROOMS)


def room_ids(session: Session, rooms: Sequence[str]) -> tuple[str, ...]:
    """Find rooms by number, key or id.

    Raises:
        DoesNotExist, NotReadable: one of them is none.
    """
    return tuple(finding.room(session, one).id for one in rooms)


def series(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a series."""
    for one in (
        option("--until", metavar="day"),
        option("--count", type=int),
        option("--nth"),
        option("--on", metavar="mon,tue"),
        option("--every"),
    ):
        function = one(function)
    return function


def about(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a booking is for."""
    for one in (
        option("--adult", default=""),
        option("--heads", type=int, default=0),
        option("--title", default=""),
        option("--for", "for_", metavar="org"),
    ):
        function = one(function)
    return function


@command("book", writes=True)
@option("--from", "from_", metavar="when", required=True)
@option("--to", metavar="when", required=True)
@option("--card", required=True)
@about
@series
@option("--announce", is_flag=True)
@option("--skip", metavar="n", multiple=True)
@option("--move", metavar="n=…", multiple=True)
@option("--dry-run", is_flag=True)
@option("--by", metavar="card")
@argument("rooms", nargs=-1, required=True, metavar="ROOM…")
def book(
    session: Session,
    rooms: tuple[str, ...],
    from_: str,
    to: str,
    card: str,
    by: str | None,
    skip: tuple[str, ...],
    move: tuple[str, ...],
    *,
    dry_run: bool,
    **given: Any,
) -> Answer:
    """Book rooms, once or as a series."""
    from sharing.rooms import asking

    begins, ends = booking_times.walls(session, from_, to)
    ask = asked(session, room_ids(session, rooms), begins, ends, booker(session, card).id, given)
    moved = booking_times.said_of_two(ask, begins, ends, session.terms.zone)
    left: set[int] = set()
    if dry_run or skip or move:
        offered = asking.preview(session.store, ask)
        chosen = booking_times.sort_dates(session, offered, skip, move)
        left, moved = chosen.skip, {**moved, **chosen.moved}
        if dry_run:
            return previewed(session, tuple(one for one in offered if one.n not in {*left, *moved}))
    act = session.act()
    staff = manager(session, by) if by else None
    made = asking.book(session.store, ask, act, skip=left, moved=moved, by=staff)
    return booked(session, made, act)


def asked(
    session: Session, rooms: tuple[str, ...], begins: Wall, ends: Wall, person: str, given: dict[str, Any]
) -> Ask:
    """Put together what somebody wants to book.

    Raises:
        BadValue, BadTime: no such series. DoesNotExist: no such organisation.
    """
    from sharing.rooms.rules import Ask

    for_ = given.get("for_")
    return Ask(
        rooms=rooms,
        begins=begins.at,
        ends=ends.at,
        rule=booking_times.rule(
            every=given.get("every"),
            on=given.get("on"),
            nth=given.get("nth"),
            count=given.get("count"),
            until=given.get("until"),
            begins=begins,
        ),
        person=person,
        org=finding.organisation(session, for_).id if for_ else None,
        title=given.get("title", ""),
        adult=given.get("adult", ""),
        heads=given.get("heads", 0),
        announce=bool(given.get("announce")),
    )


def previewed(session: Session, offered: tuple[Offered, ...]) -> Answer:
    """Say what could be booked, and what is in the way of the rest; nothing was saved."""
    from kiosk.cli.room_refusals import conflict_lines

    words, known = session.dated, room_values.every_room(session)
    conflicts = [one for one in offered if one.why is not None]
    free = len(offered) - len(conflicts)
    data = {
        "dry_run": True,
        "free": free,
        "dates": [room_values.offered(words, known, one) for one in offered],
        "conflicts": [room_values.offered(words, known, one) for one in conflicts],
    }
    lines = [words("cli.book.preview", free=free, n=len(offered)), *conflict_lines(session, known, conflicts)]
    return Answer(data, lines)


def booked(session: Session, made: Booking, act: bytes, **more: Any) -> Answer:
    """Say what was booked; a promise that is not decided yet looks like one."""
    data = {"act": act.hex(), "booking": booking_json(session, made)} | more
    return Answer(data, booking_lines(session, made))


def booking_json(session: Session, made: Booking) -> dict[str, Any]:
    """Give a booking, with the person if one stands in it."""
    words, known = session.dated, room_values.every_room(session)
    return room_values.booking(words, known, made, room_values.whose(session, made))


def booking_lines(session: Session, made: Booking) -> list[str]:
    """Say a booking: its id, how often it comes, and its dates with how they stand."""
    from kiosk import room_words
    from sharing.texts import shown

    words, known = session.dated, room_values.every_room(session)
    lines = [f"{words('cli.head.booking')}: {made.id}"]
    if made.title:
        lines.append(said(words("cli.head.title"), made.title))
    of = room_values.whose(session, made)
    whose = ", ".join(one for one in (of.person.name if of.person else "", of.org_name) if one)
    if whose:
        lines.append(shown(words("common.for", whom=whose), limit=200))
    if made.rule is not None and made.occurrences:
        first = words.local(made.occurrences[0].span.begins)
        lines.append(shown(room_words.series(words, made.rule, first), limit=200))
    for one in made.occurrences[:MOST_LINES]:
        number = f"{one.n}: " if len(made.occurrences) > 1 else ""
        at = room_values.when(words, one.span)
        where = known.names(words, one.rooms)
        lines.append(shown(f"{number}{at}, {where}: {room_values.standing(words, one)}", limit=300))
    if len(made.occurrences) > MOST_LINES:
        lines.append(words("cli.book.more", n=len(made.occurrences) - MOST_LINES))
    return lines


@command("book-now", writes=True)
@option("--card", required=True)
@option("--minutes", type=int)
@about
@argument("room", metavar="ROOM")
def book_now(
    session: Session, room: str, card: str, minutes: int | None, for_: str | None, **given: Any
) -> Answer:
    """Take a room on the spot: for some minutes, or until the next have it."""
    from sharing.rooms import asking

    act = session.act()
    made = asking.book_now(
        session.store,
        finding.room(session, room).id,
        act,
        person=booker(session, card).id,
        org=finding.organisation(session, for_).id if for_ else None,
        minutes=minutes,
        **given,
    )
    return booked(session, made, act)

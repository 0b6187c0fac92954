"""Staff and rooms by command: closing days, blocks for work, requests that wait, and the list of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import book, booking_times, room_values, values
from kiosk.cli.answer import Answer, table
from kiosk.cli.book import booked, manager, series
from kiosk.cli.frame import Session, argument, command, group, option
from kiosk.cli.which_date import one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sharing.rooms.actions import Mark, Touched
    from sharing.rooms.rules import Booking

approvals = group("approvals")


Row = tuple[str, ...]


def _bookings(session: Session, found: Iterable[Booking]) -> tuple[list[dict[str, Any]], list[Row]]:
    """Give bookings as JSON, and a row for each of their dates: whose it is stands there for staff."""
    words, known = session.dated, room_values.every_room(session)
    data: list[dict[str, Any]] = []
    rows: list[Row] = []
    for made in found:
        of = room_values.whose(session, made)
        data.append(room_values.booking(words, known, made, of))
        rows += [
            (
                room_values.when(words, one.span),
                known.names(words, one.rooms),
                made.title,
                ", ".join(each for each in (of.person.name if of.person else "", of.org_name) if each),
                room_values.standing(words, one),
                one.id,
            )
            for one in made.occurrences
        ]
    return data, rows


_HEADS = ("at", "room", "title", "person", "state", "booking")


def _touched(session: Session, days: dict[str, str], found: Touched, *, saved: bool) -> Answer:
    words = session.dated
    data, rows = _bookings(session, found.bookings)
    loans = [(one.item.name(words.language), words.short_until(one.due)) for one in found.loans]
    answer = {
        "saved": saved,
        "days": days,
        "bookings": data,
        "loans": [values.line(words, one) for one in found.loans],
    }
    lines = [words("cli.closing.saved" if saved else "cli.closing.preview", n=len(rows), loans=len(loans))]
    if rows:
        lines += table(session, _HEADS, rows)
    if loans:
        lines += table(session, ("name", "until"), loans)
    if not saved:
        lines.append(words("cli.closing.how"))
    return Answer(answer, lines)


def _close(
    session: Session,
    days: tuple[str, ...],
    rooms: Sequence[str],
    by: str | None,
    given: dict[str, Any],
) -> Answer:
    """List what the days touch; with --yes close the rooms and settle what is marked."""
    from sharing.rooms import actions

    closing = {booking_times.day("DAY", one).isoformat(): given["why"] for one in days}
    ids, staff = book.room_ids(session, rooms), manager(session, by)
    if not given["yes"]:
        return _touched(session, closing, actions.touched_by(session.store, closing, ids), saved=False)
    marks = _marks(session, given["cancel"], given["move"])
    found = actions.close_rooms(session.store, staff, closing, session.act(), rooms=ids, marks=marks)
    answer = _touched(session, closing, found, saved=True)
    if not ids and not closing.keys() <= session.terms.room_closing_days.keys():
        answer.lines = [*answer.lines, session.words("cli.approvals.noted")]
    return answer


def _marks(session: Session, cancel: Sequence[str], move: Sequence[str]) -> tuple[Mark, ...]:
    """Read `--cancel ID/0` and `--move "ID/0=2026-12-27 18:00"`.

    Raises:
        DoesNotExist, BadTime, BadValue: no such date, time or room, or it is not said which date.
    """
    from sharing.rooms.actions import Mark
    from sharing.rooms.actions import booking as booking_by_id
    from sharing.rooms.meaning import date_of

    marks = []
    for text in cancel:
        what = one_of(session, text)
        marks.append(Mark(booking=what.booking, n=what.n))
    for text in move:
        name, _, target = text.partition("=")
        what = one_of(session, name)
        one = date_of(booking_by_id(session.store, what.booking), what.n)
        length = one.span.ends - one.span.begins
        to = booking_times.elsewhere(session, target.strip(), one.rooms, one.span.begins, length)
        marks.append(Mark(booking=what.booking, n=one.n, to=to))
    return tuple(marks)


@command("closing", writes=True)
@option("--why", default="")
@option("--room", "rooms", metavar="room", multiple=True)
@option("--cancel", metavar="booking/n", multiple=True)
@option("--move", metavar="booking/n=…", multiple=True)
@option("--yes", is_flag=True)
@option("--by", metavar="card")
@argument("days", nargs=-1, required=True, metavar="DAY…")
def closing(
    session: Session, days: tuple[str, ...], rooms: tuple[str, ...], by: str | None, **given: Any
) -> Answer:
    """Close all rooms, or some, on days: first what that touches, then with --yes for good."""
    return _close(session, days, rooms, by, given)


@command("close", writes=True)
@option("--why", default="")
@option("--cancel", metavar="booking/n", multiple=True)
@option("--move", metavar="booking/n=…", multiple=True)
@option("--yes", is_flag=True)
@option("--by", metavar="card")
@argument("room", metavar="ROOM")
@argument("days", nargs=-1, required=True, metavar="DAY…")
def close(session: Session, room: str, days: tuple[str, ...], by: str | None, **given: Any) -> Answer:
    """Close one room on days, as closing does."""
    return _close(session, days, (room,), by, given)


@command("maintain", writes=True)
@option("--from", "from_", metavar="when", required=True)
@option("--to", metavar="when", required=True)
@option("--reason", required=True)
@series
@option("--by", metavar="card")
@argument("rooms", nargs=-1, required=True, metavar="ROOM…")
def maintain(
    session: Session, rooms: tuple[str, ...], from_: str, to: str, reason: str, by: str | None, **given: Any
) -> Answer:
    """Keep rooms free for work in them."""
    from sharing.rooms import actions

    begins, ends = booking_times.walls(session, from_, to)
    ask = book.asked(session, book.room_ids(session, rooms), begins, ends, "", given)
    act = session.act()
    return booked(
        session, actions.maintain(session.store, manager(session, by), ask, act, reason=reason), act
    )


@command("list", approvals)
def waiting(session: Session) -> Answer:
    """List the requests that wait for staff, first come first."""
    from sharing.rooms.actions import approvals as waiting_for_staff

    data, rows = _bookings(session, waiting_for_staff(session.store))
    return Answer({"approvals": data}, table(session, _HEADS, rows))


@command("approve", approvals, writes=True)
@option("--skip", metavar="n", type=int, multiple=True)
@option("--by", metavar="card")
@argument("booking", metavar="BOOKING")
def approve(session: Session, booking: str, skip: tuple[int, ...], by: str | None) -> Answer:
    """Say yes to a request, without the dates to skip: those are declined."""
    from sharing.rooms import actions

    key, act = booking_times.which(session, booking)[0], session.act()
    staff = manager(session, by)
    return _answered(session, actions.approve(session.store, staff, key, act, skip=frozenset(skip)), act)


def _answered(session: Session, made: Booking, act: bytes) -> Answer:
    """Say how the booking stands, and if another machine has yet to agree."""
    from sharing.rooms.actions import is_noted

    noted = is_noted(session.store, made.id)
    answer = booked(session, made, act, noted=noted)
    if noted:
        answer.lines = [*answer.lines, session.words("cli.approvals.noted")]
    return answer


@command("decline", approvals, writes=True)
@option("--reason", default="")
@option("--by", metavar="card")
@argument("booking", metavar="BOOKING")
def decline(session: Session, booking: str, reason: str, by: str | None) -> Answer:
    """Say no to a request."""
    from sharing.rooms import actions

    key, act = booking_times.which(session, booking)[0], session.act()
    staff = manager(session, by)
    return _answered(session, actions.decline(session.store, staff, key, act, reason=reason), act)

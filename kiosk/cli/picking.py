"""The walk along the shelves: which keys the day's bookings need, what came back, what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, table
from kiosk.cli.booking_times import day as day_typed
from kiosk.cli.booking_times import which
from kiosk.cli.frame import Session, command, option
from kiosk.cli.on_paper import languages, on_paper, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devices.slips.picking import Pick, Picking
    from sharing.catalogue.rules import Item, Location
    from sharing.lending.looking import LoanLine
    from sharing.rooms.rules import Occurrence, Span

_WRONG = frozenset({"dirty", "incomplete", "broken"})
"""How a thing came back that goes into no shelf unseen."""


@command("picking")
@option("--at", metavar="location")
@option("--day")
@option("--booking", metavar="booking")
@on_paper
def picking(session: Session, at: str | None, day: str | None, booking: str | None, **given: Any) -> Answer:
    """List what has to leave the shelves on a day, and what has to go back; on paper if asked."""
    from devices.slips.picking import lists, picking_slip, why

    walk = _walk(session, finding.location(session, at) if at else None, day, booking)
    words, terms = session.dated, session.terms
    data: dict[str, Any] = {
        "day": walk.day.isoformat(),
        "place": None if walk.place is None else values.location(words, walk.place),
        **{what: [_pick(session, one) for one in found] for what, found in lists(walk).items()},
    }
    if given["out"] or given["printer"]:
        say = languages(session, given["also"])
        return write(session, picking_slip(say, terms, walk, session.store.clock.read().at), given, data)
    lines = []
    for what, found in lists(walk).items():
        rows = [
            (one.item.name(words.language), one.where(words.language), why(words, terms, what, one))
            for one in found
        ]
        lines += [f"{words(f'slip.picking.{what}')}:", *table(session, ("name", "where", "why"), rows)]
    return Answer(data, lines)


def _pick(session: Session, one: Pick) -> dict[str, Any]:
    words = session.dated
    return {
        "item": values.short_item(words, one.item),
        "where": one.where(words.language),
        "at": values.moment(words, one.at),
        "room": one.room or None,
        "condition": one.condition or None,
    }


def _walk(session: Session, place: Location | None, day: str | None, booking: str | None) -> Picking:
    from devices.slips.picking import Picking, in_order
    from sharing.calendar_time import local
    from sharing.lending.looking import back_between, open_loans, unchecked
    from sharing.rooms.looking import span_of_day

    now, zone = session.store.clock.read().at, session.terms.zone
    meant = day_typed("--day", day) if day else local(now, zone).date()
    span, language = span_of_day(meant, zone), session.words.language
    homes = _Homes(session, place)

    def things(lines: Iterable[LoanLine], *, back: bool) -> tuple[Pick, ...]:
        found = {one.item.id: one for one in lines if homes.holds(one.item)}
        return in_order([homes.of_line(one, back=back) for one in found.values()], language)

    keys = in_order([one for one in _keys(session, homes, span, booking) if homes.holds(one.item)], language)
    if booking:
        return Picking(day=meant, place=place, take=keys)
    out = open_loans(session.store)
    away = {one.item.id for one in out}
    came = [*unchecked(session.store), *back_between(session.store, span.begins, span.ends)]
    return Picking(
        day=meant,
        place=place,
        take=keys,
        put=things((one for one in came if one.item.id not in away), back=True),
        expected=things((one for one in out if span.begins < one.due <= span.ends), back=False),
    )


class _Homes:
    """Where things belong, each place read once."""

    def __init__(self, session: Session, place: Location | None) -> None:
        from sharing.catalogue.look_up import locations, places_in

        with session.store.reader() as read:
            self._known = {one.id: one for one in locations(read)}
            self._inside = places_in(read, place.id) if place is not None else None

    def holds(self, item: Item) -> bool:
        return self._inside is None or item.home in self._inside

    def of_line(self, line: LoanLine, *, back: bool) -> Pick:
        """Give what came back, and how if not well; or what is due."""
        if not back:
            return self.pick(line.item, line.due)
        condition = line.condition if line.condition in _WRONG else None
        return self.pick(line.item, line.back_at or line.due, condition=condition or "")

    def pick(self, item: Item, at: int, room: str = "", condition: str = "") -> Pick:
        from devices.slips.picking import Pick

        home = self._known.get(item.home or "")
        return Pick(item=item, home=home, at=at, room=room, condition=condition)


def _keys(session: Session, homes: _Homes, span: Span, booking: str | None) -> list[Pick]:
    """Find the keys that dates need, each for the first of them; those that are out hang on no hook."""
    from sharing.catalogue.look_up import item
    from sharing.lending.looking import standing_of
    from sharing.rooms.reading import all_rooms

    dates = _dates(session, span, booking)
    found: dict[str, Pick] = {}
    with session.store.reader() as read:
        rooms = {one.id: one for one in all_rooms(read)}
        for date in dates:
            for room in (rooms[one] for one in date.rooms if one in rooms):
                if (
                    room.key_item
                    and room.key_item not in found
                    and standing_of(read, room.key_item).line is None
                ):
                    name = room.name(session.words.language)
                    found[room.key_item] = homes.pick(item(read, room.key_item), date.span.begins, name)
    return list(found.values())


def _dates(session: Session, span: Span, booking: str | None) -> list[Occurrence]:
    from sharing.rooms.actions import booking as booking_by_id
    from sharing.rooms.reading import shown_between
    from sharing.rooms.rules import LIVE

    if booking:
        key, n = which(session, booking)
        dates: Iterable[Occurrence] = booking_by_id(session.store, key).occurrences
        return [one for one in dates if one.state in LIVE and n in (None, one.n)]
    with session.store.reader() as read:
        return [one for one in shown_between(read, span) if one.state in LIVE]

"""What pages for phones say about a thing, a place or a room, read from the journal's tables; no persons."""

from __future__ import annotations

import msgspec

from sharing import codes
from sharing.catalogue import look_up as catalogue
from sharing.catalogue.rules import Item, Location
from sharing.errors import DoesNotExist, Unreadable
from sharing.journal.entry import Instant
from sharing.journal.store import Reader, Store
from sharing.lending.looking import line_of
from sharing.lending.rules import kind_of_scan
from sharing.lending.scan_table import Seen
from sharing.lending.standing import free_twins, standing_of
from sharing.rooms.reading import room_by
from sharing.rooms.rules import Room
from sharing.terms.actions import terms_of
from sharing.terms.rules import Ask, who_to_ask

MOST_AT_A_PLACE = 60
"""Things that a shelf's page names; the rest is counted."""


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """A thing, and whether it is to be had."""

    item: Item
    seen: Seen
    due: Instant | None = None
    """Until when it is out."""


class ThingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One thing."""

    stands: Stands
    home: Location | None
    twins: tuple[Item, ...]
    """Of the same model and free, if it is not."""
    days: int
    """So long it can be kept."""
    ask: Ask | None


class PlaceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One shelf or box, and what belongs there."""

    place: Location
    things: tuple[Stands, ...]
    more: int


class RoomFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One room."""

    room: Room
    ask: Ask | None


def room_facts(store: Store, ref: str) -> RoomFacts | None:
    """Look up a room by its id, key or 16 digits."""
    with store.reader() as read:
        return _room(read, ref)


def code_facts(store: Store, text: str) -> ThingFacts | PlaceFacts | RoomFacts | None:
    """Look up what bears a label; None for what names nothing here, and for every card."""
    try:
        code = codes.read(text)
    except Unreadable:
        return None
    with store.reader() as read:
        thing = catalogue.thing_by_code(read, code)
        if isinstance(thing, Item):
            return _thing(read, thing)
        if isinstance(thing, Location):
            return _room(read, thing.id) or _place(read, thing)
    return None


def _room(read: Reader, ref: str) -> RoomFacts | None:
    try:
        room = room_by(read, ref)
    except DoesNotExist:
        return None
    return RoomFacts(room=room, ask=who_to_ask(terms_of(read), read.now))


def _thing(read: Reader, item: Item) -> ThingFacts:
    terms, stands = terms_of(read), _stands(read, item)
    return ThingFacts(
        stands=stands, home=_home(read, item), days=item.model.loan_days or terms.loan_days,
        twins=() if stands.seen is Seen.FREE else free_twins(read, item), ask=who_to_ask(terms, read.now),
    )  # fmt: skip


def _home(read: Reader, item: Item) -> Location | None:
    try:
        return catalogue.location(read, item.home) if item.home else None
    except DoesNotExist:
        return None  # another machine's, whose own entries are still on their way


def _place(read: Reader, place: Location) -> PlaceFacts:
    items = catalogue.items_at(read, place.id)
    things = tuple(_stands(read, one) for one in items[:MOST_AT_A_PLACE])
    return PlaceFacts(place=place, things=things, more=len(items) - len(things))


def _stands(read: Reader, item: Item) -> Stands:
    standing = standing_of(read, item.id)
    seen = kind_of_scan(item, standing, None, read.now)
    due = line_of(read, standing.line, item=item).due if standing.line else None
    return Stands(item=item, seen=Seen.FREE if seen is Seen.JUST_BACK else seen, due=due)

"""What the counter reads besides use cases: each is one function of the store, run in the writer thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.visit import is_suspended
from sharing.cases import actions as cases
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item
from sharing.errors import Refusal
from sharing.lending import looking
from sharing.lending.against import why_not_longer
from sharing.lending.remarks import notes_of_items
from sharing.lending.rules import Condition, earlier_choices, renewed_due
from sharing.lending.scan_table import Step
from sharing.lending.scanning import look_up as looked_up
from sharing.terms.actions import read_terms, somebody_to_ask, terms_of
from sharing.terms.rules import local, next_opening, opening_on

if TYPE_CHECKING:
    from sharing.catalogue.rules import Location
    from sharing.journal.entry import Instant
    from sharing.journal.store import Store
    from sharing.lending.actions import Taken
    from sharing.lending.looking import LastNoted, LoanLine
    from sharing.lending.rules import Visit
    from sharing.lending.scanning import Scanned
    from sharing.terms.rules import Ask, Terms

MOST_HERE = 12
"""Things named on the screen of a place."""
MOST_FOUND = 200
"""Things a search lists."""

WRITTEN_ABOUT = frozenset(Condition) - {Condition.NOT_SAID, Condition.GOOD}
"""Conditions that may come with a note."""
ASKING = frozenset({Step.SET_ASIDE, Step.MISSING, Step.KEPT_AT_DESK, Step.RESERVED_FOR_ANOTHER, Step.REFUSED})
"""Steps that say whom to ask."""


def at_start(store: Store) -> tuple[LastNoted | None, Terms]:
    """What home shows, and the house rules."""
    return looking.last_noted(store), read_terms(store)


def has_rooms(store: Store) -> bool:
    """Whether this house has rooms that can be booked."""
    from sharing.rooms.actions import rooms  # noqa: PLC0415 - the first scan must not wait for it

    return any(one.bookable for one in rooms(store))


def somebody(store: Store) -> Ask | None:
    """Who is there to be asked."""
    return somebody_to_ask(store)


def ask_for(store: Store, scanned: Scanned) -> Ask | None:
    """Who can be asked, if what the scan led to says so."""
    asks = scanned.refusal is not None or scanned.step in ASKING or opens_for_returns(scanned)
    return somebody_to_ask(store) if asks else None


def opens_for_returns(scanned: Scanned) -> bool:
    """Whether a card was scanned of somebody who may only give back at the moment."""
    opened = scanned.step in (Step.VISIT_OPENED, Step.VISIT_CHANGED)
    return opened and scanned.visit is not None and is_suspended(scanned.visit)


@dataclass(frozen=True, slots=True)
class Known:
    """What the house says about a scanned thing or place."""

    home: Location | None = None
    loan_days: int = 0
    here: tuple[Item, ...] = ()


def home_of(store: Store, scanned: Scanned) -> Location | None:
    """Where a thing belongs."""
    if scanned.item is None or scanned.item.home is None:
        return None
    with store.reader() as read:
        return catalogue.location(read, scanned.item.home)


def about(store: Store, scanned: Scanned) -> Known:
    """Read what the thing screen shows."""
    if scanned.place is not None:
        with store.reader() as read:
            items = catalogue.items_at(read, scanned.place.id)
        by_kind = sorted(items, key=lambda one: (one.model.names.best("de"), len(one.number), one.number))
        return Known(here=tuple(by_kind[:MOST_HERE]))
    if scanned.item is None:
        return Known()
    with store.reader() as read:
        days = scanned.item.model.loan_days or terms_of(read).loan_days
    return Known(home_of(store, scanned), days)


def longer_until(store: Store, line: LoanLine) -> Instant | Refusal:
    """Until when a line could be kept, or why not."""
    with store.reader() as read:
        try:
            until = renewed_due(line.item, terms_of(read), line.due, line.renewals, None, read.now)
        except Refusal as refusal:
            return refusal
        return next(iter(why_not_longer(line.item, line.who, read.now)), until)


def earlier_ends(store: Store, line: LoanLine) -> tuple[Instant, ...]:
    """Closing times of the desk before the line is due."""
    with store.reader() as read:
        return earlier_choices(terms_of(read), read.now, line.due)


def returned(scanned: Scanned, line: LoanLine, visit: Visit | None, act: bytes) -> Scanned:
    """What a scan would have said that gave this back."""
    return replace(scanned, step=Step.GIVEN_BACK, line=line, visit=visit, act=act.hex())


def taken_again(scanned: Scanned, taken: Taken, visit: Visit, act: bytes) -> Scanned:
    """What a scan would have said that lent this, or set it aside."""
    if taken.lines:
        return replace(scanned, step=Step.LENT, line=taken.lines[0], visit=visit, refusal=None, act=act.hex())
    missing = taken.set_aside[0].missing if taken.set_aside else ()
    return replace(scanned, step=Step.SET_ASIDE, line=None, missing=missing, visit=visit, act=act.hex())


def naming(store: Store, scanned: Scanned, text: str) -> Scanned:
    """The same answer with the thing it is about, which a refusal does not name."""
    if scanned.refusal is None or scanned.visit is None or scanned.item is not None:
        return scanned
    try:
        thing, line, _now = looked_up(store, text)
    except Refusal:
        return scanned
    return replace(scanned, item=thing, line=line) if isinstance(thing, Item) else scanned


def hours(store: Store) -> tuple[Instant | None, Instant | None, int]:
    """When the desk closes, if it is open; when it opens next; and how many cases wait."""
    waiting = len(cases.open_cases(store))
    with store.reader() as read:
        terms = terms_of(read)
        local_now = local(read.now, terms.zone)
        here = [one for one in opening_on(terms, local_now.date()) if one.begins <= read.now < one.ends]
        opening = next_opening(terms, read.now)
        return (here[0].ends if here else None, opening.begins if opening else None, waiting)


@dataclass(frozen=True, slots=True)
class FoundThing:
    """A thing that was searched for: who has it, and where it belongs."""

    item: Item
    line: LoanLine | None
    home: Location | None


def things(store: Store, text: str) -> tuple[FoundThing, ...]:
    """Find things by name, number or place, with how they stand."""
    found = catalogue.search_items(store, text)[:MOST_FOUND]
    with store.reader() as read:
        standings = [looking.standing_of(read, item.id) for item in found]
        return tuple(
            FoundThing(
                item,
                looking.line_of(read, standing.line) if standing.line else None,
                catalogue.location(read, item.home) if item.home else None,
            )
            for item, standing in zip(found, standings, strict=True)
        )


def to_check(store: Store) -> tuple[tuple[LoanLine, ...], dict[str, str], dict[str, Location]]:
    """What came back and nobody has looked at yet, the notes by line, and where things belong by item."""
    lines = tuple(looking.unchecked(store))
    damaged = (line.item.id for line in lines if line.condition in WRITTEN_ABOUT)
    with store.reader() as read:
        places = {home: catalogue.location(read, home) for home in {line.item.home for line in lines} if home}
    homes = {line.item.id: places[line.item.home] for line in lines if line.item.home}
    return lines, notes_of_items(store, damaged), homes

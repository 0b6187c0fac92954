"""What the screens of a visit read beside the scan itself: each is one function of the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sharing.catalogue import actions as catalogue
from sharing.lending import looking
from sharing.lending.actions import lent_twice

if TYPE_CHECKING:
    from sharing.catalogue.rules import Item, Location
    from sharing.journal.store import Reader, Store
    from sharing.lending.looking import LoanLine, SetAside
    from sharing.lending.rules import Visit
    from sharing.lending.scanning import Scanned


@dataclass(frozen=True, slots=True)
class Brought:
    """A thing that was given back in this visit, and where it belongs."""

    item: Item
    home: Location | None


@dataclass(frozen=True, slots=True)
class AtVisit:
    """What a person has, what waits for them at the desk, and what they gave back just now."""

    lines: tuple[LoanLine, ...] = ()
    aside: tuple[SetAside, ...] = ()
    brought: tuple[Brought, ...] = ()
    """The last first."""
    twice: tuple[Item, ...] = ()
    """What they took and is listed with somebody else, until staff have settled it."""


def of_visit(store: Store, visit: Visit) -> AtVisit:
    """Read what the visit screen lists."""
    person = visit.person.id
    return AtVisit(
        tuple(looking.loans_of(store, person)),
        tuple(looking.set_aside_for(store, person)),
        _brought(store, visit),
        lent_twice(store, person),
    )


def now_for(store: Store, scanned: Scanned, visit: Visit) -> Scanned:
    """What a scan said, after it was said for whom the visit is."""
    if scanned.line is None:
        return replace(scanned, visit=visit)
    with store.reader() as read:
        return replace(scanned, visit=visit, line=looking.line_of(read, scanned.line.id))


def _brought(store: Store, visit: Visit) -> tuple[Brought, ...]:
    newest_first = dict.fromkeys(item for _, item in reversed(visit.acts))
    items = [item for item in newest_first if item in visit.given_back]
    if not items:
        return ()
    with store.reader() as read:
        return tuple(_with_home(read, item) for item in items)


def _with_home(read: Reader, item_id: str) -> Brought:
    item = catalogue.item(read, item_id)
    return Brought(item, catalogue.location(read, item.home) if item.home else None)

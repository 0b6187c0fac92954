"""One thing as staff see it: how it stands, and what lets a blocked one go again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharing import codes
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item
from sharing.errors import NoCode, Unreadable
from sharing.lending import looking
from sharing.lending.actions import check_return
from sharing.lending.rules import Condition
from sharing.lending.scanning import CARDS
from sharing.people import actions as people
from sharing.people.rules import Right, Scope
from sharing.terms.actions import terms_of

if TYPE_CHECKING:
    from sharing.catalogue.rules import Location, Thing
    from sharing.journal.entry import Instant
    from sharing.journal.store import Store
    from sharing.lending.looking import LoanLine, SetAside
    from sharing.people.cards import CardKeys
    from sharing.people.rules import Person
    from sharing.terms.rules import Terms


@dataclass(frozen=True, slots=True)
class Kept:
    """How one thing stands."""

    item: Item
    home: Location | None
    line: LoanLine | None
    """The open line, if it is out."""
    aside: SetAside | None
    lost: bool
    damaged: str
    """The `Condition` in which it came back, if staff have to look at it."""

    @property
    def is_blocked(self) -> bool:
        """Whether staff can let it go."""
        return bool(self.item.blocked or self.damaged)

    @property
    def who(self) -> Person | None:
        """Who has it, or for whom it waits."""
        if self.line is not None:
            return self.line.who
        return self.aside.who if self.aside is not None else None


def kept(store: Store, item_id: str) -> Kept:
    """Read how one thing stands.

    Raises:
        DoesNotExist: there is none with this id.
    """
    with store.reader() as read:
        item, standing = catalogue.item(read, item_id), looking.standing_of(read, item_id)
        return Kept(
            item,
            catalogue.location(read, item.home) if item.home else None,
            looking.line_of(read, standing.line) if standing.line else None,
            looking.set_aside_of(read, item_id),
            standing.lost,
            standing.damaged,
        )


def kept_by_code(store: Store, code: str) -> Kept | None:
    """Read how the thing with this number stands; None if the number is no thing's."""
    with store.reader() as read:
        found = catalogue.thing_by_code(read, code)
    return kept(store, found.id) if isinstance(found, Item) else None


def home_of(store: Store, item: Item) -> Location | None:
    """Where a thing belongs."""
    with store.reader() as read:
        return catalogue.location(read, item.home) if item.home else None


def is_card(text: str) -> bool:
    """Tell whether a scan is the number of a card, whosever."""
    try:
        return codes.kind_of(codes.read(text)) in CARDS
    except Unreadable:
        return False


def scanned(store: Store, keys: CardKeys, text: str) -> Person | Thing | None:
    """Say what staff scanned: a visitor or a thing or place; None for a staff card and for what is unknown.

    Raises:
        CardRefused: the card opens nothing. NotReadable: its check digits are wrong.
    """
    try:
        code = codes.read(text)
    except NoCode:
        code = ""
    with store.reader() as read:
        if code and codes.kind_of(code) in CARDS:
            holder = people.holder_of(read, keys, code)
            opens = holder.may(Right.OPEN_DESK) and (not holder.scope or Scope.DESK in holder.scope)
            return None if opens else holder.person
        return catalogue.thing_by_code(read, code) if code else catalogue.thing_by_barcode(read, text)


def free(store: Store, staff: Person, one: Kept, *, unblocks: bytes, checks: bytes) -> None:
    """Let a blocked thing leave the house again; one that came back damaged counts as looked at.

    Args:
        store: the house's journal.
        staff: who says so.
        one: the thing as it was shown.
        unblocks: id of the command that takes the block away.
        checks: id of the command that says that it is in order.

    Raises:
        NotAllowed: this person may not check returns.
    """
    if one.damaged:
        check_return(store, staff, one.item.id, Condition.GOOD, checks)
    if one.item.blocked:
        catalogue.unblock(store, one.item.id, act=unblocks)


def of_person(store: Store, person: str) -> tuple[Person, tuple[LoanLine, ...], Terms, int]:
    """One person, what they have, the house rules, and how many of their cards work."""
    with store.reader() as read:
        found, terms, now = people.person(read, person), terms_of(read), read.now
    cards = sum(1 for one in people.cards_of(store, person) if _works(one.ends, now) and not one.revoked)
    return found, tuple(looking.loans_of(store, person)), terms, cards


def _works(ends: Instant | None, now: Instant) -> bool:
    return ends is None or now < ends

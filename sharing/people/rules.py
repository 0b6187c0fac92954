"""Persons, organisations, roles and what each role may: one table, tested as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final

import msgspec

from sharing.errors import (
    CardExpired,
    CardOutOfScope,
    CardRevoked,
    CardUnknown,
    LostCardEnded,
    NoCardToReplace,
    NotAllowed,
)
from sharing.journal.entry import Instant
from sharing.people.names import initials


class Role(StrEnum):
    """What somebody is in the house; everybody is a visitor."""

    VISITOR = "visitor"
    VOLUNTEER = "volunteer"
    STAFF = "staff"
    ADMIN = "admin"


class Right(StrEnum):
    """What a role may do."""

    BORROW = "borrow"
    BOOK = "book"
    """Ask for a room."""
    CHECK_RETURNS = "check_returns"
    AUDIT = "audit"
    OPEN_DESK = "open_desk"
    """The staff desk, with card and PIN."""
    SEE_PERSONS = "see_persons"
    LEND_FOR_OTHERS = "lend_for_others"
    """Complete what is set aside, check out for somebody else."""
    OVERRIDE = "override"
    """Any rule, with a reason."""
    HANDLE_CASES = "handle_cases"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_ROOMS = "manage_rooms"
    """Approve, displace, close, block; say what rooms are like."""
    MANAGE_HOUSE = "manage_house"
    GRANT_ROLES = "grant_roles"


_VISITOR: Final = frozenset({Right.BORROW, Right.BOOK})
_VOLUNTEER: Final = _VISITOR | {Right.CHECK_RETURNS, Right.AUDIT}
_STAFF: Final = _VOLUNTEER | {
    Right.OPEN_DESK, Right.SEE_PERSONS, Right.LEND_FOR_OTHERS, Right.OVERRIDE, Right.HANDLE_CASES,
    Right.MANAGE_PEOPLE, Right.MANAGE_CATALOGUE, Right.MANAGE_ROOMS,
}  # fmt: skip
_ADMIN: Final = _STAFF | {Right.MANAGE_HOUSE, Right.GRANT_ROLES}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.VISITOR: _VISITOR,
    Role.VOLUNTEER: _VOLUNTEER,
    Role.STAFF: _STAFF,
    Role.ADMIN: _ADMIN,
}
"""The one table of rights."""


class Scope(StrEnum):
    """What a card with a narrower purpose is good for."""

    LEND = "lend"
    AUDIT = "audit"
    DESK = "desk"


class CardKind(StrEnum):
    """Whose card it is and for how long."""

    PERSON = "person"
    ROLE = "role"
    DAY = "day"
    """For a forgotten card or a helper, until the desk closes."""


class OrganisationKind(StrEnum):
    """What an organisation is in law."""

    ASSOCIATION = "association"
    GROUP = "group"
    """Without legal form: its responsible person is liable, and its name counts as personal."""
    INSTITUTION = "institution"


def may(roles: Iterable[Role], right: str) -> bool:
    """Tell whether one of the roles has the right."""
    return any(right in RIGHTS[role] for role in roles)


class Discreet(msgspec.Struct, frozen=True):
    """What shows only the fields named in `TOLD` to a log or traceback, however that is made."""

    TOLD: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({told})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Textual writes its tracebacks by this."""
        return [(name, getattr(self, name)) for name in self.TOLD]


class Organisation(Discreet, frozen=True):
    """An association, a group or an institution that people act for."""

    TOLD: ClassVar = ("id", "name", "kind")
    id: str
    name: str
    """Empty if it was a group whose data is erased."""
    kind: OrganisationKind
    responsible: str | None = None
    """Person id; only shown at the staff desk."""
    contact: str = ""


class Membership(msgspec.Struct, frozen=True):
    """For whom a person may act."""

    organisation: Organisation
    responsible: bool


class Person(Discreet, frozen=True):
    """Somebody who borrows or works here. A log or traceback shows the id only."""

    TOLD: ClassVar = ("id",)
    id: str
    name: str
    """Empty once the person is erased."""
    contact: str = ""
    language: str = "de"
    adult: bool = False
    guardian: str | None = None
    """Who consented for a person under age."""
    terms_version: int = 0
    """The version accepted; 0: none."""
    privacy_version: int = 0
    """The version of the privacy notice that was shown."""
    identity_checked: bool = False
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    memberships: tuple[Membership, ...] = ()
    instructed: frozenset[str] = frozenset()
    """Ids of the models the person was shown."""
    suspended_until: Instant | None = None
    has_pin: bool = False

    @property
    def initials(self) -> str:
        """Give what may stand on a public screen."""
        return initials(self.name)

    def may(self, right: str, /) -> bool:
        """Tell whether one of the person's roles has the right."""
        return may(self.roles, right)


class Card(Discreet, frozen=True):
    """A card as the house knows it: by its hash."""

    TOLD: ClassVar = ("hash", "kind", "role", "scope", "issued_at", "ends", "revoked")
    hash: str
    kind: CardKind
    person: str | None
    role: Role | None
    scope: frozenset[str]
    issued_at: Instant
    ends: Instant | None
    revoked: bool


class Holder(msgspec.Struct, frozen=True):
    """Who stands there with a valid card: a person, or a role without a person."""

    person: Person | None
    card: str
    """The card's hash."""
    roles: frozenset[Role]
    scope: frozenset[str]
    ends: Instant | None

    def may(self, right: str, /) -> bool:
        """Tell whether one of the card's roles has the right."""
        return may(self.roles, right)


def holder(card: Card | None, person: Person | None, now: Instant) -> Holder:
    """Say who holds the card.

    Raises:
        CardUnknown: there is no such card, or its holder is erased.
        CardRevoked: it was taken back.
        CardExpired: its end is past; `ends`.
    """
    if card is None or (person is None and card.role is None):
        raise CardUnknown
    if card.revoked:
        raise CardRevoked
    if card.ends is not None and card.ends <= now:
        raise CardExpired(ends=card.ends)
    roles = person.roles if person is not None else frozenset({card.role} if card.role else ())
    return Holder(person, card.hash, roles, card.scope, card.ends)


def to_replace(cards: Iterable[Card], now: Instant) -> Card:
    """Say which of the lost cards the new one takes after: the one that is good for most and for longest.

    Which card it was the house cannot know; the new one never opens more than one of the old did.

    Raises:
        NoCardToReplace: none of them is in use.
        LostCardEnded: all that are in use have ended; `ends`.
    """
    lost = [card for card in cards if not card.revoked]
    if not lost:
        raise NoCardToReplace
    best = max(lost, key=lambda card: (not _ended(card, now), *_good_for(card)))
    if _ended(best, now):
        raise LostCardEnded(ends=best.ends)
    return best


def _ended(card: Card, now: Instant) -> bool:
    return card.ends is not None and card.ends <= now


def _good_for(card: Card) -> tuple[bool, int, bool, Instant, str]:
    reach = len(card.scope) or len(Scope) + 1
    return card.kind is not CardKind.DAY, reach, card.ends is None, card.ends or 0, card.hash


def check_scope(one: Holder, scope: Scope) -> None:
    """Pass a card without a scope or with this one.

    Raises:
        CardOutOfScope: the card is for something else; `scope`.
    """
    if one.scope and scope not in one.scope:
        raise CardOutOfScope(scope=scope.value)


def check_right(one: Person | Holder | None, right: Right) -> None:
    """Pass who has the right; None is the machine's operator, on the command line or at set-up.

    Raises:
        NotAllowed: none of the roles has it; `right`.
    """
    if one is not None and not one.may(right):
        raise NotAllowed(right=right.value)

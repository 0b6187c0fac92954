"""Who there is: persons, organisations, and who holds a card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

import msgspec

from sharing.errors import DoesNotExist, PersonUnknown
from sharing.journal.store import Reader, Store
from sharing.people import rules
from sharing.people.cards import CardKeys
from sharing.people.names import patterns, spellings
from sharing.people.rules import (
    Card,
    CardKind,
    Holder,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
)

MOST_FOUND: Final = 100

_PERSON: Final = (
    "SELECT id, name, contact, language, adult, guardian, identity_checked, terms_version, privacy_version, "
    "roles, instructed, suspended_until, pin IS NOT NULL FROM person"
)
_ORGANISATION: Final = "SELECT o.id, o.name, o.kind, o.responsible, o.contact"
_MEMBER: Final = (
    f"{_ORGANISATION}, m.person, m.responsible FROM member m JOIN organisation o ON o.id = m.organisation"
    " WHERE m.ended IS NULL AND m.person = ? ORDER BY o.id, m.id"
)
_BY_ID: Final = f"{_PERSON} WHERE id = ?"
_CARD: Final = "SELECT id, kind, person, role, scope, issued_at, ends, revoked_at FROM card"


def _organisation(row: Sequence[Any]) -> Organisation:
    key, name, kind, responsible, contact = row
    return Organisation(key, name or "", OrganisationKind(kind or "group"), responsible, contact or "")


def _member_rows(read: Reader, persons: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    if len(persons) == 1:
        return read.rows(_MEMBER, tuple(persons))
    many = read.store.sql(_MEMBER.replace("= ?", "IN ({})"))
    return read.store.statements.among(read.execute, many, persons)


def _memberships(read: Reader, persons: Sequence[str]) -> dict[str, tuple[Membership, ...]]:
    """Give for each person the organisations it may act for, each once."""
    found: dict[str, dict[str, Membership]] = {}
    for *organisation, person, responsible in _member_rows(read, persons):
        mine = found.setdefault(person, {})
        before = mine.get(organisation[0])
        is_responsible = bool(responsible) or (before is not None and before.responsible)
        mine[organisation[0]] = Membership(_organisation(organisation), is_responsible)
    return {
        person: tuple(
            sorted(mine.values(), key=lambda one: (spellings(one.organisation.name), one.organisation.id))
        )
        for person, mine in found.items()
    }


def _persons(read: Reader, rows: Sequence[Sequence[Any]]) -> Iterator[Person]:
    members = _memberships(read, [row[0] for row in rows])
    for row in rows:
        key, name, contact, language, adult, guardian, checked, terms, privacy, roles, shown, until, pin = row
        yield Person(
            id=key, name=name or "", contact=contact or "", language=language or "", adult=bool(adult),
            guardian=guardian, identity_checked=bool(checked),
            terms_version=terms or 0, privacy_version=privacy or 0,
            roles=frozenset({Role.VISITOR, *_roles(roles)}), memberships=members.get(key, ()),
            instructed=frozenset(_list(shown)), suspended_until=until, has_pin=bool(pin),
        )  # fmt: skip


def _list(column: str | None) -> list[str]:
    return msgspec.json.decode(column, type=list[str]) if column else []


def _roles(column: str | None) -> Iterator[Role]:
    """Give the roles this version knows; one of a newer version gives no rights here."""
    return (Role(one) for one in _list(column) if one in Role.__members__.values())


def person(read: Reader, person_id: str) -> Person:
    """Give a person; one whose data is erased has an empty name.

    Raises:
        PersonUnknown: there is none with this id.
    """
    rows = read.rows(_BY_ID, (person_id,))
    if not rows:
        raise PersonUnknown
    return next(_persons(read, rows))


def read_persons_ahead(read: Reader, ids: Sequence[str]) -> None:
    """Read at once what `person` will ask for."""
    read.read_ahead(_BY_ID, ids)
    read.read_ahead(_MEMBER, ids, itemgetter(5))


def find_persons(store: Store, text: str = "", *, most: int = MOST_FOUND) -> tuple[Person, ...]:
    """Give persons whose name or contact holds every typed word, by name; none of the erased.

    Case, accents and the two ways to write an umlaut do not matter.
    """
    with store.reader() as read:
        where, params = _matching(text)
        rows = read.rows(f"{_PERSON} WHERE name IS NOT NULL{where}", params)
        rows.sort(key=lambda row: (spellings(row[1]), row[0]))
        return tuple(_persons(read, rows[:most]))


def _matching(text: str) -> tuple[str, list[str]]:
    pairs = patterns(text)
    where = " AND (search LIKE ? ESCAPE '!' OR search LIKE ? ESCAPE '!')" * len(pairs)
    return where, [one for pair in pairs for one in pair]


def organisation(read: Reader, organisation_id: str) -> Organisation:
    """Give an organisation.

    Raises:
        DoesNotExist: there is none with this id.
    """
    rows = read.rows(f"{_ORGANISATION} FROM organisation o WHERE o.id = ?", (organisation_id,))
    if not rows:
        raise DoesNotExist(what="organisation", value=organisation_id[:40])
    return _organisation(rows[0])


def find_organisations(store: Store, text: str = "", *, most: int = MOST_FOUND) -> tuple[Organisation, ...]:
    """Give organisations whose name holds every typed word, by name."""
    with store.reader() as read:
        where, params = _matching(text)
        rows = read.rows(f"{_ORGANISATION} FROM organisation o WHERE o.name IS NOT NULL{where}", params)
        return tuple(sorted(map(_organisation, rows), key=lambda one: (spellings(one.name), one.id))[:most])


def members_of(store: Store, organisation_id: str) -> tuple[Person, ...]:
    """Give who may act for an organisation, by name; for the staff desk only."""
    with store.reader() as read:
        members = "SELECT person FROM member WHERE organisation = ? AND ended IS NULL"
        rows = read.rows(f"{_PERSON} WHERE id IN ({members})", (organisation_id,))
        return tuple(sorted(_persons(read, rows), key=lambda one: (spellings(one.name), one.id)))


def _cards(rows: Iterable[Sequence[Any]]) -> Iterator[Card]:
    for key, kind, whose, role, scope, issued_at, ends, revoked_at in rows:
        if kind is not None:
            known_role = Role(role) if role in Role.__members__.values() else None
            kept = frozenset(_list(scope))
            yield Card(key, CardKind(kind), whose, known_role, kept, issued_at, ends, revoked_at is not None)


def card_of(read: Reader, keys: CardKeys, code: str) -> Card | None:
    """Give the card with this number, under whichever key it was issued; None if there is none."""
    names = keys.hashes(code)
    rows = read.rows(f"{_CARD} WHERE id IN ({', '.join('?' * len(names))})", names)
    return next(_cards(rows), None)


def card_by_hash(read: Reader, card: str) -> Card | None:
    """Give the card that the house stores by this name; None if there is none."""
    return next(_cards(read.rows(f"{_CARD} WHERE id = ?", (card,))), None)


def in_use(read: Reader, person_id: str) -> tuple[Card, ...]:
    """Give a person's cards that nobody took back yet, also those that have ended."""
    where = "WHERE person = ? AND revoked_at IS NULL ORDER BY id"
    return tuple(_cards(read.rows(f"{_CARD} {where}", (person_id,))))


def cards_of(store: Store, person_id: str) -> tuple[Card, ...]:
    """Give a person's cards, newest first."""
    with store.reader() as read:
        rows = read.rows(f"{_CARD} WHERE person = ? ORDER BY issued_at DESC, id", (person_id,))
        return tuple(_cards(rows))


def role_cards_in_use(store: Store) -> tuple[Card, ...]:
    """Give the cards of roles that nobody took back yet, by role, newest first; ended ones as well."""
    with store.reader() as read:
        where = "WHERE role IS NOT NULL AND revoked_at IS NULL ORDER BY role, issued_at DESC, id"
        return tuple(_cards(read.rows(f"{_CARD} {where}")))


def holder_of(read: Reader, keys: CardKeys, code: str) -> Holder:
    """Say who holds the card with this number.

    Raises:
        CardUnknown, CardRevoked, CardExpired: it opens nothing; the number is not in the refusal.
    """
    card = card_of(read, keys, code)
    found: Person | None = None
    if card is not None and card.person is not None:
        rows = read.rows(f"{_PERSON} WHERE id = ? AND name IS NOT NULL", (card.person,))
        found = next(_persons(read, rows), None)
    return rules.holder(card, found, read.now)

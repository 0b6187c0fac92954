"""Issuing cards and taking them back. A number is shown once and kept nowhere."""

from __future__ import annotations

from collections.abc import Collection

from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import BadValue, CardUnknown, Taken
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import Reader, Store, Work
from sharing.people import checks
from sharing.people import entries as shapes
from sharing.people.cards import MOST_ATTEMPTS, CardKeys
from sharing.people.persons import Actor, actor_id
from sharing.people.reading import card_of
from sharing.people.reading import person as person_by_id
from sharing.people.rules import CardKind, Right, Role, Scope, check_right
from sharing.terms.actions import terms_of
from sharing.terms.rules import end_of_desk_day


def issue_card(
    store: Store, keys: CardKeys, *, act: bytes, person: str | None = None, role: Role | None = None,
    scope: Collection[Scope] = (), ends: Instant | None = None, code: str | None = None, by: Actor = None,
) -> str:  # fmt: skip
    """Issue a card to a person or to a role, and give its number.

    Args:
        store: the house.
        keys: the house's card keys.
        act: id of this command; sent again, it gives the same number.
        person: whose card it is, or
        role: which role's.
        scope: what it is good for; empty: everything.
        ends: when it stops working.
        code: the number on a blank card that is claimed; a new one if None.
        by: who issues it; a role's card gives the role's rights, so it needs the right to grant roles.

    Raises:
        Taken: the blank card has a holder already.
        PersonUnknown, BadValue, NotAllowed.
    """
    kind = CardKind.PERSON if person else CardKind.ROLE
    return _issue(store, keys, act, (person, role), kind, scope, ends, code, by)


def issue_day_card(
    store: Store, keys: CardKeys, *, act: bytes, person: str | None = None, role: Role | None = None,
    scope: Collection[Scope] = (), code: str | None = None, by: Actor = None,
) -> str:  # fmt: skip
    """Issue a card that works until the desk closes today, for a forgotten one or for a helper.

    Raises:
        Taken, PersonUnknown, BadValue, NotAllowed: as `issue_card`.
    """
    return _issue(store, keys, act, (person, role), CardKind.DAY, scope, None, code, by)


def _issue(
    store: Store, keys: CardKeys, act: bytes, whose: tuple[str | None, Role | None], kind: CardKind,
    scope: Collection[Scope], ends: Instant | None, code: str | None, by: Actor,
) -> str:  # fmt: skip
    person, role = whose
    if (person is None) == (role is None):
        raise BadValue(field="holder", value="", expected="person | role")
    check_right(by, Right.GRANT_ROLES if role is not None else Right.MANAGE_PEOPLE)
    number_kind = CodeKind.ROLE_CARD if role is not None else CodeKind.PERSON_CARD
    with store.begin() as work:
        if known := work.applied(act):
            return _again(keys, number_kind, act, known[0].subject.partition(":")[2], code)
        if person is not None:
            person_by_id(work, person)
        if kind is CardKind.DAY:
            ends = end_of_desk_day(terms_of(work), work.now)
        number = _claimed(work, keys, number_kind, code) if code else _fresh(work, keys, number_kind, act)
        narrowed = tuple(sorted(Scope(one).value for one in scope))
        data = shapes.CardIssued(key_id=keys.current, kind=kind.value, scope=narrowed, ends=ends)
        private = shapes.CardHolder(person=person or "", role=role.value if role else "", actor=actor_id(by))
        work.append(act, [Draft(f"card:{keys.hash(number)}", data, private)])
        return number


def _again(keys: CardKeys, kind: CodeKind, act: bytes, card: str, code: str | None) -> str:
    """Answer a command that was sent before: with the blank card's number, or the one made then."""
    number = code if code and card in keys.hashes(code) else keys.number_again(kind, act, card)
    if number is None:
        raise Taken(what="card", value="…")
    return number


def _fresh(read: Reader, keys: CardKeys, kind: CodeKind, act: bytes) -> str:
    for attempt in range(MOST_ATTEMPTS):
        number = keys.number(kind, act, attempt)
        if card_of(read, keys, number) is None:
            return number
    raise Taken(what="card", value="…")


def _claimed(read: Reader, keys: CardKeys, kind: CodeKind, code: str) -> str:
    if not codes.is_valid(code) or codes.kind_of(code) is not kind:
        raise BadValue(field="card", value="…", expected=kind.name.lower())
    if card_of(read, keys, code) is not None:
        raise Taken(what="card", value="…")
    return code


def revoke_card(store: Store, card: str, *, act: bytes, reason: str = "", by: Actor = None) -> None:
    """Take a card back for ever; `card` is its hash, as `cards_of` and `card_of` give it.

    Raises:
        CardUnknown, NotAllowed, BadValue.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    note = checks.text("reason", reason, most=checks.MOST_NOTE)
    with store.begin() as work:
        _revoke(work, [card], act, note, by)


def revoke_cards_of(store: Store, person: str, *, act: bytes, reason: str = "", by: Actor = None) -> int:
    """Take all of a person's cards back, as when a wallet is lost; returns how many worked until now.

    Raises:
        PersonUnknown, NotAllowed, BadValue.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    note = checks.text("reason", reason, most=checks.MOST_NOTE)
    with store.begin() as work:
        if known := work.applied(act):
            return len(known)
        person_by_id(work, person)
        return _revoke(work, _working(work, person), act, note, by)


def replace_cards(store: Store, keys: CardKeys, *, act: bytes, person: str, by: Actor = None) -> str:
    """Take all of a person's cards back and issue a new one, in one act: never both lost, never both good.

    Raises:
        PersonUnknown, NotAllowed: there is no such person, or `by` may not.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    with store.begin() as work:
        if known := work.applied(act):
            return _again(keys, CodeKind.PERSON_CARD, act, known[0].subject.partition(":")[2], None)
        person_by_id(work, person)
        number = _fresh(work, keys, CodeKind.PERSON_CARD, act)
        data = shapes.CardIssued(key_id=keys.current, kind=CardKind.PERSON.value)
        private = shapes.CardHolder(person=person, actor=actor_id(by))
        issued = Draft(f"card:{keys.hash(number)}", data, private)
        work.append(act, [issued, *_revocations(work, _working(work, person), "", by)])
        return number


def _working(read: Reader, person: str) -> list[str]:
    """Give the hashes of a person's cards that nobody took back yet."""
    rows = read.rows("SELECT id FROM card WHERE person = ? AND revoked_at IS NULL ORDER BY id", (person,))
    return [row[0] for row in rows]


def _revoke(work: Work, cards: list[str], act: bytes, note: str, by: Actor) -> int:
    drafts = _revocations(work, cards, note, by)
    if drafts:
        work.append(act, drafts)
    return len(drafts)


def _revocations(work: Work, cards: list[str], note: str, by: Actor) -> list[Draft]:
    drafts = []
    for card in cards:
        found = work.rows("SELECT revoked_at FROM card WHERE id = ?", (card,))
        if not found:
            raise CardUnknown
        if found[0][0] is None:
            private = shapes.Revocation(reason=note, actor=actor_id(by))
            drafts.append(Draft(f"card:{card}", shapes.CardRevoked(), private))
    return drafts

"""Issuing cards and taking them back. A number is shown once and kept nowhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import BadValue, CardUnknown, Taken
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.store import Reader, Store, Work
from sharing.people import checks
from sharing.people import entries as shapes
from sharing.people.cards import MOST_ATTEMPTS, CardKeys
from sharing.people.persons import Actor, actor_id
from sharing.people.reading import card_by_hash, card_of, in_use
from sharing.people.reading import person as person_by_id
from sharing.people.rules import Card, CardKind, Right, Role, Scope, check_right, to_replace
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
        return _revoke(work, [card.hash for card in in_use(work, person)], act, note, by)


class Replaced(msgspec.Struct, frozen=True):
    """A card that was issued for lost ones."""

    number: str
    """Shown once and kept nowhere."""
    revoked: int
    """How many cards were taken back for it."""


def replace_cards(store: Store, keys: CardKeys, *, act: bytes, person: str, by: Actor = None) -> Replaced:
    """Take all of a person's cards back and issue a new one, in one act: never both lost, never both good.

    The new card is as narrow as the lost one was, and ends when it would have (`rules.to_replace`).

    Raises:
        NoCardToReplace, LostCardEnded: there is nothing to replace.
        PersonUnknown, NotAllowed: there is no such person, or `by` may not.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    with store.begin() as work:
        if known := work.applied(act):
            return _replaced_again(keys, act, known)
        person_by_id(work, person)
        lost = in_use(work, person)
        return _replace(work, keys, act, to_replace(lost, work.now), lost, by)


def replace_card(store: Store, keys: CardKeys, card: str, *, act: bytes, by: Actor = None) -> Replaced:
    """Take one card back, a person's or a role's, and issue one like it; `card` is its hash.

    Raises:
        CardUnknown, NoCardToReplace, LostCardEnded: there is nothing to replace.
        NotAllowed: `by` may not.
    """
    with store.begin() as work:
        found = card_by_hash(work, card)
        if found is None or (found.person is None and found.role is None):
            raise CardUnknown
        check_right(by, Right.MANAGE_PEOPLE if found.role is None else Right.GRANT_ROLES)
        if known := work.applied(act):
            return _replaced_again(keys, act, known)
        return _replace(work, keys, act, to_replace([found], work.now), [found], by)


def _replaced_again(keys: CardKeys, act: bytes, known: Sequence[Entry]) -> Replaced:
    card = known[0].subject.partition(":")[2]
    for kind in (CodeKind.PERSON_CARD, CodeKind.ROLE_CARD):
        if number := keys.number_again(kind, act, card):
            return Replaced(number, len(known) - 1)
    raise Taken(what="card", value="…")


def _replace(
    work: Work, keys: CardKeys, act: bytes, like: Card, lost: Sequence[Card], by: Actor
) -> Replaced:  # fmt: skip
    number = _fresh(work, keys, CodeKind.PERSON_CARD if like.role is None else CodeKind.ROLE_CARD, act)
    data = shapes.CardIssued(
        key_id=keys.current, kind=like.kind.value, scope=tuple(sorted(like.scope)), ends=like.ends
    )
    role = like.role.value if like.role else ""
    private = shapes.CardHolder(person=like.person or "", role=role, actor=actor_id(by))
    issued = Draft(f"card:{keys.hash(number)}", data, private)
    taken_back = _revocations(work, [card.hash for card in lost], "", by)
    work.append(act, [issued, *taken_back])
    return Replaced(number, len(taken_back))


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

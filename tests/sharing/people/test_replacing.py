"""What replaces a lost card is as narrow as it was, and ends when it would have."""

from __future__ import annotations

import pytest

from sharing.errors import CardRevoked, CardUnknown, LostCardEnded, NoCardToReplace, NotAllowed
from sharing.house import House
from sharing.people.actions import (
    cards_of,
    holder_of,
    issue_card,
    issue_day_card,
    replace_card,
    replace_cards,
    revoke_cards_of,
)
from sharing.people.rules import Card, CardKind, Role, Scope, to_replace
from tests.fakes import FakeClock
from tests.sharing.people.crowd import empty_private, somebody, written

HOUR = 3_600_000


def of(house: House, number: str) -> Card:
    with house.store.reader() as read:
        found = holder_of(read, house.keys, number)
        assert found.person is not None
    return next(card for card in cards_of(house.store, found.person.id) if card.hash == found.card)


def lost(name: str, *scope: Scope, kind: CardKind = CardKind.PERSON, ends: int | None = None) -> Card:
    return Card(name, kind, "p", None, frozenset(scope), 0, ends, revoked=False)


def test_what_replaces_a_narrow_card_with_an_end_is_as_narrow_and_ends_as_soon(any_house: House) -> None:
    store, keys, anna = any_house.store, any_house.keys, somebody(any_house)
    ends = store.clock.read().at + HOUR
    issue_card(store, keys, person=anna.id, scope=[Scope.AUDIT], ends=ends, act=store.new_act())

    done = replace_cards(store, keys, person=anna.id, act=store.new_act())

    new = of(any_house, done.number)
    assert (new.kind, new.scope, new.ends) == (CardKind.PERSON, frozenset({"audit"}), ends)


def test_what_replaces_a_day_card_is_a_day_card_until_the_same_evening(any_house: House) -> None:
    store, keys, anna = any_house.store, any_house.keys, somebody(any_house)
    old = of(any_house, issue_day_card(store, keys, person=anna.id, act=store.new_act()))

    done = replace_cards(store, keys, person=anna.id, act=store.new_act())

    new = of(any_house, done.number)
    assert (new.kind, new.scope, new.ends) == (CardKind.DAY, frozenset(), old.ends)


def test_a_card_that_has_ended_is_not_replaced(any_house: House, clock: FakeClock) -> None:
    store, keys, anna = any_house.store, any_house.keys, somebody(any_house)
    ends = store.clock.read().at + HOUR
    issue_card(store, keys, person=anna.id, ends=ends, act=store.new_act())
    clock.forward(hours=2)
    before = written(any_house)

    with pytest.raises(LostCardEnded) as refused:
        replace_cards(store, keys, person=anna.id, act=store.new_act())

    assert refused.value.details == {"ends": ends}
    assert written(any_house) == before


def test_who_has_no_card_in_use_gets_none_by_replacing(any_house: House) -> None:
    store, keys, anna = any_house.store, any_house.keys, somebody(any_house)
    with pytest.raises(NoCardToReplace):
        replace_cards(store, keys, person=anna.id, act=store.new_act())

    issue_card(store, keys, person=anna.id, act=store.new_act())
    revoke_cards_of(store, anna.id, act=store.new_act())
    with pytest.raises(NoCardToReplace):
        replace_cards(store, keys, person=anna.id, act=store.new_act())


@pytest.mark.parametrize(
    ("cards", "best"),
    [
        ([lost("all"), lost("narrow", Scope.LEND)], "all"),
        ([lost("day", kind=CardKind.DAY, ends=50), lost("narrow", Scope.LEND)], "narrow"),
        ([lost("one", Scope.LEND), lost("two", Scope.LEND, Scope.AUDIT)], "two"),
        ([lost("soon", ends=20), lost("later", ends=30), lost("over", ends=5)], "later"),
        ([lost("soon", ends=20), lost("ever")], "ever"),
        ([lost("over", ends=5), lost("day", kind=CardKind.DAY, ends=20)], "day"),
    ],
)
def test_of_several_lost_cards_the_one_counts_that_is_good_for_most(cards: list[Card], best: str) -> None:
    assert to_replace(cards, 10).hash == best
    assert to_replace(cards[::-1], 10).hash == best


def test_one_card_alone_is_replaced_and_the_others_go_on(any_house: House) -> None:
    store, keys, anna = any_house.store, any_house.keys, somebody(any_house)
    kept = issue_card(store, keys, person=anna.id, act=store.new_act())
    gone = of(any_house, issue_card(store, keys, person=anna.id, scope=[Scope.DESK], act=store.new_act()))
    act = store.new_act()

    first, again = (replace_card(store, keys, gone.hash, act=act) for _ in range(2))

    assert (first, first.revoked) == (again, 1)
    assert of(any_house, first.number).scope == {"desk"}
    assert not of(any_house, kept).revoked


def test_the_card_of_a_role_is_replaced_by_who_may_grant_roles_only(any_house: House) -> None:
    store, keys = any_house.store, any_house.keys
    old = issue_card(store, keys, role=Role.STAFF, scope=[Scope.DESK], act=store.new_act())
    with store.reader() as read:
        card = holder_of(read, keys, old).card
    with pytest.raises(NotAllowed):
        replace_card(store, keys, card, act=store.new_act(), by=somebody(any_house, "Tom Berg", Role.STAFF))

    act = store.new_act()
    first, again = (replace_card(store, keys, card, act=act) for _ in range(2))

    assert first == again
    with store.reader() as read:
        found = holder_of(read, keys, first.number)
        with pytest.raises(CardRevoked):
            holder_of(read, keys, old)
    assert (found.person, found.roles, found.scope) == (None, frozenset({Role.STAFF}), frozenset({"desk"}))


def test_a_card_nobody_holds_is_not_replaced(any_house: House) -> None:
    store, keys, anna = any_house.store, any_house.keys, somebody(any_house)
    code = issue_card(store, keys, person=anna.id, act=store.new_act())
    empty_private(any_house, [f"card:{keys.hash(code)}"])

    for card in (keys.hash(code), "k1." + "0" * 64):
        with pytest.raises(CardUnknown):
            replace_card(store, keys, card, act=store.new_act())

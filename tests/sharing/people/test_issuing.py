"""Cards are issued, claimed, expire and are revoked, and their numbers are kept nowhere."""

from __future__ import annotations

import pytest

from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import (
    BadValue,
    CardExpired,
    CardRevoked,
    CardUnknown,
    NotAllowed,
    PersonUnknown,
    Taken,
    TeilhausError,
)
from sharing.house import House
from sharing.people.actions import (
    cards_of,
    holder_of,
    issue_card,
    issue_day_card,
    replace_cards,
    revoke_card,
    revoke_cards_of,
)
from sharing.people.cards import CardKeys
from sharing.people.rules import CardKind, Holder, Role, Scope
from sharing.terms.actions import set_terms
from tests.fakes import FakeClock
from tests.sharing.people.crowd import empty_private, everything_stored, somebody, written

BLANK = codes.make(CodeKind.PERSON_CARD, 42)
BLANK_ROLE = codes.make(CodeKind.ROLE_CARD, 42)


def holder(house: House, code: str, keys: CardKeys | None = None) -> Holder:
    with house.store.reader() as read:
        return holder_of(read, keys or house.keys, code)


def test_a_card_opens_the_door_for_its_person(any_house: House) -> None:
    anna = somebody(any_house, "Anna Klein", Role.STAFF)
    code = issue_card(any_house.store, any_house.keys, person=anna.id, act=any_house.store.new_act())

    found = holder(any_house, code)
    assert codes.kind_of(code) is CodeKind.PERSON_CARD
    assert (found.person, found.roles, found.scope, found.ends) == (anna, anna.roles, frozenset(), None)


def test_a_role_card_opens_the_door_without_a_person(any_house: House) -> None:
    code = issue_card(
        any_house.store,
        any_house.keys,
        role=Role.VOLUNTEER,
        scope=[Scope.AUDIT],
        act=any_house.store.new_act(),
    )

    found = holder(any_house, code)
    assert codes.kind_of(code) is CodeKind.ROLE_CARD
    assert (found.person, found.roles, found.scope) == (
        None,
        frozenset({Role.VOLUNTEER}),
        frozenset({"audit"}),
    )


def test_the_same_command_twice_issues_one_card_and_gives_its_number_again(any_house: House) -> None:
    anna, act = somebody(any_house), any_house.store.new_act()
    first, second = (issue_card(any_house.store, any_house.keys, person=anna.id, act=act) for _ in range(2))

    assert first == second
    assert len(cards_of(any_house.store, anna.id)) == 1


def test_a_command_sent_again_after_the_key_changed_gives_the_same_number(house: House) -> None:
    anna, act = somebody(house), house.store.new_act()
    code = issue_card(house.store, house.keys, person=anna.id, act=act)
    newer = CardKeys((("k2", b"2" * 32), *house.keys.keys))

    assert issue_card(house.store, newer, person=anna.id, act=act) == code
    assert holder(house, code, newer).person == anna
    with pytest.raises(CardUnknown):
        holder(house, code, CardKeys((("k2", b"2" * 32),)))


def test_a_blank_card_is_claimed_by_its_first_holder_for_ever(any_house: House) -> None:
    store, keys = any_house.store, any_house.keys
    anna, bea = somebody(any_house), somebody(any_house, "Bea")
    act = store.new_act()
    for _ in range(2):
        assert issue_card(store, keys, person=anna.id, code=BLANK, act=act) == BLANK

    with pytest.raises(Taken) as refused:
        issue_card(store, keys, person=bea.id, code=BLANK, act=store.new_act())
    assert BLANK not in str(refused.value)
    assert holder(any_house, BLANK).person == anna


def test_a_revoked_card_cannot_be_claimed_again(house: House) -> None:
    anna = somebody(house)
    issue_card(house.store, house.keys, person=anna.id, code=BLANK, act=house.store.new_act())
    revoke_cards_of(house.store, anna.id, act=house.store.new_act())

    with pytest.raises(Taken):
        issue_card(house.store, house.keys, person=anna.id, code=BLANK, act=house.store.new_act())


def test_two_that_claim_one_card_apart_leave_a_case_and_the_first_holds(house: House) -> None:
    """As it arrives from two kiosks: the second claim was made without knowing of the first."""
    anna, bea = somebody(house), somebody(house, "Bea")
    issue_card(house.store, house.keys, person=anna.id, code=BLANK, act=house.store.new_act())
    with house.store.begin() as work:
        (entry,) = work.entries_of(f"card:{house.keys.hash(BLANK)}")
        from sharing.journal.entry import Draft
        from sharing.people.entries import CardHolder, CardIssued

        late = Draft(entry.subject, CardIssued(key_id="k1", kind="person"), CardHolder(person=bea.id))
        work.append(work.new_id(), [late])

    with house.store.reader() as read:
        assert read.rows("SELECT kind FROM matter") == [("card_issued_twice",)]
    assert holder(house, BLANK).person == anna


def test_a_card_ends_when_it_says(house: House, clock: FakeClock) -> None:
    anna = somebody(house)
    ends = clock.at + 3_600_000
    code = issue_card(house.store, house.keys, person=anna.id, ends=ends, act=house.store.new_act())

    assert holder(house, code).ends == ends
    clock.forward(hours=1)
    with pytest.raises(CardExpired):
        holder(house, code)


def test_a_day_card_works_until_the_desk_closes(any_house: House, clock: FakeClock) -> None:
    store = any_house.store
    set_terms(store, {"desk_hours": {"mon": "10:00-18:00"}}, act=store.new_act(), by=None)
    anna = somebody(any_house)
    code = issue_day_card(store, any_house.keys, person=anna.id, act=store.new_act())

    (card,) = cards_of(store, anna.id)
    assert card.kind is CardKind.DAY
    clock.forward(hours=7.9)
    assert holder(any_house, code).person == anna
    clock.forward(hours=0.2)
    with pytest.raises(CardExpired):
        holder(any_house, code)


def test_a_revoked_card_opens_nothing(any_house: House) -> None:
    store = any_house.store
    anna = somebody(any_house)
    code = issue_card(store, any_house.keys, person=anna.id, act=store.new_act())
    (card,) = cards_of(store, anna.id)
    revoke_card(store, card.hash, reason="verloren", act=store.new_act())
    before = written(any_house)
    revoke_card(store, card.hash, act=store.new_act())

    assert written(any_house) == before
    with pytest.raises(CardRevoked):
        holder(any_house, code)
    assert cards_of(store, anna.id)[0].revoked


def test_all_cards_of_a_lost_wallet_are_revoked_at_once(any_house: House) -> None:
    store = any_house.store
    anna = somebody(any_house)
    for _ in range(3):
        issue_card(store, any_house.keys, person=anna.id, act=store.new_act())
    act = store.new_act()

    assert [revoke_cards_of(store, anna.id, act=act) for _ in range(2)] == [3, 3]
    assert revoke_cards_of(store, anna.id, act=store.new_act()) == 0
    assert all(card.revoked for card in cards_of(store, anna.id))


def test_replacing_cards_takes_the_old_ones_back_and_issues_one_however_often_it_is_sent(
    any_house: House,
) -> None:
    store, keys, anna = any_house.store, any_house.keys, somebody(any_house)
    old = issue_card(store, keys, person=anna.id, act=store.new_act())
    act = store.new_act()

    first, again = (replace_cards(store, keys, person=anna.id, act=act) for _ in range(2))

    assert (first, first.revoked) == (again, 1)
    assert [card.revoked for card in cards_of(store, anna.id)].count(False) == 1
    assert holder(any_house, first.number).person == anna
    with pytest.raises(CardRevoked):
        holder(any_house, old)


def test_the_card_of_an_erased_person_is_unknown(any_house: House) -> None:
    anna = somebody(any_house)
    code = issue_card(any_house.store, any_house.keys, person=anna.id, act=any_house.store.new_act())
    empty_private(any_house, [f"card:{any_house.keys.hash(code)}"])
    with pytest.raises(CardUnknown):
        holder(any_house, code)

    other = issue_card(any_house.store, any_house.keys, person=anna.id, act=any_house.store.new_act())
    empty_private(any_house, [f"person:{anna.id}"])
    with pytest.raises(CardUnknown):
        holder(any_house, other)


def test_no_number_of_a_card_is_stored_or_said(any_house: House) -> None:
    store, keys = any_house.store, any_house.keys
    anna = somebody(any_house)
    numbers = [
        issue_card(store, keys, person=anna.id, act=store.new_act()),
        issue_card(store, keys, role=Role.STAFF, act=store.new_act()),
        issue_card(store, keys, person=anna.id, code=BLANK, act=store.new_act()),
    ]
    said = []
    for attempt in (
        lambda: issue_card(store, keys, person=anna.id, code=BLANK, act=store.new_act()),
        lambda: issue_card(store, keys, role=Role.STAFF, code=BLANK, act=store.new_act()),
        lambda: issue_card(store, keys, person=anna.id, code=BLANK[:-1] + "0", act=store.new_act()),
        lambda: holder(any_house, BLANK_ROLE),
    ):
        with pytest.raises(TeilhausError) as refused:
            attempt()
        said.append(repr(refused.value) + str(refused.value.details))

    everything = everything_stored(any_house) + "".join(said)
    assert not [one for one in (*numbers, BLANK, BLANK_ROLE, codes.grouped(BLANK)) if one in everything]


def test_cards_for_nobody_or_by_nobody_who_may_are_refused(house: House) -> None:
    store, keys = house.store, house.keys
    anna, staff = somebody(house), somebody(house, "Bea", Role.STAFF)
    with pytest.raises(BadValue):
        issue_card(store, keys, act=store.new_act())
    with pytest.raises(BadValue):
        issue_card(store, keys, person=anna.id, role=Role.STAFF, act=store.new_act())
    with pytest.raises(PersonUnknown):
        issue_card(store, keys, person="0" * 32, act=store.new_act())
    with pytest.raises(NotAllowed):
        issue_card(store, keys, person=anna.id, act=store.new_act(), by=anna)
    with pytest.raises(NotAllowed):
        issue_card(store, keys, role=Role.ADMIN, act=store.new_act(), by=staff)
    with pytest.raises(CardUnknown):
        revoke_card(store, "k1.00", act=store.new_act())

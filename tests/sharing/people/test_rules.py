"""The one table of rights, and whom a card opens the door to."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scan_input import ScannedText
from sharing.errors import CardExpired, CardOutOfScope, CardRevoked, CardUnknown, NotAllowed
from sharing.lending.scans import Scan
from sharing.people.persons import ChangePerson, RegisterPerson
from sharing.people.rules import (
    RIGHTS,
    Card,
    CardKind,
    Holder,
    Person,
    Right,
    Role,
    Scope,
    check_right,
    check_scope,
    holder,
    may,
)

TABLE = """
                    visitor  volunteer  staff  admin
borrow                 x         x        x      x
book                   x         x        x      x
check_returns          .         x        x      x
audit                  .         x        x      x
open_desk              .         .        x      x
see_persons            .         .        x      x
lend_for_others        .         .        x      x
override               .         .        x      x
handle_cases           .         .        x      x
manage_people          .         .        x      x
manage_catalogue       .         .        x      x
manage_rooms           .         .        x      x
manage_house           .         .        .      x
grant_roles            .         .        .      x
"""


def written() -> dict[tuple[Role, Right], bool]:
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    return {
        (Role(role), Right(right)): mark == "x"
        for right, *marks in lines
        for role, mark in zip(head, marks, strict=True)
    }


def test_the_table_of_rights_is_what_is_written_here() -> None:
    assert {(role, right): right in RIGHTS[role] for role in Role for right in Right} == written()


def test_each_role_may_what_the_one_below_may() -> None:
    in_order = [RIGHTS[role] for role in (Role.VISITOR, Role.VOLUNTEER, Role.STAFF, Role.ADMIN)]

    assert all(lower < higher for lower, higher in itertools.pairwise(in_order))


@given(st.sets(st.sampled_from(Role)), st.sampled_from(Right))
def test_several_roles_may_what_one_of_them_may(roles: set[Role], right: Right) -> None:
    assert may(roles, right) == any(right in RIGHTS[role] for role in roles)
    assert may(roles, right) == may(roles, str(right.value))


def test_a_right_nobody_has_is_refused_by_its_name() -> None:
    with pytest.raises(NotAllowed) as refused:
        check_right(Person("p1", "Anna"), Right.AUDIT)

    assert refused.value.details == {"right": "audit"}
    check_right(None, Right.MANAGE_HOUSE)


def test_a_traceback_shows_no_name() -> None:
    person = Person("p1", "Anna Klein", contact="0761 1", guardian="Eva Klein", roles=frozenset({Role.ADMIN}))

    assert repr(person) == "Person(id='p1')"
    assert person.__rich_repr__() == [("id", "p1")]


def test_neither_a_scan_nor_a_form_shows_in_a_traceback_what_stands_in_it() -> None:
    for one in (
        Scan("1143017814512092", b"act"),
        ScannedText("1143017814512092"),
        RegisterPerson(act=b"act", name="Anna Klein", contact="0761 1"),
        ChangePerson(act=b"act", person="p1", name="Anna Klein"),
    ):
        shown = f"{one!r} {one.__rich_repr__()}"
        assert "1143" not in shown
        assert "Klein" not in shown
        assert "0761" not in shown


def card(
    *, role: Role | None = None, ends: int | None = None, revoked: bool = False, scope: str = ""
) -> Card:
    kept = frozenset({scope} if scope else ())
    return Card("k1.ab", CardKind.PERSON, None if role else "p1", role, kept, 0, ends, revoked)


ANNA = Person("p1", "Anna", roles=frozenset({Role.VISITOR, Role.STAFF}))


def test_a_card_gives_its_holder_and_the_holders_roles() -> None:
    found = holder(card(scope="lend"), ANNA, now=5)

    assert (found.person, found.roles, found.scope) == (ANNA, ANNA.roles, frozenset({"lend"}))
    assert found.may(Right.OVERRIDE)


def test_a_role_card_gives_the_role_without_a_person() -> None:
    found = holder(card(role=Role.VOLUNTEER), None, now=5)

    assert found.person is None
    assert found.roles == {Role.VOLUNTEER}


def test_cards_that_open_nothing_say_why() -> None:
    with pytest.raises(CardUnknown):
        holder(None, None, now=5)
    with pytest.raises(CardUnknown):
        holder(card(), None, now=5)
    with pytest.raises(CardRevoked):
        holder(card(revoked=True, ends=1), ANNA, now=5)
    with pytest.raises(CardExpired):
        holder(card(ends=5), ANNA, now=5)


def test_a_card_works_until_the_moment_it_ends() -> None:
    assert holder(card(ends=6), ANNA, now=5).ends == 6


def test_a_card_with_a_scope_is_good_for_that_only() -> None:
    narrow = Holder(None, "k1.ab", frozenset({Role.VOLUNTEER}), frozenset({"audit"}), None)
    wide = Holder(None, "k1.ab", frozenset({Role.VOLUNTEER}), frozenset(), None)

    check_scope(narrow, Scope.AUDIT)
    check_scope(wide, Scope.LEND)
    with pytest.raises(CardOutOfScope):
        check_scope(narrow, Scope.LEND)

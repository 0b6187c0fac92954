"""Tokens: shown once, kept as a hash, revoked for ever; and who may give what away."""

from __future__ import annotations

import pytest

from sharing.errors import BadValue, DoesNotExist, FeedRevoked, NotAllowed, PersonUnknown
from sharing.house import House
from sharing.people.actions import add_member, register_organisation, remove_member
from sharing.people.rules import OrganisationKind, Role
from sharing.rooms.calendars.feed import Scope
from sharing.rooms.calendars.tokens import feed, feeds, open_feed, revoke_feed
from tests.sharing.people.crowd import again, empty_private, somebody
from tests.sharing.rooms.calendars.dates import at, book, events, make_room

SIX, EIGHT = at("2026-06-02 18:00"), at("2026-06-02 20:00")


def everything(house: House) -> str:
    with house.store.reader() as read:
        rows = read.rows("SELECT * FROM feed") + read.rows("SELECT subject, data, private FROM entry")
    return repr([bytes(one) if isinstance(one, memoryview) else one for row in rows for one in row])


def test_a_token_opens_its_calendar_until_it_is_revoked(any_house: House) -> None:
    store = any_house.store
    room = make_room(any_house, "Saal")
    book(any_house, room, SIX, EIGHT)
    opened = open_feed(store, None, Scope.ROOM, store.new_act(), target=room, public=True)

    found = feed(store, opened.token)

    assert found is not None
    assert len(events(found.data)) == 1
    assert feed(store, opened.token, found.etag) is None
    assert feed(store, opened.token, f'W/"x", {found.etag}') is None
    revoke_feed(store, None, opened.id, store.new_act())
    with pytest.raises(FeedRevoked) as revoked:
        feed(store, opened.token)
    with pytest.raises(FeedRevoked) as unknown:
        feed(store, "nothing")
    assert revoked.value.details == unknown.value.details == {}


def test_a_token_is_stored_nowhere(any_house: House) -> None:
    store = any_house.store
    act = store.new_act()

    opened = open_feed(store, None, Scope.HOUSE, act, public=True)

    assert len(opened.token) == 32
    assert opened.token not in everything(any_house)
    assert opened.id in everything(any_house)
    again_opened = open_feed(store, None, Scope.HOUSE, act, public=True)
    assert (again_opened.id, again_opened.token) == (opened.id, "")


@pytest.mark.parametrize("token", ["", "x" * 10_000_000, "a\r\nb", "../../etc/passwd", "\ud800", "' OR 1=1"])
def test_whatever_is_no_token_is_refused_like_a_revoked_one(house: House, token: str) -> None:
    open_feed(house.store, None, Scope.HOUSE, house.store.new_act())

    with pytest.raises(FeedRevoked):
        feed(house.store, token)


def test_a_person_is_named_in_the_private_part_only(house: House) -> None:
    person = somebody(house)
    opened = open_feed(house.store, person, Scope.PERSON, house.store.new_act(), target=person.id)

    with house.store.reader() as read:
        ((data,),) = read.rows("SELECT data FROM entry WHERE subject = ?", (f"feed:{opened.id}",))

    assert person.id not in bytes(data).decode()


def test_an_erased_person_s_feed_is_closed(house: House) -> None:
    person = somebody(house)
    opened = open_feed(house.store, person, Scope.PERSON, house.store.new_act(), target=person.id)
    assert feed(house.store, opened.token) is not None

    empty_private(house, [f"person:{person.id}"])

    with pytest.raises(FeedRevoked):
        feed(house.store, opened.token)
    empty_private(house, [f"feed:{opened.id}"])
    with pytest.raises(FeedRevoked):
        feed(house.store, opened.token)


def test_who_left_an_organisation_reads_its_calendar_no_longer(house: House) -> None:
    store = house.store
    org = register_organisation(store, "SV", OrganisationKind.ASSOCIATION, act=store.new_act()).id
    member = add_member(store, org, somebody(house).id, act=store.new_act())
    inside = open_feed(store, member, Scope.ORGANISATION, store.new_act(), target=org)
    public = open_feed(store, member, Scope.ORGANISATION, store.new_act(), target=org, public=True)

    remove_member(store, org, member.id, act=store.new_act())

    with pytest.raises(FeedRevoked):
        feed(store, inside.token)
    assert feed(store, public.token) is not None


def test_people_give_away_what_is_theirs_only(house: House) -> None:
    store = house.store
    room, person, other = make_room(house, "Saal"), somebody(house), somebody(house, "Bo Stern")
    staff = somebody(house, "Cem Öz", Role.STAFF)
    org = register_organisation(store, "SV", OrganisationKind.ASSOCIATION, act=store.new_act()).id
    act = store.new_act()

    for scope, target in ((Scope.PERSON, other.id), (Scope.ORGANISATION, org), (Scope.ROOM, room)):
        with pytest.raises(NotAllowed):
            open_feed(store, person, scope, act, target=target)
    with pytest.raises(NotAllowed):
        open_feed(store, person, Scope.HOUSE, act)
    with pytest.raises(NotAllowed):
        open_feed(store, staff, Scope.PERSON, act, target=other.id)
    assert open_feed(store, person, Scope.ROOM, store.new_act(), target=room, public=True).token
    assert open_feed(store, staff, Scope.ROOM, store.new_act(), target=room).token
    assert open_feed(store, staff, Scope.HOUSE, store.new_act()).token


def test_each_sees_and_closes_their_own_and_staff_all(house: House) -> None:
    store = house.store
    person, other, staff = somebody(house), somebody(house, "Bo"), somebody(house, "Cem", Role.STAFF)
    mine = open_feed(store, person, Scope.PERSON, store.new_act(), target=person.id)
    open_feed(store, None, Scope.HOUSE, store.new_act(), public=True)

    assert [one.id for one in feeds(store, person)] == [mine.id]
    assert feeds(store, other) == ()
    assert len(feeds(store, again(house, staff))) == len(feeds(store, None)) == 2
    with pytest.raises(NotAllowed):
        revoke_feed(store, other, mine.id, store.new_act())
    revoke_feed(store, staff, mine.id, store.new_act())
    revoke_feed(store, person, mine.id, store.new_act())
    assert feeds(store, person)[0].revoked_at is not None


def test_what_is_not_there_has_no_feed(house: House) -> None:
    store, act = house.store, house.store.new_act()

    with pytest.raises(DoesNotExist):
        open_feed(store, None, Scope.ROOM, act, target="nowhere")
    with pytest.raises(DoesNotExist):
        open_feed(store, None, Scope.ORGANISATION, act, target="nobody")
    with pytest.raises(PersonUnknown):
        open_feed(store, None, Scope.PERSON, act, target="nobody")
    with pytest.raises(BadValue):
        open_feed(store, None, Scope.HOUSE, act, target="x")
    with pytest.raises(DoesNotExist):
        revoke_feed(store, None, "0" * 64, act)
    with pytest.raises(BadValue):
        feed(store, "x", language="xx")

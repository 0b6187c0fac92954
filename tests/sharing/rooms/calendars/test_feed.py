"""Feeds: what is in them for whom, under which name, and until when."""

from __future__ import annotations

from icalendar import Calendar

from sharing.house import House
from sharing.people.actions import register_organisation
from sharing.people.rules import OrganisationKind
from sharing.rooms.calendars.feed import Feed, Of, Scope, feed_of
from sharing.rooms.rules import MINUTE, Use
from tests.fakes import FakeClock
from tests.sharing.people.crowd import empty_private, somebody
from tests.sharing.rooms.calendars.dates import at, book, decide, events, make_room, moments, move

SIX, EIGHT = at("2026-06-02 18:00"), at("2026-06-02 20:00")
HOUSE = Of(scope=Scope.HOUSE)
INSIDE = Of(scope=Scope.HOUSE, public=False)


def feed(house: House, of: Of = HOUSE) -> Feed:
    with house.store.reader() as read:
        return feed_of(read, of)


def club(house: House, name: str = "SV Nord") -> str:
    store = house.store
    return register_organisation(store, name, OrganisationKind.ASSOCIATION, act=store.new_act()).id


def said(house: House, of: Of = HOUSE) -> list[str]:
    return [str(one["SUMMARY"]) for one in events(feed(house, of).data)]


def test_a_public_feed_says_taken_and_nothing_else(any_house: House) -> None:
    room = make_room(any_house, "Saal")
    person = somebody(any_house, "Anna Klein")
    org = club(any_house)
    book(any_house, room, SIX, EIGHT, title="Beratung", person=person.id, org=org, adult="Eva Groß")
    book(any_house, room, EIGHT, EIGHT + 60 * MINUTE, use=Use.MAINTENANCE, title="Heizung")
    book(any_house, room, SIX - 60 * MINUTE, SIX, use=Use.EXTERNAL, title="Gemeinderat", source="Rathaus")

    found = feed(any_house)

    assert said(any_house) == ["Belegt"] * 3
    assert said(any_house, Of(scope=Scope.HOUSE, language="en")) == ["Taken"] * 3
    for secret in ("Beratung", "Nord", "Anna", "Eva", "Heizung", "Gemeinderat", "Rathaus", person.id, org):
        assert secret not in found.data.decode()


def test_an_organisation_is_named_in_public_only_where_it_agreed(house: House) -> None:
    room, org = make_room(house, "Saal"), club(house)
    book(house, room, SIX, EIGHT, org=org, title="Training", announce=True)
    book(house, room, EIGHT, EIGHT + 60 * MINUTE, org=org)

    assert said(house) == ["Belegt: SV Nord", "Belegt"]


def test_inside_the_house_a_feed_says_what_for_but_never_who(house: House) -> None:
    room = make_room(house, "Saal")
    person = somebody(house, "Anna Klein")
    book(house, room, SIX, EIGHT, title="Chorprobe", person=person.id, adult="Eva Groß", org=club(house))
    book(house, room, EIGHT, EIGHT + 60 * MINUTE, use=Use.MAINTENANCE)
    book(house, room, SIX - 60 * MINUTE, SIX, use=Use.EXTERNAL, title="Rat", source="Rathaus")

    assert said(house, INSIDE) == ["Rat (Rathaus)", "Chorprobe – SV Nord", "Wartung"]
    assert "Anna" not in feed(house, INSIDE).data.decode()
    assert "Eva" not in feed(house, INSIDE).data.decode()


def test_each_scope_holds_its_own_dates(any_house: House) -> None:
    hall, attic = make_room(any_house, "Saal"), make_room(any_house, "Dach")
    org, person = club(any_house), somebody(any_house)
    book(any_house, hall, SIX, EIGHT, title="Verein", org=org)
    book(any_house, attic, SIX, EIGHT, title="Allein", person=person.id)

    def of(scope: Scope, target: str) -> list[str]:
        return said(any_house, Of(scope=scope, target=target, public=False))

    assert of(Scope.ROOM, hall) == ["Verein – SV Nord"]
    assert of(Scope.ROOM, attic) == ["Allein"]
    assert of(Scope.ORGANISATION, org) == ["Verein – SV Nord"]
    assert of(Scope.PERSON, person.id) == ["Allein"]
    assert sorted(of(Scope.HOUSE, "")) == ["Allein", "Verein – SV Nord"]


def test_a_room_s_feed_holds_what_takes_one_of_its_parts(house: House) -> None:
    left, right = make_room(house, "A"), make_room(house, "B")
    both = make_room(house, "A+B", left, right)
    book(house, both, SIX, EIGHT, title="Fest", parts=(left, right))

    assert said(house, Of(scope=Scope.ROOM, target=left, public=False)) == ["Fest"]
    book(house, right, EIGHT, EIGHT + 60 * MINUTE, title="Probe")
    assert said(house, Of(scope=Scope.ROOM, target=both, public=False)) == ["Fest", "Probe"]
    assert said(house, Of(scope=Scope.ROOM, target=left, public=False)) == ["Fest"]


def test_a_date_keeps_its_name_and_counts_its_changes(house: House, clock: FakeClock) -> None:
    room = make_room(house, "Saal")
    booking = book(house, room, SIX, EIGHT)
    (before,) = events(feed(house).data)
    clock.forward(hours=2)
    move(house, booking, room, SIX + 60 * MINUTE, EIGHT + 60 * MINUTE)
    moved_at = clock.at

    (after,) = events(feed(house).data)

    assert after["UID"] == before["UID"] == f"{booking}-0@teilhaus"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert moments(after) == (SIX + 60 * MINUTE, EIGHT + 60 * MINUTE)
    assert round(after.DTSTAMP.timestamp()) * 1000 == moved_at // 1000 * 1000
    assert after.LAST_MODIFIED == after.DTSTAMP


def test_what_is_not_decided_yet_is_tentative(house: House) -> None:
    book(house, make_room(house, "Saal"), SIX, EIGHT, decided=False)

    (found,) = events(feed(house).data)

    assert found["STATUS"] == "TENTATIVE"


def test_what_was_cancelled_says_so_for_thirty_days(house: House, clock: FakeClock) -> None:
    room = make_room(house, "Saal")
    booking = book(house, room, at("2026-08-02 18:00"), at("2026-08-02 20:00"))
    decide(house, booking, off=((0, "by_asker"),))

    (found,) = events(feed(house).data)
    assert (found["STATUS"], found["SEQUENCE"], found["TRANSP"]) == ("CANCELLED", 1, "TRANSPARENT")
    clock.forward(days=29.9)
    assert len(events(feed(house).data)) == 1
    clock.forward(days=0.2)
    assert events(feed(house).data) == []


def test_a_date_leaves_the_calendar_thirty_days_after_its_end(house: House, clock: FakeClock) -> None:
    book(house, make_room(house, "Saal"), SIX, EIGHT)
    book(house, make_room(house, "Dach"), SIX, SIX + 40 * 24 * 60 * MINUTE)

    clock.forward(days=32)

    assert len(events(feed(house).data)) == 1


def test_a_hold_that_nobody_took_is_gone_when_it_lapses(house: House, clock: FakeClock) -> None:
    room = make_room(house, "Saal")
    book(house, room, SIX, EIGHT, use=Use.HOLD, lapses=at("2026-06-01 20:00"))
    assert said(house, INSIDE) == ["Vorgemerkt"]

    clock.forward(hours=11)

    assert said(house, INSIDE) == []


def test_an_etag_stays_until_something_changes(any_house: House) -> None:
    room = make_room(any_house, "Saal")
    booking = book(any_house, room, SIX, EIGHT)
    first, again = feed(any_house), feed(any_house)

    move(any_house, booking, room, SIX, EIGHT + 60 * MINUTE)

    assert first == again
    assert first.etag.startswith('"')
    assert feed(any_house).etag != first.etag


def test_a_title_that_was_erased_is_in_no_feed_any_more(house: House) -> None:
    room = make_room(house, "Saal")
    booking = book(house, room, SIX, EIGHT, title="Beratung Frau Klein")
    assert said(house, INSIDE) == ["Beratung Frau Klein"]

    empty_private(house, [f"booking:{booking}"])

    assert said(house, INSIDE) == ["Belegt"]


def test_an_empty_house_has_a_calendar_all_the_same(house: House) -> None:
    calendar = Calendar.from_ical(feed(house).data)

    assert calendar["NAME"] == "Testhaus"
    assert calendar.events == []


def test_a_name_in_the_house_cannot_write_lines(house: House) -> None:
    room = make_room(house, "Saal")
    book(house, room, SIX, EIGHT, title="x\r\nEND:VEVENT\r\nBEGIN:VALARM", source="y\r\nATTACH:z")

    (found,) = events(feed(house, INSIDE).data)

    assert found.subcomponents == []
    assert str(found["SUMMARY"]) == "x END:VEVENT BEGIN:VALARM (y ATTACH:z)"

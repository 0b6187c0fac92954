"""Foreign calendars as blocks: taken in, refreshed, and never in the place of our own bookings."""

from __future__ import annotations

from datetime import datetime

import pytest

from sharing.errors import BadValue, CalendarRefused, DoesNotExist, NotAllowed, NotHome
from sharing.house import House
from sharing.journal.entry import Draft
from sharing.journal.shapes import HomeMoved
from sharing.people.rules import Role
from sharing.rooms import actions
from sharing.rooms.calendars.feed import Of, Scope, feed_of
from sharing.rooms.calendars.foreign import MOST_BYTES, Flaw
from sharing.rooms.calendars.incoming import Report, import_calendar
from sharing.rooms.rules import Booking, State, Use
from tests.fakes import FakeClock
from tests.sharing.people.crowd import somebody, written
from tests.sharing.rooms.calendars.dates import at, book, decide, make_room
from tests.sharing.rooms.calendars.files import BAD, GOOD, calendar, event

SIX, EIGHT = at("2026-06-02 18:00"), at("2026-06-02 20:00")
SERIES = event("RRULE:FREQ=WEEKLY;COUNT=3", uid="s@x", begins="20260604T100000", ends="20260604T110000")


def take(house: House, room: str, *events: str, source: str = "Rathaus") -> Report:
    return import_calendar(house.store, None, room, source, calendar(*events), house.store.new_act())


def blocks(house: House) -> list[Booking]:
    with house.store.reader() as read:
        found = read.rows("SELECT id FROM booking WHERE use = 'external' ORDER BY id")
    return [actions.booking(house.store, key) for (key,) in found]


def live(house: House) -> list[tuple[int, int]]:
    """When foreign events have the room."""
    with house.store.reader() as read:
        return [
            (begins, ends)
            for begins, ends in read.rows(
                "SELECT s.begins, s.ends FROM slot s JOIN booking b ON b.id = s.booking"
                " WHERE b.use = 'external' ORDER BY s.begins"
            )
        ]


def test_a_foreign_calendar_blocks_its_room_and_says_where_it_is_from(any_house: House) -> None:
    room = make_room(any_house, "Saal")

    report = take(any_house, room, event(title="Gemeinderat"), SERIES)

    assert (report.imported, report.new, report.refused) == (True, 4, ())
    assert len(live(any_house)) == 4
    assert live(any_house)[0] == (SIX, EIGHT)
    assert {one.source for one in blocks(any_house)} == {"Rathaus"}
    assert {one.use for one in blocks(any_house)} == {Use.EXTERNAL}
    assert {one.title for one in blocks(any_house)} == {"Gemeinderat", "Probe"}
    assert {one.occurrences[0].state for one in blocks(any_house)} == {State.CONFIRMED}


def test_the_same_file_again_writes_nothing(any_house: House) -> None:
    room = make_room(any_house, "Saal")
    take(any_house, room, event(), SERIES)
    before = written(any_house)

    report = take(any_house, room, event(), SERIES)

    assert (report.new, report.moved, report.same, report.gone) == (0, 0, 4, 0)
    assert written(any_house) == before


def test_what_moved_is_moved_and_what_vanished_is_cancelled(any_house: House) -> None:
    room = make_room(any_house, "Saal")
    take(any_house, room, event(), GOOD)

    report = take(any_house, room, event(begins="20260602T190000", ends="20260602T210000"))

    assert (report.new, report.moved, report.same, report.gone) == (0, 1, 0, 1)
    assert live(any_house) == [(at("2026-06-02 19:00"), at("2026-06-02 21:00"))]
    assert len(blocks(any_house)) == 2
    moved, gone = sorted((one.occurrences[0] for one in blocks(any_house)), key=lambda one: one.span)
    assert (moved.state, moved.sequence) == (State.CONFIRMED, 1)
    assert (gone.state, gone.why) == (State.CANCELLED, "by_asker")


def test_what_comes_back_is_the_same_event(house: House) -> None:
    room = make_room(house, "Saal")
    take(house, room, event(), GOOD)
    take(house, room, GOOD)

    report = take(house, room, event(), GOOD)

    assert (report.new, report.same) == (1, 1)
    assert len(blocks(house)) == 2
    assert len(live(house)) == 2


@pytest.mark.parametrize("count", [2, 70])
def test_events_that_change_places_find_room_for_each_other(any_house: House, count: int) -> None:
    room = make_room(any_house, "Saal")

    def one(n: int, day: int) -> str:
        when = datetime.fromordinal(datetime(2026, 6, 10).toordinal() + day)  # noqa: DTZ001 by a wall clock
        return event(uid=f"{n}", begins=f"{when:%Y%m%d}T180000", ends=f"{when:%Y%m%d}T200000")

    take(any_house, room, *[one(n, n) for n in range(count)])
    before = live(any_house)

    report = take(any_house, room, *[one(n, (n + 1) % count) for n in range(count)])

    assert (report.moved, report.refused) == (count, ())
    assert live(any_house) == before


def test_an_event_that_is_called_otherwise_is_renamed(house: House) -> None:
    room = make_room(house, "Saal")
    take(house, room, event(title="Alt"))

    report = take(house, room, event(title="Neu"))

    assert (report.renamed, report.same, report.moved) == (1, 0, 0)
    assert [one.title for one in blocks(house)] == ["Neu"]
    assert take(house, room, event(title="Neu")).same == 1


def test_our_own_booking_stays_and_the_foreign_event_says_taken(any_house: House) -> None:
    room = make_room(any_house, "Saal")
    ours = book(any_house, room, SIX, EIGHT)

    report = take(any_house, room, event(begins="20260602T190000", ends="20260602T213000"), GOOD)

    assert report.new == 1
    assert [(one.flaw, one.uid, one.at) for one in report.refused] == [
        (Flaw.TAKEN, "1@x", at("2026-06-02 19:00"))
    ]
    assert actions.booking(any_house.store, ours).occurrences[0].state is State.CONFIRMED


def test_an_event_that_moves_onto_our_booking_leaves_its_old_time(house: House) -> None:
    room = make_room(house, "Saal")
    take(house, room, event())
    book(house, room, at("2026-06-05 18:00"), at("2026-06-05 20:00"))

    report = take(house, room, event(begins="20260605T190000", ends="20260605T210000"))

    assert (report.moved, report.gone) == (0, 1)
    assert [one.flaw for one in report.refused] == [Flaw.TAKEN]
    assert live(house) == []


def test_a_calendar_of_two_halls_together_takes_both(any_house: House) -> None:
    left, right = make_room(any_house, "A"), make_room(any_house, "B")
    both = make_room(any_house, "A-B", left, right)
    book(any_house, right, at("2026-06-03 19:00"), at("2026-06-03 21:00"))

    report = take(any_house, both, event(), GOOD)

    assert (report.new, [one.uid for one in report.refused]) == (1, ["good@x"])
    assert live(any_house) == [(SIX, EIGHT)] * 2
    assert take(any_house, both, event(title="Anders"), GOOD).renamed == 1
    assert take(any_house, left, event(uid="2"), source="Schule").refused[0].flaw is Flaw.TAKEN


def test_of_two_events_at_one_time_one_blocks_the_room(house: House) -> None:
    room = make_room(house, "Saal")

    report = take(house, room, event(), event(uid="2@x"))

    assert (report.new, len(report.refused)) == (1, 1)
    assert live(house) == [(SIX, EIGHT)]


def test_what_can_no_longer_be_read_stays_as_it_was(house: House) -> None:
    room = make_room(house, "Saal")
    take(house, room, event(), SERIES, GOOD)
    broken_series = SERIES.replace("WEEKLY;COUNT=3", "SECONDLY")
    before = live(house)

    report = take(house, room, event("RRULE:FREQ=SECONDLY"), broken_series, GOOD)

    assert (report.same, report.gone, len(report.refused)) == (1, 0, 2)
    assert live(house) == before


def test_a_file_of_which_nothing_is_usable_changes_nothing(house: House) -> None:
    room = make_room(house, "Saal")
    take(house, room, GOOD)
    before = written(house)

    report = take(house, room, *[text for text, _ in BAD.values() if "good" not in text][:3])

    assert not report.imported
    assert len(report.refused) == 3
    assert written(house) == before


def test_an_empty_calendar_takes_its_blocks_away(house: House) -> None:
    room = make_room(house, "Saal")
    take(house, room, event(), SERIES)

    report = take(house, room)

    assert (report.imported, report.gone) == (True, 4)
    assert live(house) == []


def test_what_is_over_stays_in_the_past(house: House, clock: FakeClock) -> None:
    room = make_room(house, "Saal")
    take(house, room, event(), GOOD)
    clock.forward(days=5)

    report = take(house, room)

    assert report.gone == 0
    assert len(live(house)) == 2


def test_calendars_and_rooms_do_not_mix(house: House) -> None:
    hall, attic = make_room(house, "Saal"), make_room(house, "Dach")
    take(house, hall, event())
    take(house, attic, event())
    take(house, hall, GOOD, source="Schule")

    report = take(house, hall, source="Rathaus")

    assert report.gone == 1
    assert len(live(house)) == 2


def test_a_command_that_comes_twice_is_done_once(house: House) -> None:
    room, act = make_room(house, "Saal"), house.store.new_act()
    import_calendar(house.store, None, room, "Rathaus", calendar(event()), act)
    before = written(house)

    import_calendar(house.store, None, room, "Rathaus", calendar(event(), GOOD), act)

    assert written(house) == before


@pytest.mark.parametrize("data", [b"/etc/passwd", b"", calendar() + b" " * MOST_BYTES])
def test_a_file_that_is_none_changes_nothing(house: House, data: bytes) -> None:
    room = make_room(house, "Saal")
    take(house, room, event())
    before = written(house)

    with pytest.raises(CalendarRefused):
        import_calendar(house.store, None, room, "Rathaus", data, house.store.new_act())

    assert written(house) == before


def test_only_those_who_manage_rooms_take_calendars_in(house: House) -> None:
    room, act = make_room(house, "Saal"), house.store.new_act()
    staff = somebody(house, "Cem Öz", Role.STAFF)

    with pytest.raises(NotAllowed):
        import_calendar(house.store, somebody(house), room, "Rathaus", calendar(GOOD), act)
    with pytest.raises(DoesNotExist):
        import_calendar(house.store, staff, "nirgends", "Rathaus", calendar(GOOD), act)
    with pytest.raises(BadValue):
        import_calendar(house.store, staff, room, " ", calendar(GOOD), act)
    assert import_calendar(house.store, staff, room, "Rathaus", calendar(GOOD), act).new == 1


def test_the_feed_of_one_room_keeps_another_free(house: House) -> None:
    hall, attic = make_room(house, "Saal"), make_room(house, "Dach")
    night = (at("2026-10-25 02:30", fold=1), at("2026-10-25 04:00"))
    ours = [book(house, hall, SIX, EIGHT), book(house, hall, *night)]

    def refresh() -> Report:
        with house.store.reader() as read:
            data = feed_of(read, Of(scope=Scope.ROOM, target=hall)).data
        return import_calendar(house.store, None, attic, "Saal", data, house.store.new_act())

    assert (refresh().new, live(house)) == (2, [(SIX, EIGHT), night])
    decide(house, ours[0], off=((0, "by_asker"),))
    report = refresh()
    assert (report.gone, report.same, report.over, live(house)) == (1, 1, 1, [night])


def test_a_machine_that_does_not_decide_takes_nothing_in(house: House) -> None:
    room = make_room(house, "Saal")
    with house.store.begin() as work:
        moved = HomeMoved(group="house", epoch=2, to="central", through=0)
        work.append(work.new_id(), [Draft("group:house", moved)])
    before = written(house)

    with pytest.raises(NotHome):
        take(house, room, event())

    assert written(house) == before

"""How a room stands at its door."""

from __future__ import annotations

import msgspec
import pytest

from devices.panels import state as panels
from devices.panels.state import (
    RoomState,
    Slot,
    Status,
    agenda,
    content,
    decoded,
    encoded,
    next_boundary,
    rolled,
)
from sharing.rooms.rules import MINUTE, State, Use
from sharing.rooms.seen import Seen
from sharing.terms.rules import Terms
from sharing.texts import Texts
from tests.devices.panels.known import HALL, date, known
from tests.sharing.rooms.values import HOUSE, at, room

ALWAYS = Terms()


def state(now: str, *dates: Seen, terms: Terms = HOUSE, fold: int = 0) -> RoomState:
    moment = at(now if len(now) > len("10:00") else f"2026-06-02 {now}", fold=fold)
    return panels.room_state(known(*dates), terms, moment)


def clock(text: str) -> int:
    return at(f"2026-06-02 {text}")


def times(slots: tuple[Slot, ...]) -> list[int]:
    return [one.begins for one in slots]


def test_an_empty_room_is_free_from_its_opening_until_it_closes() -> None:
    found = state("10:00")

    assert (found.status, found.since, found.until) == (Status.FREE, clock("08:00"), clock("22:00"))
    assert found.free_until == clock("22:00")


def test_a_room_that_is_always_open_and_never_booked_is_free_without_end() -> None:
    found = state("10:00", terms=ALWAYS)

    assert (found.status, found.since, found.until, found.free_until) == (Status.FREE, None, None, None)


def test_a_booking_takes_the_room_from_its_first_moment_to_its_last() -> None:
    booked = date("10:00", "12:00")
    just_before = panels.room_state(known(booked), HOUSE, clock("10:00") - 1)
    last = panels.room_state(known(booked), HOUSE, clock("12:00") - 1)

    assert (just_before.status, just_before.until) == (Status.FREE, clock("10:00"))
    assert state("10:00", booked).status is Status.BUSY
    assert (last.status, last.until) == (Status.BUSY, clock("12:00"))
    assert state("12:00", booked).status is Status.FREE


def test_bookings_without_a_gap_are_one_stretch_but_each_shows_its_own_end() -> None:
    found = state("11:00", date("10:00", "12:00"), date("12:00", "14:00", n=1))

    assert (found.since, found.until) == (clock("10:00"), clock("14:00"))
    assert found.now is not None
    assert found.now.ends == clock("12:00")
    assert panels.next_boundary(found, clock("11:00")) == clock("12:00") - 10 * MINUTE


def test_buffers_are_neither_free_nor_busy() -> None:
    booked = date("10:00", "12:00", buffers=(15, 30))

    assert state("09:45", booked).status is Status.BUFFER
    assert state("09:44", booked).free_until == clock("09:45")
    assert state("12:00", booked).status is Status.BUFFER
    assert state("12:29", booked).until == clock("12:30")
    assert state("12:30", booked).status is Status.FREE


def test_the_buffer_of_yesterday_reaches_over_midnight() -> None:
    late = date("2026-06-01 22:00", "2026-06-01 23:50", buffers=(0, 30))

    assert state("00:10", late, terms=ALWAYS).status is Status.BUFFER
    assert state("00:10", late, terms=ALWAYS).day == ()


def test_outside_its_hours_and_on_closing_days_it_is_closed_until_the_next_opening() -> None:
    early, holiday = state("07:00"), state("2026-06-04 12:00")

    assert (early.status, early.until) == (Status.CLOSED, clock("08:00"))
    assert (holiday.status, holiday.until) == (Status.CLOSED, at("2026-06-05 08:00"))


def test_who_is_there_outside_the_hours_is_shown_all_the_same() -> None:
    assert state("22:30", date("21:00", "23:00")).status is Status.BUSY


def test_a_room_that_cannot_be_booked_is_closed_for_ever() -> None:
    shut = room("ha11", bookable=False)
    found = panels.room_state(known(room=shut), HOUSE, clock("12:00"))

    assert (found.status, found.until) == (Status.CLOSED, None)


def test_a_pairing_is_open_only_while_all_its_rooms_are() -> None:
    half = room("ha1f", hours={1: ((12 * 60, 14 * 60),)})
    found = panels.room_state(known(consists_of=(half,)), HOUSE, clock("13:00"))

    assert (found.status, found.until) == (Status.FREE, clock("14:00"))


def test_whoever_comes_early_has_it_from_then_on() -> None:
    early = date("10:00", "12:00", state=State.ARRIVED, arrived_at=clock("09:50"))

    found = state("09:55", early)
    assert (found.status, found.since) == (Status.BUSY, clock("09:50"))
    assert found.now is not None
    assert found.now.begins == clock("10:00")
    assert found.next == ()


def test_whoever_leaves_early_frees_it_from_then_on() -> None:
    left = date("10:00", "12:00", state=State.ENDED, left_at=clock("11:13"))

    assert state("11:12", left).status is Status.BUSY
    assert state("11:13", left).status is Status.FREE


def test_what_nobody_came_for_lapses_by_itself() -> None:
    unused = date("10:00", "12:00", gone_at=clock("10:20"))
    before = state("10:19", unused)

    assert before.status is Status.BUSY
    assert next_boundary(before, clock("10:19")) == clock("10:20")
    assert state("10:20", unused).status is Status.FREE
    assert state("10:20", unused).day == ()


@pytest.mark.parametrize("gone", [State.CANCELLED, State.DECLINED, State.NO_SHOW])
def test_what_was_given_up_is_not_shown(gone: State) -> None:
    found = state("11:00", date("10:00", "12:00", state=gone))

    assert (found.status, found.day) == (Status.FREE, ())


def test_what_is_only_asked_for_takes_nothing_and_is_told_all_the_same() -> None:
    wish = date("10:00", "12:00", state=State.PROVISIONAL, buffers=(15, 15))
    found = state("11:55", wish)

    assert (found.status, found.since, found.until) == (Status.FREE, clock("08:00"), clock("22:00"))
    assert found.now is not None
    assert found.now.asked
    assert not found.closing_soon
    assert times(found.day) == [clock("10:00")]
    assert state("12:05", wish).status is Status.FREE


def test_a_room_is_free_until_the_next_who_asked_for_it_and_goes_on_being_free_then() -> None:
    wish, booked = date("14:00", "16:00", state=State.PROVISIONAL), date("17:00", "18:00", n=1)
    before, then = state("13:00", wish, booked), state("14:00", wish, booked)

    assert (before.free_until, times(before.next)) == (clock("14:00"), [clock("14:00"), clock("17:00")])
    assert (then.status, then.free_until) == (Status.FREE, clock("17:00"))
    assert content(rolled(before, clock("14:00"))) == content(then)


def test_what_is_certain_takes_a_room_whoever_else_asked_for_it() -> None:
    wish = date("10:00", "12:00", state=State.PROVISIONAL)
    found = state("11:00", wish, date("10:30", "11:30", n=1))

    assert (found.status, found.since, found.until) == (Status.BUSY, clock("10:30"), clock("11:30"))
    assert found.now is not None
    assert not found.now.asked


@pytest.mark.parametrize("decided", [State.DECLINED, State.CANCELLED])
def test_a_request_that_was_declined_leaves_nothing_at_the_door(decided: State) -> None:
    assert content(state("11:00", date("10:00", "12:00", state=decided))) == content(state("11:00"))


def test_a_request_that_nobody_has_decided_for_days_keeps_nobody_out() -> None:
    week = [date("2026-05-28 09:00", "2026-06-09 21:00", state=State.PROVISIONAL)]

    assert state("10:00", *week).status is Status.FREE
    assert state("10:00", *week, date("10:00", "11:00", n=1)).status is Status.BUSY


def test_the_next_two_are_shown_and_the_day_has_all() -> None:
    dates = [date(f"{hour}:00", f"{hour}:30", n=hour) for hour in (19, 13, 15, 17)]
    tomorrow = date("2026-06-03 09:00", "10:00", n=1)
    found = state("12:00", *dates, tomorrow)

    assert times(found.next) == [clock("13:00"), clock("15:00")]
    assert times(found.day) == [clock(f"{hour}:00") for hour in (13, 15, 17, 19)]
    assert times(state("20:00", *dates, tomorrow).next) == [at("2026-06-03 09:00")]


def test_the_next_days_are_looked_at_but_not_all_to_come() -> None:
    soon, later = date("2026-06-09 10:00", "11:00"), date("2026-06-10 10:00", "11:00", n=1)

    assert times(state("12:00", soon, later, terms=ALWAYS).next) == [at("2026-06-09 10:00")]


def test_it_says_when_it_ends_or_closes_soon() -> None:
    booked = date("10:00", "12:00")

    assert not state("11:49", booked).closing_soon
    assert state("11:50", booked).closing_soon
    assert not state("21:44").closing_soon
    assert state("21:45").closing_soon
    assert not state("23:59", terms=ALWAYS).closing_soon


def test_the_agenda_has_today_and_tomorrow() -> None:
    over_night = date("23:00", "2026-06-03 01:00")
    found = agenda(known(over_night, date("2026-06-04 10:00", "11:00", n=1)), HOUSE, clock("12:00"))

    assert [str(day.day) for day in found.days] == ["2026-06-02", "2026-06-03"]
    assert [times(day.slots) for day in found.days] == [[clock("23:00")], [clock("23:00")]]


def test_the_day_when_clocks_go_forward_has_23_hours() -> None:
    found = state("2026-03-29 12:00", terms=ALWAYS)

    assert found.today[1] - found.today[0] == 23 * 60 * MINUTE
    assert next_boundary(found, at("2026-03-29 12:00")) == at("2026-03-30 00:00")


def test_the_doubled_hour_is_two_hours_at_the_door() -> None:
    booked = date("2026-10-25 02:00", "2026-10-25 03:00")
    second = state("2026-10-25 02:30", booked, terms=ALWAYS, fold=1)

    assert second.today[1] - second.today[0] == 25 * 60 * MINUTE
    assert (second.status, second.until) == (Status.BUSY, at("2026-10-25 03:00"))
    assert second.until is not None
    assert second.until - at("2026-10-25 02:30") == 90 * MINUTE


def test_what_is_not_certain_is_unknown_until_it_is() -> None:
    found = panels.room_state(known(date("10:00", "12:00")), HOUSE, clock("11:00"), certain=False)

    assert (found.status, found.now, found.until) == (Status.UNKNOWN, None, None)
    assert rolled(found, clock("13:00")).status is Status.UNKNOWN


def test_a_door_goes_on_by_itself_when_it_hears_nothing() -> None:
    dates = (date("10:00", "12:00", buffers=(0, 15)), date("13:00", "14:00", n=1, gone_at=clock("13:30")))
    first = state("09:00", *dates)

    for now in ("10:00", "12:01", "12:15", "13:10", "13:30", "23:00"):
        alone, told = rolled(first, clock(now)), state(now, *dates)
        assert panels.content(alone) == panels.content(told), now
    assert rolled(first, at("2026-06-03 00:00")).day == ()


def test_stale_is_what_was_not_renewed_for_a_quarter_of_an_hour() -> None:
    found = state("10:00")

    assert not panels.is_stale(found, clock("10:15") - 1)
    assert panels.is_stale(found, clock("10:15"))


def test_instants_are_whole_milliseconds_on_the_line_and_come_back_the_same() -> None:
    found = state("10:00", date("10:00", "12:00", who="Chor", use=Use.EXTERNAL))
    raw = msgspec.json.decode(encoded(found))

    assert decoded(encoded(found)) == found
    assert (raw["v"], raw["status"], raw["until"]) == (1, "busy", clock("12:00"))
    assert raw["now"]["org"] == "Chor"
    assert raw["room"] == HALL.id
    assert (
        msgspec.json.decode(encoded(agenda(known(), HOUSE, clock("10:00"))))["days"][0]["day"] == "2026-06-02"
    )


def test_newer_fields_are_passed_over_and_nonsense_is_refused() -> None:
    raw = msgspec.json.decode(encoded(state("10:00")))

    assert decoded(msgspec.json.encode(raw | {"colour": "green"})) == state("10:00")
    for nonsense in (b"", b"[]", b"{}", b"\xff", msgspec.json.encode(raw | {"status": "burning"})):
        with pytest.raises(ValueError, match=r".+"):
            decoded(nonsense)


def test_a_name_is_one_line_of_what_can_be_shown() -> None:
    hall = room("ha11", names=Texts.of("Saal\x1b[2J\n" + "x" * 300))
    name = panels.room_state(known(room=hall), HOUSE, clock("10:00")).name

    assert name.startswith("Saal[2J x")
    assert len(name) == 200


def test_when_it_was_said_is_no_content() -> None:
    one, later = state("10:00"), state("10:03")

    assert panels.content(one) == panels.content(later)
    assert one.valid_until < later.valid_until
    assert panels.content(one) != panels.content(state("10:00", date("11:00", "12:00")))


def test_two_who_ask_for_the_same_time_are_one_slot_at_the_door() -> None:
    twice = [date("10:00", "12:00", n=n, state=State.PROVISIONAL) for n in (1, 2)]
    assert times(state("09:00", *twice).day) == [clock("10:00")]

"""Who scanned a card may do one thing, once, at once, in that room; everybody else nothing."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest

from devices.panels import granting as module
from devices.panels.granting import LIFE_MS, Granted, Granting, Outcome
from sharing.codes import CodeKind, make
from sharing.errors import (
    BadValue,
    BookingOver,
    CardOutOfScope,
    CardUnknown,
    NotFree,
    PersonSuspended,
    Refusal,
    TooFast,
)
from sharing.people import actions as people
from sharing.people.rules import Scope
from sharing.rooms import actions as rooms
from sharing.rooms.rules import MINUTE, State
from tests.sharing.rooms.lodge import Lodge, this


@pytest.fixture
def granting(lodge: Lodge) -> Granting:
    return Granting(lodge.house)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the allowances, that a test moves."""
    now = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def command(granted: Granted, **more: Any) -> bytes:
    fields = {"id": "c1", "token": granted.token, "expires_at": granted.expires_at}
    return msgspec.json.encode(fields | more)


def reason(outcome: Outcome | None) -> str:
    assert outcome is not None
    assert not outcome.ok
    return outcome.reason


def test_a_card_takes_a_free_room_now(lodge: Lodge, granting: Granting) -> None:
    granted = granting.grant(lodge.rooms["a"], lodge.desk.cards["ann"])
    done = granting.perform(lodge.rooms["a"], "book", command(granted, minutes=30))

    assert granted.what == "book"
    assert LIFE_MS - 50 < granted.expires_at - lodge.clock.at <= LIFE_MS
    assert done is not None
    assert (done.id, done.ok) == ("c1", True)
    assert done.begins is not None
    assert done.ends == done.begins + 30 * MINUTE
    (booking,) = rooms.bookings_of(lodge.house.store, lodge.desk.ann.id)
    assert booking.rooms == (lodge.rooms["a"],)


def test_a_card_arrives_for_its_booking_and_later_ends_it(lodge: Lodge, granting: Granting) -> None:
    booked, room = lodge.book("a", "06-01 10:05"), lodge.rooms["a"]
    first = granting.grant(room, lodge.desk.cards["ann"])
    assert first.what == "arrive"
    assert first.ends == booked.occurrences[0].span.ends
    assert granting.perform(room, "arrive", command(first)) is not None
    lodge.clock.forward(minutes=20)
    second = granting.grant(room, lodge.desk.cards["ann"])
    assert second.what == "end"
    done = granting.perform(room, "end", command(second))
    assert done is not None
    assert done.ok
    assert rooms.booking(lodge.house.store, booked.id).occurrences[0].state is State.ENDED


def test_who_took_a_room_on_the_spot_gives_it_back_with_the_next_scan(
    lodge: Lodge, granting: Granting
) -> None:
    """The door asked them to say that they are there, and only then to leave."""
    room, card = lodge.rooms["a"], lodge.desk.cards["ann"]
    granting.perform(room, "book", command(granting.grant(room, card), minutes=30))
    lodge.clock.forward(minutes=3)

    again = granting.grant(room, card)

    assert again.what == "end"
    done = granting.perform(room, "end", command(again))
    assert done is not None
    assert done.ok
    lodge.clock.forward(minutes=1)
    assert granting.grant(room, card).what == "book"


def test_who_comes_late_for_a_booking_arrives_first(lodge: Lodge, granting: Granting) -> None:
    lodge.book("a", "06-01 10:05")
    lodge.clock.forward(minutes=8)

    assert granting.grant(lodge.rooms["a"], lodge.desk.cards["ann"]).what == "arrive"


def test_a_token_is_good_once(lodge: Lodge, granting: Granting) -> None:
    room = lodge.rooms["a"]
    said = command(granting.grant(room, lodge.desk.cards["ann"]), minutes=15)
    granting.perform(room, "book", said)

    assert reason(granting.perform(room, "book", said)) == "replayed"
    assert len(rooms.bookings_of(lodge.house.store, lodge.desk.ann.id)) == 1


def test_a_token_is_good_for_one_room_and_one_deed_and_a_minute(lodge: Lodge, granting: Granting) -> None:
    room = lodge.rooms["a"]
    granted = granting.grant(room, lodge.desk.cards["ann"])

    assert reason(granting.perform(lodge.rooms["b"], "book", command(granted))) == "wrong_room"
    assert reason(granting.perform(room, "end", command(granted))) == "wrong_command"
    early = command(granted, expires_at=lodge.clock.at)
    assert reason(granting.perform(room, "book", early)) == "expired"
    lodge.clock.forward(seconds=60)
    late = command(granted, expires_at=granted.expires_at + 10**6)
    assert reason(granting.perform(room, "book", late)) == "expired"
    assert rooms.bookings_of(lodge.house.store, lodge.desk.ann.id) == ()
    assert granting.refused == {"wrong_room": 1, "wrong_command": 1, "expired": 2}


@pytest.mark.parametrize("hours", [-5, -9999, 5])
def test_a_clock_that_is_set_makes_no_life_longer_and_none_shorter(
    lodge: Lodge, granting: Granting, hours: int
) -> None:
    room, card = lodge.rooms["a"], lodge.desk.cards["ann"]
    late, soon = granting.grant(room, card), granting.grant(room, lodge.desk.cards["ben"])
    lodge.clock.at += hours * 60 * MINUTE
    lodge.clock.forward(seconds=30)
    done = granting.perform(room, "book", command(soon))
    assert done is not None
    assert done.reason != "expired"
    lodge.clock.forward(seconds=31)
    assert reason(granting.perform(room, "book", command(late))) == "expired"


def test_a_token_that_we_did_not_make_does_nothing(lodge: Lodge, granting: Granting) -> None:
    forged = Granted(what="book", token="0" * 32, expires_at=lodge.clock.at + LIFE_MS)

    assert reason(granting.perform(lodge.rooms["a"], "book", command(forged))) == "unsigned"


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"\xff", b"[]", b"{}", b'{"id":"a/b","token":"00000000000000000000000000000000","expires_at":1}',
        b'{"id":"a","token":"00","expires_at":1}', b'{"id":"#","token":"' + b"0" * 32 + b'","expires_at":1}',
        b'{"id":"a","token":"' + b"0" * 32 + b'","expires_at":"soon"}', b" " * 2000,
        b'{"id":"\xff\xfe"}', b'{"id":"a","x":' + b"[" * 1000,
    ],
)  # fmt: skip
def test_nonsense_gets_no_answer(lodge: Lodge, granting: Granting, payload: bytes) -> None:
    assert granting.perform(lodge.rooms["a"], "book", payload) is None
    assert granting.refused == {"malformed": 1}


def test_a_word_that_is_no_command_does_nothing(lodge: Lodge, granting: Granting) -> None:
    granted = granting.grant(lodge.rooms["a"], lodge.desk.cards["ann"])

    assert granting.perform(lodge.rooms["a"], "burn", command(granted)) is None
    with pytest.raises(BadValue):
        granting.grant(lodge.rooms["a"], lodge.desk.cards["ann"], "burn")


def test_a_thousand_commands_a_second_cost_their_room_its_turn_and_no_other(
    lodge: Lodge, granting: Granting, seconds: list[float]
) -> None:
    room, other = lodge.rooms["a"], lodge.rooms["b"]
    forged = command(Granted(what="book", token="0" * 32, expires_at=lodge.clock.at + LIFE_MS))
    for n in range(1000):
        seconds[0] = n / 1000
        granting.perform(room, "book", forged)
    assert granting.refused["unsigned"] == 10
    assert granting.refused["flood"] == 990

    there = command(granting.grant(other, lodge.desk.cards["ann"]), minutes=15)
    done = granting.perform(other, "book", there)
    assert done is not None
    assert done.ok
    seconds[0] += 10
    assert reason(granting.perform(room, "book", forged)) == "unsigned"


def test_cards_cannot_be_tried_out_at_a_door(lodge: Lodge, granting: Granting, seconds: list[float]) -> None:
    room = lodge.rooms["a"]
    for _ in range(5):
        with pytest.raises(Refusal):
            granting.grant(room, "1000000000000008")
    with pytest.raises(TooFast):
        granting.grant(room, lodge.desk.cards["ann"])
    seconds[0] += 2
    assert granting.grant(room, lodge.desk.cards["ann"]).what == "book"


def test_what_the_kiosk_refuses_a_door_refuses_too(lodge: Lodge, granting: Granting) -> None:
    room, store = lodge.rooms["a"], lodge.house.store
    lodge.book("a", "06-01 10:30")
    with pytest.raises(CardUnknown):
        granting.grant(room, make(CodeKind.PERSON_CARD, 7))
    with pytest.raises(BookingOver):
        granting.grant(room, lodge.desk.cards["ben"], "arrive")
    too_long = granting.grant(room, lodge.desk.cards["ben"])
    assert reason(granting.perform(room, "book", command(too_long, minutes=120))) == NotFree().key
    until = lodge.clock.at + 10**9
    people.suspend(store, lodge.desk.ben.id, act=lodge.act(), until=until)
    with pytest.raises(PersonSuspended):
        granting.grant(room, lodge.desk.cards["ben"])


def test_a_card_for_stock_takes_books_nothing_at_a_door_either(lodge: Lodge, granting: Granting) -> None:
    house, ann = lodge.house, lodge.desk.ann
    narrow = people.issue_card(house.store, house.keys, person=ann.id, scope=[Scope.AUDIT], act=lodge.act())
    with pytest.raises(CardOutOfScope):
        granting.grant(lodge.rooms["a"], narrow)
    assert granting.grant(lodge.rooms["a"], lodge.desk.cards["ann"]).what == "book"


def test_what_needs_approval_is_asked_for_and_not_promised(lodge: Lodge, granting: Granting) -> None:
    room, card = lodge.rooms["d"], lodge.desk.cards["ann"]
    done = granting.perform(room, "book", command(granting.grant(room, card), minutes=30))
    sure = granting.perform(
        lodge.rooms["a"], "book", command(granting.grant(lodge.rooms["a"], card), minutes=30)
    )

    assert done is not None
    assert sure is not None
    assert (done.ok, done.asked, sure.ok, sure.asked) == (True, True, True, False)


def test_a_booking_that_was_cancelled_meanwhile_is_not_arrived_at(lodge: Lodge, granting: Granting) -> None:
    booked, room = lodge.book("a", "06-01 10:05"), lodge.rooms["a"]
    granted = granting.grant(room, lodge.desk.cards["ann"])
    rooms.cancel(lodge.house.store, lodge.desk.ann, this(booked), lodge.act())

    assert reason(granting.perform(room, "arrive", command(granted))) == BookingOver().key


def test_two_threads_with_one_token_do_one_thing(lodge: Lodge, granting: Granting) -> None:
    room = lodge.rooms["a"]
    said = command(granting.grant(room, lodge.desk.cards["ann"]), minutes=15)
    found: list[Outcome | None] = []

    def perform() -> None:
        found.append(granting.perform(room, "book", said))
        lodge.house.close()

    threads = [threading.Thread(target=perform) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.reason for one in found if one is not None) == ["", "replayed", "replayed", "replayed"]


def test_no_token_and_no_name_stands_in_what_a_log_would_show(lodge: Lodge, granting: Granting) -> None:
    granted = granting.grant(lodge.rooms["a"], lodge.desk.cards["ann"])

    assert granted.token not in repr(granted)
    assert lodge.desk.ann.name not in repr(granting._grants)

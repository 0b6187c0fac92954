"""What the broker holds about rooms is true, and is said as seldom as can be."""

from __future__ import annotations

import msgspec
import pytest

from devices.panels import topics
from devices.panels.publisher import Publisher
from devices.panels.state import HEARTBEAT_MS, Status, content
from sharing.errors import Storage
from sharing.rooms import actions as rooms
from sharing.rooms.rules import MINUTE
from tests.devices.panels.shelf import HOUSE, Shelf
from tests.sharing.rooms.lodge import Lodge, this

MINUTES_TO_18 = 8 * 60


def events(shelf: Shelf) -> list[str]:
    return [
        msgspec.json.decode(one.payload)["event_type"] for one in shelf.passed if one.topic.endswith("event")
    ]


def test_all_rooms_are_said_once_and_then_nothing_until_something_changes(lodge: Lodge, shelf: Shelf) -> None:
    assert {topic.split("/")[4] for topic in shelf.retained} == set(lodge.rooms.values())
    for room in lodge.rooms.values():
        assert {topic.rpartition("/")[2] for topic in shelf.of_room(room)} == {"state", "agenda", "health"}
    assert shelf.turn() == []


def test_a_booking_is_said_at_each_door_that_it_shuts_and_nowhere_else(lodge: Lodge, shelf: Shelf) -> None:
    lodge.book("a", "06-01 10:00")

    said = {one.topic.split("/")[4] for one in shelf.turn()}
    assert said == {lodge.rooms["a"], lodge.rooms["ab"]}
    assert shelf.state(lodge.rooms["a"]).status is Status.BUSY
    assert shelf.state(lodge.rooms["ab"]).status is Status.BUSY
    assert shelf.state(lodge.rooms["b"]).status is Status.FREE


def test_a_request_that_staff_decline_is_gone_from_the_door_at_once(lodge: Lodge, shelf: Shelf) -> None:
    store, room = lodge.house.store, lodge.rooms["d"]
    before = shelf.state(room)
    asked = lodge.book("d", "06-01 10:00")
    shelf.turn()
    told = shelf.state(room)
    rooms.decline(store, None, asked.id, lodge.act())
    shelf.turn()

    assert (told.status, told.now and told.now.asked) == (Status.FREE, True)
    assert content(shelf.state(room)) == content(before)


def test_nobody_is_named_but_organisations_that_want_to_be(lodge: Lodge, shelf: Shelf) -> None:
    store = lodge.house.store
    choir = lodge.desk.organisation
    for hour, announce in ((12, True), (14, False)):
        ask = msgspec.structs.replace(
            lodge.ask("a", f"06-01 {hour}:00", org=choir, title="Geheimes Treffen"), announce=announce
        )
        rooms.book(store, ask, lodge.act())
    shelf.turn()

    day = shelf.state(lodge.rooms["a"]).day
    assert [(one.org, one.title) for one in day] == [("Chor Neckar e.V.", ""), ("", "")]
    for word in ("Geheim", lodge.desk.ann.name):
        assert not any(word.encode() in payload for payload in shelf.retained.values())


def test_boundaries_come_by_themselves(lodge: Lodge, shelf: Shelf) -> None:
    booked = lodge.book("c", "06-01 12:00", 1)
    shelf.turn()
    room = lodge.rooms["c"]

    for minutes, status in ((105, Status.BUFFER), (15, Status.BUSY), (60, Status.BUFFER), (30, Status.FREE)):
        lodge.clock.forward(minutes=minutes)
        if status is Status.BUSY:
            rooms.arrive(lodge.house.store, lodge.desk.ann, this(booked), lodge.act())
        shelf.turn()
        assert shelf.state(room).status is status


def test_the_wait_ends_at_the_next_boundary(lodge: Lodge, shelf: Shelf) -> None:
    for _ in range(20):
        wait = shelf.publisher.wait_ms()
        assert 0 < wait <= HEARTBEAT_MS
        before = len(shelf.passed)
        lodge.clock.forward(seconds=wait / 1000)
        shelf.turn()
        assert len(shelf.passed) > before


def test_a_state_is_renewed_before_it_is_stale_and_not_much_more_often(lodge: Lodge, shelf: Shelf) -> None:
    room = lodge.rooms["a"]
    shelf.passed.clear()
    for _ in range(60):
        lodge.clock.forward(minutes=1)
        shelf.turn()
        assert shelf.state(room).valid_until - lodge.clock.at > 9 * MINUTE
    said = [one for one in shelf.passed if one.topic == topics.state(HOUSE, room)]
    assert 11 <= len(said) <= 14


def test_numbers_only_grow_also_over_an_older_clock(lodge: Lodge, shelf: Shelf) -> None:
    room = lodge.rooms["a"]
    high = shelf.state(room).seq + 10**9
    shelf.retained[topics.state(HOUSE, room)] = msgspec.json.encode(
        msgspec.structs.replace(shelf.state(room), seq=high)
    )

    other = Shelf(Publisher(lodge.house.store, HOUSE))
    other.retained = dict(shelf.retained)
    other.connect()
    other.turn()
    assert other.state(room).seq > high
    lodge.book("a", "06-01 10:00")
    other.turn()
    assert other.state(room).seq == high + 2


def test_what_somebody_else_says_or_takes_away_is_said_anew(lodge: Lodge, shelf: Shelf) -> None:
    topic, room = topics.state(HOUSE, lodge.rooms["a"]), lodge.rooms["a"]
    before = shelf.state(room)
    for payload in (
        b"",
        b"nonsense",
        msgspec.json.encode(msgspec.structs.replace(before, seq=before.seq + 5)),
    ):
        lodge.clock.forward(seconds=2)
        shelf.retained[topic] = payload
        shelf.tell(topic, payload)
        shelf.turn()
        assert shelf.state(room).status is Status.FREE
        assert shelf.state(room).seq > before.seq


def test_two_publishers_that_put_each_other_right_do_so_once_a_second_at_most(
    lodge: Lodge, shelf: Shelf
) -> None:
    topic, room = topics.state(HOUSE, lodge.rooms["a"]), lodge.rooms["a"]
    lodge.clock.forward(seconds=2)
    shelf.passed.clear()
    for _ in range(30):
        higher = msgspec.structs.replace(shelf.state(room), seq=shelf.state(room).seq + 1)
        shelf.tell(topic, msgspec.json.encode(higher))
        shelf.turn()
        lodge.clock.forward(seconds=0.1)
    assert 2 <= len([one for one in shelf.passed if one.topic == topic]) <= 5


def test_a_number_that_nothing_could_follow_is_not_followed(lodge: Lodge, shelf: Shelf) -> None:
    topic, room = topics.state(HOUSE, lodge.rooms["a"]), lodge.rooms["a"]
    lodge.clock.forward(seconds=2)
    shelf.tell(topic, msgspec.json.encode(msgspec.structs.replace(shelf.state(room), seq=2**62)))
    shelf.turn()

    assert shelf.state(room).seq < 2**53


def test_after_a_broker_that_forgot_everything_all_is_said_again(lodge: Lodge, shelf: Shelf) -> None:
    lodge.book("a", "06-01 10:00")
    shelf.turn()
    before = dict(shelf.retained)
    shelf.publisher.disconnected()
    shelf.retained.clear()
    assert shelf.turn() == []
    shelf.connect()
    shelf.turn()

    assert shelf.retained.keys() == before.keys()
    assert shelf.state(lodge.rooms["a"]).status is Status.BUSY


def test_a_room_that_is_no_room_any_more_leaves_nothing_behind(lodge: Lodge, shelf: Shelf) -> None:
    room = lodge.rooms["a"]
    shelf.retained[topics.image(HOUSE, room, "800x480-bw")] = b"png"
    shelf.tell(topics.image(HOUSE, room, "800x480-bw"), b"png")
    lodge.room("a", bookable=False)
    shelf.turn()

    assert topics.state(HOUSE, room) not in shelf.retained
    assert topics.agenda(HOUSE, room) not in shelf.retained
    lodge.room("a", bookable=True)
    shelf.turn()
    assert shelf.state(room).status is Status.FREE


@pytest.mark.parametrize("when", ["while the broker was away", "while a panel came"])
def test_a_room_that_goes_meanwhile_is_taken_from_whoever_still_shows_it(
    lodge: Lodge, shelf: Shelf, when: str
) -> None:
    """A broker that forgot everything would tell nobody who stayed."""
    room = lodge.rooms["a"]
    shelf.turn()
    if when == "while a panel came":
        shelf.publisher.renew([room])
    else:
        shelf.publisher.disconnected()
        shelf.retained.clear()
    lodge.room("a", bookable=False)
    if when != "while a panel came":
        shelf.turn()
        shelf.connect()

    said = {one.topic: one.payload for one in shelf.turn()}

    assert said[topics.state(HOUSE, room)] == b""
    assert topics.state(HOUSE, room) not in shelf.retained


def test_what_is_retained_of_rooms_that_nobody_knows_is_taken_away(lodge: Lodge) -> None:
    shelf = Shelf(Publisher(lodge.house.store, HOUSE))
    stranger = "abcdef0123456789abcdef0123456789"
    for topic in (topics.state(HOUSE, stranger), topics.meta(HOUSE, stranger, "400x300-bw")):
        shelf.retained[topic] = b"{}"
    shelf.connect()
    shelf.turn()

    assert shelf.of_room(stranger) == {}


def test_arrivals_walk_ups_and_early_ends_are_told_once(lodge: Lodge, shelf: Shelf) -> None:
    store = lodge.house.store
    booked = lodge.book("a", "06-01 10:10")
    shelf.turn()
    lodge.clock.forward(minutes=9)
    rooms.arrive(store, lodge.desk.ann, this(booked), lodge.act())
    shelf.turn()
    lodge.clock.forward(minutes=20)
    rooms.end(store, lodge.desk.ann, this(booked), {}, lodge.act())
    shelf.turn()
    rooms.book_now(store, lodge.rooms["c"], lodge.act(), person=lodge.desk.ann.id, minutes=30)
    shelf.turn()
    shelf.turn()

    assert [kind for kind in events(shelf) if kind != "no_show"] == [
        "arrived", "arrived", "ended_early", "ended_early", "walk_up",
    ]  # fmt: skip


def test_whoever_does_not_come_is_told_of_once(lodge: Lodge, shelf: Shelf) -> None:
    lodge.book("c", "06-01 12:00", 2)
    shelf.turn()
    lodge.clock.forward(hours=2, minutes=19)
    shelf.turn()
    assert events(shelf) == []
    lodge.clock.forward(minutes=2)
    shelf.turn()
    shelf.turn()

    assert events(shelf) == ["no_show"]
    assert shelf.state(lodge.rooms["c"]).status is Status.FREE


def test_nothing_happens_because_a_publisher_begins_or_a_day_does(lodge: Lodge) -> None:
    lodge.book("c", "06-01 10:00", 2)
    shelf = Shelf(Publisher(lodge.house.store, HOUSE))
    shelf.connect()
    shelf.turn()
    lodge.clock.forward(days=1)
    shelf.turn()

    assert events(shelf) == []


def test_a_house_that_cannot_be_read_is_said_to_be_stale_until_it_can(
    lodge: Lodge, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = topics.health(HOUSE, lodge.rooms["a"])
    monkeypatch.setattr(type(lodge.house.store), "reader", lambda _self: (_ for _ in ()).throw(Storage()))
    with pytest.raises(Storage):
        shelf.publisher.tick()
    for one in shelf.publisher.trouble():
        shelf.publish(one)
    assert shelf.retained[topic] == b'{"feed":"stale"}'
    assert shelf.publisher.trouble() == []
    monkeypatch.undo()
    shelf.turn()
    assert shelf.retained[topic] == b'{"feed":"fresh"}'


def test_it_works_on_both_databases(any_lodge: Lodge) -> None:
    shelf = Shelf(Publisher(any_lodge.house.store, HOUSE))
    shelf.connect()
    shelf.turn()
    any_lodge.book("a", "06-01 10:00")
    shelf.turn()

    assert shelf.state(any_lodge.rooms["a"]).status is Status.BUSY

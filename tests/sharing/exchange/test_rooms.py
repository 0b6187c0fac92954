"""The list of rooms: what a line may say, and what is refused at its column."""

from __future__ import annotations

import pytest

from sharing.exchange.actions import export_file, import_file
from sharing.exchange.report import Report, Status
from sharing.house import House
from sharing.rooms.reading import all_rooms, room_by
from sharing.rooms.rules import Quota, Room

PLACES = (
    "key;kind;name_de;parent\nhaus;house;Haus;\neg;floor;Erdgeschoss;haus\na;room;Saal A;eg\n"
    "b;room;Saal B;eg\nab;room;Saal A und B;eg\nr1;shelf;Regal;a\n"
)
ROOMS = (
    "key;parts;capacity;features;hours;closing_days;before_minutes;after_minutes;week_count;month_minutes;price_de;"
    "checklist;approval\n"
    "a;;60;Step-Free,projector;mo-fr 8:00-22:00;2026-12-24 Zu;15;30;2;600;frei;Fenster | Licht;no\n"
    "b;;50;;;;;;;;;;\n"
    "ab;a,b;110;;;;;;;;;;yes\n"
)


def load(house: House, what: str, text: str) -> Report:
    return import_file(house.store, what, text.encode(), act=house.store.new_act())


@pytest.fixture
def hall(house: House) -> House:
    assert load(house, "locations", PLACES).done
    assert load(house, "rooms", ROOMS).done
    return house


def _room(house: House, key: str) -> Room:
    with house.store.reader() as read:
        return room_by(read, key)


def test_a_line_makes_a_place_a_room_that_is_booked(hall: House) -> None:
    a, ab = _room(hall, "a"), _room(hall, "ab")

    assert a.features == {"step_free", "projector"}
    assert a.hours == dict.fromkeys(range(5), ((480, 1320),))
    assert (a.capacity, a.before_min, a.after_min, a.closing_days) == (60, 15, 30, {"2026-12-24": "Zu"})
    assert a.quota == Quota(week_count=2, month_minutes=600)
    assert a.checklist == ("Fenster", "Licht")
    assert a.parts == (a.id,)
    assert set(ab.parts) == {a.id, _room(hall, "b").id}
    assert (ab.approval, ab.hours) == (True, None)
    with hall.store.reader() as read:
        assert len(all_rooms(read)) == 3


def test_the_same_list_twice_changes_nothing_and_a_changed_cell_changes_that(hall: House) -> None:
    again = load(hall, "rooms", ROOMS)
    changed = load(hall, "rooms", "key;capacity;week_count;price_en\na;61;3;free\n")

    assert {line.status for line in again.lines} == {Status.UNCHANGED}
    assert changed.lines[0].changed == ("capacity", "quota", "price")
    assert _room(hall, "a").quota == Quota(week_count=3, month_minutes=600)
    assert _room(hall, "a").price.best("de") == "frei"


@pytest.mark.parametrize(
    ("text", "column", "refusal"),
    [
        ("key;capacity\nx;1\n", "key", "does_not_exist"),
        ("key;capacity\nr1;1\n", "key", "bad_value"),
        ("key;capacity\na;viele\n", "capacity", "bad_value"),
        ("key;hours\na;immer\n", "hours", "bad_value"),
        ("key;closing_days\na;24.12.\n", "closing_days", "bad_value"),
        ("key;features\na;Flügel!\n", "features", "bad_value"),
        ("key;parts\nab;a,nirgends\n", "parts", "does_not_exist"),
        ("key;parts\nab;a,r1\n", "parts", "bad_value"),
        ("key;parts\nab;a,ab\n", "parts", "bad_value"),
        ("key;parts\na;ab\n", "parts", "bad_value"),
        ("key;parts\nb;\na;b\nab;a\n", "parts", "bad_value"),
        ("key;week_count\na;9999999\n", "week_count", "bad_value"),
        ("key;key_item\na;nichts\n", "key_item", "does_not_exist"),
        ("key;shortest_minutes\na;800\n", "shortest_minutes", "bad_value"),
        ("key;ahead_days\na;5000\n", "ahead_days", "bad_value"),
        ("key;price_de\na;" + "x" * 201 + "\n", "price_de", "too_long"),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_its_column(
    hall: House, text: str, column: str, refusal: str
) -> None:
    before = export_file(hall.store, "rooms")

    report = load(hall, "rooms", text)

    assert refusal in {
        problem.refusal.key.removeprefix("refusal.")
        for line in report.lines
        for problem in line.problems
        if problem.column == column
    }
    assert export_file(hall.store, "rooms") == before

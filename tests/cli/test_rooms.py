"""Rooms by command: what there is, what is free, what is on, and what staff say a room is like."""

from __future__ import annotations

import pytest

from sharing import codes
from sharing.codes import CodeKind
from tests.cli.conftest import Desk

ROOM_KEYS = {
    "id", "code", "key", "name", "names", "floor", "parts", "capacity", "features", "hours", "closing_days",
    "before_minutes", "after_minutes", "shortest_minutes", "longest_minutes", "ahead_days", "approval",
    "no_show_minutes", "quota", "price", "checklist", "key_item", "bookable",
}  # fmt: skip
DATE_KEYS = {
    "id", "booking", "n", "room", "rooms", "from", "to", "blocked_from", "blocked_to", "state", "why", "use",
    "organisation", "certain", "arrived_at", "left_at", "asked", "asked_off", "sequence",
}  # fmt: skip


def test_all_rooms_are_listed_with_what_is_known_of_them(desk: Desk) -> None:
    found = desk.json("room", "list")["rooms"]
    said = desk.say("room", "list", "--lang", "en")

    assert len(found) == 10
    assert {frozenset(one) for one in found} == {frozenset(ROOM_KEYS)}
    assert {one["code"] for one in found} == {one["code"] for one in desk.made["rooms"]}
    assert "projector, screen, flip chart" in said.out
    assert desk.say("room", "list", "--plain").out.startswith("Name: ")


def test_a_room_is_named_by_number_link_key_and_id(desk: Desk) -> None:
    room = desk.json("room", "show", "saal")["room"]
    names = [
        "saal",
        room["id"],
        room["code"],
        codes.grouped(room["code"]),
        f"https://x.example/{room['code']}",
    ]

    assert {desk.json("room", "show", name)["room"]["id"] for name in names} == {room["id"]}
    assert {one["key"] for one in room["parts"]} == {"saal-a", "saal-b"}
    assert codes.kind_of(room["code"]) is CodeKind.ROOM
    assert "Bestätigung nötig: ja" in desk.say("room", "show", "saal").out
    assert "Needs approval: yes" in desk.say("room", "show", "saal", "--lang", "en").out


def test_a_room_is_added_with_its_place_and_changed_by_what_is_said(desk: Desk) -> None:
    made = desk.json(
        "room", "add", "--name", "Dachboden", "--name", "en=Attic", "--parent", "og", "--key", "dach",
        "--capacity", "9", "--feature", "Beamer,step_free", "--hours", "mo-fr 10:00-18:00",
        "--week-count", "2",
        "--closing-day", "2026-12-27 Putz", "--checklist", "Licht", "--price", "frei", "--no-show", "20",
    )["room"]  # fmt: skip
    changed = desk.json(
        "room", "change", "dach", "--capacity", "12", "--month-minutes", "600", "--hours", "",
        "--no-show", "0",
        "--approval", "--price", "en=free", "--checklist", "", "--feature", "",
    )["room"]  # fmt: skip

    assert (made["capacity"], made["features"], made["hours"]) == (
        9, ["projector", "step_free"], "mon-fri 10:00-18:00",
    )  # fmt: skip
    assert made["quota"]["week_count"] == 2
    assert made["closing_days"] == {"2026-12-27": "Putz"}
    assert made["no_show_minutes"] == 20
    assert made["code"]
    assert (changed["capacity"], changed["hours"], changed["no_show_minutes"]) == (12, None, None)
    assert changed["quota"] == made["quota"] | {"month_minutes": 600}
    assert changed["price"] == {"de": "frei", "en": "free"}
    assert (changed["approval"], changed["checklist"], changed["features"]) == (True, [], [])


def test_a_place_becomes_a_room_that_is_booked_and_a_shelf_does_not(desk: Desk) -> None:
    refused = desk.json("room", "show", "buero", code=3)
    desk.json("room", "change", "buero", "--capacity", "3")
    shelf = desk.json("room", "change", "lager-r1", "--capacity", "3", code=3)

    assert refused["refusal"] == "does_not_exist"
    assert desk.json("room", "show", "buero")["room"]["capacity"] == 3
    assert shelf["refusal"] == "does_not_exist"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("--hours", "immer"), "bad_value"),
        (("--capacity", "-1"), "bad_value"),
        (("--feature", "[bold]"), "bad_value"),
        (("--feature", "x" * 10_000), "bad_value"),
        (("--checklist", "x" * 10_000), "too_long"),
        (("--checklist", "a\x1b[31m"), "bad_characters"),
        (("--closing-day", "31.12."), "bad_value"),
        (("--part", "nirgends"), "does_not_exist"),
        (("--key-item", "nichts"), "does_not_exist"),
        (("--ahead-days", "99999"), "bad_value"),
        (("--shortest", "600", "--longest", "60"), "bad_value"),
        (("--week-count", "-5"), "bad_value"),
    ],
    ids=lambda one: " ".join(one)[:30].encode("ascii", "replace").decode() if isinstance(one, tuple) else one,
)
def test_what_a_room_cannot_be_is_refused_and_changes_nothing(
    desk: Desk, words: tuple[str, ...], refusal: str
) -> None:
    before = desk.entries

    changed = desk.json("room", "change", "seminar", *words, code=3)
    added = desk.json("room", "add", "--name", "Neu", *words, code=3)

    assert changed["refusal"] == added["refusal"] == refusal
    assert desk.entries == before


def test_a_visitor_changes_no_room(desk: Desk) -> None:
    words = ("room", "change", "seminar", "--capacity", "1", "--by")

    assert desk.json(*words, desk.card("Ayşe Deneme"), code=3)["refusal"] == "not_allowed"
    assert desk.json(*words, desk.made["staff"][0]["code"])["room"]["capacity"] == 1


def test_a_room_is_found_by_time_people_and_what_is_there(desk: Desk) -> None:
    found = desk.json(
        "rooms", "free", "--from", "tue 19:00", "--to", "21:00", "--capacity", "20", "--feature", "Klavier"
    )
    said = desk.say("rooms", "free", "--from", "tue 19:00", "--to", "21:00", "--feature", "piano")

    by_key = {one["room"]["key"]: one for one in found["rooms"]}
    assert (found["from"], found["to"]) == ("2026-06-02T19:00:00.000+02:00", "2026-06-02T21:00:00.000+02:00")
    assert list(by_key) == ["cafe", "saal-b", "saal"] or list(by_key) == ["cafe", "saal", "saal-b"]
    assert by_key["cafe"]["free"]
    assert (by_key["saal-b"]["free"], by_key["saal-b"]["why"]) == (False, "taken")
    assert by_key["saal-b"]["alternatives"]
    assert "Schon belegt" in said.out


@pytest.mark.parametrize(
    ("begins", "ends", "refusal"),
    [
        ("2026-06-09 20:00", "18:00", "bad_time"),
        ("2026-03-29 02:30", "03:30", "bad_time"),
        ("2026-10-25 02:30", "04:00", "bad_time"),
        ("9999-12-31 20:00", "21:00", "bad_time"),
        ("heute", "21:00", "bad_time"),
        ("x" * 10_000, "21:00", "bad_time"),
    ],
)
def test_a_search_at_no_time_is_refused(desk: Desk, begins: str, ends: str, refusal: str) -> None:
    assert desk.json("rooms", "free", "--from", begins, "--to", ends, code=3)["refusal"] == refusal


def test_free_times_of_a_week_are_found_for_so_many_minutes(desk: Desk) -> None:
    words = ("rooms", "free", "--from", "2026-06-01 00:00", "--to", "2026-06-08 00:00", "--minutes", "180")
    found = desk.json(*words, "--feature", "Klavier", "--capacity", "20")
    said = desk.say(*words, "--feature", "piano", "--plain")

    by_key = {one["room"]["key"]: one["times"] for one in found["rooms"]}
    assert {one["free"] for one in found["rooms"]} == {True}
    assert set(by_key) == {"cafe", "saal-b", "saal"}
    assert len(by_key["saal-b"]) > 5
    assert len(by_key["saal-b"]) == len({one["from"] for one in by_key["saal-b"]})
    assert said.out.count("saal-b") == len(by_key["saal-b"])


@pytest.mark.parametrize(("ends", "reason"), [("2027-06-01 00:00", "latest"), ("2026-05-01 00:00", "order")])
def test_free_times_are_looked_for_in_two_months_at_most(desk: Desk, ends: str, reason: str) -> None:
    words = ("rooms", "free", "--from", "2026-06-01 00:00", "--to", ends, "--minutes", "180")

    refused = desk.json(*words, code=3)

    assert refused["refusal"] == "bad_time"
    assert reason in refused["details"] or refused["details"]["reason"] == reason


def test_a_day_of_all_rooms_and_a_week_of_one_name_nobody(desk: Desk) -> None:
    day = desk.json("room", "day", "2026-06-02")
    week = desk.json("room", "week", "saal-b", "2026-06-04")
    said = [desk.say("room", "day", "2026-06-02"), desk.say("room", "week", "saal-b", "--lang", "en")]

    taken = {one["room"]["key"]: one["dates"] for one in day["rooms"] if one["dates"]}
    assert set(taken) == {"saal", "saal-b"}
    assert set(taken["saal-b"][0]) == DATE_KEYS
    assert [one["day"] for one in week["days"]] == [f"2026-06-0{n}" for n in range(1, 8)]
    assert [len(one["dates"]) for one in week["days"]] == [0, 1, 0, 0, 0, 0, 0]
    assert "Saal B" in said[0].out
    assert "Booked · Confirmed" in said[1].out
    assert not any("Samuel" in one.out or "Chorprobe" in one.out for one in said)
    assert desk.json("room", "day", "2026-13-01", code=3)["refusal"] == "bad_time"


def test_work_in_a_room_blocks_it_for_staff_only(desk: Desk) -> None:
    block = ("room", "maintain", "seminar", "--from", "wed 08:00", "--to", "12:00", "--reason", "Boden")

    refused = desk.json(*block, "--by", desk.card("Ayşe Deneme"), code=3)
    made = desk.json(*block, "--every", "week", "--count", "3")["booking"]
    taken = desk.json(
        "book", "seminar", "--from", "wed 10:00", "--to", "11:00", "--card", desk.card("Ayşe Deneme"), code=3
    )

    assert refused["refusal"] == "not_allowed"
    assert (made["use"], made["title"], made["person"], len(made["dates"])) == (
        "maintenance",
        "Boden",
        None,
        3,
    )
    assert (taken["refusal"], taken["details"]["why"]) == ("not_free", "taken")


def test_labels_of_rooms_are_printed_by_key_and_by_number(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("labels") / "rooms.pdf"
    code = desk.json("room", "show", "seminar")["room"]["code"]

    done = desk.json("labels", "--out", str(out), "saal-a", code)

    assert done["labels"] == 2
    assert out.stat().st_size > 1000


def test_commands_about_rooms_sent_twice_act_once(desk: Desk) -> None:
    commands = [
        ("room", "add", "--name", "Dachboden", "--capacity", "9"),
        ("room", "change", "seminar", "--capacity", "9"),
        ("room", "close", "seminar", "2026-06-10", "--yes"),
        ("room", "maintain", "seminar", "--from", "do 08:00", "--to", "12:00", "--reason", "Boden"),
    ]

    for n, words in enumerate(commands):
        first = desk.json(*words, "--act", f"{n:032x}")
        entries = desk.entries
        assert desk.json(*words, "--act", f"{n:032x}") == first
        assert desk.entries == entries

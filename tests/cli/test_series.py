"""Series by command: over what is in their way, over both readings of the doubled hour."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_book import book, starts


def test_a_series_over_a_conflict_lists_each_date_and_then_leaves_out_or_moves(desk: Desk) -> None:
    series = ("--from", "tue 18:00", "--to", "21:00", "--every", "week", "--count", "5")
    before = desk.entries

    refused = book(desk, *series, code=3)
    shown = desk.say("book", "seminar", *series, "--card", desk.card("Ayşe Deneme"))
    preview = book(desk, *series, "--dry-run")
    untouched = desk.entries
    skipped = book(desk, *series, "--skip", "conflicts")
    desk.json("booking", "cancel", skipped["booking"]["id"], "--part", "all")
    moved = book(desk, *series, "--move", "3=saal-a")
    desk.json("booking", "cancel", moved["booking"]["id"], "--part", "all")
    offered = book(desk, *series, "--move", "3=1")
    desk.json("booking", "cancel", offered["booking"]["id"], "--part", "all")
    timed = book(desk, *series, "--move", "3=2026-06-24 18:00")

    assert untouched == before
    assert [one["n"] for one in refused["conflicts"]] == [3]
    assert refused["conflicts"][0]["local"] == "2026-06-23T18:00"
    assert "3: Di 23. Juni 2026, 18:00–21:00: Schon belegt" in shown.err
    assert "3=1  " in shown.err
    assert (preview["dry_run"], preview["free"], len(preview["dates"])) == (True, 4, 5)
    assert [one["n"] for one in skipped["booking"]["dates"]] == [0, 1, 2, 4]
    assert moved["booking"]["dates"][3]["room"]["key"] == "saal-a"
    assert offered["booking"]["dates"][3]["from"] == refused["conflicts"][0]["alternatives"][0]["from"]
    assert timed["booking"]["dates"][3]["from"].startswith("2026-06-24T18:00")


def test_all_conflicts_are_moved_at_once(desk: Desk) -> None:
    series = ("--from", "tue 19:00", "--to", "21:00", "--every", "week", "--count", "3", "--heads", "30")

    made = book(desk, *series, "--move", "conflicts", room="saal-b")

    assert [one["state"] for one in made["booking"]["dates"]] == ["confirmed"] * 3
    assert all(
        one["room"]["key"] != "saal-b" or not one["from"].endswith("T19:00:00.000+02:00")
        for one in made["booking"]["dates"]
    )


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--every", "day", "--count", "3"), ["2026-06-02", "2026-06-03", "2026-06-04"]),
        (("--every", "2weeks", "--until", "2026-07-01"), ["2026-06-02", "2026-06-16", "2026-06-30"]),
        (("--every", "week", "--on", "tue,do", "--count", "3"), ["2026-06-02", "2026-06-04", "2026-06-09"]),
        (("--every", "month", "--count", "2"), ["2026-06-02", "2026-07-02"]),
        (("--every", "month", "--nth", "1", "--count", "2"), ["2026-06-02", "2026-07-07"]),
        (("--every", "month", "--nth", "last", "--on", "fr", "--count", "2"), ["2026-06-26", "2026-07-31"]),
    ],
)
def test_series_are_said_as_people_say_them(desk: Desk, words: tuple[str, ...], wanted: list[str]) -> None:
    made = book(desk, "--from", "tue 15:00", "--to", "16:00", *words, room="saal-a")

    assert [one[:10] for one in starts(made)] == wanted


@pytest.mark.parametrize(
    ("begins", "ends", "instant"),
    [
        ("2026-10-25 02:15A", "02:45A", "2026-10-25T02:15:00.000+02:00"),
        ("2026-10-25 02:15B", "02:45B", "2026-10-25T02:15:00.000+01:00"),
        ("2026-10-25 02:15+02:00", "2026-10-25 02:45+02:00", "2026-10-25T02:15:00.000+02:00"),
        ("2026-10-25 02:15+01:00", "+30m", "2026-10-25T02:15:00.000+01:00"),
        ("2026-10-25 02:15A", "02:45B", "2026-10-25T02:15:00.000+02:00"),
    ],
)
def test_the_doubled_hour_can_be_said(desk: Desk, begins: str, ends: str, instant: str) -> None:
    desk.json("room", "change", "seminar", "--hours", "mon-sun 00:00-24:00")

    made = book(desk, "--from", begins, "--to", ends)["booking"]["dates"][0]
    said = desk.say("booking", "show", made["booking"])

    assert made["from"] == instant
    assert "CEST" in said.out or "CET" in said.out


def test_a_series_over_the_doubled_hour_takes_the_one_that_was_said(desk: Desk) -> None:
    desk.json("room", "change", "seminar", "--hours", "mon-sun 00:00-24:00")
    series = ("--every", "week", "--count", "2")

    refused = book(desk, "--from", "2026-10-18 02:15", "--to", "02:45", *series, code=3)
    second = book(desk, "--from", "2026-10-18 02:15B", "--to", "02:45B", *series)
    first = book(desk, "--from", "2026-10-18 02:15A", "--to", "02:45A", *series, room="saal-a", code=3)

    assert [(one["n"], one["why"]) for one in refused["conflicts"]] == [(1, "twice")]
    assert second["booking"]["dates"][1]["from"] == "2026-10-25T02:15:00.000+01:00"
    assert {one["why"] for one in first["conflicts"]} == {"outside_hours"}


def test_of_many_dates_in_the_way_a_terminal_shows_the_first_and_json_all(desk: Desk) -> None:
    desk.json("room", "change", "seminar", "--ahead-days", "1098")
    series = (
        "--from",
        "di 18:00",
        "--to",
        "18:30",
        "--every",
        "day",
        "--count",
        "1000",
        "--skip",
        "conflicts",
    )
    made = book(desk, *series)

    refused = book(desk, *series[:-2], code=3)
    said = desk.say("book", "seminar", *series[:-2], "--card", desk.card("Ayşe Deneme"), "--lang", "en").err
    shown = desk.say("booking", "show", made["booking"]["id"]).out

    assert len(made["booking"]["dates"]) > 990
    assert len(refused["conflicts"]) == 1000
    assert "… and 990 more dates" in said
    assert len(said.splitlines()) < 80
    assert len(shown.splitlines()) < 50

"""What staff decide about rooms, by command: displace, say yes or no, close on days."""

from __future__ import annotations

from tests.cli.conftest import Desk
from tests.cli.test_bookings import AYSE, DAVID, booked, states


def test_staff_displace_a_date_and_call_those_who_had_it(desk: Desk) -> None:
    series = booked(desk, "mi 18:00", "20:00", "--every", "week", "--count", "3")["id"]
    words = ("booking", "displace", f"{series}/1", "--card", desk.card(DAVID), "--reason", "Wahllokal")

    visitor = desk.json(*words, "--by", desk.card(DAVID), code=3)
    done = desk.json(*words, "--by", desk.made["staff"][0]["code"], "--title", "Wahl")
    calls = desk.json("booking", "calls")["calls"]
    said = desk.say("booking", "calls", "--lang", "en")
    desk.json("booking", "told", f"{series}/1")

    assert visitor["refusal"] == "not_allowed"
    assert done["booking"]["title"] == "Wahl"
    assert (done["displaced"]["state"], done["displaced"]["why"]) == ("cancelled", "displaced")
    assert 1 <= len(done["held"]) <= 3
    assert [one["date"]["id"] for one in calls] == [f"{series}/1"]
    assert calls[0]["contact"] == "0171 3920015"
    assert calls[0]["reason"] == "Wahllokal"
    assert "Why: Wahllokal" in said.out
    assert calls[0]["held_until"].startswith("2026-06-03T10:0")
    assert "Ayşe Deneme, 0171 3920015" in said.out
    assert "The house needs the room otherwise" in said.out
    assert desk.json("booking", "calls")["calls"] == []
    assert desk.say("booking", "calls").out == "Hier ist nichts.\n"


def test_whoever_was_displaced_takes_what_is_held_for_them_and_nobody_else_does(desk: Desk) -> None:
    one = booked(desk, "mi 18:00", "20:00")["id"]
    staff = desk.made["staff"][0]["code"]
    done = desk.json("booking", "displace", one, "--card", staff, "--reason", "x")
    held = done["held"][0]
    there = (held["from"][:16], held["to"][:16])

    other = desk.json(
        "book", held["room"]["code"], "--from", there[0], "--to", there[1], "--card", desk.card(DAVID), code=3
    )
    taken = desk.json(
        "booking", "move", one, "--from", there[0], "--to", there[1], "--room", held["room"]["id"]
    )

    desk.json("booking", "displace", taken["booking"]["id"], "--card", staff, "--reason", "y")
    second = desk.json("booking", "calls")["calls"][0]["held"][1]
    wrong = desk.json("booking", "move", one, "--held", "9", code=3)
    by_number = desk.json("booking", "move", one, "--held", "2")["booking"]["dates"][0]

    assert (by_number["from"], by_number["room"]) == (second["from"], second["room"])
    assert wrong["refusal"] == "bad_value"
    assert other["refusal"] == "not_free"
    assert taken["booking"]["dates"][0]["state"] == "confirmed"


def test_requests_wait_for_staff_who_say_yes_or_no(desk: Desk) -> None:
    yes = booked(desk, "mi 18:00", "20:30", room="saal")["id"]
    no = booked(desk, "do 18:00", "20:30", room="saal")["id"]
    staff = desk.made["staff"][0]["code"]

    waiting = desk.json("approvals", "list")["approvals"]
    visitor = desk.json("approvals", "approve", yes, "--by", desk.card(AYSE), code=3)
    desk.json("approvals", "approve", yes, "--by", staff)
    desk.json("approvals", "decline", no, "--by", staff, "--reason", "Umbau")

    assert [one["id"] for one in waiting][-2:] == [yes, no]
    assert "Kulturabend" in desk.say("approvals", "list").out
    assert visitor["refusal"] == "not_allowed"
    assert (states(desk, yes), states(desk, no)) == (["confirmed"], ["declined"])
    assert desk.json("approvals", "approve", yes, code=3)["refusal"] == "booking_over"
    assert "Abgelehnt: Vom Haus abgesagt" in desk.say("booking", "show", no).out


def test_a_closing_day_first_lists_what_it_touches_and_then_keeps_moves_or_cancels(desk: Desk) -> None:
    keep = booked(desk, "2026-06-08 18:00", "20:00")["id"]
    move = booked(desk, "2026-06-08 18:00", "20:00", room="cafe")["id"]
    off = booked(desk, "2026-06-08 18:00", "20:00", room="saal-a", who=DAVID)["id"]
    desk.json("check-out", "--card", desk.card(DAVID), "stativ-1")
    before = desk.entries

    listed = desk.json("closing", "2026-06-08", "--why", "Rohrbruch")
    said = desk.say("closing", "2026-06-08", "--lang", "en")
    untouched = desk.entries
    done = desk.json(
        "closing", "2026-06-08", "--why", "Rohrbruch", "--yes", "--cancel", f"{off}/0",
        "--move", f"{move}/0=2026-06-09 18:00",
    )  # fmt: skip
    late = desk.json(
        "book", "medien", "--from", "2026-06-08 10:00", "--to", "11:00", "--card", desk.card(AYSE), code=3
    )

    assert untouched == before
    assert listed["saved"] is False
    assert {keep, move, off} <= {one["id"] for one in listed["bookings"]}
    assert [one["item"]["key"] for one in listed["loans"]] == ["stativ-1"]
    assert "Nothing is saved" in said.out
    assert done["saved"]
    assert keep in {one["id"] for one in done["bookings"]}
    assert (states(desk, keep), states(desk, off)) == (["confirmed"], ["cancelled"])
    assert desk.json("booking", "show", move)["booking"]["dates"][0]["from"].startswith("2026-06-09T18:00")
    assert late["details"]["why"] == "closed"
    assert {one["date"]["booking"] for one in desk.json("booking", "calls")["calls"]} == {move, off}


def test_of_a_series_it_must_be_said_which_date_goes(desk: Desk) -> None:
    series = booked(desk, "2026-06-08 18:00", "20:00", "--every", "week", "--count", "3")["id"]

    vague = desk.json("closing", "2026-06-15", "--yes", "--cancel", series, code=3)
    other = desk.json("closing", "2026-06-15", "--yes", "--cancel", f"{series}/0", code=3)
    desk.json("closing", "2026-06-15", "--yes", "--cancel", f"{series}/1")

    assert (vague["refusal"], other["refusal"]) == ("bad_value", "bad_value")
    assert states(desk, series) == ["confirmed", "cancelled", "confirmed"]


def test_one_room_is_closed_alone(desk: Desk) -> None:
    desk.json("room", "close", "medien", "2026-06-10", "2026-06-11", "--why", "Umzug", "--yes")

    room = desk.json("room", "show", "medien")["room"]
    refused = desk.json("room", "close", "medien", "2026-06-12", "--yes", "--by", desk.card(AYSE), code=3)

    assert room["closing_days"] == {"2026-06-10": "Umzug", "2026-06-11": "Umzug"}
    assert booked(desk, "2026-06-10 18:00", "20:00")["dates"][0]["state"] == "confirmed"
    assert refused["refusal"] == "not_allowed"

"""What becomes of bookings, by command: moved, cancelled, arrived, ended, extended, displaced, closed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Desk

AYSE, DAVID = "Ayşe Deneme", "David Vorlage"


def booked(
    desk: Desk, begins: str, ends: str, *words: str, room: str = "seminar", who: str = AYSE
) -> dict[str, Any]:
    made: dict[str, Any] = desk.json(
        "book", room, "--from", begins, "--to", ends, "--card", desk.card(who), *words
    )["booking"]
    return made


def states(desk: Desk, booking: str) -> list[str]:
    return [one["state"] for one in desk.json("booking", "show", booking)["booking"]["dates"]]


def test_somebodys_bookings_are_listed_from_now_on(desk: Desk) -> None:
    one = booked(desk, "di 18:00", "20:00")
    said = desk.say("booking", "list", "--card", desk.card(AYSE))
    found = desk.json("booking", "list", "--person", one["person"]["id"])["bookings"]
    desk.clock.forward(days=2)

    assert [each["id"] for each in found][:1] == [one["id"]]
    assert f"{one['id']}/0" in said.out
    assert one["id"] not in str(desk.json("booking", "list", "--card", desk.card(AYSE)))
    assert one["id"] in str(desk.json("booking", "list", "--card", desk.card(AYSE), "--all"))
    assert desk.json("booking", "list", code=3)["refusal"] == "bad_value"


def test_a_date_is_moved_in_time_and_place(desk: Desk) -> None:
    one = booked(desk, "di 18:00", "20:00")["id"]

    later = desk.json("booking", "move", one, "--from", "mi 19:00")["booking"]["dates"][0]
    longer = desk.json("booking", "move", f"{one}/0", "--to", "21:30")["booking"]["dates"][0]
    elsewhere = desk.json("booking", "move", one, "--room", "saal-a", "--by", desk.card(AYSE))["booking"]

    assert (later["from"][:16], later["to"][:16]) == ("2026-06-03T19:00", "2026-06-03T21:00")
    assert (longer["from"][:16], longer["to"][:16]) == ("2026-06-03T19:00", "2026-06-03T21:30")
    assert elsewhere["dates"][0]["room"]["key"] == "saal-a"
    assert elsewhere["dates"][0]["sequence"] == 3


def test_the_following_dates_of_a_series_are_moved_alike_and_conflicts_shown_first(desk: Desk) -> None:
    series = booked(desk, "mi 18:00", "20:00", "--every", "week", "--count", "4")["id"]
    booked(desk, "2026-06-18 18:00", "20:00", who=DAVID)
    move = ("booking", "move", f"{series}/1", "--from", "2026-06-11 18:00", "--part", "following")
    before = desk.entries

    refused = desk.json(*move, code=3)
    said = desk.say(*move, "--lang", "en").err
    shown = desk.json(*move, "--dry-run")
    untouched = desk.entries
    moved = desk.json(*move, "--skip", "conflicts")["booking"]["dates"]

    assert untouched == before
    assert [one["n"] for one in refused["conflicts"]] == [one["n"] for one in shown["conflicts"]] == [2]
    assert "--skip N." in said
    assert "--move" not in said
    assert [one["from"][:10] for one in moved] == ["2026-06-03", "2026-06-11", "2026-06-17", "2026-06-25"]


def test_a_date_the_following_or_all_are_cancelled(desk: Desk) -> None:
    series = booked(desk, "mi 18:00", "20:00", "--every", "week", "--count", "5")["id"]

    unclear = desk.json("booking", "cancel", series, code=3)
    desk.json("booking", "cancel", f"{series}/1", "--reason", "Ferien")
    after_one = states(desk, series)
    desk.json("booking", "cancel", f"{series}/3", "--part", "following", "--by", desk.card(AYSE))
    after_following = states(desk, series)
    desk.json("booking", "cancel", series, "--part", "all")
    again = desk.json("booking", "cancel", series, "--part", "all", code=3)

    assert unclear["refusal"] == "bad_value"
    assert after_one == ["confirmed", "cancelled", "confirmed", "confirmed", "confirmed"]
    assert after_following == ["confirmed", "cancelled", "confirmed", "cancelled", "cancelled"]
    assert states(desk, series) == ["cancelled"] * 5
    assert again["refusal"] == "booking_over"


def test_nobody_changes_the_booking_of_somebody_else(desk: Desk) -> None:
    one, card = booked(desk, "di 18:00", "20:00")["id"], desk.card(DAVID)

    refused = [
        desk.json("booking", "cancel", one, "--by", card, code=3),
        desk.json("booking", "move", one, "--from", "mi 18:00", "--by", card, code=3),
        desk.json("booking", "extend", one, "--until", "+30m", "--by", card, code=3),
        desk.json("booking", "end", one, "--by", card, code=3),
        desk.json("booking", "arrive", one, "--card", card, code=3),
    ]

    assert {each["refusal"] for each in refused} == {"not_yours"}
    assert "Ayşe" not in str(refused)
    assert states(desk, one) == ["confirmed"]


def test_arriving_by_card_and_room_reminds_of_the_key_and_leaving_ticks_the_list(desk: Desk) -> None:
    one = booked(desk, "11:00", "13:00", room="medien")["id"]
    early = desk.json("booking", "arrive", one, code=3)
    desk.clock.forward(minutes=50)

    said = desk.say("booking", "arrive", "--card", desk.card(AYSE), "--room", "medien")
    again = desk.json("booking", "arrive", one)
    desk.json("check-out", "--card", desk.card(AYSE), "schluessel-2")
    with_key = desk.json("booking", "arrive", one, "--act", "c" * 32)
    desk.clock.forward(minutes=30)
    left = desk.json("booking", "end", one, "--done", "1", "--done", "tür abgeschlossen")

    assert (early["refusal"], early["details"]["reason"]) == ("bad_time", "early")
    assert "Läuft" in said.out
    assert "Bitte noch den Schlüssel ausleihen: Raumschlüssel Medienraum" in said.out
    assert (again["date"]["state"], again["key_needed"]) == ("arrived", True)
    assert again["key_item"]["key"] == "schluessel-2"
    assert with_key["key_needed"] is False
    assert left["checklist"] == {
        "Rechner heruntergefahren": True, "Kameras im Schrank": False, "Tür abgeschlossen": True,
    }  # fmt: skip
    assert (left["date"]["state"], left["key_out"]) == ("ended", True)
    assert left["date"]["to"] < "2026-06-01T11:40"


def test_whoever_is_there_stays_longer_until_the_next(desk: Desk) -> None:
    one = booked(desk, "11:00", "12:00")["id"]
    booked(desk, "14:00", "15:00", who=DAVID)

    longer = desk.json("booking", "extend", one, "--until", "+30m")["booking"]["dates"][0]
    until = desk.json("booking", "extend", one, "--until", "13:00")["booking"]["dates"][0]
    shorter = desk.json("booking", "extend", one, "--until", "12:00", code=3)
    taken = desk.json("booking", "extend", one, "--until", "14:30", code=3)

    assert longer["to"].startswith("2026-06-01T12:30")
    assert until["to"].startswith("2026-06-01T13:00")
    assert (shorter["refusal"], taken["refusal"]) == ("bad_time", "not_free")


def test_a_room_to_which_nobody_came_is_free_for_others_and_the_date_is_over(desk: Desk) -> None:
    one = booked(desk, "10:30", "12:00")["id"]
    desk.clock.forward(minutes=50)

    now = desk.json("book-now", "seminar", "--card", desk.card(DAVID), "--minutes", "30")["booking"]
    late = desk.json("booking", "arrive", one, code=3)

    assert states(desk, one) == ["no_show"]
    assert now["dates"][0]["state"] == "confirmed"
    assert late["refusal"] == "booking_over"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("booking", "show", "x" * 10_000), "does_not_exist"),
        (("booking", "show", "0" * 32), "does_not_exist"),
        (("booking", "show", "[@click=app.quit]x[/]"), "does_not_exist"),
        (("booking", "move", "ID/9", "--from", "mi 18:00"), "does_not_exist"),
        (("booking", "move", "ID"), "bad_value"),
        (("booking", "move", "ID", "--from", "mi 18:00", "--to", "17:00"), "bad_time"),
        (("booking", "move", "ID", "--from", "9999-12-31 18:00"), "bad_time"),
        (("booking", "move", "ID", "--from", "2027-03-28 02:30"), "bad_time"),
        (("booking", "move", "ID", "--room", "nirgends"), "does_not_exist"),
        (("booking", "move", "ID", "--from", "2026-05-01 18:00"), "not_free"),
        (("booking", "cancel", "ID", "--reason", "x" * 10_000), "too_long"),
        (("booking", "cancel", "ID/99999"), "does_not_exist"),
        (("booking", "arrive"), "bad_value"),
        (("booking", "arrive", "--room", "seminar"), "bad_value"),
        (("booking", "end", "ID"), "bad_time"),
        (("booking", "extend", "ID", "--until", "bald"), "bad_time"),
        (("booking", "displace", "ID", "--card", "CARD", "--reason", " "), "bad_value"),
        (("booking", "displace", "ID", "--card", "1234", "--reason", "x"), "no_code"),
        (("booking", "told", "ID/7"), "does_not_exist"),
        (("approvals", "approve", "ID"), "booking_over"),
        (("approvals", "decline", "0" * 32), "does_not_exist"),
        (("closing", "31.12.2026"), "bad_time"),
        (("closing", "9999-12-31"), "bad_time"),
        (("closing", "2026-06-10", "--room", "nirgends"), "does_not_exist"),
        (("closing", "2026-06-10", "--yes", "--cancel", "quatsch"), "does_not_exist"),
        (("closing", "2026-06-10", "--yes", "--move", "ID/0=bald"), "does_not_exist"),
        (("room", "maintain", "seminar", "--from", "di 18:00", "--to", "20:00", "--reason", "x"), "not_free"),
    ],
    ids=lambda one: " ".join(one)[:50] if isinstance(one, tuple) else one,
)
def test_what_makes_no_sense_is_refused_by_name_and_changes_nothing(
    desk: Desk, words: tuple[str, ...], refusal: str
) -> None:
    one = booked(desk, "di 18:00", "20:00")["id"]
    before = desk.entries
    known = {"CARD": desk.card(DAVID)}

    said = desk.json(*(known.get(word, word.replace("ID", one)) for word in words), code=3)

    assert said["refusal"] == refusal
    assert not said["message"].startswith("refusal.")
    assert not said["next_message"].startswith("next.")
    assert len(said["message"]) < 600
    assert desk.entries == before

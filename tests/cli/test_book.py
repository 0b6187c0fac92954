"""Booking by command: once, as a series over what is in its way, on the spot, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_rooms import DATE_KEYS

BOOKING_KEYS = {
    "id", "use", "rooms", "person", "organisation", "title", "adult", "heads", "every", "announce", "source",
    "asked_at", "dates",
}  # fmt: skip


def book(
    desk: Desk, *words: str, room: str = "seminar", who: str = "Ayşe Deneme", code: int = 0
) -> dict[str, Any]:
    return desk.json("book", room, *words, "--card", desk.card(who), code=code)


def starts(said: dict[str, Any]) -> list[str]:
    return [one["from"][:16] for one in said["booking"]["dates"]]


def test_a_room_is_booked_by_card_with_stable_keys(desk: Desk) -> None:
    made = book(
        desk, "--from", "2026-06-09 18:00", "--to", "20:00", "--for", "Anadolu Kulturkreis Musterstadt e. V.",
        "--title", "Probe", "--heads", "20", "--adult", "Ayşe", "--announce",
    )["booking"]  # fmt: skip

    (date,) = made["dates"]
    assert set(made) == BOOKING_KEYS
    assert set(date) == DATE_KEYS
    assert (made["title"], made["heads"], made["adult"], made["announce"]) == ("Probe", 20, "Ayşe", True)
    assert made["person"]["name"] == "Ayşe Deneme"
    assert made["organisation"]["name"] == "Anadolu Kulturkreis Musterstadt e. V."
    assert (date["state"], date["room"]["key"]) == ("confirmed", "seminar")
    assert (date["from"], date["to"]) == ("2026-06-09T18:00:00.000+02:00", "2026-06-09T20:00:00.000+02:00")
    assert date["blocked_to"] == "2026-06-09T20:15:00.000+02:00"


def test_it_is_said_in_words_in_both_languages(desk: Desk) -> None:
    words = ("book", "seminar", "--card", desk.card("Ayşe Deneme"), "--from", "di 18:00", "--to", "20:00")

    german = desk.say(*words, "--every", "week", "--count", "2", "--title", "[@click=app.quit]Probe[/]")
    english = desk.say(*words, "--lang", "en")

    assert german.code == 0
    assert "für Ayşe Deneme\n" in german.out
    assert "jede Woche dienstags, 2-mal" in german.out
    assert "0: Di 2. Juni 2026, 18:00–20:00, Seminarraum: Bestätigt" in german.out
    assert "[@click=app.quit]Probe[/]" in german.out
    assert english.code == 3
    assert "Already booked" in english.err
    assert "Free instead:" in english.err


def test_a_command_sent_twice_books_once(desk: Desk) -> None:
    words = ("--from", "di 18:00", "--to", "20:00", "--act", "b" * 32)

    assert book(desk, *words) == book(desk, *words)


def test_several_rooms_are_booked_in_one_act_or_not_at_all(desk: Desk) -> None:
    card, before = desk.card("Ayşe Deneme"), desk.entries

    refused = desk.json(
        "book", "cafe", "saal-b", "--from", "di 19:00", "--to", "21:00", "--card", card, code=3
    )
    untouched = desk.entries
    made = desk.json("book", "cafe", "seminar", "--from", "di 19:00", "--to", "21:00", "--card", card)

    assert refused["refusal"] == "not_free"
    assert untouched == before
    assert [one["key"] for one in made["booking"]["dates"][0]["rooms"]] == ["cafe", "seminar"]


def test_a_refusal_names_what_is_free_instead_and_nobody(desk: Desk) -> None:
    said = book(desk, "--from", "2026-06-23 19:00", "--to", "21:00", code=3)
    text = desk.say(
        "book", "seminar", "--from", "2026-06-23 19:00", "--to", "21:00", "--card", desk.card("David Vorlage")
    ).err

    assert (said["refusal"], said["next"], said["details"]["why"]) == ("not_free", "choose_other", "taken")
    assert set(said["ask"]) == {"function", "phone", "here_now", "from"}
    assert {"room", "rooms", "from", "to"} == set(said["alternatives"][0])
    assert {"id", "code", "key", "name"} == set(said["alternatives"][0]["room"])
    assert "Stattdessen frei" in text
    assert "Greta" not in str(said) + text
    assert "Mitgliederversammlung" not in str(said) + text
    first = said["alternatives"][0]
    again = book(desk, "--from", first["from"][:16], "--to", first["to"][:16], room=first["room"]["code"])
    assert again["booking"]["dates"][0]["state"] == "confirmed"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("--every", "second"), "bad_value"),
        (("--every", "0weeks", "--count", "2"), "bad_value"),
        (("--every", "9999weeks", "--count", "2"), "bad_value"),
        (("--every", "week"), "bad_value"),
        (("--every", "week", "--count", "1000000000"), "bad_value"),
        (("--every", "week", "--count", "0"), "bad_value"),
        (("--every", "week", "--until", "9999-12-31"), "bad_time"),
        (("--every", "week", "--until", "2025-01-01"), "bad_value"),
        (("--every", "week", "--until", "morgen"), "bad_time"),
        (("--every", "week", "--count", "2", "--until", "2026-08-01"), "bad_value"),
        (("--every", "week", "--on", "xyz", "--count", "2"), "bad_value"),
        (("--every", "week", "--nth", "1", "--count", "2"), "bad_value"),
        (("--every", "month", "--nth", "9", "--count", "2"), "bad_value"),
        (("--count", "3"), "bad_value"),
        (("--every", "week", "--count", "2", "--skip", "7"), "bad_value"),
        (("--every", "week", "--count", "2", "--skip", "0", "--skip", "1"), "bad_value"),
        (("--every", "week", "--count", "2", "--move", "0=9"), "bad_value"),
        (("--every", "week", "--count", "2", "--move", "0=nirgends"), "does_not_exist"),
        (("--every", "week", "--count", "2", "--move", "0"), "bad_value"),
        (("--title", "x" * 10_000), "too_long"),
        (("--title", "a\x1b[31m"), "bad_characters"),
        (("--adult", "x" * 10_000), "too_long"),
        (("--heads", "-1"), "bad_value"),
        (("--heads", "1" + "0" * 30), "bad_value"),
        (("--heads", "1000"), "not_free"),
        (("--for", "Niemand e. V."), "does_not_exist"),
        (("--for", "Chor Klangfarben Musterstadt e. V."), "not_allowed"),
    ],
    ids=lambda one: " ".join(one)[:50].encode("ascii", "replace").decode() if isinstance(one, tuple) else one,
)
def test_what_cannot_be_booked_is_refused_by_name_and_saves_nothing(
    desk: Desk, words: tuple[str, ...], refusal: str
) -> None:
    before = desk.entries

    said = book(desk, "--from", "tue 15:00", "--to", "16:00", *words, code=3)

    assert said["refusal"] == refusal
    assert said["message"].isprintable()
    assert not said["message"].startswith("refusal.")
    assert not said["next_message"].startswith("next.")
    assert desk.entries == before


@pytest.mark.parametrize(
    ("begins", "ends", "refusal", "why"),
    [
        ("2026-06-09 20:00", "18:00", "bad_time", "order"),
        ("2026-06-09 20:00", "20:00", "bad_time", "order"),
        ("9999-12-31 18:00", "20:00", "bad_time", "range"),
        ("1999-12-31 18:00", "20:00", "bad_time", "range"),
        ("gestern", "20:00", "bad_time", "junk"),
        ("", "", "bad_time", "junk"),
        ("2026-06-09 18:00\x1b[31m", "20:00", "bad_time", "junk"),
        ("x" * 10_000, "20:00", "bad_time", "junk"),
        ("2026-05-30 18:00", "20:00", "not_free", "past"),
        ("2026-06-09 18:00", "18:05", "not_free", "too_short"),
        ("2026-06-09 08:00", "21:00", "not_free", "too_long"),
        ("2026-06-09 05:00", "06:00", "not_free", "outside_hours"),
        ("2026-12-24 18:00", "20:00", "not_free", "closed"),
        ("2028-06-09 18:00", "20:00", "not_free", "too_far"),
        ("2027-03-28 02:00", "03:00", "not_free", "gap"),
        ("2027-03-28 02:15", "02:45", "not_free", "gap"),
        ("2026-10-25 02:15", "02:45", "not_free", "twice"),
    ],
)
def test_times_that_are_none_or_cannot_be_had_are_refused(
    desk: Desk, begins: str, ends: str, refusal: str, why: str
) -> None:
    before = desk.entries

    said = book(desk, "--from", begins, "--to", ends, code=3)

    assert said["refusal"] == refusal
    assert (said["details"].get("reason") or said["details"].get("why")) == why
    assert len(said["message"]) < 600
    assert desk.entries == before


def test_a_room_that_needs_a_yes_is_promised_provisionally_unless_staff_book_it(desk: Desk) -> None:
    words = ("--from", "2026-06-10 18:00", "--to", "20:30", "--heads", "90")

    asked = book(desk, *words, room="saal")
    unsure = desk.json("rooms", "free", "--from", "2026-06-10 18:00", "--to", "20:00", "--capacity", "100")
    staff = desk.made["staff"][0]["code"]
    by_staff = book(desk, "--from", "2026-06-11 18:00", "--to", "20:30", "--by", staff, room="saal")

    assert asked["booking"]["dates"][0]["state"] == "provisional"
    assert [(one["room"]["key"], one["certain"]) for one in unsure["rooms"]] == [("saal", False)]
    assert by_staff["booking"]["dates"][0]["state"] == "confirmed"


def test_cards_that_open_nothing_book_nothing_and_are_not_repeated(desk: Desk) -> None:
    person = desk.json("card", "show", desk.card("Ayşe Deneme"))["person"]["id"]
    audit = desk.json("card", "issue", person, "--scope", "audit")["code"]
    when = ("--from", "di 18:00", "--to", "20:00")
    revoked = desk.json("card", "issue", person)["code"]
    desk.json("card", "revoke", revoked)

    narrow = desk.json("book", "seminar", *when, "--card", audit, code=3)
    gone = desk.json("book", "seminar", *when, "--card", revoked, code=3)
    desk.json("person", "suspend", person, "--until", "+3d")
    suspended = book(desk, *when, code=3)

    assert [narrow["refusal"], gone["refusal"], suspended["refusal"]] == [
        "card_out_of_scope", "card_revoked", "person_suspended",
    ]  # fmt: skip
    assert audit not in str(narrow)


@pytest.mark.parametrize(
    "room", ["gibtsnicht", "lager-r1", "beamer-1", "x" * 10_000, "[@click=app.quit]x[/]", ""]
)
def test_a_room_that_is_none_is_refused(desk: Desk, room: str) -> None:
    said = book(desk, "--from", "di 18:00", "--to", "20:00", room=room, code=3)

    assert said["refusal"] == "does_not_exist"
    assert len(said["message"]) < 600


def test_a_room_is_taken_on_the_spot_until_the_next_have_it(desk: Desk) -> None:
    card = desk.card("Ayşe Deneme")
    book(desk, "--from", "14:00", "--to", "15:00", who="David Vorlage")

    until_next = desk.json("book-now", "seminar", "--card", card, "--heads", "3")
    taken = desk.json("book-now", "seminar", "--card", card, code=3)
    minutes = desk.json("book-now", "cafe", "--card", card, "--minutes", "45")
    no_time = [
        desk.json("book-now", "saal-a", "--card", card, "--minutes", n, code=3)["refusal"]
        for n in ("-5", "0", "1000", "1" + "0" * 30)
    ]

    assert until_next["booking"]["dates"][0]["from"] == "2026-06-01T10:05:00.000+02:00"
    assert until_next["booking"]["dates"][0]["to"] == "2026-06-01T13:45:00.000+02:00"
    assert taken["refusal"] == "not_free"
    assert minutes["booking"]["dates"][0]["to"] == "2026-06-01T10:50:00.000+02:00"
    assert no_time == ["not_free", "not_free", "not_free", "bad_time"]


@pytest.mark.parametrize(
    "words",
    [
        ("book",),
        ("book", "seminar"),
        ("book", "seminar", "--from", "18:00", "--to", "20:00"),
        ("book", "seminar", "--from", "18:00", "--card", "x"),
        ("book", "seminar", "--from", "18:00", "--to", "20:00", "--card", "x", "--count", "viele"),
        ("book-now", "seminar"),
        ("rooms", "free"),
        ("rooms",),
        ("room", "fly"),
        ("booking", "move", "x", "--part", "some"),
        ("booking", "displace", "x"),
        ("closing",),
        ("calendar", "import", "x.ics"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_exit_code_2(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.json(*words, code=2)["refusal"] == "usage"

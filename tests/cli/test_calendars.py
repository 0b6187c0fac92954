"""Calendars by command: written, subscribed to, kept as a folder, and taken in from others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Desk

FOREIGN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//
BEGIN:VEVENT
UID:1@x
DTSTAMP:20260501T000000Z
DTSTART:20260610T160000Z
DTEND:20260610T180000Z
SUMMARY:Kurs [@click=app.quit]
END:VEVENT
BEGIN:VEVENT
UID:2@x
DTSTAMP:20260501T000000Z
DTSTART:20260610T130000
DTEND:20260610T140000
END:VEVENT
END:VCALENDAR
"""


def test_the_calendar_of_a_room_goes_out_by_subscription_redacted_until_it_is_revoked(desk: Desk) -> None:
    opened = desk.json("calendar", "feed", "add", "--room", "saal-b", "--public")
    shown = desk.json("calendar", "feed", "show", "-", typed=f"{opened['token']}\n")
    same = desk.json("calendar", "feed", "show", opened["token"], "--etag", shown["etag"])
    listed = desk.json("calendar", "feed", "list")["feeds"]
    said = desk.say("calendar", "feed", "list")
    desk.json("calendar", "feed", "revoke", opened["id"][:16])
    revoked = desk.json("calendar", "feed", "show", opened["token"], code=3)
    unknown = desk.json("calendar", "feed", "show", "x" * 10_000, code=3)

    assert "SUMMARY:Belegt: Chor Klangfarben" in shown["calendar"]
    assert "Chorprobe" not in shown["calendar"]
    assert same == {"changed": False, "etag": shown["etag"]}
    assert [(one["scope"], one["public"], one["revoked_at"]) for one in listed] == [("room", True, None)]
    assert opened["token"] not in str(listed) + said.out
    assert revoked["refusal"] == unknown["refusal"] == "feed_revoked"


def test_a_command_sent_twice_shows_the_token_once(desk: Desk) -> None:
    words = ("calendar", "feed", "add", "--act", "d" * 32)

    first, again = desk.json(*words), desk.json(*words)

    assert first["id"] == again["id"]
    assert (bool(first["token"]), again["token"]) == (True, None)


def test_a_person_subscribes_to_their_own_dates_and_to_no_others(desk: Desk) -> None:
    card = desk.card("Amira Mithal")
    person = desk.json("card", "show", card)["person"]["id"]
    other = desk.json("card", "show", desk.card("David Vorlage"))["person"]["id"]

    own = desk.json("calendar", "feed", "add", "--person", person, "--by", card)
    refused = desk.json("calendar", "feed", "add", "--person", other, "--by", card, code=3)
    both = desk.json("calendar", "feed", "add", "--person", person, "--room", "cafe", code=3)

    assert "Sprachkurs" in desk.json("calendar", "feed", "show", own["token"])["calendar"]
    assert refused["refusal"] == "not_allowed"
    assert both["refusal"] == "bad_value"


def test_a_calendar_is_written_to_a_file_to_standard_output_and_to_a_folder(
    desk: Desk, tmp_path: Path
) -> None:
    words = ("calendar", "export", "--for", "Chor Klangfarben Musterstadt e. V.")

    data = desk.json(*words, "--out", str(tmp_path / "chor.ics"))
    printed = desk.say(*words).out
    folder = desk.json(*words, "--vdir", str(tmp_path / "vdir"))
    again = desk.json(*words, "--vdir", str(tmp_path / "vdir"))
    nowhere = desk.json(*words, "--out", "/gibt/es/nicht/x.ics", code=3)

    assert data["bytes"] == len((tmp_path / "chor.ics").read_bytes())
    assert printed.startswith("BEGIN:VCALENDAR")
    assert folder["written"] == len(list((tmp_path / "vdir").glob("*.ics"))) == 20
    assert (again["written"], again["same"]) == (0, 20)
    assert nowhere["refusal"] == "file_not_written"


def test_a_confirmed_date_is_taken_away_as_an_event(desk: Desk) -> None:
    made = desk.json(
        "book", "seminar", "--from", "di 18:00", "--to", "20:00", "--card", desk.card("Ayşe Deneme")
    )["booking"]

    found = desk.json("booking", "take-away", made["id"])

    assert found["calendar"].startswith("BEGIN:VEVENT\r\nSUMMARY:Seminarraum\r\nDTSTART:20260602T160000Z")
    assert desk.say("booking", "take-away", f"{made['id']}/0").out.startswith("BEGIN:VEVENT")


def test_somebody_elses_calendar_keeps_the_room_free_and_is_refreshed(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "x.ics"
    path.write_text(FOREIGN)
    words = ("calendar", "import", str(path), "--room", "seminar", "--source", "Volkshochschule")

    first, again = desk.json(*words), desk.json(*words)
    said = desk.say(*words)
    taken = desk.json(
        "book",
        "seminar",
        "--from",
        "2026-06-10 18:00",
        "--to",
        "19:00",
        "--card",
        desk.card("Ayşe Deneme"),
        code=3,
    )
    path.write_text(FOREIGN.replace("T160000Z", "T150000Z"))
    moved = desk.json(*words)

    assert first["imported"]
    assert first["counts"] == {
        "new": 1, "moved": 0, "renamed": 0, "same": 0, "gone": 0, "over": 0, "refused": 1,
    }  # fmt: skip
    assert [(one["flaw"], one["uid"]) for one in first["events"]] == [("floating", "2@x")]
    assert (again["counts"]["same"], moved["counts"]["moved"]) == (1, 1)
    assert "Uhrzeit ohne Zeitzone" in said.out
    assert taken["refusal"] == "not_free"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "not_found"),
        (b"", "not_calendar"),
        (b"\x00" * 100, "not_calendar"),
        (b"x" * (1024 * 1024 + 1), "too_large"),
        (FOREIGN.replace("T160000Z", "T160000").replace("T180000Z", "T180000").encode(), "nothing_usable"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_by_name_and_changes_nothing(
    desk: Desk, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path, before = tmp_path / "x.ics", desk.entries
    if content is not None:
        path.write_bytes(content)

    said = desk.json("calendar", "import", str(path), "--room", "seminar", "--source", "x", code=3)

    assert (said["refusal"], said["details"]["reason"]) == ("calendar_refused", reason)
    assert reason not in said["message"]
    assert desk.entries == before


def test_only_staff_take_calendars_in(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "x.ics").write_text(FOREIGN)
    words = ("calendar", "import", str(tmp_path / "x.ics"), "--room", "seminar", "--source")

    assert desk.json(*words, "x", "--by", desk.card("Ayşe Deneme"), code=3)["refusal"] == "not_allowed"
    assert desk.json(*words, "", code=3)["refusal"] == "bad_value"
    assert desk.json(*words, "x" * 10_000, code=3)["refusal"] == "too_long"

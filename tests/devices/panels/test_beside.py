"""What is said to panels beside states, and what is heard of them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.panels import state as panels
from devices.panels import topics
from devices.panels.configuring import Configuring
from devices.panels.message import Message
from devices.panels.panel import Panel, checked_panel, panel_of, panel_reads, panel_writes, publisher_writes
from devices.panels.picture.picture import picture
from devices.panels.picture.profiles import profile_named
from devices.panels.pictures import Pictures
from devices.panels.state import RoomState
from devices.panels.telemetry import Heard, Hearing, heard_before, heard_status, heard_telemetry
from kiosk.i18n import Words
from sharing.errors import BadValue
from sharing.rooms.seen import Seen
from tests.devices.panels.known import HALL, date, known
from tests.devices.panels.shelf import HOUSE
from tests.sharing.rooms.values import HOUSE as TERMS
from tests.sharing.rooms.values import at

PANEL = Panel(id="tuer", room=HALL.id, profile="296x128-bw")
ROOMS = frozenset({HALL.id})
OWN = topics.panel_config(HOUSE, "tuer")


def state(now: str = "10:00", *dates: Seen) -> RoomState:
    return panels.room_state(known(*dates), TERMS, at(f"2026-06-02 {now}"))


def kinds(messages: list[Message]) -> list[str]:
    return [one.topic.rpartition("/")[2] for one in messages]


# Configs


def test_a_panel_is_told_its_room_once_and_again_when_that_is_another() -> None:
    told = Configuring(HOUSE)
    (first,) = told.tick({"tuer": PANEL}, ROOMS)
    assert (first.topic, msgspec.json.decode(first.payload)["room"]) == (OWN, HALL.id)
    assert told.tick({"tuer": PANEL}, ROOMS) == []

    other = msgspec.structs.replace(PANEL, profile="400x300-bwr")
    assert len(told.tick({"tuer": other}, ROOMS)) == 1
    (gone,) = told.tick({"tuer": other}, frozenset())
    said = msgspec.json.decode(gone.payload)
    assert (said["room"], said["image"]) == ("", "")


def test_nothing_of_a_removed_panel_stays_retained() -> None:
    told = Configuring(HOUSE)
    told.tick({"tuer": PANEL}, ROOMS)
    told.heard("fremd", b"{}")

    gone = told.tick({}, ROOMS)
    assert {one.topic.split("/")[4] for one in gone} == {"tuer", "fremd"}
    assert {one.topic.rpartition("/")[2] for one in gone} == {"config", "telemetry", "status"}
    assert all(one.payload == b"" for one in gone)
    assert told.tick({}, ROOMS) == []


def test_what_somebody_else_told_a_panel_is_put_right() -> None:
    told = Configuring(HOUSE)
    (first,) = told.tick({"tuer": PANEL}, ROOMS)
    told.heard("tuer", first.payload)
    assert told.tick({"tuer": PANEL}, ROOMS) == []
    told.heard("tuer", b"other")
    assert told.tick({"tuer": PANEL}, ROOMS) == [first]


# What panels say


def test_telemetry_is_taken_as_far_as_it_is_believable() -> None:
    full = heard_telemetry(Heard(), b'{"battery": 73.5, "etag": "abc", "more": [1]}', 5)
    assert full == Heard(battery=73.5, etag="abc", heard_at=5)
    for nonsense in (
        b"",
        b"[]",
        b'{"battery": 101}',
        b'{"battery": "full"}',
        b'{"etag": "' + b"x" * 65 + b'"}',
        b" " * 4000,
        b'{"etag": "\xff"}',
        b'{"more": ' + b"[" * 2000,
    ):
        assert heard_telemetry(full, nonsense, 9) == full


def test_a_last_will_is_no_sign_of_life() -> None:
    asleep = heard_status(Heard(), b"sleeping", 5)
    assert asleep == Heard(status="sleeping", heard_at=5)
    assert heard_status(asleep, b"offline", 9) == Heard(status="offline", heard_at=5)
    assert heard_status(asleep, b"burning", 9) == asleep


@given(st.binary(max_size=200))
def test_no_bytes_break_it(payload: bytes) -> None:
    heard = heard_status(heard_telemetry(Heard(), payload, 1), payload, 1)
    assert heard.battery is None or 0 <= heard.battery <= 100


def test_what_was_heard_is_there_after_a_restart_and_written_now_and_then_only(tmp_path: Path) -> None:
    hearing = Hearing(tmp_path)
    hearing.take("tuer", "telemetry", b'{"battery": 50}', 10_000)
    hearing.keep(10_000)
    assert heard_before(tmp_path)["tuer"].battery == 50
    hearing.take("tuer", "telemetry", b'{"battery": 49}', 11_000)
    hearing.keep(11_000)
    assert heard_before(tmp_path)["tuer"].battery == 50
    hearing.keep(15_000)
    assert heard_before(tmp_path)["tuer"].battery == 49
    Hearing(tmp_path).keep(99_000)
    (tmp_path / "panels.json").write_bytes(b"nonsense")
    assert heard_before(tmp_path) == {}


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    hearing = Hearing(tmp_path / "not there")
    hearing.take("tuer", "status", b"online", 1)
    hearing.keep(99_000)


# Pictures


def drawing(*some: Panel) -> Pictures:
    return Pictures(HOUSE, lambda _room: some, lambda tag: Words(tag) if tag in {"de", "en"} else None)


def test_the_picture_comes_before_what_is_said_about_it_and_only_if_it_is_another() -> None:
    pictures = drawing(PANEL)
    assert pictures.room(HALL, state()) == []
    assert pictures.pending
    assert kinds(pictures.work()) == ["image", "meta"]
    assert not pictures.pending
    assert pictures.work() == []

    later = state("10:04")
    pictures.room(HALL, later)
    (meta,) = pictures.work()
    said = msgspec.json.decode(meta.payload)
    assert said["valid_until"] == later.valid_until
    assert said["rendered_at"] < later.generated_at
    pictures.room(HALL, state("10:04", date("10:00", "12:00")))
    assert kinds(pictures.work()) == ["image", "meta"]


def test_a_broker_that_forgot_is_given_the_same_picture_again() -> None:
    pictures = drawing(PANEL)
    pictures.room(HALL, state())
    image, _ = pictures.work()
    pictures.forget()
    pictures.room(HALL, state("10:04"))
    again, meta = pictures.work()

    assert again == image
    assert msgspec.json.decode(meta.payload)["rendered_at"] == at("2026-06-02 10:00")


def test_panels_that_show_the_same_share_one_picture() -> None:
    twin, other = (
        Panel(id="b", room=HALL.id, profile="296x128-bw"),
        Panel(id="c", room=HALL.id, profile="296x128-bw", second_language="en"),
    )
    pictures = drawing(PANEL, twin, other)
    pictures.room(HALL, state())
    found = [one.topic.split("/")[6] for _ in range(3) for one in pictures.work()]

    assert found == ["296x128-bw", "296x128-bw", "296x128-bw-en", "296x128-bw-en"]


def test_a_language_of_doors_stands_second_and_never_first() -> None:
    panel = Panel(id="c", room=HALL.id, profile="800x480-bw", second_language="ar")
    terms = msgspec.structs.replace(TERMS, languages=("ar", "de"))
    complete = {"de": Words("de")}
    pictures = Pictures(HOUSE, lambda _room: [panel], complete.get, beside=Words)
    here = panels.room_state(known(), terms, at("2026-06-02 10:00"))
    pictures.room(HALL, here)
    image, _ = pictures.work()

    both = picture(here, profile_named("800x480-bw"), (Words("de"), Words("ar")))
    assert image.topic.endswith("/800x480-bw-ar/image")
    assert image.payload == both.png


def test_many_changes_before_a_picture_is_drawn_are_one_picture_of_the_last() -> None:
    pictures = drawing(PANEL)
    for minute in range(5):
        pictures.room(HALL, state(f"10:0{minute}"))
    _, meta = pictures.work()

    assert msgspec.json.decode(meta.payload)["rendered_at"] == at("2026-06-02 10:04")
    assert not pictures.pending


def test_pictures_of_rooms_and_panels_that_are_gone_are_taken_away() -> None:
    some = [PANEL]
    pictures = Pictures(HOUSE, lambda _room: some, Words)
    pictures.room(HALL, state())
    pictures.work()
    some.clear()
    assert kinds(pictures.room(HALL, state())) == ["image", "meta"]
    some.append(PANEL)
    pictures.room(HALL, state())
    pictures.work()
    pictures.room(HALL, state())
    assert [one.payload for one in pictures.gone(HALL.id)] == [b"", b""]
    assert not pictures.pending


def test_what_the_broker_kept_of_panels_that_are_no_more_is_taken_away() -> None:
    pictures = Pictures(HOUSE, lambda _room: [PANEL], Words)
    for name in (PANEL.picture, "400x300-bwr"):
        pictures.heard(HALL.id, name)
    pictures.heard("elsewhere", "400x300-bwr")

    gone = pictures.left_over({HALL.id})
    assert [(one.topic, one.payload) for one in gone] == [
        (topics.image(HOUSE, HALL.id, "400x300-bwr"), b""), (topics.meta(HOUSE, HALL.id, "400x300-bwr"), b""),
    ]  # fmt: skip
    assert pictures.left_over({HALL.id}) == []


def test_a_battery_that_runs_low_is_another_picture_and_one_that_is_full_is_not() -> None:
    full = {PANEL.id: 90.0}
    pictures = Pictures(HOUSE, lambda _room: (PANEL,), Words, full.get)
    pictures.room(HALL, state())
    assert kinds(pictures.work()) == ["image", "meta"]
    full[PANEL.id] = 60.0
    pictures.room(HALL, state("10:04"))
    assert kinds(pictures.work()) == ["meta"]
    full[PANEL.id] = 9.0
    pictures.room(HALL, state("10:09"))
    assert kinds(pictures.work()) == ["image", "meta"]


def test_a_profile_of_a_newer_software_is_passed_over() -> None:
    pictures = drawing(msgspec.structs.replace(PANEL, profile="9999x9-bwry"))
    pictures.room(HALL, state())

    assert pictures.work() == []


# Who may say what


def test_a_panel_may_say_nothing_that_the_publisher_says_and_hear_nothing_that_others_ask() -> None:
    writes, reads = set(panel_writes(HOUSE, PANEL)), panel_reads(HOUSE, PANEL)

    assert not any("state" in topic for topic in writes)
    assert not writes & set(publisher_writes(HOUSE)) - {topics.panel_telemetry(HOUSE, "+")}
    assert all("#" not in topic for topic in (*writes, *reads))
    assert not {topics.command(HOUSE, HALL.id, what) for what in ("book", "arrive", "end")} & set(reads)
    assert all(HALL.id in topic or "/panel/tuer/" in topic for topic in (*writes, *reads))


def test_panels_are_called_and_look_as_can_be() -> None:
    checked_panel("tuer-1", "800x480-bw", "")
    checked_panel("t", "128x296-bwr", "ar")
    for name, profile, language in (
        ("Tür", "800x480-bw", ""), ("a/b", "800x480-bw", ""), ("-a", "800x480-bw", ""),
        ("", "800x480-bw", ""),
        ("a", "800x480", ""), ("a", "800x480-bw", "../x"), ("a", "800x480-bw", "english"),
    ):  # fmt: skip
        with pytest.raises(BadValue):
            checked_panel(name, profile, language)


def test_a_panel_is_read_back_from_the_book_and_nobody_else_is_one() -> None:
    assert panel_of("panel.tuer", PANEL.notes()) == PANEL
    assert panel_of("house.devices", {}) is None
    assert panel_of("panel.tuer", {}) is None


@given(st.text(max_size=80))
def test_no_topic_is_taken_for_one_of_ours_that_is_none(text: str) -> None:
    found = topics.parts_of(HOUSE, f"teilhaus/v1/{HOUSE}/{text}")
    if found is not None:
        kind, _, name = found[0].partition(":")
        assert kind in {"room", "panel"}
        assert "/" not in name

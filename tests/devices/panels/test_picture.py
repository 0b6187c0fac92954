"""Pictures for e-paper: what they look like, what a phone reads in them, and when a panel wants a new one.

The pictures in `golden/` were looked at. Renew them with `TEILHAUS_RENEW_GOLDEN=1`, and look again.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from devices.labels.check import decoded
from devices.panels.picture.picture import Picture, etag, picture
from devices.panels.picture.profiles import PROFILES, profile_named
from devices.panels.state import RoomState, room_state
from kiosk.i18n import Words
from sharing import texts
from sharing.errors import BadValue
from sharing.rooms.rules import MINUTE, State
from sharing.texts import Texts
from tests.devices.panels.known import date, known
from tests.sharing.rooms.values import HOUSE, at, room

GOLDEN = Path(__file__).parent / "golden"
DIGITS = "2041883012345621"
LINK = f"https://haus-am-ring.example/i/{DIGITS}"
FULL = f"https://tueren.haus-der-vereine-musterstadt.example:8480/book/{'0123456789abcdef' * 2}"
"""A long name of the house, and a room by its id."""
WORDS = (Words("de"), Words("en"))
ARABIC = (Words("de"), Words("ar"))
MOST_DIFFERENT = 0.004
"""Share of all pixels: another version of the font's library may round a stem otherwise."""
LONG = "Mehrzweckraum für Bewegung, Begegnung und Bildung im zweiten Obergeschoss links " * 2 + "12"


def named(german: str, english: str = "") -> Texts:
    both = Texts.of(german)
    return both.changed("en", english, texts.State.CHECKED) if english else both


def door(
    now: str, *dates: object, name: str = "Großer Saal", english: str = "", book: str = DIGITS
) -> RoomState:
    terms = msgspec.structs.replace(HOUSE, languages=("de", "en"))
    hall = room("ha11", names=named(name, english))
    return room_state(known(*dates, room=hall, book=book), terms, at(f"2026-06-02 {now}"))  # type: ignore[arg-type]


CHOIR = date("10:00", "12:00", n=1, who="Chor der Vielen")
SEWING = date("13:00", "15:00", n=2, who="Nähwerkstatt")
CLUB = date("15:00", "17:30", n=3, who="Deutsch-Äthiopischer Verein")
ASKED = date("18:00", "20:00", n=4, state=State.PROVISIONAL)
DOORS = {
    "free": door("14:05", CHOIR, CLUB, ASKED, english="Great hall"),
    "busy": door("14:05", CHOIR, SEWING, CLUB, ASKED, english="Great hall"),
    "soon": door("14:55", SEWING, ASKED),
    "asked": door("18:30", CHOIR, CLUB, ASKED, english="Great hall"),
    "closed": door("23:10", CHOIR),
    "arabic": door(
        "14:05", date("13:00", "14:10", who="جمعية الصداقة"), CLUB, name="قاعة الاجتماعات الكبيرة"
    ),
    "long": door("14:05", date("13:00", "15:00", who="Verein zur Förderung der Begegnung " * 4), name=LONG),
    "unknown": room_state(known(room=room("ha11")), HOUSE, at("2026-06-02 10:00"), certain=False),
}


def in_arabic(book: str = DIGITS) -> RoomState:
    """A hall that is taken, with its name in Arabic, and a number in it."""
    hall = door("14:05", date("13:00", "14:30", who="Nähwerkstatt"), CLUB, ASKED, book=book)
    return msgspec.structs.replace(hall, names={"de": hall.name, "ar": "القاعة الكبيرة 12"})


def opened(found: Picture) -> Image.Image:
    return Image.open(io.BytesIO(found.png))


@pytest.mark.parametrize(
    ("name", "profile", "stale"),
    [
        ("free", "800x480-bw", False),
        ("busy", "800x480-bwr", False),
        ("busy", "480x800-bw", False),
        ("closed", "400x300-bwr", True),
        ("arabic", "400x300-bw", False),
        ("long", "800x480-bw", True),
        ("soon", "300x400-bwr", False),
        ("free", "296x128-bw", False),
        ("closed", "296x128-bw", True),
        ("arabic", "128x296-bwr", False),
        ("unknown", "296x128-bwr", False),
        ("asked", "800x480-bw", False),
        ("asked", "296x128-bw", False),
    ],
)
def test_a_door_looks_as_it_did_when_somebody_looked_at_it(name: str, profile: str, *, stale: bool) -> None:
    found = picture(DOORS[name], profile_named(profile), WORDS, stale=stale)
    file = GOLDEN / f"{name}-{profile}{'-stale' if stale else ''}.png"
    if os.environ.get("TEILHAUS_RENEW_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_bytes(found.png)
    compared(found, file)


def compared(found: Picture, file: Path) -> None:
    here, there = opened(found).convert("RGB"), Image.open(file).convert("RGB")

    assert here.size == there.size
    differing = ImageChops.difference(here, there).convert("L").point(lambda value: 255 if value else 0)
    share = differing.histogram()[255] / (here.width * here.height)
    assert share <= MOST_DIFFERENT, f"{share:.2%} of all pixels differ: look at it"


@pytest.mark.parametrize("profile", ["800x480-bw", "480x800-bwr"])
def test_german_and_arabic_look_as_they_did_when_somebody_looked_at_them(profile: str) -> None:
    found = picture(in_arabic(LINK), profile_named(profile), ARABIC)
    file = GOLDEN / f"beside-arabic-{profile}.png"
    if os.environ.get("TEILHAUS_RENEW_GOLDEN"):
        file.write_bytes(found.png)
    compared(found, file)


def test_the_arabic_word_stands_at_the_right_and_a_room_has_another_picture_in_each_language() -> None:
    profile = profile_named("800x480-bw")
    alone, arabic = (opened(picture(in_arabic(), profile, one)).convert("RGB") for one in (WORDS[:1], ARABIC))
    word = (400, 92, 800, 180)
    changed = ImageChops.difference(alone.crop(word), arabic.crop(word)).getbbox()

    assert changed is not None
    assert changed[0] > 200
    assert changed[2] > 370, "it begins where the band ends"
    tags = {etag(in_arabic(), profile, (Words("de"), Words(one))) for one in ("de", "en", "ar", "tr", "uk")}
    assert len(tags) == 5


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", ["ar", "tr", "uk"])
def test_no_language_costs_the_code_its_place(profile: str, language: str) -> None:
    found = picture(in_arabic(LINK), profile_named(profile), (Words("de"), Words(language)))
    assert decoded(opened(found)) == [LINK]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("content", [DIGITS, LINK, FULL])
def test_the_code_is_read_on_every_panel(profile: str, content: str) -> None:
    for stale in (False, True):
        found = picture(door("14:05", SEWING, book=content), profile_named(profile), WORDS, stale=stale)
        assert decoded(opened(found)) == [content]


@pytest.mark.parametrize("profile", PROFILES)
def test_what_comes_next_is_written_on_every_panel(profile: str) -> None:
    """On 300 × 400 its place was a hair too low, and nothing stood there."""
    tomorrow = (date(f"2026-06-03 {begins}", "2026-06-03 11:00", n=5) for begins in ("08:00", "09:00"))
    early, late = (
        opened(picture(door("14:05", SEWING, one), profile_named(profile), WORDS)).convert("RGB")
        for one in tomorrow  # the bar of today is the same
    )

    assert ImageChops.difference(early, late).getbbox()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_picture_has_the_size_and_colours_of_its_panel(profile: str) -> None:
    wanted = profile_named(profile)
    found = picture(DOORS["busy"], wanted, WORDS, stale=True)
    image = opened(found)

    assert (found.w, found.h, found.palette) == (wanted.w, wanted.h, wanted.palette)
    assert image.size == (wanted.w, wanted.h)
    colours = {colour for _, colour in image.convert("RGB").getcolors() or []}
    assert colours == {(255, 255, 255), (0, 0, 0)} | ({(200, 0, 0)} if wanted.palette == "bwr" else set())
    assert len(found.png) < 20_000, "a panel has some hundred kilobytes of memory"


@pytest.mark.parametrize("name", ["800x481-bw", "800x480", "800x480-rgb", "", "../x", "800x480-bw\n"])
def test_a_panel_that_nobody_knows_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(BadValue) as error:
        profile_named(name)
    assert "296x128-bwr" in str(error.value.details["expected"])


def test_a_heartbeat_is_no_new_picture_and_a_booking_is_one() -> None:
    profile = profile_named("400x300-bw")
    one, later = door("14:00", CLUB), door("14:05", CLUB)
    booked = door("14:05", CLUB, ASKED)

    assert etag(one, profile, WORDS) == etag(later, profile, WORDS) == picture(later, profile, WORDS).etag
    tags = {
        etag(one, profile, WORDS),
        etag(booked, profile, WORDS),
        etag(one, profile_named("300x400-bw"), WORDS),
        etag(one, profile, WORDS[:1]),
        etag(one, profile, WORDS, stale=True),
        etag(one, profile, WORDS, battery=5),
    }
    assert len(tags) == 6
    assert etag(one, profile, WORDS, battery=80) == etag(one, profile, WORDS)


def test_a_panel_wakes_after_the_next_change_but_not_too_often_nor_too_seldom() -> None:
    profile = profile_named("296x128-bw")
    three, far = picture(door("14:57", CLUB), profile, WORDS), picture(door("11:00", CLUB), profile, WORDS)

    assert three.next_change_at == at("2026-06-02 15:00")
    assert three.next_wake_s == 3 * 60 + 5
    assert far.next_wake_s == 600
    last = msgspec.structs.replace(door("14:57", CLUB), generated_at=at("2026-06-02 15:00") - 10_000)
    assert picture(last, profile, WORDS).next_wake_s == 60
    assert far.valid_until == at("2026-06-02 11:00") + 15 * MINUTE


def test_a_low_battery_is_written_below() -> None:
    profile = profile_named("800x480-bw")
    full, low = (picture(DOORS["free"], profile, WORDS, battery=one).png for one in (90, 10))
    assert full == picture(DOORS["free"], profile, WORDS).png
    assert low != full


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@settings(max_examples=25)
@given(NAMES, NAMES, st.sampled_from(sorted(PROFILES)))
def test_whatever_people_write_a_picture_is_made_and_its_code_is_read(
    name: str, who: str, profile: str
) -> None:
    state = msgspec.structs.replace(DOORS["busy"], name=name, names={"de": name, "en": who})
    slots = tuple(msgspec.structs.replace(one, org=who) for one in state.next)
    on = msgspec.structs.replace(state.now, org=who) if state.now else None

    found = picture(msgspec.structs.replace(state, next=slots, now=on), profile_named(profile), WORDS)

    assert decoded(opened(found)) == [DIGITS]

"""KeyBurst measured: every speed of a wedge scanner, and what its keys type under the layouts people set."""

from __future__ import annotations

import itertools

import pytest

from devices.scanner import Answer, Code, KeyBurst, Replay
from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import Unreadable
from tests.devices.test_scanner import MUG, Desk

GAPS = [2, 3, 5, 8, 12, 15, 20, 25, 30, 35, 40, 45]
"""Milliseconds a key: from USB scanners at their fastest to slow ones over radio."""
KEYS = "1234567890qwertyuiopasdfghjklzxcvbnm:/.-"
"""The keys that a scanner presses, as it was told of a US layout."""
CYRILLIC = "1234567890йцукенгшщзфывапролдячсмитьЖ.ю-"
UKRAINIAN = "1234567890йцукенгшщзфівапролдячсмитьЖ.ю-"
ARABIC = "1234567890ضصثقفغعهخحشسيبلاتنمئءؤرBىة:ظز-"
"""Arabic 101; one key types two letters, B here."""
LAYOUTS = {
    "us": KEYS,
    "de": "1234567890qwertzuiopasdfghjklyxcvbnmÖ-.ß",
    "ru": CYRILLIC,
    "uk": UKRAINIAN,
    "ar": ARABIC,
    "ar, own digits": ARABIC.translate(str.maketrans("1234567890", "١٢٣٤٥٦٧٨٩٠")),
    "ar, Persian digits": ARABIC.translate(str.maketrans("1234567890", "۱۲۳۴۵۶۷۸۹۰")),
}
FRENCH = str.maketrans("1234567890", "&é\"'(-è_çà")
"""A French layout has its digits on shift."""
BURSTS = {
    "bare": MUG,
    "link": f"https://haus.example/i/{MUG}",
    "with a port": f"http://10.0.0.5:8480/i/{MUG}",
    "grouped": codes.grouped(MUG),
}
ENDS = ["\r", "\t", "\r\n", ""]


def typed(text: str, layout: str) -> str:
    """What arrives when a scanner that was told of a US layout sends a text."""
    arrives = dict(zip(KEYS, LAYOUTS[layout], strict=True))
    return "".join(arrives.get(one, one) for one in text).replace("B", "لا")


def read(desk: Desk) -> list[str]:
    return [codes.read(text) for text in desk.scans]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("kind", BURSTS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_burst_at_each_speed_is_one_scan_of_this_code_and_no_key(
    layout: str, kind: str, end: str
) -> None:
    for gap in GAPS:
        desk = Desk().types(typed(BURSTS[kind], layout) + end, gap=gap).waits(500)
        assert (gap, desk.typed, read(desk)) == (gap, "", [MUG])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_uneven_burst_is_one_scan_too(layout: str) -> None:
    for gaps in itertools.product((2, 12, 28, 45), repeat=3):
        desk = Desk()
        for gap, char in zip(itertools.cycle(gaps), typed(BURSTS["link"], layout), strict=False):
            desk.types(char, gap=gap)
        assert (gaps, desk.waits(500).typed, read(desk)) == (gaps, "", [MUG])


@pytest.mark.parametrize("text", [MUG, BURSTS["link"]])
def test_what_a_french_layout_makes_of_digits_is_refused_and_presses_no_digit_key(text: str) -> None:
    """Nothing tells these from another house's barcode: they are refused, and never guessed."""
    arrives = text.translate(FRENCH)
    for gap in GAPS:
        with_enter = Desk().types(arrives + "\r", gap=gap).waits(500)
        assert (with_enter.typed, with_enter.scans) == ("", [arrives])
        with pytest.raises(Unreadable):
            codes.read(with_enter.scans[0])
        assert not set(Desk().types(arrives, gap=gap).waits(500).typed) & set("0123456789")


@pytest.mark.parametrize("kind", ["bare", "link"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_digit_pressed_by_hand_before_and_after_a_scan_stays_a_key(layout: str, kind: str) -> None:
    for gap in GAPS:
        desk = Desk().types("3").waits(120).types(typed(BURSTS[kind], layout) + "\r", gap=gap)
        desk.waits(400).types("9").waits(120)
        assert [one for one in desk.said if isinstance(one, Replay)] == [Replay("3"), Replay("9")]
        assert (gap, read(desk)) == (gap, [MUG])


def made(step: int) -> list[str]:
    """Give 500 codes."""
    return [codes.make(CodeKind.ITEM, step * n) for n in range(500)]


@pytest.mark.parametrize("end", ["\r", ""])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_memory_scanner_empties_500_codes_in_20_seconds_and_none_is_lost(layout: str, end: str) -> None:
    for gap in (0, 1, 2):
        desk = Desk()
        for code in made(7_919):
            arrives = typed(code, layout) + end
            desk.types(arrives, gap=gap).waits(40 - gap * len(arrives))
        assert read(desk.waits(500)) == made(7_919)
        assert desk.typed == ""
        assert desk.at <= 1_000 + 20_500


@pytest.mark.parametrize("pattern", ["{}", "https://haus.example/i/{}"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_memory_scanner_that_makes_no_pause_loses_none_either(layout: str, pattern: str) -> None:
    """500 codes in two and a half seconds, each with its Enter: several keys within one millisecond."""
    burst, at = KeyBurst(), 1_000
    said: Answer = ()
    for code in made(104_729):
        for n, char in enumerate(f"{typed(pattern.format(code), layout)}\r"):
            said += burst.feed(char, at + n // 10)
        at += 5

    assert [codes.read(one.text) for one in said if isinstance(one, Code)] == made(104_729)
    assert len(said) == 500


def test_500_bare_codes_without_enter_and_without_a_pause_are_cut_apart() -> None:
    assert Desk().types("".join(made(15_485_863)), gap=2).waits(500).scans == made(15_485_863)

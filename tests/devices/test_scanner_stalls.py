"""KeyBurst on a busy machine: keys come late and in pieces, and still each is the scanner's or a person's."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.scanner import Answer, Code, KeyBurst, Replay
from tests.devices.test_scanner import BEAMER, MUG, SCAN, Desk

LINK = f"https://haus.example/i/{MUG}"


@pytest.mark.parametrize("end", ["\r", ""])
@pytest.mark.parametrize("cut", range(1, 16))
def test_a_scan_that_a_busy_machine_delivers_in_two_halves_is_one_scan(cut: int, end: str) -> None:
    burst = KeyBurst()
    said: Answer = ()
    for n, char in enumerate(MUG + end):
        said += burst.feed(char, SCAN * n + (900 if n >= cut else 0))

    assert said + burst.release() == (Code(MUG),)


@pytest.mark.parametrize("cut", range(4, 13))
def test_after_four_quick_keys_a_scan_is_waited_for(cut: int) -> None:
    desk = Desk().types(MUG[:cut]).waits(350).types(MUG[cut:] + "\r")

    assert desk.said == [Code(MUG)]
    assert Desk().types("4006381").waits(350).types("333931\r").said == [Code("4006381333931")]


def test_what_a_person_pressed_while_the_machine_was_busy_is_no_part_of_the_scan_after_it() -> None:
    burst = KeyBurst()
    said: Answer = ()
    for at, char in [(0, "3"), (300, "1"), *((600 + SCAN * n, char) for n, char in enumerate(MUG + "\r"))]:
        said += burst.feed(char, at)

    assert said == (Replay("3"), Replay("1"), Code(MUG))


def test_a_digit_pressed_right_before_a_scan_is_a_key_and_the_scan_a_scan() -> None:
    assert Desk().types("1").types(MUG[0], gap=30).types(MUG[1:] + "\r").said == [Replay("1"), Code(MUG)]
    assert Desk().types("1").types(MUG[0], gap=30).types(MUG[1:]).waits(500).said == [Replay("1"), Code(MUG)]


def unheard(*keys: tuple[int, str]) -> Answer:
    """Feed keys, each so many milliseconds after the one before, while nobody can measure a silence."""
    burst, at = KeyBurst(), 1_000
    said: Answer = ()
    for pause, char in keys:
        at += pause
        said += burst.feed(char, at)
    return said + burst.release()


def scanned(text: str, pause: int = SCAN) -> list[tuple[int, str]]:
    return [(pause if n == 0 else SCAN, char) for n, char in enumerate(text)]


@pytest.mark.parametrize("pause", [60, 250, 390])
def test_a_digit_pressed_after_a_whole_code_is_a_key_and_the_scan_a_scan(pause: int) -> None:
    assert unheard(*scanned(MUG), (pause, "1")) == (Code(MUG), Replay("1"))
    assert unheard(*scanned(MUG), (pause, "1"), (90, "\r")) == (Code(MUG), Replay("1\r"))


def test_a_digit_pressed_before_a_scan_is_a_key_however_unevenly_the_scan_comes() -> None:
    (_, first), *rest = scanned(MUG)
    rest[8] = (45, rest[8][1])

    assert unheard((0, "1"), (30, first), *rest, (SCAN, "\r")) == (Replay("1"), Code(MUG))


def test_digits_pressed_before_a_link_are_keys_and_no_part_of_it() -> None:
    assert unheard((0, "1"), (200, "2"), *scanned(LINK, 200)) == (Replay("1"), Replay("2"), Code(LINK))


def test_a_link_of_which_the_first_letters_came_early_is_one_scan() -> None:
    assert unheard(*scanned(LINK[:3]), *scanned(LINK[3:], 300)) == (Code(LINK),)


class Scan:
    """One scan as it arrives: gaps between its keys, and one stall in it once it is known as a machine's."""

    def __init__(self, text: str, gap: int, end: Literal["", "\r"], stall_at: int, stall: int) -> None:
        self.text = text
        keys = text + ("\r" if text.startswith("INV") else end)
        stalls = 4 <= stall_at != len(text)
        self.keys = [
            (0 if n == 0 else gap + stall * (stalls and n == stall_at), char) for n, char in enumerate(keys)
        ]


SCANS = st.builds(
    Scan, st.sampled_from([MUG, BEAMER, LINK, "INV-4200"]), st.integers(0, 12),
    st.sampled_from(["", "\r"]), st.integers(0, 28), st.integers(0, 380),
)  # fmt: skip
PRESSES = st.tuples(st.integers(100, 800), st.booleans(), st.one_of(SCANS, st.sampled_from("123")))


@settings(max_examples=400)
@given(st.lists(PRESSES, max_size=6))
def test_every_scan_is_read_and_every_digit_key_stays_whenever_the_machine_stands_still(
    presses: list[tuple[int, bool, Scan | str]],
) -> None:
    burst, at = KeyBurst(), 10_000
    said: Answer = ()
    for pause, heard, what in presses:
        due = burst.due_at
        if heard and due is not None and due < at + pause:
            said += burst.tick(due)
        at += pause
        for gap, char in what.keys if isinstance(what, Scan) else [(0, what)]:
            at += gap
            said += burst.feed(char, at)
    said += burst.release()

    assert said == tuple(
        Code(what.text) if isinstance(what, Scan) else Replay(what) for _, _, what in presses
    )

"""KeyBurst: scans are told from typing, and no key is ever lost, doubled or moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanner import Answer, Code, KeyBurst, Replay
from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import NotReadable

MUG = codes.make(CodeKind.ITEM, 418830123456)
BEAMER = codes.make(CodeKind.ITEM, 7)
MISREAD = MUG[:5] + MUG[6] + MUG[5] + MUG[7:]
SCAN = 2
"""Milliseconds between the keys of a scanner."""

Key = tuple[int, str]


class Desk:
    """Types into a KeyBurst with a clock of its own and ticks like the kiosk does."""

    def __init__(self) -> None:
        self.burst = KeyBurst()
        self.at = 1_000
        self.said: list[Replay | Code] = []

    def types(self, chars: str, gap: int = SCAN) -> Desk:
        for char in chars:
            self.waits(gap)
            self.said += self.burst.feed(char, self.at)
        return self

    def waits(self, ms: int) -> Desk:
        due = self.burst.due_at
        if due is not None and due < self.at + ms:
            self.said += self.burst.tick(due)
        self.at += ms
        return self

    @property
    def scans(self) -> list[str]:
        return [one.text for one in self.said if isinstance(one, Code)]

    @property
    def typed(self) -> str:
        return "".join(one.chars for one in self.said if isinstance(one, Replay))


def test_a_scan_ended_by_enter_is_one_code_and_no_key() -> None:
    desk = Desk().types(MUG + "\r")

    assert desk.said == [Code(MUG)]


@pytest.mark.parametrize("end", ["\n", "\t", "\r\n"])
def test_other_ends_of_a_scan_are_swallowed_too(end: str) -> None:
    assert Desk().types(MUG + end).waits(500).said == [Code(MUG)]


def test_a_scan_without_enter_ends_by_silence_and_nothing_is_said_before() -> None:
    desk = Desk().types(MUG)

    assert desk.waits(59).said == []
    assert desk.waits(2).said == [Code(MUG)]


def test_an_enter_that_comes_late_is_still_the_scanners() -> None:
    assert Desk().types(MUG).types("\r", gap=140).said == [Code(MUG)]
    assert Desk().types(MUG).types("\r", gap=55).said == [Code(MUG)]


def test_an_enter_by_hand_after_a_scan_is_a_key() -> None:
    assert Desk().types(MUG + "\r").types("\r", gap=400).said == [Code(MUG), Replay("\r")]


def test_typing_comes_out_untouched_after_the_silence() -> None:
    desk = Desk().types("Zange 3\r", gap=120).waits(100)

    assert desk.typed == "Zange 3\r"
    assert desk.scans == []
    assert desk.said == [Replay(char) for char in "Zange 3\r"]


def test_two_fingers_at_once_are_typing_in_their_order() -> None:
    assert Desk().types("th", gap=20).waits(100).said == [Replay("th")]


def test_a_digit_key_works_and_a_scan_right_after_it_too() -> None:
    desk = Desk().types("3").waits(80).types(MUG + "\r").types("2", gap=90).waits(80)

    assert desk.said == [Replay("3"), Code(MUG), Replay("2")]


def test_a_key_held_down_keeps_coming() -> None:
    desk = Desk().types("x" * 45, gap=30)

    assert desk.typed == "x" * 40
    assert desk.waits(500).typed == "x" * 45


@pytest.mark.parametrize(
    "burst",
    [
        f"httpsÖ--haus.example-l-{MUG}",
        f"реезыЖ..рфгы.учфьзду.д.{MUG}",
        f"اففحس:ظظاشعس.ثءشةحمث/{MUG}",
        MUG.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        codes.grouped(MUG),
    ],
)
def test_every_layout_gives_the_code_with_and_without_enter(burst: str) -> None:
    for desk in (Desk().types(burst).waits(100), Desk().types(burst + "\r")):
        assert desk.typed == ""
        assert [codes.read(text) for text in desk.scans] == [MUG]


def test_digits_of_another_script_are_replayed_as_they_were_typed() -> None:
    assert Desk().types("٣٤", gap=20).waits(100).said == [Replay("٣٤")]


def test_a_foreign_barcode_ended_by_enter_is_a_scan() -> None:
    assert Desk().types("4006381333931\r").said == [Code("4006381333931")]
    assert Desk().types("INV-42\r").said == [Code("INV-42")]


def test_short_or_slow_or_unended_foreign_keys_are_typing() -> None:
    assert Desk().types("INV-4\r").said == [Replay("INV-4\r")]
    assert Desk().types("INV-42", gap=55).types("\r", gap=90).typed == "INV-42\r"
    assert Desk().types("INV-42").waits(500).said == [Replay("INV-42")]


def test_a_misread_label_is_a_scan_that_is_not_readable_and_presses_no_digit_key() -> None:
    for desk in (Desk().types(MISREAD).waits(100), Desk().types(MISREAD + "\r")):
        assert desk.said == [Code(MISREAD)]
        with pytest.raises(NotReadable):
            codes.read(desk.scans[0])


def test_two_codes_back_to_back_without_enter_are_two_scans() -> None:
    desk = Desk().types(MUG + BEAMER)

    assert desk.said == [Code(MUG)]
    assert desk.waits(100).said == [Code(MUG), Code(BEAMER)]


def test_two_links_back_to_back_and_a_misread_behind_a_code_are_each_said() -> None:
    links = Desk().types(f"https://x/{MUG}https://x/{BEAMER}").waits(100)

    assert links.scans == [f"https://x/{MUG}", f"https://x/{BEAMER}"]
    assert Desk().types(f"{MUG}/{MISREAD}\r").scans == [MUG, f"/{MISREAD}"]
    assert Desk().types(f"{MUG}{MISREAD}\r").scans == [MUG, MISREAD]
    assert Desk().types(f"{MISREAD}{MUG}\r").scans == [MISREAD, MUG]
    assert Desk().types(f"{MUG}#\r").scans == [f"{MUG}#"]


@pytest.mark.parametrize("end", ["\r", ""])
def test_a_memory_scanner_that_empties_500_codes_in_20_seconds_loses_none(end: str) -> None:
    made = [codes.make(CodeKind.ITEM, 7_919 * n) for n in range(500)]
    desk = Desk()
    for code in made:
        desk.types(code + end, gap=2).waits(40 - 2 * len(code + end))

    assert desk.waits(100).scans == made
    assert desk.typed == ""
    assert desk.at <= 1_000 + 20_100


def test_another_gap_can_be_set_for_a_slow_radio_scanner() -> None:
    slow = KeyBurst(gap_ms=120)
    said: list[Replay | Code] = []
    for n, char in enumerate(MUG):
        said += slow.feed(char, 100 * n)
        said += slow.tick(100 * n + 99)

    assert said == []
    assert slow.tick(1_500 + 120) == (Code(MUG),)


def test_a_clock_set_back_ends_the_burst_and_holds_nothing_for_ever() -> None:
    burst = KeyBurst()
    burst.feed("a", 5_000)

    assert burst.tick(10) == (Replay("a"),)
    assert burst.feed("b", 20) == ()
    assert burst.release() == (Replay("b"),)
    assert burst.due_at is None


def test_a_timer_a_little_older_than_the_last_key_does_not_cut_the_burst() -> None:
    burst = KeyBurst()
    said: Answer = ()
    for n, char in enumerate(MUG):
        said += burst.feed(char, 10_000 + n)
        said += burst.tick(10_000 + n - 3)

    assert said == ()
    assert burst.tick(10_075) == (Code(MUG),)


def test_a_code_does_not_stand_in_logs() -> None:
    assert MUG not in repr(Code(MUG))


KEYS = st.tuples(
    st.one_of(
        st.integers(0, 70), st.sampled_from([-500, 0, 2, 49, 50, 51, 59, 60, 61, 149, 150, 151, 5_000])
    ),
    st.one_of(
        st.sampled_from(
            ["1", "3", "a", "\r", "\n", "\t", "Ö", "٣", MUG, MUG + "\r", BEAMER, MISREAD, "aaaaaaa"]
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    st.booleans(),
)


def fed(said: Answer) -> str:
    return "".join(one.text if isinstance(one, Code) else one.chars for one in said)


@given(st.lists(KEYS, max_size=30))
def test_nothing_typed_is_ever_lost_moved_or_doubled(keys: list[tuple[int, str, bool]]) -> None:
    burst, at, everything = KeyBurst(), 10_000, ""
    said: Answer = ()
    for pause, chars, ticked in keys:
        at += pause
        said += burst.tick(at) if ticked else ()
        for char in chars:
            said += burst.feed(char, at)
            everything += char
            at += SCAN
    said += burst.release()

    assert burst.release() == ()
    ends_apart = str.maketrans("", "", "\r\n\t")
    assert codes.plain_digits(fed(said)).translate(ends_apart) == codes.plain_digits(everything).translate(
        ends_apart
    )
    assert all(burst_is_scan(one.text) for one in said if isinstance(one, Code))


def burst_is_scan(text: str) -> bool:
    return len(text) >= 6 and not set(text) & set("\r\n\t")


@given(st.lists(st.tuples(st.integers(61, 900), st.characters()), max_size=40))
def test_typing_by_hand_is_replayed_to_the_letter(keys: list[Key]) -> None:
    desk = Desk()
    for pause, char in keys:
        desk.waits(pause).types(char, gap=0)

    assert desk.waits(100).typed == "".join(char for _, char in keys)
    assert desk.scans == []


@given(st.lists(st.sampled_from([MUG, BEAMER, "typed"]), max_size=12), st.integers(0, 50))
def test_scans_between_typing_are_all_read_and_the_typing_stays(parts: list[str], gap: int) -> None:
    desk = Desk()
    for part in parts:
        desk.waits(200)
        if part == "typed":
            desk.types(part, gap=150)
        else:
            desk.types(part, gap=gap)

    assert desk.waits(200).scans == [part for part in parts if part != "typed"]
    assert desk.typed == "typed" * parts.count("typed")

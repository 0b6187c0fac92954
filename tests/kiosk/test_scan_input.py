"""Whose keys they are: each comes out once, in order, or was a scan."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from devices.scanner import KeyBurst
from kiosk.scan_input import HeldKeys, Outcome, ScannedText
from sharing.codes import CodeKind, make

CODE = make(CodeKind.ITEM, 1234567890123)


def pressed(key: str, at: float) -> events.Key:
    event = events.Key(key, {"enter": "\r", "tab": "\t", "f2": None, "left": None}.get(key, key))
    event.time = at
    return event


def keys_of(outcomes: list[Outcome]) -> list[str]:
    return [one.text if isinstance(one, ScannedText) else one.key for one in outcomes]


def test_a_scan_is_swallowed_with_its_enter() -> None:
    held = HeldKeys(KeyBurst())
    outcomes = [
        one for n, key in enumerate([*CODE, "enter"]) for one in held.key(pressed(key, 10 + n * 0.005))
    ]
    assert outcomes == [ScannedText(CODE)]
    assert not held.holding


def test_a_key_of_a_person_is_handed_on_after_the_wait() -> None:
    held = HeldKeys(KeyBurst())
    event = pressed("7", 10)
    assert held.key(event) == []
    assert held.holding
    assert held.wait_is_over() == [event]


def test_a_key_that_no_scanner_sends_passes_at_once_after_those_before_it() -> None:
    held = HeldKeys(KeyBurst())
    held.key(pressed("7", 10))
    assert keys_of(held.key(pressed("f2", 10.01))) == ["7", "f2"]


def test_a_key_typed_just_before_a_scan_still_counts() -> None:
    held = HeldKeys(KeyBurst())
    outcomes = held.key(pressed("1", 10))
    for n, key in enumerate([*CODE, "enter"]):
        outcomes += held.key(pressed(key, 11 + n * 0.005))
    assert keys_of(outcomes) == ["1", CODE]


@given(st.lists(st.tuples(st.sampled_from("0123456789ab"), st.floats(0.1, 2)), max_size=30))
def test_slow_typing_comes_out_as_it_was(typed: list[tuple[str, float]]) -> None:
    held, at, outcomes = HeldKeys(KeyBurst()), 10.0, []
    for key, after in typed:
        at += after
        outcomes += held.key(pressed(key, at))
    outcomes += held.wait_is_over()
    assert keys_of(outcomes) == [key for key, _ in typed]

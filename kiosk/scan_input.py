"""Tells the scanner's keys from people's before any screen sees them, whatever has the focus.

The scanner is a keyboard. Its digits would press the digit keys of the choices on screen, so keys are held
for the time a scanner needs (event time), then either swallowed as a code or handed on as they were.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from devices.scanner import ENDS, Code, KeyBurst, Replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.events import Key

    from devices.scanner import Answer

_END_KEYS = {"enter": "\r", "tab": "\t"}


class ScannedText(msgspec.Struct, frozen=True):
    """What the scanner read."""

    text: str

    def __repr__(self) -> str:
        return "ScannedText()"  # it may be a card's

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Nothing for a traceback either."""
        return []


Outcome: TypeAlias = "Key | ScannedText"
"""A key to hand on as if nothing had been, or a scan."""


class HeldKeys:
    """Holds key events until the burst says whose they are; each comes out once, in order, or was a scan."""

    def __init__(self, burst: KeyBurst) -> None:
        self._burst = burst
        self._held: deque[tuple[str, Key]] = deque()

    @property
    def holding(self) -> bool:
        """Whether `wait_is_over` will have something to say."""
        return self._burst.due_at is not None

    @property
    def silence_ms(self) -> int:
        """How long no key may have come until `wait_is_over` may be asked."""
        return self._burst.silence_ms

    def key(self, event: Key) -> list[Outcome]:
        """Take one key event; gives what is certain now."""
        char = _END_KEYS.get(event.key) or (event.character if event.is_printable else None)
        if char is None:
            return [*self._read(self._burst.release()), event]
        self._held.append((char, event))
        outcomes = list(self._read(self._burst.feed(char, round(event.time * 1000))))
        if char in ENDS:
            self._held.clear()
        return outcomes

    def wait_is_over(self) -> list[Outcome]:
        """No key came for as long as a scanner would need: decide."""
        due = self._burst.due_at
        return [] if due is None else list(self._read(self._burst.tick(due)))

    def _read(self, answers: Answer) -> Iterator[Outcome]:
        for answer in answers:
            if isinstance(answer, Replay):
                yield from (self._next(char) for char in answer.chars)
            elif isinstance(answer, Code):
                for _ in answer.text:
                    self._held.popleft()
                yield ScannedText(answer.text)

    def _next(self, char: str) -> Key:
        """The held event of `char`; what stands before it was a scanner's end key."""
        while True:
            held, event = self._held.popleft()
            if held == char:
                return event

"""A scanner is a keyboard: tell its bursts from the typing of people, wherever the focus is.

Pure: the time is that of the key event. Digits of a scan would otherwise press the digit keys of every choice
on screen, so keys are held until it is clear who pressed them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sharing import codes
from sharing.errors import NoCode, NotReadable

ENDS: Final = frozenset("\r\n\t")
"""What scanners send after a code: Enter, or Tab on some."""

_SHORTEST_FOREIGN: Final = 6
"""Characters; five at machine speed can still be a hand laid on the keyboard."""

_LATE_END_MS: Final = 150
"""How long after its last digit a scanner's Enter may come; people need longer to react."""

_SET_BACK_MS: Final = 1_000
"""A timer may be a little older than the last key; more than this is another clock."""

_KEY_HELD_DOWN: Final = 20
"""Equal keys in a row that are a key held down and not a scan."""

_DIGITS: Final = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Replay:
    """People typed this: forward it, in this order, line ends included."""

    chars: str


@dataclass(frozen=True, slots=True)
class Code:
    """A scanner read this: give it to `scan`, which finds the code, or says that it is not readable."""

    text: str = field(repr=False)
    """The burst without its end, digits of any script as 0 to 9; not in `repr`: it may be a card's code."""


Answer = tuple[Replay | Code, ...]
"""What is certain now, in the order of the keys; empty means hold."""


def _cuts(run: str, start: int) -> range:
    chunks = [run[at : at + codes.LENGTH] for at in range(0, len(run), codes.LENGTH)]
    ours = len(run) % codes.LENGTH == 0 and any(map(codes.is_valid, chunks))
    return range(start + codes.LENGTH, start + len(run) + 1, codes.LENGTH) if ours else range(0)


def _cut(burst: str) -> list[str]:
    """Cut a burst behind each valid code in it, so that codes sent without Enter are all read."""
    cuts = [cut for run in _DIGITS.finditer(burst) for cut in _cuts(run.group(), run.start())]
    pieces = [burst[start:end] for start, end in zip([0, *cuts], [*cuts, len(burst)], strict=True)]
    rest = pieces.pop()
    if not pieces or _is_ours(rest):
        return [*pieces, rest]
    pieces[-1] += rest
    return pieces


def _is_ours(burst: str) -> bool:
    """Tell whether there is a code in it, or the misread of one; only then is silence its end."""
    try:
        codes.read(burst)
    except NotReadable:
        return True
    except NoCode:
        return False
    return True


class KeyBurst:
    """Answers each key with hold, replay or code; everything fed comes out once and in order.

    A burst is keys at most `gap_ms` apart. It is a scan if it holds a code of ours (also one misread) and
    ends by Enter or `silence_ms` without a key, or if it is six or more characters ended by Enter: a foreign
    barcode.
    """

    def __init__(self, *, gap_ms: int = 50, silence_ms: int = 60) -> None:
        self._gap_ms = gap_ms
        self._silence_ms = max(silence_ms, gap_ms)
        self._held: list[str] = []
        self._last_at = 0
        self._scanned = False

    @property
    def due_at(self) -> int | None:
        """When `tick` has something to say (ms of event time); None while nothing is held."""
        return self._last_at + self._silence_ms if self._held else None

    def feed(self, char: str, at_ms: int) -> Answer:
        """Take one key: a printable character, or one of `ENDS`; `at_ms` is the time of the key event."""
        before = () if abs(at_ms - self._last_at) <= self._gap_ms else self.release()
        if char in ENDS:
            return before + self._ended(char, at_ms)
        self._held.append(char)
        self._last_at = at_ms
        return before + self._certain()

    def tick(self, at_ms: int) -> Answer:
        """Say what silence made certain; a clock set back by a second or more ends a burst too.

        Ask at `due_at`, through the same queue as the keys: a tick that overtakes keys would cut their burst.
        """
        return () if -_SET_BACK_MS < at_ms - self._last_at < self._silence_ms else self.release()

    def release(self) -> Answer:
        """End the burst now, as silence would: before a key that no scanner sends, or at `forget()`."""
        burst = "".join(self._held)
        self._held.clear()
        self._scanned = self._scanned and not burst
        plain = codes.plain_digits(burst)
        if _is_ours(plain) or len(_cut(plain)) > 1:
            return self._scans(plain)
        return (Replay(burst),) if burst else ()

    def _ended(self, end: str, at_ms: int) -> Answer:
        if not self._held:
            late = self._scanned and 0 <= at_ms - self._last_at <= _LATE_END_MS
            return () if late else (Replay(end),)
        if len(self._held) < _SHORTEST_FOREIGN:
            return (Replay("".join((*self._take(), end))),)
        self._last_at = at_ms
        return self._scans(codes.plain_digits("".join(self._take())))

    def _certain(self) -> Answer:
        """Let go early of a key held down, and of a code that a next code follows without a pause."""
        if len(self._held) == _KEY_HELD_DOWN and len(set(self._held)) == 1:
            return (Replay("".join(self._take())),)
        if len(self._held) == 2 * codes.LENGTH:
            first, second = self._held[: codes.LENGTH], self._held[codes.LENGTH :]
            if all(codes.is_valid(codes.plain_digits("".join(half))) for half in (first, second)):
                self._held = second
                return self._scans(codes.plain_digits("".join(first)))
        return ()

    def _take(self) -> list[str]:
        held, self._held, self._scanned = self._held, [], False
        return held

    def _scans(self, burst: str) -> Answer:
        self._scanned = True
        return tuple(map(Code, _cut(burst)))

"""A scanner is a keyboard: tell its bursts from the typing of people, wherever the focus is.

Pure: the time is that of the key event. Digits of a scan would otherwise press the digit keys of every choice
on screen, so keys are held until it is clear who pressed them.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from sharing import codes
from sharing.errors import NoCode, NotReadable

ENDS: Final = frozenset("\r\n\t")
"""What scanners send after a code: Enter, or Tab on some."""

_SHORTEST_FOREIGN: Final = 6
"""Characters; five at machine speed can still be a hand laid on the keyboard."""

_LATE_END_MS: Final = 350
"""How long after its last digit a scanner's Enter may come; people need longer to see and react."""

_QUICK_MS: Final = 50
"""No slower are the keys of a scanner, and no faster those of a hand, but for a few fingers at once."""

_MACHINE: Final = 3
"""Quick gaps in a row after which the keys are a machine's."""

_PATIENCE_MS: Final = 400
"""How long a pause in the keys of a machine may be; a busy computer stands still for a third of a second."""

_STALL_MS: Final = 1_000
"""A longer pause separates keys for certain, and a clock set back by more is another clock."""

_KEY_HELD_DOWN: Final = 20
"""Equal keys in a row that are a key held down and not a scan."""

_MIDDLE: Final = (codes.LENGTH - 1) // 2
"""Of the gaps between the digits of a code, in their order, the one in the middle."""

_DIGITS: Final = re.compile("[0-9]+")


class Replay(msgspec.Struct, frozen=True):
    """People typed this: forward it, in this order, line ends included."""

    chars: str


class Code(msgspec.Struct, frozen=True):
    """A scanner read this: give it to `scan`, which finds the code, or says that it is not readable."""

    text: str
    """The burst without its end, digits of any script as 0 to 9."""

    def __repr__(self) -> str:
        return "Code()"  # it may be a card's

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Nothing for a traceback either."""
        return []


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


class _Press(msgspec.Struct, frozen=True):
    char: str
    gap_ms: int
    begins: bool
    """Whether the pause before it was longer than a scanner's."""


def _text(held: list[_Press]) -> str:
    return "".join(press.char for press in held)


def _parts(held: list[_Press]) -> list[list[_Press]]:
    parts: list[list[_Press]] = [[]]
    for press in held:
        if press.begins:
            parts.append([])
        parts[-1].append(press)
    return parts


def _joined(parts: list[list[_Press]]) -> list[list[_Press]]:
    """Put together what is one scan only as a whole: a code in two halves, or a link and the code at its end.

    Digits before a scan, and all keys behind one, are a person's.
    """
    scans = [_is_scan(_text(part)) for part in parts]
    if not any(scans):
        whole = [press for part in parts for press in part]
        return [whole] if _is_scan(_text(whole)) else parts
    joined: list[list[_Press]] = []
    for n, part in enumerate(parts):
        is_link = n > 0 and scans[n] and not scans[n - 1] and not _text(parts[n - 1]).isdecimal()
        before = joined.pop() if is_link else []
        joined.append([*before, *part])
    return joined


def _pressed_before(part: list[_Press]) -> bool:
    """Tell whether the first key is a person's, pressed just before a scan: one digit too many, a pause.

    The pause is longer than most gaps of the scan, not than each: a busy machine makes a longer one anywhere.
    """
    code = codes.plain_digits(_text(part[1:]))
    return codes.is_valid(code) and part[1].gap_ms > 2 * sorted(press.gap_ms for press in part[2:])[_MIDDLE]


def _is_scan(burst: str) -> bool:
    plain = codes.plain_digits(burst)
    return _is_ours(plain) or len(_cut(plain)) > 1


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

    A burst is the keys between two silences. It is a scan if it holds a code of ours (also one misread) and
    ends by Enter or by silence, or if it is six or more characters ended by Enter: a foreign barcode.

    A busy machine delivers a scan in two halves, so a gap alone cuts nothing: the silence is the caller's to
    measure, in time in which keys could arrive, and after four keys at machine speed it must be longer.
    """

    def __init__(self, *, gap_ms: int = 50, silence_ms: int = 60) -> None:
        self._gap_ms = gap_ms
        self._silence_ms = max(silence_ms, gap_ms)
        self._held: list[_Press] = []
        self._last_at = 0
        self._quick = 0
        self._scanned = False

    @property
    def silence_ms(self) -> int:
        """How long no key may have come until `tick` decides."""
        more = self._quick >= _MACHINE and not _is_ours(codes.plain_digits(_text(self._held)))
        return max(self._silence_ms, _PATIENCE_MS) if more else self._silence_ms

    @property
    def due_at(self) -> int | None:
        """When `tick` has something to say (ms of event time); None while nothing is held."""
        return self._last_at + self.silence_ms if self._held else None

    def feed(self, char: str, at_ms: int) -> Answer:
        """Take one key: a printable character, or one of `ENDS`; `at_ms` is the time of the key event."""
        gap = at_ms - self._last_at
        before = () if abs(gap) <= _STALL_MS else self.release()
        if char in ENDS:
            return before + self._ended(char, at_ms)
        begins = bool(self._held) and gap > self._gap_ms and (gap > _PATIENCE_MS or not self._is_unfinished())
        self._quick = self._quick + 1 if self._held and gap <= _QUICK_MS else 0
        self._held.append(_Press(char, max(gap, 0), begins))
        self._last_at = at_ms
        return before + self._certain()

    def tick(self, at_ms: int) -> Answer:
        """Say what silence made certain; a clock set back by a second or more ends a burst too.

        Ask at `due_at`, through the same queue as the keys: a tick that overtakes keys would cut their burst.
        """
        return () if -_STALL_MS < at_ms - self._last_at < self.silence_ms else self.release()

    def release(self) -> Answer:
        """End the burst now, as silence would: before a key that no scanner sends, or at `forget()`."""
        return self._read("") if self._held else ()

    def _ended(self, end: str, at_ms: int) -> Answer:
        if not self._held:
            late = self._scanned and 0 <= at_ms - self._last_at <= _LATE_END_MS
            return () if late else (Replay(end),)
        self._last_at = at_ms
        return self._read(end)

    def _read(self, end: str) -> Answer:
        """Say whose keys these were: one scan as a whole, or part by part where there was a pause."""
        *parts, last = _joined(_parts(self._take()))
        said = [one for part in parts for one in self._part(part, "")]
        return (*said, *self._part(last, end))

    def _part(self, part: list[_Press], end: str) -> Answer:
        text = _text(part)
        if _is_scan(text) or (end and len(part) >= _SHORTEST_FOREIGN and not _pressed_before(part)):
            return self._scans(text)
        if _pressed_before(part):
            return (Replay(text[0]), *self._scans(text[1:]))
        self._scanned = False
        return (Replay(text + end),)

    def _is_unfinished(self) -> bool:
        """Tell whether a machine was sending, and no whole code: the rest may come after a long pause."""
        text = codes.plain_digits(_text(self._held))
        return self._quick >= _MACHINE and not codes.is_valid(text[-codes.LENGTH :])

    def _certain(self) -> Answer:
        """Let go early of a key held down, and of a code that a next code follows without a pause."""
        chars = _text(self._held)
        if len(chars) == _KEY_HELD_DOWN and len(set(chars)) == 1:
            self._take()
            return (Replay(chars),)
        if len(chars) == 2 * codes.LENGTH:
            first, second = chars[: codes.LENGTH], chars[codes.LENGTH :]
            if all(codes.is_valid(codes.plain_digits(half)) for half in (first, second)):
                self._held = self._held[codes.LENGTH :]
                return self._scans(first)
        return ()

    def _take(self) -> list[_Press]:
        held, self._held, self._quick, self._scanned = self._held, [], 0, False
        return held

    def _scans(self, burst: str) -> Answer:
        self._scanned = True
        return tuple(map(Code, _cut(codes.plain_digits(burst))))

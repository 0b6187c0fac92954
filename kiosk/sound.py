"""Sounds as bells of the terminal: each kind of answer has a rhythm of its own, for those who do not look."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Tone(StrEnum):
    """What a sound says; `docs/words.md` has the table."""

    DONE = "done"
    ASK = "ask"
    ASIDE = "aside"
    NO = "no"


RHYTHM: dict[Tone, tuple[float, ...]] = {
    Tone.DONE: (0.0,),
    Tone.ASK: (0.0, 0.45),
    Tone.ASIDE: (0.0, 0.45, 0.9),
    Tone.NO: (0.0, 0.15),
}
"""Seconds after the answer at which a bell rings."""


class Sound(Protocol):
    """Anything that can be heard; tests hand in one that writes down what it was told."""

    def play(self, tone: Tone) -> None:
        """Make one sound and return at once."""
        ...


class Silent:
    """No sound, for a quiet house."""

    def play(self, tone: Tone) -> None:
        """Play nothing."""

"""Sounds as bells of the terminal: each kind of answer has a rhythm of its own, for those who do not look."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from textual.app import App


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


class Bells:
    """Sounds as bells of the terminal."""

    def __init__(self, app: App[int]) -> None:
        """Ring in the terminal of this application."""
        self._app = app

    def play(self, tone: Tone) -> None:
        """Ring in the rhythm of the tone."""
        for after in RHYTHM[tone]:
            self._app.set_timer(after or 0.001, self._app.bell)

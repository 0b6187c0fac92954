"""The answer to a scan: shape, word and thing, so that it is understood from two metres away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.containers import Horizontal, Vertical

from kiosk.sound import Tone
from kiosk.widgets.text import Text

SHAPES = {
    "out": "▶",
    "back": "◀",
    "aside": "■",
    "no": "✖",
    "ask": "?",
    "here": "●",
    "done": "✔",
}
"""A shape for each kind of answer; colour says it once more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scan or a key did, in words."""

    shape: str
    """One of `SHAPES`."""
    tone: Tone | None
    """What is heard; None is silence."""
    headline: str
    lines: tuple[str, ...] = ()


class Result(Horizontal):
    """Shows one answer at a time."""

    TONES: ClassVar[tuple[str, ...]] = tuple(Tone)

    def compose(self) -> list[Text | Vertical]:
        """Shape on the left, words on the right."""
        return [
            Text(classes="shape"),
            Vertical(Text(classes="headline"), Text(classes="lines"), classes="words"),
        ]

    def show(self, answer: Answer | None) -> None:
        """Show an answer, or none."""
        self.display = answer is not None
        shape = SHAPES[answer.shape] if answer else " "
        self.query_one(".shape", Text).say(f"╭─────╮\n│  {shape}  │\n╰─────╯" if answer else "")
        self.query_one(".headline", Text).say(answer.headline if answer else "")
        self.query_one(".lines", Text).say("\n".join(answer.lines) if answer else "")
        self.set_classes(f"tone-{answer.tone or Tone.DONE}" if answer else "")

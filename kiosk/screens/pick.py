"""A question with up to eight short answers side by side, each a target with its digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from textual.containers import Grid

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choice import Choice, Option, hung
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words

MOST = 8
COLUMNS = 3
EDGES, PADDING, INDENT = 6, 2, 4
"""Cells of margins and gaps; of a target; of its digit."""


class PickView(msgspec.Struct, frozen=True):
    """A question, its answers, and what happens then."""

    question: Callable[[Words], str]
    answers: Callable[[Words], Sequence[str]]
    """At most eight; an empty one leaves its place empty."""
    picked: Callable[[int], Awaitable[None]]
    """Told the place of the answer."""
    back: Callable[[], Awaitable[None]]
    detail: Callable[[Words], str] = lambda _words: ""
    """Below the question."""
    note: Callable[[Words], str] = lambda _words: ""
    """Below the answers."""


class PickScreen(KioskScreen[PickView]):
    """Days, times of the day, what to do with rooms."""

    def body(self) -> Sequence[Widget]:
        """Question, answers, and a line below."""
        return [
            Text(id="title", classes="big"),
            Text(id="said"),
            Grid(*(Choice() for _ in range(MOST)), id="lists"),
            Text(id="note", classes="soft"),
        ]

    def fill(self, view: PickView) -> None:
        """Ask."""
        words = self.words
        self.query_one("#title", Text).say(view.question(words))
        self.query_one("#said", Text).say(view.detail(words))
        self.query_one("#note", Text).say(view.note(words))
        answers, width = view.answers(words), (self.app.size.width - EDGES) // COLUMNS - PADDING
        for place, choice in enumerate(self.query("#lists Choice").results(Choice)):
            label = hung(answers[place], INDENT, width) if place < len(answers) else ""
            choice.offer(Option(str(place + 1), label, f"pick:{place}") if label else None)

    def options(self, view: PickView) -> Sequence[Option]:
        """Only back."""
        del view
        return [Option("9", self.words("common.back"), "back")]

    async def chosen(self, does: str) -> None:
        """Go on with the answer."""
        if self.view is None:
            return
        if does == "back":
            await self.view.back()
        else:
            await self.view.picked(int(does.removeprefix("pick:")))

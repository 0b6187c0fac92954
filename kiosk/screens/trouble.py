"""Trouble: the disk, the database or the program itself; what to do and whom to ask, never a traceback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.answers import asking
from kiosk.screens.base import KioskScreen
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.result import Answer, Result
from kiosk.widgets.text import Text
from sharing.errors import TeilhausError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from sharing.terms.rules import Ask


@dataclass(frozen=True, slots=True)
class TroubleView:
    """What went wrong."""

    error: Exception
    ask: Ask | None
    """Whom to ask, if that could still be read."""


class TroubleScreen(KioskScreen[TroubleView]):
    """Says what happened, that nothing noted is lost, what to do, and whom to ask."""

    def body(self) -> Sequence[Widget]:
        """One answer and what to do."""
        return [
            Result(),
            Text(id="safe"),
            Text(id="paper"),
            Text(id="ask"),
            Text(id="reference", classes="soft"),
        ]

    def fill(self, view: TroubleView) -> None:
        """Say it."""
        words, error = self.words, view.error
        if isinstance(error, TeilhausError):
            lines = (words.why(error), words.next_step(error))
        else:
            lines = (words("trouble.unexpected"), words("next.ask_technician"))
        self.query_one(Result).show(Answer("no", Tone.NO, words("trouble.title"), lines))
        self.query_one("#safe", Text).say(words("trouble.safe"))
        self.query_one("#paper", Text).say(words("trouble.paper"))
        self.query_one("#ask", Text).say(asking(words, view.ask))
        self.query_one("#reference", Text).say(words("trouble.reference", word=type(error).__name__))

    def options(self, view: TroubleView) -> Sequence[Option]:
        """Try again from the beginning."""
        del view
        return [Option("1", self.words("trouble.again"), "home")]

    async def chosen(self, does: str) -> None:
        """Go home; what was not stored is scanned again."""
        if does == "home":
            await self.kiosk.leave()

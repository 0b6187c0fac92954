"""Type a number: how many people, how often, or a time of the day as four digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from kiosk.screens.digits import DigitsScreen
from kiosk.sound import Tone
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.i18n import Words

CLOCK = 4
"""Digits of a time."""
LAST_MINUTE = 59
HOURS = 24


class NumberView(msgspec.Struct, frozen=True):
    """A question that a number answers."""

    question: Callable[[Words], str]
    entered: Callable[[int], Awaitable[None]]
    """Told the number; a time as minutes since midnight."""
    back: Callable[[], Awaitable[None]]
    hint: Callable[[Words], str] = lambda _words: ""
    clock: bool = False
    """A time of the day is asked for."""
    most: int = 9999
    least: int = 0


class NumberScreen(DigitsScreen[NumberView]):
    """A time is taken with its fourth digit, any other number with OK."""

    MOST: ClassVar[int] = CLOCK

    def drawn(self) -> str:
        """What was typed; a time with its colon."""
        if self.view is None or not self.view.clock:
            return self.digits or "–"
        filled = f"{self.digits:_<4}"
        return f"{filled[:2]}:{filled[2:]}"

    def fill(self, view: NumberView) -> None:
        """Ask."""
        self.query_one("#title", Text).say(view.question(self.words))
        self.query_one("#hint", Text).say(view.hint(self.words))
        super().fill(view)

    async def chosen(self, does: str) -> None:
        """Go back where it was asked, or type."""
        if does == "back" and self.view is not None:
            await self.view.back()
            return
        await super().chosen(does)
        if self.view is not None and self.view.clock and len(self.digits) == CLOCK:
            digits, self.digits = self.digits, ""
            self.paint()
            await self.entered(digits)

    async def entered(self, digits: str) -> None:
        """Take the number, or say what is wrong with it."""
        view = self.view
        if view is None:
            return
        number = int(digits)
        if view.clock:
            hours, minutes = divmod(int(digits), 100) if len(digits) > 2 else (number, 0)  # noqa: PLR2004 - hours only
            number = hours * 60 + minutes
            wrong = minutes > LAST_MINUTE or number > HOURS * 60
        else:
            wrong = not view.least <= number <= view.most
        if wrong:
            self.kiosk.play(Tone.NO)
            key = "number.no_time" if view.clock else "number.range"
            self.query_one("#hint", Text).say(self.words(key, least=view.least, most=view.most))
            return
        await view.entered(number)

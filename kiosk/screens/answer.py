"""An answer to what the visitor asked for before: yes, or why not and what is free instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import news_words
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.result import Result
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.widget import Widget

    from kiosk.news_facts import RoomNews
    from sharing.lending.answers import RenewalAnswer
    from sharing.rooms.rules import Room


class AnswerView(msgspec.Struct, frozen=True):
    """One answer, and how many more there are."""

    told: RoomNews | RenewalAnswer
    rooms: Mapping[str, Room]
    left: int
    seen: Callable[[], Awaitable[None]]
    take: Callable[[int], Awaitable[None]]
    """Told the place of what is free instead."""


class AnswerScreen(KioskScreen[AnswerView]):
    """Nothing of it is shown before the person's own card."""

    def body(self) -> Sequence[Widget]:
        """What became of it, and what is free instead."""
        return [Result(), Text(id="said"), Bar(id="answers", places=news_words.MOST_FREE)]

    def fill(self, view: AnswerView) -> None:
        """Say it."""
        self.query_one(Result).show(news_words.answer(self.words, view.told, view.rooms))
        self.query_one("#said", Text).say(news_words.instead(self.words, view.told))

    def options(self, view: AnswerView) -> Sequence[Option]:
        """Read and understood; the next one comes by itself."""
        words = self.words
        key = words.count("news.next", view.left) if view.left else words("news.seen")
        return [Option("9", key, "back")]

    def offer(self) -> None:
        """Offer what is free instead."""
        super().offer()
        if self.view is not None:
            free = news_words.free(self.words, self.view.told, self.view.rooms)
            choices = [Option(str(n), one, f"take:{n - 1}") for n, one in enumerate(free, 1)]
            self.query_one("#answers", Bar).offer(choices)

    async def chosen(self, does: str) -> None:
        """Go on, or ask for something else."""
        if self.view is None:
            return
        if does == "back":
            await self.view.seen()
        elif does.startswith("take:"):
            await self.view.take(int(does.removeprefix("take:")))

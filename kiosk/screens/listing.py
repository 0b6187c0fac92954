"""A screen that is a list: a title, a hint, five entries at a time, keys to turn the page and to go back."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, TypeVar

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.pages import Listed, Pages
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

V = TypeVar("V")


class ListScreen(KioskScreen[V]):
    """What all lists do; each says what its entries are and what choosing one does."""

    def body(self) -> Sequence[Widget]:
        """Title, hint and entries."""
        return [Text(id="title", classes="big"), Text(id="said"), Pages(id="pages")]

    @abstractmethod
    def heading(self, view: V) -> str:
        """The heading."""

    @abstractmethod
    def entries(self, view: V) -> Sequence[Listed]:
        """The whole list."""

    def hint(self, view: V) -> str:
        """One line below the heading."""
        del view
        return ""

    def empty(self, view: V) -> str:
        """What stands there when the list is empty."""
        del view
        return self.words("common.nothing")

    def more(self, view: V) -> Sequence[Option]:
        """Further choices beside turning and going back; digit 6."""
        del view
        return ()

    async def picked(self, view: V, place: int) -> None:
        """Do what choosing an entry does."""

    async def back(self) -> None:
        """Go back; to the staff desk unless a screen says otherwise."""
        await self.kiosk.desk.staff.show()

    def fill(self, view: V) -> None:
        """Show title, hint and the page."""
        pages = self.query_one(Pages)
        pages.show(self.entries(view) or [])
        place = self.words("common.page", page=pages.page + 1, pages=pages.pages) if pages.pages > 1 else ""
        self.query_one("#title", Text).say(" · ".join(part for part in (self.heading(view), place) if part))
        self.query_one("#said", Text).say(self.hint(view) if self.entries(view) else self.empty(view))

    def options(self, view: V) -> Sequence[Option]:
        """Turn the page, go back, and what the screen adds."""
        words = self.words
        turning = [Option("7", words("common.before"), "before"), Option("8", words("common.more"), "more")]
        many = self.query_one(Pages).pages > 1
        return [*self.more(view), *(turning if many else ()), Option("9", words("common.back"), "back")]

    async def chosen(self, does: str) -> None:
        """Turn, go back, or tell the screen which entry was chosen."""
        if does in ("before", "more"):
            self.query_one(Pages).turn(1 if does == "more" else -1)
            self.paint()
        elif does == "back":
            await self.back()
        elif does.startswith("pick:") and self.view is not None:
            await self.picked(self.view, int(does.removeprefix("pick:")))
        else:
            await self.more_chosen(does)

    async def more_chosen(self, does: str) -> None:
        """Do what the screen added."""

    def show(self, view: V) -> None:
        """Show another list from its first page."""
        self.query_one(Pages).page = 0
        super().show(view)


class AnsweringScreen(ListScreen[V]):
    """A list of four at a time, and two keys below it that answer for all of it."""

    AT_ONCE = 4

    def body(self) -> Sequence[Widget]:
        """Title, hint, entries, answers for all."""
        return [
            Text(id="title", classes="big"),
            Text(id="said"),
            Pages(id="pages", at_once=self.AT_ONCE),
            Bar(id="answers", places=2),
        ]

    @abstractmethod
    def answers(self, view: V) -> Sequence[Option]:
        """Digits 5 and 6."""

    def offer(self) -> None:
        """Offer the answers as well."""
        super().offer()
        if self.view is not None:
            self.query_one("#answers", Bar).offer(self.answers(self.view))

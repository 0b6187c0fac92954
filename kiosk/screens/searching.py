"""A list that is searched: letters go to the field, after Enter digits choose."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, TypeVar

from textual.widgets import Input

from kiosk.screens.fields import TypingScreen
from kiosk.screens.listing import ListScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.field import Field
from kiosk.widgets.pages import Pages
from kiosk.widgets.text import Text
from kiosk.work import at_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

V = TypeVar("V")


class SearchScreen(TypingScreen[V], ListScreen[V]):
    """Type, Enter, choose."""

    AT_ONCE = 4
    """One entry fewer than other lists: the field takes its place."""

    def body(self) -> Sequence[Widget]:
        """Title, field and entries."""
        return [
            Text(id="title", classes="big"),
            Field(id="field", most=80),
            Text(id="said"),
            Pages(id="pages", at_once=self.AT_ONCE),
        ]

    @abstractmethod
    async def search(self, text: str) -> None:
        """Look it up and show it."""

    @abstractmethod
    def typed(self, view: V) -> str:
        """What was searched for."""

    @property
    def types_digits(self) -> bool:
        """Digits are text once something stands in the field."""
        return super().types_digits and bool(self.query_one(Input).value)

    def options(self, view: V) -> Sequence[Option]:
        """In a field with text, how to search and how to get out of it; else what a list offers."""
        if not self.types_digits:
            return super().options(view)
        words = self.words
        find = Option("Enter", words("common.search"), "find")
        return [find, Option("Esc", words("common.typed"), "leave")]

    def on_input_changed(self) -> None:
        """Offer what the keys do now."""
        self.offer()

    def more(self, view: V) -> Sequence[Option]:
        """Type again; not while the cursor stands in the field."""
        del view
        if isinstance(self.focused, Input):
            return []
        return [Option("6", self.words("common.search"), "search")]

    def empty(self, view: V) -> str:
        """What can be typed."""
        del view
        return self.words("staff.find")

    def show(self, view: V) -> None:
        """Begin in the field as long as there is nothing to choose from."""
        super().show(view)
        self.query_one(Input).value = self.typed(view)
        self.set_focus(None if self.entries(view) else self.query_one(Input))

    async def more_chosen(self, does: str) -> None:
        """Go to the field, search, or leave it."""
        field = self.query_one(Input)
        if does == "search":
            self.set_focus(field)
        elif does in ("find", "leave"):
            self.leave_field()
            if does == "find":
                await self.search(field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: search, and let digits choose again."""
        event.stop()
        self.set_focus(None)
        self._search(event.value)

    @at_work
    async def _search(self, text: str) -> None:
        await self.search(text)

"""Screens on which digits are typed and therefore do not choose."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, TypeVar

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.keypad import Keypad
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.widget import Widget

V = TypeVar("V")


class DigitsScreen(KioskScreen[V]):
    """Collects digits from keys and touch."""

    TYPES_DIGITS: ClassVar[bool] = True
    MOST: ClassVar[int]
    """How many digits there can be."""

    def __init__(self) -> None:
        super().__init__()
        self.digits = ""

    def body(self) -> Sequence[Widget]:
        """Title, hint, what was typed, keys to touch."""
        return [Text(id="title", classes="big"), Text(id="hint"), Text(id="typed", classes="big"), Keypad()]

    @abstractmethod
    def drawn(self) -> str:
        """What was typed, as others may see it."""

    @abstractmethod
    async def entered(self, digits: str) -> None:
        """Take the number."""

    def show(self, view: V) -> None:
        """Begin with nothing typed."""
        self.digits = ""
        super().show(view)

    def fill(self, view: V) -> None:
        """Show what was typed."""
        del view
        self.query_one("#typed", Text).say(self.drawn())
        self.query_one(Keypad).offer()

    def forget(self) -> None:
        """Forget the digits too."""
        self.digits = ""
        super().forget()

    def options(self, view: V) -> Sequence[Option]:
        """Only back; the keypad has the rest."""
        del view
        return [Option("Esc", self.words("common.back"), "back")]

    def on_key(self, event: events.Key) -> None:
        """Digits, backspace and enter; the framework calls the base's handler for the rest."""
        if event.character and event.character in "0123456789":
            self._choose(f"key:{event.character}")
        elif event.key in ("backspace", "delete"):
            self._choose("key:back")
        elif event.key == "enter":
            self._choose("key:ok")

    async def chosen(self, does: str) -> None:
        """Type, take back, enter, or leave."""
        key = does.removeprefix("key:")
        if does == "back":
            await self.kiosk.desk.where_we_were()
        elif key == "back":
            self.digits = self.digits[:-1]
            self.paint()
        elif key == "ok":
            digits, self.digits = self.digits, ""
            self.paint()
            if digits:
                await self.entered(digits)
        elif len(self.digits) < self.MOST:
            self.digits += key
            self.paint()

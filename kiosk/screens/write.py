"""Write one line: why a rule is set aside, or what is broken. Nothing else is asked of visitors in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Input

from kiosk.screens.base import KioskScreen
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.field import Field
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words

MOST = 200
"""Characters of a reason or a note."""


@dataclass(frozen=True, slots=True)
class WriteView:
    """A question that is answered in words, and what happens then."""

    question: Callable[[Words], str]
    written: Callable[[str], Awaitable[None]]
    """Told the text."""
    back: Callable[[], Awaitable[None]]
    """Where one goes without a text."""
    detail: Callable[[Words], str] = lambda _words: ""
    """What it is about."""
    hint: Callable[[Words], str] = lambda _words: ""
    """What becomes of the text."""
    text: str = ""
    """What stands there already."""
    enters: str = "common.save"
    """What Enter does, by its key."""
    may_skip: bool = False
    """Nobody has to write; then a text that stands there when the next thing is scanned is kept too."""


class WriteScreen(KioskScreen[WriteView]):
    """One field; Enter stores, Escape goes on without."""

    TYPES_DIGITS: ClassVar[bool] = True

    def body(self) -> Sequence[Widget]:
        """Question, what it is about, the field, and what is said about it."""
        return [
            Text(id="title", classes="big"),
            Text(id="about"),
            Field(id="line", most=MOST, chooses=False),
            Text(id="hint", classes="soft"),
            Text(id="said"),
        ]

    def fill(self, view: WriteView) -> None:
        """Ask; what was typed stays."""
        words = self.words
        self.query_one("#title", Text).say(view.question(words))
        self.query_one("#about", Text).say(view.detail(words))
        self.query_one("#hint", Text).say(view.hint(words))

    def show(self, view: WriteView) -> None:
        """Begin with what stands there already, mostly nothing."""
        self.query_one("#line", Input).value = view.text
        self.query_one("#said", Text).say("")
        super().show(view)
        self.set_focus(self.query_one("#line", Input))

    def options(self, view: WriteView) -> Sequence[Option]:
        """Store, or go on without."""
        words = self.words
        return [
            Option("Enter", words(view.enters), "save"),
            Option("Esc", words("common.skip" if view.may_skip else "common.back"), "back"),
        ]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter stores."""
        event.stop()
        self._choose("save")

    async def took_scan(self, text: str) -> bool:
        """Keep a text that nobody had to write before the next scan goes on."""
        del text
        if self.view is not None and self.view.may_skip and self._text:
            await self.view.written(self._text)
        return False

    async def chosen(self, does: str) -> None:
        """Store what was written, or go on."""
        view = self.view
        if view is None:
            return
        if does == "back" or (does == "save" and view.may_skip and not self._text):
            await view.back()
        elif does == "save" and self._text:
            await view.written(self._text)
        elif does == "save":
            self.kiosk.play(Tone.NO)
            self.query_one("#said", Text).say(self.words("write.needs_text"))

    @property
    def _text(self) -> str:
        return self.query_one("#line", Input).value.strip()

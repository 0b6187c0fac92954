"""Something to take away: the pattern takes all rows there are, so words and targets stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.containers import Horizontal, Vertical

from kiosk.screens.base import Head, KioskScreen
from kiosk.widgets.choice import Bar
from kiosk.widgets.event_code import EventCode
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

V = TypeVar("V")


class AwayScreen(KioskScreen[V]):
    """A pattern that phones put into their calendar, and the same in words."""

    PLACES = 1
    PARTS: ClassVar[tuple[str, ...]]
    """The words, from top to bottom; the first is large."""

    def compose(self) -> ComposeResult:
        """Lay out pattern and words side by side."""
        with Horizontal(id="away"):
            yield EventCode(id="event")
            with Vertical(id="away-words"):
                yield Head()
                with Vertical(id="body"):
                    yield from self.body()
                yield Bar(id="turn", places=1)
                yield Bar(id="bar", places=self.PLACES)
                yield Text(id="stay")

    def body(self) -> Sequence[Widget]:
        """The words."""
        first = self.PARTS[0]
        return [Text(id=f"away-{part}", classes="strong" if part == first else None) for part in self.PARTS]

    def draw(self, modules: Sequence[Sequence[bool]], said: Sequence[str]) -> None:
        """Show a pattern and its words; what is empty takes no room."""
        self.query_one(EventCode).show(modules)
        for part, words in zip(self.PARTS, said, strict=True):
            text = self.query_one(f"#away-{part}", Text)
            text.say(words)
            text.display = bool(words)

    def right_head(self) -> str:
        """There is no room beside the house's name."""
        return ""

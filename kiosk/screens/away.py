"""Something to take away: the pattern takes all rows there are, so words and targets stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from textual.containers import Horizontal, Vertical

from kiosk.screens.base import Head, KioskScreen
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.event_code import EventCode
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget


class Away(Protocol):
    """What is shown, and what can be shown after it."""

    @property
    def later(self) -> Sequence[object]:
        """Further times, each with a pattern of its own."""


V = TypeVar("V", bound=Away)


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

    def offer(self) -> None:
        """The next time, if there is one."""
        super().offer()
        if self.view is not None:
            left = len(self.view.later)
            more = [Option("8", self.words.count("booked.later", left), "next")] if left else []
            self.query_one("#turn", Bar).offer(more)

    def right_head(self) -> str:
        """There is no room beside the house's name."""
        return ""

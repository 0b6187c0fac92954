"""Targets: three rows high, with the digit key that does the same as touching them."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events


class Option(msgspec.Struct, frozen=True):
    """One thing a person can choose."""

    digit: str
    """The key: a digit, where digits are typed another key, or empty."""
    label: str
    does: str
    """What the screen is told when it is chosen."""


ROWS = 3
"""Lines of a target."""


def hung(label: str, indent: int, width: int) -> str:
    """Break a label so that its second line stands below its first word and not below the digit.

    What does not fit so is left as it is, and breaks where the target ends.
    """
    room = width - indent
    if "\n" in label or not 0 < room < cell_len(label):
        return label
    lines = wrap(label, room, break_long_words=False, break_on_hyphens=False)
    if len(lines) > ROWS or any(cell_len(line) > room for line in lines):
        return label
    return ("\n" + " " * indent).join(lines)


class Choice(Static):
    """One target; it cannot have the focus, so that no Enter of a scanner presses it."""

    class Chosen(Message):
        """Somebody touched the target or pressed its digit."""

        def __init__(self, does: str) -> None:
            super().__init__()
            self.does = does

    def __init__(self, option: Option | None = None, *, classes: str | None = None) -> None:
        super().__init__(classes=classes, markup=False)
        self.option = option

    def on_mount(self) -> None:
        """Show what it was made with."""
        self.offer(self.option)

    def offer(self, option: Option | None) -> None:
        """Become another choice, or none."""
        self.option = option
        self.display = option is not None
        self._draw()

    def on_resize(self) -> None:
        """Break the line anew where there is another width."""
        self._draw()

    def _draw(self) -> None:
        option = self.option
        if option is None:
            self.update(Content(""), layout=False)
            return
        indent = cell_len(option.digit) + 3 if option.digit else 0
        digit = Content.styled(f" {option.digit} ", "reverse bold") if option.digit else Content("")
        label = hung(option.label, indent, self.content_size.width)
        self.update(Content.assemble(digit, " " if option.digit else "", label))

    def on_click(self, event: events.Click) -> None:
        """Touched."""
        event.stop()
        if self.option is not None:
            self.post_message(self.Chosen(self.option.does))


class Bar(Horizontal):
    """The row of targets at the lower edge; its places are fixed, only what stands in them changes."""

    def __init__(self, *, id: str | None = None, places: int = 5) -> None:  # noqa: A002 - Textual's word
        """Make a row with so many places beside the one at its right edge."""
        super().__init__(id=id)
        self._places = places

    def compose(self) -> list[Choice]:
        """Make the places once; the last is always at the right edge."""
        return [*(Choice() for _ in range(self._places)), Choice(classes="last")]

    def offer(self, options: Sequence[Option], last: Option | None = None) -> None:
        """Show these choices and hide the other places."""
        (*places, edge) = self.query(Choice)
        for place, choice in enumerate(places):
            choice.offer(options[place] if place < len(options) else None)
        edge.offer(last)

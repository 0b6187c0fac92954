"""A list shown five entries at a time: as quick with ten thousand, and each entry a target with a digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len, set_cell_size
from textual.containers import Vertical

from kiosk.widgets.choice import Choice, Option

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 5


WIDTH = 65
"""Cells of an entry's lines at 76 columns."""


def cut(text: str, width: int) -> str:
    """Cut a text to so many cells, with an ellipsis."""
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)).rstrip() + "…"


class Listed(msgspec.Struct, frozen=True):
    """One entry: what it is, and a second line about it."""

    label: str
    detail: str = ""

    @property
    def text(self) -> str:
        """Both lines, cut to the width there is, the second below the first word and not below the digit."""
        label = cut(self.label, WIDTH)
        return f"{label}\n    {cut(self.detail, WIDTH)}" if self.detail else label


class Pages(Vertical):
    """Shows one page of the entries; which entry was chosen is told by its place in the whole list."""

    def __init__(self, *, id: str | None = None, at_once: int = AT_ONCE) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._at_once = at_once
        self._entries: Sequence[Listed] = ()
        self.page = 0

    def compose(self) -> list[Choice]:
        """Make the five places once."""
        return [Choice(classes="listed") for _ in range(self._at_once)]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self._entries) // self._at_once))

    def show(self, entries: Sequence[Listed]) -> None:
        """Show other entries, staying on the page if it still exists."""
        self._entries = entries
        self.page = min(self.page, self.pages - 1)
        self._paint()

    def turn(self, by: int) -> None:
        """Show a later or an earlier page, round the end."""
        self.page = (self.page + by) % self.pages
        self._paint()

    def forget(self) -> None:
        """Show nothing."""
        self.page = 0
        self.show(())

    def _paint(self) -> None:
        first = self.page * self._at_once
        shown = self._entries[first : first + self._at_once]
        for place, choice in enumerate(self.query(Choice)):
            entry = shown[place] if place < len(shown) else None
            choice.offer(Option(str(place + 1), entry.text, f"pick:{first + place}") if entry else None)

"""A list to read: what on the left, until when on the right, under headings; long ones have pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len

from kiosk.widgets.pages import cut
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 72
"""Cells a line is laid out for before the screen says how wide it is."""
HEIGHT = 9
"""Lines, likewise."""


class RowLine(msgspec.Struct, frozen=True):
    """One line; a heading has nothing on the right and no mark."""

    left: str
    right: str = ""
    mark: str = ""
    """A shape before the line; empty for headings."""

    @property
    def is_heading(self) -> bool:
        """Whether it says what the lines below it are."""
        return not (self.mark or self.right)


class Rows(Text):
    """Shows as many lines as there is room for, and the rest on later pages."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._lines: Sequence[RowLine] = ()
        self.page = 0

    @property
    def room(self) -> int:
        """Lines there is room for."""
        return self.size.height or HEIGHT

    @property
    def pages(self) -> int:
        """How many pages the lines make, at least one."""
        return len(paged(self._lines, self.room))

    def show(self, lines: Sequence[RowLine]) -> None:
        """Show other lines from the first page."""
        self._lines = lines
        self.page = 0
        self.draw()

    def turn(self) -> None:
        """Show the next page, round the end."""
        self.page = (self.page + 1) % self.pages
        self.draw()

    def draw(self) -> None:
        """Draw the page at the width there is."""
        width = self.size.width or WIDTH
        pages = paged(self._lines, self.room)
        self.page = min(self.page, len(pages) - 1)
        self.say("\n".join(drawn(line, width) for line in pages[self.page]))

    def forget(self) -> None:
        """Show nothing."""
        self._lines = ()
        self.page = 0
        self.hush()


def paged(lines: Sequence[RowLine], room: int) -> list[Sequence[RowLine]]:
    """Break the lines into pages, at least one; a heading goes with its first line and never ends a page."""
    pages: list[Sequence[RowLine]] = []
    while lines:
        end = room
        while 1 < end < len(lines) and lines[end - 1].is_heading:
            end -= 1
        pages.append(lines[:end])
        lines = lines[end:]
    return pages or [()]


def drawn(line: RowLine, width: int) -> str:
    """Draw one line: the name is cut with an ellipsis, never the date."""
    mark = f" {line.mark} " if line.mark else ""
    room = width - cell_len(mark) - cell_len(line.right) - (2 if line.right else 0)
    left = cut(line.left, room)
    gap = " " * (width - cell_len(mark) - cell_len(left) - cell_len(line.right)) if line.right else ""
    return f"{mark}{left}{gap}{line.right}"

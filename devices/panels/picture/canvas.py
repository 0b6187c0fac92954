"""Paper of two or three colours: text that fits its place, shapes, bars and codes, in whole pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from PIL import Image, ImageDraw

from devices.labels import lettering
from devices.labels.qr import QUIET_ZONE, modules
from devices.panels.picture.profiles import Profile
from devices.panels.state import Status

WHITE, BLACK, RED = 0, 1, 2
_COLOURS: Final = (255, 255, 255, 0, 0, 0, 200, 0, 0)
SMALLEST: Final = 13
"""Pixels of a letter's body: about 3 mm on these panels."""
_STEP: Final = 2
_LEADING: Final = 1.2
_ASCENT: Final = 0.93
"""Of the body; both are FiraGO's, with room for Arabic marks."""


class Box(msgspec.Struct, frozen=True):
    """A place on the paper, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def w(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def h(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    def inner(self, by: int) -> Box:
        """Give what is left within a margin."""
        return Box(self.left + by, self.top + by, self.right - by, self.bottom - by)

    def cut_top(self, h: int) -> tuple[Box, Box]:
        """Give the upper `h` pixels, and the rest."""
        edge = min(self.top + h, self.bottom)
        return Box(self.left, self.top, self.right, edge), Box(self.left, edge, self.right, self.bottom)

    def cut_bottom(self, h: int) -> tuple[Box, Box]:
        """Give the lower `h` pixels, and the rest."""
        edge = max(self.bottom - h, self.top)
        return Box(self.left, edge, self.right, self.bottom), Box(self.left, self.top, self.right, edge)

    def cut_left(self, w: int) -> tuple[Box, Box]:
        """Give the left `w` pixels, and the rest."""
        edge = min(self.left + w, self.right)
        return Box(self.left, self.top, edge, self.bottom), Box(edge, self.top, self.right, self.bottom)

    def cut_right(self, w: int) -> tuple[Box, Box]:
        """Give the right `w` pixels, and the rest."""
        edge = max(self.right - w, self.left)
        return Box(edge, self.top, self.right, self.bottom), Box(self.left, self.top, edge, self.bottom)


class Canvas:
    """The picture while it is drawn."""

    def __init__(self, profile: Profile) -> None:
        """Begin with white paper."""
        self.image = Image.new("P", (profile.w, profile.h), WHITE)
        self.image.putpalette(_COLOURS if profile.palette == "bwr" else _COLOURS[:6])
        self._pen = ImageDraw.Draw(self.image)
        self._pen.fontmode = "1"  # no grey: these panels have none
        self.smallest = max(SMALLEST, min(profile.w, profile.h) // 24)
        self.alarm = RED if profile.palette == "bwr" else BLACK

    @property
    def whole(self) -> Box:
        """All of the paper."""
        return Box(0, 0, self.image.width, self.image.height)

    def fill(self, box: Box, ink: int) -> None:
        """Paint a place."""
        if box.w > 0 and box.h > 0:
            self._pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=ink)

    def frame(self, box: Box, line: int, ink: int = BLACK) -> None:
        """Draw a border inside a place."""
        self._pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), outline=ink, width=line)

    def hatch(self, box: Box, ink: int = BLACK, every: int = 4) -> None:
        """Paint a place with slanted lines: grey, as well as two colours can."""
        if box.w <= 0 or box.h <= 0:
            return
        mask = Image.new("1", (box.w, box.h))
        pen = ImageDraw.Draw(mask)
        for x in range(-box.h, box.w, every):
            pen.line((x, box.h, x + box.h, 0), fill=1)
        self.image.paste(ink, (box.left, box.top), mask)

    def text(
        self, box: Box, text: str, largest: int, *, ink: int = BLACK, bold: bool = False, lines: int = 1,
        smallest: int = 0, end: bool = False, middle: bool = True,
    ) -> int:  # fmt: skip
        """Write a text as large as fits, shortened if it must be; gives how many pixels across it took.

        Args:
            box: its place.
            text: what; signs that the font lacks are left out.
            largest: pixels of the letters' body at most.
            ink: its colour.
            bold: with strong letters.
            lines: how many at most.
            smallest: pixels; below that it is shortened. 0: what is legible on this paper.
            end: at the end of the line rather than at its beginning.
            middle: halfway down the box rather than at its top.
        """
        clean, smallest = lettering.drawable(text), smallest or self.smallest
        if not clean or box.w < smallest or box.h < smallest:
            return 0
        way = lettering.direction(clean)
        size, found = _fitted(
            clean, box, min(largest, int(box.h / _LEADING)), lines, smallest, way, bold=bold
        )
        face = lettering.font(size, bold=bold)
        down = round(len(found) * size * _LEADING)
        across = 0.0
        top = box.top + (max(0, box.h - down) // 2 if middle else 0)
        at_right = (way == "rtl") != end
        for n, line in enumerate(found):
            x, anchor = (box.right, "rs") if at_right else (box.left, "ls")
            at = (x, top + round(size * (n * _LEADING + _ASCENT)))
            across = max(across, lettering.width(line, face, way))
            if lettering.shapes():
                self._pen.text(at, line, fill=ink, font=face, anchor=anchor, direction=way)
            else:
                self._pen.text(at, line, fill=ink, font=face, anchor=anchor)
        return round(across)

    def code(self, box: Box, content: str) -> Box | None:
        """Draw a QR code as large as fits, with its quiet zone, at the top and the end of the box.

        None, and nothing drawn, where its modules would be smaller than two pixels: no phone reads that.
        """
        rows = modules(content)
        size = min(box.w, box.h) // (len(rows) + 2 * QUIET_ZONE)
        if size < 2:  # noqa: PLR2004 (pixels, as the docstring says)
            return None
        side = size * (len(rows) + 2 * QUIET_ZONE)
        place = Box(box.right - side, box.top, box.right, box.top + side)
        self.fill(place, WHITE)
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    x, y = (place.left + (across + QUIET_ZONE) * size, place.top + (down + QUIET_ZONE) * size)
                    self._pen.rectangle((x, y, x + size - 1, y + size - 1), fill=BLACK)
        return place

    def shape(self, box: Box, status: Status, ink: int, ground: int) -> None:
        """Draw the shape beside the word, so that nobody needs to see colours."""
        side = min(box.w, box.h)
        left, top = box.left + (box.w - side) // 2, box.top + (box.h - side) // 2
        line = max(2, round(side * 0.08))

        def at(*points: tuple[int, int]) -> list[tuple[float, float]]:
            return [(left + x * side / 100, top + y * side / 100) for x, y in points]

        pen = self._pen
        if status is Status.FREE:
            pen.ellipse(at((8, 8), (92, 92)), outline=ink, width=line)
            pen.line(at((30, 52), (44, 66), (71, 35)), fill=ink, width=line, joint="curve")
        elif status is Status.BUSY:
            pen.ellipse(at((8, 8), (92, 92)), fill=ink)
            pen.rectangle(at((26, 42), (74, 58)), fill=ground)
        elif status is Status.BUFFER:
            pen.ellipse(at((8, 8), (92, 92)), outline=ink, width=line)
            pen.line(at((39, 34), (39, 66)), fill=ink, width=line)
            pen.line(at((61, 34), (61, 66)), fill=ink, width=line)
        elif status is Status.CLOSED:
            pen.rectangle(at((12, 12), (88, 88)), outline=ink, width=line)
            pen.line(at((34, 34), (66, 66)), fill=ink, width=line)
            pen.line(at((66, 34), (34, 66)), fill=ink, width=line)
        else:
            pen.polygon(at((50, 5), (95, 50), (50, 95), (5, 50)), outline=ink, width=line)
            face = lettering.font(max(SMALLEST, side // 2), bold=True)
            pen.text(at((50, 50))[0], "?", fill=ink, font=face, anchor="mm")

    def bar(
        self, box: Box, taken: Sequence[tuple[float, float, bool]], opens: Iterable[tuple[float, float]]
    ) -> None:
        """Draw a day: closed is hatched, taken black, asked for half full; places are shares of 0 to 1."""

        def part(begins: float, ends: float) -> Box:
            first, last = (min(max(one, 0.0), 1.0) for one in (begins, ends))
            return Box(box.left + round(first * box.w), box.top, box.left + round(last * box.w), box.bottom)

        self.hatch(box)
        for begins, ends in opens:
            self.fill(part(begins, ends), WHITE)
        for begins, ends, asked in taken:
            place = part(begins, ends)
            self.fill(place, WHITE if asked else BLACK)
            if asked:
                self.hatch(place, every=2)
                self.frame(place, 1)
            else:  # neighbours stay apart
                self.fill(Box(place.right - 1, place.top, place.right, place.bottom), WHITE)
        self.frame(box, 1)


def _fitted(
    text: str, box: Box, largest: int, lines: int, smallest: int, way: lettering.Direction, *, bold: bool
) -> tuple[int, list[str]]:
    """Give the largest size in which a text fits, and its lines."""
    size = max(largest, smallest)
    while size >= smallest:
        found = lettering.wrap(text, box.w, lettering.font(size, bold=bold), way, broken=False)
        if found is not None and len(found) <= lines and len(found) * size * _LEADING <= box.h:
            return size, found
        size -= _STEP
    face = lettering.font(smallest, bold=bold)
    fits = max(1, min(lines, int(box.h / (smallest * _LEADING))))
    kept = len(text)
    while kept > 0:
        short = text if kept == len(text) else lettering.shortened(text, kept)
        found = lettering.wrap(short, box.w, face, way, broken=True)
        if found is not None and len(found) <= fits:
            return smallest, found
        kept = min(kept - 1, kept * 9 // 10)
    return smallest, ["…"]

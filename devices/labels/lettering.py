"""Words on labels: the right font, lines that fit, and names shortened where it hurts least."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Literal

from PIL import ImageDraw, ImageFont, features

from devices.labels.sheets import Box

SMALLEST: Final = 25
"""Pixels of a letter's body at 300 dpi: 6 pt, which most people still read at arm's length."""

LINE_HEIGHT: Final = 1.2
"""Of the letter's body; Arabic and Cyrillic with marks need it."""

_STEP: Final = 3
_SHORT_NUMBER: Final = 4
_LONGEST: Final = 200
"""Characters of a name that are worth trying."""
_LARGEST_BROKEN: Final = 40
"""Pixels of a body above which a broken word looks like two."""
_NO_GLYPH: Final = "\uffff"
_REGULAR, _BOLD = "figo", "figbo"

Direction = Literal["ltr", "rtl"]


@cache
def font_file(*, bold: bool = False) -> bytes:
    """Give the file of FiraGO: Latin, Cyrillic, Greek and Arabic letters in one face."""
    from pymupdf_fonts import myfont  # noqa: PLC0415 (unpacks 5 MB; only printing needs it)

    return bytes(myfont(_BOLD if bold else _REGULAR))


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Give FiraGO in `size` pixels."""
    return ImageFont.truetype(io.BytesIO(font_file(bold=bold)), size)


@cache
def _has_glyph(char: str) -> bool:
    if unicodedata.category(char) == "Cf":  # the font has pictures of signs that only steer others
        return False
    face = font(SMALLEST)
    return char.isspace() or bytes(face.getmask(char)) != bytes(face.getmask(_NO_GLYPH))


def drawable(text: str) -> str:
    """Leave out what the font has no picture for: an empty box tells nobody anything."""
    return " ".join("".join(filter(_has_glyph, text)).split())


def direction(text: str) -> Direction:
    """Say in which direction a text begins: that of its first letter (UAX #9, P2)."""
    strong = (unicodedata.bidirectional(char) for char in text)
    return "rtl" if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L" else "ltr"


@cache
def shapes() -> bool:
    """Tell whether Pillow can shape and reorder: its wheels look for the system's libfribidi at run time."""
    return bool(features.check("raqm") and features.check("fribidi"))


@lru_cache(maxsize=8192)
def width(text: str, face: ImageFont.FreeTypeFont, way: Direction) -> float:
    """Measure one line, in pixels."""
    return face.getlength(text, direction=way) if shapes() else face.getlength(text)


def wrap(
    text: str, across: int, face: ImageFont.FreeTypeFont, way: Direction, *, broken: bool
) -> list[str] | None:
    """Break a text into lines of at most `across` pixels; None if a word is too long for one."""
    return _wrapped(text, across, lambda line: width(line, face, way), broken=broken)


_MOST_IN_LINE: Final = 500
"""Characters; more than stand in one line of A4. A word of thousands is not measured whole for each line."""


def wrapped(text: str, across: float, measure: Callable[[str], float]) -> list[str]:
    """Break a text into lines that measure at most `across`; words too long for one are broken, too."""
    return _wrapped(text, across, measure, broken=True) or [text]


def _wrapped(text: str, across: float, measure: Callable[[str], float], *, broken: bool) -> list[str] | None:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer) <= across:
            lines[-1] = longer
            continue
        while len(word) > _MOST_IN_LINE or measure(word) > across:
            if not broken or len(word) == 1:
                return None
            cut = max(_longest(min(len(word) - 1, _MOST_IN_LINE), lambda n: measure(word[:n]) <= across), 1)  # noqa: B023 used here
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 (what is left of the word)
        lines.append(word)
    return lines


def _longest(most: int, fits: Callable[[int], bool]) -> int:
    """Find the largest n ≤ `most` that fits, 0 if none; what is smaller than that fits too."""
    low, high = 0, max(most, 0)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def shortened(name: str, kept: int) -> str:
    """Cut a name to about `kept` characters before its number: the number tells twins apart."""
    head, _, last = name.replace("\u00a0", " ").rpartition(" ")
    if not head or not any(map(str.isdigit, last)) or len(last) > kept // 2:
        head, last = name, ""
    short = head[:kept]
    if head[kept : kept + 1].strip() and len(short.rpartition(" ")[0]) * 3 > kept * 2:
        short = short.rpartition(" ")[0]
    return f"{short.rstrip(' ,.-–·')}… {last}".rstrip()


@dataclass(frozen=True, slots=True)
class Lines:
    """A text as it is drawn: its lines, the size of its letters, its direction."""

    lines: tuple[str, ...]
    size: int
    way: Direction
    bold: bool

    @property
    def height(self) -> int:
        """Pixels down."""
        return round(len(self.lines) * self.size * LINE_HEIGHT)

    def base(self, n: int) -> int:
        """Say how far below the top the n-th line stands, in pixels."""
        return round(self.size * (n * LINE_HEIGHT + 0.95))


def _glued(name: str) -> str:
    """Keep a short number at the end on the line of the word before it."""
    head, _, last = name.rpartition(" ")
    return (
        f"{head}\u00a0{last}" if head and len(last) <= _SHORT_NUMBER and any(map(str.isdigit, last)) else name
    )


def fitted(text: str, across: int, down: int, largest: int, *, bold: bool = False) -> Lines:
    """Set a text as large as fits into `across` × `down` pixels, else as small as legible and shortened."""
    text = drawable(text)
    text = text if len(text) <= _LONGEST else shortened(text, _LONGEST)
    way = direction(text)
    text = _glued(text)

    def lines(words: str, steps: int, *, broken: bool) -> Lines | None:
        size = SMALLEST + steps * _STEP
        found = wrap(words, across, font(size, bold=bold), way, broken=broken)
        whole = None if found is None else Lines(tuple(found), size, way, bold)
        return whole if whole is not None and whole.height <= down else None

    def largest_of(most: int, *, broken: bool) -> Lines | None:
        steps = _longest((most - SMALLEST) // _STEP, lambda n: lines(text, n, broken=broken) is not None)
        return lines(text, steps, broken=broken)

    whole = largest_of(largest, broken=False) or largest_of(min(largest, _LARGEST_BROKEN), broken=True)
    if whole is not None:
        return whole
    kept = _longest(len(text), lambda n: lines(shortened(text, n), 0, broken=True) is not None)
    return lines(shortened(text, kept), 0, broken=True) or Lines((), SMALLEST, way, bold)


def draw(pen: ImageDraw.ImageDraw, text: Lines, box: Box, top: int) -> None:
    """Draw the lines into the box from `top` down, each at the side where its script begins."""
    face = font(text.size, bold=text.bold)
    for n, line in enumerate(text.lines):
        base = top + text.base(n)
        at, anchor = ((box.left, base), "ls") if text.way == "ltr" else ((box.right, base), "rs")
        if shapes():
            pen.text(at, line, fill=0, font=face, anchor=anchor, direction=text.way)
        else:
            pen.text(at, line, fill=0, font=face, anchor=anchor)

"""Lines one below the other on pages: what does not fit on one goes on the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from devices.labels.lettering import direction, drawable, wrapped
from devices.paper.page import A4, A5, Paper
from devices.slips.slip import Said
from sharing.texts import shown

LINE: Final = 1.25
"""Height of a line, of its letters' body."""
_BASE: Final = 0.95
_SECOND: Final = 0.82
"""The second language's letters, of the first one's."""
_LONGEST: Final = 65_536
"""Characters of one text: no entry holds more, so nothing is left out of what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Style:
    """How large paper and letters are, in millimetres."""

    name: str
    paper: tuple[float, float]
    margin: float
    body: float
    foot: bool = True
    """Whether pages are numbered."""

    @property
    def across(self) -> float:
        """What can be written on."""
        return self.paper[0] - 2 * self.margin

    @property
    def narrow(self) -> bool:
        """A roll has no room for columns."""
        return self.across < _COLUMNS_NEED

    @property
    def bottom(self) -> float:
        """Where the last line must end."""
        return self.paper[1] - self.margin - (self.body * 2 if self.foot else 0)


_COLUMNS_NEED: Final = 100.0
STYLES: Final = {
    one.name: one
    for one in (
        Style("a4", A4, 15.0, 3.5),
        Style("a5", A5, 11.0, 3.2),
        Style("roll", (72.0, 200.0), 1.0, 3.2, foot=False),
    )
}
"""Sheets of a laser printer, and what an 80 mm roll can be printed on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of letters, as it will stand on paper."""

    text: str
    size: float
    bold: bool
    way: Literal["ltr", "rtl"]


class Flow:
    """Where the next line goes."""

    def __init__(self, paper: Paper, style: Style) -> None:
        """Begin with a first page."""
        self.paper, self.style = paper, style
        self.top = 0.0
        self.turn()

    @property
    def left(self) -> float:
        """Where lines begin."""
        return self.style.margin

    def turn(self) -> None:
        """Begin a page."""
        self.paper.turn()
        self.top = self.style.margin

    def room_for(self, height: float) -> bool:
        """Make room for what must not be torn apart; tells whether a new page began."""
        if self.top + height <= self.style.bottom or self.top == self.style.margin:
            return False
        self.turn()
        return True

    def skip(self, lines: float) -> None:
        """Leave some lines white, but not at the beginning of a page."""
        if self.top > self.style.margin:
            self.top += lines * self.style.body

    def lines(self, text: str, across: float, size: float, *, bold: bool = False) -> list[Line]:
        """Break a text into lines; nothing of it is left out but what the font cannot draw."""
        found = []
        for part in text.split("\n"):
            said = drawable(shown(part, limit=_LONGEST))
            measure = partial(self.paper.width, size=size, bold=bold)
            way = direction(said)
            found += [Line(one, size, bold, way) for one in wrapped(said, across, measure) if one]
        return found

    def said(self, said: Said, across: float, *, size: float | None = None, bold: bool = False) -> list[Line]:
        """Break a text in each of its languages, the second smaller and below the first."""
        whole = size or self.style.body
        found = []
        for n, text in enumerate(said):
            found += self.lines(text, across, whole * _SECOND if n else whole, bold=bold and not n)
        return found

    def put(self, lines: list[Line], left: float, across: float, top: float, *, right: bool = False) -> None:
        """Write lines into a column, from `top` down."""
        for line in lines:
            self.paper.write(
                line.text, left + across if right else left, top + line.size * _BASE, line.size,
                bold=line.bold, align="right" if right else "left", way=line.way, most=across,
            )  # fmt: skip
            top += line.size * LINE

    def flow(self, lines: list[Line]) -> None:
        """Write lines over the whole width and as many pages as they need; Arabic begins at the right."""
        for line in lines:
            self.room_for(line.size * LINE)
            self.put([line], self.left, self.style.across, self.top, right=line.way == "rtl")
            self.top += line.size * LINE


def height(lines: list[Line]) -> float:
    """Measure lines one below the other."""
    return sum(line.size * LINE for line in lines)

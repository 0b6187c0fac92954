"""Slips on paper: the same parts on A4, A5 and on the roll of a receipt printer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from devices.labels.qr import QUIET_ZONE, modules
from devices.paper.page import NEVER, Paper
from devices.slips.flow import LINE, Flow, Line, Style, height
from devices.slips.slip import (
    NOTHING,
    Checklist,
    Code,
    Column,
    Facts,
    Form,
    Heading,
    Paragraph,
    Part,
    Said,
    Signatures,
    Slip,
    Table,
    Title,
)

_PAD: Final = 1.0
"""Millimetres above and below the lines of a table."""
_GAP: Final = 3.0
"""Millimetres between columns."""
_WRITING: Final = 9.0
"""Millimetres that handwriting needs from line to line."""
_MARK: Final = 2.5
_SIGNING: Final = 13.0
_NAMES_SHARE: Final = 0.36
_CODE_SIDE: Final = 25.0
_TICK: Final = 3.2


class Drawn(NamedTuple):
    """A slip on paper."""

    content: bytes
    """The PDF."""
    pages: int


def drawn(slip: Slip, style: Style, *, made: datetime = NEVER) -> Drawn:
    """Write a slip as a PDF; one of several pages is laid out again, for their number stands on each."""
    found, ends = _pass(slip, style, 1, made)
    if found.content:
        return found
    signed = slip.signed()
    turn = signed[0] if signed and ends[signed[0]] != ends[signed[1]] else None
    again, _ = _pass(slip, style, found.pages, made, turn)
    return again if again.content else _pass(slip, style, again.pages, made, turn)[0]


def _pass(
    slip: Slip, style: Style, pages: int, made: datetime, turn: int | None = None
) -> tuple[Drawn, list[int]]:
    """Lay out a slip, with a new page before part `turn`; gives on which page each part ends.

    There is no content if it has more pages than it says.
    """
    ends = []
    with Paper(style.paper, title=slip.title, language=slip.language, made=made) as paper:
        flow = _Numbered(paper, style, slip, pages)
        for n, part in enumerate(slip.parts):
            if n == turn:
                flow.room_for(style.paper[1])
            _DRAWN[type(part)](flow, part)
            ends.append(paper.pages)
        says_so = paper.pages == pages or not style.foot
        return Drawn(paper.content() if says_so else b"", paper.pages), ends


class _Numbered(Flow):
    """Writes the foot whenever a page begins."""

    def __init__(self, paper: Paper, style: Style, slip: Slip, pages: int) -> None:
        self._slip, self._count = slip, pages
        super().__init__(paper, style)

    def turn(self) -> None:
        super().turn()
        if not self.style.foot:
            return
        size, base = self.style.body * 0.8, self.style.paper[1] - self.style.margin
        said = self._slip.page[0].format(page=self.paper.pages, pages=self._count)
        number = self.paper.width(said, size)
        self.paper.write(said, self.left + self.style.across, base, size, align="right")
        for line in self.lines(self._slip.foot, self.style.across - number - 5, size)[:1]:
            self.put([line], self.left, self.style.across - number - 5, base - size)


def _title(flow: Flow, part: Title) -> None:
    flow.flow(flow.said(part.said, flow.style.across, size=flow.style.body * 1.7, bold=True))
    flow.skip(0.4)


def _heading(flow: Flow, part: Heading) -> None:
    """Both languages in one line: headings are words."""
    lines = flow.lines(" · ".join(part.said), flow.style.across, flow.style.body * 1.15, bold=True)
    flow.skip(1.0)
    flow.room_for(height(lines) + 3 * flow.style.body)
    flow.flow(lines)
    flow.skip(0.2)


def _paragraph(flow: Flow, part: Paragraph) -> None:
    flow.flow(flow.said(part.said, flow.style.across, bold=part.strong))
    flow.skip(0.35)


def _named(flow: Flow, said: Said, across: float) -> list[Line]:
    """Write a name in both languages: in one line if there is room, as headings are."""
    beside = flow.lines(" · ".join(said), across, flow.style.body)
    return beside if len(beside) == 1 else flow.said(said, across)


def _facts(flow: Flow, part: Facts) -> None:
    names = flow.style.across * _NAMES_SHARE
    for said, value in part.rows:
        name = _named(flow, said, names - _PAD)
        lines = flow.lines(value, flow.style.across - names, flow.style.body, bold=True)
        down = max(height(name), height(lines), 0 if value else _WRITING)
        if down > flow.style.bottom - flow.style.margin:
            flow.flow([*name, *flow.lines(value, flow.style.across, flow.style.body, bold=True)])
            continue
        flow.room_for(down)
        flow.put(name, flow.left, names - _PAD, flow.top)
        flow.put(lines, flow.left + names, flow.style.across - names, flow.top)
        if not value:
            flow.paper.rule(flow.left + names, flow.top + down - _PAD, flow.left + flow.style.across)
        flow.top += down + _PAD * 0.4


def _widths(flow: Flow, columns: tuple[Column, ...]) -> list[float]:
    every = sum(one.share for one in columns)
    return [flow.style.across * one.share / every for one in columns]


Cells = list[list[Line]]


def _row(flow: Flow, columns: tuple[Column, ...], cells: Cells, down: float) -> None:
    """Write the cells of one row beside each other."""
    left = flow.left
    for column, lines, wide in zip(columns, cells, _widths(flow, columns), strict=True):
        flow.put(lines, left, wide - _GAP, flow.top + _PAD, right=column.right)
        left += wide
    flow.top += down


def _head(flow: Flow, columns: tuple[Column, ...]) -> None:
    widths = [wide - _GAP for wide in _widths(flow, columns)]
    size = _head_size(flow, columns, widths)
    cells = [
        flow.said(one.head, wide, size=size, bold=True) for one, wide in zip(columns, widths, strict=True)
    ]
    _row(flow, columns, cells, max(map(height, cells), default=0) + 1.5 * _PAD)
    flow.paper.rule(flow.left, flow.top, flow.left + flow.style.across, 0.4)


def _head_size(flow: Flow, columns: tuple[Column, ...], widths: list[float]) -> float:
    """Choose letters in which no word of a head is broken."""
    size = flow.style.body * 0.85
    shares = [
        wide / flow.paper.width(word, size, bold=True)
        for one, wide in zip(columns, widths, strict=True)
        for said in one.head
        for word in said.split()
    ]
    return size * min(1.0, *shares)


def _table(flow: Flow, part: Table) -> None:
    if flow.style.narrow:
        _stacked(flow, part)
        return
    flow.room_for(6 * flow.style.body)
    above = flow.top
    _head(flow, part.columns)
    most = flow.style.bottom - flow.style.margin - (flow.top - above) - 2 * _PAD
    widths = _widths(flow, part.columns)
    for row in part.rows:
        whole = [
            flow.lines(text, wide - _GAP, flow.style.body) for text, wide in zip(row, widths, strict=True)
        ]
        for cells in _torn(whole, int(most / (flow.style.body * LINE))):
            down = max(map(height, cells)) + 2 * _PAD
            if flow.room_for(down):
                _head(flow, part.columns)
            _row(flow, part.columns, cells, down)
        flow.paper.rule(flow.left, flow.top, flow.left + flow.style.across, 0.1)
    flow.skip(0.5)


def _torn(cells: Cells, most: int) -> Iterator[Cells]:
    """Give a row in pieces of so many lines: one that is higher than a page goes on on the next."""
    for start in range(0, max(map(len, cells)) or 1, most):
        yield [lines[start : start + most] for lines in cells]


def _stacked(flow: Flow, part: Table) -> None:
    """Write a table on a roll: what it is about, and the other cells below it with their names."""
    for row in part.rows:
        flow.flow(flow.lines(row[0], flow.style.across, flow.style.body, bold=True))
        for column, text in zip(part.columns[1:], row[1:], strict=True):
            if text not in NOTHING:
                said = f"{' / '.join(column.head)}: {' · '.join(text.splitlines())}"
                flow.flow(flow.lines(said, flow.style.across, flow.style.body))
        flow.skip(0.4)


def _form(flow: Flow, part: Form) -> None:
    if not flow.style.narrow:
        _head(flow, part.columns)
    for n in range(1, part.rows + 1):
        if flow.style.narrow:
            _facts(
                flow, Facts(((part.columns[0].head, str(n)), *((one.head, "") for one in part.columns[1:])))
            )
            continue
        if flow.room_for(_WRITING):
            _head(flow, part.columns)
        top, left = flow.top, flow.left
        flow.put(flow.lines(str(n), 20, flow.style.body), left + _PAD, 20, top + _WRITING / 3)
        for column, wide in zip(part.columns, _widths(flow, part.columns), strict=True):
            flow.paper.frame(left, top, wide, _WRITING, 0.1)
            for mark in range(1, column.groups):
                flow.paper.fill(left + wide * mark / column.groups, top + _WRITING - _MARK, 0.2, _MARK)
            left += wide
        flow.top += _WRITING
    flow.skip(0.5)


def _checklist(flow: Flow, part: Checklist) -> None:
    for item in part.items:
        lines = flow.lines(item, flow.style.across - 2 * _TICK, flow.style.body)
        flow.room_for(height(lines))
        flow.paper.frame(flow.left, flow.top + flow.style.body * 0.2, _TICK, _TICK)
        flow.put(lines, flow.left + 2 * _TICK, flow.style.across - 2 * _TICK, flow.top)
        flow.top += height(lines) + _PAD * 0.5
    flow.skip(0.5)


def _signatures(flow: Flow, part: Signatures) -> None:
    """Draw lines to sign on: side by side on a sheet, one below the other on a roll."""
    beside = 1 if flow.style.narrow else len(part.names)
    for start in range(0, len(part.names), beside):
        wide = flow.style.across / beside
        cells = [
            flow.said(one, wide - 6, size=flow.style.body * 0.85)
            for one in part.names[start : start + beside]
        ]
        flow.room_for(_SIGNING + max(map(height, cells)))
        flow.top += _SIGNING
        for n, lines in enumerate(cells):
            left = flow.left + n * wide
            flow.paper.rule(left, flow.top, left + wide - 5)
            flow.put(lines, left, wide - 6, flow.top + _PAD * 0.5)
        flow.top += max(map(height, cells)) + _PAD


def _code(flow: Flow, part: Code) -> None:
    rows = modules(part.content)
    module = _CODE_SIDE / len(rows)
    quiet = QUIET_ZONE * module
    side = _CODE_SIDE + 2 * quiet
    flow.room_for(side)
    flow.paper.squares(rows, flow.left + quiet, flow.top + quiet, module)
    across = flow.style.across - side
    lines = flow.said(part.said, across)
    flow.put(lines, flow.left + side, across, flow.top + max((side - height(lines)) / 2, 0))
    flow.top += max(side, height(lines))


_DRAWN: Final[dict[type[Part], Callable[[Flow, Any], None]]] = {
    Title: _title,
    Heading: _heading,
    Paragraph: _paragraph,
    Facts: _facts,
    Table: _table,
    Form: _form,
    Checklist: _checklist,
    Signatures: _signatures,
    Code: _code,
}
"""How each kind of part is drawn."""

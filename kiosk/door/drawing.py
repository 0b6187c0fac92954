"""A door as rows of cells, for a screen of any size: what is read from afar above, the code at the side."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from devices.panels import saying
from devices.panels.state import RoomState, Status
from kiosk.for_phones import modules
from kiosk.widgets import timeline
from kiosk.widgets.pages import cut
from kiosk.widgets.qr import HALVES
from sharing.calendar_time import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.door.telling import Told
    from sharing.journal.entry import Instant

Piece = tuple[str, str]
"""A text, and the ground it stands on: one of `kiosk.themes.PAIRS`."""
Row = tuple[Piece, ...]

GROUNDS = {
    Status.FREE: "good",
    Status.BUSY: "no",
    Status.BUFFER: "aside",
    Status.CLOSED: "key",
    Status.UNKNOWN: "aside",
}
LEAST_WORDS = 26
"""Cells that words need beside the code."""
ROOMY = 13
"""Rows below the head from which there is some air."""
QUIET = (4, 3, 2)
"""Light modules around the code, as many as fit; two are read (ISO/IEC 18004 asks for four)."""


def painted(said: Told, state: RoomState, now: Instant, width: int, height: int) -> tuple[Row, ...]:
    """Draw a door; `height` rows of `width` cells.

    Args:
        said: in words.
        state: for the bar of its day.
        now: where its mark stands.
        width: cells across.
        height: rows.
    """
    above = [_row(said.name, "head", width, right=said.clock), *_stale(said, width)]
    rows = max(height - len(above) - 1, 1)
    code = _code(said, width, rows)
    across = width - (len(code[0]) if code else 0)
    words = _words(said, state, now, across, rows)
    body = [(*left, *_of(code, n)) for n, left in enumerate(words)]
    left = f"{said.as_of} · {said.clock_off}" if said.clock_off else said.as_of
    foot = _row(left, "soft", width, right=f"✖ {said.link}" if said.link else "")
    return (*above, *body, foot)[:height]


def _stale(said: Told, width: int) -> list[Row]:
    """Say that it is out of date and what to do, in two rows if one is too short."""
    if not said.stale:
        return []
    whole = f"! {said.stale}  {said.stale_why}"
    texts = [whole] if cell_len(whole) <= width - 2 else [f"! {said.stale}", f"  {said.stale_why}"]
    return [_row(text, "aside", width) for text in texts]


def waiting(said: Sequence[str], width: int, height: int) -> tuple[Row, ...]:
    """Draw a door of which nothing is known yet."""
    blank = [_row("", "paper", width)] * height
    blank[0] = _row("Teilhaus", "head", width)
    for n, line in enumerate((part for text in said for part in wrap(text, max(width - 2, 1))), 2):
        if n < height:
            blank[n] = _row(line, "paper", width)
    return tuple(blank)


def _row(text: str, ground: str, width: int, *, right: str = "") -> Row:
    """Fill one row: a text at the left, cut to what is there, and one at the right."""
    end = f" {right} " if right else " "
    room = max(width - 1 - cell_len(end), 0)
    line = f" {set_cell_size(cut(text, room), room)}{end}"
    return ((set_cell_size(line, width), ground),)


def _of(code: Sequence[str], n: int) -> Row:
    """Give the part of the code in a row of the body; it stands at the top."""
    if not code:
        return ()
    return ((code[n], "scan"),) if n < len(code) else ((" " * len(code[0]), "paper"),)


def _code(said: Told, width: int, rows: int) -> list[str]:
    """Draw the code and what it is for, if there is room for it beside the words."""
    if not said.book:
        return []
    dark = modules(said.book)
    for quiet in QUIET:
        side = len(dark) + 2 * quiet
        if width - side >= LEAST_WORDS and -(-side // 2) <= rows:
            drawn = _halves(dark, quiet)
            word = cut(said.book_word, side)
            return [*drawn, word.center(side)] if len(drawn) < rows else drawn
    return []


def _halves(dark: Sequence[Sequence[bool]], quiet: int) -> list[str]:
    """Draw modules as half blocks with so much quiet around them."""
    wide = (False,) * (len(dark) + 2 * quiet)
    side, rim = (False,) * quiet, [wide] * quiet
    lines = [*rim, *((*side, *row, *side) for row in dark), *rim, wide]
    pairs = zip(lines[::2], lines[1::2], strict=False)
    return ["".join(HALVES[both] for both in zip(*pair, strict=True)) for pair in pairs]


def _words(said: Told, state: RoomState, now: Instant, width: int, rows: int) -> list[Row]:
    """Lay out the words: what is read from afar first, the bar of the day at the bottom."""
    roomy = rows >= ROOMY
    lines = _band(said, width, roomy=roomy)
    lines += [_row(said.what, "paper", width)] if said.what else []
    lines += [_row(f"! {said.soon}", "aside", width)] if said.soon else []
    if roomy:
        lines.append(_row("", "paper", width))
    lines.append(_row(said.next_word if said.coming else said.no_next, "soft", width))
    for one in said.coming:
        lines += _coming(one.when, one.what, width, roomy=roomy)
    bar = _bar(state, now, width)
    lines = lines[: max(rows - len(bar), 1)]
    air = [_row("", "paper", width)] * (rows - len(bar) - len(lines))
    return [*lines, *air, *bar][:rows]


def _band(said: Told, width: int, *, roomy: bool) -> list[Row]:
    """Write shape and word on their ground, and until when."""
    ground = GROUNDS[said.status]
    if not roomy:
        return [_row(f"{said.shape} {said.word} {said.until}", ground, width, right=said.second)]
    blank = _row("", ground, width)
    word = _row(f"{said.shape} {said.word}", ground, width, right=said.second)
    return [blank, word, _row(f"  {said.until}", ground, width), blank]


def _coming(when: str, what: str, width: int, *, roomy: bool) -> list[Row]:
    """Write one booking, in two rows if one is too short for it."""
    if not roomy or cell_len(when) + cell_len(what) + 3 < width:
        return [_row(f"{when} {what}", "paper", width)]
    return [_row(when, "paper", width), _row(f"  {what}", "paper", width)]


def _bar(state: RoomState, now: Instant, width: int) -> list[Row]:
    """Draw the day: what is open, what is taken, where now is."""
    begins, ends = saying.shown_hours(state)
    on = timeline.axis(begins, ends, width - 4)
    opens = [timeline.Stretch(first, last, timeline.FREE) for first, last in state.opens]
    taken = [
        timeline.Stretch(one.begins, one.ends, timeline.ASKED if one.asked else timeline.TAKEN)
        for one in state.day
    ]
    hours = timeline.scale(on, lambda at: f"{local(at, state.zone).hour:02}")
    return [_row(hours, "soft", width), _row(timeline.line(on, [*opens, *taken], now), "paper", width)]

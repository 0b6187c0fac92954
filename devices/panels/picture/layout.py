"""Where everything stands on a panel: one arrangement for wide paper, one for high, one for the smallest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from devices.panels import saying
from devices.panels.picture.canvas import BLACK, WHITE, Box, Canvas
from devices.panels.saying import HOUR
from devices.panels.state import RoomState, Slot, Status
from devices.words import Words
from sharing.calendar_time import local

SMALL: Final = 128
"""Pixels of the shorter side at which only the most important has room."""
ROOMY: Final = 90
"""Pixels down of the band in which more than until when has room."""
WIDE: Final = 500
"""Pixels across that a whole sentence needs."""
_FULL: Final = frozenset({Status.BUSY})
"""What is shown in white letters on a full ground: seen from the other end of a corridor."""


class Sheet(msgspec.Struct, frozen=True):
    """What is to be drawn."""

    state: RoomState
    words: tuple[Words, ...]
    """One or two languages, the first one large."""
    stale: bool
    battery_low: bool

    @property
    def first(self) -> Words:
        """The language of everything that is said once."""
        return self.words[0]

    def second(self, key: str) -> str:
        """Give a text in the second language, if there is one and it says something else."""
        found = self.words[1](key) if len(self.words) > 1 else ""
        return "" if found == self.first(key) else found

    @property
    def second_name(self) -> str:
        """The room's name in the second language, if it has another one there."""
        other = self.state.names.get(self.words[1].language, "") if len(self.words) > 1 else ""
        return "" if other == self.state.name else other


def draw(canvas: Canvas, sheet: Sheet) -> None:
    """Draw a panel."""
    whole = canvas.whole
    if min(whole.w, whole.h) <= SMALL:
        (_small_wide if whole.w > whole.h else _small_high)(canvas, sheet)
        return
    margin = max(6, round(min(whole.w, whole.h) * 0.03))
    inside = whole.inner(margin)
    (_wide if whole.w > whole.h else _high)(canvas, sheet, inside, margin)


def _wide(canvas: Canvas, sheet: Sheet, inside: Box, margin: int) -> None:
    head, rest = inside.cut_top(round(inside.h * 0.17))
    _head(canvas, sheet, head)
    band, rest = rest.cut_top(round(inside.h * 0.36))
    _status(canvas, sheet, band)
    foot, rest = rest.cut_bottom(max(14, round(inside.h * 0.055)))
    _foot(canvas, sheet, foot)
    rest = Box(rest.left, rest.top + margin, rest.right, rest.bottom - margin // 2)
    side, rest = rest.cut_right(round(rest.h * 1.02))
    _book(canvas, sheet, side)
    _coming(canvas, sheet, Box(rest.left, rest.top, rest.right - margin, rest.bottom))


def _high(canvas: Canvas, sheet: Sheet, inside: Box, margin: int) -> None:
    head, rest = inside.cut_top(round(inside.h * 0.13))
    _head(canvas, sheet, head)
    band, rest = rest.cut_top(round(inside.h * 0.3))
    _status(canvas, sheet, band)
    foot, rest = rest.cut_bottom(max(14, round(inside.h * 0.035)))
    _foot(canvas, sheet, foot)
    side, rest = rest.cut_bottom(round(inside.w * 0.42))
    _coming(canvas, sheet, Box(rest.left, rest.top + margin, rest.right, rest.bottom - margin))
    left = _code(canvas, sheet, side)
    if left < side.right:
        _hint(canvas, sheet, Box(side.left, side.top, left, side.bottom), lines=4)


def _small_wide(canvas: Canvas, sheet: Sheet) -> None:
    """The code takes the height; what is left says name, word and until when."""
    right = _code(canvas, sheet, canvas.whole)
    left = Box(5, 2, right - 2, canvas.whole.bottom - 2)
    name, left = left.cut_top(30)
    canvas.text(name, sheet.state.name, 20, bold=True, lines=2, smallest=12)
    band, left = left.cut_top(46)
    _status(canvas, sheet, band)
    foot, left = left.cut_bottom(16)
    _foot(canvas, sheet, foot)
    _lines(canvas, sheet, left, 1, also_wish=True)


def _small_high(canvas: Canvas, sheet: Sheet) -> None:
    whole = canvas.whole
    name, rest = Box(4, 3, whole.right - 4, whole.bottom - 3).cut_top(40)
    canvas.text(name, sheet.state.name, 20, bold=True, lines=2, smallest=12)
    band, rest = rest.cut_top(72)
    _status(canvas, sheet, band)
    foot, rest = rest.cut_bottom(16)
    _foot(canvas, sheet, foot)
    side, rest = rest.cut_bottom(whole.w - 12)
    _lines(canvas, sheet, Box(rest.left, rest.top + 4, rest.right, rest.bottom - 2), 2, also_wish=True)
    _code(canvas, sheet, Box(whole.left, side.top, whole.right, side.bottom))


def _head(canvas: Canvas, sheet: Sheet, box: Box) -> None:
    """Write the name, in both languages if they differ, and the day."""
    state = sheet.state
    day, names = box.cut_right(round(box.w * 0.26))
    on = local(state.today[0], state.zone).date()
    canvas.text(day, sheet.first.short_day(on), round(box.h * 0.42), lines=2, end=True)
    names = Box(names.left, names.top, names.right - 8, names.bottom)
    if not sheet.second_name:
        canvas.text(names, state.name, round(box.h * 0.7), bold=True, lines=2)
        return
    first, second = names.cut_top(round(names.h * 0.62))
    canvas.text(first, state.name, round(box.h * 0.55), bold=True)
    canvas.text(second, sheet.second_name, round(box.h * 0.34))


def _status(canvas: Canvas, sheet: Sheet, box: Box) -> None:
    """Draw the band that is read from afar: shape, word, and until when."""
    state = sheet.state
    ink, ground = BLACK, WHITE
    if state.status in _FULL:
        ink, ground = WHITE, canvas.alarm
        canvas.fill(box, ground)
    else:
        canvas.frame(box, max(2, box.h // 40))
    space = max(3, box.h // 14)
    inner = box.inner(space)
    shape, inner = inner.cut_left(min(inner.h, round(inner.w * 0.24)))
    canvas.shape(shape.inner(max(0, space // 2)), state.status, ink, ground)
    inner = Box(inner.left + space, inner.top, inner.right, inner.bottom)
    word, inner = inner.cut_top(round(inner.h * (0.6 if inner.h < SMALL else 0.52)))
    key = f"door.{state.status}"
    main, other = sheet.first(key), sheet.second(key) if box.h >= SMALL else ""
    across = canvas.text(word, main, word.h, ink=ink, bold=True)
    if other:
        beside = Box(word.left + across + 2 * space, word.top, word.right, word.bottom)
        canvas.text(beside, other, word.h // 2, ink=ink)
    told = [one for one in _told(sheet) if one][: None if box.h >= ROOMY else 1]
    said = " · ".join(told)
    canvas.text(inner, said, round(box.h * 0.26), ink=ink, lines=2)


def _told(sheet: Sheet) -> tuple[str, ...]:
    """Say until when, what is on, and whether it ends soon."""
    state, words = sheet.state, sheet.first
    return saying.until(state, words), saying.on(state, words), saying.soon(state, words)


def _coming(canvas: Canvas, sheet: Sheet, box: Box) -> None:
    """Write what comes, over the bar of the day."""
    bar, lines = box.cut_bottom(max(26, round(box.h * 0.3)))
    _day(canvas, sheet, bar)
    title, below = lines.cut_top(round(lines.h * 0.3))
    if title.h >= canvas.smallest:  # else what comes needs its place
        lines, second = below, sheet.second("door.next")
        head = f"{sheet.first('door.next')} · {second}" if second else sheet.first("door.next")
        canvas.text(title, head, round(title.h * 0.8), bold=True)
    _lines(canvas, sheet, Box(lines.left, lines.top, lines.right, lines.bottom - 4), 2)


def _lines(canvas: Canvas, sheet: Sheet, box: Box, most: int, *, also_wish: bool = False) -> None:
    """Write what comes; on small panels, which have no other room for it, what is asked for now before."""
    state = sheet.state
    wish = [state.now] if also_wish and state.now is not None and state.now.asked else []
    coming = [*wish, *state.next][: max(1, min(most, box.h // canvas.smallest))]
    if not coming:
        row, _ = box.cut_top(box.h // most)
        canvas.text(row, sheet.first("door.no_next"), round(row.h * 0.8), lines=2)
    for n, slot in enumerate(coming):
        rows = max(len(coming), min(most, box.h // canvas.smallest))
        row = Box(box.left, box.top + n * box.h // rows, box.right, box.top + (n + 1) * box.h // rows)
        canvas.text(row, _line(sheet, slot), round(row.h * 0.8), lines=2)


def _line(sheet: Sheet, slot: Slot) -> str:
    state, words = sheet.state, sheet.first
    return f"{saying.span(slot, state.today[0], state.zone, words)} {saying.what(slot, words)}"


def _day(canvas: Canvas, sheet: Sheet, box: Box) -> None:
    """Draw the bar of the day over its hours. No mark for now: a picture does not tick."""
    state = sheet.state
    from_, to = saying.shown_hours(state)
    ticks, track = box.cut_bottom(max(13, round(box.h * 0.45)))

    def share(at: int) -> float:
        return (at - from_) / (to - from_)

    slots: Sequence[Slot] = state.day
    taken = [
        (share(one.begins), share(one.ends), one.asked)
        for one in slots
        if one.ends > from_ and one.begins < to
    ]
    opens = [(share(begins), share(ends)) for begins, ends in state.opens if ends > from_ and begins < to]
    canvas.bar(track, taken, opens)
    step = 2 if box.w > 320 else 4  # noqa: PLR2004 (pixels, hours)
    for at in range(from_, to, step * HOUR):
        left = track.left + round(share(at) * track.w)
        place = Box(left, ticks.top, min(left + 40, box.right), ticks.bottom)
        canvas.text(place, sheet.first.time(at)[:2], ticks.h, middle=False)


def _book(canvas: Canvas, sheet: Sheet, box: Box) -> None:
    """Draw the code that leads to booking this room, and what it is for if there is room left."""
    below, rest = box.cut_bottom(max(14, round(box.h * 0.12)))
    if _code(canvas, sheet, rest) < rest.right:
        _hint(canvas, sheet, below, lines=1)
    else:
        _code(canvas, sheet, box)


def _hint(canvas: Canvas, sheet: Sheet, box: Box, *, lines: int) -> None:
    """Say what the code is for; in both languages where there is room for it."""
    key = saying.book(sheet.state)
    said = " · ".join(one for one in (sheet.first(key), sheet.second(key)) if one)
    size = round(min(box.h, canvas.whole.w // 14) * 0.85)
    canvas.text(box, said if lines > 1 else sheet.first(key), size, lines=lines, end=True)


def _code(canvas: Canvas, sheet: Sheet, box: Box) -> int:
    """Draw the code at the end of a place; gives where it begins, which is the end if there is none."""
    place = canvas.code(box, sheet.state.book) if sheet.state.book else None
    return place.left if place is not None else box.right


def _foot(canvas: Canvas, sheet: Sheet, box: Box) -> None:
    """Say how old it is; a banner if it is too old."""
    words = sheet.first
    at = words.time(sheet.state.generated_at)
    if sheet.stale:
        canvas.fill(box, canvas.alarm)
        told = f"{words('door.stale')}: {words('door.stale_why', time=at)}"
        if box.w < WIDE:
            told = f"{words('door.stale')} · {words('door.as_of', time=at)}"
        canvas.text(Box(box.left + 4, box.top, box.right - 4, box.bottom), told, box.h, ink=WHITE, bold=True)
        return
    battery = f" · {words('door.battery_low')}" if sheet.battery_low else ""
    canvas.text(box, words("door.as_of", time=at) + battery, box.h)

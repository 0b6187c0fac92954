"""Which parts are taken when: one statement for all the windows that somebody asks about.

The slots of a part do not overlap, so only the last one that begins before a window can reach into it; each
window costs two steps down an index, however many bookings there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from sharing.journal.entry import Instant
from sharing.journal.store import Reader
from sharing.rooms.rules import Room, Span
from sharing.rooms.spans import merged

_AT_ONCE: Final = 250
_SLOTS: Final = (
    "WITH w(at, part, a, b) AS (VALUES {windows})"
    " SELECT w.at, s.booking, s.n, s.begins, s.ends, s.gone_at, s.release FROM w CROSS JOIN slot s"
    " WHERE s.part = w.part AND s.begins < w.b AND s.ends > w.a AND s.begins >="
    " COALESCE((SELECT MAX(m.begins) FROM slot m WHERE m.part = w.part AND m.begins <= w.a), w.a)"
)
_WISHES: Final = (
    "WITH w(at, part, a, b) AS (VALUES {windows})"
    " SELECT w.at, s.booking, s.n, s.begins, s.ends, CAST(NULL AS BIGINT), 0 FROM w CROSS JOIN wish s"
    " WHERE s.part = w.part AND s.begins < w.b AND s.ends > w.a"
)


class Window(msgspec.Struct, frozen=True):
    """A stretch of time in one part."""

    part: str
    begins: Instant
    ends: Instant


class Hit(msgspec.Struct, frozen=True):
    """Something that shares a moment with a window."""

    window: int
    """Which one, by its place in the list."""
    booking: str
    n: int
    span: Span
    """With buffers."""
    gone_at: Instant | None
    release: bool

    def stands(self, now: Instant, *, home: bool) -> bool:
        """Tell whether it keeps others out; what somebody asked to give up still does where it is decided."""
        if self.gone_at is not None and self.gone_at <= now:
            return False
        return home or not self.release


def slots_in(read: Reader, windows: Sequence[Window]) -> list[Hit]:
    """Give every slot that shares a moment with one of the windows."""
    return _hits(read, _SLOTS, windows)


def wishes_in(read: Reader, windows: Sequence[Window]) -> list[Hit]:
    """Give every wish that shares a moment with one of the windows."""
    return _hits(read, _WISHES, windows)


def _hits(read: Reader, sql: str, windows: Sequence[Window]) -> list[Hit]:
    rows = _rows(read, sql, windows)
    return [Hit(row[0], row[1], row[2], Span(row[3], row[4]), row[5], bool(row[6])) for row in rows]


def read_slots_ahead(read: Reader, windows: Iterable[Window]) -> None:
    """Read at once what will be asked of these windows, each for itself or with others of them."""
    each = list(dict.fromkeys(windows))
    found: list[list[tuple[Any, ...]]] = [[] for _ in each]
    for row in _asked(read, _SLOTS, each):
        found[row[0]].append(row)
    read.remember({_remembered(_SLOTS, one): rows for one, rows in zip(each, found, strict=True)})


def _remembered(sql: str, one: Window) -> tuple[str, tuple[object, ...]]:
    return sql, (one.part, one.begins, one.ends)


def _rows(read: Reader, sql: str, windows: Sequence[Window]) -> Iterable[tuple[Any, ...]]:
    if not read.ahead:
        return _asked(read, sql, windows)
    known = [read.ahead.get(_remembered(sql, one)) for one in windows]
    if None in known:
        return _asked(read, sql, windows)
    return ((at, *row[1:]) for at, rows in enumerate(known) for row in rows or ())


def _asked(read: Reader, sql: str, windows: Sequence[Window]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(windows), _AT_ONCE):
        some = windows[start : start + _AT_ONCE]
        params: list[Any] = []
        for at, one in enumerate(some, start):
            params += (at, one.part, one.begins, one.ends)
        yield from read.rows(sql.replace("{windows}", ", ".join(["(?, ?, ?, ?)"] * len(some))), params)


def busy_parts(
    read: Reader,
    parts: Iterable[str],
    span: Span,
    *,
    but: frozenset[tuple[str, int]] = frozenset(),
    home: bool = True,
) -> dict[str, tuple[Span, ...]]:
    """Give for each part what is taken in a span, buffers included, sorted and without overlaps.

    Args:
        read: an open transaction.
        parts: ids of rooms.
        span: from when to when.
        but: dates (booking, n) that do not count.
        home: whether this node decides.
    """
    windows = [Window(part, span.begins, span.ends) for part in sorted(set(parts))]
    return _by_part(read, _SLOTS, windows, but, home=home)


def _by_part(
    read: Reader, sql: str, windows: Sequence[Window], but: frozenset[tuple[str, int]], *, home: bool
) -> dict[str, tuple[Span, ...]]:
    """A search asks for every room's weeks at once, so rows become spans and nothing else on the way."""
    found: list[list[Span]] = [[] for _ in windows]
    now = read.now
    for at, booking, n, begins, ends, gone_at, release in _rows(read, sql, windows):
        stands = (gone_at is None or gone_at > now) and (home or not release)
        if stands and (not but or (booking, n) not in but):
            found[at].append(Span(begins, ends))
    return {one.part: merged(spans) for one, spans in zip(windows, found, strict=True)}


def wished_parts(read: Reader, parts: Iterable[str], span: Span) -> dict[str, tuple[Span, ...]]:
    """Give for each part what somebody asked for in a span and nobody has decided."""
    windows = [Window(part, span.begins, span.ends) for part in sorted(set(parts))]
    return _by_part(read, _WISHES, windows, frozenset(), home=True)


def parts_of(rooms: Iterable[Room]) -> frozenset[str]:
    """Give every part of some rooms."""
    return frozenset(part for room in rooms for part in room.parts)

"""Rooms and what is known of them, to try states with."""

from __future__ import annotations

from typing import Any

from devices.panels.state import Known
from sharing.rooms.rules import MINUTE, Occurrence, Span, State, Use
from sharing.rooms.seen import Seen
from tests.sharing.rooms.values import room, span

HALL = room("ha11")
DAY = "2026-06-02"


def date(
    begins: str,
    ends: str,
    *,
    n: int = 0,
    state: State = State.CONFIRMED,
    who: str = "",
    use: Use = Use.BOOKING,
    buffers: tuple[int, int] = (0, 0),
    **more: Any,
) -> Seen:
    """A date of the second of June, unless its times say another: `date("10:00", "12:00")`."""
    first = begins if len(begins) > len("10:00") else f"{DAY} {begins}"
    return seen(span(first, ends), n=n, state=state, who=who, use=use, buffers=buffers, **more)


def seen(
    when: Span,
    *,
    n: int = 0,
    state: State = State.CONFIRMED,
    who: str = "",
    use: Use = Use.BOOKING,
    buffers: tuple[int, int] = (0, 0),
    **more: Any,
) -> Seen:
    blocked = Span(when.begins - buffers[0] * MINUTE, when.ends + buffers[1] * MINUTE)
    one = Occurrence(
        booking=f"b{n}", n=n, rooms=("ha11",), parts=("ha11",), span=when, blocked=blocked, state=state,
        use=use, **more,
    )  # fmt: skip
    return Seen(when, state is State.PROVISIONAL, use, who, one)


def known(*dates: Seen, **fields: Any) -> Known:
    values: dict[str, Any] = {"room": HALL, "key": "saal"}
    return Known(dates=dates, **(values | fields))

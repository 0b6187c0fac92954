"""Rooms and times to try rules with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sharing.calendar_time import instant_of
from sharing.rooms.rules import Room, Span
from sharing.terms.rules import Terms
from sharing.texts import Texts

BERLIN = "Europe/Berlin"
OPEN = dict.fromkeys(range(7), ((8 * 60, 22 * 60),))
HOUSE = Terms(room_hours=OPEN, room_closing_days={"2026-06-04": "Fronleichnam"})


def wall(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(fold=fold)


def at(text: str, *, fold: int = 0) -> int:
    return instant_of(wall(text), BERLIN, fold=fold)


def span(begins: str, ends: str) -> Span:
    """`span("2026-06-02 18:00", "21:00")`, or with a date in both."""
    whole = ends if len(ends) > len("21:00") else f"{begins[:10]} {ends}"
    return Span(at(begins), at(whole))


def room(key: str = "hall", **fields: Any) -> Room:
    values: dict[str, Any] = {"code": None, "names": Texts(), "floor": Texts(), "parts": (key,)}
    return Room(id=key, **(values | fields))

"""Every screen there is, by name; a new one per visit would stay in memory for ever."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

SCREENS: Final = (
    "home", "visit", "answer", "thing", "back", "code", "choose", "write", "trouble", "pin", "staff", "today",
    "lines", "check", "aside", "cases", "case", "persons", "person", "register", "things", "item", "audit",
    "report", "pick", "number", "house_day", "room_week", "room", "found", "needs", "offer", "dates",
    "bookings", "booking", "booked", "due", "leaving", "approvals", "calls", "closing",
)  # fmt: skip
"""Each is a file of `kiosk.screens`: "house_day" has `HouseDayScreen`."""


def lazy(name: str) -> Callable[[], Screen[Any]]:
    """Make a screen when it is first shown: importing them all costs twice the start of the program."""
    kind = "".join(part.title() for part in name.split("_")) + "Screen"

    def make() -> Screen[Any]:
        return cast("Screen[Any]", getattr(import_module(f"kiosk.screens.{name}"), kind)())

    return make

"""All rooms on one day: a line of the day for each, with now on it; each room is a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines
from kiosk.screens.base import KioskScreen
from kiosk.widgets import timeline
from kiosk.widgets.choice import Choice, Option
from kiosk.widgets.pages import Listed, Pages
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.room_facts import HouseDay, RoomDay

EDGES = 11
"""Cells beside the line of a day: margins, padding, and its digit."""
INDENT = 5
ABOVE = 2
MOST_ROOMS = 12
WITH_DIGIT = 5
"""Rooms on a page that have a digit; 6 to 9 do what they do everywhere."""


class HouseDayView(msgspec.Struct, frozen=True):
    """One day, and where "back" leads."""

    house: HouseDay
    back: Callable[[], Awaitable[None]]


class Drawn(Listed, frozen=True):
    """A name with how the room stands at the right, and the line of its day below."""

    right: str = ""
    width: int = 65

    @property
    def text(self) -> str:
        """Both lines, as wide as the day's line."""
        gap = max(1, self.width - len(self.label) - len(self.right))
        return f"{self.label}{' ' * gap}{self.right}\n    {self.detail}"


class RoomPages(Pages):
    """As many rooms as there is height for; those beyond the fifth are touched."""

    def fit(self, rows: int) -> None:
        """Show as many as go into so many rows."""
        self._at_once = max(1, min(MOST_ROOMS, rows // 3))

    def _paint(self) -> None:
        super()._paint()
        for place, choice in enumerate(self.query(Choice)):
            if place >= WITH_DIGIT and choice.option is not None:
                choice.offer(Option("·", choice.option.label, choice.option.does))


class HouseDayScreen(KioskScreen[HouseDayView]):
    """Today, or another day; a room leads to its page."""

    def body(self) -> Sequence[Widget]:
        """Title, hours, rooms."""
        return [
            Text(id="title", classes="big"),
            Text(id="scale", classes="soft"),
            RoomPages(id="pages", at_once=MOST_ROOMS),
        ]

    def fill(self, view: HouseDayView) -> None:
        """Draw the day."""
        words, house = self.words, view.house
        width = self.app.size.width - EDGES
        axis = timeline.axis(house.shows.begins, house.shows.ends, width)
        pages = self.query_one(RoomPages)
        pages.fit(self.app.size.height - 1 - 3 - ABOVE)
        pages.show([self._entry(line, axis) for line in house.rooms])
        place = words("common.page", page=pages.page + 1, pages=pages.pages) if pages.pages > 1 else ""
        title = [words("rooms.house_day", day=words.day(house.day)), house.closed, place]
        if house.day == house.today:
            title[0] = words("rooms.house_today", day=words.day(house.day), time=words.time(house.now))
        self.query_one("#title", Text).say(" · ".join(part for part in title if part))
        scale = " " * INDENT + room_lines.hours(words, axis)
        self.query_one("#scale", Text).say(scale if house.rooms else words("rooms.none"))

    def _entry(self, line: RoomDay, axis: timeline.Axis) -> Drawn:
        house = self.view.house if self.view else None
        today = house is not None and line.day == house.today
        now = house.now if house else 0
        return Drawn(
            room_lines.name(self.words, line.room), room_lines.drawn(line, axis, now),
            room_lines.standing(self.words, line, now, today=today), axis.cells,
        )  # fmt: skip

    def options(self, view: HouseDayView) -> Sequence[Option]:
        """Another day, more rooms, back."""
        words = self.words
        more = [Option("6", words("rooms.more"), "rooms")] if self.query_one(RoomPages).pages > 1 else []
        del view
        return [
            *more,
            Option("7", words("rooms.day_before"), "before"),
            Option("8", words("rooms.day_after"), "after"),
            Option("9", words("common.back"), "back"),
        ]

    async def chosen(self, does: str) -> None:
        """Turn, show another day, or a room."""
        view, desk = self.view, self.kiosk.desk.rooms
        if view is None:
            return
        if does == "rooms":
            self.query_one(RoomPages).turn(1)
            self.paint()
        elif does in ("before", "after"):
            await desk.show_house(view.house.day, 1 if does == "after" else -1, view.back)
        elif does == "back":
            await view.back()
        else:
            line = view.house.rooms[int(does.removeprefix("pick:"))]
            await desk.show_room(line.room.id, lambda: desk.show_house(line.day, 0, view.back))

    def on_resize(self) -> None:
        """Draw the day anew where there is another width."""
        self.paint()

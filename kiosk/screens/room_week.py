"""One room in one week: a line for each day, and on tall screens who is there when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len

from kiosk import room_lines
from kiosk.screens.base import KioskScreen
from kiosk.widgets import timeline
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import cut
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.room_facts import RoomDay, RoomWeek

MARGIN = 4
LABEL = 8
"""Cells of "Mo 1.6." and the gap behind it."""
ABOVE = 4
"""Rows of head, title, hours and the gap below."""
BAR = 3


class WeekView(msgspec.Struct, frozen=True):
    """One room's week, and where "back" leads."""

    week: RoomWeek
    back: Callable[[], Awaitable[None]]


class RoomWeekScreen(KioskScreen[WeekView]):
    """Seven days; another week, or a booking."""

    def body(self) -> Sequence[Widget]:
        """Title, hours, days."""
        return [Text(id="title", classes="big"), Text(id="scale", classes="soft"), Text(id="days")]

    def fill(self, view: WeekView) -> None:
        """Draw the week."""
        words, week = self.words, view.week
        width = self.app.size.width - MARGIN - LABEL
        axes = [timeline.axis(one.begins, one.ends, width) for one in week.shows]
        first, last = week.days[0].day, week.days[-1].day
        title = words("rooms.week", room=room_lines.name(words, week.room), first=words.short_day(first),
                      last=words.short_day(last))  # fmt: skip
        self.query_one("#title", Text).say(title)
        self.query_one("#scale", Text).say(" " * LABEL + room_lines.hours(words, axes[0]))
        room = max(2, (self.app.size.height - ABOVE - BAR) // len(week.days))
        pairs = zip(week.days, axes, strict=True)
        self.query_one("#days", Text).say("\n".join(self._day(line, axis, room) for line, axis in pairs))

    def _day(self, line: RoomDay, axis: timeline.Axis, rows: int) -> str:
        """One day: its line, and below it as much of what is there as there is room for."""
        words = self.words
        week = self.view.week if self.view else None
        mark = "▸" if week and line.day == week.today else " "
        label = f"{words(f'weekday.short.{line.day.weekday()}')} {line.day.day}.{line.day.month}."
        first = f"{mark}{label:<{LABEL - 1}}{room_lines.drawn(line, axis, week.now if week else 0)}"
        width = self.app.size.width - MARGIN - LABEL
        said = [f"{room_lines.times(words, one.span)} {room_lines.seen(words, one)}" for one in line.taken]
        texts = said if rows > 2 else ["  ".join(said)] if said else []  # noqa: PLR2004 - a line and one below
        below = [" " * LABEL + cut(text, width) for text in texts[: rows - 1]]
        gap = [""] * (rows - 1 - len(below))
        return "\n".join([first if cell_len(first) else label, *below, *gap])

    def options(self, view: WeekView) -> Sequence[Option]:
        """Book, another week, back."""
        words = self.words
        del view
        return [
            Option("1", words("rooms.other_time"), "book"),
            Option("7", words("rooms.week_before"), "before"),
            Option("8", words("rooms.week_after"), "after"),
            Option("9", words("common.back"), "back"),
        ]

    async def chosen(self, does: str) -> None:
        """Show another week, book, or go back."""
        view, desk = self.view, self.kiosk.desk.rooms
        if view is None:
            return
        if does in ("before", "after"):
            await desk.show_week(
                view.week.room.id, view.week.days[0].day, 7 if does == "after" else -7, view.back
            )
        elif does == "book":
            await desk.book_room(view.week.room, lambda: self.kiosk.go("room_week", view))
        elif does == "back":
            await view.back()

    def on_resize(self) -> None:
        """Draw the week anew where there is another width."""
        self.paint()

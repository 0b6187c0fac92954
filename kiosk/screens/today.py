"""Today at the desk, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.screens.base import KioskScreen
from kiosk.screens.choose import ChooseView
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed
from kiosk.widgets.rows import RowLine, Rows
from kiosk.widgets.text import Text
from sharing.people.rules import Right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from sharing.lending.looking import Today


@dataclass(frozen=True, slots=True)
class TodayView:
    """The day's numbers and hours."""

    day: Today
    closes: int | None
    """Instant (UTC ms) when the desk closes, if it is open."""
    opens: int | None
    """Instant (UTC ms) when it opens next."""
    cases: int
    """How many wait for staff."""


class TodayScreen(KioskScreen[TodayView]):
    """Numbers, no names."""

    def body(self) -> Sequence[Widget]:
        """Hours and numbers."""
        return [Text(id="title", classes="big"), Text(id="hours"), Rows(id="numbers")]

    def fill(self, view: TodayView) -> None:
        """Say them."""
        words, day = self.words, view.day
        if view.closes is not None:
            hours = words("staff.open", when=words.until(view.closes))
        elif view.opens is not None:
            hours = words("staff.closed", when=words.moment(view.opens))
        else:
            hours = words("staff.no_hours")
        self.query_one("#title", Text).say(words("staff.today"))
        self.query_one("#hours", Text).say(hours)
        numbers = {
            "today.out_now": day.out_now,
            "today.taken": day.taken_today,
            "today.back": day.back_today,
            "today.due": day.due_today,
            "staff.overdue": day.overdue,
            "staff.unchecked": day.unchecked,
            "staff.aside": day.set_aside,
            "staff.cases": view.cases,
        }
        self.query_one(Rows).show([RowLine(words(key), str(number), "·") for key, number in numbers.items()])

    def options(self, view: TodayView) -> Sequence[Option]:
        """What the numbers lead to."""
        del view
        words = self.words
        may_stop = self.kiosk.desk.staff.person.may(Right.MANAGE_HOUSE)
        return [
            Option("1", words("staff.cases"), "cases"),
            *([Option("2", words("staff.stop"), "stop")] if may_stop else []),
            Option("9", words("common.back"), "back"),
        ]

    async def _ask_to_stop(self) -> None:
        """Ask once more: nobody at the counter can start it again."""

        async def stop(_place: int) -> None:
            self.app.exit(0)

        await self.kiosk.go(
            "choose",
            ChooseView(
                lambda words: words("staff.stop_question"),
                lambda words: [Listed(words("staff.stop"))],
                stop,
                back=lambda: self.kiosk.desk.staff.open("today"),
            ),
        )

    async def chosen(self, does: str) -> None:
        """Open the list."""
        if does == "back":
            await self.kiosk.desk.staff.show()
        elif does == "stop":
            await self._ask_to_stop()
        else:
            await self.kiosk.desk.staff.open(does)

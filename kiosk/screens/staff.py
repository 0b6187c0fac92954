"""The staff desk: nine targets, and scanning goes on as everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Grid

from kiosk.screens.base import KioskScreen
from kiosk.screens.choose import ChooseView
from kiosk.together import lines
from kiosk.widgets.choice import Choice, Option
from kiosk.widgets.pages import Listed
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.widget import Widget

    from kiosk.together import Together
    from sharing.people.rules import Person

LISTS = {
    "today": "staff.today",
    "persons": "staff.persons",
    "things": "staff.things",
    "loans": "staff.loans",
    "check": "staff.unchecked",
    "overdue": "staff.overdue",
    "aside": "staff.aside",
    "audit": "staff.audit",
    "out": "staff.out",
}
"""What can be opened, in the order of the digits, and its word."""
SIGN_OUT_S = 10
"""Seconds after which staff who only said that they go are signed out."""
MOST_LINES = 3
"""Lines about this machine that there is room for."""
ROOMS_KEY = "R"
"""In both languages the first letter of the word."""


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who is signed in, how this machine stands with the others, and how many cases wait."""

    person: Person
    together: Together | None = None
    cases: int = 0


class StaffScreen(KioskScreen[StaffView]):
    """What staff can look at and do."""

    def body(self) -> Sequence[Widget]:
        """A greeting and the nine targets."""
        return [
            Text(id="title", classes="big"),
            Grid(*(Choice() for _ in LISTS), id="lists"),
            Text(id="said", classes="soft"),
            Text(id="badge"),
        ]

    def fill(self, view: StaffView) -> None:
        """Name the targets."""
        words = self.words
        self.query_one("#title", Text).say(words("staff.title", whom=view.person.initials))
        self.query_one("#said", Text).say(words("staff.scan"))
        said = lines(words, view.together)[:MOST_LINES] if view.together else ()
        self.query_one("#badge", Text).say("\n".join(said))
        for digit, ((name, key), choice) in enumerate(
            zip(LISTS.items(), self.query("#lists Choice").results(Choice), strict=True), 1
        ):
            choice.offer(Option(str(digit), words(key), name))

    def options(self, view: StaffView) -> Sequence[Option]:
        """Rooms have a letter, and cases while any wait: all digits are taken."""
        words = self.words
        rooms = [Option(ROOMS_KEY, words("home.rooms"), "rooms")] if self.kiosk.present.has_rooms else []
        named = f"{words('staff.cases')} ({view.cases})"
        return [*rooms, *([Option(words("staff.cases_key"), named, "cases")] if view.cases else [])]

    def on_key(self, event: events.Key) -> None:
        """The letters; for digits the framework calls the base's handler."""
        if self.view is None or not event.character:
            return
        for option in self.options(self.view):
            if option.digit == event.character.upper():
                event.stop()
                self._choose(option.does)

    async def chosen(self, does: str) -> None:
        """Open a list, or ask whether to sign out: the key is "back" everywhere else."""
        if does == "out":
            await self._ask_to_sign_out()
        elif does == "rooms":
            await self.kiosk.desk.rooms.staff.show()
        elif does in LISTS or does == "cases":
            await self.kiosk.desk.staff.open(does)

    async def _ask_to_sign_out(self) -> None:
        async def out(_place: int) -> None:
            await self.kiosk.leave()

        await self.kiosk.go("choose", ChooseView(
            lambda words: words("staff.out_question"),
            lambda words: [Listed(words("staff.out"))],
            out,
            lambda words: words("staff.out_soon", n=SIGN_OUT_S),
            self.kiosk.desk.staff.show,
            SIGN_OUT_S,
        ))  # fmt: skip

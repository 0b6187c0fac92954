"""The staff desk: nine targets, and scanning goes on as everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Grid

from kiosk.screens.base import KioskScreen
from kiosk.screens.choose import ChooseView
from kiosk.widgets.choice import Choice, Option
from kiosk.widgets.pages import Listed
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.widget import Widget

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
ROOMS_KEY = "R"
"""In both languages the first letter of the word."""


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who is signed in."""

    person: Person


class StaffScreen(KioskScreen[StaffView]):
    """What staff can look at and do."""

    def body(self) -> Sequence[Widget]:
        """A greeting and the nine targets."""
        return [
            Text(id="title", classes="big"),
            Grid(*(Choice() for _ in LISTS), id="lists"),
            Text(id="said", classes="soft"),
        ]

    def fill(self, view: StaffView) -> None:
        """Name the targets."""
        words = self.words
        self.query_one("#title", Text).say(words("staff.title", whom=view.person.initials))
        self.query_one("#said", Text).say(words("staff.scan"))
        for digit, ((name, key), choice) in enumerate(
            zip(LISTS.items(), self.query("#lists Choice").results(Choice), strict=True), 1
        ):
            choice.offer(Option(str(digit), words(key), name))

    def options(self, view: StaffView) -> Sequence[Option]:
        """Rooms have a letter: all digits are taken."""
        del view
        if not self.kiosk.present.has_rooms:
            return ()
        return [Option(ROOMS_KEY, self.words("home.rooms"), "rooms")]

    def on_key(self, event: events.Key) -> None:
        """The letter of the rooms; for digits the framework calls the base's handler."""
        if event.character and event.character.upper() == ROOMS_KEY and self.kiosk.present.has_rooms:
            event.stop()
            self._choose("rooms")

    async def chosen(self, does: str) -> None:
        """Open a list, or ask whether to sign out: the key is "back" everywhere else."""
        if does == "out":
            await self._ask_to_sign_out()
        elif does == "rooms":
            await self.kiosk.desk.rooms.staff.show()
        elif does in LISTS:
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
